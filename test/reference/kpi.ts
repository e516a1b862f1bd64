import type { Decimal } from 'decimal.js';
import { addDays, type BusinessDate } from '../../functions/core/dates.ts';
import { totalOf } from '../support/ledgerFixture.ts';
import type { Book } from './book.ts';
import type { FigureCell } from './cells.ts';
import { monthCells, policyCounts } from './monthTotal.ts';
import { daysAfter, openedOf } from './period.ts';
import { NOTHING, type Position } from './position.ts';
import { decimal, type Ratio, wilson } from './ratio.ts';
import { recoveryCells } from './recovery.ts';
import { rollCells } from './roll.ts';
import { countbackOf, trueDsoOf } from './rotation.ts';
import { timingOf } from './timing.ts';
import { cohortCells } from './vintage.ts';

/** What a KPI must say: of one company, at one place among the dimensions that its answer always has. */
export interface Expected {
  readonly value: Decimal | null;
  readonly numerator: Decimal | null;
  readonly denominator: Decimal | null;
  readonly reason: string | null;
}

/** Figures by place: the members of the KPI's own dimensions joined by `|`, or the empty text. */
export type ExpectedRows = ReadonlyMap<string, Expected>;

interface Context {
  readonly book: Book;
  readonly opened: BusinessDate;
  readonly days: number;
  readonly months: number;
  readonly aging: readonly FigureCell[];
  readonly month: readonly FigureCell[];
  readonly recovery: readonly FigureCell[];
}

type Definition = (context: Context) => ExpectedRows;

/**
 * @param kind month, quarter, ytd, 12m
 * @throws Error for a KPI or basis that the reference does not define
 */
export function expectedRows(
  book: Book,
  kpi: string,
  basis: string,
  kind = 'month',
  custom?: BusinessDate,
): ExpectedRows {
  const definition = KPI_REFERENCE[kpi]?.[basis];
  if (!definition) throw new Error(`the reference knows no ${kpi} on ${basis}`);
  const { opened, months } = custom === undefined ? openedOf(kind, book.asOf) : { opened: custom, months: 1 };
  const known = contexts.get(book) ?? new Map<string, Context>();
  contexts.set(book, known);
  const context = known.get(opened) ?? contextOf(book, opened, months);
  known.set(opened, context);
  return definition(context);
}

/** Tests ask many figures of one book: what they share is computed once. */
const contexts = new WeakMap<Book, Map<string, Context>>();

function contextOf(book: Book, opened: BusinessDate, months: number): Context {
  const lazy = <T>(make: () => T): (() => T) => {
    let made: { value: T } | null = null;
    return () => {
      made ??= { value: make() };
      return made.value;
    };
  };
  const aging = lazy(() => book.aging());
  const month = lazy(() => monthCells(book.company, book.flowsSince(opened)));
  const recovery = lazy(() => recoveryCells(book, opened));
  return {
    book,
    opened,
    days: daysAfter(opened, book.asOf),
    months,
    get aging() {
      return aging();
    },
    get month() {
      return month();
    },
    get recovery() {
      return recovery();
    },
  };
}

/** An opening balance inside the period: what stood before it, and moved until it, is not known. */
const missing = (c: Context) => (money(c.month, 'opened').isZero() ? null : 'INSUFFICIENT_HISTORY');

type Where = (dims: FigureCell['dims']) => boolean;

const money = (cells: readonly FigureCell[], figure: string, where: Where = () => true): Decimal =>
  decimal(
    cells.filter(({ dims }) => where(dims)).reduce((sum, cell) => sum + (cell.figures[figure] ?? 0n), 0n),
  ).div(100);

const count = (cells: readonly FigureCell[], figure: string, where: Where = () => true): Decimal =>
  money(cells, figure, where).mul(100);

const one = (expected: Expected): ExpectedRows => new Map([['', expected]]);

function amount(value: Decimal, reason: string | null = null): Expected {
  return { value: reason === null ? value : null, numerator: value, denominator: null, reason };
}

function quotient(
  numerator: Decimal,
  denominator: Decimal,
  scale: Decimal | number = 1,
  reason: string | null = null,
): Expected {
  const why =
    reason ??
    (denominator.isZero() ? 'ZERO_DENOMINATOR' : denominator.isNegative() ? 'NEGATIVE_DENOMINATOR' : null);
  return {
    value: why === null ? numerator.mul(scale).div(denominator) : null,
    numerator,
    denominator,
    reason: why,
  };
}

const isGross: Where = (dims) => dims.class === 'GROSS';
const isOverdue: Where = (dims) => isGross(dims) && dims.overdue === 'true';
const and =
  (...all: readonly Where[]): Where =>
  (dims) =>
    all.every((where) => where(dims));

const AMOUNTS = {
  closing: 'closing_total',
  booked: 'booked_total',
  document: 'document_total',
  net: 'closing_net',
} as const;

