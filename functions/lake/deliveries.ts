import { type DeliveryEntry, deliveryEntry, lakeKeys } from '../contracts/delivery.ts';
import { AlturasError } from '../core/errors.ts';
import type { Lake } from './lake.ts';
import { isPreconditionFailure } from './refusals.ts';

const FOLDER = 'deliveries/';
const READ_AT_ONCE = 16;

/**
 * The delivery index: one immutable object per accepted delivery, numbered from 1 without a gap. Writing entry n is
 * what makes delivery n visible; of two landings that both try to be the n-th exactly one succeeds.
 */
export class DeliveryIndex {
  readonly #lake: Lake;
  #known: readonly DeliveryEntry[] | undefined;

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
    const text = `${JSON.stringify(deliveryEntry.parse(entry), null, 1)}\n`;
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
  }

  async #readAll(): Promise<DeliveryEntry[]> {
    const keys: string[] = [];
    for await (const object of this.#lake.list(FOLDER)) keys.push(object.key);
    for (const [index, key] of keys.entries()) {
      if (key !== lakeKeys.delivery(index + 1)) {
        throw damaged(lakeKeys.delivery(index + 1), `it is missing, but ${key} is there`);
      }
    }
    const entries: DeliveryEntry[] = [];
    for (let at = 0; at < keys.length; at += READ_AT_ONCE) {
      const batch = keys.slice(at, at + READ_AT_ONCE).map((_, index) => this.#read(at + index + 1));
      for (const entry of await Promise.all(batch)) if (entry) entries.push(entry);
    }
    return entries;
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
