import type { Cell, Row } from '../../functions/engine/engine.ts';
import { cellText, sameCell } from './cells.ts';
import type { TrinoResult } from './trino-client.ts';

/** What comparing one model, law or KPI gave, over all the passes of a build or all its bases. */
export interface ParityLine {
  readonly name: string;
  passes: number;
  rows: number;
  cells: number;
  differences: number;
  readonly examples: string[];
  /** Milliseconds on each engine. */
  duckdb: number;
  trino: number;
}

export function newLine(name: string): ParityLine {
  return { name, passes: 0, rows: 0, cells: 0, differences: 0, examples: [], duckdb: 0, trino: 0 };
}

/** Rows of a law or KPI have no key: both sides are put in the same order. */
export function compareRows(line: ParityLine, rows: readonly Row[], trino: TrinoResult): void {
  line.passes += 1;
  line.rows += rows.length;
  const left = rows.map((row) => Object.values(row)).sort(byText);
  const right = [...trino.rows].sort(byText);
  if (left.length !== right.length) {
    line.differences += Math.abs(left.length - right.length) * trino.columns.length;
    line.examples.push(`${left.length} rows on DuckDB, ${right.length} on Trino`);
  }
  for (const [at, row] of left.entries())
    for (const [column, cell] of row.entries()) {
      const other = right[at]?.[column];
      if (other === undefined) continue;
      line.cells += 1;
      if (sameCell(cell, other)) continue;
      line.differences += 1;
      line.examples.push(`${trino.columns[column]?.name}: ${String(cell)} against ${String(other)}`);
    }
}

/** Adds to a line the time that an engine takes. */
export async function timed<T>(
  line: ParityLine,
  engine: 'duckdb' | 'trino',
  action: () => Promise<T>,
): Promise<T> {
  const start = performance.now();
  try {
    return await action();
  } finally {
    line[engine] += performance.now() - start;
  }
}

function byText(left: readonly Cell[], right: readonly Cell[]): number {
  const [a, b] = [left.map(cellText).join('|'), right.map(cellText).join('|')];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** All lines as one. */
export function parityTotal(lines: readonly ParityLine[], what: string): ParityLine {
  const sum = (pick: (line: ParityLine) => number) => lines.reduce((total, line) => total + pick(line), 0);
  return {
    name: `${lines.length} ${what}`,
    passes: sum((line) => line.passes),
    rows: sum((line) => line.rows),
    cells: sum((line) => line.cells),
    differences: sum((line) => line.differences),
    duckdb: sum((line) => line.duckdb),
    trino: sum((line) => line.trino),
    examples: lines.flatMap((line) => line.examples),
  };
}

/** The comparison as a table for people: one line a model, law or KPI, and the sum. */
export function parityTable(all: readonly ParityLine[], what: string): string {
  const rows = [
    [what, 'passes', 'rows', 'cells', 'differ', 'DuckDB s', 'Trino s'],
    ...all.map((line) => cells(line)),
    cells(parityTotal(all, what)),
  ];
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

function cells(line: ParityLine): string[] {
  const whole = (value: number) => value.toLocaleString('en-US');
  return [
    line.name,
    whole(line.passes),
    whole(line.rows),
    whole(line.cells),
    whole(line.differences),
    (line.duckdb / 1000).toFixed(1),
    (line.trino / 1000).toFixed(1),
  ];
}
