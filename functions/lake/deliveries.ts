import * as z from 'zod';
import { type DeliveryEntry, deliveryEntry, lakeKeys } from '../contracts/delivery.ts';
import { sha256 } from '../core/canonical.ts';
import { AlturasError } from '../core/errors.ts';
import type { Lake } from './lake.ts';
import { isPreconditionFailure } from './refusals.ts';

const FOLDER = 'deliveries/';
const READ_AT_ONCE = 16;
/** Entries in a page. */
export const PAGE = 100;
/** What an entry looks like, in a page's name: entries of another shape are read one by one, and checked. */
const SHAPE = sha256(JSON.stringify(z.toJSONSchema(deliveryEntry))).slice(0, 8);
const PAGES = `${FOLDER}pages/`;

/**
 * The delivery index: one immutable object per accepted delivery, numbered from 1 without a gap. Writing entry n is
 * what makes delivery n visible; of two landings that both try to be the n-th exactly one succeeds.
 *
 * A hundred entries that are there are put together in a page, so that a lake of years is opened with a few reads. A
 * page is a copy: without it, or where it is not what its name says, the entries themselves are read.
 */
export class DeliveryIndex {
  readonly #lake: Lake;
  #known: readonly DeliveryEntry[] | undefined;
  /** The pages that are there, by the number of their first entry. */
  readonly #pages = new Map<number, string>();

  constructor(lake: Lake) {
    this.#lake = lake;
  }

