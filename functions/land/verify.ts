import type { Feed } from '../contracts/feed.ts';
import type { FeedName } from '../contracts/feeds.ts';
import { feedOf } from '../contracts/feeds.ts';
import { identifier, literal, type Session } from '../engine/duckdb.ts';
import type { Row } from '../engine/engine.ts';
import { type Signs, signTurns } from './checks.ts';
import type { FeedWork, Totals } from './work.ts';

/**
 * Looks at all drafts of one feed at once. Those in which every physical row arrived, kept its key, and repeats no
 * other become converted. Those that only have rows without a key stay drafts; the rest is left for the careful way.
 */
export async function verifyDrafts(
  session: Session,
  name: FeedName,
  works: readonly FeedWork[],
  signs: Signs,
): Promise<void> {
  const drafted = works.filter((work) => work.draft !== null);
  if (drafted.length === 0) return;
  const feed = feedOf(name);
  const [firstKey = ''] = feed.key;
  const files = `read_parquet([${drafted.map((work) => literal(work.draft?.path ?? '')).join(', ')}], hive_partitioning = false)`;
  const currency = feed.controlColumn === null ? `''` : 'currency';
  const sum = feed.controlColumn === null ? '0' : unsigned(feed.controlColumn, feed.signed, signs);
  const counted = await session.rows(
    `SELECT file_index AS place, ${currency} AS currency, CAST(sum(${sum}) AS VARCHAR) AS total, count(*) AS n,
       count(${identifier(firstKey)}) AS kept, ${undated(feed) ?? '0'} AS undated FROM ${files} GROUP BY 1, 2 ORDER BY 1, 2`,
  );
  const byPlace = new Map<number, Row[]>();
  for (const row of counted) {
    const place = Number(row.place);
    byPlace.set(place, [...(byPlace.get(place) ?? []), row]);
  }
  const repeating = await filesThatRepeat(session, files, feed.key);
  for (const [place, work] of drafted.entries()) {
    const rows = byPlace.get(place) ?? [];
    const count = (column: string): number => rows.reduce((total, row) => total + Number(row[column]), 0);
    if (count('n') !== work.physicalRows || repeating.has(place)) work.draft = null;
    if (!work.draft || count('kept') !== work.physicalRows) continue;
    work.converted = {
      ledger: work.draft.path,
      accepted: work.physicalRows,
      refused: 0,
      control: feed.controlColumn === null ? [] : rows.map(totalOf),
      refusedAmounts: [],
      unreadable: 0,
      undated: count('undated'),
      quarantine: null,
      seen: work.draft.path,
    };
  }
}

/** SQL: how many receipts with a balance have no due date; null for feeds that are no receipts. */
export function undated(feed: Feed): string | null {
  return feed.name === 'receipts' ? 'count(*) FILTER (due_date IS NULL AND open_total > 0)' : null;
}

/** As many different hashes as rows prove that no key repeats; otherwise the keys themselves are counted. */
async function filesThatRepeat(
  session: Session,
  files: string,
  key: readonly string[],
): Promise<ReadonlySet<number>> {
  const columns = key.map(identifier).join(', ');
  const [proof] = await session.rows(
    `SELECT count(*) AS n, count(DISTINCT hash(file_index, ${columns})) AS different FROM ${files}`,
  );
  if (proof?.n === proof?.different) return new Set();
  const repeated = await session.rows(
    `SELECT DISTINCT file_index AS place FROM ${files} GROUP BY file_index, ${columns} HAVING count(*) > 1`,
  );
  return new Set(repeated.map((row) => Number(row.place)));
}

/** SQL: the control column as delivered, before our sign rule. */
export function unsigned(column: string, signed: readonly string[], signs: Signs): string {
  const turns = signed.includes(column) ? signTurns(signs) : null;
  const value = identifier(column);
  return turns === null ? value : `CASE WHEN ${turns} THEN -${value} ELSE ${value} END`;
}

export function totalOf(row: Row): Totals[number] {
  return { currency: String(row.currency), sum: String(row.total), rows: Number(row.n) };
}
