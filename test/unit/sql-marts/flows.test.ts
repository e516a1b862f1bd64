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

const open = (receipt_no: string, open_total: number, due_date: string | null, more: Given = {}): Given => ({
  as_of: MAY,
  receipt_no,
  open_total,
  due_date,
  ...more,
});
const close = (receipt_no: string, open_total: number, due_date: string | null, more: Given = {}): Given =>
  open(receipt_no, open_total, due_date, { as_of: JUNE, ...more });
const flow = (as_of: string, receipt_no: string, cause: string, total: number, more: Given = {}): Given => ({
  as_of,
  receipt_no,
  cause,
  total,
  ...more,
});

async function recovery(position: readonly Given[], flows: readonly Given[], days = [JUNE]) {
  await house.theseDays(days);
  await house.give('position', position);
  await house.give('flow', flows);
  for (const mart of ['month_total', 'aging', 'recovery']) await house.build(mart);
}

const SUMS = `sum(opening_overdue) as opening_overdue, sum(fell_due) as fell_due, sum(collected) as collected,
  sum(collected_exigible) as collected_exigible, sum(collected_overdue) as collected_overdue,
  sum(cancelled_exigible) as cancelled_exigible, sum(cured_amount) as cured_amount,
  cast(sum(cured_items) as bigint) as cured_items, sum(due_amount) as due_amount,
  sum(due_paid_on_time) as due_paid_on_time, cast(sum(due_items) as bigint) as n,
  cast(sum(due_items_on_time) as bigint) as k`;
const sums = (where = 'true') => house.row(`select ${SUMS} from recovery where ${where}`);

describe('what was due and what was collected of it (domain 1.3)', () => {
  test('due on the opening day was not overdue yet: it falls due in the period, and its payment is late', async () => {
    await recovery([open('R1', 500, MAY)], [flow('2026-06-01', 'R1', 'COLLECTED', -500, { due_date: MAY })]);
    expect(await sums()).toMatchObject({
      opening_overdue: '0.00',
      fell_due: '500.00',
      collected_exigible: '500.00',
      collected_overdue: '0.00',
      due_amount: '0.00',
      n: '0',
    });
  });

  test('a receipt issued and due in the period counts; one due later does not, nor does what it pays early', async () => {
    const due = { due_date: '2026-06-20' };
    const later = { due_date: '2026-07-20' };
    await recovery(
      [],
      [
        flow('2026-06-05', 'R1', 'ISSUED', 300, due),
        flow('2026-06-05', 'R2', 'ISSUED', 700, later),
        flow('2026-06-06', 'R2', 'COLLECTED', -700, later),
        flow('2026-06-20', 'R1', 'COLLECTED', -300, due),
      ],
    );
    expect(await sums()).toMatchObject({
      fell_due: '300.00',
      collected: '1000.00',
      collected_exigible: '300.00',
      due_paid_on_time: '300.00',
      n: '1',
      k: '1',
    });
  });

  test('a return premium never lowers what fell due', async () => {
    const due = { due_date: '2026-06-15' };
    await recovery(
      [],
      [
        flow('2026-06-05', 'R1', 'ISSUED', 800, due),
        flow('2026-06-06', 'R9', 'ENDORSED_DOWN', -200, due),
        flow('2026-06-07', 'R1', 'ENDORSED_DOWN', -100, due),
      ],
    );
    expect(await sums()).toMatchObject({ fell_due: '700.00', due_amount: '700.00', n: '1' });
  });

  test('a reversal is a negative application of its own month and leaves the month before alone', async () => {
    const due = { due_date: '2026-05-15' };
    await recovery(
      [{ ...open('R1', 400, '2026-05-15'), as_of: '2026-04-30' }, close('R1', 400, '2026-05-15')],
      [flow('2026-05-10', 'R1', 'COLLECTED', -400, due), flow('2026-06-03', 'R1', 'REVERSED', 400, due)],
      [MAY, JUNE],
    );
    expect(await sums(`as_of = date '${MAY}'`)).toMatchObject({ collected: '400.00', k: '1' });
    expect(await sums(`as_of = date '${JUNE}'`)).toMatchObject({
      collected: '-400.00',
      collected_exigible: '-400.00',
    });
  });

  test('unapplied cash is not collected', async () => {
    await house.theseDays([JUNE]);
    await house.give('unapplied', [{ as_of: JUNE, payment_no: 'C1', unapplied: -350 }]);
    for (const mart of ['month_total', 'aging', 'recovery']) await house.build(mart);
    expect(
      await house.rows('select collected, collected_exigible, closing, closing_unapplied from recovery'),
    ).toEqual([
      { collected: '0.00', collected_exigible: '0.00', closing: '0.00', closing_unapplied: '350.00' },
    ]);
  });

  test('opening movements inside the period are told, so that nobody divides by an unknown opening', async () => {
    await recovery([close('R1', 900, '2026-05-15')], [flow('2026-06-10', 'R1', 'OPENING', 900)]);
    expect(await house.row('select opening, opening_missing, sales from recovery')).toEqual({
      opening: '0.00',
      opening_missing: '900.00',
      sales: '0.00',
    });
  });
});

