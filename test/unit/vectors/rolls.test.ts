import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { alturasOf, defaultConfig, withBuckets } from '../../../functions/core/config.ts';
import type { Altura } from '../../reference/position.ts';
import { percentOf } from '../../support/figures.ts';
import { KpiLake } from '../../support/kpiLake.ts';
import { deliveredOn, Ledger } from '../../support/ledgerFixture.ts';
import { haveShared, sharedPath } from '../../support/sharedData.ts';
import { differences } from '../../support/twins.ts';
import { addAges, addHistories, addRolls, DOMAIN_ROLLS, TWIN_ROLLS } from './bucketScenarios.ts';

/** A machine that does other things meanwhile must not fail them; alone they take seconds. */
vi.setConfig({ hookTimeout: 600_000, testTimeout: 600_000 });

/** Other buckets than the house's are a parameter, not another definition (domain §1.0, rounding). */
const config = withBuckets(defaultConfig(), [0, 30, 60, 90]);
const alturas = alturasOf(config).filter(
  (one): one is Altura & typeof one => one.lo !== null && one.hi !== null,
);

const CURRENT = 'AL_DIA';

describe('roll rates (§1.4)', () => {
  let ledger: Ledger;
  let lake: KpiLake;
  const June = { asOf: '2026-06-30' };

  beforeAll(async () => {
    ledger = new Ledger(deliveredOn('2026-05-31', '2026-06-15', '2026-06-30'));
    addRolls(ledger, 'ROLLS', DOMAIN_ROLLS, 999);
    addRolls(ledger, 'ROLLS-TWIN', TWIN_ROLLS, '77.77');
    // ROLL-1: of 1,000,000 past due, 200,000 rolled on.
    addRolls(ledger, 'ROLL-1', [{ from: '1-30', open: { '31-60': 200_000 }, paid: 800_000 }], 1);
    lake = await KpiLake.of(ledger, config);
  });

  afterAll(() => lake?.close());

  const cells = async (company: string) =>
    Object.fromEntries(
      (await lake.ask('roll_rate', { ...June, where: { company } })).map((row) => [
        `${row.dimensions.from}>${row.dimensions.to}`,
        row.numerator,
      ]),
    );

  it('every opening balance is in one row, by where it is at the close: from in rows, to in columns', async () => {
    expect(await cells('ROLLS')).toEqual({
      'AL_DIA>AL_DIA': '700.00',
      'AL_DIA>001-030': '700.00',
      'AL_DIA>PAID': '3500.00',
      'AL_DIA>CANCELLED': '100.00',
      '001-030>031-060': '750.00',
      '001-030>PAID': '600.00',
      '001-030>CANCELLED': '150.00',
      '031-060>061-090': '560.00',
      '031-060>PAID': '160.00',
      '031-060>CANCELLED': '80.00',
      '061-090>>90': '320.00',
      '061-090>PAID': '40.00',
      '061-090>CANCELLED': '40.00',
      '>90>>90': '255.00',
      '>90>PAID': '15.00',
      '>90>WRITTEN_OFF': '30.00',
    });
  });

  it('14, 50, 70 and 80 % roll forward, 3.92 % all the way', async () => {
    const forward = new Map(
      (await lake.ask('roll_forward', { ...June, where: { company: 'ROLLS' } })).map((row) => [
        row.dimensions.from,
        percentOf(row.value),
      ]),
    );
    expect([CURRENT, '001-030', '031-060', '061-090'].map((from) => forward.get(from))).toEqual([
      '14.0000',
      '50.0000',
      '70.0000',
      '80.0000',
    ]);
    expect(percentOf((await lake.figure('flow_to_worst', 'ROLLS', June)).value)).toBe('3.9200');
  });

  it('27.1667 % of the opening overdue was paid, partial payments too', async () => {
    expect(await lake.figure('roll_paid', 'ROLLS', June)).toMatchObject({
      numerator: '815.00',
      denominator: '3000.00',
    });
  });

  it('every row adds up to 100 %', async () => {
    for (const company of ['ROLLS', 'ROLLS-TWIN', 'ROLL-1']) {
      const sums = new Map<string | null | undefined, number>();
      for (const row of await lake.ask('roll_rate', { ...June, where: { company } })) {
        sums.set(row.dimensions.from, (sums.get(row.dimensions.from) ?? 0) + Number(row.value));
      }
      for (const sum of sums.values()) expect(sum).toBeCloseTo(1, 12);
    }
  });

  it('an empty opening bucket is no row, and no chain over it', async () => {
    expect(Object.keys(await cells('ROLLS-TWIN')).filter((cell) => cell.startsWith('031-060>'))).toEqual([]);
    expect(await lake.figure('flow_to_worst', 'ROLLS-TWIN', June)).toMatchObject({
      value: null,
      reason: 'ZERO_DENOMINATOR',
    });
  });

  it('the vector and its twin agree with the reference, part by part', async () => {
    for (const company of ['ROLLS', 'ROLLS-TWIN']) {
      for (const kpi of ['roll_rate', 'roll_forward', 'roll_paid', 'flow_to_worst']) {
        expect(await differences(lake, ledger, company, kpi, June, alturas)).toEqual([]);
      }
    }
  });

  it('ROLL-1, published: 20 % rolled', async () => {
    const rows = await lake.ask('roll_forward', { ...June, where: { company: 'ROLL-1' } });
    expect(rows.map((row) => [row.dimensions.from, percentOf(row.value)])).toEqual([['001-030', '20.0000']]);
  });
});

