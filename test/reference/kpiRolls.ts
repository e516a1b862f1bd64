import type { FigureCell } from './cells.ts';
import {
  amount,
  and,
  type Context,
  count,
  type Definition,
  type Definitions,
  money,
  nothing,
  one,
  quotient,
  type Where,
} from './figures.ts';
import { lastDay } from './period.ts';
import { decimal } from './ratio.ts';

/** Where the balances of an opening are at the close. */
export function rolls(): Definitions {
  const cells = (c: Context) => c.rolls(c.opened, c.book.asOf);
  const order = (c: Context, altura: string | null) =>
    c.book.alturas.findIndex((one) => one.altura === altura);
  const isForward =
    (c: Context): Where =>
    (dims) =>
      order(c, dims.from_altura ?? null) >= 0 &&
      order(c, dims.to_state ?? null) > order(c, dims.from_altura ?? null);
  type Sum = typeof money;
  const shares =
    (sum: Sum, figure: string): Definition =>
    (c) => {
      const all = cells(c);
      const places = new Set(all.map(({ dims }) => `${dims.from_altura}|${dims.to_state}`));
      return new Map(
        [...places].map((place) => {
          const [from, to] = place.split('|');
          const inRow: Where = (dims) => dims.from_altura === from;
          const inCell: Where = (dims) => inRow(dims) && dims.to_state === to;
          return [place, quotient(sum(all, figure, inCell), sum(all, figure, inRow))] as const;
        }),
      );
    };
  const rolled = (c: Context, all: readonly FigureCell[], from: string, sum: Sum, figure: string) => {
    const inRow: Where = (dims) => dims.from_altura === from;
    return quotient(sum(all, figure, and(inRow, isForward(c))), sum(all, figure, inRow));
  };
  const forward =
    (sum: Sum, figure: string): Definition =>
    (c) => {
      const all = cells(c);
      return new Map(
        [...new Set(all.map(({ dims }) => dims.from_altura ?? ''))].map((from) => [
          from,
          rolled(c, all, from, sum, figure),
        ]),
      );
    };
  // The chain of the forward rolls of some months, their balances pooled; a bucket that was never open has no rate.
  const toWorst =
    (months: number): Definition =>
    (c) => {
      const [year, month] = [Number(c.book.asOf.slice(0, 4)), Number(c.book.asOf.slice(5, 7))];
      const all = Array.from({ length: months }, (_, back) =>
        c.rolls(lastDay(year, month - back - 1), lastDay(year, month - back)),
      ).flat();
      const steps = c.book.alturas.slice(0, -1).map(({ altura }) => rolled(c, all, altura, money, 'amount'));
      if (steps.some(({ value }) => value === null)) return one(nothing('ZERO_DENOMINATOR'));
      return one(amount(steps.reduce((product, { value }) => product.mul(value ?? 0), decimal(1))));
    };
  return {
    roll_rate: { amount: shares(money, 'amount'), items: shares(count, 'items') },
    roll_forward: { amount: forward(money, 'amount'), items: forward(count, 'items') },
    roll_paid: {
      amount: (c) => {
        const all = cells(c);
        const overdue: Where = (dims) => order(c, dims.from_altura ?? null) > 0;
        return one(
          quotient(
            money(
              all,
              'amount',
              and(overdue, (dims) => dims.to_state === 'PAID'),
            ),
            money(all, 'amount', overdue),
          ),
        );
      },
    },
    flow_to_worst: {
      last_month: toWorst(1),
      three_months: toWorst(3),
      twelve_months: toWorst(12),
    },
  };
}
