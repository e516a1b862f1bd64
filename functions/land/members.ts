import type { Finding } from '../contracts/delivery.ts';
import type { Feed, Reference } from '../contracts/feed.ts';
import { FEED_NAMES, type FeedName, feedOf, isFeedName } from '../contracts/feeds.ts';
import { identifier, literal, type Session } from '../engine/duckdb.ts';
import type { Lanes } from './lanes.ts';
import type { DeliveryWork } from './work.ts';

/**
 * Reports, delivery by delivery, members that rows name and no dimension knows at the cut-off. Dimensions that were
 * never delivered are left out here.
 * @param works in the order of their cut-offs
 * @param states local file of the state of each reference feed
 */
export async function reportMissingMembers(
  lanes: Lanes,
  works: readonly DeliveryWork[],
  states: ReadonlyMap<FeedName, string>,
): Promise<void> {
  const looks = FEED_NAMES.flatMap((name): Look[] => {
    const feed = feedOf(name);
    const files = works.flatMap((work) => {
      const path = work.feeds.get(name)?.converted?.ledger;
      return path === undefined ? [] : [{ work, path }];
    });
    const references = feed.refers.flatMap((reference) => {
      const state = isFeedName(reference.feed) ? states.get(reference.feed) : undefined;
      return state === undefined ? [] : [{ reference, state }];
    });
    return files.length === 0 || references.length === 0 ? [] : [{ feed, files, references }];
  });
  const found = new Map<Look, readonly ReadonlyMap<number, Finding>[]>();
  await lanes.all(
    looks.map((look) => async (session) => {
      found.set(look, await missingMembers(session, look));
    }),
  );
  // In the order of the references, whichever feed was looked at first.
  for (const look of looks)
    for (const byPlace of found.get(look) ?? [])
      for (const [place, { work }] of look.files.entries()) {
        const finding = byPlace.get(place);
        if (finding) work.findings.push(finding);
      }
}

/** A feed's files in the order of their cut-offs, and the states of what they refer to. */
interface Look {
  readonly feed: Feed;
  readonly files: readonly { readonly work: DeliveryWork; readonly path: string }[];
  readonly references: readonly { readonly reference: Reference; readonly state: string }[];
}

/** For each reference, by the place of a file: what the file names that the dimension does not know. */
async function missingMembers(session: Session, look: Look): Promise<Map<number, Finding>[]> {
  const { files, references } = look;
  const source = `read_parquet([${files.map(({ path }) => literal(path)).join(', ')}], hive_partitioning = false)`;
  const cutoffs = `(VALUES ${files.map(({ work }, at) => `(${at}, TIMESTAMP ${literal(work.offer.cutoffAt)})`).join(', ')}) c (place, cutoff_at)`;
  const told = new Set(
    references.flatMap(({ reference: { columns, when } }) => [...columns, ...(when ? [when.column] : [])]),
  );
  // Members are few and rows many: the rows are looked at once, for what they name and which file names it first.
  await session.run(`CREATE OR REPLACE TEMP TABLE named AS
    SELECT ${[...told].map(identifier).join(', ')}, min(file_index) AS first_place FROM ${source} GROUP BY ALL`);
  const found: Map<number, Finding>[] = [];
  for (const { reference, state } of references)
    found.push(await missingOf(session, look.feed, reference, state, source, cutoffs));
  await session.run('DROP TABLE named');
  return found;
}

/**
 * @param source relation of the rows of all files
 * @param cutoffs relation `c` of the place and the cut-off of each file
 */
async function missingOf(
  session: Session,
  feed: Feed,
  reference: Reference,
  state: string,
  source: string,
  cutoffs: string,
): Promise<Map<number, Finding>> {
  const target = feedOf(reference.feed as FeedName);
  const { when } = reference;
  const columns = reference.columns.map(identifier);
  const column = reference.columns.at(-1) ?? '';
  const last = identifier(column);
  const whose = when ? ` where ${when.column} is ${when.is.join(' or ')}` : '';
  const naming = when
    ? `${identifier(when.column)} IN (${when.is.map(literal).join(', ')})`
    : `${last} IS NOT NULL`;
  const same = columns
    .map((column, at) => `s.${identifier(target.key[at] ?? '')} = n.${column}`)
    .join(' AND ');
  // First the members that some row names before their dimension knows them.
  const strangers = `SELECT n.*, s.known_from
    FROM (SELECT ${columns.join(', ')}, min(first_place) AS first_place FROM named WHERE ${naming} GROUP BY ALL) n
    JOIN ${cutoffs} ON c.place = n.first_place
    LEFT JOIN (SELECT ${target.key.map(identifier).join(', ')}, min(known_from) AS known_from
      FROM read_parquet(${literal(state)}) GROUP BY ALL) s ON ${same}
    WHERE s.known_from IS NULL OR s.known_from > c.cutoff_at`;
  const [any] = await session.rows(`SELECT count(*) AS n FROM (${strangers})`);
  if (Number(any?.n) === 0) return new Map();
  const joined = columns.map((column) => `n.${column} = x.${column}`).join(' AND ');
  const rows =
    await session.rows(`SELECT n.place, count(*) AS n, count(DISTINCT n.${last}) AS members, min(n.${last}) AS example
    FROM (SELECT ${columns.join(', ')}, file_index AS place FROM ${source} WHERE ${naming}) n
    JOIN ${cutoffs} ON c.place = n.place
    JOIN (${strangers}) x ON ${joined} AND (x.known_from IS NULL OR x.known_from > c.cutoff_at)
    GROUP BY n.place`);
  return new Map(
    rows.map((row) => [
      Number(row.place),
      {
        code: 'UNKNOWN_MEMBER',
        severity: 'warning',
        feed: feed.name as FeedName,
        column,
        refers: reference.feed as FeedName,
        message: `${row.n} rows name ${row.members} ${column} that ${target.name} does not know${whose}, for example ${row.example}`,
        count: Number(row.n),
      } satisfies Finding,
    ]),
  );
}