describe('cure', () => {
  const overdue = { due_date: '2026-05-10' };

  test('paid in full or re-dated is cured; paid in part, cancelled or written off is not', async () => {
    await recovery(
      [
        open('PAID', 100, '2026-05-10'),
        open('REDATED', 200, '2026-05-10'),
        open('PART', 400, '2026-05-10'),
        open('CANCELLED', 800, '2026-05-10'),
        open('WRITTEN_OFF', 1600, '2026-05-10'),
        close('REDATED', 200, '2026-07-10'),
        close('PART', 100, '2026-05-10'),
      ],
      [
        flow('2026-06-10', 'PAID', 'COLLECTED', -100, overdue),
        flow('2026-06-10', 'PART', 'COLLECTED', -300, overdue),
        flow('2026-06-10', 'CANCELLED', 'COLLECTED', -700, overdue),
        flow('2026-06-11', 'CANCELLED', 'CANCELLED_NP', -100, overdue),
        flow('2026-06-10', 'WRITTEN_OFF', 'WRITTEN_OFF', -1600, overdue),
      ],
    );
    expect(await sums()).toMatchObject({
      opening_overdue: '3100.00',
      cured_amount: '300.00',
      cured_items: '2',
      collected_overdue: '1100.00',
      cancelled_exigible: '100.00',
    });
  });

  test('transferred to another receipt or endorsed away is not cured; a smaller endorsement is no matter', async () => {
    await recovery(
      [
        open('MOVED', 1000, '2026-05-10'),
        open('ENDORSED', 200, '2026-05-10'),
        open('CREDITED', 50, '2026-05-10'),
        close('CREDITED', -10, '2026-05-10'),
        open('PAID', 400, '2026-05-10'),
        open('REDATED', 800, '2026-05-10'),
        close('REDATED', 300, '2026-07-10'),
        open('BACK', 1600, '2026-05-10'),
        close('NEW', 1000, '2026-07-10'),
        open('PART_MOVED', 3200, '2026-05-10'),
        close('PART_MOVED', 2200, '2026-07-10'),
        open('STILL', 6400, '2026-05-10'),
        close('STILL', 6000, '2026-05-10'),
        open('UNDATED', 12800, '2026-05-10'),
        close('UNDATED', 12000, null),
      ],
      [
        flow('2026-06-10', 'MOVED', 'TRANSFERRED', -1000, overdue),
        flow('2026-06-10', 'NEW', 'TRANSFERRED', 1000, { due_date: '2026-07-10' }),
        flow('2026-06-09', 'ENDORSED', 'COLLECTED', -90, overdue),
        flow('2026-06-10', 'ENDORSED', 'ENDORSED_DOWN', -110, overdue),
        flow('2026-06-10', 'CREDITED', 'ENDORSED_DOWN', -60, overdue),
        flow('2026-06-10', 'PAID', 'ENDORSED_DOWN', -100, overdue),
        flow('2026-06-11', 'PAID', 'COLLECTED', -300, overdue),
        flow('2026-06-10', 'REDATED', 'ENDORSED_DOWN', -500, overdue),
        flow('2026-06-10', 'BACK', 'TRANSFERRED', -1600, overdue),
        flow('2026-06-11', 'BACK', 'TRANSFERRED', 1600, { ...overdue, weight: -1, movement_id: 'back' }),
        flow('2026-06-12', 'BACK', 'COLLECTED', -1600, overdue),
        flow('2026-06-10', 'PART_MOVED', 'TRANSFERRED', -1000, overdue),
        flow('2026-06-10', 'STILL', 'CANCELLED_OTHER', -400, overdue),
        flow('2026-06-10', 'UNDATED', 'TRANSFERRED', -800, overdue),
      ],
    );
    expect(await sums()).toMatchObject({
      opening_overdue: '26450.00',
      cured_amount: '2800.00',
      cured_items: '3',
    });
  });

  test('a cancellation that a re-sent day took back does not stand in the way', async () => {
    await recovery(
      [open('R1', 100, '2026-05-10')],
      [
        flow('2026-06-10', 'R1', 'CANCELLED_NP', -100, overdue),
        flow('2026-06-12', 'R1', 'CANCELLED_NP', 100, { ...overdue, weight: -1, movement_id: 'back' }),
        flow('2026-06-12', 'R1', 'COLLECTED', -100, overdue),
      ],
    );
    expect(await sums()).toMatchObject({ cured_amount: '100.00', cancelled_exigible: '0.00' });
  });
});

