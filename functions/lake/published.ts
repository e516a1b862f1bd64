import { setTimeout as sleep } from 'node:timers/promises';
import type { BusinessDate, LocalTimestamp } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { checkKey } from './keys.ts';
import type { Lake } from './lake.ts';
import { isPreconditionFailure } from './refusals.ts';

/** The one object that says what is current. A Parquet file, so that DuckDB and Athena read it as a table. */
export const PUBLISHED_KEY = 'published/current.parquet';

/** Every lost race means that somebody else's publish succeeded; so many in a row is not a race but a defect. */
const MAX_ATTEMPTS = 200;
const MAX_PAUSE_MS = 250;

/** One file of one table that a build made visible. Names are those of the stored columns. */
export interface PublishedRow {
  /** Number of the publish that brought the row, from 1; all rows of one publish share it. */
  readonly seq: number;
  readonly table_name: string;
  /** A day `2026-06-30`, or the month `2026-06` of several days in one file. */
  readonly period: string;
  readonly first_day: BusinessDate;
  readonly last_day: BusinessDate;
  readonly build: string;
  /** From when on the content was known: whoever asks for an earlier known-at does not see the row. */
  readonly known_from: LocalTimestamp;
  /** Key of the file in the lake. */
  readonly path: string;
}

export type NewPublishedRow = Omit<PublishedRow, 'seq'>;

/** Turns rows into the Parquet file and back; the engine room supplies it, for it owns DuckDB. */
export interface PublishedCodec {
  /** @param before the file of all of them but the last, so that only those need be written anew */
  encode(
    rows: readonly PublishedRow[],
    before?: { readonly body: Uint8Array; readonly rows: number },
  ): Promise<Uint8Array>;
  decode(bytes: Uint8Array): Promise<readonly PublishedRow[]>;
}

/** What is published: all rows ever, in order of `seq`. */
export interface Published {
  readonly rows: readonly PublishedRow[];
  /** Number of the newest publish; 0 when there was none. */
  readonly seq: number;
  /** Version of the stored object; null when there is none. */
  readonly etag: string | null;
  /** The stored object. */
  readonly body?: Uint8Array;
}

/** @param known what was read before: the object is taken apart anew only where it is another one since */
export async function readPublished(
  lake: Lake,
  codec: PublishedCodec,
  known?: Published,
): Promise<Published> {
  const stored = await lake.get(PUBLISHED_KEY);
  if (!stored) return { rows: [], seq: 0, etag: null };
  if (stored.etag === known?.etag) return known;
  const rows = [...(await codec.decode(stored.body))].sort((a, b) => a.seq - b.seq);
  return { rows, seq: rows.at(-1)?.seq ?? 0, ...stored };
}

/**
 * Makes the files of a build visible, all at once, by one conditional write. When another build publishes at the
 * same time and touched other (table, days), both are kept; rows that are already there are not written again, so
 * a publish may be repeated after its answer was lost.
 * @param options.since the `seq` the build started from: what others published later counts as a race. Without it,
 *   only what they publish during this call does.
 * @param options.known what was read of it before
 * @returns what is published afterwards
 * @throws AlturasError `PUBLISH_CONFLICT` when another build published the same days of a table: the rows would
 *   hide its numbers without having known them
 */
export async function publish(
  lake: Lake,
  codec: PublishedCodec,
  rows: readonly NewPublishedRow[],
  options: { readonly since?: number; readonly known?: Published } = {},
): Promise<Published> {
  for (const row of rows) checkKey(row.path);
  const builds = new Set(rows.map(({ build }) => build));
  let since = options.since;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const current = await readPublished(lake, codec, options.known);
    const there = new Set(current.rows.filter(({ build }) => builds.has(build)).map(identity));
    const missing = rows.filter((row) => !there.has(identity(row)));
    if (missing.length === 0) return current;
    since ??= current.seq;
    refuseOverlap(lake, rows, current.rows, since);
    const seq = current.seq + 1;
    const merged = [...current.rows, ...missing.map((row) => ({ seq, ...row }))];
    try {
      const condition = current.etag === null ? ({ ifAbsent: true } as const) : { ifMatch: current.etag };
      const before = current.body && { body: current.body, rows: current.rows.length };
      const body = await codec.encode(merged, before);
      const { etag } = await lake.put(PUBLISHED_KEY, body, condition);
      return { rows: merged, seq, etag, body };
    } catch (error) {
      if (!isPreconditionFailure(error)) throw error;
      await sleep(Math.random() * Math.min(MAX_PAUSE_MS, 5 * attempt));
    }
  }
  throw new AlturasError('conflict', 'PUBLISH_CONTENTION', `${lake.location} changes too often to publish.`, {
    file: PUBLISHED_KEY,
    safe: 'the files of this build are kept; none of them is visible',
    hint: 'run the build again when fewer others run',
  });
}

/** What makes two rows the same publication, whichever publish brought it. */
function identity(row: NewPublishedRow): string {
  return JSON.stringify([row.table_name, row.period, row.build, row.known_from, row.path]);
}

function refuseOverlap(
  lake: Lake,
  ours: readonly NewPublishedRow[],
  published: readonly PublishedRow[],
  since: number,
): void {
  const builds = new Set(ours.map((row) => row.build));
  const newer = published.filter((row) => row.seq > since && !builds.has(row.build));
  if (newer.length === 0) return;
  const winners = newer.filter((theirs) => ours.some((row) => overlaps(row, theirs)));
  const [first] = winners;
  if (!first) return;
  throw new AlturasError(
    'conflict',
    'PUBLISH_CONFLICT',
    `Build ${first.build} published ${first.table_name} of ${first.period} first (publish ${first.seq}).`,
    {
      file: `${lake.location}/${PUBLISHED_KEY}`,
      value: [...builds].join(', '),
      expected: `nobody else to publish these days since publish ${since}`,
      causes: winners.slice(0, 20).map((row) => `${row.table_name} ${row.period}: build ${row.build}`),
      safe: 'the numbers of the other build stay visible; the files of this build are kept, none of them is visible',
      hint: 'build these days again, on top of what is published now',
    },
  );
}

function overlaps(a: NewPublishedRow, b: NewPublishedRow): boolean {
  return a.table_name === b.table_name && a.first_day <= b.last_day && b.first_day <= a.last_day;
}
