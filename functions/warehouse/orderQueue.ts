import { setImmediate } from 'node:timers/promises';
import type { FeedName } from '../contracts/feeds.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { BusinessDate, LocalTimestamp } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import type { Calendar, PlannedPeriod } from './days.ts';

/** What a view names beside its relation: a SELECT that is made once a statement, over that relation and feeds. */
export interface Beside {
  readonly sql: string;
  /** Reference feeds that it reads. */
  readonly feeds: readonly FeedName[];
}

/** Rows of one model that nobody published: another knowledge, another period, other columns in a holder's place. */
export interface Order {
  readonly model: string;
  readonly asOf: BusinessDate;
  /** The knowledge behind every day of it; null: each day as it was delivered, by `knownAt`. */
  readonly restatedAt: LocalTimestamp | null;
  readonly knownAt: LocalTimestamp;
  /** Periods of `asOf`; every other day has its month to date. */
  readonly periods: readonly PlannedPeriod[];
  /** By stored relation, the SELECT that stands in for it; it reads the relation itself as `__name`. */
  readonly views: ReadonlyMap<string, string>;
  /** By stored relation, what its view names as `__beside_name`. */
  readonly beside: ReadonlyMap<string, Beside>;
}

/** Days of one pass at most: what a pass holds in memory is bounded. */
const LONGEST_BATCH = 31;

/** Orders that somebody waits for. */
interface Ask {
  readonly orders: readonly Order[];
  readonly made: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Orders in the turn in which they came, one pass at work at a time; orders that differ in their day alone are made
 * in one pass, whoever asked for them. An order is carried out once.
 */
export class OrderQueue {
  readonly #calendar: Pick<Calendar, 'stands'>;
  readonly #carryOut: (alike: readonly Order[]) => Promise<readonly string[]>;
  /** By order, the file that holds its rows. */
  readonly #files = new Map<string, string>();
  #waiting: readonly Ask[] = [];
  #isAtWork = false;

  /** @param carryOut makes orders that differ in their day alone, ascending, in one pass, and gives the file of each */
  constructor(
    calendar: Pick<Calendar, 'stands'>,
    carryOut: (alike: readonly Order[]) => Promise<readonly string[]>,
  ) {
    this.#calendar = calendar;
    this.#carryOut = carryOut;
  }

  /**
   * By order, the file that holds its rows; a file may hold other days, too.
   * @throws what carrying out one of them throws
   */
  async files(orders: readonly Order[]): Promise<string[]> {
    if (orders.some((order) => this.#file(order) === undefined)) {
      await new Promise<void>((made, failed) => {
        this.#waiting = [...this.#waiting, { orders, made, failed }];
        void this.#work();
      });
    }
    return orders.map((order) => {
      const file = this.#file(order);
      if (file === undefined) throw new AlturasError('internal', 'NOT_MADE', `${order.model} was not made.`);
      return file;
    });
  }

  #file(order: Order): string | undefined {
    return this.#files.get(keyOf(order));
  }

  async #work(): Promise<void> {
    if (this.#isAtWork) return;
    this.#isAtWork = true;
    // What is asked in the same breath is made together.
    await setImmediate();
    for (let first = this.#first(); first !== undefined; first = this.#first()) await this.#serve(first);
    this.#isAtWork = false;
  }

  /** The order that has waited longest. */
  #first(): Order | undefined {
    return this.#waiting.flatMap(({ orders }) => orders).find((order) => this.#file(order) === undefined);
  }

  /** Carries out an order, with all that the same pass can make; whoever has all of theirs then goes. */
  async #serve(first: Order, batch = this.#batch(first)): Promise<void> {
    try {
      await this.#make(batch);
    } catch (error) {
      // With others beside it, it may not have been its own fault.
      if (batch.length > 1) return this.#serve(first, [first]);
      const key = keyOf(first);
      return this.#leave(
        ({ orders }) => orders.some((order) => keyOf(order) === key),
        (ask) => ask.failed(error),
      );
    }
    this.#leave(
      ({ orders }) => orders.every((order) => this.#file(order) !== undefined),
      (ask) => ask.made(),
    );
  }

  async #make(alike: readonly Order[]): Promise<void> {
    const files = await this.#carryOut(alike);
    for (const [at, order] of alike.entries()) {
      const file = files[at];
      if (file !== undefined) this.#files.set(keyOf(order), file);
    }
  }

  #leave(whose: (ask: Ask) => boolean, told: (ask: Ask) => void): void {
    const leaving = this.#waiting.filter(whose);
    this.#waiting = this.#waiting.filter((ask) => !leaving.includes(ask));
    for (const ask of leaving) told(ask);
  }

  /** The orders that one pass can carry out together with one (see `versionBatches`). */
  #batch(first: Order): readonly Order[] {
    const like = likenessOf(first);
    const alike = new Map<string, Order>([[keyOf(first), first]]);
    for (const order of this.#waiting.flatMap(({ orders }) => orders))
      if (this.#file(order) === undefined && likenessOf(order) === like && !alike.has(keyOf(order)))
        alike.set(keyOf(order), order);
    const batches: Order[][] = [];
    for (const order of [...alike.values()].sort((a, b) =>
      a.asOf < b.asOf ? -1 : a.asOf > b.asOf ? 1 : 0,
    )) {
      const batch = batches.at(-1);
      const before = batch?.at(-1);
      if (
        batch &&
        before &&
        batch.length < LONGEST_BATCH &&
        before.asOf < order.asOf &&
        (order.restatedAt !== null ||
          this.#calendar.stands(order, before.asOf).get(before.asOf) === before.knownAt)
      )
        batch.push(order);
      else batches.push([order]);
    }
    return batches.find((batch) => batch.includes(first)) ?? [first];
  }
}

function keyOf(order: Order): string {
  const { periods, views, beside } = order;
  return canonicalJson({ ...order, periods: [...periods], views: [...views], beside: [...beside] });
}

/** Equal where two orders differ in their day alone. */
function likenessOf({ model, restatedAt, periods, views, beside }: Order): string {
  return canonicalJson({
    model,
    periods: periods.map(({ period }) => period),
    views: [...views],
    beside: [...beside],
    restatedAt,
  });
}
