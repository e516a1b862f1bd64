import type { Decimal } from 'decimal.js';
import { addDays, type BusinessDate } from '../../functions/core/dates.ts';
import { seededHolidays } from '../../functions/core/holidays.ts';
import {
  amount,
  and,
  type Context,
  cents,
  count,
  type Definition,
  type Definitions,
  type Expected,
  type ExpectedRows,
  isOverdue,
  membersOf,
  missing,
  money,
  nothing,
  one,
  quotient,
  type Where,
} from './figures.ts';
import { flows, rates } from './kpiFlows.ts';
import { stocks } from './kpiStocks.ts';
import { lastDay } from './period.ts';
import { decimal, wilson } from './ratio.ts';

/** How much a beaten target counts where lower is better. */
const CAP = decimal('1.2');

const ROLES: readonly string[] = ['office', 'advisor', 'clerk'];

/** How those who hold receipts do: against targets, against each other, and what they took over. */
export function scorecards(): Definitions {
  const overdueOf =
    (own: boolean): Definition =>
    (c) => {
      const [dimension] = memberOf(c);
      const tookOver: Where = (dims) =>
        ROLES.includes(dimension) && dims[`inherited_${dimension}`] === 'true';
      return one(
        amount(
          money(
            c.aging,
            'closing_total',
            and(isOverdue, (dims) => tookOver(dims) !== own),
          ),
        ),
      );
    };
  return {
    overdue_own: { closing: overdueOf(true), inherited: overdueOf(false) },
    attainment: {
      full: ofCollections(() => [1, 1]),
      to_date: ofCollections(businessDays),
      written: ofAmount('written', flows().written?.booked),
      sales: ofAmount('sales', flows().sales?.booked),
      overdue: ofRate('overdue', stocks().overdue?.closing),
      overdue_share: ofRate('overdue_share', stocks().overdue_share?.closing),
      collection_rate_gross: ofRate('collection_rate_gross', rates().collection_rate_gross?.closing),
      collection_rate_net: ofRate('collection_rate_net', rates().collection_rate_net?.closing),
      recovery_rate: ofRate('recovery_rate', rates().recovery_rate?.closing),
      cure_rate: ofRate('cure_rate', rates().cure_rate?.amount),
      on_time_rate: ofRate('on_time_rate', rates().on_time_rate?.amount),
      cei: ofRate('cei', rates().cei?.closing),
      dso: ofRate('dso', rates().dso?.closing),
    },
    on_time_low: {
      items: (c) => {
        const low = lowOf(c);
        const why = missing(c) ?? (low === null ? 'ZERO_DENOMINATOR' : null);
        return one(low === null || why !== null ? nothing(why ?? 'ZERO_DENOMINATOR') : amount(low));
      },
    },
    on_time_place: {
      items: amongPeers((low, others) => decimal(others.filter((other) => other.gt(low)).length + 1)),
    },
    on_time_percentile: {
      items: amongPeers((low, others) =>
        others.length === 0
          ? null
          : decimal(others.filter((other) => other.lt(low)).length).div(others.length),
      ),
    },
  };
}

/** Whose scorecard it is: a member of one dimension, or the company. */
function memberOf(c: Context): readonly [dimension: string, member: string | null] {
  return Object.entries(c.slice)[0] ?? ['company', c.book.company.company];
}

/** The target of the month in its last version known by the day; a company is its own total. */
function targetOf(c: Context, kpi: string): Decimal | null {
  const [dimension, member] = memberOf(c);
  const { company, last, asOf } = c.book;
  const told = (of: string, whose: string | null) =>
    company.targets
      .filter((one) => one.month.slice(0, 7) === asOf.slice(0, 7) && one.kpi === kpi && one.from <= last.at)
      .filter((one) => one.dimension === of && one.member === whose)
      // Of one version told twice the later telling counts.
      .sort((a, b) => a.version - b.version || a.from - b.from)
      .at(-1)?.value;
  // Told under either name; where both tell one, that of the total counts.
  const value =
    dimension === 'company' ? (told('total', 'total') ?? told('company', member)) : told(dimension, member);
  return value === undefined ? null : decimal(value);
}

function noTarget(target: Decimal | null): string | null {
  return target === null ? 'NO_TARGET' : target.gt(0) ? null : 'ZERO_TARGET';
}

/** Who held nothing at either end and whom nothing moved; a credit that only came to stand with somebody is nothing. */
function isIdle(c: Context): boolean {
  const stands = c.aging.filter(({ dims }) => dims.class !== 'CREDIT');
  return [c.agingOn(c.opened), stands, c.month, c.recovery].every(({ length }) => length === 0);
}

/** Whose a target may be, beside a whole company's. */
const TARGETED: readonly string[] = ['office', 'advisor', 'clerk', 'line', 'intermediary', 'currency'];

/** Whether anybody of the company has a target of a KPI in the month of the day; nobody has one for what others issued. */
function isMeasured({ slice, book: { company, last, asOf } }: Context, kpi: string): boolean {
  return (
    Object.keys(slice).every((dimension) => TARGETED.includes(dimension)) &&
    company.targets.some(
      (one) => one.kpi === kpi && one.month.slice(0, 7) === asOf.slice(0, 7) && one.from <= last.at,
    )
  );
}

