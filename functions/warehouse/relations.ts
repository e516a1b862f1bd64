import type { DeliveryEntry } from '../contracts/delivery.ts';
import { FEED_NAMES, FEEDS, isFeedName } from '../contracts/feeds.ts';
import { alturasOf, type Config } from '../core/config.ts';
import {
  addDays,
  type BusinessDate,
  businessDate,
  FOREVER,
  isMonthEnd,
  type LocalTimestamp,
  monthStart,
} from '../core/dates.ts';
import type { Column, Relation, RelationFile, Row } from '../engine/engine.ts';
import {
  Calendar,
  type DeliveryMoment,
  deliveryMoments,
  earlier,
  type PlannedDay,
  type PlannedPeriod,
} from './days.ts';
import type { PublishedIndex } from './publishedIndex.ts';
import { type ReadSpan, spanDays } from './reads.ts';
import { feedColumns, SUPPLIED, type SuppliedName } from './supplied.ts';

/** When companies begin; after `always` any day may be compared with the one before it. */
interface Beginnings {
  readonly moments: readonly LocalTimestamp[];
  readonly always: LocalTimestamp | null;
}

/** The delivery index as the warehouse uses it. */
export class Ledger {
  readonly calendar: Calendar;
  readonly #entries: ReadonlyMap<number, DeliveryEntry>;
  readonly #hashes: ReadonlyMap<string, string>;
  #beginnings: Beginnings | null = null;

  constructor(entries: readonly DeliveryEntry[]) {
    this.calendar = new Calendar(deliveryMoments(entries));
    this.#entries = new Map(entries.map((entry) => [entry.seq, entry]));
    this.#hashes = new Map(
      entries.flatMap(({ feeds }) => Object.values(feeds).map((feed) => [feed.ledger, feed.ledger_sha256])),
    );
  }

  /** SHA-256 of a ledger file as landed; null for files that no delivery lists by hash. */
  fileHash(key: string): string | null {
    return this.#hashes.get(key) ?? null;
  }

  entry(seq: number): DeliveryEntry | undefined {
    return this.#entries.get(seq);
  }

  /**
   * The first delivery with receipts of a company, by company, of those known at a moment. Entries of before do not
   * tell their companies: of one that a delivery after such an entry is the first to name, nobody knows.
   */
  firstReceipts(knownAt: LocalTimestamp): ReadonlyMap<string, DeliveryMoment> {
    const first = new Map<string, DeliveryMoment>();
    for (const delivery of this.calendar.deliveriesOf('receipts')) {
      const companies = this.entry(delivery.seq)?.feeds.receipts?.companies;
      if (companies === undefined || delivery.cutoff > knownAt) break;
      for (const company of companies) if (!first.has(company)) first.set(company, delivery);
    }
    return first;
  }

  /**
   * Whether movements of some company may come from comparing a day with the one before it: always where one sends
   * none, else where a company begins between the two, or ends. Never false where the models compare.
   */
  isCompared(day: PlannedDay): boolean {
    const { knownAt, snapshotCutoff } = day;
    this.#beginnings ??= this.#allBeginnings();
    const { moments, always } = this.#beginnings;
    if (always !== null && knownAt >= always) return true;
    const before = this.calendar.snapshotBefore(day);
    return moments.some(
      (moment) => moment <= snapshotCutoff !== (before !== null && moment <= before.cutoff),
    );
  }

  /**
   * The moments at which companies were first described, or first brought receipts; and since when days are always
   * compared, as some company sends no movements, or as deliveries of before do not tell.
   */
  #allBeginnings(): Beginnings {
    const described = new Map<string, LocalTimestamp>();
    let always: LocalTimestamp | null = null;
    for (const { seq, cutoff } of this.calendar.deliveriesOf('companies')) {
      const { companies, inferred } = this.entry(seq)?.feeds.companies ?? {};
      if (companies === undefined || inferred === undefined || inferred.length > 0) always ??= cutoff;
      for (const company of companies ?? []) if (!described.has(company)) described.set(company, cutoff);
    }
    const brought = [...this.firstReceipts(FOREVER).values()].map(({ cutoff }) => cutoff);
    return { moments: [...new Set([...described.values(), ...brought])], always };
  }
}

/** One pass over some days: what the relations of its models are relative to. */
export interface Pass {
  readonly ledger: Ledger;
  readonly config: Config;
  /** Ascending. */
  readonly days: readonly PlannedDay[];
  readonly periods: readonly PlannedPeriod[];
  /** The knowledge of the pass: nothing that became known later is read. */
  readonly knownAt: LocalTimestamp;
  /** `restated`: days that are not built themselves are seen with the knowledge of the pass, too. */
  readonly mode: 'delivered' | 'restated';
}

