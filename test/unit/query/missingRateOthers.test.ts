import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { businessDate } from '../../../functions/core/dates.ts';
import { answer } from '../../../functions/query/kpi.ts';
import { type Caller, OWNER } from '../../../functions/query/policy.ts';
import { receiptsOf } from '../../../functions/query/receipts.ts';
import { KpiLake } from '../../support/kpiLake.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';

let lake: KpiLake;

const LAST = '2026-06-30';

/** Office 01 and Ana have pesos only; the dollars of office 02, without a rate, go from Eva to Luz on the last day. */
beforeAll(async () => {
  const ledger = new Ledger(daily('2026-06-28', LAST));
  const open = { issued: '2026-06-28', due: '2026-06-29' };
  const co = ledger.company('CO');
  co.receipt('1', { ...open, total: 100, office: '01', line: 'AUTOS' }).paid(10, '2026-06-29');
  co.receipt('2', { ...open, total: 10, office: '02', line: 'HOGAR', currency: 'USD' }).paid(5, '2026-06-29');
  co.assigned('RECEIPT', '1', 'ADVISOR', 'ANA', '2026-06-01');
  co.assigned('RECEIPT', '2', 'ADVISOR', 'EVA', '2026-06-01', { to: LAST });
  co.assigned('RECEIPT', '2', 'ADVISOR', 'LUZ', LAST);
  for (const advisor of ['ANA', 'EVA', 'LUZ'])
    co.target('2026-06-01', 'advisor', advisor, 'collected', '100');
  const other = ledger.company('OTHER');
  other.receipt('1', { ...open, total: 100 }).paid(10, '2026-06-29');
  other.receipt('2', { ...open, total: 10, currency: 'USD' });
  lake = await KpiLake.of(ledger);
});

afterAll(() => lake.close());

describe('an amount without a rate, in a figure that does not keep its currency', () => {
  it('is no matter of others', async () => {
    for (const where of [
      { office: '01' },
      { line: 'AUTOS' },
      { currency: 'COP' },
      { client: 'C1', office: '01' },
    ])
      expect(await lake.figure('top1_share', 'CO', { asOf: LAST, where })).toMatchObject({
        value: 1,
        reason: null,
      });
    expect(await lake.figure('attainment', 'CO', { asOf: LAST, where: { advisor: 'ANA' } })).toMatchObject({
      value: 0.1,
      reason: null,
    });
    expect(await lake.figure('top1_share', 'CO', { asOf: LAST, where: { office: '02' } })).toMatchObject({
      value: null,
      reason: 'RATE_MISSING',
    });
  });

  it.each([
    ['top1_share', ['office']],
    ['top1_share', ['office', 'line']],
    ['top1_share', ['office', 'currency']],
  ])('is told at its own place in %s by %s, and in the total', async (kpi, by) => {
    const { rows, total } = await lake.answer(kpi, { asOf: LAST, by, where: { company: 'CO' } });
    expect(rows.map(({ value, reason }) => [value, reason])).toEqual([
      [1, null],
      [null, 'RATE_MISSING'],
    ]);
    expect(total?.reason).toBe('RATE_MISSING');
  });

  it('stays with who held it when it moved, and is open at who holds it now', async () => {
    const rows = await lake.ask('attainment', { asOf: LAST, by: ['advisor'], where: { company: 'CO' } });
    expect(rows.map(({ dimensions, value, reason }) => [dimensions.advisor, value, reason])).toEqual([
      ['ANA', 0.1, null],
      ['EVA', null, 'RATE_MISSING'],
      ['LUZ', 0, null],
    ]);
    const advisors = await lake.ask('countback_dso', {
      asOf: LAST,
      by: ['advisor'],
      where: { company: 'CO' },
    });
    expect(advisors.map(({ dimensions, reason }) => [dimensions.advisor, reason])).toEqual([
      ['ANA', 'INSUFFICIENT_HISTORY'],
      ['EVA', 'RATE_MISSING'],
      ['LUZ', 'RATE_MISSING'],
    ]);
  });

  it('says nothing to whoever does not see it', async () => {
    const told = async (office: string) => {
      const caller: Caller = {
        ...OWNER,
        role: 'office_manager',
        scope: { company: ['CO'], office: [office] },
      };
      const asked = { kpi: 'top1_share', asOf: businessDate(LAST), by: [], filters: [] };
      return (await answer(lake.desk.for(caller), asked)).rows[0]?.reason;
    };
    expect(await told('01')).toBeNull();
    expect(await told('02')).toBe('RATE_MISSING');
  });
});

describe('an amount without a rate that is only written', () => {
  it.each([
    ['collected', 'booked', '10.00'],
    ['collected', 'net', '10.00'],
    ['cash_applied', 'payment', '10.00'],
    ['cancelled', 'all', '0.00'],
  ])('adds nothing to %s (%s)', async (kpi, basis, value) => {
    expect(await lake.figure(kpi, 'OTHER', { asOf: LAST, basis })).toMatchObject({ value, reason: null });
  });

  it('is none of the receipts behind what was collected', async () => {
    const filters = [{ column: 'company', members: ['OTHER'] }];
    const asked = { kpi: 'collected', asOf: businessDate(LAST), by: [], filters };
    expect((await receiptsOf(lake.desk, asked, 'numerator')).sum).toBe('10.00');
  });

  it('is missed in what was written, and where some of it was collected', async () => {
    for (const [kpi, company] of [
      ['written', 'OTHER'],
      ['sales', 'OTHER'],
      ['cancelled_np_rate', 'OTHER'],
      ['collected', 'CO'],
      ['cash_applied', 'CO'],
    ] as const)
      expect(await lake.figure(kpi, company, { asOf: LAST })).toMatchObject({
        value: null,
        reason: 'RATE_MISSING',
      });
  });
});
