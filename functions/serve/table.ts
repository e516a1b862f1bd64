import type { Provenance } from './provenance.ts';

/** A column of a file that leaves: money is a decimal string, exact to the cent. */
export interface TableColumn {
  /** As programs read it, in every language the same. */
  readonly name: string;
  readonly kind: 'text' | 'money' | 'number' | 'whole' | 'day';
}

export type TableCell = string | number | null;

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
  readonly provenance: Provenance;
}