describe('buckets that are no month wide', () => {
  const wide = withBuckets(defaultConfig(), [0, 30, 60, 75, 90, 180]);
  const June = { asOf: '2026-06-30' };

  it('flow to the worst through them: what stays in one has yet to roll, and two within a month are one step', async () => {
    const ledger = new Ledger(deliveredOn('2026-05-31', '2026-06-30'));
    const co = ledger.company('CO');
    // By bucket at the end of May: what was open, since when it was due, and what of it June paid.
    const opened: [string, number, string, number][] = [
      ['AL_DIA', 5_000, '2026-06-10', 4_300],
      ['001-030', 1_000, '2026-05-15', 500],
      ['031-060', 800, '2026-04-15', 240],
      ['061-075', 100, '2026-03-25', 0],
      ['076-090', 300, '2026-03-10', 100],
      ['091-180, of which it leaves', 400, '2025-12-10', 100],
      ['091-180, in which it stays', 600, '2026-02-01', 150],
    ];
    for (const [no, opening, due, paid] of opened) {
      const receipt = co.receipt(no, { opening, issued: '2025-11-01', due });
      if (paid > 0) receipt.paid(paid, '2026-06-20', { known: '2026-06-30' });
    }
    const lake = await KpiLake.of(ledger, wide);
    try {
      const { value } = await lake.figure('flow_to_worst', 'CO', June);
      // 61 to 90 days: 300 of 400. Beyond: 300 of the 550 that left, by payment or by age; 450 are still there.
      expect(value).toBeCloseTo(0.14 * 0.5 * 0.7 * (300 / 400) * (300 / 550), 12);
      const own = alturasOf(wide).filter(
        (one): one is Altura & typeof one => one.lo !== null && one.hi !== null,
      );
      expect(await differences(lake, ledger, 'CO', 'flow_to_worst', June, own)).toEqual([]);
    } finally {
      await lake.close();
    }
  });
});

interface RollRateFile {
  readonly published_counts: readonly (readonly number[])[];
  readonly published_roll_down_stable_up_pct: readonly (readonly number[])[];
}

