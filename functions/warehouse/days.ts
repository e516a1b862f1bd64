import type { DeliveryEntry } from '../contracts/delivery.ts';
import {
  addDays,
  addMonths,
  type BusinessDate,
  daysBetween,
  eachDay,
  endOfDay,
  FOREVER,
  isMonthEnd,
  justBefore,
  type LocalTimestamp,
  localTimestamp,
  monthEnd,
  monthStart,
} from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { literal } from '../engine/duckdb.ts';

/** An accepted delivery, as far as time is concerned. */
export interface DeliveryMoment {
  readonly seq: number;
  readonly delivery: string;
  readonly asOf: BusinessDate;
  readonly cutoff: LocalTimestamp;
  /** Until when this was the newest version of its day. */
  readonly superseded: LocalTimestamp;
  /** Feeds that it brought. */
  readonly feeds: ReadonlySet<string>;
}

/** Deliveries in the order of acceptance, which is the order of their cut-offs. */
export function deliveryMoments(
  entries: readonly Pick<DeliveryEntry, 'seq' | 'delivery' | 'as_of' | 'cutoff_at' | 'feeds'>[],
): DeliveryMoment[] {
  const sorted = [...entries].sort((a, b) => a.seq - b.seq);
  const next = new Map<string, LocalTimestamp>();
  const moments: DeliveryMoment[] = [];
  for (const entry of [...sorted].reverse()) {
    const cutoff = momentOf(entry.cutoff_at);
    moments.push({
      seq: entry.seq,
      delivery: entry.delivery,
      asOf: entry.as_of as BusinessDate,
      cutoff,
      superseded: next.get(entry.as_of) ?? FOREVER,
      feeds: new Set(Object.keys(entry.feeds)),
    });
    next.set(entry.as_of, cutoff);
  }
  return moments.reverse();
}

/** Hundreds of entries are read for a build of one day: what already has the form is not parsed again. */
function momentOf(text: string): LocalTimestamp {
  return /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3}$/.test(text)
    ? (text as LocalTimestamp)
    : localTimestamp(text);
}

/**
 * A business day as it became known: as first delivered (or carried), and once more for every re-delivery. `first`
 * tells the version that no later knowledge replaced yet.
 */
export interface DayVersion {
  readonly asOf: BusinessDate;
  readonly knownAt: LocalTimestamp;
  readonly first: boolean;
}

/** A row of the relation `days`. */
export interface PlannedDay {
  readonly asOf: BusinessDate;
  readonly knownAt: LocalTimestamp;
  readonly snapshotAsOf: BusinessDate;
  readonly snapshotDelivery: string;
  readonly snapshotCutoff: LocalTimestamp;
  readonly carried: boolean;
  /** The day before; null on the first day of the lake. */
  readonly previous: BusinessDate | null;
  readonly previousKnownAt: LocalTimestamp | null;
}

/** The two clocks of a lake, from its delivery index alone: what was known of which day, when, and from which file. */
export class Calendar {
  readonly deliveries: readonly DeliveryMoment[];
  /** Every day version in the order in which it became known. */
  readonly versions: readonly DayVersion[];
  /** The first day that has a snapshot, or null in an empty lake. */
  readonly first: BusinessDate | null;
  /** The newest delivered day, or null in an empty lake. */
  readonly last: BusinessDate | null;
  readonly #byDay: ReadonlyMap<BusinessDate, readonly DayVersion[]>;
  readonly #byFeed = new Map<string, readonly DeliveryMoment[]>();
  readonly #byFeedAndDay = new Map<string, readonly DeliveryMoment[]>();
  #stoodOn: ReadonlySet<string> | null = null;
  /** By the place of a version, the newest day among it and those before. */
  #newest: readonly BusinessDate[] | null = null;

  constructor(deliveries: readonly DeliveryMoment[]) {
    this.deliveries = deliveries;
    this.versions = dayVersions(deliveries);
    const byDay = new Map<BusinessDate, DayVersion[]>();
    for (const version of this.versions) {
      const known = byDay.get(version.asOf);
      if (known) known.push(version);
      else byDay.set(version.asOf, [version]);
    }
    this.#byDay = byDay;
    const days = (some: readonly { readonly asOf: BusinessDate }[]): BusinessDate[] =>
      some.map(({ asOf }) => asOf).sort();
    this.first = days(this.deliveriesOf('receipts'))[0] ?? null;
    this.last = days(this.versions).at(-1) ?? null;
  }

