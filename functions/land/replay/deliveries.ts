import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Control } from '../../contracts/delivery.ts';
import { type FeedName, feedOf } from '../../contracts/feeds.ts';
import type { BusinessDate } from '../../core/dates.ts';
import { type Cents, cents, moneyText } from '../../core/money.ts';

/** A row of a feed as it is written; a column that is left out is empty. */
export type DeliveryRow = Readonly<Record<string, string | null>>;

export interface Delivery {
  readonly businessDate: BusinessDate;
  readonly cutoffAt: string;
  readonly number: number;
  readonly feeds: Readonly<Partial<Record<FeedName, readonly DeliveryRow[]>>>;
}

function cell(value: string | null | undefined): string {
  if (value === null || value === undefined) return '';
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Writes one delivery as its sender would: a CSV file per feed, and the control file last. */
export async function writeDelivery(directory: string, delivery: Delivery): Promise<void> {
  await mkdir(directory, { recursive: true });
  const files: Control['files'] = [];
  for (const [name, rows] of Object.entries(delivery.feeds) as [FeedName, readonly DeliveryRow[]][]) {
    const feed = feedOf(name);
    const columns = feed.columns.map((column) => column.name);
    const lines = rows.map((row) => columns.map((column) => cell(row[column])).join(','));
    await writeFile(join(directory, `${name}.csv`), `${[columns.join(','), ...lines].join('\n')}\n`);
    files.push({
      feed: name,
      name: `${name}.csv`,
      rows: rows.length,
      ...(feed.controlColumn === null ? {} : { sums: controlSums(rows, feed.controlColumn) }),
    });
  }
  const control: Control = {
    version: 1,
    business_date: delivery.businessDate,
    cutoff_at: delivery.cutoffAt,
    delivery_number: delivery.number,
    files,
  };
  await writeFile(join(directory, 'control.json'), `${JSON.stringify(control, null, 2)}\n`);
}

/** Sums of the control column by the currency of the row: a movement's is its receipt's, carried as `currency`. */
function controlSums(rows: readonly DeliveryRow[], column: string): Record<string, string> {
  const sums = new Map<string, Cents>();
  for (const row of rows) {
    const currency = row.currency ?? '';
    sums.set(currency, (sums.get(currency) ?? 0n) + cents(row[column] ?? '0'));
  }
  return Object.fromEntries([...sums].map(([currency, sum]) => [currency, moneyText(sum)]));
}
