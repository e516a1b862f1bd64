import type { Decimal } from 'decimal.js';
import type { BusinessDate } from '../../functions/core/dates.ts';
import type { Book } from './book.ts';
import type { FigureCell } from './cells.ts';
import { decimal } from './ratio.ts';

/** What a KPI must say: of one company, at one place among the dimensions that its answer always has. */
export interface Expected {
  readonly value: Decimal | null;
  readonly numerator: Decimal | null;
  readonly denominator: Decimal | null;
  readonly reason: string | null;
}

/** Figures by place: the members of the KPI's own dimensions joined by `|`, or the empty text. */
export type ExpectedRows = ReadonlyMap<string, Expected>;

/** The members that a figure is of, by dimension; null is "not assigned". Nothing: the whole company. */
export type Slice = Readonly<Record<string, string | null>>;

/** A company's book over a period, as far as it is of the members of a slice. */
export interface Context {
  readonly book: Book;
  readonly opened: BusinessDate;
  readonly days: number;
  readonly months: number;
  readonly slice: Slice;
  readonly aging: readonly FigureCell[];
  readonly month: readonly FigureCell[];
  readonly recovery: readonly FigureCell[];
  readonly timing: readonly FigureCell[];
  readonly restated: readonly FigureCell[];
  /** Aging of another day, as the book's clock saw it. */
  agingOn(day: BusinessDate): readonly FigureCell[];
  /** What moved after a day up to another. */
  monthOf(opened: BusinessDate, upTo: BusinessDate): readonly FigureCell[];
  /** How balances rolled from the close of a day to that of another. */
  rolls(opened: BusinessDate, upTo: BusinessDate): readonly FigureCell[];
  /** The same of other members. */
  of(slice: Slice): Context;
}

export type Definition = (context: Context) => ExpectedRows;
export type Definitions = Record<string, Record<string, Definition>>;

export type Where = (dims: FigureCell['dims']) => boolean;

export const isGross: Where = (dims) => dims.class === 'GROSS';
export const isOverdue: Where = (dims) => isGross(dims) && dims.overdue === 'true';
export const and =
  (...all: readonly Where[]): Where =>
  (dims) =>
    all.every((where) => where(dims));

/** Whether a cell is of the members of a slice. */
export const within =
  (slice: Slice): Where =>
  (dims) =>
    Object.entries(slice).every(([dimension, member]) => (dims[dimension] ?? null) === member);

export const cents = (cells: readonly FigureCell[], figure: string, where: Where = () => true): bigint =>
  cells.reduce((sum, cell) => (where(cell.dims) ? sum + (cell.figures[figure] ?? 0n) : sum), 0n);

export const money = (cells: readonly FigureCell[], figure: string, where?: Where): Decimal =>
  decimal(cents(cells, figure, where)).div(100);

export const count = (cells: readonly FigureCell[], figure: string, where?: Where): Decimal =>
  decimal(cents(cells, figure, where));

/** The members of a dimension among some cells. */
export const membersOf = (cells: readonly FigureCell[], dimension: string): (string | null)[] => [
  ...new Set(cells.map(({ dims }) => dims[dimension] ?? null)),
];

export const one = (expected: Expected): ExpectedRows => new Map([['', expected]]);

export const nothing = (reason: string): Expected => ({
  value: null,
  numerator: null,
  denominator: null,
  reason,
});

export function amount(value: Decimal, reason: string | null = null): Expected {
  return { value: reason === null ? value : null, numerator: value, denominator: null, reason };
}

export function quotient(
  numerator: Decimal,
  denominator: Decimal,
  scale: Decimal | number = 1,
  reason: string | null = null,
): Expected {
  const why =
    reason ??
    (denominator.isZero() ? 'ZERO_DENOMINATOR' : denominator.isNegative() ? 'NEGATIVE_DENOMINATOR' : null);
  return {
    value: why === null ? numerator.mul(scale).div(denominator) : null,
    numerator,
    denominator,
    reason: why,
  };
}

/** An opening balance inside the period: what stood before it, and moved until it, is not known. */
export const missing = (c: Context) => (cents(c.month, 'opened') === 0n ? null : 'INSUFFICIENT_HISTORY');

/** Document amounts make sense within one currency: the same figure of each, its currency last in the place. */
export const byCurrency =
  (definition: Definition): Definition =>
  (c) =>
    new Map(
      membersOf([...c.aging, ...c.month], 'currency').flatMap((currency) =>
        [...definition(c.of({ ...c.slice, currency }))].map(
          ([place, expected]) => [place === '' ? `${currency}` : `${place}|${currency}`, expected] as const,
        ),
      ),
    );
