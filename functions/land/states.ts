import type { Feed } from '../contracts/feed.ts';
import { FOREVER } from '../core/dates.ts';
import { identifier, literal, type Session } from '../engine/duckdb.ts';
import { writeLedger } from './draft.ts';

/** Accepted rows of a reference feed, and the cut-off that told them. */
export interface ReferenceFile {
  readonly path: string;
  readonly cutoffAt: string;
}

/**
 * Writes the bitemporal state of a reference feed: for every key its rows one after another, each known from the
 * cut-off that brought it until that of the next different one. Rows that say nothing new add nothing.
 * @param before the state so far, cut off at `knownUntil`; null when there is none
 * @param files what is told since, in the order of the cut-offs; none: the state is cut off, and nothing else
 * @returns rows written
 */
export async function writeState(
  session: Session,
  feed: Feed,
  before: { readonly path: string; readonly knownUntil: string } | null,
  files: readonly ReferenceFile[],
  target: string,
): Promise<number> {
  const names = feed.columns.map((column) => identifier(column.name));
  const content = feed.columns.filter((column) => !column.key).map((column) => identifier(column.name));
  const keys = feed.key.map(identifier).join(', ');
  const columns = names.join(', ');
  const cutoffs = files.map((file, place) => `(${place}, TIMESTAMP ${literal(file.cutoffAt)})`);
  const parts =
    files.length === 0
      ? []
      : [
          `SELECT ${columns}, c.known_from
     FROM read_parquet([${files.map((file) => literal(file.path)).join(', ')}]) f
     JOIN (VALUES ${cutoffs.join(', ')}) c (place, known_from) ON c.place = f.file_index`,
        ];
  // A landing that was cut short may have left a state that runs ahead of the accepted deliveries.
  if (before) {
    parts.push(
      `SELECT ${columns}, known_from FROM read_parquet(${literal(before.path)}) WHERE known_from <= TIMESTAMP ${literal(before.knownUntil)}`,
    );
  }
  const value = content.length === 0 ? '1' : `row(${content.join(', ')})`;
  return writeLedger(
    session,
    `WITH told AS (${parts.join(' UNION ALL ')}),
       compared AS (SELECT *, ${value} IS DISTINCT FROM lag(${value}) OVER w OR row_number() OVER w = 1 AS new
         FROM told WINDOW w AS (PARTITION BY ${keys} ORDER BY known_from))
     SELECT ${columns}, known_from,
       coalesce(lead(known_from) OVER (PARTITION BY ${keys} ORDER BY known_from), TIMESTAMP ${literal(FOREVER)}) AS known_to
     FROM compared WHERE new ORDER BY ${keys}, known_from`,
    target,
  );
}
