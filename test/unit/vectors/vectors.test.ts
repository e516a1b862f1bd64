import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { countback, decimal } from '../../reference/ratio.ts';
import { fourPlaces, percentOf } from '../../support/figures.ts';
import { type Asked, KpiLake } from '../../support/kpiLake.ts';
import type { Ledger } from '../../support/ledgerFixture.ts';
import { differences } from '../../support/twins.ts';
import { CLOSE, vectorLedger } from './vectorLake.ts';

/** A machine that does other things meanwhile must not fail them; alone they take seconds. */
vi.setConfig({ hookTimeout: 600_000, testTimeout: 600_000 });

/*
 * Every vector of the domain reference, from files to the answer of a KPI. Each has a twin: a company of the same
 * shape with other figures, where the answer must be the row-at-a-time reference's, part by part.
 */

let ledger: Ledger;
let lake: KpiLake;

beforeAll(async () => {
  ledger = vectorLedger();
  lake = await KpiLake.of(ledger);
});

afterAll(() => lake?.close());

const at = (asked: Partial<Asked> = {}): Asked => ({ asOf: CLOSE, ...asked });
const figure = (company: string, kpi: string, asked: Partial<Asked> = {}) =>
  lake.figure(kpi, company, at(asked));
const value = async (company: string, kpi: string, asked: Partial<Asked> = {}) =>
  (await figure(company, kpi, asked)).value;
const days = async (company: string, kpi: string, asked: Partial<Asked> = {}) =>
  fourPlaces(await value(company, kpi, asked));
const percent = async (company: string, kpi: string, asked: Partial<Asked> = {}) =>
  percentOf(await value(company, kpi, asked));

/** The company's and its twin's answers are the reference's. */
function agrees(
  companies: readonly string[],
  asks: readonly (readonly [kpi: string, asked?: Partial<Asked>])[],
) {
  it(`${companies.join(' and ')} agree with the reference, part by part`, async () => {
    const found: string[] = [];
    for (const company of companies) {
      for (const [kpi, asked] of asks)
        found.push(...(await differences(lake, ledger, company, kpi, at(asked))));
    }
    expect(found).toEqual([]);
  });
}

const QUARTER = { period: 'quarter' } as const;
const YEAR = { period: '12m' } as const;

describe('rotation (§1.2)', () => {
  it('D1: a quarter of 91 days with sales of 9,000, 6,000 open, 4,500 of it current', async () => {
    expect(await days('YEAR', 'dso', QUARTER)).toBe('60.6667');
    expect(await days('YEAR', 'bpdso', QUARTER)).toBe('45.5000');
    expect(await days('YEAR', 'add', QUARTER)).toBe('15.1667');
  });
  it('D2: counting back June and part of May', async () => {
    expect(await days('YEAR', 'countback_dso')).toBe('59.0000');
  });
  it('D3: the published example has months of 30 days, so it is a test of the formula', () => {
    const months = [100n, 80n, 70n].map((sales) => ({ sales, days: 30 }));
    expect(fourPlaces(countback(212n, months).value)).toBe('73.7143');
  });
  it('D4: 36,000 sold in twelve months on an average of 5,500', async () => {
    expect(await value('YEAR', 'turnover_times', YEAR)).toBeCloseTo(6.5455, 4);
    expect(await days('YEAR', 'turnover_days', YEAR)).toBe('55.7639');
    expect(await days('YEAR', 'turnover_days', { ...YEAR, basis: 'days_360' })).toBe('55.0000');
  });
  it('D5: without sales there is no DSO, and counting back ends with the history', async () => {
    expect(await figure('SILENT', 'dso')).toMatchObject({ value: null, reason: 'ZERO_DENOMINATOR' });
    const counted = await figure('SILENT', 'countback_dso');
    expect(counted).toMatchObject({ value: null, reason: 'INSUFFICIENT_HISTORY' });
    expect(Number(counted.notes?.lower_bound)).toBe(61);
  });
  it('D6: a month of negative sales counts its days and takes nothing off', async () => {
    const row = await figure('NEGATIVE', 'countback_dso');
    expect(fourPlaces(row.value)).toBe('45.5000');
    expect(row.notes).toMatchObject({ flag: 'NEGATIVE_SALES_MONTH' });
  });
  it('D7: every invoice against the sales of its own month', async () => {
    expect(await days('INVOICES', 'true_dso')).toBe('15.0000');
  });
  agrees(
    ['YEAR', 'YEAR-TWIN'],
    [
      ['dso', QUARTER],
      ['bpdso', QUARTER],
      ['add', QUARTER],
      ['dso'],
      ['countback_dso'],
      ['true_dso'],
      ['turnover_times', YEAR],
      ['turnover_days', YEAR],
      ['turnover_days', { ...YEAR, basis: 'days_360' }],
    ],
  );
  agrees(['SILENT', 'SILENT-TWIN', 'NEGATIVE', 'NEGATIVE-TWIN'], [['dso'], ['countback_dso'], ['true_dso']]);
  agrees(['INVOICES', 'INVOICES-TWIN'], [['true_dso'], ['countback_dso']]);
});