/** Stocks: what moved before a company came is nothing to them. */
const STOCKS: readonly string[] = ['overdue', 'overdue_share'];

/** An idle member is told of where it has a target and its company is there: what it did before that came is unknown. */
function idle(c: Context, kpi: string, expected: Expected | null): ExpectedRows {
  const target = targetOf(c, kpi);
  const company = c.of({});
  if (target === null || expected === null || isIdle(company)) return new Map();
  const why = noTarget(target) ?? (STOCKS.includes(kpi) ? null : missing(company));
  return one(why === null ? expected : nothing(why));
}

/** Collected over its target, or over the part of it that some of so many days should have brought. */
function ofCollections(days: (c: Context) => readonly [all: number, elapsed: number]): Definition {
  return (c) => {
    const target = targetOf(c, 'collected');
    const [all, elapsed] = days(c);
    if (isIdle(c)) return idle(c, 'collected', target && quotient(decimal(0), target.mul(elapsed)));
    const collected = money(c.month, 'collected').mul(all);
    const why = noTarget(target) ?? missing(c);
    return one(quotient(collected, (target ?? decimal(0)).mul(elapsed), 1, why));
  };
}

/** An amount that should be large over its target. */
function ofAmount(kpi: string, actual: Definition | undefined): Definition {
  return (c) => {
    const target = targetOf(c, kpi);
    if (isIdle(c)) return idle(c, kpi, target && quotient(decimal(0), target));
    if (!isMeasured(c, kpi)) return new Map();
    const { numerator, reason } = only(actual, c);
    return one(quotient(numerator ?? decimal(0), target ?? decimal(0), 1, noTarget(target) ?? reason));
  };
}

/** What should be small: its target over it, at most the cap. */
const LESS_IS_BETTER: readonly string[] = ['overdue', 'overdue_share', 'dso'];

/** A rate over its target, or its target over it. */
function ofRate(kpi: string, actual: Definition | undefined): Definition {
  return (c) => {
    const target = targetOf(c, kpi);
    if (isIdle(c)) return idle(c, kpi, kpi === 'overdue' ? amount(CAP) : nothing('ZERO_DENOMINATOR'));
    if (!isMeasured(c, kpi)) return new Map();
    const { value, reason } = only(actual, c);
    const why = noTarget(target) ?? reason;
    if (target === null || value === null || why !== null) return one(nothing(why ?? 'NO_TARGET'));
    if (!LESS_IS_BETTER.includes(kpi)) return one(amount(value.div(target)));
    const reached = value.isZero() ? CAP : target.div(value);
    return one(amount(reached.gt(CAP) ? CAP : reached));
  };
}

/** The figure that a target is held against. */
function only(actual: Definition | undefined, c: Context): Expected {
  const [found] = actual?.(c).values() ?? [];
  if (!found) throw new Error('a target is of a figure that the reference knows');
  return found;
}

/** Business days of the month, and those of them up to the day. */
function businessDays({ book }: Context): readonly [all: number, elapsed: number] {
  const { asOf, company } = book;
  const [year, month] = [Number(asOf.slice(0, 4)), Number(asOf.slice(5, 7))];
  const holidays = new Set(seededHolidays(year, year, [company.country]).map(({ holiday }) => holiday));
  let [all, elapsed] = [0, 0];
  for (
    let day: BusinessDate = addDays(lastDay(year, month - 1), 1);
    day <= lastDay(year, month);
    day = addDays(day, 1)
  ) {
    const isWeekend = [0, 6].includes(new Date(`${day}T00:00Z`).getUTCDay());
    if (isWeekend || holidays.has(day)) continue;
    all += 1;
    if (day <= asOf) elapsed += 1;
  }
  return [all, elapsed];
}

/** The lower bound of the share of receipts that were paid on time; null where none fell due. */
function lowOf(c: Context): Decimal | null {
  const [n, k] = [count(c.recovery, 'due_items'), count(c.recovery, 'due_items_on_time')];
  return n.isZero() ? null : wilson(k.toNumber(), n.toNumber()).low;
}

/** A figure of a member among the others of its dimension of whom something fell due; who is nobody has no place. */
function amongPeers(make: (low: Decimal, others: readonly Decimal[]) => Decimal | null): Definition {
  return (c) => {
    const [dimension, member] = memberOf(c);
    const low = lowOf(c);
    const unknown = missing(c) ?? (low === null ? 'ZERO_DENOMINATOR' : member === null ? 'NO_PEERS' : null);
    if (low === null || unknown !== null) return one(nothing(unknown ?? 'ZERO_DENOMINATOR'));
    const others = membersOf(c.of({}).recovery, dimension)
      .filter((other) => other !== null && other !== member)
      .flatMap((other) => lowOf(c.of({ [dimension]: other })) ?? []);
    const found: Decimal | null = make(low, others);
    const expected: Expected = found === null ? nothing('NO_PEERS') : amount(found);
    return one(expected);
  };
}

/** What became known on the day of the past, by kind. */
export function restatements(): Definitions {
  return {
    restated_amount: {
      booked: (c) =>
        new Map(
          membersOf(c.restated, 'kind').map((kind) => [
            `${kind}`,
            amount(decimal(cents(c.restated, 'effect', (dims) => dims.kind === kind)).div(100)),
          ]),
        ),
    },
  };
}
