import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { businessDate } from '../../../functions/core/dates.ts';
import { change } from '../../../functions/query/change.ts';
import { receiptsOf } from '../../../functions/query/receipts.ts';
import { KpiLake } from '../../support/kpiLake.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';

let lake: KpiLake;

const EARLY = '2026-06-29';
const LATE = '2026-07-01';

/** Pesos and dollars of one company; the dollar gets its first rate on 30 June, told on 1 July. */
beforeAll(async () => {
  const ledger = new Ledger(daily('2026-06-28', LATE));
  const co = ledger.company('CO');
  co.receipt('1', { total: 100, issued: '2026-06-28', due: EARLY, office: '01', policy: 'P1', client: 'C1' });
  co.receipt('2', {
    ...{ total: 10, issued: '2026-06-28', due: '2026-06-30', office: '02', currency: 'USD' },
    ...{ policy: 'P2', client: 'C2' },
  });
  co.receipt('3', { total: -5, issued: '2026-06-28', due: EARLY, office: '01', policy: 'P3', client: 'C1' });
  ledger.rate('USD', 'COP', '2026-06-30', '4000', LATE);
  lake = await KpiLake.of(ledger);
});

afterAll(() => lake.close());

const LACKS = { value: null, numerator: null, denominator: null, reason: 'RATE_MISSING' };

describe('an amount that no rate turns into the functional currency', () => {
  it.each([
    'gross',
    'net',
    'overdue_share',
    'par30',
    'wadpd',
    'falls_due',
    'written',
    'sales',
    'top1_share',
    'hhi',
  ])('leaves no total of %s that does without it', async (kpi) => {
    const { rows, total } = await lake.answer(kpi, { asOf: EARLY, where: { company: 'CO' } });
    expect(rows.length).toBeGreaterThan(0);
    expect(total ?? rows[0]).toMatchObject(LACKS);
  });

  it('is no exchange difference of what changed', async () => {
    const asked = { measure: 'gross', from: businessDate('2026-06-28'), by: null } as const;
    const told = change(lake.desk, { ...asked, to: businessDate(LATE), filters: [] });
    await expect(told).rejects.toMatchObject({
      code: 'RATE_MISSING',
      details: { facts: { count: '1', day: '2026-06-28' } },
    });
    const filters = [{ column: 'currency', members: ['COP'] }];
    const pesos = await change(lake.desk, { ...asked, to: businessDate(LATE), filters });
    expect(pesos.map(({ total }) => total)).toMatchObject([
      { opening: '100.00', closing: '100.00', causes: {} },
    ]);
  });

  it('is no matter of figures that do not hold it', async () => {
    expect(await lake.figure('credits', 'CO', { asOf: EARLY })).toMatchObject({
      value: '-5.00',
      reason: null,
    });
    expect(await lake.figure('open_items', 'CO', { asOf: EARLY })).toMatchObject({ value: '2' });
    expect(await lake.figure('gross', 'CO', { asOf: EARLY, where: { currency: 'COP' } })).toMatchObject({
      value: '100.00',
    });
    const documents = await lake.ask('gross', { asOf: EARLY, basis: 'document', where: { company: 'CO' } });
    expect(documents.map(({ value }) => value)).toEqual(['100.00', '10.00']);
  });

  it.each(['office', 'client', 'policy'])('is told at its own place by %s, and in the total', async (by) => {
    const { rows, total } = await lake.answer('gross', { asOf: EARLY, by: [by], where: { company: 'CO' } });
    expect(rows.map(({ value, reason }) => [value, reason])).toEqual([
      ['100.00', null],
      [null, 'RATE_MISSING'],
    ]);
    expect(total).toMatchObject(LACKS);
  });

  it('is in the whole of which every part is a share', async () => {
    const { rows } = await lake.answer('aging_share', {
      asOf: EARLY,
      where: { company: 'CO', office: '01' },
    });
    expect(rows.map(({ value }) => value)).toEqual([1]);
    const shares = await lake.ask('aging_share', { asOf: '2026-06-30', by: [], where: { company: 'CO' } });
    expect(shares.map(({ reason }) => reason)).toEqual(['RATE_MISSING', 'RATE_MISSING']);
  });

  it('gets its figure with the rate, in the view that knows it', async () => {
    expect(await lake.figure('gross', 'CO', { asOf: LATE })).toMatchObject({
      value: '40100.00',
      reason: null,
    });
    expect(await lake.figure('gross', 'CO', { asOf: '2026-06-30' })).toMatchObject(LACKS);
    expect(await lake.figure('gross', 'CO', { asOf: '2026-06-30', knownAt: '2026-07-01' })).toMatchObject({
      value: '40100.00',
      reason: null,
    });
    expect(await lake.figure('gross', 'CO', { asOf: EARLY, knownAt: '2026-07-01' })).toMatchObject(LACKS);
  });

  it('is missed in a period that opened with it before its first rate', async () => {
    const days = { asOf: LATE, period: '2026-06-30..2026-07-01' };
    expect(await lake.figure('cei', 'CO', days)).toMatchObject(LACKS);
    expect(await lake.figure('written', 'CO', days)).toMatchObject({ value: '0.00', reason: null });
  });

  it('has no receipts that would add up without it', async () => {
    const behind = (company: string, currency: string) =>
      receiptsOf(
        lake.desk,
        {
          kpi: 'gross',
          asOf: businessDate(EARLY),
          by: [],
          filters: [
            { column: 'company', members: [company] },
            ...(currency === '' ? [] : [{ column: 'currency', members: [currency] }]),
          ],
        },
        'numerator',
      );
    await expect(behind('CO', '')).rejects.toMatchObject({ code: 'RATE_MISSING', kind: 'missing' });
    expect((await behind('CO', 'COP')).sum).toBe('100.00');
  });
});
