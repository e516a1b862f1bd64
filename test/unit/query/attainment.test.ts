import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TARGETED_KPIS } from '../../../functions/contracts/targets.ts';
import { findKpi } from '../../../functions/query/catalogue.ts';
import { KpiLake } from '../../support/kpiLake.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';

let lake: KpiLake;

const LAST = '2026-06-30';
const MONTH = '2026-06-01';

/** What office N should reach of each KPI: most are missed, and of two that should be small one is beaten by far. */
const TARGETS: Readonly<Record<string, number>> = {
  collected: 2_000,
  written: 3_000,
  sales: 2_500,
  overdue: 500,
  overdue_share: 0.95,
  collection_rate_gross: 0.8,
  collection_rate_net: 0.85,
  recovery_rate: 0.5,
  cure_rate: 0.4,
  on_time_rate: 0.9,
  cei: 0.75,
  dso: 10,
};

/** Two offices through June: what was open before, what was sold, paid late, on time and not at all, and cancelled. */
beforeAll(async () => {
  const ledger = new Ledger(daily('2026-05-30', LAST));
  const co = ledger.company('CO');
  const old = { issued: '2026-04-01', office: 'N' };
  co.receipt('1', { ...old, opening: 900, due: '2026-05-10' }).paid(300, '2026-06-15');
  co.receipt('2', { ...old, opening: 700, due: '2026-05-20' }).paid(700, '2026-06-16');
  co.receipt('3', { ...old, opening: 400, due: '2026-06-10' }).paid(250, '2026-06-09');
  const sold = { issued: '2026-06-03', office: 'N' };
  co.receipt('4', { ...sold, total: 1_500, due: '2026-06-20' }).cancelled(150, '2026-06-22');
  co.receipt('5', { ...sold, total: 600, due: '2026-07-20' });
  co.receipt('6', { issued: '2026-06-03', office: 'S', total: 800, due: '2026-06-25' });
  for (const [kpi, value] of Object.entries(TARGETS)) {
    co.target(MONTH, 'office', 'N', kpi, String(value));
    co.target(MONTH, 'clerk', 'EVA', kpi, String(value));
  }
  co.target(MONTH, 'clerk', 'ANA', 'collected', '0');
  co.target(MONTH, 'total', 'nobody', 'collected', '70');
  const late = ledger.company('LATE', { known: '2026-06-10' });
  late.receipt('1', { opening: 100, issued: '2026-05-01', due: '2026-06-20', known: '2026-06-10' });
  late.target(MONTH, 'clerk', 'LUZ', 'collected', '500');
  late.target(MONTH, 'clerk', 'LUZ', 'overdue', '500');
  lake = await KpiLake.of(ledger);
});

afterAll(() => lake.close());

const attained = (basis: string, office: string) =>
  lake.figure('attainment', 'CO', { asOf: LAST, basis, where: { office } });

describe('a target', () => {
  it.each(TARGETED_KPIS)('of %s is held against what the KPI itself says', async (kpi) => {
    const { direction, unit } = findKpi(lake.desk.catalogue, kpi).kpi;
    const target = TARGETS[kpi] ?? 0;
    const actual = Number((await lake.figure(kpi, 'CO', { asOf: LAST, where: { office: 'N' } })).value);
    expect(actual).toBeGreaterThan(0);
    const expected = direction === 'up_is_good' ? actual / target : Math.min(target / actual, 1.2);
    const row = await attained(kpi === 'collected' ? 'full' : kpi, 'N');
    expect(row.value).toBeCloseTo(expected, 12);
    expect(row.notes).toEqual({
      target: target.toFixed(6),
      ...(unit === 'money' ? {} : { actual: expect.closeTo(actual, 12) }),
    });
  });

  it('is told by its figures: 1,250 of 2,000, 500 against 2,100 past due, and the cap where it is beaten', async () => {
    expect(await attained('full', 'N')).toMatchObject({
      value: 0.625,
      numerator: '1250.00',
      denominator: '2000.000000',
    });
    expect(await attained('sales', 'N')).toMatchObject({ value: 0.78, numerator: '1950.00' });
    expect((await attained('overdue', 'N')).value).toBeCloseTo(500 / 2_100, 12);
    expect(await attained('overdue_share', 'N')).toMatchObject({ value: 1.2 });
  });

  it('that somebody else has is none', async () => {
    for (const basis of ['full', 'sales', 'overdue', 'cei'])
      expect(await attained(basis, 'S')).toMatchObject({ value: null, reason: 'NO_TARGET' });
  });

  it('that nobody has is none, whoever is asked about', async () => {
    for (const where of [{ clerk: 'PAZ' }, { office: 'N', line: 'AUTOS' }])
      for (const basis of ['full', 'dso', 'overdue'])
        expect(await lake.figure('attainment', 'CO', { asOf: LAST, basis, where })).toMatchObject({
          value: null,
          reason: 'NO_TARGET',
        });
  });

  it('of who neither held nor moved anything is missed whole: 0 of it, not nothing', async () => {
    const of = (basis: string, clerk = 'EVA', company = 'CO') =>
      lake.figure('attainment', company, { asOf: LAST, basis, where: { clerk } });
    expect(await of('full')).toMatchObject({
      value: 0,
      numerator: '0.00',
      denominator: '2000.000000',
      reason: null,
    });
    expect(await of('to_date')).toMatchObject({ value: 0, reason: null });
    expect(await of('sales')).toMatchObject({ value: 0, reason: null });
    expect(await of('overdue')).toMatchObject({ value: 1.2, reason: null });
    for (const rate of ['overdue_share', 'collection_rate_gross', 'on_time_rate', 'cei', 'dso'])
      expect(await of(rate)).toMatchObject({ value: null, reason: 'ZERO_DENOMINATOR' });
    expect(await of('full', 'ANA')).toMatchObject({ value: null, reason: 'ZERO_TARGET' });
    expect(await of('full', 'PAZ')).toMatchObject({ value: null, reason: 'NO_TARGET' });
    const clerks = await lake.ask('attainment', { asOf: LAST, by: ['clerk'], where: { company: 'CO' } });
    expect(clerks.map(({ dimensions, value, reason }) => [dimensions.clerk, value, reason])).toEqual([
      ['ANA', null, 'ZERO_TARGET'],
      ['EVA', 0, null],
      [null, null, 'NO_TARGET'],
    ]);
    // What was collected before the company came nobody knows; what is past due everybody does.
    expect(await of('full', 'LUZ', 'LATE')).toMatchObject({ value: null, reason: 'INSUFFICIENT_HISTORY' });
    expect(await of('overdue', 'LUZ', 'LATE')).toMatchObject({ value: 1.2, reason: null });
  });

  it('of a total that is none is nobody’s', async () => {
    expect(await lake.figure('attainment', 'CO', { asOf: LAST })).toMatchObject({ reason: 'NO_TARGET' });
  });
});
