/** A column of a result: `type` is the SQL type in DuckDB's spelling, e.g. `DECIMAL(18,2)`. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

/** A cell as exact JSON: money and 64-bit integers are strings of digits, doubles are numbers, dates are ISO text. */
export type Cell = string | number | boolean | null | readonly Cell[];

export type Row = Readonly<Record<string, Cell>>;

/** A relation that a statement may name: rows the engine can read, or SQL over other relations. */
export type Relation =
  | {
      readonly kind: 'files';
      readonly name: string;
      readonly columns: readonly Column[];
      readonly files: readonly RelationFile[];
    }
  | { readonly kind: 'sql'; readonly name: string; readonly sql: string }
  | {
      readonly kind: 'rows';
      readonly name: string;
      readonly columns: readonly Column[];
      readonly rows: readonly Row[];
    };

/** One Parquet file of a relation, with the values of the columns that its path carries. */
export interface RelationFile {
  readonly key: string;
  readonly partition: Readonly<Record<string, string>>;
}

/** What writing a statement to a file gave. */
export interface Written {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}
