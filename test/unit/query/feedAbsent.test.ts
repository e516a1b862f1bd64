import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knownAt } from '../../../functions/core/dates.ts';
import { KpiLake } from '../../support/kpiLake.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';

let lake: KpiLake;

const LAST = '2026-06-30';

/** Snapshots alone: the one company says that it delivers its movements, the other leaves them to be inferred. */
beforeAll(async () => {
  const ledger = new Ledger(daily('2026-06-28', LAST));
  ledger.company('CO').receipt('1', { opening: 1_000, issued: '2026-05-01', due: '2026-06-01' });
  const inferred = ledger.company('INFERRED', { movementSource: 'INFERRED' });
  inferred.receipt('1', { opening: 1_000, issued: '2026-05-01', due: '2026-06-01' }).paid(400, '2026-06-29');
  lake = await KpiLake.of(ledger);
});

afterAll(() => lake.close());

const of = (kpi: string, company: string) =>
  lake.figure(kpi, company, { asOf: LAST, period: '2026-06-29..2026-06-30' });

describe('without movements', () => {
  it.each(['collected', 'written', 'recovery_rate', 'cure_rate', 'cei', 'turnover_times'])(
    'no %s is told of who says to deliver them',
    async (kpi) => {
      expect(await of(kpi, 'CO')).toMatchObject({
        value: null,
        reason: 'FEED_ABSENT',
        notes: { feed: 'movements' },
      });
    },
  );

  it('they are inferred for who does not', async () => {
    expect(await of('collected', 'INFERRED')).toMatchObject({ value: '400.00', reason: null });
  });

  it('what happens after the newest day is not known, while what is open is carried', async () => {
    const later = { asOf: '2026-07-20' };
    expect(await lake.figure('collected', 'INFERRED', later)).toMatchObject({
      value: null,
      reason: 'NOT_YET_KNOWN',
    });
    expect(await lake.figure('gross', 'INFERRED', later)).toMatchObject({ value: '600.00', reason: null });
    // A period that began before has what is known of it.
    const since = await lake.figure('collected', 'INFERRED', { asOf: '2026-07-20', period: '12m' });
    expect(since.reason).not.toBe('NOT_YET_KNOWN');
  });

  it('what is kept of month ends says so on other days', async () => {
    const asked = { asOf: '2026-06-29', where: { company: 'INFERRED' } };
    expect(await lake.answer('vintage_gross', asked)).toMatchObject({
      rows: [{ value: null, reason: 'MONTH_ENDS_ONLY' }],
      total: { value: null, reason: 'MONTH_ENDS_ONLY' },
    });
    const none = { value: null, numerator: null, reason: 'MONTH_ENDS_ONLY' };
    for (const by of [[], ['office']])
      expect(await lake.answer('flow_to_worst', { ...asked, by })).toMatchObject({
        rows: [none],
        total: none,
      });
  });

  it('rolls start from what was open when the period opened: before the lake nobody knows that', async () => {
    for (const kpi of ['roll_rate', 'roll_forward', 'roll_paid'])
      expect(await lake.figure(kpi, 'INFERRED', { asOf: LAST, period: 'month' })).toMatchObject({
        value: null,
        reason: 'INSUFFICIENT_HISTORY',
      });
  });

  it('what is collected by each month of a cohort adds up to nothing', async () => {
    const asked = { asOf: LAST, where: { company: 'INFERRED' } };
    const { rows, total } = await lake.answer('vintage_gross', asked);
    expect(rows.length).toBeGreaterThan(0);
    expect(total).toBeNull();
  });

  it('before the first delivery nothing was known: the lake is not empty for that', async () => {
    await expect(lake.figure('gross', 'CO', { asOf: LAST, knownAt: '2026-01-01' })).rejects.toMatchObject({
      code: 'DAY_UNKNOWN',
    });
    expect(() => lake.desk.newestDelivered(knownAt('2026-01-01'))).toThrow(
      expect.objectContaining({ code: 'DAY_UNKNOWN', message: expect.stringContaining('2026-01-01') }),
    );
  });

  it('what is open is told all the same', async () => {
    expect(await lake.figure('gross', 'CO', { asOf: LAST })).toMatchObject({ value: '1000.00' });
  });
});

describe('without assignments and payments', () => {
  it.each([
    ['inherited_share', 'assignments'],
    ['overdue_own', 'assignments'],
    ['unapplied', 'payments'],
  ])('no %s is told', async (kpi, feed) => {
    expect(await lake.figure(kpi, 'CO', { asOf: LAST })).toMatchObject({
      value: null,
      reason: 'FEED_ABSENT',
      notes: { feed },
    });
  });
});