const byAmount = (make: (figure: string, basis: string) => Definition): Record<string, Definition> =>
  Object.fromEntries(Object.entries(AMOUNTS).map(([basis, figure]) => [basis, make(figure, basis)]));

function stocks(): Record<string, Record<string, Definition>> {
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
    unapplied: { closing: unapplied.closing as Definition, document: unapplied.document as Definition },
    net: { closing: withoutNet.closing as Definition, document: withoutNet.document as Definition },
    overdue: { ...byAmount((figure) => sum(figure, isOverdue)), original: sum('closing_total', original) },
    overdue_share: {
      ...byAmount((figure) => share(figure, isOverdue)),
      original: share('closing_total', original),
    },
    aging: aged(false),
    aging_share: aged(true),
    ...par(),
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

/** Portfolio at risk, receipt by receipt from the days themselves, not from buckets. */
function par(): Record<string, Record<string, Definition>> {
  const at =
    (x: number, days: (p: Position, worst: number | null) => number | null): Definition =>
    (c) => {
      const gross = c.book.positions.filter((p) => p.class === 'GROSS');
      const closing = (some: typeof gross) =>
        decimal(some.reduce((sum, p) => sum + totalOf(p.closing ?? NOTHING), 0n)).div(100);
      const worst = (policy: string) =>
        gross
          .filter((p) => p.receipt.policy === policy && p.dpd !== null)
          .reduce<number | null>((max, { dpd }) => (max === null ? dpd : Math.max(max, dpd ?? max)), null);
      const late = gross.filter((p) => (days(p, worst(p.receipt.policy)) ?? Number.NEGATIVE_INFINITY) > x);
      return one(quotient(closing(late), closing(gross)));
    };
  return Object.fromEntries(
    [15, 30, 60, 75, 90].map((x) => [
      `par${x}`,
      {
        item: at(x, ({ dpd }) => dpd),
        policy: at(x, (_, worst) => worst),
        original: at(x, ({ dpdOriginal }) => dpdOriginal),
        covered: at(x, ({ covered }) => covered),
      },
    ]),
  );
}

function flows(): Record<string, Record<string, Definition>> {
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
    document: sum(`${name}_document`),
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
        const { cancelledNp, written } = policyCounts(c.book.flowsSince(c.opened));
        return one(quotient(decimal(cancelledNp), decimal(written), 1, missing(c)));
      },
    },
  };
}

function rates(): Record<string, Record<string, Definition>> {
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
  const stock = (c: Context) => get(c, 'opening', 'closing');
  return {
    dso: { closing: days((c) => get(c, 'closing')) },
    bpdso: { closing: days((c) => get(c, 'closing_current')) },
    add: { closing: days((c) => get(c, 'closing').sub(get(c, 'closing_current'))) },
    turnover_times: { closing: (c) => one(quotient(get(c, 'sales'), stock(c), 2, missing(c))) },
    turnover_days: {
      days_365: (c) => one(quotient(stock(c), get(c, 'sales'), 182.5, missing(c))),
      days_360: (c) => one(quotient(stock(c), get(c, 'sales'), 180, missing(c))),
    },
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
    fell_due: { booked: (c) => one(amount(get(c, 'fell_due'), missing(c))) },
  };
}

function rolls(): Record<string, Record<string, Definition>> {
  const cells = (c: Context): FigureCell[] => {
    const opening = c.book.view(c.opened);
    if (opening === null) return [];
    return rollCells(
      c.book.plan,
      c.book.company,
      opening,
      c.book.last,
      c.book.flowsSince(c.opened),
      c.book.alturas,
    );
  };
  const order = (c: Context, altura: string | null) =>
    c.book.alturas.findIndex((one) => one.altura === altura);
  const isForward =
    (c: Context): Where =>
    (dims) =>
      order(c, dims.from_altura ?? null) >= 0 &&
      order(c, dims.to_state ?? null) > order(c, dims.from_altura ?? null);
  return {
    roll_rate: {
      amount: (c) => {
        const all = cells(c);
        const places = new Set(all.map(({ dims }) => `${dims.from_altura}|${dims.to_state}`));
        return new Map(
          [...places].map((place) => {
            const [from, to] = place.split('|');
            const inRow: Where = (dims) => dims.from_altura === from;
            return [
              place,
              quotient(
                money(
                  all,
                  'amount',
                  and(inRow, (dims) => dims.to_state === to),
                ),
                money(all, 'amount', inRow),
              ),
            ] as const;
          }),
        );
      },
    },
    roll_forward: {
      amount: (c) => {
        const all = cells(c);
        return new Map(
          [...new Set(all.map(({ dims }) => dims.from_altura ?? ''))].map((from) => {
            const inRow: Where = (dims) => dims.from_altura === from;
            return [
              from,
              quotient(money(all, 'amount', and(inRow, isForward(c))), money(all, 'amount', inRow)),
            ] as const;
          }),
        );
      },
    },
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
      last_month: (c) => {
        const all = cells(c);
        const steps = c.book.alturas.slice(0, -1).map(({ altura }) => {
          const inRow: Where = (dims) => dims.from_altura === altura;
          return quotient(money(all, 'amount', and(inRow, isForward(c))), money(all, 'amount', inRow));
        });
        if (steps.some(({ value }) => value === null)) {
          return one({ value: null, numerator: null, denominator: null, reason: 'ZERO_DENOMINATOR' });
        }
        return one(amount(steps.reduce((product, { value }) => product.mul(value ?? 0), decimal(1))));
      },
    },
  };
}

