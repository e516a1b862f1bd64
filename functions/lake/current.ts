import { addDays, type BusinessDate, eachDay, type LocalTimestamp } from '../core/dates.ts';
import type { PublishedRow } from './published.ts';

/** A published file and the run of its days for which it, and no other file, holds the current rows. */
export interface CurrentPart {
  readonly row: PublishedRow;
  readonly first_day: BusinessDate;
  readonly last_day: BusinessDate;
}

/** Which files of a table somebody looks for. */
export interface CurrentQuestion {
  readonly table: string;
  /** Rows known later do not exist for the asker; without it, everything published counts. */
  readonly knownAt?: LocalTimestamp | undefined;
  /** Only days from this one on. */
  readonly from?: BusinessDate | undefined;
  /** Only days up to this one. */
  readonly to?: BusinessDate | undefined;
}

/**
 * The files that hold a table's current rows, day by day. For each day the row of the latest publish wins: a month
 * file hides the day files published before it, and a day published again afterwards shows through the month file,
 * which then comes in several parts. Within one publish the later known row wins, then the shorter period.
 * @returns parts in order of their days, without overlap; days that nobody published are missing
 */
export function currentParts(rows: readonly PublishedRow[], question: CurrentQuestion): CurrentPart[] {
  const winners = new Map<BusinessDate, PublishedRow>();
  for (const row of visibleRows(rows, question).sort(byPrecedence)) {
    const from = question.from && question.from > row.first_day ? question.from : row.first_day;
    const to = question.to && question.to < row.last_day ? question.to : row.last_day;
    for (const day of eachDay(from, to)) winners.set(day, row);
  }
  const parts: CurrentPart[] = [];
  let dayAfter: BusinessDate | undefined;
  for (const day of [...winners.keys()].sort()) {
    const row = winners.get(day);
    const last = parts.at(-1);
    if (last && last.row === row && day === dayAfter) parts[parts.length - 1] = { ...last, last_day: day };
    else if (row) parts.push({ row, first_day: day, last_day: day });
    dayAfter = addDays(day, 1);
  }
  return parts;
}

/** The row that holds a table's current rows of one day, or undefined when none is visible. */
export function currentOn(
  rows: readonly PublishedRow[],
  table: string,
  day: BusinessDate,
  knownAt?: LocalTimestamp,
): PublishedRow | undefined {
  return visibleRows(rows, { table, knownAt, from: day, to: day }).sort(byPrecedence).at(-1);
}

function visibleRows(rows: readonly PublishedRow[], question: CurrentQuestion): PublishedRow[] {
  const { table, knownAt, from, to } = question;
  return rows.filter(
    (row) =>
      row.table_name === table &&
      (knownAt === undefined || row.known_from <= knownAt) &&
      (from === undefined || row.last_day >= from) &&
      (to === undefined || row.first_day <= to),
  );
}

/** Orders rows of one table and day: weakest first, the last one holds. */
export function byPrecedence(a: PublishedRow, b: PublishedRow): number {
  return (
    a.seq - b.seq ||
    compare(a.known_from, b.known_from) ||
    compare(b.last_day, a.last_day) ||
    compare(a.first_day, b.first_day)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
