import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { defaultConfig } from '../core/config.ts';
import { DeliveryIndex } from '../lake/deliveries.ts';
import type { Lake } from '../lake/lake.ts';
import { Landing, type LandOptions } from './landing.ts';
import { Lanes } from './lanes.ts';
import { type OfferedDelivery, offeredDeliveries } from './offered.ts';
import { landingDay } from './order.ts';
import { type LandingReport, type Outcome, reportOf } from './report.ts';
import type { LandingContext } from './work.ts';

export type { LandingStep, LandOptions } from './landing.ts';
export type { LandingReport, Outcome } from './report.ts';

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
  const landings = new Landings(lake, options, 1);
  try {
    return await landings.land(paths);
  } finally {
    await landings.close();
  }
}

/** Where a landing is done, and the next but one after it. */
interface Workplace {
  readonly context: LandingContext;
  readonly lanes: Lanes;
}

/**
 * Several landings in one lake, one after another: while the deliveries of one are judged and published, those of the
 * next are read already. Each has the outcome that it would have alone. Once one has failed, no later one is published.
 */
export class Landings {
  readonly #lake: Lake;
  readonly #options: LandOptions;
  readonly #index: DeliveryIndex;
  readonly #workplaces: (Promise<Workplace> | undefined)[];
  #called = 0;
  #published: Promise<unknown> = Promise.resolve();
  #ended: Promise<unknown> = Promise.resolve();

  /** @param atOnce landings that may be under way at once; they share the memory */
  constructor(lake: Lake, options: LandOptions = {}, atOnce = 2) {
    this.#lake = lake;
    this.#options = options;
    this.#index = new DeliveryIndex(lake);
    this.#workplaces = Array.from({ length: atOnce }, () => undefined);
  }

  /** As `landDeliveries`. May be called again before it is done: the order of the calls is that of the landings. */
  land(paths: readonly string[]): Promise<LandingReport> {
    const landed = this.#land(paths, this.#called % this.#workplaces.length, this.#published);
    this.#called += 1;
    this.#published = landed;
    this.#ended = Promise.allSettled([this.#ended, landed]);
    return landed;
  }

  /** Waits for what still runs, and tidies up. */
  async close(): Promise<void> {
    await this.#ended;
    for (const opened of this.#workplaces) {
      const workplace = await opened?.catch(() => undefined);
      if (!workplace) continue;
      workplace.lanes.close();
      await rm(workplace.context.scratch, { recursive: true, force: true });
    }
  }

  async #land(paths: readonly string[], at: number, before: Promise<unknown>): Promise<LandingReport> {
    const started = performance.now();
    const { offers, broken } = await offeredDeliveries(paths);
    this.#workplaces[at] ??= this.#open(offers);
    const { context, lanes } = await this.#workplaces[at];
    const landing = new Landing(this.#lake, this.#index, context, lanes, this.#options);
    const works = await landing.read(offers);
    await before;
    const outcomes = new Map<string, Outcome>();
    for (const { folder, error } of broken)
      outcomes.set(folder, { outcome: 'rejected', folder, error, rejection: null });
    for (const [folder, outcome] of await landing.publish(offers, works)) outcomes.set(folder, outcome);
    return reportOf([...outcomes.values()], (performance.now() - started) / 1000);
  }

  async #open(offers: readonly OfferedDelivery[]): Promise<Workplace> {
    const { config = defaultConfig(), mapping, today, threads, memoryMb } = this.#options;
    const scratch = await this.#lake.scratch();
    const lanes = await Lanes.open(scratch, {
      threads: threads ?? Math.max(2, availableParallelism()),
      memoryMb: (memoryMb ?? 1500) / this.#workplaces.length,
      largestFile: Math.max(0, ...offers.flatMap((offer) => offer.files.map((file) => file.bytes))),
    });
    const signs = mapping?.feeds.receipts?.sign ?? config.receipt_types;
    return { context: { config, signs, mapping, today: today ?? landingDay(config), scratch }, lanes };
  }
}
