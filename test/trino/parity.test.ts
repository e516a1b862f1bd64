import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { defaultConfig } from '../../functions/core/config.ts';
import { writeDemo } from '../../functions/demo/demo.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { landDeliveries } from '../../functions/land/land.ts';
import { checkModels } from '../../functions/warehouse/check.ts';
import { goldenLedger } from '../support/goldenLedger.ts';
import { writeDeliveries } from '../support/ledgerFixtureFiles.ts';
import { buildOnBothEngines } from '../support/parity-build.ts';
import { type ParityLine, parityTable } from '../support/parity-engine.ts';
import { TRINO_BUCKETS } from '../support/trino-server.ts';

/**
 * Ledgers whose every model and law must give the same cells on both engines. The demo covers two month ends and
 * everything the insurer does; G1 has days without deliveries and facts that became known late.
 */
const LEDGERS: readonly {
  readonly name: string;
  /** Writes the deliveries; answers the folders that `land` takes. */
  readonly deliver: (directory: string) => Promise<readonly string[]>;
}[] = [
  { name: 'g1', deliver: (directory) => writeDeliveries(goldenLedger(), directory) },
  {
    name: 'demo',
    deliver: async (directory) => [
      (await writeDemo(directory, { receipts: 1500, days: 70, to: '2026-07-05' })).deliveries,
    ],
  },
];

const tables: string[] = [];

afterAll(() => {
  process.stdout.write(`${tables.join('\n\n')}\n`);
});

describe.each(LEDGERS)('DuckDB and Trino over the ledger $name', ({ name, deliver }) => {
  let lines: readonly ParityLine[] = [];

  test('no cell of any model or law differs', async () => {
    const bucket = { name: TRINO_BUCKETS.lake, folder: inject('lakeFolder') };
    const directory = await mkdtemp(join(tmpdir(), `alturas-parity-${name}-`));
    try {
      const folders = await deliver(directory);
      const lake = await openLake(join(bucket.folder, name));
      const config = defaultConfig();
      const landed = await landDeliveries(lake, folders, { config });
      expect(landed.rejected).toBe(0);
      const built = await buildOnBothEngines(
        { lake, bucket, prefix: name },
        { trino: inject('trino'), glue: inject('glue') },
        config,
      );
      lines = built.lines;
      tables.push(`${name}, ${built.report.days?.count} days\n${parityTable(lines)}`);
      expect(built.report.status).toBe('published');
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
    expect(lines.filter((line) => line.differences > 0)).toEqual([]);
  });

  test('every model and every law of the project was compared', async () => {
    const { project } = await checkModels();
    const wanted = [...project.models.filter(({ header }) => !header.view), ...project.laws];
    expect(lines.map((line) => line.name).sort()).toEqual(wanted.map((file) => file.name).sort());
    expect(lines.reduce((cells, line) => cells + line.cells, 0)).toBeGreaterThan(100_000);
  });
});