  /**
   * All accepted deliveries in the order of acceptance. Entries never change, so each is read once; later calls look
   * for new ones only.
   * @throws AlturasError `LAKE_DAMAGED` when an entry is missing or unreadable
   */
  async entries(): Promise<readonly DeliveryEntry[]> {
    const known = [...(this.#known ?? (await this.#readAll()))];
    for (;;) {
      const next = await this.#read(known.length + 1);
      if (!next) break;
      known.push(next);
    }
    // Two calls may run at once; entries only ever grow, so the longer answer holds.
    if (known.length >= (this.#known?.length ?? 0)) this.#known = known;
    return known;
  }

  /**
   * Accepts a delivery. `entry.seq` must be one more than the entries it was judged against. Appending an entry that
   * is already there, byte for byte, is no error: the answer to the first attempt may have been lost.
   * @throws AlturasError `DELIVERY_RACE` (kind conflict) when another landing took this place: read `entries()`
   *   again, check the delivery against the new ones and append it with the next number
   */
  async append(entry: DeliveryEntry): Promise<void> {
    const before = (await this.entries()).length;
    const key = lakeKeys.delivery(entry.seq);
    const checked = deliveryEntry.parse(entry);
    const text = `${JSON.stringify(checked, null, 1)}\n`;
    if (entry.seq > before + 1) {
      throw new AlturasError(
        'internal',
        'DELIVERY_GAP',
        `Delivery ${entry.seq} cannot follow delivery ${before}.`,
        {
          file: key,
          expected: `number ${before + 1}`,
          safe: 'nothing was written',
        },
      );
    }
    try {
      await this.#lake.put(key, text, { ifAbsent: true });
    } catch (error) {
      if (!isPreconditionFailure(error)) throw error;
      const stored = await this.#lake.get(key);
      if (stored && Buffer.from(stored.body).equals(Buffer.from(text))) return;
      throw new AlturasError(
        'conflict',
        'DELIVERY_RACE',
        `Another landing accepted a delivery as number ${entry.seq} first.`,
        {
          file: key,
          value: entry.delivery,
          safe: 'the other delivery is complete; this one is not visible yet',
          hint: 'land this delivery again',
        },
        error,
      );
    }
    await this.#putPages([...(this.#known ?? []).slice(0, before), checked]);
  }

  async #readAll(): Promise<DeliveryEntry[]> {
    const keys: string[] = [];
    for await (const { key } of this.#lake.list(FOLDER)) {
      if (!key.startsWith(PAGES)) keys.push(key);
      else if (key.startsWith(`${PAGES}${SHAPE}/`)) this.#pages.set(firstOf(key), key);
    }
    for (const [index, key] of keys.entries()) {
      if (key !== lakeKeys.delivery(index + 1)) {
        throw damaged(lakeKeys.delivery(index + 1), `it is missing, but ${key} is there`);
      }
    }
    const reads: (() => Promise<readonly DeliveryEntry[]>)[] = [];
    for (let seq = 1; seq <= keys.length; ) {
      const first = seq;
      // A lake that was set back may have a page that runs ahead of its entries.
      const page = first + PAGE - 1 <= keys.length ? this.#pages.get(first) : undefined;
      const count = page === undefined ? 1 : PAGE;
      reads.push(() => (page === undefined ? this.#readSome(first, 1) : this.#readPage(first, page)));
      seq += count;
    }
    const entries: DeliveryEntry[] = [];
    for (let at = 0; at < reads.length; at += READ_AT_ONCE) {
      const batch = reads.slice(at, at + READ_AT_ONCE).map((read) => read());
      entries.push(...(await Promise.all(batch)).flat());
    }
    return entries;
  }

  async #readPage(first: number, page: string): Promise<readonly DeliveryEntry[]> {
    const stored = await this.#lake.get(page);
    const text = stored && Buffer.from(stored.body).toString('utf8');
    // What was written was checked then, and is what its name says.
    if (text && page === pageOf(first, text)) return JSON.parse(text) as DeliveryEntry[];
    this.#pages.delete(first);
    return this.#readSome(first, PAGE);
  }

  async #readSome(first: number, count: number): Promise<readonly DeliveryEntry[]> {
    const read = await Promise.all(Array.from({ length: count }, (_, at) => this.#read(first + at)));
    return read.filter((entry) => entry !== null);
  }

  /** Puts together what is there in hundreds and is not yet. A copy that cannot be written now is written later. */
  async #putPages(entries: readonly DeliveryEntry[]): Promise<void> {
    for (let first = 1; first + PAGE - 1 <= entries.length; first += PAGE) {
      if (this.#pages.has(first)) continue;
      const text = JSON.stringify(entries.slice(first - 1, first - 1 + PAGE));
      const key = pageOf(first, text);
      const isThere = await this.#lake.put(key, text, { ifAbsent: true }).then(
        () => true,
        (error: unknown) => isPreconditionFailure(error),
      );
      if (isThere) this.#pages.set(first, key);
    }
  }

  async #read(seq: number): Promise<DeliveryEntry | null> {
    const key = lakeKeys.delivery(seq);
    const stored = await this.#lake.get(key);
    if (!stored) return null;
    let entry: DeliveryEntry;
    try {
      entry = deliveryEntry.parse(JSON.parse(Buffer.from(stored.body).toString('utf8')));
    } catch (cause) {
      throw damaged(key, 'it cannot be read', cause);
    }
    if (entry.seq !== seq) throw damaged(key, `it says that it is number ${entry.seq}`);
    return entry;
  }
}

/** The key of a page of this text, whose first entry has this number. */
function pageOf(first: number, text: string): string {
  return lakeKeys.deliveryPage(SHAPE, first, first + PAGE - 1, sha256(text).slice(0, 32));
}

/** The number of a page's first entry: what its name begins with. */
function firstOf(key: string): number {
  return Number(key.slice(key.lastIndexOf('/') + 1).split('-')[0]);
}

function damaged(key: string, fault: string, cause?: unknown): AlturasError {
  return new AlturasError(
    'missing',
    'LAKE_DAMAGED',
    `The delivery index is damaged at ${key}: ${fault}.`,
    {
      file: key,
      safe: 'nothing was changed; the delivered files are still under landing/',
      hint: 'restore this object from a backup of the lake',
    },
    cause,
  );
}
