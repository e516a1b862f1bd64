import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { DeliveryEntry } from '../contracts/delivery.ts';
import type { FeedName } from '../contracts/feeds.ts';
import { type Mapping, mappingHash } from '../contracts/mapping.ts';
import { allEnded } from '../core/allEnded.ts';
import { type Config, configHash } from '../core/config.ts';
import type { BusinessDate } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { inParallel } from '../core/inParallel.ts';
import type { Session } from '../engine/duckdb.ts';
import type { DeliveryIndex } from '../lake/deliveries.ts';
import type { Lake } from '../lake/lake.ts';
import { acceptDeliveries } from './accept.ts';
import { type DraftTask, draftDeliveries } from './draft.ts';
import { Groups } from './groups.ts';
import type { Lanes } from './lanes.ts';
import { type Misdated, misdatedBefore } from './misdated.ts';
import type { OfferedDelivery } from './offered.ts';
import { type Accepted, acceptedBefore, backwards, implausible, stillOutOfReach } from './order.ts';
import {
  controlHashOf,
  landingKeys,
  openDelivery,
  type ScannedDelivery,
  scanDelivery,
  workOf,
} from './read.ts';
import type { Outcome } from './report.ts';
import { keepCopy, storeFeeds, storeRejection } from './store.ts';
import type { DeliveryWork, Draft, LandingContext } from './work.ts';

export interface LandOptions {
  readonly config?: Config;
  readonly mapping?: Mapping;
  /** Default: the machine's, 2 at least. */
  readonly threads?: number;
  /** DuckDB's buffer limit over all sessions, in MB. Default 1500. */
  readonly memoryMb?: number;
  /** The wall clock, for `landed_at` alone. */
  readonly now?: () => Date;
  /** The day on which it lands, which no cut-off may be far ahead of. Default: today in the time zone of the lake. */
  readonly today?: BusinessDate;
  /** Called after every delivery that was read, and after every one that became visible. */
  readonly progress?: (step: LandingStep) => void;
}

export interface LandingStep {
  readonly phase: 'read' | 'stored';
  readonly done: number;
  readonly total: number;
  readonly asOf: BusinessDate;
}

/** One landing: what was offered is read first, then judged and made visible. */
export class Landing {
  readonly #lake: Lake;
  readonly #index: DeliveryIndex;
  readonly #context: LandingContext;
  readonly #lanes: Lanes;
  readonly #options: LandOptions;
  readonly #outcomes = new Map<string, Outcome>();

  constructor(lake: Lake, index: DeliveryIndex, context: LandingContext, lanes: Lanes, options: LandOptions) {
    this.#lake = lake;
    this.#index = index;
    this.#context = context;
    this.#lanes = lanes;
    this.#options = options;
  }

