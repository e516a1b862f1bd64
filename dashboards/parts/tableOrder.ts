/** What a table orders its lines by. */
export interface OrderedCell {
  /** What the column sorts by; null goes last. */
  readonly sort?: number | string | null;
  /** What the figure is counted in where lines differ, a currency: lines of another one are never ranked against it. */
  readonly among?: string | null;
}

/** The column that a reader chose, and which way. */
export interface Sorted {
  readonly column: number;
  readonly up: boolean;
}

/**
 * Lines in the order of a column. Amounts of several currencies have no order among them: they stand currency by
 * currency, those by name whichever way the column runs, and in order within each.
 */
export function inOrder<L extends { readonly cells: readonly OrderedCell[] }>(
  lines: readonly L[],
  sorted: Sorted | null,
): readonly L[] {
  if (sorted === null) return lines;
  const { column, up } = sorted;
  return [...lines].sort((left, right) => {
    const [one, other] = [left.cells[column], right.cells[column]];
    const [a, b] = [one?.sort ?? null, other?.sort ?? null];
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    const apart = (one?.among ?? '').localeCompare(other?.among ?? '');
    if (apart !== 0) return apart;
    const order = typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
    return up ? order : -order;
  });
}