describe('on time', () => {
  const due = { due_date: '2026-06-15' };

  test('the business date decides, not the day on which the payment became known', async () => {
    await recovery(
      [open('R1', 100, '2026-06-15'), open('R2', 100, '2026-06-15')],
      [
        flow('2026-06-18', 'R1', 'COLLECTED', -100, { ...due, business_date: '2026-06-15' }),
        flow('2026-06-16', 'R2', 'COLLECTED', -100, due),
      ],
      ['2026-06-17', JUNE],
    );
    expect(await sums("as_of = date '2026-06-17'")).toMatchObject({
      n: '2',
      k: '0',
      due_paid_on_time: '0.00',
    });
    expect(await sums(`as_of = date '${JUNE}'`)).toMatchObject({
      n: '2',
      k: '1',
      due_paid_on_time: '100.00',
    });
  });

  test('stands with the first holder of the period: k never passes n when the clerk changes', async () => {
    await recovery(
      [open('R1', 100, '2026-06-15', { clerk: 'K1' })],
      [flow('2026-06-14', 'R1', 'COLLECTED', -100, { ...due, clerk: 'K2' })],
    );
    expect(await sums("clerk = 'K1'")).toMatchObject({
      n: '1',
      k: '1',
      due_paid_on_time: '100.00',
      collected: '0.00',
    });
    expect(await sums("clerk = 'K2'")).toMatchObject({
      n: '0',
      k: '0',
      collected: '100.00',
      collected_exigible: '100.00',
    });
  });

  test('what was paid ahead of the period fell due in it, and was paid in time', async () => {
    const owed = { due_date: '2026-06-05' };
    await recovery(
      [open('R2', 1000, '2026-06-05'), open('R3', 400, '2026-06-05')],
      [
        flow('2026-05-29', 'R1', 'COLLECTED', -1000, owed),
        flow('2026-05-20', 'R3', 'COLLECTED', -600, owed),
        flow('2026-06-04', 'R3', 'COLLECTED', -400, owed),
        flow('2026-05-29', 'R4', 'COLLECTED', -70, { due_date: '2026-07-05' }),
        flow('2026-05-29', 'R5', 'COLLECTED', -80, { due_date: MAY }),
        flow('2026-05-29', 'R6', 'COLLECTED', -300, owed),
        flow('2026-06-03', 'R6', 'ENDORSED_DOWN', -100, owed),
      ],
      ['2026-06-04', JUNE],
    );
    expect(await sums("as_of = date '2026-06-04'")).toMatchObject({ n: '0', k: '0', due_amount: '0.00' });
    expect(await sums(`as_of = date '${JUNE}'`)).toMatchObject({
      due_amount: '3200.00',
      due_paid_on_time: '2300.00',
      n: '4',
      k: '3',
      fell_due: '1400.00',
      collected: '400.00',
      collected_exigible: '400.00',
    });
  });

  test('a receipt that was re-dated after a part was paid is judged by the date it had at the opening', async () => {
    await recovery(
      [open('R1', 400, '2026-06-20'), open('R2', 400, '2026-05-20')],
      [
        flow('2026-05-10', 'R1', 'COLLECTED', -600, { due_date: '2026-05-15' }),
        flow('2026-05-10', 'R2', 'COLLECTED', -600, { due_date: '2026-06-20' }),
        flow('2026-05-10', 'R3', 'COLLECTED', -50, { due_date: '2026-05-15' }),
        flow('2026-05-20', 'R3', 'COLLECTED', -30, { due_date: '2026-06-20' }),
      ],
    );
    expect(await sums()).toMatchObject({ due_amount: '1030.00', due_paid_on_time: '630.00', n: '2', k: '1' });
  });

  test('what was cancelled or endorsed away before the period did not fall due in it', async () => {
    const owed = { due_date: '2026-06-05' };
    await recovery(
      [open('R3', -200, '2026-06-05'), open('R4', -500, '2026-06-05'), open('R5', -700, '2026-06-05')],
      [
        flow('2026-05-10', 'R1', 'ISSUED', 1000, owed),
        flow('2026-05-20', 'R1', 'CANCELLED_OTHER', -1000, owed),
        flow('2026-05-20', 'R2', 'ENDORSED_DOWN', -300, owed),
        flow('2026-05-21', 'R2', 'COLLECTED', -700, owed),
        flow('2026-05-20', 'R3', 'COLLECTED', -1000, owed),
        flow('2026-05-21', 'R3', 'ENDORSED_DOWN', -200, owed),
        flow('2026-05-20', 'R4', 'COLLECTED', -500, owed),
        flow('2026-05-21', 'R4', 'CANCELLED_OTHER', -500, owed),
        flow('2026-05-20', 'R5', 'COLLECTED', -500, owed),
      ],
    );
    expect(await sums()).toMatchObject({
      due_amount: '1500.00',
      due_paid_on_time: '1500.00',
      n: '2',
      k: '2',
    });
  });

  test('a payment ahead that bounced is none: before the opening, in the period, or of one long before', async () => {
    const owed = { due_date: '2026-06-05' };
    await recovery(
      [open('R1', 100, '2026-06-05'), open('R3', 300, '2026-06-05'), open('R4', 500, '2026-06-05')],
      [
        flow('2026-05-20', 'R1', 'COLLECTED', -100, owed),
        flow('2026-05-25', 'R1', 'REVERSED', 100, owed),
        flow('2026-05-20', 'R2', 'COLLECTED', -200, owed),
        flow('2026-06-03', 'R2', 'REVERSED', 200, owed),
        flow('2026-03-30', 'R3', 'COLLECTED', -300, owed),
        flow('2026-05-20', 'R3', 'REVERSED', 300, owed),
        flow('2026-05-20', 'R4', 'REVERSED', 300, owed),
      ],
    );
    expect(await sums()).toMatchObject({ due_amount: '1100.00', due_paid_on_time: '0.00', n: '4', k: '0' });
  });

  test('62 days before the period are looked back on, and every period says the same', async () => {
    const owed = { due_date: '2026-06-05' };
    await house.theseDays([JUNE], 'quarter');
    await house.give('position', [
      open('R2', 1000, '2026-06-05'),
      open('R3', 400, '2026-06-05'),
      { as_of: '2026-03-31', receipt_no: 'R3', open_total: 1000, due_date: '2026-06-05' },
    ]);
    await house.give('flow', [
      flow('2026-04-01', 'R1', 'ISSUED', 1000, owed),
      flow('2026-04-01', 'R1', 'COLLECTED', -1000, owed),
      flow('2026-05-02', 'R2', 'ISSUED', 1000, owed),
      flow('2026-05-20', 'R3', 'COLLECTED', -600, owed),
    ]);
    for (const mart of ['month_total', 'aging', 'recovery']) await house.build(mart);
    const same = { due_amount: '3000.00', due_paid_on_time: '1600.00', n: '3', k: '1' };
    expect(await sums("period = 'month'")).toMatchObject(same);
    expect(await sums("period = 'quarter'")).toMatchObject(same);
    for (const [day, n, k] of [
      ['2026-03-31', '3', '1'],
      ['2026-03-30', '2', '0'],
    ] as const) {
      await house.empty('flow');
      await house.give('flow', [flow(day, 'R1', 'COLLECTED', -1000, owed)]);
      for (const mart of ['month_total', 'recovery']) await house.build(mart);
      expect(await sums("period = 'month'")).toMatchObject({ n, k });
    }
  });

  test('paid ahead, it stands with whoever held it last before the opening, and in parts with each', async () => {
    const owed = { due_date: '2026-06-05', intermediary: 'I1' };
    await house.theseDays([JUNE]);
    await house.give('position', [open('R2', 100, '2026-06-05', { clerk: 'K2', intermediary: 'I1' })]);
    await house.give('flow', [
      flow('2026-05-10', 'R1', 'COLLECTED', -600, { ...owed, clerk: 'K1' }),
      flow('2026-05-20', 'R1', 'COLLECTED', -400, { ...owed, clerk: 'K2', shared: true, movement_id: 'M2' }),
      flow('2026-05-20', 'R2', 'COLLECTED', -50, { ...owed, clerk: 'K1' }),
    ]);
    await house.give(
      'flow_part',
      [300, 100].map((amount, index) => ({
        as_of: '2026-05-20',
        movement_id: 'M2',
        known_from: '2026-05-20 22:00:00',
        intermediary: `I${index + 1}`,
        place: index + 1,
        total: -amount,
        booked_total: -amount,
        booked_net: -amount,
        cash_total: -amount,
      })),
    );
    for (const mart of ['month_total', 'aging', 'recovery']) await house.build(mart);
    expect(
      await house.rows(`select clerk, intermediary, sum(due_amount) as due, sum(due_paid_on_time) as paid,
        cast(sum(due_items) as bigint) as n, cast(sum(due_items_on_time) as bigint) as k
        from recovery group by 1, 2 order by 1, 2`),
    ).toEqual([
      { clerk: 'K2', intermediary: 'I1', due: '1050.00', paid: '950.00', n: '2', k: '1' },
      { clerk: 'K2', intermediary: 'I2', due: '100.00', paid: '100.00', n: '0', k: '0' },
    ]);
  });

  test('a payment undone before the due date takes the receipt out again', async () => {
    await recovery(
      [open('R1', 100, '2026-06-15')],
      [flow('2026-06-10', 'R1', 'COLLECTED', -100, due), flow('2026-06-14', 'R1', 'REVERSED', 100, due)],
    );
    expect(await sums()).toMatchObject({ n: '1', k: '0', due_paid_on_time: '0.00' });
  });
});

