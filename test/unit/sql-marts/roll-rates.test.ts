import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Given, MartHouse } from './mart-house.ts';

let house: MartHouse;
beforeAll(async () => {
  house = await MartHouse.open();
});
beforeEach(() => house.clear());
afterAll(() => house.close());

const MAY = '2026-05-31';
const JUNE = '2026-06-30';

/** A due date that gives the altura on the day. */
const DUE_IN_MAY = {
  Cur: '2026-06-15',
  '1-30': '2026-05-15',
  '31-60': '2026-04-15',
  '61-90': '2026-03-20',
  '90+': '2026-01-15',
};
const BUCKETS: readonly Given[] = [
  { ord: 1, altura: 'Cur', lo: -999999, hi: 0 },
  { ord: 2, altura: '1-30', lo: 1, hi: 30 },
  { ord: 3, altura: '31-60', lo: 31, hi: 60 },
  { ord: 4, altura: '61-90', lo: 61, hi: 90 },
  { ord: 5, altura: '90+', lo: 91, hi: 999999 },
  { ord: 99, altura: 'SIN_VENCIMIENTO', lo: null, hi: null },
];

describe('roll rates (domain 1.4, k)', () => {
  /** from, to, amount: one receipt for each cell of the vector. */
  const CELLS: readonly (readonly [keyof typeof DUE_IN_MAY, string, number])[] = [
    ['Cur', 'Cur', 700],
    ['Cur', '1-30', 700],
    ['Cur', 'PAID', 3500],
    ['Cur', 'CANCELLED', 100],
    ['1-30', '31-60', 750],
    ['1-30', 'PAID', 600],
    ['1-30', 'CANCELLED', 150],
    ['31-60', '61-90', 560],
    ['31-60', 'PAID', 160],
    ['31-60', 'CANCELLED', 80],
    ['61-90', '90+', 320],
    ['61-90', 'PAID', 40],
    ['61-90', 'CANCELLED', 40],
    ['90+', '90+', 255],
    ['90+', 'PAID', 15],
    ['90+', 'WRITTEN_OFF', 30],
  ];
  const CAUSES: Readonly<Record<string, string>> = {
    PAID: 'COLLECTED',
    CANCELLED: 'CANCELLED_NP',
    WRITTEN_OFF: 'WRITTEN_OFF',
  };

  async function vector(): Promise<void> {
    await house.empty('alturas');
    await house.give('alturas', BUCKETS);
    await house.theseDays([JUNE]);
    for (const [index, [from, to, amount]] of CELLS.entries()) {
      const receipt = { receipt_no: `R${index}`, open_total: amount, due_date: DUE_IN_MAY[from] };
      await house.give('position', [{ ...receipt, as_of: MAY, altura: from }]);
      const cause = CAUSES[to];
      if (cause)
        await house.give('flow', [
          { as_of: '2026-06-10', receipt_no: receipt.receipt_no, cause, total: -amount },
        ]);
      else await house.give('position', [{ ...receipt, as_of: JUNE, altura: to }]);
    }
    await house.build('roll_rates');
  }

  test('every cell, and every row adds up to its opening', async () => {
    await vector();
    const rows = await house.rows(
      'select from_altura, to_state, amount from roll_rates order by from_order, to_order',
    );
    expect(rows.map((row) => [row.from_altura, row.to_state, Number(row.amount)])).toEqual(CELLS);
    expect(
      await house.rows(
        'select from_altura, sum(amount) as opening from roll_rates group by 1, from_order order by from_order',
      ),
    ).toEqual(
      [
        ['Cur', '5000.00'],
        ['1-30', '1500.00'],
        ['31-60', '800.00'],
        ['61-90', '400.00'],
        ['90+', '300.00'],
      ].map(([from_altura, opening]) => ({ from_altura, opening })),
    );
  });

  test('forward 14, 50, 70 and 80 %, so that 3.92 % of current flows to the worst', async () => {
    await vector();
    const rows = await house.rows(`select from_altura, cast(sum(amount) filter (where forward) as double)
        / cast(sum(amount) as double) as share from roll_rates where from_altura <> '90+' group by 1, from_order order by from_order`);
    expect(rows.map(({ share }) => share)).toEqual([0.14, 0.5, 0.7, 0.8]);
    await house.build('roll_flow');
    const { flow } = await house.row(
      "select flow from roll_flow where dimension = 'total' and over_months = 1",
    );
    expect(flow).toBeCloseTo(0.0392, 12);
  });

  test('an opening bucket without balance has no rows, and the chain no value', async () => {
    await house.theseDays([JUNE]);
    await house.give('position', [{ as_of: MAY, receipt_no: 'R1', open_total: 10, due_date: '2026-06-15' }]);
    await house.build('roll_rates');
    await house.build('roll_flow');
    expect(
      await house.row("select flow, reason from roll_flow where dimension = 'total' and over_months = 12"),
    ).toEqual({
      flow: null,
      reason: 'ZERO_DENOMINATOR',
    });
  });

  test('an endorsement that lowers is ADJUSTED, one that raises is new; amounts stand at the opening rate', async () => {
    const usd = { currency: 'USD', closing_rate: 4000 };
    await house.theseDays([JUNE]);
    await house.give('position', [
      {
        as_of: MAY,
        receipt_no: 'DOWN',
        open_total: 100,
        due_date: '2026-05-15',
        ...usd,
        closing_total: 400000,
      },
      {
        as_of: JUNE,
        receipt_no: 'DOWN',
        open_total: 50,
        due_date: '2026-05-15',
        ...usd,
        closing_total: 210000,
      },
      { as_of: MAY, receipt_no: 'UP', open_total: 100, due_date: '2026-05-15' },
      { as_of: JUNE, receipt_no: 'UP', open_total: 120, due_date: '2026-05-15' },
      { as_of: MAY, receipt_no: 'OVER', open_total: 100, due_date: '2026-05-15' },
      { as_of: JUNE, receipt_no: 'OVER', open_total: -5, due_date: '2026-05-15' },
      { as_of: JUNE, receipt_no: 'NEW', open_total: 77, due_date: '2026-06-15' },
    ]);
    await house.give('flow', [
      { as_of: '2026-06-10', receipt_no: 'DOWN', cause: 'COLLECTED', total: -20, ...{ currency: 'USD' } },
      { as_of: '2026-06-11', receipt_no: 'DOWN', cause: 'ENDORSED_DOWN', total: -30, ...{ currency: 'USD' } },
      { as_of: '2026-06-11', receipt_no: 'UP', cause: 'ENDORSED_UP', total: 20 },
      { as_of: '2026-06-11', receipt_no: 'OVER', cause: 'COLLECTED', total: -105 },
      { as_of: '2026-06-11', receipt_no: 'NEW', cause: 'ISSUED', total: 77 },
    ]);
    await house.build('roll_rates');
    expect(
      await house.rows(
        'select currency, to_state, amount, items from roll_rates order by currency, to_order',
      ),
    ).toEqual([
      { currency: 'COP', to_state: '031-060', amount: '100.00', items: '1' },
      { currency: 'COP', to_state: 'PAID', amount: '105.00', items: '0' },
      { currency: 'COP', to_state: 'CREDIT', amount: '-5.00', items: '1' },
      { currency: 'USD', to_state: '031-060', amount: '200000.00', items: '1' },
      { currency: 'USD', to_state: 'PAID', amount: '80000.00', items: '0' },
      { currency: 'USD', to_state: 'ADJUSTED', amount: '120000.00', items: '0' },
    ]);
  });

  test('new debt stays out: a bounced payment, one undone cancellation, and what pays for an endorsement', async () => {
    await house.theseDays([JUNE]);
    const late = { due_date: '2026-05-15' };
    await house.give('position', [
      { as_of: MAY, receipt_no: 'CHEQUE', open_total: 100, ...late },
      { as_of: JUNE, receipt_no: 'CHEQUE', open_total: 500, ...late },
      { as_of: MAY, receipt_no: 'UNDONE', open_total: 100, due_date: '2026-04-15' },
      { as_of: JUNE, receipt_no: 'UNDONE', open_total: 180, due_date: '2026-04-15' },
      { as_of: MAY, receipt_no: 'RAISED', open_total: 100, due_date: '2026-03-01' },
      { as_of: JUNE, receipt_no: 'RAISED', open_total: 300, due_date: '2026-03-01' },
      { as_of: MAY, receipt_no: 'GONE', open_total: 100, due_date: '2026-07-01' },
    ]);
    await house.give('flow', [
      { as_of: '2026-06-03', receipt_no: 'CHEQUE', cause: 'REVERSED', total: 400 },
      { as_of: '2026-06-03', receipt_no: 'UNDONE', cause: 'CANCELLED_NP', total: 90 },
      { as_of: '2026-06-04', receipt_no: 'UNDONE', cause: 'COLLECTED', total: -10 },
      { as_of: '2026-06-03', receipt_no: 'RAISED', cause: 'ENDORSED_UP', total: 500 },
      { as_of: '2026-06-04', receipt_no: 'RAISED', cause: 'COLLECTED', total: -300 },
      { as_of: '2026-06-03', receipt_no: 'GONE', cause: 'ENDORSED_UP', total: 50 },
      { as_of: '2026-06-04', receipt_no: 'GONE', cause: 'COLLECTED', total: -80 },
      { as_of: '2026-06-05', receipt_no: 'GONE', cause: 'CANCELLED_OTHER', total: -70 },
    ]);
    await house.build('roll_rates');
    expect(
      await house.rows(
        'select from_altura, to_state, amount, items from roll_rates order by from_order, to_order',
      ),
    ).toEqual([
      { from_altura: 'AL_DIA', to_state: 'PAID', amount: '80.00', items: '1' },
      { from_altura: 'AL_DIA', to_state: 'CANCELLED', amount: '20.00', items: '0' },
      { from_altura: '001-030', to_state: '031-060', amount: '100.00', items: '1' },
      { from_altura: '031-060', to_state: '076-090', amount: '90.00', items: '1' },
      { from_altura: '031-060', to_state: 'PAID', amount: '10.00', items: '0' },
      { from_altura: '091-180', to_state: '091-180', amount: '0.00', items: '1' },
      { from_altura: '091-180', to_state: 'PAID', amount: '100.00', items: '0' },
    ]);
  });
});
