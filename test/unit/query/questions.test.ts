import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultConfig } from '../../../functions/core/config.ts';
import { type BusinessDate, businessDate, knownAt } from '../../../functions/core/dates.ts';
import { AlturasError } from '../../../functions/core/errors.ts';
import { cents, moneyText } from '../../../functions/core/money.ts';
import type { Lake } from '../../../functions/lake/lake.ts';
import { openLake } from '../../../functions/lake/openLake.ts';
import type { Answer } from '../../../functions/query/answer.ts';
import { readCatalogue } from '../../../functions/query/catalogue.ts';
import { Desk } from '../../../functions/query/desk.ts';
import { answer, type Question } from '../../../functions/query/kpi.ts';
import { receiptsOf } from '../../../functions/query/receipts.ts';
import { restatements } from '../../../functions/query/restatements.ts';
import { landAndBuild } from '../../support/kpiLake.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { writeDeliveries } from '../../support/ledgerFixtureFiles.ts';

/** Two companies of two currencies; offices, lines and clients that cross; a receipt shared by two intermediaries. */
function portfolio(): Ledger {
  const ledger = new Ledger(daily('2026-05-28', '2026-06-04'));
  const co = ledger.company('CO');
  co.assigned('OFFICE', 'N', 'CLERK', 'ana', '2026-01-01').assigned(
    'OFFICE',
    'S',
    'CLERK',
    'beto',
    '2026-01-01',
  );
  co.shares('P-2', { I1: '60', I2: '40' }, '2026-01-01');
  co.receipt('1', {
    total: 1_000,
    issued: '2026-05-28',
    due: '2026-06-01',
    office: 'N',
    line: 'AUTOS',
    client: 'C1',
  });
  co.receipt('2', {
    total: '1000.01',
    issued: '2026-05-28',
    due: '2026-05-29',
    office: 'N',
    line: 'HOGAR',
    client: 'C1',
  });
  co.receipt('3', {
    total: 500,
    issued: '2026-05-29',
    due: '2026-07-01',
    office: 'S',
    line: 'AUTOS',
    client: 'C2',
  }).paid(200, '2026-06-03');
  co.receipt('4', {
    total: 300,
    issued: '2026-05-30',
    due: '2026-06-02',
    office: 'S',
    line: 'HOGAR',
    client: 'C3',
  }).paid(300, '2026-06-03', { known: '2026-06-04' });
  const pa = ledger.company('PA', { currency: 'USD', country: 'PA' });
  pa.receipt('1', {
    total: 70,
    issued: '2026-05-28',
    due: '2026-06-01',
    office: 'P',
    line: 'AUTOS',
    client: 'C9',
  });
  return ledger;
}

let directory: string;
let lake: Lake;
let desk: Desk;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'alturas-questions-'));
  await landAndBuild(
    directory,
    await writeDeliveries(portfolio(), join(directory, 'deliveries')),
    defaultConfig(),
  );
  lake = await openLake(join(directory, 'lake'));
  desk = await Desk.open(lake, defaultConfig());
});

afterAll(async () => {
  await desk.close();
  await rm(directory, { recursive: true });
});

const CO = { column: 'company', members: ['CO'] };
const DAY = businessDate('2026-06-03');

function ask(kpi: string, more: Partial<Question> = {}): Promise<Answer> {
  return answer(desk, { kpi, asOf: DAY, by: [], filters: [CO], ...more });
}

async function code(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (caught: unknown) => caught,
  );
  return error instanceof AlturasError ? error.code : `no refusal: ${String(error)}`;
}

const figures = ({ rows }: Answer) =>
  Object.fromEntries(rows.map((row) => [Object.values(row.dimensions).join('/'), row.value]));

