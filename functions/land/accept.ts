import { join } from 'node:path';
import { type DeliveryEntry, deliveryOfState, lakeKeys } from '../contracts/delivery.ts';
import { FEED_NAMES, type FeedName, feedOf } from '../contracts/feeds.ts';
import { addDays } from '../core/dates.ts';
import { literal, type Session } from '../engine/duckdb.ts';
import type { Lake } from '../lake/lake.ts';
import { CompanyBook } from './companies.ts';
import {
  type EventFile,
  eventsAreDistinct,
  eventsInForce,
  indexedEvents,
  keysOf,
  noteLatestMovements,
  repeatedKeys,
} from './events.ts';
import { lackingHolidays, writeNeededHolidays, writeSeededHolidays } from './holidays.ts';
import { fileFindings, overBudgetOrControl } from './judge.ts';
import { keyShapeChanged, shapesAreClear } from './keyShape.ts';
import type { Lanes } from './lanes.ts';
import { reportMissingMembers } from './members.ts';
import { type Accepted, acceptedBefore, backwards, orderFindings, outOfReach } from './order.ts';
import { convertCarefully, mendDraft } from './refuse.ts';
import { writeState } from './states.ts';
import { localStates } from './store.ts';
import { reportUnusedTargets } from './targets.ts';
import { needsReceipts } from './typed.ts';
import { verifyDrafts } from './verify.ts';
import type { ConvertedFeed, DeliveryWork, FeedWork, LandingContext } from './work.ts';

/**
 * Decides over drafted deliveries, in order: what is converted as drafted, what carefully, what is refused whole; and
 * for those accepted the states of the reference feeds and the findings.
 */
export async function acceptDeliveries(
  lanes: Lanes,
  lake: Lake,
  works: readonly DeliveryWork[],
  entries: readonly DeliveryEntry[],
  context: LandingContext,
): Promise<void> {
  if (works.length === 0) return;
  await lanes.all(
    FEED_NAMES.map((name) => (session) => verifyDrafts(session, name, feedWorks(works, name), context.signs)),
  );
  await lanes.all(
    works.filter(({ refusal }) => !refusal).map((work) => (session) => convertRest(session, work, context)),
  );
  await lanes.run((session) => new Judgement(session, lake, works, entries, context).decide());
  const accepted = works.filter(({ refusal }) => !refusal);
  await lanes.run((session) => noteLatestMovements(session, accepted));
  await settleStates(lanes, lake, works, entries, context);
}

function feedWorks(works: readonly DeliveryWork[], name: FeedName): FeedWork[] {
  return works.flatMap((work) => work.feeds.get(name) ?? []);
}

/** Mends or reads carefully what is not proven to be in order; movements again, too, when their receipts were read. */
async function convertRest(session: Session, work: DeliveryWork, context: LandingContext): Promise<void> {
  const feeds = [...work.feeds.values()].sort(
    (a, b) => Number(needsReceipts(a.feed)) - Number(needsReceipts(b.feed)),
  );
  let again = false;
  for (const feed of feeds) {
    if (feed.converted !== null && !(again && needsReceipts(feed.feed))) continue;
    feed.converted = await mendDraft(session, work.delivery, feed, context);
    // Their movements were joined to the receipts of the draft: those that keep their key there are those accepted.
    if (feed.converted !== null) continue;
    again ||= feed.name === 'receipts';
    feed.converted = await carefully(session, work, feed, context, null);
  }
}

function carefully(
  session: Session,
  work: DeliveryWork,
  feed: FeedWork,
  context: LandingContext,
  delivered: string | null,
): Promise<ConvertedFeed> {
  const receipts = work.feeds.get('receipts')?.converted ?? null;
  const relation = (path: string | null | undefined): string | null =>
    path ? `read_parquet(${literal(path)})` : null;
  return convertCarefully(session, work.delivery, feed, context, {
    receipts: relation(receipts?.ledger),
    seen: relation(receipts?.seen),
    delivered,
  });
}

/** Decides over deliveries in their order, each by those before it. */
class Judgement {
  readonly #session: Session;
  readonly #lake: Lake;
  readonly #works: readonly DeliveryWork[];
  readonly #entries: readonly DeliveryEntry[];
  readonly #context: LandingContext;
  readonly #accepted: Accepted[];
  /** Those accepted, and those whose date is no reason to refuse them. */
  readonly #offered: Accepted[];

