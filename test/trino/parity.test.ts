import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ParityReport, parity } from '../../functions/build/parity.ts';
import { parityTable } from '../../functions/cli/commands/parity.ts';
import { defaultConfig } from '../../functions/core/config.ts';
import { writeDemo } from '../../functions/demo/demo.ts';
import { AthenaEngine } from '../../functions/engine/athena/athenaEngine.ts';
import { DuckEngine } from '../../functions/engine/duckEngine.ts';
import { landDeliveries } from '../../functions/land/land.ts';
import { readCatalogue } from '../../functions/query/catalogue.ts';
import { checkModels } from '../../functions/warehouse/check.ts';
import { compareRows, type ParityLine, parityTotal } from '../../functions/warehouse/parityLines.ts';
import { relationColumns } from '../../functions/warehouse/project.ts';
import { type AthenaPlace, keysUnder, openAthenaPlace } from '../support/athenaPlace.ts';
import { goldenLedger } from '../support/goldenLedger.ts';
import type { Ledger } from '../support/ledgerFixture.ts';
import { writeDeliveries } from '../support/ledgerFixtureFiles.ts';
import { spoiled } from '../support/spoiled.ts';
import { SpoilingEngine } from '../support/spoilingEngine.ts';
import { TRINO_BUCKETS } from '../support/trino-server.ts';

const CLI = fileURLToPath(new URL('../../functions/cli/alturas.mjs', import.meta.url));

/** What is spoiled so that a law is broken: both engines must then name the same rows. */
const SPOILED: Readonly<Record<string, { readonly relation: string; readonly within?: string }>> = {
  buckets_equal_gross: { relation: 'aging' },
  components_sum_to_total: { relation: 'position' },
  flow_components_sum_to_total: { relation: 'flow' },
  flow_parts_add_up: { relation: 'flow' },
  flow_rate_is_known: { relation: 'flow' },
  marts_agree_with_position: { relation: 'aging' },
  month_rolls_forward: { relation: 'position' },
  one_holder_a_day: { relation: 'assignments' },
  parts_add_up: { relation: 'position' },
  post_dated_within_reach: { relation: 'movements' },
  rate_is_known: { relation: 'position' },
  roll_forward_closes: { relation: 'receipt_change' },
  shares_sum_to_100: { relation: 'share_span' },
  snapshot_and_movements_agree: { relation: 'ledger_movement', within: 'delivery_gap' },
  totals_agree_with_flow: { relation: 'month_total' },
  transition_rows_sum: { relation: 'roll_rates' },
};

let place: AthenaPlace;
const reports: ParityReport[] = [];

beforeAll(async () => {
  place = await openAthenaPlace();
});

afterAll(async () => {
  const sums = (['models', 'laws', 'kpis'] as const).map((what) => {
    const lines = reports.flatMap((report) => report[what]);
    const { cells, differences } = parityTotal(lines, what);
    const names = new Set(lines.map(({ name }) => name)).size;
    return `${names} ${what} with ${cells.toLocaleString('en-US')} cells, ${differences} differences`;
  });
  process.stdout.write(
    `DuckDB and Athena: ${sums.join('; ')}; ${place.bridge.seen.started.length} queries, ` +
      `the longest of ${place.bridge.seen.longest.toLocaleString('en-US')} bytes\n`,
  );
  await place.close();
});