/** The small relations that the warehouse makes itself, each with the rows that a pass gives it. */
const SUPPLIED_ROWS: Readonly<Record<SuppliedName, (pass: Pass) => Row[]>> = {
  days: (pass) =>
    pass.days.map((day) => ({
      as_of: day.asOf,
      known_at: day.knownAt,
      snapshot_as_of: day.snapshotAsOf,
      snapshot_delivery: day.snapshotDelivery,
      snapshot_cutoff: day.snapshotCutoff,
      carried: day.carried,
      previous: day.previous,
      previous_known_at: day.previousKnownAt,
      month_start: monthStart(day.asOf),
      month_end: isMonthEnd(day.asOf),
    })),
  periods: (pass) =>
    pass.periods.map((period) => ({
      as_of: period.asOf,
      period: period.period,
      opened: period.opened,
      days: String(period.days),
      months: String(period.months),
      first_day: period.firstDay,
    })),
  deliveries: (pass) =>
    pass.ledger.calendar.deliveries
      .filter(({ cutoff }) => cutoff <= pass.knownAt)
      .map((delivery) => ({
        as_of: delivery.asOf,
        delivery: delivery.delivery,
        cutoff_at: delivery.cutoff,
        superseded_at: delivery.superseded,
        seq: String(delivery.seq),
        has_receipts: delivery.feeds.has('receipts'),
        has_movements: delivery.feeds.has('movements'),
        has_payments: delivery.feeds.has('payments'),
      })),
  first_receipts: (pass) =>
    [...pass.ledger.firstReceipts(pass.knownAt)].map(([company, { cutoff }]) => ({
      company,
      first_known_at: cutoff,
    })),
  alturas: (pass) => alturasOf(pass.config).map(({ ord, altura, lo, hi }) => ({ ord, altura, lo, hi })),
  settings: (pass) => settingsOf(pass.config),
  feeds: (pass) =>
    FEED_NAMES.map((feed) => ({
      feed,
      first_known_at: pass.ledger.calendar.deliveriesOf(feed)[0]?.cutoff ?? null,
    })),
};

/**
 * The small relations that the warehouse makes itself: days, periods, deliveries, first_receipts, alturas, settings, feeds.
 * @param read those that are wanted; default: all
 */
export function suppliedRelations(pass: Pass, read?: ReadonlySet<string>): Relation[] {
  return (Object.keys(SUPPLIED) as SuppliedName[])
    .filter((name) => read?.has(name) ?? true)
    .map((name) => ({ kind: 'rows', name, columns: SUPPLIED[name], rows: SUPPLIED_ROWS[name](pass) }));
}

/** Every scalar of the configuration by its path: `promises.grace_days` is `3`. */
export function settingsOf(config: Config): Row[] {
  const rows: Row[] = [];
  const visit = (value: unknown, path: string) => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      for (const [key, child] of Object.entries(value)) visit(child, path === '' ? key : `${path}.${key}`);
    else rows.push({ key: path, value: Array.isArray(value) ? value.join(',') : String(value) });
  };
  visit(config, '');
  return rows.sort((a, b) => (String(a.key) < String(b.key) ? -1 : 1));
}

/** After every day that can be wanted. */
const NO_DAY = businessDate('9999-12-31');

const wanted = new WeakMap<Pass, Map<string, readonly BusinessDate[]>>();

/** The days of a relation that a pass needs, over all spans in which it is read: many relations are read alike. */
export function wantedDays(pass: Pass, spans: readonly ReadSpan[]): readonly BusinessDate[] {
  const known = wanted.get(pass) ?? new Map<string, readonly BusinessDate[]>();
  wanted.set(pass, known);
  const key = JSON.stringify(spans);
  const days = known.get(key) ?? daysWanted(pass, spans);
  known.set(key, days);
  return days;
}

function daysWanted(pass: Pass, spans: readonly ReadSpan[]): BusinessDate[] {
  const first = pass.ledger.calendar.first;
  if (first === null) return [];
  const base = {
    days: pass.days.map(({ asOf }) => asOf),
    opened: pass.periods,
    first,
    compared: () => pass.days.filter((day) => pass.ledger.isCompared(day)).map(({ asOf }) => asOf),
  };
  const days = new Set(spans.flatMap((span) => spanDays(span, base)));
  return [...days].sort();
}

/** The ledger files of a feed that a pass needs. A feed never delivered is an empty relation. */
export function feedRelation(pass: Pass, feed: string, spans: readonly ReadSpan[]): Relation {
  const columns = feedColumns(feed) ?? [];
  if (!isFeedName(feed)) return { kind: 'rows', name: feed, columns, rows: [] };
  const kind = FEEDS[feed].kind;
  const files = kind === 'reference' ? stateFiles(pass, feed) : datedFiles(pass, feed, spans, kind);
  return { kind: 'files', name: feed, columns, files };
}

function stateFiles(pass: Pass, feed: keyof typeof FEEDS): RelationFile[] {
  const { deliveries } = pass.ledger.calendar;
  const newest = deliveries.findLast(({ cutoff }) => cutoff <= pass.knownAt);
  const key = newest && pass.ledger.entry(newest.seq)?.states[feed];
  return key === undefined ? [] : [{ key, partition: {} }];
}

