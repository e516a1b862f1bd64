import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Control } from '../contracts/delivery.ts';
import type { FeedName } from '../contracts/feeds.ts';
import { amountText } from './receipt.ts';
import { SNAPSHOTS_IN_FLIGHT } from './snapshot.ts';

/** A value as a CSV field. */
export function field(value: string | number | boolean | null): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const row = (values: readonly (string | number | boolean | null)[]): string =>
  values.map(field).join(',');

/** Sums of a control column by currency, in cents. */
export class Sums {
  readonly #totals = new Map<string, bigint>();

  add(currency: string, cents: bigint): void {
    this.#totals.set(currency, (this.#totals.get(currency) ?? 0n) + cents);
  }

  copy(): Sums {
    const copy = new Sums();
    for (const [currency, cents] of this.#totals) copy.add(currency, cents);
    return copy;
  }

  toJSON(): Record<string, string> {
    return Object.fromEntries(
      [...this.#totals].sort().map(([currency, cents]) => [currency, amountText(cents)]),
    );
  }
}

/** One feed's file of a delivery. */
export interface FeedFile {
  readonly feed: FeedName;
  readonly header: string;
  readonly rows: readonly string[];
  readonly sums?: Sums;
}

/** A file whose bytes are made already. */
export interface ReadyFile {
  readonly feed: FeedName;
  readonly bytes: Buffer;
  readonly rows: number;
  readonly sums: Sums;
}

export interface DeliveryHead {
  /** Folder name. */
  readonly name: string;
  readonly businessDate: string;
  readonly cutoffAt: string;
  readonly number: number;
}

/** Writes deliveries into folders, a few at a time, while the simulation goes on. */
export class DeliveryWriter {
  readonly #directory: string;
  readonly #onSaved: (folder: string) => void;
  readonly #pending: Promise<void>[] = [];
  #told: Promise<void> = Promise.resolve();
  #bytes = 0;

  /** @param onSaved called with the folder of every delivery that is complete, in order */
  constructor(directory: string, onSaved: (folder: string) => void) {
    this.#directory = directory;
    this.#onSaved = onSaved;
  }

  get bytes(): number {
    return this.#bytes;
  }

  async write(head: DeliveryHead, ready: ReadyFile, files: readonly FeedFile[]): Promise<void> {
    const printed = [ready, ...files.map(print)];
    const control: Control = {
      version: 1,
      business_date: head.businessDate,
      cutoff_at: head.cutoffAt,
      delivery_number: head.number,
      files: printed.map(({ feed, rows, sums }) => ({
        feed,
        name: `${feed}.csv`,
        rows,
        ...(sums ? { sums: sums.toJSON() } : {}),
      })),
    };
    for (const { bytes } of printed) this.#bytes += bytes.length;
    const saved = this.#save(head.name, printed, `${JSON.stringify(control, null, 1)}\n`);
    this.#pending.push(saved);
    this.#told = Promise.all([this.#told, saved]).then(() => this.#onSaved(join(this.#directory, head.name)));
    if (this.#pending.length > SNAPSHOTS_IN_FLIGHT) await this.#pending.shift();
  }

  /** Waits until all is on disk. */
  async finish(): Promise<void> {
    await Promise.all([...this.#pending, this.#told]);
  }

  async #save(
    name: string,
    files: readonly Pick<ReadyFile, 'feed' | 'bytes'>[],
    control: string,
  ): Promise<void> {
    const folder = join(this.#directory, name);
    await mkdir(folder, { recursive: true });
    for (const { feed, bytes } of files) await writeFile(join(folder, `${feed}.csv`), bytes);
    // Last: its arrival says that the delivery is complete.
    await writeFile(join(folder, 'control.json'), control);
  }
}

function print({ feed, header, rows, sums }: FeedFile) {
  const text = rows.length === 0 ? `${header}\n` : `${header}\n${rows.join('\n')}\n`;
  return { feed, rows: rows.length, bytes: Buffer.from(text, 'utf8'), sums };
}
