import type * as z from 'zod';
import { type ColumnFacts, type ColumnType, columnFacts, GLUE_TYPES, SQL_TYPES } from './column.ts';

/**
 * `snapshot`: the rows of a day's state. `event`: new facts only. `reference`: upsert by key, kept bitemporally
 * (a row is known in [known_from, known_to)).
 */
export type FeedKind = 'snapshot' | 'event' | 'reference';

export interface FeedColumn extends ColumnFacts {
  readonly name: string;
  readonly sqlType: string;
  /** Part of the natural key. */
  readonly key: boolean;
}

/** Columns that add up to another, row by row. */
export interface Total {
  readonly parts: readonly string[];
  readonly total: string;
}

/** Columns that name a member of another feed: its key, in order. */
export interface Reference {
  readonly columns: readonly string[];
  readonly feed: string;
  /** Only rows whose column says so name one: the member of a target is an office where its dimension is `office`. */
  readonly when?: { readonly column: string; readonly is: readonly string[] };
}

/** What a feed's files must look like. */
export interface Feed<S extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly kind: FeedKind;
  readonly en: string;
  readonly es: string;
  /** A lake without this feed cannot be built. */
  readonly mandatory: boolean;
  readonly schema: S;
  /** Columns of the natural key, in order. */
  readonly key: readonly string[];
  /** As delivered, in contract order; a file may order them otherwise. */
  readonly columns: readonly FeedColumn[];
  /** As stored in the ledger: delivered columns, then what landing adds. */
  readonly ledgerColumns: readonly FeedColumn[];
  /** The column whose sum per currency the control file states; null: rows only. */
  readonly controlColumn: string | null;
  /** Columns multiplied by the sign of the receipt type. */
  readonly signed: readonly string[];
  readonly totals: readonly Total[];
  /** A member that is missing lands as unknown and is reported: no balance disappears for want of a name. */
  readonly refers: readonly Reference[];
}

export interface FeedDefinition<S extends z.ZodObject> {
  readonly name: string;
  readonly kind: FeedKind;
  readonly en: string;
  readonly es: string;
  readonly key: readonly (keyof z.infer<S> & string)[];
  readonly schema: S;
  readonly mandatory?: true;
  readonly control?: keyof z.infer<S> & string;
  readonly signed?: readonly (keyof z.infer<S> & string)[];
  readonly totals?: readonly Total[];
  readonly refers?: readonly Reference[];
  /** Columns that landing adds from the receipt of the same delivery. */
  readonly enriched?: readonly FeedColumn[];
}

function columnOf(name: string, facts: ColumnFacts, key: boolean): FeedColumn {
  return { ...facts, name, sqlType: SQL_TYPES[facts.type], key };
}

/** A column that landing adds, never delivered. */
export function addedColumn(name: string, type: ColumnType, en: string, es: string): FeedColumn {
  return columnOf(name, { type, mandatory: true, en, es }, false);
}

/** A feed from its Zod schema: nothing about a column is written anywhere else. */
export function defineFeed<S extends z.ZodObject>(definition: FeedDefinition<S>): Feed<S> {
  const key: readonly string[] = definition.key;
  const columns = Object.entries(definition.schema.shape).map(([name, schema]) => {
    const facts = columnFacts.get(schema as z.ZodType);
    if (!facts) throw new TypeError(`${definition.name}.${name} is not made with must or may`);
    return columnOf(name, facts, key.includes(name));
  });
  const known = [
    addedColumn('known_from', 'timestamp', 'Known from this cut-off on', 'Conocido desde este corte'),
    addedColumn(
      'known_to',
      'timestamp',
      'Known until before this cut-off',
      'Conocido hasta antes de este corte',
    ),
  ];
  return {
    name: definition.name,
    kind: definition.kind,
    en: definition.en,
    es: definition.es,
    mandatory: definition.mandatory ?? false,
    schema: definition.schema,
    key,
    columns,
    ledgerColumns: [
      ...columns,
      ...(definition.kind === 'reference' ? known : []),
      ...(definition.enriched ?? []),
    ],
    controlColumn: definition.control ?? null,
    signed: definition.signed ?? [],
    totals: definition.totals ?? [],
    refers: definition.refers ?? [],
  };
}

/** Columns of a feed's ledger as the Glue catalogue wants them; `as_of` and `delivery` are its partition keys. */
export function glueColumns(
  feed: Feed,
): { readonly name: string; readonly type: string; readonly comment: string }[] {
  return feed.ledgerColumns.map(({ name, type, en }) => ({ name, type: GLUE_TYPES[type], comment: en }));
}