describe('several intermediaries', () => {
  const shared = { shared: true, intermediary: 'I1', due_date: '2026-05-10' };
  const part = (as_of: string, amounts: readonly [number, number]): Given[] =>
    amounts.map((amount, index) => ({
      as_of,
      receipt_no: 'R1',
      intermediary: `I${index + 1}`,
      place: index + 1,
      open_total: amount,
      booked_total: amount,
      closing_total: amount,
      closing_net: amount,
    }));

  test('a receipt that nothing happens to falls due once, and to each in its part', async () => {
    const due = { ...shared, due_date: '2026-06-10' };
    await house.theseDays([JUNE]);
    await house.give('position', [open('R1', 1000, '2026-06-10', due), close('R1', 1000, '2026-06-10', due)]);
    await house.give('intermediary_part', [...part(MAY, [600, 400]), ...part(JUNE, [600, 400])]);
    for (const mart of ['month_total', 'aging', 'recovery']) await house.build(mart);
    expect(
      await house.rows(`select intermediary, sum(opening) as opening, sum(fell_due) as fell_due,
        sum(due_amount) as due, cast(sum(due_items) as bigint) as n from recovery group by 1 order by 1`),
    ).toEqual([
      { intermediary: 'I1', opening: '600.00', fell_due: '600.00', due: '600.00', n: '1' },
      { intermediary: 'I2', opening: '400.00', fell_due: '400.00', due: '400.00', n: '0' },
    ]);
  });

  test('each sees its share, their sum is the whole, and the receipt counts once', async () => {
    await house.theseDays([JUNE]);
    await house.give('position', [
      open('R1', 1000, '2026-05-10', shared),
      close('R1', 400, '2026-05-10', shared),
    ]);
    await house.give('intermediary_part', [...part(MAY, [600, 400]), ...part(JUNE, [240, 160])]);
    await house.give('flow', [flow('2026-06-10', 'R1', 'COLLECTED', -600, { ...shared, movement_id: 'M1' })]);
    await house.give(
      'flow_part',
      [360, 240].map((amount, index) => ({
        as_of: '2026-06-10',
        movement_id: 'M1',
        known_from: '2026-06-10 22:00:00',
        intermediary: `I${index + 1}`,
        place: index + 1,
        total: -amount,
        booked_total: -amount,
        booked_net: -amount,
        cash_total: -amount,
      })),
    );
    for (const mart of ['month_total', 'aging', 'recovery', 'roll_rates', 'payer_timing'])
      await house.build(mart);
    expect(
      await house.rows(`select intermediary, sum(opening_overdue) as opening_overdue, sum(collected) as collected,
        sum(closing) as closing, cast(sum(opening_overdue_items) as bigint) as items from recovery group by 1 order by 1`),
    ).toEqual([
      { intermediary: 'I1', opening_overdue: '600.00', collected: '360.00', closing: '240.00', items: '1' },
      { intermediary: 'I2', opening_overdue: '400.00', collected: '240.00', closing: '160.00', items: '0' },
    ]);
    expect(
      await house.rows(`select intermediary, cast(sum(items) as bigint) as items from aging
        where as_of = date '${JUNE}' group by 1 order by 1`),
    ).toEqual([
      { intermediary: 'I1', items: '1' },
      { intermediary: 'I2', items: '0' },
    ]);
    expect(
      await house.rows('select intermediary, to_state, amount, items from roll_rates order by 1, 2'),
    ).toEqual([
      { intermediary: 'I1', to_state: '031-060', amount: '240.00', items: '1' },
      { intermediary: 'I1', to_state: 'PAID', amount: '360.00', items: '0' },
      { intermediary: 'I2', to_state: '031-060', amount: '160.00', items: '0' },
      { intermediary: 'I2', to_state: 'PAID', amount: '240.00', items: '0' },
    ]);
    expect(await house.row('select cast(sum(paid_items) as bigint) as n from payer_timing')).toEqual({
      n: '1',
    });
  });

  test('what an intermediary without a part at the opening collects stands with the first one', async () => {
    await house.theseDays([JUNE]);
    await house.give('position', [open('R1', 1000, '2026-05-10', { intermediary: 'I1' })]);
    await house.give('flow', [flow('2026-06-10', 'R1', 'COLLECTED', -1000, { intermediary: 'I9' })]);
    await house.build('roll_rates');
    expect(await house.rows('select intermediary, to_state, amount, items from roll_rates')).toEqual([
      { intermediary: 'I1', to_state: 'PAID', amount: '1000.00', items: '1' },
    ]);
  });
});

