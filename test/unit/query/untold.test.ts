import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KpiLake } from '../../support/kpiLake.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';

let lake: KpiLake;

const LAST = '2026-06-30';

/** What sources leave out: the rate of a payment, the office of a receipt, and a whole feed. */
beforeAll(async () => {
  const ledger = new Ledger(daily('2026-06-26', LAST));
  ledger.rate('USD', 'COP', '2026-06-26', '4000').rate('USD', 'COP', '2026-06-28', '4050');
  ledger.rate('USD', 'COP', LAST, '4100');
  const co = ledger.company('CO');
  co.receipt('1', { total: 1_000, currency: 'USD', issued: '2026-06-26', due: '2026-06-27' }).paid(
    400,
    '2026-06-28',
  );
  const office = ledger.company('OFFICE');
  const policy = { policy: 'P1', office: '07', namesOffice: false, issued: '2026-06-26', due: '2026-06-27' };
  office.receipt('1', { ...policy, total: 100 }).paid(30, '2026-06-28');
  office.receipt('2', { ...policy, total: 50 }).paid(50, '2026-06-29');
  office.assigned('OFFICE', '07', 'CLERK', 'EVA', '2026-06-01');
  lake = await KpiLake.of(ledger);
});

afterAll(() => lake.close());

describe('a payment that tells no rate', () => {
  it('stands at the rate of its day (domain 1.10)', async () => {
    expect(await lake.figure('cash_applied', 'CO', { asOf: LAST })).toMatchObject({ value: '1620000.00' });
    expect(await lake.figure('collected', 'CO', { asOf: LAST })).toMatchObject({ value: '1600000.00' });
    expect(await lake.figure('fx_realised', 'CO', { asOf: LAST })).toMatchObject({ value: '20000.00' });
    expect(await lake.figure('fx_unrealised', 'CO', { asOf: LAST })).toMatchObject({ value: '60000.00' });
  });
});

describe('a receipt that names no office', () => {
  it('is of the office of its policy, and of who holds that one', async () => {
    const where = { company: 'OFFICE' };
    for (const [kpi, value] of [
      ['gross', '70.00'],
      ['collected', '80.00'],
    ] as const) {
      const rows = await lake.ask(kpi, { asOf: LAST, by: ['office', 'clerk'], where });
      expect(rows.map(({ dimensions, value }) => [dimensions.office, dimensions.clerk, value])).toEqual([
        ['07', 'EVA', value],
      ]);
    }
  });
});