  /** Judges what was read by all that is accepted by now, and makes visible what may be. */
  async publish(
    offers: readonly OfferedDelivery[],
    read: readonly DeliveryWork[],
  ): Promise<Map<string, Outcome>> {
    const entries = await this.#index.entries();
    const { works, twins } = unrepeated(read.filter((work) => !this.#isAccepted(work, entries)));
    await acceptDeliveries(this.#lanes, this.#lake, works, entries, this.#context);
    for (const work of works) {
      if (work.refusal) await this.#reject(work, work.refusal);
    }
    await this.#publish(works, entries);
    for (const [folder, first] of twins) {
      const outcome = this.#outcomes.get(first);
      if (outcome?.outcome === 'accepted') this.#unchanged(folder, outcome.entry);
      else if (outcome) this.#outcomes.set(folder, { ...outcome, folder });
    }
    // In the order in which the deliveries were offered.
    return new Map(
      offers.flatMap((offer) => {
        const outcome = this.#outcomes.get(offer.folder);
        return outcome ? [[offer.folder, outcome] as const] : [];
      }),
    );
  }

  /** Whether the delivery was accepted since it began to be read. */
  #isAccepted({ offer, delivery }: DeliveryWork, entries: readonly DeliveryEntry[]): boolean {
    const entry = entries.find((candidate) => candidate.delivery === delivery);
    if (entry) this.#unchanged(offer.folder, entry);
    return entry !== undefined;
  }

  /** Reads and drafts every delivery that may be new. Hashing goes on while DuckDB converts. */
  async read(offers: readonly OfferedDelivery[]): Promise<DeliveryWork[]> {
    const entries = await this.#index.entries();
    const accepted = acceptedBefore(entries);
    const misdated = await misdatedBefore(this.#lake, offers, this.#context.config);
    const groups = new Groups(this.#lanes.wide);
    const works: DeliveryWork[] = [];
    const running = new Set<Promise<void>>();
    let done = 0;
    const start = async (group: readonly OfferedDelivery[]): Promise<void> => {
      while (running.size >= this.#lanes.width) await Promise.race(running);
      const job = this.#read(group)
        .then((read) => {
          works.push(...read);
          done += group.length;
          const asOf = group[group.length - 1]?.asOf;
          if (asOf) this.#options.progress?.({ phase: 'read', done, total: offers.length, asOf });
        })
        .finally(() => running.delete(job));
      running.add(job);
    };
    try {
      for (const offer of offers) {
        const { folder } = offer;
        const scanned = await this.#scanIfKnown(offer, entries, misdated);
        const entry = scanned && entries.find((candidate) => candidate.delivery === scanned.delivery);
        const error = entry ? null : (implausible(offer) ?? backwards(offer, accepted));
        const before = scanned && misdated.find(({ rejection }) => rejection.delivery === scanned.delivery);
        if (entry) this.#unchanged(folder, entry);
        else if (error) this.#outcomes.set(folder, { outcome: 'rejected', folder, error, rejection: null });
        else if (before) this.#stillRejected(offer, before, accepted);
        else await Promise.all(groups.add(offer).map(start));
      }
      await Promise.all(groups.rest().map(start));
      await Promise.all(running);
    } finally {
      await Promise.allSettled(running);
    }
    const place = new Map(offers.map((offer, at) => [offer, at]));
    return works.sort((a, b) => (place.get(a.offer) ?? 0) - (place.get(b.offer) ?? 0));
  }

  /**
   * A delivery with the control file of an accepted one is most likely that one, and one with the dates of a misdated
   * one may be that: its bytes tell before anything is done.
   */
  async #scanIfKnown(
    offer: OfferedDelivery,
    entries: readonly DeliveryEntry[],
    misdated: readonly Misdated[],
  ): Promise<ScannedDelivery | null> {
    const hash = controlHashOf(offer);
    const isKnown =
      entries.some((entry) => entry.control_hash === hash) ||
      misdated.some(
        ({ rejection }) => rejection.as_of === offer.asOf && rejection.cutoff_at === offer.cutoffAt,
      );
    return isKnown ? this.#scan(offer) : null;
  }

  /** A delivery whose bytes cannot be read at all has no name, and leaves nothing in the lake. */
  async #scan(offer: OfferedDelivery): Promise<ScannedDelivery | null> {
    try {
      return await scanDelivery(offer);
    } catch (error) {
      if (!(error instanceof AlturasError)) throw error;
      const { folder } = offer;
      this.#outcomes.set(folder, { outcome: 'rejected', folder, error, rejection: null });
      return null;
    }
  }

  /** Scans and copies deliveries while they are drafted. Those whose bytes cannot be read are left out. */
  async #read(group: readonly OfferedDelivery[]): Promise<DeliveryWork[]> {
    const scanning = async (): Promise<(ScannedDelivery | null)[]> => {
      const scans: (ScannedDelivery | null)[] = [];
      for (const offer of group) {
        const scanned = await this.#scan(offer);
        scans.push(scanned);
        if (!scanned) continue;
        const copies = landingKeys(offer, scanned.delivery);
        await inParallel(
          copies.map(
            ({ key, path }) =>
              () =>
                keepCopy(this.#lake, key, path),
          ),
        );
      }
      return scans;
    };
    const scanned = scanning();
    const drafted = this.#lanes.run(async (session) => {
      const tasks = [];
      for (const offer of group) tasks.push(await this.#open(session, offer));
      await draftDeliveries(session, tasks, this.#context, join(this.#context.scratch, randomUUID()));
      return tasks;
    });
    await allEnded([scanned, drafted]);
    const [scans, tasks] = [await scanned, await drafted];
    return group.flatMap((offer, at) => {
      const [scan, task] = [scans[at], tasks[at]];
      if (!scan || !task) return [];
      return [{ ...workOf(offer, scan, task.feeds, task.drafts), refusal: task.refusal }];
    });
  }

  async #open(
    session: Session,
    offer: OfferedDelivery,
  ): Promise<DraftTask & { readonly refusal: AlturasError | null }> {
    const drafts = new Map<FeedName, Draft>();
    try {
      return { feeds: await openDelivery(session, offer, this.#context), drafts, refusal: null };
    } catch (error) {
      if (!(error instanceof AlturasError) || error.kind === 'internal') throw error;
      return { feeds: new Map(), drafts, refusal: error };
    }
  }

  #unchanged(folder: string, entry: DeliveryEntry): void {
    const mapping = this.#options.mapping && mappingHash(this.#options.mapping);
    this.#outcomes.set(folder, {
      outcome: 'unchanged',
      folder,
      entry,
      findings:
        mapping === entry.mapping
          ? []
          : [
              {
                code: 'OTHER_MAPPING',
                severity: 'warning',
                message:
                  'the same bytes were landed with another mapping, which stays: deliver with a later cut-off to replace them',
                count: 1,
              },
            ],
    });
  }

  /** The rejection stays as it was: nothing new happened. */
  #stillRejected(
    offer: OfferedDelivery,
    { rejection, code, limit }: Misdated,
    accepted: readonly Accepted[],
  ): void {
    const { rejected_at: at, message } = rejection;
    const error = stillOutOfReach(offer, accepted, this.#context, { code, at, message, limit });
    this.#outcomes.set(offer.folder, { outcome: 'rejected', folder: offer.folder, error, rejection });
  }

  async #reject(work: DeliveryWork, error: AlturasError): Promise<void> {
    const { config } = this.#context;
    const rejection = await storeRejection(this.#lake, work, error, { now: this.#now(), config });
    const { folder } = work.offer;
    this.#outcomes.set(folder, { outcome: 'rejected', folder, error, rejection });
  }

  /** Stores everything first; only then do the entries make it visible, one delivery after another. */
  async #publish(works: readonly DeliveryWork[], entries: readonly DeliveryEntry[]): Promise<void> {
    const accepted = works.filter((work) => work.refusal === null);
    const stored = new Map<DeliveryWork, DeliveryEntry['feeds']>();
    await inParallel(
      accepted.map((work) => async () => stored.set(work, await storeFeeds(this.#lake, work))),
    );
    const config = configHash(this.#context.config);
    const mapping = this.#options.mapping && mappingHash(this.#options.mapping);
    for (const [at, work] of accepted.entries()) {
      const entry: DeliveryEntry = {
        seq: entries.length + at + 1,
        delivery: work.delivery,
        as_of: work.offer.asOf,
        cutoff_at: work.offer.cutoffAt,
        delivery_number: work.offer.control.delivery_number,
        landed_at: this.#now(),
        control_hash: work.controlHash,
        feeds: stored.get(work) ?? {},
        states: work.states,
        findings: work.findings,
        ...(mapping === undefined ? {} : { mapping }),
        config,
      };
      await this.#index.append(entry);
      this.#outcomes.set(work.offer.folder, { outcome: 'accepted', folder: work.offer.folder, entry });
      this.#options.progress?.({
        phase: 'stored',
        done: at + 1,
        total: accepted.length,
        asOf: work.offer.asOf,
      });
    }
  }

  #now(): string {
    return (this.#options.now?.() ?? new Date()).toISOString();
  }
}

/** Deliveries without their repetitions, and for every repetition's folder that of the first. */
function unrepeated(works: readonly DeliveryWork[]): { works: DeliveryWork[]; twins: Map<string, string> } {
  const first = new Map<string, DeliveryWork>();
  const twins = new Map<string, string>();
  for (const work of works) {
    const known = first.get(work.delivery);
    if (known) twins.set(work.offer.folder, known.offer.folder);
    else first.set(work.delivery, work);
  }
  return { works: [...first.values()], twins };
}
