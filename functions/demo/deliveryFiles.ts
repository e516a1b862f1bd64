import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Control } from '../contracts/delivery.ts';
import type { FeedName } from '../contracts/feeds.ts';
import { amountText } from './receipt.ts';

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
  readonly #pending: Promise<void>[] = [];
  #bytes = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  get bytes(): number {
    return this.#bytes;
  }

  async write(head: DeliveryHead, files: readonly FeedFile[]): Promise<void> {
    const contents = files.map(({ feed, header, rows }) => {
      const text = rows.length === 0 ? `${header}\n` : `${header}\n${rows.join('\n')}\n`;
      const bytes = Buffer.from(text, 'utf8');
      this.#bytes += bytes.length;
      return { name: `${feed}.csv`, bytes };
    });
    const control: Control = {
      version: 1,
      business_date: head.businessDate,
      cutoff_at: head.cutoffAt,
      delivery_number: head.number,
      files: files.map(({ feed, rows, sums }) => ({
        feed,
        name: `${feed}.csv`,
        rows: rows.length,
        ...(sums ? { sums: sums.toJSON() } : {}),
      })),
    };
    this.#pending.push(this.#save(head.name, contents, `${JSON.stringify(control, null, 1)}\n`));
    if (this.#pending.length > 4) await this.#pending.shift();
  }

  /** Waits until all is on disk. */
  async finish(): Promise<void> {
    await Promise.all(this.#pending);
  }

  async #save(
    name: string,
    contents: readonly { name: string; bytes: Buffer }[],
    control: string,
  ): Promise<void> {
    const folder = join(this.#directory, name);
    await mkdir(folder, { recursive: true });
    for (const content of contents) await writeFile(join(folder, content.name), content.bytes);
    // Last: its arrival says that the delivery is complete.
    await writeFile(join(folder, 'control.json'), control);
  }
}