describe('policies are counted once', () => {
  test('at the holder of the first issue, and not at all when a re-sent day took the issue back', async () => {
    await house.theseDays(['2026-06-10', JUNE]);
    await house.give('flow', [
      flow('2026-06-05', 'R1', 'ISSUED', 100, { policy_no: 'P1', office: '01' }),
      flow('2026-06-06', 'R2', 'ISSUED', 100, { policy_no: 'P1', office: '02' }),
      flow('2026-06-05', 'R3', 'ISSUED', 100, { policy_no: 'P2', office: '01' }),
      flow('2026-06-20', 'R3', 'ISSUED', -100, {
        policy_no: 'P2',
        office: '01',
        weight: -1,
        movement_id: 'back',
      }),
      flow('2026-06-07', 'R9', 'ISSUED', -100, { policy_no: 'P9', office: '01' }),
    ]);
    await house.build('month_total');
    const count = (day: string) =>
      house.rows(`select office, cast(sum(policies_written) as bigint) as n from month_total
        where as_of = date '${day}' group by 1 having sum(policies_written) <> 0 order by 1`);
    expect(await count('2026-06-10')).toEqual([{ office: '01', n: '2' }]);
    expect(await count(JUNE)).toEqual([{ office: '01', n: '1' }]);
  });

  test('a policy cancelled for non-payment and put back in force is not counted as cancelled', async () => {
    await house.theseDays([JUNE]);
    await house.give('flow', [
      flow('2026-06-05', 'R1', 'CANCELLED_NP', -100, { policy_no: 'P1' }),
      flow('2026-06-09', 'R1', 'CANCELLED_NP', 100, { policy_no: 'P1', movement_id: 'rehabilitated' }),
      flow('2026-06-05', 'R2', 'CANCELLED_NP', -100, { policy_no: 'P2' }),
    ]);
    await house.build('month_total');
    expect(await house.rows('select sum(policies_cancelled_np)::bigint as n from month_total')).toEqual([
      { n: '1' },
    ]);
  });
});