describe('collection and recovery (§1.3)', () => {
  it('C1: 65.9091 % of a month', async () => {
    expect(await percent('YEAR', 'cei')).toBe('65.9091');
  });
  it('C2: 57.1429 % of a quarter, whose sales are averaged over its three months', async () => {
    expect(await percent('YEAR', 'cei', QUARTER)).toBe('57.1429');
  });
  it('C3: collected of what was due: 68 %, 70.8333 % net of cancellations, 55 % of the overdue', async () => {
    expect(await figure('JUNE', 'collection_rate_gross')).toMatchObject({
      numerator: '3400.00',
      denominator: '5000.00',
      value: 0.68,
    });
    expect(await percent('JUNE', 'collection_rate_net')).toBe('70.8333');
    expect(await percent('JUNE', 'recovery_rate')).toBe('55.0000');
  });
  it('C4: everything collectable collected is 100 %', async () => {
    expect(await percent('CURRENT', 'cei')).toBe('100.0000');
  });
  it('C5: no index over a negative or zero base', async () => {
    expect(await figure('CHEQUE', 'cei')).toMatchObject({
      value: null,
      denominator: '-100.00',
      reason: 'NEGATIVE_DENOMINATOR',
    });
    expect(await figure('NOTHING', 'cei')).toMatchObject({ value: null, reason: 'ZERO_DENOMINATOR' });
  });
  it('C6: the clerk collected 300 of 1,200 assigned', async () => {
    const [row] = await lake.ask('liquidation_rate', at({ by: ['clerk'], where: { company: 'ASSIGNED' } }));
    expect(row).toMatchObject({
      dimensions: { clerk: 'AUX1' },
      numerator: '300.00',
      denominator: '1200.00',
      value: 0.25,
    });
  });
  it('C7: 600 of 1,000 on time, the due date included', async () => {
    expect(await figure('DUE', 'on_time_rate')).toMatchObject({ numerator: '600.00', value: 0.6 });
  });
  const all = [
    'cei',
    'collection_rate_gross',
    'collection_rate_net',
    'recovery_rate',
    'cure_rate',
    'on_time_rate',
  ];
  agrees(
    ['YEAR-TWIN', 'JUNE', 'JUNE-TWIN', 'CURRENT-TWIN', 'CHEQUE', 'CHEQUE-TWIN', 'ASSIGNED-TWIN', 'DUE-TWIN'],
    [...all.map((kpi) => [kpi] as const), ['cure_rate', { basis: 'items' }], ['cei', QUARTER]],
  );
  it('the twin of C6: what its only clerk collected is what the company did', async () => {
    const [row] = await lake.ask(
      'liquidation_rate',
      at({ by: ['clerk'], where: { company: 'ASSIGNED-TWIN' } }),
    );
    expect(row?.value).toBe(await value('ASSIGNED-TWIN', 'collection_rate_gross'));
  });
});