  deliveriesOf(feed: string): readonly DeliveryMoment[] {
    const cached = this.#byFeed.get(feed);
    if (cached) return cached;
    const found = this.deliveries.filter((delivery) => delivery.feeds.has(feed));
    this.#byFeed.set(feed, found);
    return found;
  }

  /** Versions of one day, oldest first. */
  versionsOf(day: BusinessDate): readonly DayVersion[] {
    return this.#byDay.get(day) ?? [];
  }

  /** The version of a day that was the newest at a moment; null when the day was not known then. */
  versionAt(day: BusinessDate, knownAt: LocalTimestamp = FOREVER): DayVersion | null {
    return this.versionsOf(day).findLast((version) => version.knownAt <= knownAt) ?? null;
  }

  /** The newest day that was known at a moment, delivered or carried; null when none was. */
  newestAt(knownAt: LocalTimestamp): BusinessDate | null {
    this.#newest ??= this.#newestSoFar();
    return this.#newest[placeAfter(this.versions, (version) => version.knownAt <= knownAt) - 1] ?? null;
  }

  #newestSoFar(): readonly BusinessDate[] {
    let newest: BusinessDate | null = null;
    return this.versions.map(({ asOf }) => {
      newest = newest === null ? asOf : later(newest, asOf);
      return newest;
    });
  }

  /**
   * V(D, K) of a snapshot feed: the delivery of the greatest day at or before `asOf`, then of the greatest cut-off,
   * among those known by `knownAt`.
   */
  snapshotAt(feed: string, asOf: BusinessDate, knownAt: LocalTimestamp): DeliveryMoment | null {
    const ofDays = this.#inOrderOfDays(feed);
    for (let at = placeAfter(ofDays, (delivery) => delivery.asOf <= asOf) - 1; at >= 0; at -= 1) {
      const delivery = ofDays[at];
      if (delivery && delivery.cutoff <= knownAt) return delivery;
    }
    return null;
  }

  #inOrderOfDays(feed: string): readonly DeliveryMoment[] {
    const cached = this.#byFeedAndDay.get(feed);
    if (cached) return cached;
    // Deliveries of one day stay in the order of their cut-offs.
    const sorted = [...this.deliveriesOf(feed)].sort((a, b) => daysBetween(b.asOf, a.asOf));
    this.#byFeedAndDay.set(feed, sorted);
    return sorted;
  }

  /** The snapshot that the day before a planned one stands on; null on the first day. */
  snapshotBefore({ previous, previousKnownAt }: PlannedDay): DeliveryMoment | null {
    return previous === null || previousKnownAt === null
      ? null
      : this.snapshotAt('receipts', previous, previousKnownAt);
  }

  /**
   * What a day version stands on, back to `since`: the day before in the version that the day knew, the day before
   * that in the version which that one knew, and so on. A movement enters and leaves a book along this line only, so
   * sums of flows over days, and the opening that they start from, must follow it: reading the newest version of each
   * day instead counts what a re-delivery told both on that day and on the later one which took it in.
   * @returns the moment of every day's version, the day itself included
   */
  stands(
    version: Pick<DayVersion, 'asOf' | 'knownAt'>,
    since: BusinessDate,
  ): Map<BusinessDate, LocalTimestamp> {
    const line = new Map([[version.asOf, version.knownAt]]);
    let { knownAt } = version;
    for (let day = addDays(version.asOf, -1); day >= since; day = addDays(day, -1)) {
      const before = this.versionAt(day, knownAt);
      if (!before) break;
      knownAt = before.knownAt;
      line.set(day, knownAt);
    }
    return line;
  }

  /** Whether a version of a day is what is shown of it today, or what a day stands on that is shown today. */
  isStoodOn({ asOf, knownAt }: Pick<DayVersion, 'asOf' | 'knownAt'>): boolean {
    this.#stoodOn ??= this.#allStoodOn();
    return this.#stoodOn.has(`${asOf} ${knownAt}`);
  }

  #allStoodOn(): ReadonlySet<string> {
    const found = new Set<string>();
    for (const day of this.#byDay.keys()) {
      let version = this.versionAt(day);
      while (version && !found.has(`${version.asOf} ${version.knownAt}`)) {
        found.add(`${version.asOf} ${version.knownAt}`);
        version = this.versionAt(addDays(version.asOf, -1), version.knownAt);
      }
    }
    return found;
  }

  unknownDay(asOf: BusinessDate, knownAt: LocalTimestamp): AlturasError {
    const when = knownAt === FOREVER ? '' : ` at ${knownAt}`;
    // A day that is known now was not known then; of any other day nothing ever was, or is yet.
    const then = knownAt !== FOREVER && this.first !== null && asOf >= this.first;
    return new AlturasError('missing', 'DAY_UNKNOWN', `Nothing was known of ${asOf}${when}.`, {
      value: asOf,
      ...(this.first === null ? {} : { expected: `${this.first}..${this.last}` }),
      ...(then ? { variant: 'then', facts: { moment: knownAt.slice(0, 16) } } : {}),
      hint: 'ask for a later --as-of or --known-at, or land the missing delivery',
    });
  }

  /**
   * The row of `days` for one day at one moment.
   * @param mode `delivered`: the day before is the one known at `knownAt` as it was published. `restated`: both days
   *   are seen with the knowledge of `knownAt`.
   * @throws AlturasError `DAY_UNKNOWN` when no snapshot of that day or an earlier one was known.
   */
  plan(asOf: BusinessDate, knownAt: LocalTimestamp, mode: 'delivered' | 'restated'): PlannedDay {
    const snapshot = this.snapshotAt('receipts', asOf, knownAt);
    if (!snapshot) throw this.unknownDay(asOf, knownAt);
    const dayBefore = addDays(asOf, -1);
    const previousKnownAt =
      mode === 'delivered'
        ? (this.versionAt(dayBefore, knownAt)?.knownAt ?? null)
        : this.snapshotAt('receipts', dayBefore, knownAt) && knownAt;
    return {
      asOf,
      knownAt,
      snapshotAsOf: snapshot.asOf,
      snapshotDelivery: snapshot.delivery,
      snapshotCutoff: snapshot.cutoff,
      carried: snapshot.asOf < asOf,
      previous: previousKnownAt === null ? null : dayBefore,
      previousKnownAt,
    };
  }
}

