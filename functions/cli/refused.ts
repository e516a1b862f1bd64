import { rm } from 'node:fs/promises';
import { type DeliveryEntry, type Rejection, rejection } from '../contracts/delivery.ts';
import { literal, Session } from '../engine/duckdb.ts';
import type { Lake } from '../lake/lake.ts';
import { steerless } from './terminal.ts';

/** A row in quarantine, as it is told at a terminal. */
export interface RefusedLine {
  readonly day: string;
  readonly delivery: string;
  /** Whether the delivery went in without the row, or was refused whole. */
  readonly outcome: 'accepted' | 'rejected';
  readonly feed: string;
  readonly file: string;
  readonly line: number;
  readonly column: string | null;
  readonly value: string | null;
  readonly reason: string;
}

/** A delivery's day and the rows of its feeds that were refused: of an accepted one as of one refused whole. */
export type Refusing = DeliveryEntry | Rejection;

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
    for (const told of deliveries) {
      const { as_of: day, delivery, feeds } = told;
      const outcome = isRejection(told) ? 'rejected' : 'accepted';
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
            delivery,
            outcome,
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

export function isRejection(told: Refusing): told is Rejection {
  return 'rejected_at' in told;
}

/** Rows that were refused, over all feeds. */
export function refusedCount({ feeds }: Refusing): number {
  return Object.values(feeds).reduce((sum, { refused }) => sum + refused, 0);
}

/** `receipts.csv:7 due_date "31/02/2026" reason`; what a value holds cannot steer a terminal. */
export function refusedText({ file, line, column, value, reason }: RefusedLine): string {
  const parts = [`${file}:${line}`, column, value === null ? null : JSON.stringify(value), reason];
  return steerless(parts.filter((part) => part !== null).join(' '));
}

/** Rejections are small: so many are read at a time. */
const AT_ONCE = 32;

/** Deliveries refused whole, newest day first. */
export async function rejections(lake: Lake, last: number): Promise<Rejection[]> {
  const found: Rejection[] = [];
  for await (const one of newestRejections(lake)) {
    if (found.length === last) break;
    found.push(one);
  }
  return found;
}

async function* newestRejections(lake: Lake): AsyncGenerator<Rejection> {
  const keys: string[] = [];
  for await (const { key } of lake.list('rejected/')) keys.push(key);
  keys.reverse();
  for (let at = 0; at < keys.length; at += AT_ONCE) {
    const stored = await Promise.all(keys.slice(at, at + AT_ONCE).map((key) => lake.get(key)));
    for (const object of stored)
      if (object) yield rejection.parse(JSON.parse(Buffer.from(object.body).toString('utf8')));
  }
}

/**
 * Deliveries with refused rows, newest day first: those accepted, and those refused whole as far as they are needed
 * for so many rows. One that was refused and landed later is an accepted one.
 */
export async function refusingDeliveries(
  lake: Lake,
  entries: readonly DeliveryEntry[],
  rows: number,
): Promise<Refusing[]> {
  const landed = new Set(entries.map(({ delivery }) => delivery));
  const whole: Rejection[] = [];
  let counted = 0;
  for await (const one of newestRejections(lake)) {
    if (counted >= rows) break;
    if (landed.has(one.delivery)) continue;
    counted += refusedCount(one);
    whole.push(one);
  }
  const when = ({ as_of, cutoff_at }: Refusing): string => `${as_of} ${cutoff_at}`;
  return [...[...entries].reverse(), ...whole]
    .filter((told) => refusedCount(told) > 0)
    .sort((one, other) => (when(one) < when(other) ? 1 : when(one) > when(other) ? -1 : 0));
}