describe('without a booked rate', () => {
  test('nothing is known to be gained: the exchange difference is of what has both rates', async () => {
    await house.theseDays([JUNE]);
    const dollars = { currency: 'USD', booked_rate: null, booked_net: null, booked_total: null };
    await house.give('flow', [
      flow('2026-06-20', 'R1', 'COLLECTED', -400, { ...dollars, cash_total: -1_620_000 }),
      flow('2026-06-21', 'R2', 'COLLECTED', -100, {
        ...dollars,
        booked_rate: 4000,
        booked_total: -400_000,
        cash_total: -405_000,
      }),
    ]);
    await house.give('position', [
      {
        receipt_no: 'R3',
        as_of: JUNE,
        open_total: 600,
        ...dollars,
        closing_rate: 4100,
        closing_total: 2_460_000,
      },
      {
        receipt_no: 'R4',
        as_of: JUNE,
        open_total: 100,
        ...dollars,
        booked_rate: 4000,
        booked_total: 400_000,
        closing_rate: 4100,
        closing_total: 410_000,
      },
    ]);
    await house.build('month_total');
    expect(await house.rows('select sum(fx_realised) as gain from month_total')).toEqual([
      { gain: '5000.00' },
    ]);
    await house.build('aging');
    expect(await house.rows('select sum(fx_unrealised) as gain from aging')).toEqual([{ gain: '10000.00' }]);
  });
});

describe('days to pay', () => {
  test('money paid back to the client is no payment, and a payment taken back by a re-sent day counts no more', async () => {
    const due = { due_date: '2026-06-10' };
    await house.theseDays([JUNE]);
    await house.give('flow', [
      flow('2026-06-15', 'R1', 'COLLECTED', -100, due),
      flow('2026-06-30', 'R9', 'COLLECTED', 40, due),
      flow('2026-06-12', 'R2', 'COLLECTED', -60, due),
      flow('2026-06-20', 'R2', 'COLLECTED', 60, {
        ...due,
        business_date: '2026-06-12',
        weight: -1,
        movement_id: 'back',
      }),
    ]);
    await house.build('payer_timing');
    expect(
      await house.row('select paid_amount, paid_amount_days, paid_items, late_items from payer_timing'),
    ).toEqual({
      paid_amount: '100.00',
      paid_amount_days: '500.00',
      paid_items: '1',
      late_items: '1',
    });
  });
});