describe('vintages (§1.6)', () => {
  it('50, 70, 80 and 85 % of the cohort, 86.9565 and 92.3913 % net of what was cancelled', async () => {
    const curve = async (kpi: string) =>
      (await lake.ask(kpi, at({ where: { company: 'COHORT' } })))
        .filter(({ dimensions }) => dimensions.cohort === '2026-03-01')
        .sort((a, b) => Number(a.dimensions.age) - Number(b.dimensions.age));
    const gross = await curve('vintage_gross');
    expect(gross.slice(0, 4).map((row) => percentOf(row.value))).toEqual([
      '50.0000',
      '70.0000',
      '80.0000',
      '85.0000',
    ]);
    expect((await curve('vintage_net')).slice(2, 4).map((row) => percentOf(row.value))).toEqual([
      '86.9565',
      '92.3913',
    ]);
    expect(gross[4]).toMatchObject({ value: null, reason: 'CENSORED' });
  });
  agrees(['COHORT', 'COHORT-TWIN'], [['vintage_gross'], ['vintage_net']]);
});

describe('payer timing (§1.7)', () => {
  it('9.5 days by amount, 11 by payment, 10 with early payments as on time; 2 of 3 late', async () => {
    expect(await days('PAYERS', 'days_to_pay')).toBe('9.5000');
    expect(await days('PAYERS', 'days_to_pay', { basis: 'items' })).toBe('11.0000');
    expect(await days('PAYERS', 'days_to_pay', { basis: 'amount_floored' })).toBe('10.0000');
    expect(await figure('PAYERS', 'late_share')).toMatchObject({ numerator: '2', denominator: '3' });
  });
  agrees(
    ['PAYERS', 'PAYERS-TWIN'],
    [
      ['days_to_pay'],
      ['days_to_pay', { basis: 'items' }],
      ['days_to_pay', { basis: 'amount_floored' }],
      ['late_share'],
    ],
  );
});

describe('scorecards (§1.9)', () => {
  it('concentration: the first of four clients has 44.7761 %, the index is 3,227.89', async () => {
    expect(await percent('DEBTORS', 'top1_share')).toBe('44.7761');
    expect(Number(await value('DEBTORS', 'hhi')).toFixed(2)).toBe('3227.89');
  });
  agrees(['DEBTORS', 'DEBTORS-TWIN'], [['top1_share'], ['top5_share'], ['hhi']]);

  it('attainment: 4,400 of 5,000 is 88 %; no target or a target of zero is no figure', async () => {
    const asked = { by: ['office'] };
    expect(await figure('TARGET', 'attainment', asked)).toMatchObject({
      dimensions: { office: '01' },
      value: 0.88,
    });
    expect(await figure('TARGET-NONE', 'attainment', asked)).toMatchObject({
      value: null,
      reason: 'NO_TARGET',
    });
    expect(await figure('TARGET-ZERO', 'attainment', asked)).toMatchObject({
      value: null,
      reason: 'ZERO_TARGET',
    });
  });
  it('the twin of attainment: collected against its own target', async () => {
    const { value: attained } = await figure('TARGET-TWIN', 'attainment', { by: ['office'] });
    expect(Number(attained)).toBeCloseTo(decimal('1234.56').div('987.65').toNumber(), 12);
  });

  it('shares: each intermediary sees its own part, and the parts add up', async () => {
    const parts = async (company: string) =>
      Object.fromEntries(
        (await lake.ask('gross', at({ by: ['intermediary'], where: { company } }))).map((row) => [
          row.dimensions.intermediary,
          row.value,
        ]),
      );
    expect(await parts('SHARED')).toEqual({ AGENTE: '6000.01', BROKER: '4000.00' });
    expect(await parts('THIRDS')).toEqual({ A: '0.33', B: '0.33', C: '0.34' });
    // 12.5 %, 37.25 % and 50.25 % of 9,876,543 cents: 1,234,567.875, 3,679,012.2675 and 4,962,962.8575.
    expect(await parts('SHARED-TWIN')).toEqual({ A: '12345.68', B: '36790.12', C: '49629.63' });
    expect(await value('SHARED-TWIN', 'gross')).toBe('98765.43');
  });

  it('Wilson: 26 of 40 ranks above 3 of 3', async () => {
    const rows = await lake.ask('on_time_low', at({ by: ['clerk'], where: { company: 'CLERKS' } }));
    const of = (clerk: string) => rows.find(({ dimensions }) => dimensions.clerk === clerk);
    expect([of('ANA')?.value, of('ANA')?.notes?.high].map((bound) => Number(bound).toFixed(3))).toEqual([
      '0.495',
      '0.779',
    ]);
    expect([of('LUZ')?.value, of('LUZ')?.notes?.high].map((bound) => Number(bound).toFixed(3))).toEqual([
      '0.439',
      '1.000',
    ]);
    const places = await lake.ask('on_time_place', at({ by: ['clerk'], where: { company: 'CLERKS' } }));
    expect(places.map(({ dimensions, value: place }) => [dimensions.clerk, Number(place)])).toEqual([
      ['ANA', 1],
      ['LUZ', 2],
    ]);
  });
  agrees(
    ['CLERKS', 'CLERKS-TWIN'],
    [['on_time_low'], ['on_time_rate', { basis: 'items' }], ['on_time_rate']],
  );
});

