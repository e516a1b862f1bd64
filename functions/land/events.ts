import { type DeliveryEntry, lakeKeys } from '../contracts/delivery.ts';
import type { Feed } from '../contracts/feed.ts';
import type { FeedName } from '../contracts/feeds.ts';
import { addDays, type BusinessDate } from '../core/dates.ts';
import { identifier, literal, type Session } from '../engine/duckdb.ts';
import type { DeliveryWork } from './work.ts';

/** A delivered file of an event feed, wherever it lies now. */
export interface EventFile {
  readonly path: string;
  readonly asOf: BusinessDate;
  readonly cutoffAt: string;
}

/** Files of an event feed that the index holds from `since` on, as keys of the lake. */
export function indexedEvents(
  entries: readonly DeliveryEntry[],
  feed: FeedName,
  since: BusinessDate,
): { readonly key: string; readonly asOf: BusinessDate; readonly cutoffAt: string }[] {
  return entries.flatMap((entry) =>
    entry.as_of >= since && entry.feeds[feed]
      ? [
          {
            key: lakeKeys.ledger(feed, entry.as_of, entry.delivery),
            asOf: entry.as_of as BusinessDate,
            cutoffAt: entry.cutoff_at,
          },
        ]
      : [],
  );
}

/** True when, over all files, no key was brought for two days: versions of one day may repeat themselves. */
export async function eventsAreDistinct(
  session: Session,
  feed: Feed,
  files: readonly EventFile[],
): Promise<boolean> {
  if (files.length < 2) return true;
  const unique = [...new Map(files.map((file) => [file.path, file])).values()];
  const keys = feed.key.map(identifier).join(', ');
  const relation = `read_parquet([${unique.map(({ path }) => literal(path)).join(', ')}], hive_partitioning = false)`;
  const days = unique.map(({ asOf }, place) => `(${place}, ${literal(asOf)})`).join(', ');
  const [proof] = await session.rows(
    `SELECT count(DISTINCT hash(d.as_of, ${keys})) AS by_day, count(DISTINCT hash(${keys})) AS keys
     FROM (SELECT *, file_index AS place FROM ${relation}) f JOIN (VALUES ${days}) d (place, as_of) ON d.place = f.place`,
  );
  return proof?.by_day === proof?.keys;
}

/** The files whose events hold when a delivery arrives: other days, the newest version of each, not too long ago. */
export function eventsInForce(
  files: readonly EventFile[],
  delivery: { readonly asOf: BusinessDate; readonly cutoffAt: string },
  lookbackDays: number,
): string[] {
  const since = addDays(delivery.asOf, -lookbackDays);
  const newest = new Map<BusinessDate, EventFile>();
  for (const file of files) {
    if (file.asOf === delivery.asOf || file.asOf < since || file.cutoffAt >= delivery.cutoffAt) continue;
    const other = newest.get(file.asOf);
    if (!other || other.cutoffAt < file.cutoffAt) newest.set(file.asOf, file);
  }
  return [...newest.values()].map((file) => file.path);
}

/** SQL relation with the keys of those files; null when there are none. */
export function keysOf(feed: Feed, paths: readonly string[]): string | null {
  if (paths.length === 0) return null;
  return `(SELECT ${feed.key.map(identifier).join(', ')} FROM read_parquet([${paths.map(literal).join(', ')}]))`;
}

/** How many keys of a file were brought before. */
export async function repeatedKeys(
  session: Session,
  feed: Feed,
  file: string,
  delivered: string,
): Promise<number> {
  const same = feed.key.map((key) => `d.${identifier(key)} = f.${identifier(key)}`).join(' AND ');
  const [row] = await session.rows(
    `SELECT count(*) AS n FROM read_parquet(${literal(file)}) f WHERE EXISTS (SELECT 1 FROM ${delivered} d WHERE ${same})`,
  );
  return Number(row?.n);
}

/** Notes of every delivery the latest business date of its movements: how far ahead a build may have to look for it. */
export async function noteLatestMovements(session: Session, works: readonly DeliveryWork[]): Promise<void> {
  const brought = works.flatMap((work) => {
    const path = work.feeds.get('movements')?.converted?.ledger;
    return path === undefined ? [] : [{ work, path }];
  });
  if (brought.length === 0) return;
  const rows = await session.rows(
    `SELECT file_index AS place, max(business_date) AS latest
     FROM read_parquet([${brought.map(({ path }) => literal(path)).join(', ')}], hive_partitioning = false) GROUP BY ALL`,
  );
  for (const { place, latest } of rows) {
    const work = brought[Number(place)]?.work;
    if (work && typeof latest === 'string') work.latestMovement = latest as BusinessDate;
  }
}
