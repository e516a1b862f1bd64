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
  /** How far a bucket has come: nothing while not due, else the month of age in which it ends. */
  const monthOf = (c: Context, altura: string | null | undefined): number | null => {
    const at = order(c, altura ?? null);
    return at < 0 ? null : at === 0 ? 0 : Math.ceil((c.book.alturas[at]?.hi ?? 0) / 30);
  };
  // The chain of the forward rolls of some months, their balances pooled: of what was past due, what left its bucket
  // is looked at, as what stays in a wide one may still roll. Where nothing left there is no rate.
  const toWorst =
    (months: number): Definition =>
    (c) => {
      const [year, month] = [Number(c.book.asOf.slice(0, 4)), Number(c.book.asOf.slice(5, 7))];
      const all = Array.from({ length: months }, (_, back) =>
        c.rolls(lastDay(year, month - back - 1), lastDay(year, month - back)),
      ).flat();
      const ages = [...new Set(c.book.alturas.map(({ altura }) => monthOf(c, altura) ?? 0))];
      const steps = ages.slice(0, -1).map((age) => {
        const own = all.filter(({ dims }) => monthOf(c, dims.from_altura) === age);
        const to = ({ dims }: FigureCell) => monthOf(c, dims.to_state);
        const rolled = own.filter((cell) => (to(cell) ?? -1) > age);
        const leaving = age === 0 ? own : own.filter((cell) => to(cell) !== age);
        return quotient(money(rolled, 'amount'), money(leaving, 'amount'));
      });
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