/** Delivers and lands a ledger by the ordinary job. */
async function landed(name: string, deliver: (directory: string) => Promise<readonly string[]>) {
  const directory = await mkdtemp(join(tmpdir(), `alturas-parity-${name}-`));
  try {
    const lake = await place.lake(name);
    const { rejected } = await landDeliveries(lake, await deliver(directory), { config: defaultConfig() });
    expect(rejected).toBe(0);
    return lake;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const { project } = await checkModels();
const stored = project.models.filter(({ header }) => !header.view).map(({ name }) => name);
const named = (lines: readonly ParityLine[]): string[] => lines.map(({ name }) => name).sort();
const different = (lines: readonly ParityLine[]): ParityLine[] =>
  lines.filter(({ differences }) => differences > 0);
const empty = (lines: readonly ParityLine[]): string[] =>
  lines.filter(({ rows }) => rows === 0).map(({ name }) => name);

function expectSame(report: ParityReport): void {
  reports.push(report);
  process.stdout.write(`${parityTable(report).join('\n')}\n`);
  expect(different([...report.models, ...report.laws, ...report.kpis])).toEqual([]);
  expect(report.differences).toBe(0);
  expect(named(report.models)).toEqual([...stored].sort());
  expect(empty(report.models)).toEqual([]);
  const laws = [...project.laws.map(({ name }) => name), ...stored.map((name) => `${name}_grain`)];
  expect(report.laws.length).toBe(laws.length);
  expect(named(report.kpis)).toEqual(
    readCatalogue()
      .kpis.map(({ id }) => id)
      .sort(),
  );
  expect([report.left.engine, report.right.engine]).toEqual([
    expect.stringMatching(/^duckdb /),
    'Athena engine version 3',
  ]);
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

const engines: SpoilingEngine[] = [];

/** The real command, in a process of its own. */
async function parityByCommand(): Promise<{ report: ParityReport; before: string[]; after: string[] }> {
  const lake = await landed('g1', (directory) => writeDeliveries(goldenAndMore(), directory));
  const before = await keysUnder(lake, '');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [CLI, '--lake', `s3://${TRINO_BUCKETS.lake}/g1`, '--json', 'parity'],
    { env: { ...process.env, ...place.environment }, maxBuffer: 64e6 },
  );
  return { report: JSON.parse(stdout) as ParityReport, before, after: await keysUnder(lake, '') };
}

/** The same by its function, with every law checked on wrong numbers, too. */
async function parityOfDemo(): Promise<ParityReport> {
  const lake = await landed('demo', async (directory) => [
    (await writeDemo(directory, { receipts: 300, days: 40, to: '2026-07-02' })).deliveries,
  ]);
  const laws = project.laws.map(({ name, sql }) => {
    const wrong = SPOILED[name] ?? { relation: '' };
    const text = project.models.find((model) => model.name === wrong.within)?.sql ?? sql;
    const columns = relationColumns(wrong.relation, project) ?? [];
    return { name, sql, broken: spoiled(text, { name: wrong.relation, columns }) };
  });
  return parity(lake, {
    config: defaultConfig(),
    athena: place.settings,
    around: (engine) => async (branch, options) => {
      const inner =
        engine === 'duckdb'
          ? await DuckEngine.open(branch, options)
          : await AthenaEngine.open(branch, options, place.settings);
      const spoiling = new SpoilingEngine(inner, laws);
      engines.push(spoiling);
      return spoiling;
    },
  });
}

// Planning a statement keeps one core of Trino busy: the two ledgers go side by side.
let golden: ReturnType<typeof parityByCommand>;
let demo: ReturnType<typeof parityOfDemo>;

beforeAll(async () => {
  golden = parityByCommand();
  demo = parityOfDemo();
  await Promise.allSettled([golden, demo]);
}, 1_800_000);

describe('golden ledger G1, by `alturas parity`', () => {
  test('no cell of any model, law or KPI differs, every model has rows, and nothing is left behind', async () => {
    const { report, before, after } = await golden;
    expectSame(report);
    expect(report.kpis.find(({ name }) => name === 'disputed')?.rows).toBeGreaterThan(0);
    expect(after).toEqual(before);
  });
});

describe('the demo over two month ends', () => {
  test('no cell of any model, law or KPI differs, and every KPI but one has rows', async () => {
    const report = await demo;
    expectSame(report);
    // So few days may be without a dispute; in the ledger above there is one.
    expect(empty(report.kpis).filter((name) => name !== 'disputed')).toEqual([]);
  });

  test('where numbers are wrong, every law names the same rows on both engines', async () => {
    await demo;
    const [duckdb, athena] = engines;
    const lines = project.laws.map(({ name }) =>
      compareRows(name, duckdb?.broken.get(name) ?? [], athena?.broken.get(name) ?? []),
    );
    expect(empty(lines)).toEqual([]);
    expect(different(lines)).toEqual([]);
  });
});
