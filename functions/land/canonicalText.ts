import type { FeedColumn } from '../contracts/feed.ts';
import type { FeedMapping } from '../contracts/mapping.ts';
import { literal } from '../engine/duckdb.ts';

/** In front of a value that does not fit its mapping: no contract pattern accepts it. */
export const MISFIT = '\u{fffd}';

/**
 * SQL that turns a source's text into the contract's way of writing it: lookups, then dates, then separators. A value
 * that does not fit is marked, so that the contract's own check refuses it.
 * @param raw SQL of the delivered text, null where empty
 */
export function canonicalText(raw: string, column: FeedColumn, mapping: FeedMapping | undefined): string {
  if (!mapping) return raw;
  const lookup = mapping.lookup[column.name];
  const value = lookup ? lookedUp(raw, lookup) : raw;
  switch (column.type) {
    case 'date':
      return reformatted(value, listOf(mapping.date_format), 'date');
    case 'timestamp':
      return reformatted(value, listOf(mapping.timestamp_format), 'timestamp');
    case 'money':
    case 'rate':
    case 'percent':
    case 'quantity':
    case 'integer':
      return plainNumber(value, mapping);
    default:
      return value;
  }
}

/** Whether `canonicalText` may give another text than the one delivered. */
export function isRewritten(column: FeedColumn, mapping: FeedMapping | undefined): boolean {
  return mapping !== undefined && canonicalText('', column, mapping) !== '';
}

export function listOf(formats: string | readonly string[] | undefined): readonly string[] {
  return formats === undefined ? [] : typeof formats === 'string' ? [formats] : formats;
}

function lookedUp(raw: string, values: Readonly<Record<string, string | null>>): string {
  const cases = Object.entries(values).map(
    ([from, to]) => `WHEN ${literal(from)} THEN ${to === null ? 'NULL' : literal(to)}`,
  );
  // An empty value is looked up under the empty name, if it is listed.
  const empty = values[''];
  const whenEmpty = empty === undefined || empty === null ? 'NULL' : literal(empty);
  return `CASE WHEN ${raw} IS NULL THEN ${whenEmpty} ELSE CASE ${raw} ${cases.join(' ')} ELSE ${misfit(raw)} END END`;
}

function misfit(raw: string): string {
  return `(${literal(MISFIT)} || ${raw})`;
}

function plainNumber(raw: string, mapping: FeedMapping): string {
  if (mapping.decimal === '.' && mapping.thousands === '') return raw;
  const pattern = literal(numberPattern(mapping));
  return `CASE WHEN ${raw} IS NULL THEN NULL WHEN regexp_full_match(${raw}, ${pattern}) THEN ${plainlyWritten(raw, mapping)} ELSE ${misfit(raw)} END`;
}

/** How a source separates the digits of its numbers. */
export type Separators = Pick<FeedMapping, 'decimal' | 'thousands'>;

/** Regular expression of a whole number text: separated thousands come by three, or not at all. */
export function numberPattern({ decimal, thousands }: Separators): string {
  const grouped = thousands === '' ? '' : `[0-9]{1,3}([${thousands}][0-9]{3})+|`;
  return `-?(${grouped}[0-9]+)([${decimal}][0-9]+)?`;
}

/** SQL: a number of that pattern without its thousands separators and with a decimal point. */
export function plainlyWritten(raw: string, { decimal, thousands }: Separators): string {
  const ungrouped = thousands === '' ? raw : `replace(${raw}, ${literal(thousands)}, '')`;
  return decimal === '.' ? ungrouped : `replace(${ungrouped}, ${literal(decimal)}, '.')`;
}

const TOKENS: Readonly<Record<string, { readonly part: string; readonly pattern: string }>> = {
  YYYY: { part: 'year', pattern: '[0-9]{4}' },
  MM: { part: 'month', pattern: '[0-9]{2}' },
  M: { part: 'month', pattern: '[0-9]{1,2}' },
  DD: { part: 'day', pattern: '[0-9]{2}' },
  D: { part: 'day', pattern: '[0-9]{1,2}' },
  HH: { part: 'hour', pattern: '[0-9]{2}' },
  H: { part: 'hour', pattern: '[0-9]{1,2}' },
  mm: { part: 'minute', pattern: '[0-9]{2}' },
  ss: { part: 'second', pattern: '[0-9]{2}' },
};

/** Dates and timestamps in the formats of the source, written as the contract writes them. */
function reformatted(raw: string, formats: readonly string[], type: 'date' | 'timestamp'): string {
  if (formats.length === 0) return raw;
  const cases = formats.map((format) => {
    const parts: string[] = [];
    const pattern = format.replace(/YYYY|MM?|DD?|HH?|mm|ss|./g, (token) => {
      const known = TOKENS[token];
      if (!known) return `[${token}]`;
      parts.push(known.part);
      return `(${known.pattern})`;
    });
    const extract = (part: string, width: number): string => {
      const group = parts.indexOf(part) + 1;
      if (group === 0) return `'${'0'.repeat(width)}'`;
      return `lpad(regexp_extract(${raw}, ${literal(`^${pattern}$`)}, ${group}), ${width}, '0')`;
    };
    const date = `${extract('year', 4)} || '-' || ${extract('month', 2)} || '-' || ${extract('day', 2)}`;
    const time = `${extract('hour', 2)} || ':' || ${extract('minute', 2)} || ':' || ${extract('second', 2)}`;
    const text = type === 'date' ? date : `${date} || ' ' || ${time}`;
    return `WHEN regexp_full_match(${raw}, ${literal(pattern)}) THEN ${text}`;
  });
  return `CASE WHEN ${raw} IS NULL THEN NULL ${cases.join(' ')} ELSE ${misfit(raw)} END`;
}
