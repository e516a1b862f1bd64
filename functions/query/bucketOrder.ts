import { CURRENT, NO_DUE_DATE } from '../core/config.ts';
import type { FigureRow } from './answer.ts';

/** Dimensions that hold buckets, and what becomes of those who leave them. */
const BUCKETED: readonly string[] = ['bucket', 'policy_bucket', 'from', 'to'];

/** After all buckets: no due date, then where a receipt went, in the order of `to_order` of roll_rates. */
const AFTER: readonly string[] = [NO_DUE_DATE, 'PAID', 'CANCELLED', 'WRITTEN_OFF', 'ADJUSTED', 'CREDIT'];

/** The first day past due of a bucket, by its name (see `alturasOf`); current comes before all, other states after. */
function lowerBound(name: string): number {
  if (name === CURRENT) return Number.NEGATIVE_INFINITY;
  const from = /^(\d+)-\d+$/.exec(name)?.[1];
  if (from !== undefined) return Number(from);
  const over = /^>(\d+)$/.exec(name)?.[1];
  if (over !== undefined) return Number(over) + 1;
  const after = AFTER.indexOf(name);
  return Number.MAX_SAFE_INTEGER - AFTER.length + (after < 0 ? AFTER.length : after);
}

/** Rows by their members in the order of the dimensions, buckets by their days: the engine knows only their names. */
export function inBucketOrder(rows: FigureRow[], dimensions: readonly string[]): FigureRow[] {
  if (!dimensions.some((dimension) => BUCKETED.includes(dimension))) return rows;
  return rows.sort((a, b) => {
    for (const dimension of dimensions) {
      const order = compared(a.dimensions[dimension] ?? null, b.dimensions[dimension] ?? null, dimension);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function compared(a: string | null, b: string | null, dimension: string): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  const [x, y] = BUCKETED.includes(dimension) ? [lowerBound(a), lowerBound(b)] : [a, b];
  return x < y ? -1 : x > y ? 1 : a < b ? -1 : 1;
}