/**
 * Plans days: as delivered (each at its own newest cut-off by `asDelivered`), or all of them restated at one moment.
 * @throws AlturasError `DAY_UNKNOWN` for a day that was not delivered nor carried by then.
 */
export function planDays(
  calendar: Calendar,
  days: readonly BusinessDate[],
  known: { readonly asDelivered: LocalTimestamp } | { readonly restatedAt: LocalTimestamp },
): PlannedDay[] {
  return days.map((day) => {
    if ('restatedAt' in known) return calendar.plan(day, known.restatedAt, 'restated');
    const version = calendar.versionAt(day, known.asDelivered);
    if (!version) throw calendar.unknownDay(day, known.asDelivered);
    return calendar.plan(day, version.knownAt, 'delivered');
  });
}

/**
 * Every day version of a lake, in the order in which they became known. A day without a delivery exists once a
 * later day has one: it is carried, known at the end of that local day, but before the later delivery spoke and
 * not before the day ahead of it was known.
 */
function dayVersions(deliveries: readonly DeliveryMoment[]): DayVersion[] {
  const versions: DayVersion[] = [];
  const known = new Map<BusinessDate, LocalTimestamp>();
  let firstSnapshot: BusinessDate | null = null;
  let newest: BusinessDate | null = null;
  const add = (asOf: BusinessDate, knownAt: LocalTimestamp) => {
    if (firstSnapshot === null || asOf < firstSnapshot) return;
    versions.push({ asOf, knownAt, first: !known.has(asOf) });
    if (!known.has(asOf)) known.set(asOf, knownAt);
  };
  for (const delivery of deliveries) {
    if (newest !== null && delivery.asOf > newest) {
      const knownBefore = known.get(newest) ?? delivery.cutoff;
      for (const day of eachDay(addDays(newest, 1), addDays(delivery.asOf, -1)))
        add(day, later(earlier(endOfDay(day), justBefore(delivery.cutoff)), knownBefore));
    }
    const firstBefore: BusinessDate | null = firstSnapshot;
    if (delivery.feeds.has('receipts') && (firstSnapshot === null || delivery.asOf < firstSnapshot))
      firstSnapshot = delivery.asOf;
    add(delivery.asOf, delivery.cutoff);
    // History that comes later is carried, too, up to what was the first day.
    if (firstBefore !== null && delivery.asOf < firstBefore && firstSnapshot === delivery.asOf)
      for (const day of eachDay(addDays(delivery.asOf, 1), addDays(firstBefore, -1)))
        if (!known.has(day)) add(day, delivery.cutoff);
    if (newest === null || delivery.asOf > newest) newest = delivery.asOf;
  }
  return versions.sort((a, b) => (a.knownAt < b.knownAt ? -1 : a.knownAt > b.knownAt ? 1 : 0));
}

