import { PATTERNS } from '../contracts/column.ts';
import type { Feed, FeedColumn } from '../contracts/feed.ts';
import { identifier, literal } from '../engine/duckdb.ts';

/** Sign of each known receipt type. */
export type Signs = Readonly<Record<string, 1 | -1>>;

const COLUMN_OF_TYPE = 'receipt_type';

/** SQL of a column's typed value from its text; null where it cannot be read. Finer than a millisecond is cut. */
export function typedValue(column: FeedColumn): string {
  const text = identifier(column.name);
  switch (column.type) {
    case 'text':
      return text;
    case 'timestamp':
      return `TRY_CAST(substr(${text}, 1, 23) AS TIMESTAMP)`;
    case 'boolean':
      return `(${text} IN ('true', '1'))`;
    default:
      return `TRY_CAST(${text} AS ${column.sqlType})`;
  }
}

/**
 * SQL, true when the text of a column is written as its contract says; false or null otherwise.
 *
 * Patterns are exact but slow. What an amount, a date or a number prints as is what most sources write, and is then
 * proof enough; the pattern is asked only for the rest.
 */
export function wellWritten(column: FeedColumn): string {
  const text = identifier(column.name);
  const check = writtenCheck(column, text);
  if (check === null) return column.mandatory ? `${text} IS NOT NULL` : 'true';
  return column.mandatory ? check : `(${text} IS NULL OR ${check})`;
}

function writtenCheck(column: FeedColumn, text: string): string | null {
  const matches = (pattern: string): string => `regexp_full_match(${text}, ${literal(pattern)})`;
  const typed = typedValue(column);
  const printed = `CAST(${typed} AS VARCHAR) = ${text}`;
  if (column.values) return `${text} IN (${column.values.map(literal).join(', ')})`;
  if (column.type === 'text') return column.pattern === undefined ? null : matches(column.pattern);
  if (column.type === 'boolean') return matches(PATTERNS.boolean);
  // DuckDB reads and prints `infinity` and years of five digits, too; the length rules them out.
  if (column.type === 'date') {
    const own = column.pattern === undefined ? '' : ` AND ${matches(column.pattern)}`;
    return `(length(${text}) = 10 AND ${printed}${own})`;
  }
  if (column.type === 'timestamp') return `(${typed} IS NOT NULL AND ${matches(PATTERNS.timestamp)})`;
  if (column.pattern !== undefined || column.type === 'rate' || column.type === 'percent') {
    return `(${typed} IS NOT NULL AND ${matches(column.pattern ?? PATTERNS[column.type])})`;
  }
  // What prints in 18 characters has 15 digits before the point at most: four of them add up without overflow. Most
  // amounts are nothing, which prints as 0.00.
  return `(${typed} IS NOT NULL AND CASE WHEN ${text} = '0' THEN true WHEN length(${text}) <= 18 AND ${printed} THEN true ELSE ${matches(PATTERNS[column.type])} END)`;
}

/** SQL, true when every total of a row is the sum of its parts. */
export function totalsHold(feed: Feed): string {
  return feed.totals
    .map(({ parts, total }) => `${parts.map(identifier).join(' + ')} = ${identifier(total)}`)
    .join(' AND ');
}

/** SQL, true when the row's receipt type has a sign; `true` for feeds without one. */
export function typeIsKnown(feed: Feed, signs: Signs): string {
  if (!feed.columns.some((column) => column.name === COLUMN_OF_TYPE)) return 'true';
  const types = Object.keys(signs);
  return types.length === 0 ? 'false' : `${COLUMN_OF_TYPE} IN (${types.map(literal).join(', ')})`;
}

/** SQL, true for rows whose amounts change sign at landing; null when no type does. */
export function signTurns(signs: Signs, type = COLUMN_OF_TYPE): string | null {
  const turned = Object.entries(signs).flatMap(([name, sign]) => (sign === -1 ? [literal(name)] : []));
  return turned.length === 0 ? null : `${type} IN (${turned.join(', ')})`;
}