function datedFiles(
  pass: Pass,
  feed: keyof typeof FEEDS,
  spans: readonly ReadSpan[],
  kind: 'snapshot' | 'event',
): RelationFile[] {
  const { calendar } = pass.ledger;
  const days = wantedDays(pass, spans);
  const planned = new Map(pass.days.map((day) => [day.asOf, day.knownAt]));
  const wanted = new Set<number>();
  if (kind === 'snapshot') {
    for (const day of days) {
      const version = pass.mode === 'delivered' ? calendar.versionAt(day, pass.knownAt) : null;
      const knownAt = planned.get(day) ?? version?.knownAt ?? pass.knownAt;
      const seq = calendar.snapshotAt(feed, day, knownAt)?.seq;
      if (seq !== undefined) wanted.add(seq);
    }
  } else {
    const since = eventsSince(pass, spans, days);
    const near = newsSince(pass, spans);
    // A day long past that was re-delivered within reach told something new, and withdrew what it had told before:
    // what the version before it told that brought this feed, too.
    const toldAgain = new Map<BusinessDate, LocalTimestamp>();
    for (const { asOf, cutoff, seq } of calendar.deliveriesOf(feed).toReversed()) {
      const touches = (day: BusinessDate) =>
        asOf >= day || cutoff.slice(0, 10) >= day || (toldAgain.get(asOf) ?? '') >= day;
      // What was told long ago and still holds counts only where it takes effect now.
      const latest = pass.ledger.entry(seq)?.feeds[feed]?.latest;
      const isSettled = latest !== undefined && latest < near && !touches(near);
      if (touches(since) && !isSettled && cutoff <= pass.knownAt) wanted.add(seq);
      toldAgain.set(asOf, cutoff);
    }
  }
  return [...wanted]
    .sort((a, b) => a - b)
    .flatMap((seq) => {
      const entry = pass.ledger.entry(seq);
      const delivered = entry?.feeds[feed];
      return entry && delivered
        ? [{ key: delivered.ledger, partition: { as_of: entry.as_of, delivery: entry.delivery } }]
        : [];
    });
}

/**
 * The first delivery day whose events a pass may need. A carried day stands on an older snapshot, so it counts from
 * the day of that one.
 */
function eventsSince(pass: Pass, spans: readonly ReadSpan[], days: readonly BusinessDate[]): BusinessDate {
  const reach = Math.max(0, ...spans.map((span) => (span.kind === 'days' ? span.count : 0)));
  const starts = pass.days.map(({ snapshotAsOf }) => addDays(snapshotAsOf, -reach));
  // Of a lake without deliveries no day is wanted, and so no event.
  return [...starts, ...days].reduce(earlier, NO_DAY);
}

/**
 * The first day of which a pass may need all that was told: nothing that was told before it, held since and took
 * effect before it makes a difference between its days and the snapshots that they, and the days before them, stand on.
 */
function newsSince(pass: Pass, spans: readonly ReadSpan[]): BusinessDate {
  const { calendar } = pass.ledger;
  const days = wantedDays(
    pass,
    spans.filter(({ kind }) => kind !== 'days'),
  );
  const stoodOn = pass.days.flatMap((day) => {
    const { snapshotAsOf, snapshotCutoff } = day;
    const before = calendar.snapshotBefore(day);
    const snapshots = [{ asOf: snapshotAsOf, cutoff: snapshotCutoff }, ...(before ? [before] : [])];
    return snapshots.flatMap(({ asOf, cutoff }) => [asOf, cutoff.slice(0, 10) as BusinessDate]);
  });
  return [...stoodOn, ...days].reduce(earlier, NO_DAY);
}

/** The files of a stored model that hold the days a pass needs, each in the version that the pass stands on. */
export function storedRelation(
  pass: Pass,
  model: { readonly name: string; readonly columns: readonly Column[] },
  spans: readonly ReadSpan[],
  published: PublishedIndex,
): Relation {
  const files = published.files(model.name, wantedDays(pass, spans), knowledgeByDay(pass));
  return { kind: 'files', name: model.name, columns: model.columns, files };
}

const lines = new WeakMap<Pass, ReadonlyMap<BusinessDate, LocalTimestamp>>();

/** With what knowledge a pass sees a day: its own days as planned, those before in the versions that they stand on. */
export function knowledgeByDay(pass: Pass): (day: BusinessDate) => LocalTimestamp {
  if (pass.mode === 'restated') return () => pass.knownAt;
  let line = lines.get(pass);
  if (!line) {
    line = standingLine(pass);
    lines.set(pass, line);
  }
  const known = line;
  return (day) => known.get(day) ?? pass.knownAt;
}

function standingLine(pass: Pass): ReadonlyMap<BusinessDate, LocalTimestamp> {
  const { calendar } = pass.ledger;
  const line = new Map<BusinessDate, LocalTimestamp>();
  const { first } = calendar;
  if (first === null) return line;
  // From each built day back to the one before it: within a pass, built days stand on one another.
  for (const [index, day] of pass.days.entries()) {
    const before = pass.days[index - 1];
    const since = before === undefined ? first : addDays(before.asOf, 1);
    for (const [asOf, knownAt] of calendar.stands(day, since)) line.set(asOf, knownAt);
  }
  return line;
}
