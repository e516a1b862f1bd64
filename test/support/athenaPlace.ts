import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { AthenaEngine } from '../../functions/engine/athena/athenaEngine.ts';
import type { AthenaSettings } from '../../functions/engine/athena/settings.ts';
import type { Lake } from '../../functions/lake/lake.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { GLUE_DATABASE } from '../trino/setup.ts';
import { type AthenaBridge, startAthenaBridge } from './athenaBridge.ts';
import { TRINO_BUCKETS } from './trino-server.ts';

/** An Athena of the test's own: a bridge to the suite's Trino, and the environment in which AWS clients find it. */
export interface AthenaPlace {
  readonly bridge: AthenaBridge;
  readonly settings: AthenaSettings;
  /** For a child process. */
  readonly environment: Readonly<Record<string, string>>;
  /** A lake of this name in the suite's bucket. */
  lake(name: string): Promise<Lake>;
  engine(lake: Lake, settings?: Partial<AthenaSettings>): Promise<AthenaEngine>;
  close(): Promise<void>;
}

export async function openAthenaPlace(): Promise<AthenaPlace> {
  const bridge = await startAthenaBridge(inject('trino'));
  const folder = await mkdtemp(join(tmpdir(), 'alturas-athena-'));
  const settings = { database: GLUE_DATABASE, workgroup: 'primary', settleMs: 0 };
  const environment = {
    ...inject('aws'),
    AWS_ENDPOINT_URL_ATHENA: bridge.url,
    ALTURAS_CACHE: join(folder, 'cache'),
    ALTURAS_GLUE_DATABASE: settings.database,
    ALTURAS_ATHENA_WORKGROUP: settings.workgroup,
  };
  Object.assign(process.env, environment);
  return {
    bridge,
    settings,
    environment,
    lake: (name) => openLake(`s3://${TRINO_BUCKETS.lake}/${name}`),
    engine: (lake, more = {}) =>
      AthenaEngine.open(lake, { scratch: join(folder, 'spill') }, { ...settings, ...more }),
    close: async () => {
      await bridge.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Everything that lies under a prefix of a lake. */
export async function keysUnder(lake: Lake, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of lake.list(prefix)) keys.push(key);
  return keys;
}
