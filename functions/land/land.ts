import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { DeliveryEntry } from '../contracts/delivery.ts';
import type { FeedName } from '../contracts/feeds.ts';
import { type Mapping, mappingHash } from '../contracts/mapping.ts';
import { type Config, configHash, defaultConfig } from '../core/config.ts';
import type { BusinessDate, LocalTimestamp } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { DeliveryIndex } from '../lake/deliveries.ts';
import type { Lake } from '../lake/lake.ts';
import { acceptDeliveries } from './accept.ts';
import { draftFeeds } from './draft.ts';
import { type Accepted, backwards } from './judge.ts';
import { Lanes } from './lanes.ts';
import { type OfferedDelivery, offeredDeliveries } from './offered.ts';
import {
  controlHashOf,
  landingKeys,
  openDelivery,
  type ScannedDelivery,
  scanDelivery,
  workOf,
} from './read.ts';
import { type LandingReport, type Outcome, reportOf } from './report.ts';
import { inParallel, storeFeeds, storeRejection } from './store.ts';
import type { DeliveryWork, Draft, LandingContext, OpenedFeed } from './work.ts';

export type { LandingReport, Outcome } from './report.ts';

export interface LandOptions {
  readonly config?: Config;
  readonly mapping?: Mapping;
  /** Default: the machine's, 2 at least. */
  readonly threads?: number;
  /** DuckDB's buffer limit over all sessions, in MB. Default 1500. */
  readonly memoryMb?: number;
  /** The wall clock, for `landed_at` alone. */
  readonly now?: () => Date;
  /** Called after every delivery that was read, and after every one that became visible. */
  readonly progress?: (step: LandingStep) => void;
}

export interface LandingStep {
  readonly phase: 'read' | 'stored';
  readonly done: number;
  readonly total: number;
  readonly asOf: BusinessDate;
}

/**
 * Lands deliveries: copies their files byte for byte, checks every row against its contract, writes typed Parquet and
 * the refused rows, and makes each accepted delivery visible by its own entry of the delivery index, in the order of
 * cut-offs. Landing the same bytes again does nothing. Killed at any moment, a delivery is either visible whole or
 * not at all, and landing again completes it.
 *
 * @param paths a delivery's folder (with control.json), or folders of such folders
 * @returns what became of every delivery; a refused one is an outcome, not an error
 * @throws AlturasError `NO_DELIVERY`; `DELIVERY_RACE` when another landing was faster: land again
 */
export async function landDeliveries(
  lake: Lake,
  paths: readonly string[],
  options: LandOptions = {},
): Promise<LandingReport> {
  const started = performance.now();
  const { offers, broken } = await offeredDeliveries(paths);
  const outcomes = new Map<string, Outcome>();
  for (const { folder, error } of broken)
    outcomes.set(folder, { outcome: 'rejected', folder, error, rejection: null });
  const scratch = await lake.scratch();
  const config = options.config ?? defaultConfig();
  const context: LandingContext = {
    config,
    signs: options.mapping?.feeds.receipts?.sign ?? config.receipt_types,
    mapping: options.mapping,
    scratch,
  };
  const lanes = await Lanes.open(scratch, {
    threads: options.threads ?? Math.max(2, availableParallelism()),
    memoryMb: options.memoryMb ?? 1500,
    largestFile: Math.max(0, ...offers.flatMap((offer) => offer.files.map((file) => file.bytes))),
  });
  try {
    const landing = new Landing(lake, context, lanes, options);
    for (const [folder, outcome] of await landing.land(offers)) outcomes.set(folder, outcome);
  } finally {
    lanes.close();
    await rm(scratch, { recursive: true, force: true });
  }
  return reportOf([...outcomes.values()], (performance.now() - started) / 1000);
}

class Landing {
  readonly #lake: Lake;
  readonly #index: DeliveryIndex;
  readonly #context: LandingContext;
  readonly #lanes: Lanes;
  readonly #options: LandOptions;
  readonly #outcomes = new Map<string, Outcome>();

