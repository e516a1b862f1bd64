import type { BusinessDate, LocalTimestamp } from '../core/dates.ts';

export type Unit = 'money' | 'ratio' | 'days' | 'times' | 'count' | 'index';

export type Reason =
  | 'ZERO_DENOMINATOR'
  | 'NEGATIVE_DENOMINATOR'
  | 'INSUFFICIENT_HISTORY'
  | 'RATE_MISSING'
  | 'FEED_ABSENT'
  | 'NOT_YET_KNOWN'
  | 'MONTH_ENDS_ONLY'
  | 'NO_TARGET'
  | 'ZERO_TARGET'
  | 'NO_DATA'
  | (string & {});

/** One figure. Money is a decimal string, a ratio a number as a fraction (0.314 is 31.4 %), a null value has a reason. */
export interface FigureRow {
  /** Members of the dimensions asked for, in the order asked; null is "not assigned". */
  readonly dimensions: Readonly<Record<string, string | null>>;
  readonly value: string | number | null;
  readonly numerator: string | number | null;
  readonly denominator: string | number | null;
  readonly reason: Reason | null;
  /** Facts that qualify the value, e.g. `NEGATIVE_SALES_MONTH` or a lower bound. */
  readonly notes?: Readonly<Record<string, string | number>>;
}

/** A figure of an answer, and the currency of the money in it; null where it is of no money. */
export interface AnswerRow extends FigureRow {
  readonly currency: string | null;
}

/** The answer to one KPI question: the documented, stable JSON shape of `alturas kpi --format json`. */
export interface Answer {
  readonly kpi: string;
  readonly as_of: BusinessDate;
  /** The moment whose knowledge the figures rest on. */
  readonly known_at: LocalTimestamp;
  readonly period: { readonly kind: string; readonly opened: BusinessDate; readonly days: number } | null;
  readonly basis: string;
  readonly unit: Unit;
  /** Of money; null where the rows carry several (then `currency` is a dimension) or the unit is not money. */
  readonly currency: string | null;
  /** The published build, or what an on-demand one was made from. */
  readonly build: string;
  /** true when the published marts did not hold the answer and the same models ran for it. */
  readonly on_demand: boolean;
  /** The day stands on an earlier delivery carried forward. */
  readonly carried: boolean;
  /** Movements behind it were inferred from snapshots. */
  readonly inferred: boolean;
  readonly filters: readonly { readonly column: string; readonly members: readonly (string | null)[] }[];
  readonly rows: readonly AnswerRow[];
  /** How many members there are, where `rows` tells of the largest only. */
  readonly members?: number;
  /** The same figure without the dimensions asked for; null where it makes no sense (several currencies). */
  readonly total: AnswerRow | null;
}