describe.skipIf(!haveShared('expected/roll_rate.json'))('roll_rate.json: weighted by count', () => {
  /** States 0 to 5 and 6 or more, of 30 days each. */
  const monthly = withBuckets(defaultConfig(), [0, 30, 60, 90, 120, 150]);
  const states = [CURRENT, '001-030', '031-060', '061-090', '091-120', '121-150', '>150'];
  const DAYS = ['2026-05-31', '2026-06-30'] as const;
  let lake: KpiLake;
  let file: RollRateFile;

  const csv = (name: string): Map<string, number> =>
    new Map(
      readFileSync(sharedPath(`roll-rates/${name}`), 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(','))
        .map(([id = '', delq]) => [id, Number(delq)]),
    );

  beforeAll(async () => {
    file = JSON.parse(readFileSync(sharedPath('expected/roll_rate.json'), 'utf8')) as RollRateFile;
    const ledger = new Ledger(deliveredOn(...DAYS));
    // A debt for each cell whose balance is the cell's count.
    addHistories(
      ledger,
      'COUNTS',
      DAYS,
      file.published_counts.flatMap((row, from) =>
        row.flatMap((count, to) => (count > 0 ? [{ states: [from, to], count }] : [])),
      ),
    );
    const [before, after] = [csv('test_data_i.csv'), csv('test_data_i_1.csv')];
    addHistories(
      ledger,
      'ENTITIES',
      DAYS,
      [...before].map(([id, from]) => ({ name: id, states: [from, after.get(id) ?? 0], count: 1 })),
    );
    // AGE-1 ages by invoice date; its E and F fit only as 61 to 90 and 0 to 30 days.
    addAges(ledger, 'AGE-1', '2026-06-30', AGE_1);
    lake = await KpiLake.of(ledger, monthly);
  });

  afterAll(() => lake?.close());

  const matrix = async (company: string, basis: string): Promise<number[][]> => {
    const rows = await lake.ask('roll_rate', { asOf: '2026-06-30', basis, where: { company } });
    return states.map((from) =>
      states.map((to) =>
        Number(
          rows.find(({ dimensions }) => dimensions.from === from && dimensions.to === to)?.numerator ?? 0,
        ),
      ),
    );
  };

  it('64 entities of 8 states in two snapshots give the expected 7 by 7 matrix', async () => {
    const expected = readFileSync(sharedPath('roll-rates/test_mom_rr_result_6.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    expect(await matrix('ENTITIES', 'items')).toEqual(expected.map((line) => line.split(',').map(Number)));
  });

  it('the published counts roll down, stay and roll up by the published percents', async () => {
    const counts = await matrix('COUNTS', 'amount');
    expect(counts).toEqual(file.published_counts);
    const shares = counts.map((row, from) => {
      const total = row.reduce((sum, count) => sum + count, 0);
      const part = (keep: (to: number) => boolean) =>
        Math.round((row.reduce((sum, count, to) => sum + (keep(to) ? count : 0), 0) / total) * 1000) / 10;
      return [part((to) => to < from), part((to) => to === from), part((to) => to > from)];
    });
    expect(shares).toEqual(file.published_roll_down_stable_up_pct);
  });

  it('AGE-1: totals by age, and the allowance from what is not collectable', async () => {
    const published = JSON.parse(readFileSync(sharedPath('expected/ratio_examples.json'), 'utf8')) as {
      items: {
        id: string;
        expected: { totals: number[]; collect_prob: number[] };
        derived_allowance: number;
      }[];
    };
    const expected = published.items.find(({ id }) => id === 'AGE-1');
    const rows = await lake.ask('aging', { asOf: '2026-06-30', where: { company: 'AGE-1' } });
    const sum = (...buckets: readonly string[]) =>
      rows
        .filter(({ dimensions }) => buckets.includes(dimensions.bucket ?? ''))
        .reduce((total, row) => total + Number(row.value), 0);
    const totals = [
      sum(CURRENT, '001-030'),
      sum('031-060'),
      sum('061-090'),
      sum('091-120', '121-150', '>150'),
    ];
    expect(totals).toEqual(expected?.expected.totals);
    const allowance = totals.reduce(
      (lost, total, index) => lost + total * (1 - (expected?.expected.collect_prob[index] ?? 0)),
      0,
    );
    expect(Math.round(allowance)).toBe(expected?.derived_allowance);
  });
});

/** By customer: [age in days, amount]; an invoice of 31 days is in 31-60. */
const AGE_1 = {
  A: [
    [12, 40_000],
    [31, 17_500],
  ],
  B: [[30, 22_000]],
  C: [
    [1, 14_500],
    [60, 50_000],
    [61, 10_000],
  ],
  D: [[120, 8_000]],
  E: [[75, 12_500]],
  F: [[0, 25_000]],
  G: [
    [29, 1_500],
    [45, 30_000],
    [90, 17_000],
    [91, 2_000],
  ],
} as const;

describe.skipIf(!haveShared('transitions/synthetic_data5.csv'))(
  'transitions.json: 10,000 debts over five months',
  () => {
    const ENDS = ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31'] as const;
    const STATES = [CURRENT, '001-030', '031-060'];
    let lake: KpiLake;

    beforeAll(async () => {
      const histories = new Map<string, number[]>();
      for (const line of readFileSync(sharedPath('transitions/synthetic_data5.csv'), 'utf8')
        .trim()
        .split('\n')
        .slice(1)) {
        const [id = '', time, state] = line.split(',');
        const states = histories.get(id) ?? [];
        states[Number(time)] = Number(state);
        histories.set(id, states);
      }
      expect(histories.size).toBe(10_000);
      const alike = new Map<string, { states: number[]; count: number }>();
      for (const states of histories.values()) {
        const known = alike.get(states.join()) ?? { states, count: 0 };
        known.count += 1;
        alike.set(states.join(), known);
      }
      const ledger = new Ledger(deliveredOn(...ENDS));
      addHistories(ledger, 'STATES', ENDS, [...alike.values()]);
      lake = await KpiLake.of(ledger, config);
    });

    afterAll(() => lake?.close());

    it('the matrix over consecutive months is the generating one to two places', async () => {
      const { generating_matrix: generating } = JSON.parse(
        readFileSync(sharedPath('expected/transitions.json'), 'utf8'),
      ) as { generating_matrix: number[][] };
      const counts = STATES.map(() => STATES.map(() => 0));
      for (const asOf of ENDS.slice(1)) {
        for (const row of await lake.ask('roll_rate', { asOf, where: { company: 'STATES' } })) {
          const cells = counts[STATES.indexOf(row.dimensions.from ?? '')];
          const to = STATES.indexOf(row.dimensions.to ?? '');
          if (cells) cells[to] = (cells[to] ?? 0) + Number(row.numerator);
        }
      }
      expect(counts.flat().reduce((sum, count) => sum + count, 0)).toBe(40_000);
      const shares = counts.map((row) => {
        const total = row.reduce((sum, count) => sum + count, 0);
        return row.map((count) => Math.round((count / total) * 100) / 100);
      });
      expect(shares).toEqual(generating);
    });
  },
);
