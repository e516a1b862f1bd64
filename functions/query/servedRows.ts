import type { BusinessDate } from '../core/dates.ts';
import { dateList } from '../warehouse/days.ts';
import type { KnownDay } from './desk.ts';
import { FILE_COLUMN } from './serving.ts';
import { name, type Statement, sql, trusted } from './statement.ts';

/** Days of a file of the serving file: those wanted of it, and those that are wanted of another one. */
export interface FileDays {
  readonly days: BusinessDate[];
  readonly others: BusinessDate[];
}

/** Conditions on one column each, as far as that goes: the engine skips blocks of rows by those only. */
export function servedRows(table: string, byFile: ReadonlyMap<number, FileDays>): Statement {
  const wanted = [...byFile.values()].flatMap(({ days }) => days).sort();
  const conditions = [
    `as_of in (${dateList(wanted)})`,
    `${FILE_COLUMN} in (${[...byFile.keys()].join(', ')})`,
    ...[...byFile].flatMap(([file, { others }]) =>
      others.length === 0 ? [] : [`not (${FILE_COLUMN} = ${file} and as_of in (${dateList(others)}))`],
    ),
  ];
  return sql`select * from ${name(table)} where ${trusted(conditions.join(' and '))}`;
}

/** By file, the days that it was made for. */
export function daysByFile(
  files: readonly string[],
  wanted: readonly KnownDay[],
): Map<string, BusinessDate[]> {
  const days = new Map<string, BusinessDate[]>();
  for (const [at, { asOf }] of wanted.entries()) {
    const file = files[at] ?? '';
    days.set(file, [...(days.get(file) ?? []), asOf]);
  }
  return days;
}
