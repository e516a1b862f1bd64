import type { AskAnswer, ReceiptsResponse } from './api.ts';
import type { Provenance } from './provenance.ts';

/** A column of a file that leaves: money is a decimal string, exact to the cent. */
export interface TableColumn {
  /** As programs read it, in every language the same. */
  readonly name: string;
  readonly kind: 'text' | 'money' | 'number' | 'whole' | 'day';
}

export type TableCell = string | number | null;

type AmountUnit = ReceiptsResponse['amount_unit'];

/** What the figures of a file are; what does not go for its rows is left out. */
export interface FigureFacts {
  readonly kpi?: string;
  readonly measure?: string;
  readonly unit?: AskAnswer['unit'];
  readonly numerator_unit?: AmountUnit;
  readonly denominator_unit?: AmountUnit;
  /** Of all money; null where there is none, or where the rows tell several. */
  readonly currency?: string | null;
  /** Those of the rows. */
  readonly currencies?: readonly string[];
  readonly basis?: string;
  readonly period?: { readonly kind: string; readonly opened: string; readonly closed: string } | null;
  readonly part?: 'numerator' | 'denominator';
  readonly amount_unit?: AmountUnit;
  readonly on_demand?: boolean;
  readonly compare?: AskAnswer['compare'];
}

/** Rows that leave, with what must be said of them. */
export interface Table {
  readonly title: string;
  /** What people read in place of the columns' names, in the language of whoever asks. */
  readonly heads: readonly string[];
  readonly sheets: { readonly cover: string; readonly rows: string };
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly TableCell[])[];
  /** As-of, filters, policy, tie-out: as pairs, in order. */
  readonly cover: readonly (readonly [string, string])[];
  /** The same for a program. */
  readonly provenance: Provenance & FigureFacts;
}