describe('a figure by dimensions and filters', () => {
  it('adds up by any dimension, with its total', async () => {
    const byOffice = await ask('gross', { by: ['office'] });
    expect(figures(byOffice)).toEqual({ N: '2000.01', S: '600.00' });
    expect(byOffice.total?.value).toBe('2600.01');
    expect(figures(await ask('gross', { by: ['office', 'line'] }))).toEqual({
      'N/AUTOS': '1000.00',
      'N/HOGAR': '1000.01',
      'S/AUTOS': '300.00',
      'S/HOGAR': '300.00',
    });
  });

  // Not what the members add up to: a shared receipt is one, and a concentration is no sum.
  it.each(['office', 'intermediary'])('has the total that is told without them, by %s', async (dimension) => {
    const { kpis, marts } = readCatalogue();
    const told: string[] = [];
    for (const { id, from } of kpis.filter((kpi) => dimension in (marts[kpi.from]?.dimensions ?? {}))) {
      const { total, rows } = await ask(id, { by: [dimension] });
      expect([id, from, total]).toEqual([id, from, (await ask(id)).total]);
      if (rows.length > 1 && total?.value) told.push(id);
    }
    expect(told.length).toBeGreaterThan(15);
  });

  it('splits a shared receipt among its intermediaries so that the parts add up', async () => {
    expect(figures(await ask('gross', { by: ['intermediary'] }))).toEqual({
      I1: '600.01',
      I2: '400.00',
      '': '1600.00',
    });
  });

  it('filters by several members, and by "not assigned"', async () => {
    expect(
      (await ask('gross', { filters: [CO, { column: 'office', members: ['N', 'S'] }] })).rows[0]?.value,
    ).toBe('2600.01');
    expect(
      (await ask('gross', { filters: [CO, { column: 'intermediary', members: [null] }] })).rows[0]?.value,
    ).toBe('1600.00');
  });

  it('is zero where nothing is open, for the day is built', async () => {
    expect(
      (await ask('gross', { filters: [CO, { column: 'office', members: ['none such'] }] })).rows[0],
    ).toMatchObject({ value: '0.00', reason: null });
  });

  it('computes a ratio from summed parts, never an average of ratios', async () => {
    const { rows, total } = await ask('overdue_share', { by: ['office'] });
    expect(rows.map(({ numerator, denominator }) => [numerator, denominator])).toEqual([
      ['2000.01', '2000.01'],
      ['300.00', '600.00'],
    ]);
    expect(total?.value).toBeCloseTo(2300.01 / 2600.01, 12);
  });

  it('is told on the basis that the configuration makes the default, unless another is asked for', async () => {
    const config = { ...defaultConfig(), floor_early: true };
    const other = await Desk.open(lake, config);
    const basisOf = async (more: Partial<Question> = {}) =>
      (await answer(other, { kpi: 'days_to_pay', asOf: DAY, by: [], filters: [CO], ...more })).basis;
    expect([await basisOf(), await basisOf({ basis: 'amount' })]).toEqual(['amount_floored', 'amount']);
    await other.close();
    expect((await ask('days_to_pay')).basis).toBe('amount');
  });

  it('keeps a member that looks like SQL a member', async () => {
    const hostile = "N' or '1'='1";
    expect(
      (await ask('gross', { filters: [CO, { column: 'office', members: [hostile] }] })).rows[0]?.value,
    ).toBe('0.00');
  });

  it('never adds up companies whose currencies differ', async () => {
    const both = await ask('gross', { filters: [] });
    expect(both.currency).toBeNull();
    expect(both.total).toBeNull();
    expect(figures(both)).toEqual({ CO: '2600.01', PA: '70.00' });
    expect(await ask('gross', { filters: [{ column: 'company', members: ['PA'] }] })).toMatchObject({
      currency: 'USD',
    });
  });
});

