import type { PublishedRow } from './published.ts';

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
