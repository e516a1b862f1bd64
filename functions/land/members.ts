import type { Finding } from '../contracts/delivery.ts';
import type { Feed, Reference } from '../contracts/feed.ts';
import { type FeedName, feedOf, isFeedName } from '../contracts/feeds.ts';
import { identifier, literal, type Session } from '../engine/duckdb.ts';

/** A delivered file whose rows name members of dimensions. */
export interface NamingFile {
  readonly path: string;
  readonly cutoffAt: string;
  readonly report: (finding: Finding) => void;
}

/**
 * Reports, delivery by delivery, members that rows name and no dimension knows at the cut-off. Dimensions that were
 * never delivered are left out here.
 * @param files in the order of their cut-offs
 * @param states local file of the state of each reference feed
 */
export async function reportMissingMembers(
  session: Session,
  name: FeedName,
  files: readonly NamingFile[],
  states: ReadonlyMap<FeedName, string>,
): Promise<void> {
  if (files.length === 0) return;
  const feed = feedOf(name);
  for (const reference of feed.refers) {
    const state = isFeedName(reference.feed) ? states.get(reference.feed) : undefined;
    if (state !== undefined) await reportMissing(session, feed, reference, files, state);
  }
}

async function reportMissing(
  session: Session,
  feed: Feed,
  reference: Reference,
  files: readonly NamingFile[],
  state: string,
): Promise<void> {
  const target = feedOf(reference.feed as FeedName);
  const columns = reference.columns.map(identifier);
  const last = columns[columns.length - 1] ?? '';
  const source = `read_parquet([${files.map((file) => literal(file.path)).join(', ')}], hive_partitioning = false)`;
  const cutoffs = `(VALUES ${files.map(({ cutoffAt }, at) => `(${at}, TIMESTAMP ${literal(cutoffAt)})`).join(', ')}) c (place, cutoff_at)`;
  const named = `${columns.join(', ')}, file_index AS place FROM ${source} WHERE ${last} IS NOT NULL`;
  const same = columns
    .map((column, at) => `s.${identifier(target.key[at] ?? '')} = n.${column}`)
    .join(' AND ');
  // Members are few and rows many: first the members that some row names before their dimension knows them.
  await session.run(`CREATE OR REPLACE TEMP TABLE strangers AS
    SELECT n.*, s.known_from
    FROM (SELECT ${columns.join(', ')}, min(place) AS first_place FROM (SELECT ${named}) GROUP BY ALL) n
    JOIN ${cutoffs} ON c.place = n.first_place
    LEFT JOIN (SELECT ${target.key.map(identifier).join(', ')}, min(known_from) AS known_from
      FROM read_parquet(${literal(state)}) GROUP BY ALL) s ON ${same}
    WHERE s.known_from IS NULL OR s.known_from > c.cutoff_at`);
  const [any] = await session.rows('SELECT count(*) AS n FROM strangers');
  if (Number(any?.n) > 0) {
    const joined = columns.map((column) => `n.${column} = x.${column}`).join(' AND ');
    const rows =
      await session.rows(`SELECT n.place, count(*) AS n, count(DISTINCT n.${last}) AS members, min(n.${last}) AS example
      FROM (SELECT ${named}) n JOIN ${cutoffs} ON c.place = n.place
      JOIN strangers x ON ${joined} AND (x.known_from IS NULL OR x.known_from > c.cutoff_at)
      GROUP BY n.place`);
    const byPlace = new Map(rows.map((row) => [Number(row.place), row]));
    for (const [place, file] of files.entries()) {
      const row = byPlace.get(place);
      if (!row) continue;
      file.report({
        code: 'UNKNOWN_MEMBER',
        severity: 'warning',
        feed: feed.name as FeedName,
        message: `${row.n} rows name ${row.members} ${last.replaceAll('"', '')} that ${target.name} does not know, for example ${row.example}`,
        count: Number(row.n),
      });
    }
  }
  await session.run('DROP TABLE strangers');
}