describe('what a mart does not keep', () => {
  it('is asked of the same model through a lens: by client, by policy', async () => {
    const byClient = await ask('gross', { by: ['client'] });
    expect(byClient.on_demand).toBe(true);
    expect(figures(byClient)).toEqual({ C1: '2000.01', C2: '300.00', C3: '300.00' });
    expect(
      figures(await ask('gross', { by: ['office'], filters: [CO, { column: 'client', members: ['C1'] }] })),
    ).toEqual({ N: '2000.01' });
    expect(figures(await ask('collected', { by: ['client'] }))).toEqual({ C2: '200.00' });
  });

  it('gives a long mart by two dimensions, and narrowed by another', async () => {
    const direct = figures(await ask('dso', { by: ['office'], period: 'month' }));
    const narrowed = figures(
      await ask('dso', {
        by: ['office'],
        filters: [CO, { column: 'line', members: ['AUTOS', 'HOGAR'] }],
        period: 'month',
      }),
    );
    expect(narrowed).toEqual(direct);
    const pairs = await ask('top_share', { by: ['office', 'line'] });
    expect(pairs.rows.map(({ dimensions }) => `${dimensions.office}/${dimensions.line}`)).toEqual([
      'N/AUTOS',
      'N/HOGAR',
      'S/AUTOS',
      'S/HOGAR',
    ]);
    expect(pairs.rows.every(({ value }) => value === 1)).toBe(true);
  });

  it('narrows the parts of intermediaries as it narrows whole receipts', async () => {
    const everyLine = [CO, { column: 'line', members: ['AUTOS', 'HOGAR'] }];
    for (const kpi of ['top_share', 'hhi', 'true_dso', 'countback_dso', 'overdue_own', 'on_time_low']) {
      const direct = await ask(kpi, { by: ['intermediary'] });
      expect(direct.rows.map(({ dimensions }) => dimensions.intermediary)).toContain('I2');
      expect((await ask(kpi, { by: ['intermediary'], filters: everyLine })).rows).toEqual(direct.rows);
    }
    const ofOne = [CO, { column: 'intermediary', members: ['I2'] }];
    expect(figures(await ask('overdue_own', { by: ['line'], filters: ofOne }))).toEqual({ HOGAR: '400.00' });
    expect((await ask('top_share', { by: ['office'], filters: ofOne })).rows).toMatchObject([
      { dimensions: { office: 'N' }, numerator: '400.00', denominator: '400.00' },
    ]);
    expect(await code(ask('hhi', { by: ['client'], filters: ofOne }))).toBe('SPLIT_DIMENSION');
  });
});

describe('the receipts behind a figure', () => {
  /** Of what was current when two days opened, what was paid: one receipt in part, and two that were not. */
  const paid: Partial<Question> = {
    period: '2026-06-02..2026-06-03',
    filters: [CO, { column: 'from', members: ['AL_DIA'] }, { column: 'to', members: ['PAID'] }],
  };
  const cases: [string, Partial<Question>, 'numerator' | 'denominator'][] = [
    ['gross', {}, 'numerator'],
    ['overdue_share', { filters: [CO, { column: 'office', members: ['S'] }] }, 'numerator'],
    ['overdue_share', {}, 'denominator'],
    ['gross', { filters: [CO, { column: 'intermediary', members: ['I1'] }] }, 'numerator'],
    ['collected', { asOf: businessDate('2026-06-04') }, 'numerator'],
    ['par30', { basis: 'policy' }, 'denominator'],
    ['collection_rate_gross', {}, 'denominator'],
    ['aging', { filters: [CO, { column: 'bucket', members: ['001-030'] }] }, 'numerator'],
    ['aging_share', { filters: [CO, { column: 'bucket', members: ['001-030'] }] }, 'numerator'],
    ['aging_share', { filters: [CO, { column: 'bucket', members: ['001-030'] }] }, 'denominator'],
    ['cei', { asOf: businessDate('2026-06-04') }, 'numerator'],
    ['cei', { asOf: businessDate('2026-06-04'), period: '2026-05-31..2026-06-04' }, 'denominator'],
    ['roll_rate', paid, 'numerator'],
    ['roll_rate', paid, 'denominator'],
  ];

  it.each(cases)('%s %o: the %s adds up to the figure, to the cent', async (kpi, more, part) => {
    const behind = await receiptsOf(desk, { kpi, asOf: DAY, by: [], filters: [CO], ...more }, part);
    const cell = (await ask(kpi, more)).rows[0];
    expect(behind.sum).toBe(cell?.[part] ?? '0.00');
    expect(behind.receipts.length > 0 || behind.sum === '0.00').toBe(true);
    expect(moneyText(behind.receipts.reduce((sum, { amount }) => sum + cents(String(amount)), 0n))).toBe(
      behind.sum,
    );
  });

  it('of a sum has no denominator', async () => {
    for (const kpi of ['gross', 'collected', 'fell_due'])
      expect(await code(receiptsOf(desk, { kpi, asOf: DAY, by: [], filters: [CO] }, 'denominator'))).toBe(
        'NO_DENOMINATOR',
      );
  });

  it('names each receipt once', async () => {
    const { receipts } = await receiptsOf(
      desk,
      { kpi: 'gross', asOf: DAY, by: [], filters: [CO] },
      'numerator',
    );
    expect(receipts.map(({ receipt, amount }) => [receipt, amount])).toEqual([
      ['1', '1000.00'],
      ['2', '1000.01'],
      ['3', '300.00'],
      ['4', '300.00'],
    ]);
  });

  it('says of a figure that is no sum over receipts that it is none', async () => {
    expect(await code(receiptsOf(desk, { kpi: 'hhi', asOf: DAY, by: [], filters: [CO] }, 'numerator'))).toBe(
      'NOT_ADDITIVE',
    );
  });
});

