import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BusinessDate, eachDay, isMonthEnd } from '../../../functions/core/dates.ts';
import type { Row } from '../../../functions/engine/engine.ts';
import { MartHouse } from '../../unit/sql-marts/mart-house.ts';
import { smallLedger } from '../../unit/sql-marts/small-ledger.ts';

const FROM = '2026-03-31' as BusinessDate;
const TO = '2026-06-30' as BusinessDate;
const DAYS = [...eachDay(FROM, TO)];
const ENDS = DAYS.filter(isMonthEnd);

/** In the order in which they read each other. */
const DAILY = [
  'month_total',
  'month_opening',
  'aging',
  'recovery',
  'turnover',
  'payer_timing',
  'due_calendar',
  'scorecards',
  'attainment',
  'rotation',
  'concentration',
  'restatements',
];
const MONTHLY = ['roll_rates', 'roll_flow', 'vintage_flow', 'vintages'];

let house: MartHouse;
beforeAll(async () => {
  house = await MartHouse.open();
  for (const [relation, rows] of Object.entries(smallLedger(7, 60, FROM, TO)))
    await house.give(relation, rows);
  await house.give('deliveries', [{ as_of: FROM }]);
});
afterAll(() => house.close());

async function build(days: readonly string[], marts: readonly string[]): Promise<Map<string, Row[]>> {
  await house.empty('days');
  await house.empty('periods');
  await house.theseDays(days);
  const built = new Map<string, Row[]>();
  for (const mart of marts) built.set(mart, await house.build(mart));
  return built;
}

const of = (rows: readonly Row[] | undefined, day: string) =>
  (rows ?? []).filter(({ as_of }) => as_of === day);

describe('day by day equals one backfill: nothing looks ahead, and no period ends on the last day built', () => {
  test('daily marts', async () => {
    const whole = await build(DAYS, DAILY);
    for (const day of ['2026-04-01', '2026-05-17', '2026-05-31', '2026-06-01', '2026-06-29']) {
      const alone = await build([...ENDS.filter((end) => end < day), day], DAILY);
      for (const mart of DAILY)
        expect([mart, of(alone.get(mart), day)]).toEqual([mart, of(whole.get(mart), day)]);
      expect(of(alone.get('recovery'), day).length).toBeGreaterThan(0);
    }
  });

  test('month ends', async () => {
    const whole = await build(ENDS, MONTHLY);
    for (const [index, end] of ENDS.entries()) {
      const alone = await build(ENDS.slice(0, index + 1), MONTHLY);
      for (const mart of MONTHLY)
        expect([mart, of(alone.get(mart), end)]).toEqual([mart, of(whole.get(mart), end)]);
    }
    expect(of(whole.get('vintages'), '2026-06-30').length).toBeGreaterThan(0);
  });
});

describe('marts agree with what they are made of, on every day', () => {
  test('aging with position, and recovery with aging and month totals', async () => {
    await build(DAYS, ['month_total', 'aging', 'recovery', 'scorecards']);
    expect(
      await house.rows(`with stock as (
          select as_of, sum(closing_total) as net, sum(case when class = 'GROSS' then closing_total else 0 end) as gross,
            count(*) as items from position group by as_of),
        told as (
          select as_of, sum(closing_total) as net, sum(case when class = 'GROSS' then closing_total else 0 end) as gross,
            cast(sum(items) as bigint) as items from aging where class <> 'UNAPPLIED' group by as_of)
        select * from stock full join told using (as_of)
        where stock.net is distinct from told.net or stock.gross is distinct from told.gross
          or stock.items is distinct from told.items`),
    ).toEqual([]);
    expect(
      await house.rows(`with told as (select as_of, sum(closing) as closing, sum(collected) as collected from recovery group by as_of),
        aged as (select as_of, sum(closing_total) as closing from aging where class = 'GROSS' group by as_of),
        flowed as (select as_of, sum(collected) as collected from month_total group by as_of)
        select * from told left join aged using (as_of) left join flowed using (as_of)
        where told.closing is distinct from coalesce(aged.closing, 0)
          or told.collected is distinct from coalesce(flowed.collected, 0)`),
    ).toEqual([]);
  });

  test.each(['month', 'quarter', 'ytd', '12m', '2026-05-17..2026-06-30'])(
    'turnover with recovery, holder by holder, over %s',
    async (period) => {
      await house.empty('days');
      await house.empty('periods');
      await house.theseDays(['2026-04-30', '2026-05-16', '2026-06-30'], period);
      for (const mart of ['month_total', 'aging', 'recovery', 'turnover']) await house.build(mart);
      const told = (mart: string) =>
        house.rows(`select as_of, period, company, office, advisor, clerk, line, intermediary, currency,
          opening, closing, sales, opening_missing from ${mart}
          where opening <> 0 or closing <> 0 or sales <> 0 or opening_missing <> 0 order by all`);
      const [turnover, recovery] = [await told('turnover'), await told('recovery')];
      expect(turnover).toEqual(recovery);
      expect(turnover.length).toBeGreaterThan(20);
    },
  );

  test('every dimension of the scorecards adds up to the total', async () => {
    expect(
      await house.rows(`select as_of, dimension, sum(gross) as gross, sum(collected) as collected, sum(exigible) as exigible,
          cast(sum(n) as bigint) as n, cast(sum(k) as bigint) as k
        from scorecards where dimension <> 'total' group by 1, 2
        except select s.as_of, d.dimension, s.gross, s.collected, s.exigible, s.n, s.k from scorecards s
        cross join (select distinct dimension from scorecards) d where s.dimension = 'total'`),
    ).toEqual([]);
  });

  test('no receipt is more on time than it fell due, and no bucket more cured than it was overdue', async () => {
    expect(
      await house.rows(`select * from recovery where due_items_on_time > due_items or due_items_on_time < 0
        or cured_amount < 0 or cured_amount > opening_overdue or due_amount < 0`),
    ).toEqual([]);
  });

  test('rows of the roll rates add up to the opening gross of their bucket', async () => {
    await build(ENDS, ['roll_rates']);
    expect(
      await house.rows(`with told as (
          select r.as_of, p.opened, r.from_altura, sum(r.amount) as amount, cast(sum(r.items) as bigint) as items
          from roll_rates r join periods p on p.as_of = r.as_of group by 1, 2, 3),
        stock as (select as_of as opened, altura as from_altura, sum(closing_total) as amount, count(*) as items
          from position where class = 'GROSS' group by 1, 2)
        select * from told left join stock using (opened, from_altura)
        where told.amount is distinct from stock.amount or told.items is distinct from stock.items`),
    ).toEqual([]);
  });
});
