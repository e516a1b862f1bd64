import type { Decimal } from 'decimal.js';
import type { BusinessDate } from '../../functions/core/dates.ts';
import {
  amount,
  byCurrency,
  type Context,
  cents,
  count,
  type Definition,
  type Definitions,
  isGross,
  missing,
  money,
  nothing,
  one,
  quotient,
  type Where,
  within,
} from './figures.ts';
import { policyCounts } from './monthTotal.ts';
import { lastDay } from './period.ts';
import { decimal } from './ratio.ts';

/** What moved in the period. */
export function flows(): Definitions {
  const sum =
    (...figures: readonly string[]): Definition =>
    (c) =>
      one(
        amount(
          figures.reduce((total, figure) => total.add(money(c.month, figure)), decimal(0)),
          missing(c),
        ),
      );
  const bases = (name: string) => ({
    booked: sum(name),
    document: byCurrency(sum(`${name}_document`)),
    net: sum(`${name}_net`),
  });
  return {
    written: bases('written'),
    sales: bases('sales'),
    collected: bases('collected'),
    reversed: { booked: sum('reversed') },
    written_off: { booked: sum('written_off') },
    late_effect: { booked: sum('late') },
    cancelled: {
      all: sum('cancelled_np', 'cancelled_other'),
      non_payment: sum('cancelled_np'),
      other: sum('cancelled_other'),
    },
    cash_applied: { payment: sum('cash') },
    fx_realised: { booked: sum('fx_realised') },
    cancelled_np_rate: {
      premium: (c) => one(quotient(money(c.month, 'cancelled_np'), money(c.month, 'written'), 1, missing(c))),
      net: (c) =>
        one(quotient(money(c.month, 'cancelled_np_net'), money(c.month, 'written_net'), 1, missing(c))),
      policies: (c) => {
        const isWithin = within(c.slice);
        const own = c.book.flowsSince(c.opened).filter(({ receipt: { line } }) => isWithin({ line }));
        const { cancelledNp, written } = policyCounts(own);
        return one(quotient(decimal(cancelledNp), decimal(written), 1, missing(c)));
      },
    },
  };
}

/** What became of the opening stock and of what fell due in the period. */
export function rates(): Definitions {
  const get = (c: Context, ...figures: readonly string[]) =>
    figures.reduce((total, figure) => total.add(money(c.recovery, figure)), decimal(0));
  const over =
    (numerator: string, ...denominators: readonly string[]): Definition =>
    (c) =>
      one(quotient(get(c, numerator), get(c, ...denominators), 1, missing(c)));
  const days =
    (figure: (c: Context) => Decimal): Definition =>
    (c) =>
      one(quotient(figure(c), get(c, 'sales'), c.days, missing(c)));
  return {
    dso: { closing: days((c) => get(c, 'closing')) },
    bpdso: { closing: days((c) => get(c, 'closing_current')) },
    add: { closing: days((c) => get(c, 'closing').sub(get(c, 'closing_current'))) },
    cei: {
      // N times the parts of the definition: their quotient is the same, and they stay whole cents.
      closing: (c) => {
        const sales = get(c, 'sales');
        const [opening, closing, current] = [get(c, 'opening'), get(c, 'closing'), get(c, 'closing_current')];
        const part = (left: Decimal) => opening.sub(left).mul(c.months).add(sales);
        return one(quotient(part(closing), part(current), 1, missing(c)));
      },
    },
    collection_rate_gross: { closing: over('collected_exigible', 'opening_overdue', 'fell_due') },
    collection_rate_net: {
      closing: (c) =>
        one(
          quotient(
            get(c, 'collected_exigible'),
            get(c, 'opening_overdue', 'fell_due').sub(get(c, 'cancelled_exigible')),
            1,
            missing(c),
          ),
        ),
    },
    recovery_rate: { closing: over('collected_overdue', 'opening_overdue') },
    cure_rate: {
      amount: over('cured_amount', 'opening_overdue'),
      items: (c) =>
        one(
          quotient(
            count(c.recovery, 'cured_items'),
            count(c.recovery, 'opening_overdue_items'),
            1,
            missing(c),
          ),
        ),
    },
    on_time_rate: {
      amount: over('due_paid_on_time', 'due_amount'),
      items: (c) =>
        one(quotient(count(c.recovery, 'due_items_on_time'), count(c.recovery, 'due_items'), 1, missing(c))),
    },
    liquidation_rate: {
      closing: (c) => {
        const held: Where = (dims) => dims.clerk != null;
        const due = money(c.recovery, 'opening_overdue', held).add(money(c.recovery, 'fell_due', held));
        const why = cents(c.month, 'opened', held) === 0n ? null : 'INSUFFICIENT_HISTORY';
        return one(quotient(money(c.recovery, 'collected_exigible', held), due, 1, why));
      },
    },
    cash_received: {
      booked: (c) => {
        // What stood unapplied at the opening nobody told where that day is before the first delivery.
        if (c.book.view(c.opened) === null) return one(nothing('INSUFFICIENT_HISTORY'));
        const unapplied = (day: BusinessDate) => money(c.agingOn(day), 'booked_total', isUnapplied);
        // Unapplied cash stands below zero: more of it lowers the stock.
        const grown = unapplied(c.opened).sub(unapplied(c.book.asOf));
        return one(amount(money(c.month, 'cash').add(grown), missing(c)));
      },
    },
    fell_due: { booked: (c) => one(amount(get(c, 'fell_due'), missing(c))) },
  };
}

/** How often a period's sales turn the receivables over: by their mean at both ends, or at the month ends between too. */
export function turnover(): Definitions {
  const gross = (c: Context, day: BusinessDate) => money(c.agingOn(day), 'closing_total', isGross);
  const ends = (c: Context) => gross(c, c.opened).add(gross(c, c.book.asOf));
  const between = (c: Context) => {
    const days: BusinessDate[] = [];
    for (let day = monthEndBefore(c.book.asOf); day > c.opened && days.length < 12; day = monthEndBefore(day))
      days.push(day);
    return days;
  };
  const sales = (c: Context) => money(c.month, 'sales');
  const weighted = (c: Context) => sales(c).mul(between(c).length + 2);
  const all = (c: Context) => between(c).reduce((sum, day) => sum.add(gross(c, day)), ends(c));
  const of =
    (numerator: (c: Context) => Decimal, denominator: (c: Context) => Decimal, scale: number): Definition =>
    (c) =>
      one(quotient(numerator(c), denominator(c), scale, missing(c)));
  return {
    turnover_times: { closing: of(sales, ends, 2), month_ends: of(weighted, all, 1) },
    turnover_days: {
      days_365: of(ends, sales, 182.5),
      days_360: of(ends, sales, 180),
      month_ends_365: of(all, weighted, 365),
      month_ends_360: of(all, weighted, 360),
    },
  };
}

const monthEndBefore = (day: BusinessDate) => lastDay(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1);
const isUnapplied: Where = (dims) => dims.class === 'UNAPPLIED';
