import { rm } from 'node:fs/promises';
import { type DeliveryEntry, type Rejection, rejection } from '../contracts/delivery.ts';
import { literal, Session } from '../engine/duckdb.ts';
import type { Lake } from '../lake/lake.ts';

/** A row in quarantine, as it is told at a terminal. */
export interface RefusedLine {
  readonly day: string;
  readonly feed: string;
  readonly file: string;
  readonly line: number;
  readonly column: string | null;
  readonly value: string | null;
  readonly reason: string;
}

/** A delivery's day and the rows of its feeds that were refused: of an accepted one as of one refused whole. */
export type Refusing = Pick<DeliveryEntry | Rejection, 'as_of' | 'feeds'>;

/** The first refused rows of each delivery, in the order of the deliveries: at most so many of each, and of all. */
export async function refusedLines(
  lake: Lake,
  deliveries: readonly Refusing[],
  most: { readonly each: number; readonly all: number },
): Promise<RefusedLine[]> {
  const lines: RefusedLine[] = [];
  const scratch = await lake.scratch();
  const session = await Session.open({ scratch, trino: false });
  try {
    for (const { as_of: day, feeds } of deliveries) {
      let room = Math.min(most.each, most.all - lines.length);
      for (const [feed, { quarantine }] of Object.entries(feeds)) {
        if (quarantine === null || room <= 0) continue;
        const [path = ''] = await lake.localPaths([quarantine]);
        const rows = await session.rows(
          `SELECT file, line, "column", value, reason FROM read_parquet(${literal(path)}) ORDER BY file, line LIMIT ${room}`,
        );
        room -= rows.length;
        const text = (cell: unknown): string | null =>
          cell === null || cell === undefined ? null : String(cell);
        for (const row of rows)
          lines.push({
            day,
            feed,
            file: String(row.file),
            line: Number(row.line),
            column: text(row.column),
            value: text(row.value),
            reason: String(row.reason),
          });
      }
    }
  } finally {
    session.close();
    await rm(scratch, { recursive: true, force: true });
  }
  return lines;
}

/** `receipts.csv:7 due_date "31/02/2026" reason`; what a value holds cannot steer a terminal. */
export function refusedText({ file, line, column, value, reason }: RefusedLine): string {
  return [`${file}:${line}`, column, value === null ? null : JSON.stringify(value), reason]
    .filter((part) => part !== null)
    .join(' ')
    .replace(/\p{Cc}/gu, '\u{fffd}');
}

/** Deliveries refused whole, newest day first. */
export async function rejections(lake: Lake, last: number): Promise<Rejection[]> {
  const keys: string[] = [];
  for await (const { key } of lake.list('rejected/')) keys.push(key);
  const stored = await Promise.all(
    keys
      .slice(-last)
      .reverse()
      .map((key) => lake.get(key)),
  );
  return stored.flatMap((object) =>
    object ? [rejection.parse(JSON.parse(Buffer.from(object.body).toString('utf8')))] : [],
  );
}