  constructor(
    session: Session,
    lake: Lake,
    works: readonly DeliveryWork[],
    entries: readonly DeliveryEntry[],
    context: LandingContext,
  ) {
    this.#session = session;
    this.#lake = lake;
    this.#works = works;
    this.#entries = entries;
    this.#context = context;
    this.#accepted = acceptedBefore(entries);
    this.#offered = [...this.#accepted];
  }

  async decide(): Promise<void> {
    const events = await this.#suspiciousEvents();
    let snapshot = await this.#lastSnapshot();
    const shapesClear = await shapesAreClear(this.#session, [
      ...(snapshot === null ? [] : [snapshot]),
      ...feedWorks(this.#works, 'receipts').flatMap((feed) => feed.converted?.ledger ?? []),
    ]);
    const companies = await CompanyBook.open(this.#session, this.#lake, this.#works, this.#entries);
    for (const work of this.#works) {
      // Of all that may be wrong with it, a date that stays refused is told first.
      const far = outOfReach(work.offer, this.#accepted, this.#offered, this.#context);
      work.staysRefused = far?.stays === true;
      work.refusal = work.staysRefused ? (far?.error ?? null) : (work.refusal ?? far?.error ?? null);
      const { asOf, cutoffAt, control } = work.offer;
      const placed: Accepted = { asOf, cutoffAt, number: control.delivery_number };
      if (!work.staysRefused) this.#offered.push(placed);
      if (work.refusal) continue;
      const now = work.feeds.get('receipts')?.converted?.ledger ?? null;
      if (!shapesClear && snapshot !== null && now !== null) {
        work.refusal = await keyShapeChanged(this.#session, work.offer.folder, snapshot, now);
      }
      for (const [name, files] of events) await this.#refuseRepeated(work, name, files);
      work.refusal ??= backwards(work.offer, this.#accepted) ?? overBudgetOrControl(work, this.#context);
      work.refusal ??= await companies.refuse(work);
      if (work.refusal) continue;
      companies.accept(work);
      work.findings.push(...orderFindings(work.offer, this.#accepted), ...fileFindings(work));
      this.#accepted.push(placed);
      if (now !== null) snapshot = now;
      for (const [name, files] of events) {
        const path = work.feeds.get(name)?.converted?.ledger;
        if (path !== undefined) files.push({ path, asOf: work.offer.asOf, cutoffAt: work.offer.cutoffAt });
      }
    }
  }

  /** Event feeds in which some key seems to have been brought for two days, with the files accepted before. */
  async #suspiciousEvents(): Promise<Map<FeedName, EventFile[]>> {
    const suspicious = new Map<FeedName, EventFile[]>();
    const first = this.#works.map((work) => work.offer.asOf).sort()[0];
    if (first === undefined) return suspicious;
    const since = addDays(first, -this.#context.config.duplicate_lookback_days);
    for (const name of FEED_NAMES) {
      const feed = feedOf(name);
      if (feed.kind !== 'event') continue;
      const fresh = this.#works.flatMap((work): EventFile[] => {
        const path = work.feeds.get(name)?.converted?.ledger;
        return path === undefined ? [] : [{ path, asOf: work.offer.asOf, cutoffAt: work.offer.cutoffAt }];
      });
      if (fresh.length === 0) continue;
      const indexed = indexedEvents(this.#entries, name, since);
      const paths = await this.#lake.localPaths(indexed.map((file) => file.key));
      const before = indexed.map(({ asOf, cutoffAt }, at) => ({ path: paths[at] ?? '', asOf, cutoffAt }));
      if (!(await eventsAreDistinct(this.#session, feed, [...before, ...fresh])))
        suspicious.set(name, before);
    }
    return suspicious;
  }

  async #refuseRepeated(work: DeliveryWork, name: FeedName, files: readonly EventFile[]): Promise<void> {
    const feed = work.feeds.get(name);
    if (!feed?.converted) return;
    const inForce = eventsInForce(files, work.offer, this.#context.config.duplicate_lookback_days);
    const delivered = keysOf(feed.feed, inForce);
    if (delivered === null) return;
    const repeated = await repeatedKeys(this.#session, feed.feed, feed.converted.ledger, delivered);
    if (repeated > 0) feed.converted = await carefully(this.#session, work, feed, this.#context, delivered);
  }

  async #lastSnapshot(): Promise<string | null> {
    const entry = this.#entries.findLast((candidate) => candidate.feeds.receipts !== undefined);
    if (!entry) return null;
    const [path] = await this.#lake.localPaths([lakeKeys.ledger('receipts', entry.as_of, entry.delivery)]);
    return path ?? null;
  }
}

/** Writes the states of the reference feeds through the last accepted delivery, and looks members up in them. */
async function settleStates(
  lanes: Lanes,
  lake: Lake,
  works: readonly DeliveryWork[],
  entries: readonly DeliveryEntry[],
  context: LandingContext,
): Promise<void> {
  const accepted = works.filter((work) => work.refusal === null);
  const last = accepted[accepted.length - 1];
  if (!last) return;
  const newest = entries[entries.length - 1];
  const states: DeliveryEntry['states'] = { ...newest?.states };
  const local = await localStates(lake, states);
  if (states.holidays === undefined) {
    const path = join(context.scratch, 'holidays.seeded.parquet');
    const seeded = await lanes.run((session) => writeSeededHolidays(session, context.config.calendars, path));
    if (seeded !== null) {
      states.holidays = seeded;
      await lake.putFile(seeded, path);
      local.set('holidays', path);
    }
  }
  const knownUntil = newest?.cutoff_at ?? accepted[0]?.offer.cutoffAt ?? '';
  const told = (name: FeedName) => ({
    before: local.get(name),
    files: accepted.flatMap((work) => {
      const path = work.feeds.get(name)?.converted?.ledger;
      return path === undefined ? [] : [{ path, cutoffAt: work.offer.cutoffAt }];
    }),
  });
  const needed = await lanes.run((session) =>
    writeNeededHolidays(
      session,
      context.config.calendars,
      {
        companies: told('companies'),
        holidays: told('holidays'),
        until: knownUntil,
        first: accepted[0]?.offer.cutoffAt ?? '',
      },
      context.scratch,
    ),
  );
  const settled = FEED_NAMES.flatMap((name) => {
    const feed = feedOf(name);
    if (feed.kind !== 'reference') return [];
    const seeded = name === 'holidays' ? needed : [];
    const latest =
      accepted.findLast(
        ({ feeds, offer }) => feeds.has(name) || seeded.some(({ broughtAt }) => broughtAt === offer.cutoffAt),
      ) ?? (runsAhead(states[name], entries) ? last : undefined);
    if (!latest) return [];
    const target = join(context.scratch, `${name}.state.parquet`);
    const files = [...seeded, ...told(name).files];
    return [{ name, feed, files, target, key: lakeKeys.state(name, latest.delivery) }];
  });
  await lanes.all(
    settled.map(({ name, feed, files, target, key }) => async (session) => {
      const before = local.get(name);
      await writeState(
        session,
        feed,
        before === undefined ? null : { path: before, knownUntil },
        files,
        target,
      );
      await lake.putFile(key, target);
    }),
  );
  for (const { name, key, target } of settled) {
    states[name] = key;
    local.set(name, target);
  }
  for (const work of accepted) work.states = states;
  await lanes.run((session) => reportUnusedTargets(session, accepted));
  await reportMissingMembers(lanes, accepted, local);
  const [companies, holidays] = [local.get('companies'), local.get('holidays')];
  last.findings.push(
    ...(await lanes.run((session) =>
      lackingHolidays(session, context.config.calendars, { companies, holidays }),
    )),
  );
  const isDelivered = (name: FeedName): boolean =>
    feedOf(name).kind === 'reference'
      ? states[name] !== undefined
      : accepted.some((work) => work.feeds.has(name)) || entries.some((entry) => entry.feeds[name]);
  for (const name of FEED_NAMES) {
    if (!feedOf(name).mandatory || isDelivered(name)) continue;
    last.findings.push({
      code: 'MANDATORY_FEED_MISSING',
      severity: 'error',
      feed: name,
      message: `${name} was never delivered, and nothing can be built without it`,
      count: 1,
    });
  }
}

/**
 * Deliveries that land together share the states through the last of them. Where their landing was cut short, the
 * state may tell what deliveries brought that were never accepted.
 */
function runsAhead(state: string | undefined, entries: readonly DeliveryEntry[]): boolean {
  const delivery = state === undefined ? undefined : deliveryOfState(state);
  return delivery !== undefined && !entries.some((entry) => entry.delivery === delivery);
}