/** Of a sorted list, the place after those that lie within a bound. */
function placeAfter<T>(sorted: readonly T[], isWithin: (one: T) => boolean): number {
  let after = 0;
  for (let end = sorted.length; after < end; ) {
    const middle = (after + end) >> 1;
    const one = sorted[middle];
    if (one !== undefined && isWithin(one)) after = middle + 1;
    else end = middle;
  }
  return after;
}

/** The earlier of two days or of two moments: both are text that sorts as time does. */
export function earlier<T extends BusinessDate | LocalTimestamp>(a: T, b: T): T {
  return a < b ? a : b;
}

export function later<T extends BusinessDate | LocalTimestamp>(a: T, b: T): T {
  return a > b ? a : b;
}

/** The knowledge of some planned days: the latest of theirs. */
export function knowledgeOf(days: readonly PlannedDay[]): LocalTimestamp {
  return days.reduce(
    (latest, { knownAt }) => later(latest, knownAt),
    '0001-01-01 00:00:00.000' as LocalTimestamp,
  );
}

/**
 * Day versions in batches that one pass can build: the days ascend, and each day of a batch is the version that its
 * successors there stand on. A re-delivery of an earlier day is a batch of its own: the days after it that are known
 * already rest on the version before, and so do all that come later (see `Calendar.stands`).
 */
export function versionBatches(calendar: Pick<Calendar, 'versions' | 'stands'>): DayVersion[][] {
  const batches: DayVersion[][] = [];
  for (const version of calendar.versions) {
    const batch = batches.at(-1);
    const before = batch?.at(-1);
    if (
      batch &&
      before &&
      before.asOf < version.asOf &&
      calendar.stands(version, before.asOf).get(before.asOf) === before.knownAt
    )
      batch.push(version);
    else batches.push([version]);
  }
  return batches;
}

/** A period of a day, from the close of `opened` to the close of `asOf`: a row of the relation `periods`. */
export interface PlannedPeriod {
  readonly asOf: BusinessDate;
  readonly period: string;
  readonly opened: BusinessDate;
  /** Calendar days from `opened` to `asOf`. */
  readonly days: number;
  /** N of the collective effectiveness index: calendar months begun, at least 1. */
  readonly months: number;
  readonly firstDay: BusinessDate;
}

/** The periods known by name; any other is a custom range. Ordinary builds make `month` only. */
export const PERIODS = ['month', 'quarter', 'ytd', '12m'] as const;
export type PeriodName = (typeof PERIODS)[number];

/** The period of a day by name: month, quarter and year to date, or the last twelve months. */
export function periodOf(period: PeriodName, asOf: BusinessDate): PlannedPeriod {
  if (period === '12m') {
    const yearBefore = addMonths(asOf, -12);
    return customPeriod(period, isMonthEnd(asOf) ? monthEnd(yearBefore) : yearBefore, asOf);
  }
  const month = Number(asOf.slice(5, 7)) - 1;
  const back = period === 'month' ? 0 : period === 'quarter' ? month % 3 : month;
  return customPeriod(period, addDays(addMonths(monthStart(asOf), -back), -1), asOf);
}

/** A period from the close of `opened` to the close of `asOf`. */
export function customPeriod(period: string, opened: BusinessDate, asOf: BusinessDate): PlannedPeriod {
  const firstDay = addDays(opened, 1);
  const month = (day: BusinessDate) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
  const touched = month(asOf) - month(firstDay) + 1;
  // 16 June to 15 June touches thirteen calendar months, but is twelve.
  const months = firstDay.endsWith('-01') || touched === 1 ? touched : touched - 1;
  return {
    asOf,
    period,
    opened,
    days: daysBetween(opened, asOf),
    months: Math.max(1, months),
    firstDay,
  };
}

/** Days as a list of SQL literals. */
export function dateList(days: Iterable<BusinessDate>): string {
  return [...days].map((day) => `date ${literal(day)}`).join(', ');
}
