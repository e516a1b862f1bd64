import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { defaultConfig, readConfig } from '../core/config.ts';
import { AlturasError } from '../core/errors.ts';
import { openLake } from '../lake/openLake.ts';
import { readAccess } from './access.ts';
import { createApp } from './app.ts';
import { House } from './house.ts';
import { Guard } from './session.ts';
import { Signer } from './signer.ts';

/** The environment of the function: where the lake is, who may sign tokens (YAML), and the configuration (YAML). */
const { ALTURAS_LAKE, ALTURAS_ACCESS_YAML, ALTURAS_CONFIG_YAML } = process.env;

/** One house for the life of the function's process. */
const opened = (async () => {
  if (!ALTURAS_LAKE || !ALTURAS_ACCESS_YAML)
    throw new AlturasError('usage', 'ISSUER_REQUIRED', 'ALTURAS_LAKE and ALTURAS_ACCESS_YAML are not set.');
  const access = readAccess('ALTURAS_ACCESS_YAML', ALTURAS_ACCESS_YAML);
  const config = ALTURAS_CONFIG_YAML
    ? readConfig('ALTURAS_CONFIG_YAML', ALTURAS_CONFIG_YAML)
    : defaultConfig();
  const folder = join(tmpdir(), 'alturas-house');
  const house = await House.open(await openLake(ALTURAS_LAKE), config, folder, console.error);
  const app = createApp({
    house,
    guard: await Guard.of({ audience: access.audience, issuers: access.issuers }),
    signer: await Signer.open(folder),
    frameAncestors: access.frame_ancestors,
    log: console.error,
  });
  return handle(app);
})();

/** The Lambda entry: the same app behind an HTTP API or a function URL. */
export async function handler(event: LambdaEvent, context: LambdaContext) {
  return (await opened)(event, context);
}
