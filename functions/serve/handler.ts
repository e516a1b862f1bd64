import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { openLake } from '../lake/openLake.ts';
import { configSetting, setting } from '../lambda/environment.ts';
import { lawNames } from '../warehouse/lawNames.ts';
import { readAccess } from './access.ts';
import { createApp } from './app.ts';
import { House } from './house.ts';
import { Guard } from './session.ts';
import { Signer } from './signer.ts';

/** How long an answer may be behind what is published. */
const LOOK_EVERY_MS = 5_000;

const serviceName = 'alturas-serve';
const logger = new Logger({ serviceName });
const metrics = new Metrics({ serviceName, namespace: 'Alturas' });
const log = (error: unknown): void => logger.error('failed', error as Error);

/** The app and its house, one for the life of the function's process. */
interface Open {
  readonly answer: ReturnType<typeof handle>;
  readonly house: House;
}

let opened: Promise<Open> | null = null;
let looked = 0;

async function open(): Promise<Open> {
  const access = readAccess('ALTURAS_ACCESS_YAML', setting('ALTURAS_ACCESS_YAML'));
  const folder = join(tmpdir(), 'alturas-house');
  const house = await House.open(
    await openLake(setting('ALTURAS_LAKE')),
    configSetting(lawNames),
    folder,
    log,
  );
  const key = process.env.ALTURAS_SIGNING_KEY;
  const app = createApp({
    house,
    guard: await Guard.of({ audience: access.audience, issuers: access.issuers }),
    signer: key ? Signer.of('ALTURAS_SIGNING_KEY', key) : await Signer.open(folder),
    frameAncestors: access.frame_ancestors,
    log,
  });
  looked = Date.now();
  return { answer: handle(app), house };
}

/**
 * The Lambda entry: the same app behind an HTTP API or a function URL. Environment: ALTURAS_LAKE
 * (`s3://bucket/prefix`), ALTURAS_ACCESS_YAML (who may sign tokens), ALTURAS_CONFIG_YAML, ALTURAS_SIGNING_KEY (a
 * private Ed25519 JWK: without it every process signs number receipts with a key of its own).
 */
export async function handler(event: LambdaEvent, context: LambdaContext) {
  opened ??= open().catch((error) => {
    // The next request tries again.
    opened = null;
    throw error;
  });
  const { answer, house } = await opened;
  await lookAgain(house);
  return answer(event, context);
}

/** Between two requests the process stands still: what was published meanwhile is opened before the answer. */
async function lookAgain(house: House): Promise<void> {
  if (Date.now() - looked < LOOK_EVERY_MS) return;
  const started = Date.now();
  looked = started;
  await house.refresh().catch(log);
  metrics.addMetric('Refresh', MetricUnit.Milliseconds, Date.now() - started);
  metrics.publishStoredMetrics();
}