function others(): Record<string, Record<string, Definition>> {
  const plain = ({ value, reason }: Ratio): ExpectedRows =>
    one({ value, numerator: value, denominator: null, reason });
  const cohorts =
    (rate: 'gross' | 'net'): Definition =>
    (c) =>
      new Map(
        // A company's whole history: what each month learnt about its cohorts.
        cohortCells(
          c.book.flowsSince(addDays(c.book.plan.deliveries[0]?.businessDate ?? c.opened, -1)),
          c.book.asOf,
        ).map((cell) => {
          const base = rate === 'gross' ? cell.amount : cell.amount - cell.cancelled;
          return [
            `${cell.cohort}-01|${cell.month}`,
            quotient(decimal(cell.cash).div(100), decimal(base).div(100)),
          ] as const;
        }),
      );
  const timing =
    (name: 'weighted' | 'floored' | 'simple' | 'late'): Definition =>
    (c) => {
      const { value, reason } = timingOf(c.book.flowsSince(c.opened))[name];
      return one({ value, numerator: null, denominator: null, reason });
    };
  const clients = (c: Context): Decimal[] => {
    const sums = new Map<string, Decimal>();
    for (const p of c.book.positions) {
      if (p.class !== 'GROSS') continue;
      const before = sums.get(p.receipt.client) ?? decimal(0);
      sums.set(p.receipt.client, before.add(decimal(totalOf(p.closing ?? NOTHING)).div(100)));
    }
    return [...sums.values()].sort((a, b) => b.cmp(a));
  };
  const sumOf = (parts: readonly Decimal[]) => parts.reduce((sum, part) => sum.add(part), decimal(0));
  return {
    countback_dso: { closing: (c) => plain(countbackOf(c.book) as Ratio) },
    true_dso: { closing: (c) => plain(trueDsoOf(c.book)) },
    vintage_gross: { due: cohorts('gross') },
    vintage_net: { due: cohorts('net') },
    days_to_pay: { amount: timing('weighted'), amount_floored: timing('floored'), items: timing('simple') },
    late_share: { items: timing('late') },
    ...Object.fromEntries(
      [1, 5, 10].map((n) => [
        `top${n}_share`,
        { client: ((c) => one(quotient(sumOf(clients(c).slice(0, n)), sumOf(clients(c))))) as Definition },
      ]),
    ),
    hhi: {
      client: (c) => {
        const parts = clients(c);
        return one(quotient(sumOf(parts.map((part) => part.mul(part))), sumOf(parts).pow(2), 10_000));
      },
    },
    on_time_low: {
      items: (c) => {
        const [n, k] = [count(c.recovery, 'due_items'), count(c.recovery, 'due_items_on_time')];
        const why = missing(c) ?? (n.isZero() ? 'ZERO_DENOMINATOR' : null);
        if (why !== null) return one({ value: null, numerator: null, denominator: null, reason: why });
        return one(amount(wilson(k.toNumber(), n.toNumber()).low));
      },
    },
    falls_due: {
      closing: (c) => {
        const rows = new Map<string, Expected>();
        const monday = (day: BusinessDate) =>
          addDays(day, -((new Date(`${day}T00:00Z`).getUTCDay() + 6) % 7));
        for (const p of c.book.positions) {
          if (p.class !== 'GROSS') continue;
          const due = p.terms.dueDate;
          const horizon = addDays(monday(c.book.asOf), 91);
          const place =
            due === null
              ? 'NO_DATE|-'
              : (p.dpd ?? 0) > 0
                ? 'BACKLOG|-'
                : monday(due) >= horizon
                  ? 'LATER|-'
                  : `WEEK|${monday(due)}`;
          const before = rows.get(place)?.numerator ?? decimal(0);
          rows.set(place, amount(before.add(decimal(totalOf(p.closing ?? NOTHING)).div(100))));
        }
        return rows;
      },
    },
  };
}

/** The reference's figure of every KPI it knows, by id and basis. */
export const KPI_REFERENCE: Readonly<Record<string, Readonly<Record<string, Definition>>>> = {
  ...stocks(),
  ...flows(),
  ...rates(),
  ...rolls(),
  ...others(),
};
