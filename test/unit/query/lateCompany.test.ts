import { afterAll, beforeAll, expect, it } from 'vitest';
import { KpiLake } from '../../support/kpiLake.ts';
import { deliveredOn, Ledger } from '../../support/ledgerFixture.ts';

let lake: KpiLake;

/** B joins in the middle of March, with all it had open in one office; another one sells in late March and in April. */
beforeAll(async () => {
  const ledger = new Ledger(deliveredOn('2026-02-28', '2026-03-15', '2026-03-31', '2026-04-30'));
  ledger.company('A').receipt('1', { total: 10, issued: '2026-02-28', due: '2026-03-28', office: '01' });
  const b = ledger.company('B', { known: '2026-03-15' });
  b.receipt('1', {
    opening: 500,
    issued: '2026-02-01',
    due: '2026-03-01',
    office: '01',
    line: 'HOGAR',
    client: 'C1',
    known: '2026-03-15',
  });
  const more = { office: '02', line: 'AUTOS', client: 'C2' };
  b.receipt('2', { total: 100, issued: '2026-03-31', due: '2026-05-30', ...more });
  b.receipt('3', { total: 300, issued: '2026-04-30', due: '2026-06-30', ...more }).paid(50, '2026-04-30');
  lake = await KpiLake.of(ledger);
});

afterAll(() => lake.close());

it('a company that joined late has no history before its first whole month, however a question is narrowed', async () => {
  for (const kpi of ['countback_dso', 'true_dso'])
    for (const where of [
      { office: '02' },
      { office: '02', line: 'AUTOS' },
      { client: 'C2' },
      { intermediary: null, office: '02' },
    ]) {
      const row = await lake.figure(kpi, 'B', { asOf: '2026-04-30', where });
      expect([kpi, where, row.value, row.reason]).toEqual([kpi, where, null, 'INSUFFICIENT_HISTORY']);
      if (kpi === 'countback_dso') expect(row.notes).toMatchObject({ lower_bound: '30' });
    }
});

it('a sum over a period that began before the company came is not told as if it were whole', async () => {
  for (const [kpi, known] of [
    ['written', '400.00'],
    ['sales', '400.00'],
    ['collected', '50.00'],
    ['cash_applied', '50.00'],
  ] as const) {
    const year = await lake.figure(kpi, 'B', { asOf: '2026-04-30', period: '12m' });
    expect(year).toMatchObject({ value: null, numerator: known, reason: 'INSUFFICIENT_HISTORY' });
  }
  expect(await lake.figure('written', 'B', { asOf: '2026-03-31' })).toMatchObject({
    value: null,
    reason: 'INSUFFICIENT_HISTORY',
  });
  expect(await lake.figure('written', 'B', { asOf: '2026-04-30' })).toMatchObject({ value: '300.00' });
  expect(await lake.figure('written', 'A', { asOf: '2026-04-30', period: '12m' })).toMatchObject({
    value: '10.00',
  });
});

it('nor how late it was paid, and how often', async () => {
  for (const kpi of ['days_to_pay', 'late_share'])
    for (const basis of kpi === 'days_to_pay' ? ['amount', 'items', 'amount_floored'] : ['items', 'amount']) {
      const of = (company: string, period: string) =>
        lake.figure(kpi, company, { asOf: '2026-04-30', period, basis });
      expect((await of('B', '12m')).reason).toBe('INSUFFICIENT_HISTORY');
      expect(await of('B', 'month')).toMatchObject({
        reason: null,
        value: kpi === 'late_share' ? 0 : basis === 'amount_floored' ? 0 : -61,
      });
      // Nothing of A was paid, and all of it is known.
      expect(await of('A', '12m')).toMatchObject({ value: null, reason: 'ZERO_DENOMINATOR' });
    }
});

it('nor has one that joined in the month with whose first day the lake begins', async () => {
  const ledger = new Ledger(deliveredOn('2026-03-01', '2026-03-15', '2026-03-31'));
  const sold = { issued: '2026-03-20', due: '2026-05-30', known: '2026-03-31' };
  ledger.company('A').receipt('1', { total: 310, ...sold });
  const b = ledger.company('B', { known: '2026-03-15' });
  b.receipt('1', { opening: 500, issued: '2026-02-01', due: '2026-03-01', known: '2026-03-15' }).paid(
    500,
    '2026-03-31',
  );
  b.receipt('2', { total: 600, ...sold });
  const young = await KpiLake.of(ledger);
  try {
    const days = async (company: string) => young.figure('countback_dso', company, { asOf: '2026-03-31' });
    expect(await days('A')).toMatchObject({ value: 31, reason: null });
    expect(await days('B')).toMatchObject({ value: null, reason: 'INSUFFICIENT_HISTORY' });
  } finally {
    await young.close();
  }
});
