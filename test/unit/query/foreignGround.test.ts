import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../../functions/core/config.ts';
import { addDays, businessDate } from '../../../functions/core/dates.ts';
import { openLake } from '../../../functions/lake/openLake.ts';
import { Desk } from '../../../functions/query/desk.ts';
import { answer } from '../../../functions/query/kpi.ts';
import { receiptsOf } from '../../../functions/query/receipts.ts';
import { buildRange } from '../../../functions/warehouse/buildRange.ts';
import { KpiLake } from '../../support/kpiLake.ts';
import { deliveredOn, Ledger } from '../../support/ledgerFixture.ts';

const JUNE = businessDate('2026-06-30');
const TENS = readConfig('alturas.yml', 'buckets: [0, 10, 30]\n');

let lake: KpiLake;

/** One receipt 76 days past due in pesos, one of 20 days in dollars; built with bounds 0, 30, 60, ... */
beforeAll(async () => {
  const ledger = new Ledger(deliveredOn('2026-06-29', JUNE));
  const co = ledger.company('CO');
  co.receipt('1', { total: 100, issued: '2026-03-01', due: addDays(JUNE, -76) });
  co.receipt('2', { total: 300, issued: '2026-06-01', due: addDays(JUNE, -20) });
  ledger
    .company('PA', { currency: 'USD', country: 'PA' })
    .receipt('1', { total: 5, issued: '2026-06-01', due: addDays(JUNE, -20), currency: 'USD' });
  lake = await KpiLake.of(ledger);
});

afterAll(() => lake.close());

async function asking<T>(config: typeof TENS, action: (desk: Desk) => Promise<T>): Promise<T> {
  const desk = await Desk.open(await openLake(lake.place), config);
  try {
    return await action(desk);
  } finally {
    await desk.close();
  }
}

const question = (kpi: string, company?: string) => ({
  kpi,
  asOf: JUNE,
  by: ['company'],
  filters: company === undefined ? [] : [{ column: 'company', members: [company] }],
});

describe('a configuration that the lake was not built with', () => {
  it('asks for no bound that the buckets of the day do not have', async () => {
    const par10 = asking(TENS, (desk) => answer(desk, question('par10')));
    await expect(par10).rejects.toMatchObject({
      code: 'BAD_PARAMETER',
      details: { expected: lake.config.buckets.join(', ') },
    });
    const { rows } = await asking(TENS, (desk) => answer(desk, question('par60', 'CO')));
    expect(rows[0]?.value).toBe(0.25);
  });

  it('is told when there is nothing to build', async () => {
    const report = await buildRange(await openLake(lake.place), { config: TENS });
    expect(report).toMatchObject({ status: 'unchanged', deliveries: 2 });
    expect(report.outdated).toContain('position');
    const same = await buildRange(await openLake(lake.place), { config: lake.config });
    expect(same.outdated).toEqual([]);
  });
});

describe('figures of companies whose currencies differ', () => {
  const rowsOf = async (kpi: string, more: object = {}) => {
    const asked = { kpi, asOf: JUNE, by: [] as string[], filters: [], ...more };
    const { currency, rows, total } = await answer(lake.desk, asked);
    return [currency, rows.map((row) => [row.dimensions.company, row.value, row.currency]), total];
  };

  it('each tell their own, and are never added up', async () => {
    const apart = [
      null,
      [
        ['CO', '400.00', 'COP'],
        ['PA', '5.00', 'USD'],
      ],
      null,
    ];
    expect(await rowsOf('gross')).toEqual(apart);
    expect(await rowsOf('gross', { by: ['company'] })).toEqual(apart);
    const [, shares] = await rowsOf('overdue_share');
    expect(shares).toEqual([
      ['CO', 1, 'COP'],
      ['PA', 1, 'USD'],
    ]);
    const [, items] = await rowsOf('open_items');
    expect(items).toEqual([
      ['CO', '2', null],
      ['PA', '1', null],
    ]);
  });

  it('in document currency tell that of the documents', async () => {
    const { rows, total } = await answer(lake.desk, {
      ...{ kpi: 'gross', asOf: JUNE, basis: 'document', by: [], filters: [] },
    });
    expect(rows.map(({ value, currency }) => [value, currency])).toEqual([
      ['400.00', 'COP'],
      ['5.00', 'USD'],
    ]);
    expect(total).toBeNull();
  });
});

describe('receipts behind a figure', () => {
  it('of companies whose currencies differ are not added up', async () => {
    const behind = (company?: string) =>
      receiptsOf(lake.desk, { ...question('gross', company), by: [] }, 'numerator');
    await expect(behind()).rejects.toMatchObject({ code: 'SEVERAL_CURRENCIES' });
    expect((await behind('CO')).sum).toBe('400.00');
    expect(await behind('PA')).toMatchObject({ sum: '5.00', currency: 'USD' });
  });
});

it('a range that ends before it begins is refused', async () => {
  const backwards = { config: lake.config, from: JUNE, to: addDays(JUNE, -1) };
  await expect(buildRange(await openLake(lake.place), backwards)).rejects.toMatchObject({
    code: 'BAD_RANGE',
  });
});

it('a lake without deliveries says so', async () => {
  const place = await mkdtemp(join(tmpdir(), 'alturas-empty-'));
  const desk = await Desk.open(await openLake(place), lake.config);
  await expect(async () => answer(desk, { kpi: 'gross', by: [], filters: [] })).rejects.toMatchObject({
    code: 'EMPTY_LAKE',
  });
  await desk.close();
  await rm(place, { recursive: true });
});
