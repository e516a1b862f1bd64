import { addDays, type BusinessDate, eachDay, type LocalTimestamp } from '../core/dates.ts';
import type { RelationFile } from '../engine/engine.ts';
import { byPrecedence } from '../lake/precedence.ts';
import type { PublishedRow } from '../lake/published.ts';
import type { DayVersion } from './days.ts';

/** A table that every day has which is built: others keep few. */
export const EVERY_DAY = 'flow';

/** The length of a period that is a day. */
const DAY = '2026-06-30'.length;

/** What is published, by table and day, and what the running build has written so far. */
export class PublishedIndex {
  readonly #rows = new Map<string, PublishedRow[]>();
  readonly #days = new Map<string, Map<BusinessDate, PublishedRow[]>>();

  constructor(rows: readonly PublishedRow[]) {
    this.add(rows);
  }

  add(rows: readonly PublishedRow[]): void {
    for (const row of rows) {
      const known = this.#rows.get(row.table_name);
      if (known) known.push(row);
      else this.#rows.set(row.table_name, [row]);
      const byDay = this.#days.get(row.table_name);
      if (byDay) hold(byDay, row);
    }
  }

  /** The row that holds a table's rows of a day as known at a moment (default: now). */
  at(table: string, day: BusinessDate, knownAt?: LocalTimestamp): PublishedRow | undefined {
    return this.#byDay(table)
      .get(day)
      ?.findLast((row) => knownAt === undefined || row.known_from <= knownAt);
  }

  /**
   * The row that holds one version of a day. The row of a later version says exactly when that became known; a row of
   * several days holds first versions only.
   */
  holding(table: string, version: DayVersion): PublishedRow | undefined {
    const row = this.at(table, version.asOf, version.knownAt);
    return row && (version.first || row.known_from === version.knownAt) ? row : undefined;
  }

  /**
   * The files that hold some days of a table as known at a moment, or each at its own; a file of many days is read
   * for those only.
   */
  files(
    table: string,
    days: readonly BusinessDate[],
    knownAt?: LocalTimestamp | ((day: BusinessDate) => LocalTimestamp),
  ): RelationFile[] {
    const runs: { readonly row: PublishedRow; readonly from: BusinessDate; to: BusinessDate }[] = [];
    for (const day of days) {
      const row = this.at(table, day, typeof knownAt === 'function' ? knownAt(day) : knownAt);
      if (!row) continue;
      const run = runs.at(-1);
      if (run && run.row.path === row.path && addDays(run.to, 1) === day) run.to = day;
      else runs.push({ row, from: day, to: day });
    }
    return runs.map(({ row, from, to }) => ({
      key: row.path,
      partition: {},
      ...(row.period.length === DAY ? {} : { only: { column: 'as_of', from, to } }),
    }));
  }

  /** Every row that holds some day now. */
  holders(): PublishedRow[] {
    return [...this.#rows.keys()].flatMap((table) => [
      ...new Set([...this.#byDay(table).values()].flatMap((rows) => rows.at(-1) ?? [])),
    ]);
  }

  /** Months of which a table has, or had, rows of single days. */
  monthsOfDays(table: string): string[] {
    const days = (this.#rows.get(table) ?? []).filter((row) => row.first_day === row.last_day);
    return [...new Set(days.map((row) => row.first_day.slice(0, 7)))].sort();
  }

  #byDay(table: string): Map<BusinessDate, PublishedRow[]> {
    const cached = this.#days.get(table);
    if (cached) return cached;
    const byDay = new Map<BusinessDate, PublishedRow[]>();
    for (const row of this.#rows.get(table) ?? []) hold(byDay, row);
    this.#days.set(table, byDay);
    return byDay;
  }
}

/** Puts a row among those of each of its days, weakest first. */
function hold(byDay: Map<BusinessDate, PublishedRow[]>, row: PublishedRow): void {
  for (const day of daysOf(row)) {
    const holders = byDay.get(day);
    if (!holders) byDay.set(day, [row]);
    else {
      const last = holders.at(-1);
      holders.push(row);
      if (last && byPrecedence(last, row) > 0) holders.sort(byPrecedence);
    }
  }
}

/** The days of a row: of thousands of rows nearly all have one. */
function daysOf({ first_day, last_day }: PublishedRow): Iterable<BusinessDate> {
  return first_day === last_day ? [first_day] : eachDay(first_day, last_day);
}
