import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KpiLake } from '../../support/kpiLake.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';

let lake: KpiLake;

/** B is described with the first delivery; what it has open comes with the third, as does its first sale. */
beforeAll(async () => {
  const ledger = new Ledger(daily('2026-06-01', '2026-06-05'));
  ledger.company('A').receipt('1', { total: 10, issued: '2026-06-01', due: '2026-07-01' });
  const b = ledger.company('B');
  b.receipt('OLD', { opening: 500, issued: '2026-02-01', due: '2026-03-01', known: '2026-06-03' }).paid(
    200,
    '2026-06-04',
  );
  b.receipt('NEW', { total: 70, issued: '2026-06-03', due: '2026-07-03' });
  lake = await KpiLake.of(ledger);
});

afterAll(() => lake.close());

/** What moved before the opening balance of the month is not known. */
const BEFORE = { value: null, reason: 'INSUFFICIENT_HISTORY' };

describe('a company that is described days before its first receipts', () => {
  it('opens with them, and what movements explain is no opening', async () => {
    const causes = await lake.mart(
      'flow',
      { asOf: '2026-06-03', where: "company = 'B'" },
      ['receipt_no', 'cause'],
      ['total'],
    );
    expect(Object.fromEntries(causes)).toEqual({
      'OLD|OPENING': { total: 50_000n },
      'NEW|ISSUED': { total: 7_000n },
    });
  });

  it('closes day by day, and no snapshot contradicts its movements', async () => {
    for (const asOf of ['2026-06-02', '2026-06-03', '2026-06-04', '2026-06-05']) {
      const residual = await lake.mart('receipt_change', { asOf }, ['as_of'], ['residual']);
      expect([...residual.values()].every(({ residual }) => residual === 0n)).toBe(true);
    }
    expect(await lake.figure('collected', 'B', { asOf: '2026-06-04' })).toMatchObject({
      ...BEFORE,
      numerator: '200.00',
    });
    expect(await lake.figure('written', 'B', { asOf: '2026-06-04' })).toMatchObject({
      ...BEFORE,
      numerator: '70.00',
    });
  });
});
