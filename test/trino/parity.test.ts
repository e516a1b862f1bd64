import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { defaultConfig } from '../../functions/core/config.ts';
import { businessDate } from '../../functions/core/dates.ts';
import { writeDemo } from '../../functions/demo/demo.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { landDeliveries } from '../../functions/land/land.ts';
import { readCatalogue } from '../../functions/query/catalogue.ts';
import { checkModels } from '../../functions/warehouse/check.ts';
import { goldenLedger } from '../support/goldenLedger.ts';
import type { Ledger } from '../support/ledgerFixture.ts';
import { writeDeliveries } from '../support/ledgerFixtureFiles.ts';
import { buildOnBothEngines, type SharedLake } from '../support/parity-build.ts';
import { kpisOnBothEngines } from '../support/parity-kpis.ts';
import { type ParityLine, parityTable, parityTotal } from '../support/parity-lines.ts';
import { TRINO_BUCKETS } from '../support/trino-server.ts';

/** Everything that was compared, for the sum at the end. */
const compared: { models: ParityLine[]; laws: ParityLine[]; kpis: ParityLine[] } = {
  models: [],
  laws: [],
  kpis: [],
};

afterAll(() => {
  const sums = Object.entries(compared).map(([what, lines]) => {
    const { cells, differences } = parityTotal(lines, what);
    const names = new Set(lines.map(({ name }) => name.replace(', broken', ''))).size;
    return `${names} ${what} with ${cells.toLocaleString('en-US')} cells, ${differences} differences`;
  });
  process.stdout.write(`DuckDB and Trino: ${sums.join('; ')}\n`);
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

const servers = { trino: inject('trino'), glue: inject('glue') };

/** Delivers, lands and builds a ledger by the ordinary jobs, on both engines. */
async function compare(
  name: string,
  deliver: (directory: string) => Promise<readonly string[]>,
  broken: typeof SPOILED = {},
): Promise<{ readonly shared: SharedLake; readonly status: string; readonly lines: readonly ParityLine[] }> {
  const bucket = { name: TRINO_BUCKETS.lake, folder: inject('lakeFolder') };
  const config = defaultConfig();
  const directory = await mkdtemp(join(tmpdir(), `alturas-parity-${name}-`));
  try {
    const folders = await deliver(directory);
    const lake = await openLake(join(bucket.folder, name));
    const landed = await landDeliveries(lake, folders, { config });
    expect(landed.rejected).toBe(0);
    const shared = { lake, bucket, prefix: name };
    const { report, lines } = await buildOnBothEngines(shared, servers, config, { broken });
    process.stdout.write(`${name}, ${report.days?.count} days\n${parityTable(lines, 'models and laws')}\n\n`);
    const models = await namesOf('tables');
    compared.models.push(...lines.filter((line) => models.includes(line.name)));
    compared.laws.push(...lines.filter((line) => !models.includes(line.name)));
    return { shared, status: report.status, lines };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function namesOf(kind: 'laws' | 'tables'): Promise<string[]> {
  const { project } = await checkModels();
  const laws = project.laws.map(({ name }) => name);
  return kind === 'laws' ? laws : project.models.filter(({ header }) => !header.view).map(({ name }) => name);
}

const named = (lines: readonly ParityLine[]): string[] => lines.map(({ name }) => name).sort();
const different = (lines: readonly ParityLine[]): ParityLine[] =>
  lines.filter(({ differences }) => differences > 0);
const empty = (lines: readonly ParityLine[]): string[] =>
  lines.filter(({ rows }) => rows === 0).map(({ name }) => name);

const isBroken = ({ name }: ParityLine): boolean => name.endsWith(', broken');

async function expectSame({ status, lines }: Awaited<ReturnType<typeof compare>>): Promise<void> {
  expect(status).toBe('published');
  const sound = lines.filter((line) => !isBroken(line));
  expect(different(sound)).toEqual([]);
  const models = await namesOf('tables');
  expect(named(sound)).toEqual([...models, ...(await namesOf('laws'))].sort());
  expect(empty(sound.filter(({ name }) => models.includes(name)))).toEqual([]);
}

async function kpis({ shared }: Awaited<ReturnType<typeof compare>>): Promise<readonly ParityLine[]> {
  const lines = await kpisOnBothEngines(shared, servers, businessDate('2026-06-30'));
  compared.kpis.push(...lines);
  process.stdout.write(`${shared.prefix}\n${parityTable(lines, 'KPIs')}\n\n`);
  return lines;
}

/** G1, which has days without deliveries and facts known late, and a company with what it lacks. */
function goldenAndMore(): Ledger {
  const ledger = goldenLedger();
  const more = ledger.company('MORE');
  more.shares('P2', { A: '60', B: '40' }, '2026-01-01');
  more
    .receipt('R1', { policy: 'P2', opening: 900, issued: '2026-05-02', due: '2026-06-15', disputed: true })
    .paid(100, '2026-06-25');
  return ledger;
}

describe('golden ledger G1', () => {
  let golden: Awaited<ReturnType<typeof compare>>;

  beforeAll(async () => {
    golden = await compare('g1', (directory) => writeDeliveries(goldenAndMore(), directory));
  });

  test('no cell of any model or law differs, and every model has rows', () => expectSame(golden));

  test('no KPI differs', async () => {
    expect(different(await kpis(golden))).toEqual([]);
  });
});

describe('the demo over two month ends', () => {
  let demo: Awaited<ReturnType<typeof compare>>;

  beforeAll(async () => {
    const deliver = async (directory: string) => [
      (await writeDemo(directory, { receipts: 300, days: 40, to: '2026-07-02' })).deliveries,
    ];
    demo = await compare('demo', deliver, SPOILED);
  });

  test('no cell of any model or law differs, and every model has rows', () => expectSame(demo));

  test('where numbers are wrong, every law names the same rows on both engines', async () => {
    const lines = demo.lines.filter(isBroken);
    expect(named(lines)).toEqual((await namesOf('laws')).map((law) => `${law}, broken`).sort());
    expect(empty(lines)).toEqual([]);
    expect(different(lines)).toEqual([]);
  });

  test('every KPI of the catalogue, on every basis, is the same figure on both engines', async () => {
    const lines = await kpis(demo);
    expect(different(lines)).toEqual([]);
    expect(named(lines)).toEqual(
      readCatalogue()
        .kpis.map(({ id }) => id)
        .sort(),
    );
    // So few days may be without a dispute; in the ledger above there is one.
    expect(empty(lines).filter((name) => name !== 'disputed')).toEqual([]);
    const disputed = compared.kpis.filter(({ name }) => name === 'disputed');
    expect(disputed.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(0);
  });
});
