import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { feedOf, isFeedName } from '../../functions/contracts/feeds.ts';
import { type Cents, moneyText } from '../../functions/core/money.ts';
import type { DeliveryPlan, LedgerPlan } from './ledgerFixture.ts';
import { type FeedRow, MOVEMENT_CURRENCY, rateRows, rowsOf } from './ledgerFixtureRows.ts';

/** What one delivery brings, as rows of its files. */
export interface DeliveredFiles {
  readonly plan: DeliveryPlan;
  readonly number: number;
  readonly feeds: Readonly<Record<string, readonly FeedRow[]>>;
}

/** Columns whose sums the control file states. */
const CONTROL_COLUMN: Readonly<Record<string, string>> = {
  receipts: 'open_total',
  movements: 'total',
  payments: 'amount',
};

/** The deliveries' rows, in the order of acceptance. */
export function deliveredFiles(plan: LedgerPlan): DeliveredFiles[] {
  return plan.deliveries.map((delivery, at) => {
    const feeds: Record<string, FeedRow[]> = {};
    for (const company of plan.companies) {
      if (at < company.from) continue;
      for (const [feed, rows] of Object.entries(rowsOf(plan, company, at))) {
        if (rows.length > 0) feeds[feed] = [...(feeds[feed] ?? []), ...rows];
      }
    }
    const rates = rateRows(plan, at);
    if (rates.length > 0) feeds.fx_rates = rates;
    // A new version of a day replaces its movements, even by none; cash is a snapshot, even when all is applied.
    const again = plan.deliveries
      .slice(0, at)
      .some(({ businessDate }) => businessDate === delivery.businessDate);
    if (again) feeds.movements ??= [];
    if (plan.companies.some(({ payments }) => payments.length > 0)) feeds.payments ??= [];
    // A day on which nothing is open and nothing happened still has its (empty) snapshot.
    feeds.receipts ??= [];
    return { plan: delivery, number: at + 1, feeds };
  });
}

/** Writes every delivery as a folder of CSV files with a control file. @returns the folders in order. */
export async function writeDeliveries(plan: LedgerPlan, directory: string): Promise<string[]> {
  const folders: string[] = [];
  for (const files of deliveredFiles(plan)) {
    const folder = join(directory, `${String(files.number).padStart(4, '0')}-${files.plan.businessDate}`);
    await mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(fileTexts(files))) await writeFile(join(folder, name), text);
    folders.push(folder);
  }
  return folders;
}

/** The files of a delivery by name, `control.json` included. */
export function fileTexts(files: DeliveredFiles): Record<string, string> {
  const texts: Record<string, string> = {};
  const controlled = Object.entries(files.feeds).map(([feed, rows]) => {
    if (!isFeedName(feed)) throw new Error(`no feed is called ${feed}`);
    const columns = feedOf(feed).columns.map(({ name }) => name);
    const lines = rows.map((row) => columns.map((column) => csvField(row[column] ?? null)).join(','));
    texts[`${feed}.csv`] = `${[columns.join(','), ...lines].join('\n')}\n`;
    const sums = controlSums(feed, rows);
    return { feed, name: `${feed}.csv`, rows: rows.length, ...(sums && { sums }) };
  });
  texts['control.json'] = JSON.stringify(
    {
      version: 1,
      business_date: files.plan.businessDate,
      cutoff_at: files.plan.cutoffAt,
      delivery_number: files.number,
      files: controlled,
    },
    null,
    1,
  );
  return texts;
}

function csvField(value: string | null): string {
  if (value === null) return '';
  return /[",\n]/.test(value) || value === '' ? `"${value.replaceAll('"', '""')}"` : value;
}

function controlSums(feed: string, rows: readonly FeedRow[]): Record<string, string> | undefined {
  const column = CONTROL_COLUMN[feed];
  if (column === undefined) return undefined;
  const sums = new Map<string, Cents>();
  for (const row of rows) {
    const currency = row.currency ?? row[MOVEMENT_CURRENCY] ?? '';
    sums.set(currency, (sums.get(currency) ?? 0n) + BigInt((row[column] ?? '0').replace('.', '')));
  }
  return Object.fromEntries([...sums].map(([currency, sum]) => [currency, moneyText(sum)]));
}