  constructor(lake: Lake, context: LandingContext, lanes: Lanes, options: LandOptions) {
    this.#lake = lake;
    this.#index = new DeliveryIndex(lake);
    this.#context = context;
    this.#lanes = lanes;
    this.#options = options;
  }

  async land(offers: readonly OfferedDelivery[]): Promise<Map<string, Outcome>> {
    const entries = await this.#index.entries();
    const { works, twins } = unrepeated(await this.#readAll(offers, entries));
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

  /** Reads and drafts every delivery that may be new. Hashing goes on while DuckDB converts. */
  async #readAll(
    offers: readonly OfferedDelivery[],
    entries: readonly DeliveryEntry[],
  ): Promise<DeliveryWork[]> {
    const accepted: Accepted[] = entries.map((entry) => ({
      asOf: entry.as_of as BusinessDate,
      cutoffAt: entry.cutoff_at as LocalTimestamp,
    }));
    const works: (DeliveryWork | null)[] = [];
    const running = new Set<Promise<void>>();
    let done = 0;
    for (const [at, offer] of offers.entries()) {
      const scanned = await this.#scanIfKnown(offer, entries);
      const entry = scanned && entries.find((candidate) => candidate.delivery === scanned.delivery);
      if (entry) {
        this.#unchanged(offer.folder, entry);
        continue;
      }
      const error = backwards(offer, accepted);
      if (error) {
        const { folder } = offer;
        this.#outcomes.set(folder, { outcome: 'rejected', folder, error, rejection: null });
        continue;
      }
      while (running.size >= 2 * this.#lanes.width) await Promise.race(running);
      const job = this.#read(offer, at)
        .then((work) => {
          works[at] = work;
          done += 1;
          this.#options.progress?.({ phase: 'read', done, total: offers.length, asOf: offer.asOf });
        })
        .finally(() => running.delete(job));
      running.add(job);
    }
    await Promise.all(running);
    return works.filter((work) => work !== null && work !== undefined);
  }

  /** A delivery with the control file of an accepted one is most likely that one: its bytes tell before anything is done. */
  async #scanIfKnown(
    offer: OfferedDelivery,
    entries: readonly DeliveryEntry[],
  ): Promise<ScannedDelivery | null> {
    const hash = controlHashOf(offer);
    return entries.some((entry) => entry.control_hash === hash) ? this.#scan(offer) : null;
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

  /** Scans and copies a delivery while it is drafted. @returns null when its bytes cannot be read. */
  async #read(offer: OfferedDelivery, at: number): Promise<DeliveryWork | null> {
    const scanning = async (): Promise<ScannedDelivery | null> => {
      const scanned = await this.#scan(offer);
      for (const { key, path } of scanned ? landingKeys(offer, scanned.delivery) : []) {
        await this.#lake.putFile(key, path);
      }
      return scanned;
    };
    const drafting = this.#lanes.run(async (session) => {
      try {
        const opened = await openDelivery(session, offer, this.#context);
        const base = join(this.#context.scratch, `draft-${at}`);
        return {
          opened,
          drafts: await draftFeeds(session, opened.values(), this.#context, base),
          refusal: null,
        };
      } catch (error) {
        if (!(error instanceof AlturasError) || error.kind === 'internal') throw error;
        return {
          opened: new Map<FeedName, OpenedFeed>(),
          drafts: new Map<FeedName, Draft>(),
          refusal: error,
        };
      }
    });
    const [scanned, { opened, drafts, refusal }] = await Promise.all([scanning(), drafting]);
    return scanned && { ...workOf(offer, scanned, opened, drafts), refusal };
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

  async #reject(work: DeliveryWork, error: AlturasError): Promise<void> {
    const rejection = await storeRejection(this.#lake, work, error, this.#now());
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
