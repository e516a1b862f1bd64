import * as z from 'zod';

/** What a column holds. Everything that an engine, a file or a document needs is derived from this. */
export type ColumnType =
  | 'text'
  | 'date'
  | 'timestamp'
  | 'money'
  | 'rate'
  | 'percent'
  | 'quantity'
  | 'integer'
  | 'boolean';

/** The SQL type of each column type, as DuckDB spells it. Money is never a float. */
export const SQL_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'VARCHAR',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  money: 'DECIMAL(18,2)',
  rate: 'DECIMAL(18,8)',
  percent: 'DECIMAL(9,6)',
  quantity: 'DECIMAL(18,6)',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
};

/** The Glue (Hive) type of each column type. */
export const GLUE_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'string',
  date: 'date',
  timestamp: 'timestamp',
  money: 'decimal(18,2)',
  rate: 'decimal(18,8)',
  percent: 'decimal(9,6)',
  quantity: 'decimal(18,6)',
  integer: 'bigint',
  boolean: 'boolean',
};

/**
 * How a value must be written, as a regular expression that DuckDB (RE2) and JavaScript read alike and that must
 * match the whole text. Strict on purpose: an engine's own cast rounds `12.345` and takes `1e3` and ` 5.00`.
 */
export const PATTERNS: Readonly<Record<Exclude<ColumnType, 'text'>, string>> = {
  date: '[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])',
  timestamp:
    '[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?',
  money: '-?[0-9]{1,15}([.][0-9]{1,2})?',
  rate: '[0-9]{1,10}([.][0-9]{1,8})?',
  percent: '[0-9]{1,3}([.][0-9]{1,6})?',
  quantity: '-?[0-9]{1,12}([.][0-9]{1,6})?',
  integer: '-?[0-9]{1,18}',
  boolean: 'true|false|1|0',
};

/** What a contract says about a column beside its Zod type. */
export interface ColumnFacts {
  readonly type: ColumnType;
  readonly mandatory: boolean;
  readonly en: string;
  readonly es: string;
  readonly values?: readonly string[];
  readonly pattern?: string;
  readonly personal?: true;
}

/** The facts of every column type made below, found by its Zod schema. */
export const columnFacts = z.registry<ColumnFacts>();

interface Extras {
  readonly pattern?: string;
  readonly personal?: true;
}

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

function textOf(pattern: string | undefined) {
  const present = z.string().min(1);
  return pattern === undefined ? present : present.regex(whole(pattern));
}

const decimalText = (type: 'money' | 'rate' | 'percent' | 'quantity', pattern = PATTERNS[type]) =>
  z.string().regex(whole(pattern));

function note<T extends z.ZodType>(schema: T, facts: ColumnFacts): T {
  const described = schema.meta({ description: facts.en });
  columnFacts.add(described, facts);
  return described;
}

/** Columns that every row must fill. Decimals, dates and timestamps are text, so that no value passes a float. */
export const must = {
  text: (en: string, es: string, extras: Extras = {}) =>
    note(textOf(extras.pattern), { type: 'text', mandatory: true, en, es, ...extras }),
  oneOf: <const V extends readonly [string, ...string[]]>(values: V, en: string, es: string) =>
    note(z.enum(values), { type: 'text', mandatory: true, en, es, values }),
  date: (en: string, es: string) => note(z.iso.date(), { type: 'date', mandatory: true, en, es }),
  /** A month, written as its first day. */
  month: (en: string, es: string) =>
    note(z.iso.date().regex(whole(MONTH)), { type: 'date', mandatory: true, en, es, pattern: MONTH }),
  timestamp: (en: string, es: string) =>
    note(z.string().regex(whole(PATTERNS.timestamp)), { type: 'timestamp', mandatory: true, en, es }),
  money: (en: string, es: string) => note(decimalText('money'), { type: 'money', mandatory: true, en, es }),
  /** Money that is never negative. */
  amount: (en: string, es: string) =>
    note(decimalText('money', AMOUNT), { type: 'money', mandatory: true, en, es, pattern: AMOUNT }),
  rate: (en: string, es: string) => note(decimalText('rate'), { type: 'rate', mandatory: true, en, es }),
  percent: (en: string, es: string) =>
    note(decimalText('percent'), { type: 'percent', mandatory: true, en, es }),
  quantity: (en: string, es: string) =>
    note(decimalText('quantity'), { type: 'quantity', mandatory: true, en, es }),
  integer: (en: string, es: string) => note(z.int(), { type: 'integer', mandatory: true, en, es }),
  boolean: (en: string, es: string) => note(z.boolean(), { type: 'boolean', mandatory: true, en, es }),
};

/** Columns that a row may leave empty (null). The column itself must be in the file all the same. */
export const may = {
  text: (en: string, es: string, extras: Extras = {}) =>
    note(textOf(extras.pattern).nullable(), { type: 'text', mandatory: false, en, es, ...extras }),
  oneOf: <const V extends readonly [string, ...string[]]>(values: V, en: string, es: string) =>
    note(z.enum(values).nullable(), { type: 'text', mandatory: false, en, es, values }),
  date: (en: string, es: string) => note(z.iso.date().nullable(), { type: 'date', mandatory: false, en, es }),
  timestamp: (en: string, es: string) =>
    note(z.string().regex(whole(PATTERNS.timestamp)).nullable(), {
      type: 'timestamp',
      mandatory: false,
      en,
      es,
    }),
  money: (en: string, es: string) =>
    note(decimalText('money').nullable(), { type: 'money', mandatory: false, en, es }),
  rate: (en: string, es: string) =>
    note(decimalText('rate').nullable(), { type: 'rate', mandatory: false, en, es }),
  percent: (en: string, es: string) =>
    note(decimalText('percent').nullable(), { type: 'percent', mandatory: false, en, es }),
  integer: (en: string, es: string) =>
    note(z.int().nullable(), { type: 'integer', mandatory: false, en, es }),
  boolean: (en: string, es: string) =>
    note(z.boolean().nullable(), { type: 'boolean', mandatory: false, en, es }),
};

const AMOUNT = '[0-9]{1,15}([.][0-9]{1,2})?';
const MONTH = '[0-9]{4}-(0[1-9]|1[0-2])-01';

/** An ISO 4217 code. */
export const CURRENCY = { pattern: '[A-Z]{3}' } as const;
/** An ISO 3166 code of two letters. */
export const COUNTRY = { pattern: '[A-Z]{2}' } as const;
export const PERSONAL = { personal: true } as const;
