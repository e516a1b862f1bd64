import type { Decimal } from 'decimal.js';
import type { FigureCell } from './cells.ts';
import {
  amount,
  and,
  byCurrency,
  type Context,
  count,
  type Definition,
  type Definitions,
  type ExpectedRows,
  isGross,
  isOverdue,
  money,
  one,
  quotient,
  type Where,
} from './figures.ts';
import { decimal } from './ratio.ts';

const AMOUNTS = {
  closing: 'closing_total',
  booked: 'booked_total',
  document: 'document_total',
  net: 'closing_net',
} as const;

const byAmount = (make: (figure: string) => Definition): Record<string, Definition> =>
  Object.fromEntries(
    Object.entries(AMOUNTS).map(([basis, figure]) => [
      basis,
      basis === 'document' ? byCurrency(make(figure)) : make(figure),
    ]),
  );

/** What is open on the day: gross, credits, unapplied cash and their ages. */
export function stocks(): Definitions {
  const sum =
    (figure: string, where: Where): Definition =>
    (c) =>
      one(amount(money(c.aging, figure, where)));
  const share =
    (figure: string, where: Where): Definition =>
    (c) =>
      one(quotient(money(c.aging, figure, and(isGross, where)), money(c.aging, figure, isGross)));
  const buckets =
    (figure: string, dimension: string, shares: boolean): Definition =>
    (c) => {
      const places = new Set(
        c.aging.filter(({ dims }) => isGross(dims)).map(({ dims }) => dims[dimension] ?? ''),
      );
      return new Map(
        [...places].map((place) => {
          const part = money(
            c.aging,
            figure,
            and(isGross, (dims) => dims[dimension] === place),
          );
          return [place, shares ? quotient(part, money(c.aging, figure, isGross)) : amount(part)] as const;
        }),
      );
    };
  const aged = (shares: boolean) => ({
    ...byAmount((figure) => buckets(figure, 'altura', shares)),
    original: buckets('closing_total', 'altura_original', shares),
    covered: buckets('closing_total', 'altura_covered', shares),
    policy: buckets('closing_total', 'policy_altura', shares),
  });
  const { net: _, ...withoutNet } = byAmount((figure) => sum(figure, () => true));
  const { net: __, ...unapplied } = byAmount((figure) => sum(figure, (dims) => dims.class === 'UNAPPLIED'));
  const original: Where = (dims) => isGross(dims) && dims.overdue_original === 'true';
  const inherited =
    (role: string): Definition =>
    (c) =>
      one(
        quotient(
          money(
            c.aging,
            'closing_total',
            and(isOverdue, (dims) => dims[`inherited_${role}`] === 'true'),
          ),
          money(c.aging, 'closing_total', isOverdue),
        ),
      );
  return {
    gross: byAmount((figure) => sum(figure, isGross)),
    credits: byAmount((figure) => sum(figure, (dims) => dims.class === 'CREDIT')),
    unapplied,
    net: withoutNet,
    overdue: { ...byAmount((figure) => sum(figure, isOverdue)), original: sum('closing_total', original) },
    overdue_share: {
      ...byAmount((figure) => share(figure, isOverdue)),
      original: share('closing_total', original),
    },
    aging: aged(false),
    aging_share: aged(true),
    ...par(),
    ...concentration(),
    falls_due: {
      closing: fallsDue('closing_total'),
      booked: fallsDue('booked_total'),
      document: byCurrency(fallsDue('document_total')),
    },
    wadpd: {
      overdue: (c) =>
        one(quotient(money(c.aging, 'amount_days', isGross), money(c.aging, 'closing_total', isOverdue))),
      gross: (c) =>
        one(quotient(money(c.aging, 'amount_days', isGross), money(c.aging, 'closing_total', isGross))),
      original: (c) =>
        one(
          quotient(
            money(c.aging, 'amount_days_original', isGross),
            money(c.aging, 'closing_total', original),
          ),
        ),
    },
    open_items: {
      gross: (c) => one(amount(count(c.aging, 'items', isGross))),
      overdue: (c) => one(amount(count(c.aging, 'items', isOverdue))),
    },
    inherited_share: {
      clerk: inherited('clerk'),
      advisor: inherited('advisor'),
      office: inherited('office'),
    },
    disputed: byAmount((figure) =>
      sum(
        figure,
        and(isGross, (dims) => dims.disputed === 'true'),
      ),
    ),
    fx_unrealised: {
      closing: (c) => one(amount(money(c.aging, 'fx_unrealised', (dims) => dims.class !== 'UNAPPLIED'))),
    },
  };
}

/** Portfolio at risk from the days themselves, not from buckets. */
function par(): Definitions {
  const at = (x: number, days: string): Definition => {
    const isLate: Where = (dims) => dims[days] != null && Number(dims[days]) > x;
    return (c) =>
      one(
        quotient(
          money(c.aging, 'closing_total', and(isGross, isLate)),
          money(c.aging, 'closing_total', isGross),
        ),
      );
  };
  return Object.fromEntries(
    [0, 15, 30, 60, 75, 90, 180, 360].map((x) => [
      `par${x}`,
      {
        item: at(x, 'dpd'),
        policy: at(x, 'policy_dpd'),
        original: at(x, 'dpd_original'),
        covered: at(x, 'covered_days'),
      },
    ]),
  );
}

/** Gross open by the week in which it falls due, thirteen weeks ahead; what is past due apart. */
function fallsDue(figure: string): Definition {
  return (c) =>
    new Map(
      placesOf(c.aging.filter(({ dims }) => isGross(dims))).map((place) => [
        place,
        amount(
          money(c.aging, figure, (dims) => isGross(dims) && `${dims.falls}|${dims.week ?? '-'}` === place),
        ),
      ]),
    );
}

const placesOf = (cells: readonly FigureCell[]) => [
  ...new Set(cells.map(({ dims }) => `${dims.falls}|${dims.week ?? '-'}`)),
];

const AMONG = ['client', 'intermediary', 'line', 'office', 'advisor'] as const;
const sumOf = (parts: readonly Decimal[]) => parts.reduce((sum, part) => sum.add(part), decimal(0));

/** How much of the gross that somebody holds is held by the largest. */
function concentration(): Definitions {
  const holdings = (c: Context, among: string): Decimal[] => {
    const sums = new Map<string, Decimal>();
    for (const { dims, figures } of c.aging) {
      const holder = dims[among] ?? null;
      if (!isGross(dims) || holder === null) continue;
      const part = decimal(figures.closing_total ?? 0n).div(100);
      sums.set(holder, (sums.get(holder) ?? decimal(0)).add(part));
    }
    return [...sums.values()].sort((a, b) => b.cmp(a));
  };
  // Among itself a member has no peers: that is not kept.
  const among = (make: (parts: readonly Decimal[]) => ExpectedRows): Record<string, Definition> =>
    Object.fromEntries(
      AMONG.map((name) => [name, (c) => (name in c.slice ? new Map() : make(holdings(c, name)))]),
    );
  return {
    ...Object.fromEntries(
      [1, 5, 10].map((n) => [
        `top${n}_share`,
        among((parts) => one(quotient(sumOf(parts.slice(0, n)), sumOf(parts)))),
      ]),
    ),
    hhi: among((parts) =>
      one(quotient(sumOf(parts.map((part) => part.mul(part))), sumOf(parts).pow(2), 10_000)),
    ),
  };
}
