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
  | {
      readonly kind: 'sql';
      readonly name: string;
      readonly sql: string;
      /** Made once, here and now, in the engine's own scratch space, instead of at every place that names it. */
      readonly kept?: boolean;
    }
  | {
      readonly kind: 'rows';
      readonly name: string;
      readonly columns: readonly Column[];
      readonly rows: readonly Row[];
    };

/** One Parquet file of a relation, with the values of the columns that its path carries (`as_of=2026-06-30/`). */
export interface RelationFile {
  readonly key: string;
  readonly partition: Readonly<Record<string, string>>;
  /** Only these rows of the file belong to the relation: `column` from `from` to `to`, both included. */
  readonly only?: { readonly column: string; readonly from: string; readonly to: string };
}

/** What writing a statement to a file gave. */
export interface Written {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Who runs SQL. A model's text is never rewritten: the engine supplies the relations that it names, as views here,
 * as a `WITH` clause around it elsewhere, and runs it as it stands.
 *
 * Errors: AlturasError `SQL_FAILED`, `SQL_OUT_OF_MEMORY`, `SQL_INTERRUPTED` with the SQL as `details.value`.
 */
export interface Engine {
  /** Name and version, e.g. `duckdb 1.5.5`. */
  readonly version: string;

  /** Whether the same statements over the same files give the same bytes; else every build has a name of its own. */
  readonly repeatable: boolean;

  /** Lets later statements name a relation; one of the same name is replaced. */
  supply(relation: Relation): Promise<void>;

  /** Names and types of what a SELECT gives, without running it. */
  describe(select: string): Promise<Column[]>;

  rows(select: string): Promise<Row[]>;

  stream(select: string): AsyncIterable<readonly Row[]>;

  /** Writes the rows of a SELECT, in the order of the columns named, to one Parquet file on local disk. */
  write(select: string, order: readonly string[], path: string): Promise<Written>;

  /**
   * Runs a SELECT once and writes its rows to several files, each those with `column` from `from` to `to`, in the
   * order of the columns named. A file without rows is written too.
   */
  split(
    select: string,
    order: readonly string[],
    column: string,
    parts: readonly { readonly from: string; readonly to: string; readonly path: string }[],
  ): Promise<Written[]>;

  /** Exact sums of decimal columns of each local file that `write` or `split` gave; null where there is nothing to add. */
  sums(
    paths: readonly string[],
    columns: readonly string[],
  ): Promise<readonly Readonly<Record<string, string | null>>[]>;

  /** Names and types of a local file that `write` or `split` gave. */
  shape(path: string): Promise<readonly Column[]>;

  /**
   * Another engine in the same place, for statements at the same time: it has to be supplied with relations of its
   * own, and is interrupted and closed with this one.
   */
  beside(): Promise<Engine>;

  interrupt(): void;

  close(): Promise<void>;
}
