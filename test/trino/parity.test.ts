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

/** What is spoiled so that a law is broken: both engines must then name the same rows. */
const SPOILED: Readonly<Record<string, { readonly relation: string; readonly within?: string }>> = {
  buckets_equal_gross: { relation: 'aging' },
  components_sum_to_total: { relation: 'position' },
  marts_agree_with_position: { relation: 'aging' },
  one_holder_a_day: { relation: 'assignments' },
  parts_add_up: { relation: 'position' },
  post_dated_within_reach: { relation: 'movements' },
  rate_is_known: { relation: 'position' },
  roll_forward_closes: { relation: 'receipt_change' },
  shares_sum_to_100: { relation: 'share_span' },
  snapshot_and_movements_agree: { relation: 'ledger_movement', within: 'delivery_gap' },
  transition_rows_sum: { relation: 'roll_rates' },
};

/** Delivers, lands and builds a ledger by the ordinary jobs, on both engines. */
async function compare(
  name: string,
  deliver: (directory: string) => Promise<readonly string[]>,
  broken: typeof SPOILED = {},
): Promise<{ readonly status: string; readonly lines: readonly ParityLine[] }> {
  const bucket = { name: TRINO_BUCKETS.lake, folder: inject('lakeFolder') };
  const servers = { trino: inject('trino'), glue: inject('glue') };
  const config = defaultConfig();
  const directory = await mkdtemp(join(tmpdir(), `alturas-parity-${name}-`));
  try {
    const folders = await deliver(directory);
    const lake = await openLake(join(bucket.folder, name));
    const landed = await landDeliveries(lake, folders, { config });
    expect(landed.rejected).toBe(0);
    const { report, lines } = await buildOnBothEngines({ lake, bucket, prefix: name }, servers, config, {
      broken,
    });
    tables.push(`${name}, ${report.days?.count} days\n${parityTable(lines)}`);
    return { status: report.status, lines };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function namesOf(kind: 'laws' | 'tables'): Promise<string[]> {
  const { project } = await checkModels();
  const laws = project.laws.map(({ name }) => name);
  return kind === 'laws' ? laws : project.models.filter(({ header }) => !header.view).map(({ name }) => name);
}

describe.each(LEDGERS)('DuckDB and Trino over the ledger $name', ({ name, deliver }) => {
  test('no cell of any model or law differs', async () => {
    const { status, lines } = await compare(name, deliver);
    expect(status).toBe('published');
    expect(lines.filter((line) => line.differences > 0)).toEqual([]);
    const wanted = [...(await namesOf('tables')), ...(await namesOf('laws'))];
    expect(lines.map((line) => line.name).sort()).toEqual(wanted.sort());
    expect(lines.reduce((cells, line) => cells + line.cells, 0)).toBeGreaterThan(20_000);
  });
});

test('where numbers are wrong, every law names the same rows on both engines', async () => {
  const deliver = async (directory: string) => [
    (await writeDemo(directory, { receipts: 100, days: 40, to: '2026-07-02' })).deliveries,
  ];
  const { lines } = await compare('small', deliver, SPOILED);
  const broken = lines.filter((line) => line.name.endsWith(', broken'));
  expect(broken.map((line) => line.name).sort()).toEqual(
    (await namesOf('laws')).map((law) => `${law}, broken`).sort(),
  );
  expect(broken.filter((line) => line.rows === 0)).toEqual([]);
  expect(lines.filter((line) => line.differences > 0)).toEqual([]);
});
