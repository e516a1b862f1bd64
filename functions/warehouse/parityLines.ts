import type { Cell, Row } from '../engine/engine.ts';

/** Ratios may differ in their last digits, as engines add doubles in another order. */
export const RELATIVE = 1e-12;

/** How many places a line tells of, for people. */
export const EXAMPLES = 5;

/** What comparing one model, law or KPI gave. */
export interface ParityLine {
  readonly name: string;
  readonly rows: number;
  /** Cells of rows that both have. */
  readonly cells: number;
  /** Cells that differ, and every cell of a row that one side lacks or has twice. */
  readonly differences: number;
  /** The first places: the column, the row's key where it has one, both values. */
  readonly examples: readonly string[];
}

/** Whether two engines gave the same cell: doubles within 1e-12 relative, everything else exactly. */
export function sameCell(left: Cell, right: Cell): boolean {
  if (typeof left === 'number' && typeof right === 'number') {
    if (Object.is(left, right) || left === right) return true;
    return Math.abs(left - right) <= RELATIVE * Math.max(Math.abs(left), Math.abs(right));
  }
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((cell, at) => sameCell(cell, right[at] ?? null));
  return cellText(left) === cellText(right);
}

/** Integers of 32 and 64 bits, and timestamps with or without trailing zeros, are the same value written twice. */
export function cellText(cell: Cell): string {
  const text = cell === null ? 'null' : typeof cell === 'string' ? `'${cell}'` : String(cell);
  if (/^'?-?\d+'?$/.test(text)) return text.replaceAll("'", '');
  return text.replace(/^('\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})\.?(\d*?)0*'$/, "$1.$2'");
}

/** Rows of a law or KPI have no key: both sides are put in the same order. */
export function compareRows(name: string, left: readonly Row[], right: readonly Row[]): ParityLine {
  const [ours, theirs] = [[...left].sort(byText), [...right].sort(byText)];
  const columns = Object.keys(ours[0] ?? theirs[0] ?? {});
  const examples: string[] = [];
  let differences = Math.abs(ours.length - theirs.length) * columns.length;
  if (differences > 0) examples.push(`${ours.length} rows against ${theirs.length}`);
  let cells = 0;
  for (const [at, row] of ours.entries()) {
    const other = theirs[at];
    if (!other) continue;
    for (const column of columns) {
      cells += 1;
      const [a, b] = [row[column] ?? null, other[column] ?? null];
      if (sameCell(a, b)) continue;
      differences += 1;
      if (examples.length < EXAMPLES) examples.push(`${column}: ${cellText(a)} against ${cellText(b)}`);
    }
  }
  return { name, rows: ours.length, cells, differences, examples };
}

function byText(left: Row, right: Row): number {
  const [a, b] = [left, right].map((row) => Object.values(row).map(cellText).join('|'));
  return (a ?? '') < (b ?? '') ? -1 : a === b ? 0 : 1;
}

/** All lines as one. */
export function parityTotal(lines: readonly ParityLine[], name: string): ParityLine {
  const sum = (pick: (line: ParityLine) => number) => lines.reduce((total, line) => total + pick(line), 0);
  return {
    name,
    rows: sum((line) => line.rows),
    cells: sum((line) => line.cells),
    differences: sum((line) => line.differences),
    examples: lines.flatMap((line) => line.examples),
  };
}
