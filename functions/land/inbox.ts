import { dirname } from 'node:path';
import { control, type DeliveryEntry } from '../contracts/delivery.ts';
import { canonicalJson, sha256 } from '../core/canonical.ts';
import { localTimestamp } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import type { Lake, LakeObject } from '../lake/lake.ts';

const CONTROL = 'control.json';
const READ_AT_ONCE = 16;

/** A complete delivery in the inbox. */
interface Waiting {
  /** Its folder, below the inbox. */
  readonly delivery: string;
  /** Empty where the control file cannot be read: landing tells what is wrong with it. */
  readonly cutoffAt: string;
  readonly controlHash: string;
  readonly bytes: number;
}

/** What lands together. */
export interface Batch {
  readonly deliveries: readonly string[];
}

export interface Found {
  /** In the order of cut-offs, which is the order in which they must land. */
  readonly batches: readonly Batch[];
  /** Deliveries in the batches. */
  readonly waiting: number;
  /** Deliveries that did not land and no longer can: something with a later cut-off did. */
  readonly late: number;
}

export interface FindOptions {
  /** Deliveries that are looked at even where they come too late, so that their refusal is told. */
  readonly named: readonly string[];
  readonly batchBytes: number;
  readonly batchSize: number;
  /** At most so many in all, the oldest; the rest waits for the next run. */
  readonly most: number;
}

/**
 * Where deliveries arrive: a folder each, complete once its control file is there. Nothing here is changed or removed;
 * what landed is known from the delivery index.
 */
export class Inbox {
  readonly #place: Lake;

  /** @param place a lake whose local copies are this call's own: what is delivered may be overwritten later */
  constructor(place: Lake) {
    this.#place = place;
  }

  /** Complete deliveries that are not in the index yet, in batches. */
  async find(entries: readonly DeliveryEntry[], options: FindOptions): Promise<Found> {
    const landed = new Set(entries.map(({ control_hash }) => control_hash));
    const newest = entries.at(-1)?.cutoff_at ?? '';
    const named = new Set(options.named.map(folderOf));
    const fresh = (await this.#complete()).filter(({ controlHash }) => !landed.has(controlHash));
    const isLate = ({ cutoffAt }: Waiting): boolean => cutoffAt !== '' && cutoffAt <= newest;
    const due = fresh.filter((one) => named.has(one.delivery) || !isLate(one));
    due.sort((a, b) =>
      a.cutoffAt === b.cutoffAt ? compare(a.delivery, b.delivery) : compare(a.cutoffAt, b.cutoffAt),
    );
    const wanted = due.slice(0, options.most);
    return {
      batches: batchesOf(wanted, options),
      waiting: wanted.length,
      late: fresh.filter(isLate).length,
    };
  }

  /**
   * Brings deliveries to local disk.
   * @returns their folders there
   * @throws AlturasError `NO_DELIVERY` when one is not complete, or gone
   */
  async fetch(deliveries: readonly string[]): Promise<string[]> {
    const folders: string[] = [];
    for (const delivery of deliveries.map(folderOf)) {
      const keys: string[] = [];
      for await (const { key } of this.#place.list(`${delivery}/`))
        if (dirname(key) === delivery) keys.push(key);
      const at = keys.indexOf(`${delivery}/${CONTROL}`);
      if (at < 0)
        throw new AlturasError('missing', 'NO_DELIVERY', `There is no complete delivery ${delivery}.`, {
          file: `${this.#place.location}/${delivery}`,
          expected: `a ${CONTROL} in it`,
          safe: 'nothing of it was landed',
        });
      const paths = await this.#place.localPaths(keys);
      folders.push(dirname(paths[at] ?? ''));
    }
    return folders;
  }

  async #complete(): Promise<Waiting[]> {
    const folders = new Map<string, LakeObject[]>();
    for await (const object of this.#place.list('')) {
      const folder = dirname(object.key);
      folders.set(folder, [...(folders.get(folder) ?? []), object]);
    }
    const complete = [...folders].filter(([folder, objects]) =>
      objects.some(({ key }) => key === `${folder}/${CONTROL}`),
    );
    const waiting: Waiting[] = [];
    for (let at = 0; at < complete.length; at += READ_AT_ONCE) {
      const some = complete.slice(at, at + READ_AT_ONCE).map(async ([delivery, objects]) => {
        const bytes = objects.reduce((sum, { size }) => sum + size, 0);
        return { delivery, bytes, ...(await this.#control(`${delivery}/${CONTROL}`)) };
      });
      waiting.push(...(await Promise.all(some)));
    }
    return waiting;
  }

  async #control(key: string): Promise<{ readonly cutoffAt: string; readonly controlHash: string }> {
    const stored = await this.#place.get(key);
    try {
      const told = control.parse(JSON.parse(Buffer.from(stored?.body ?? []).toString('utf8')));
      return { cutoffAt: localTimestamp(told.cutoff_at), controlHash: sha256(canonicalJson(told)) };
    } catch {
      return { cutoffAt: '', controlHash: '' };
    }
  }
}

/** The folder that an address means: `2026-06-30/`, `2026-06-30/control.json`. */
function folderOf(address: string): string {
  return address.replace(new RegExp(`/(?:${CONTROL})?$`), '');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function batchesOf(waiting: readonly Waiting[], options: FindOptions): Batch[] {
  const batches: string[][] = [];
  let bytes = 0;
  for (const one of waiting) {
    const batch = batches.at(-1);
    const fits = batch && batch.length < options.batchSize && bytes + one.bytes <= options.batchBytes;
    if (fits) batch.push(one.delivery);
    else batches.push([one.delivery]);
    bytes = one.bytes + (fits ? bytes : 0);
  }
  return batches.map((deliveries) => ({ deliveries }));
}
