import type { Flow } from './flow.ts';
import type { Holders, Part } from './holders.ts';
import { splitBetween } from './position.ts';

/** The dimensions every additive figure is kept by; null is "not assigned". */
export interface Dims {
  readonly company: string;
  readonly office: string | null;
  readonly advisor: string | null;
  readonly clerk: string | null;
  readonly line: string;
  readonly intermediary: string | null;
  readonly currency: string;
  readonly receipt: string;
}

/** Additive figures at one combination of dimensions: money in cents, counts as they are. */
export interface FigureCell {
  readonly dims: Readonly<Record<string, string | null>>;
  readonly figures: Readonly<Record<string, bigint>>;
}

/** Cells added up by some dimensions. Key: the members joined by `|`, a null as `-`. */
export function addedUp(
  cells: readonly FigureCell[],
  by: readonly string[],
  figures: readonly string[],
): Map<string, Record<string, bigint>> {
  const sums = new Map<string, Record<string, bigint>>();
  for (const cell of cells) {
    const key = by.map((name) => cell.dims[name] ?? '-').join('|');
    const sum = sums.get(key) ?? Object.fromEntries(figures.map((name) => [name, 0n]));
    for (const name of figures) sum[name] = (sum[name] ?? 0n) + (cell.figures[name] ?? 0n);
    sums.set(key, sum);
  }
  return sums;
}

/** The sum of one figure. */
export function total(cells: readonly FigureCell[], figure: string): bigint {
  return cells.reduce((sum, cell) => sum + (cell.figures[figure] ?? 0n), 0n);
}

export function dimsOf(
  company: string,
  receipt: { readonly receiptNo: string; readonly line: string; readonly currency: string },
  holders: Holders,
): Dims {
  return {
    company,
    office: holders.office,
    advisor: holders.advisor,
    clerk: holders.clerk,
    line: receipt.line,
    intermediary: holders.intermediary,
    currency: receipt.currency,
    receipt: receipt.receiptNo,
  };
}

/** Amounts split between intermediaries, one record for each; `first` marks where a count belongs. */
export function shared<K extends string>(
  amounts: Readonly<Record<K, bigint>>,
  parts: readonly Part[],
  main: string | null,
): { intermediary: string | null; first: boolean; amounts: Record<K, bigint> }[] {
  const names = Object.keys(amounts) as K[];
  const members = parts.length < 2 ? [main] : parts.map(({ intermediary }) => intermediary);
  const split = new Map(names.map((name) => [name, splitBetween(amounts[name], parts)] as const));
  return members.map((intermediary, index) => ({
    intermediary,
    first: index === 0,
    amounts: Object.fromEntries(
      names.map((name) => [name, split.get(name)?.[index]?.amount ?? 0n]),
    ) as Record<K, bigint>,
  }));
}

/** A flow's functional total at the booked rate. */
export function bookedTotal(flow: Pick<Flow, 'booked'>): bigint {
  const { booked } = flow;
  return booked === null ? 0n : booked.net + booked.expenses + booked.vat + booked.other;
}
