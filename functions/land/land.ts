import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { DeliveryEntry } from '../contracts/delivery.ts';
import { type Mapping, mappingHash } from '../contracts/mapping.ts';
import { type Config, configHash, defaultConfig } from '../core/config.ts';
import type { BusinessDate, LocalTimestamp } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { DeliveryIndex } from '../lake/deliveries.ts';
import type { Lake } from '../lake/lake.ts';
import { acceptDeliveries } from './accept.ts';
import { draftDelivery } from './draft.ts';
import { type Accepted, backwards } from './judge.ts';
import { Lanes } from './lanes.ts';
import { type OfferedDelivery, offeredDeliveries } from './offered.ts';
import { landingKeys, newWork, readDelivery, type ScannedDelivery, scanDelivery } from './read.ts';
import { type LandingReport, type Outcome, reportOf } from './report.ts';
import { inParallel, storeFeeds, storeRejection } from './store.ts';
import type { DeliveryWork, LandingContext } from './work.ts';

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
  for (const { folder, error } of broken) outcomes.set(folder, { outcome: 'rejected', folder, error });
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
    const works = await this.#readAll(offers, entries);
    await acceptDeliveries(this.#lanes, this.#lake, works, entries, this.#context);
    for (const work of works) {
      if (work.refusal) await this.#reject(work, work.refusal);
    }
    await this.#publish(works, entries);
    // In the order in which the deliveries were offered.
    return new Map(
      offers.flatMap((offer) => {
        const outcome = this.#outcomes.get(offer.folder);
        return outcome ? [[offer.folder, outcome] as const] : [];
      }),
    );
  }

  /** Reads and drafts every delivery that may be new. Hashing goes on while DuckDB converts what is hashed. */
  async #readAll(
    offers: readonly OfferedDelivery[],
    entries: readonly DeliveryEntry[],
  ): Promise<DeliveryWork[]> {
    const known = new Map(entries.map((entry) => [entry.delivery, entry]));
    const order: Accepted[] = entries.map((entry) => ({
      asOf: entry.as_of as BusinessDate,
      cutoffAt: entry.cutoff_at as LocalTimestamp,
    }));
    const works: DeliveryWork[] = [];
    const running = new Set<Promise<void>>();
    const seen = new Set<string>();
    let done = 0;
    for (const offer of offers) {
      const scanned = await this.#scan(offer);
      if (!scanned) continue;
      const entry = known.get(scanned.delivery);
      if (entry) {
        this.#unchanged(offer, entry);
        continue;
      }
      if (seen.has(scanned.delivery)) continue;
      seen.add(scanned.delivery);
      const late = backwards(offer, order);
      if (late) {
        this.#outcomes.set(offer.folder, { outcome: 'rejected', folder: offer.folder, error: late });
        continue;
      }
      while (running.size >= 2 * this.#lanes.width) await Promise.race(running);
      const job = this.#draft(scanned)
        .then((work) => {
          works.push(work);
          done += 1;
          this.#options.progress?.({ phase: 'read', done, total: offers.length, asOf: offer.asOf });
        })
        .finally(() => running.delete(job));
      running.add(job);
    }
    await Promise.all(running);
    const place = new Map(offers.map((offer, at) => [offer, at]));
    return works.sort((a, b) => (place.get(a.offer) ?? 0) - (place.get(b.offer) ?? 0));
  }

  /** A delivery whose bytes cannot be read at all has no name, and leaves nothing in the lake. */
  async #scan(offer: OfferedDelivery): Promise<ScannedDelivery | null> {
    try {
      return await scanDelivery(offer);
    } catch (error) {
      if (!(error instanceof AlturasError)) throw error;
      this.#outcomes.set(offer.folder, { outcome: 'rejected', folder: offer.folder, error });
      return null;
    }
  }

  async #draft(scanned: ScannedDelivery): Promise<DeliveryWork> {
    const copies = landingKeys(scanned).map(({ key, path }) => this.#lake.putFile(key, path));
    const drafting = async (): Promise<DeliveryWork> => {
      try {
        const work = newWork(scanned, await readDelivery(scanned, this.#context, this.#lanes));
        await this.#lanes.run((session) => draftDelivery(session, work, this.#context));
        return work;
      } catch (error) {
        if (!(error instanceof AlturasError) || error.kind === 'internal') throw error;
        return { ...newWork(scanned, new Map()), refusal: error };
      }
    };
    const [work] = await Promise.all([drafting(), ...copies]);
    return work;
  }

  #unchanged(offer: OfferedDelivery, entry: DeliveryEntry): void {
    const mapping = this.#options.mapping && mappingHash(this.#options.mapping);
    this.#outcomes.set(offer.folder, {
      outcome: 'unchanged',
      folder: offer.folder,
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
    await storeRejection(this.#lake, work, error, this.#now());
    this.#outcomes.set(work.offer.folder, { outcome: 'rejected', folder: work.offer.folder, error });
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