describe('exchange (§1.10)', () => {
  it('20,000 gained when 400 of 1,000 dollars were paid, 60,000 on the rest at the close', async () => {
    expect(await value('DOLLARS', 'cash_applied')).toBe('1620000.00');
    expect(await value('DOLLARS', 'collected')).toBe('1600000.00');
    expect(await value('DOLLARS', 'fx_realised')).toBe('20000.00');
    expect(await value('DOLLARS', 'gross')).toBe('2460000.00');
    expect(await value('DOLLARS', 'gross', { basis: 'booked' })).toBe('2400000.00');
    expect(await value('DOLLARS', 'fx_unrealised')).toBe('60000.00');
    const [dollars] = await lake.ask('gross', at({ basis: 'document', where: { company: 'DOLLARS' } }));
    expect(dollars).toMatchObject({ dimensions: { currency: 'USD' }, value: '600.00' });
  });
  agrees(
    ['DOLLARS', 'DOLLARS-TWIN'],
    [
      ['cash_applied'],
      ['collected'],
      ['fx_realised'],
      ['gross'],
      ['gross', { basis: 'booked' }],
      ['fx_unrealised'],
    ],
  );
});

describe('the sign test (§3.5)', () => {
  it('a return premium that its source stores as 200 is taken off: 800, not 1,200', async () => {
    expect(await value('SIGNS', 'net')).toBe('800.00');
    expect(await value('SIGNS', 'credits')).toBe('-200.00');
    expect(await value('SIGNS', 'written')).toBe('800.00');
  });
  agrees(['SIGNS', 'SIGNS-TWIN'], [['net'], ['credits'], ['gross'], ['written'], ['sales']]);
});

describe('the roll-forward (§4, RF1)', () => {
  it('5,800 and what June did to it are 6,000', async () => {
    const month = {
      written: await value('FORWARD', 'written'),
      collected: await value('FORWARD', 'collected'),
      cancelledNp: await value('FORWARD', 'cancelled', { basis: 'non_payment' }),
      cancelledOther: await value('FORWARD', 'cancelled', { basis: 'other' }),
      writtenOff: await value('FORWARD', 'written_off'),
    };
    expect(month).toEqual({
      written: '3200.00',
      collected: '2700.00',
      cancelledNp: '200.00',
      cancelledOther: '50.00',
      writtenOff: '60.00',
    });
    expect(await lake.figure('gross', 'FORWARD', { asOf: '2026-05-31' })).toMatchObject({ value: '5800.00' });
    expect(await value('FORWARD', 'gross')).toBe('6000.00');
  });
});