describe('the two clocks', () => {
  it('answers from what was published when nothing more was known', async () => {
    expect(await ask('gross', { knownAt: knownAt('2026-06-03') })).toMatchObject({
      on_demand: false,
      rows: [{ value: '2600.01' }],
    });
  });

  it('restates with what became known later, and leaves the day as delivered alone', async () => {
    expect(await ask('gross', { knownAt: knownAt('2026-06-04') })).toMatchObject({
      on_demand: true,
      rows: [{ value: '2300.01' }],
    });
    expect((await ask('gross')).rows[0]?.value).toBe('2600.01');
    expect((await ask('collected', { knownAt: knownAt('2026-06-04') })).rows[0]?.value).toBe('500.00');
  });

  it('lists what changed a day since it was delivered: its effects are the difference', async () => {
    const list = await restatements(lake, defaultConfig(), { of: DAY });
    expect(list.rows).toMatchObject([
      {
        as_of: '2026-06-04',
        kind: 'LATE',
        receipt_no: '4',
        affects_from: '2026-06-03',
        affects_to: '2026-06-03',
        effect: '-300.00',
      },
    ]);
  });

  it('carries the last snapshot beyond the newest delivery', async () => {
    const later = await ask('overdue', { asOf: businessDate('2026-07-10') });
    expect(later).toMatchObject({ carried: true, on_demand: true });
    expect(later.rows[0]?.value).toBe('2300.01');
  });

  it('refuses a day before anything was known', async () => {
    expect(await code(ask('gross', { asOf: '2026-01-01' as BusinessDate }))).toBe('DAY_UNKNOWN');
  });
});

describe('words that mean nothing', () => {
  const wrong: [string, string, Partial<Question>][] = [
    ['UNKNOWN_KPI', 'grosss', {}],
    ['UNKNOWN_BASIS', 'gross', { basis: 'wishful' }],
    ['UNKNOWN_DIMENSION', 'gross', { by: ['planet'] }],
    ['BAD_PERIOD', 'gross', { period: 'month' }],
    ['BAD_PERIOD', 'collected', { period: 'fortnight' }],
    ['BAD_PERIOD', 'collected', { period: '2026-06-30..2026-06-01' }],
    ['BAD_PARAMETER', 'par17', {}],
    ['UNKNOWN_DIMENSION', 'hhi', { by: ['receipt'] }],
  ];
  it.each(wrong)('are refused: %s for %s %o', async (expected, kpi, more) => {
    expect(await code(ask(kpi, more))).toBe(expected);
  });
});

describe('an optional feed that was never delivered', () => {
  it('leads to a reason, never to a zero', async () => {
    expect((await ask('attainment')).rows).toMatchObject([
      { value: null, reason: 'FEED_ABSENT', notes: { feed: 'targets' } },
    ]);
  });
});

describe('periods', () => {
  it('sum flows of any span, and answer as of its last day', async () => {
    const span = await ask('collected', { period: '2026-06-01..2026-06-03' });
    expect(span).toMatchObject({
      as_of: '2026-06-03',
      period: { kind: 'custom', opened: '2026-05-31', days: 3 },
      rows: [{ value: '200.00' }],
    });
    expect((await ask('written', { period: 'quarter' })).rows[0]?.value).toBe('2800.01');
    expect((await ask('written', { period: 'month' })).rows[0]?.value).toBe('0.00');
  });
});

it('a span of days that ends on another day than the one asked for is refused', async () => {
  const span = { period: '2026-06-01..2026-06-02' };
  await expect(ask('collected', span)).rejects.toMatchObject({
    code: 'BAD_PERIOD',
    details: { value: DAY, expected: '2026-06-02' },
  });
  expect((await ask('collected', { ...span, asOf: businessDate('2026-06-02') })).as_of).toBe('2026-06-02');
});
