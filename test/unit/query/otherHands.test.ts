import { afterAll, beforeAll, expect, it } from 'vitest';
import { KpiLake } from '../../support/kpiLake.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';

let lake: KpiLake;

const LAST = '2026-06-30';

/**
 * Receipts that were of office N, advisor Ana and clerk Eva when they were written, and of others when they were paid
 * before their due date: what is on time is of whoever it fell due with.
 */
beforeAll(async () => {
  const ledger = new Ledger(daily('2026-05-31', LAST));
  const co = ledger.company('CO');
  const sold = { issued: '2026-06-02', due: '2026-06-20' };
  co.receipt('1', { ...sold, total: 1_000, office: 'N' }).paid(600, '2026-06-12');
  co.receipt('2', { ...sold, total: 500, office: 'N' }).paid(500, '2026-06-12');
  co.receipt('3', { ...sold, total: 400, office: 'S' });
  for (const receipt of ['1', '2', '3']) {
    co.assigned('RECEIPT', receipt, 'ADVISOR', 'ana', '2026-01-01', { to: '2026-06-10' });
    co.assigned('RECEIPT', receipt, 'CLERK', 'eva', '2026-01-01', { to: '2026-06-10' });
  }
  for (const receipt of ['1', '2']) {
    co.assigned('RECEIPT', receipt, 'OFFICE', 'S', '2026-06-10');
    co.assigned('RECEIPT', receipt, 'ADVISOR', 'luis', '2026-06-10');
    co.assigned('RECEIPT', receipt, 'CLERK', 'paz', '2026-06-10');
  }
  lake = await KpiLake.of(ledger);
});

afterAll(() => lake.close());

const parts = async (kpi: string, by: string, basis: string) =>
  Object.fromEntries(
    (await lake.ask(kpi, { asOf: LAST, by: [by], basis })).map((row) => [
      row.dimensions[by],
      `${row.numerator} of ${row.denominator}`,
    ]),
  );

it.each([
  [
    'office',
    { first: 'N', next: 'S' },
    { N: '1100.00 of 1500.00', S: '0.00 of 400.00' },
    { N: '1 of 2', S: '0 of 1' },
  ],
  ['advisor', { first: 'ana', next: 'luis' }, { ana: '1100.00 of 1900.00' }, { ana: '1 of 3' }],
  ['clerk', { first: 'eva', next: 'paz' }, { eva: '1100.00 of 1900.00' }, { eva: '1 of 3' }],
])(
  'what is paid on time through another %s is on time where it fell due, and collected where it was paid',
  async (by, { first, next }, amounts, items) => {
    expect(await parts('on_time_rate', by, 'amount')).toMatchObject(amounts);
    expect(await parts('on_time_rate', by, 'items')).toMatchObject(items);
    const collected = await lake.ask('collected', { asOf: LAST, by: [by] });
    const of = (member: string) => collected.find(({ dimensions }) => dimensions[by] === member)?.value;
    expect([of(first) ?? '0.00', of(next)]).toEqual(['0.00', '1100.00']);
  },
);
