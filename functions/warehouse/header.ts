import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import { expectedWords, faultsOf } from '../core/schemaFaults.ts';
import type { ModelFinding } from './finding.ts';
import { isKeptWord } from './keptWords.ts';
import { parseSpan, type ReadSpan } from './reads.ts';

/** A column that a model promises, in output order. `type` is the SQL type as DuckDB spells it. */
export interface ModelColumn {
  readonly name: string;
  readonly type: string;
  readonly en: string;
  readonly es: string;
  readonly unit?: string;
}

/** What the comment on top of a model file says. */
export interface ModelHeader {
  /** Columns that name a row. */
  readonly grain: readonly string[];
  /** `month`: only calendar month ends. */
  readonly cadence: 'day' | 'month';
  /**
   * Every day is stored for so many days back from the newest one, before that month ends alone and what other models
   * read; null: for ever.
   */
  readonly dailyFor: number | null;
  /** Supplied as SQL to the models that name it, never stored. */
  readonly view: boolean;
  /** A view that is made once before a statement that names it: worth it where it is heavy and named more than once. */
  readonly kept: boolean;
  /** Which days of each relation the model needs. */
  readonly reads: Readonly<Record<string, ReadSpan>>;
  readonly en: string;
  readonly es: string;
  readonly columns: readonly ModelColumn[];
  /** How the rows of a file are sorted; the grain unless stated. */
  readonly order: readonly string[];
}

/** What the comment on top of a law says: the SELECT under it gives the rows that break it. */
export interface LawHeader {
  /** `error`: a broken law keeps the whole build invisible. */
  readonly severity: 'error' | 'warning';
  readonly reads: Readonly<Record<string, ReadSpan>>;
  readonly en: string;
  readonly es: string;
}

const name = z.string().regex(/^[a-z_][a-z0-9_]*$/, 'a lower-case SQL name');
const sentence = z.string().min(1);

const span = z
  .string()
  .refine((text) => parseSpan(text) !== null, {
    error:
      'day, previous, compared, "N days", opening, period, "N days before period", "N month ends" or all',
  })
  .transform((text) => parseSpan(text) ?? { kind: 'day' as const });

const common = { reads: z.record(name, span).default({}), en: sentence, es: sentence };

const modelHeader = z.strictObject({
  grain: z.array(name).min(1),
  cadence: z.enum(['day', 'month']).default('day'),
  daily_for: z
    .string()
    .regex(/^[1-9][0-9]{0,3} days$/, 'a number of days: "35 days"')
    .optional(),
  view: z.boolean().default(false),
  kept: z.boolean().default(false),
  ...common,
  columns: z.record(
    name,
    z.strictObject({
      type: z
        .string()
        .regex(
          /^(BOOLEAN|INTEGER|BIGINT|DOUBLE|VARCHAR|DATE|TIMESTAMP|DECIMAL\([1-9][0-9]?,[0-9]{1,2}\))$/,
          'BOOLEAN, INTEGER, BIGINT, DOUBLE, VARCHAR, DATE, TIMESTAMP or DECIMAL(p,s)',
        ),
      en: sentence,
      es: sentence,
      unit: sentence.optional(),
    }),
  ),
  order: z.array(name).min(1).optional(),
});

const lawHeader = z.strictObject({ severity: z.enum(['error', 'warning']), ...common });

/** A model file cut in two: the YAML of its first comment, and the SELECT below, untouched. */
export interface SplitFile {
  readonly yaml: string;
  /** Line of the file on which the YAML's first line stands, from 1. */
  readonly yamlLine: number;
  readonly sql: string;
  /** Line of the file on which the SELECT's text begins, from 1. */
  readonly sqlLine: number;
}

/** Null when the file does not begin with a comment. */
export function splitFile(text: string): SplitFile | null {
  const match = /^\s*\/\*([\s\S]*?)\*\//.exec(text);
  const yaml = match?.[1];
  if (!match || yaml === undefined) return null;
  const before = match[0].indexOf('/*') + 2;
  return {
    yaml,
    yamlLine: lineOf(text, before),
    sql: text.slice(match[0].length),
    sqlLine: lineOf(text, match[0].length),
  };
}

/** The line of a text on which the character at `offset` stands, from 1. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** Reads a model's header; every fault becomes a finding with its line. */
export function readModelHeader(
  file: string,
  split: SplitFile,
  findings: ModelFinding[],
): ModelHeader | null {
  const parsed = readYaml(file, split, modelHeader, findings);
  if (!parsed) return null;
  const { value, lineAt } = parsed;
  const columns = Object.entries(value.columns).map(([columnName, column]) => ({
    name: columnName,
    type: column.type,
    en: column.en,
    es: column.es,
    ...(column.unit === undefined ? {} : { unit: column.unit }),
  }));
  const names = new Set(columns.map((column) => column.name));
  for (const key of ['grain', 'order'] as const)
    for (const column of value[key] ?? [])
      if (!names.has(column))
        findings.push({
          file,
          line: lineAt([key]),
          code: 'HEADER_UNKNOWN_COLUMN',
          message: `${key} names "${column}", which is not among the columns.`,
        });
  if (!value.view && value.columns.as_of?.type !== 'DATE')
    findings.push({
      file,
      line: lineAt(['grain']),
      code: 'STORED_WITHOUT_AS_OF',
      message: 'a stored table has a column as_of of type DATE: its files are found by it.',
    });
  for (const column of columns)
    if (isKeptWord(column.name))
      findings.push({
        file,
        line: lineAt(['columns', column.name]),
        code: 'HEADER_RESERVED_NAME',
        message: `"${column.name}" is a reserved word on Trino.`,
        hint: 'another name',
      });
  for (const column of columns)
    if (isMoneyUnit(column.unit) && !column.type.startsWith('DECIMAL'))
      findings.push({
        file,
        line: lineAt(['columns', column.name]),
        code: 'MONEY_NOT_DECIMAL',
        message: `${column.name} is money (unit: ${column.unit}) but declared ${column.type}.`,
        hint: 'declare DECIMAL(18,2), or DECIMAL(38,2) for sums',
      });
  return {
    grain: value.grain,
    cadence: value.cadence,
    dailyFor: value.daily_for === undefined ? null : Number.parseInt(value.daily_for, 10),
    view: value.view,
    kept: value.kept,
    reads: value.reads,
    en: value.en,
    es: value.es,
    columns,
    order: value.order ?? value.grain,
  };
}

/** Reads a law's header; every fault becomes a finding with its line. */
export function readLawHeader(file: string, split: SplitFile, findings: ModelFinding[]): LawHeader | null {
  return readYaml(file, split, lawHeader, findings)?.value ?? null;
}

/** Money in any currency, and products of money (amount-days): never a float. */
export function isMoneyUnit(unit: string | undefined): boolean {
  return unit !== undefined && /\bmoney\b|\bcurrency\b/.test(unit);
}

interface ReadYaml<T> {
  readonly value: T;
  readonly lineAt: (path: readonly PropertyKey[]) => number;
}

function readYaml<T>(
  file: string,
  split: SplitFile,
  schema: z.ZodType<T>,
  findings: ModelFinding[],
): ReadYaml<T> | null {
  const lines = new LineCounter();
  const document = parseDocument(split.yaml, { lineCounter: lines, strict: true, uniqueKeys: true });
  const toLine = (offset: number) => lines.linePos(offset).line + split.yamlLine - 1;
  for (const error of [...document.errors, ...document.warnings])
    findings.push({
      file,
      line: toLine(error.pos[0]),
      code: 'HEADER_YAML',
      message: error.message.split('\n')[0] ?? error.message,
    });
  if (document.errors.length > 0) return null;
  const lineAt = (path: readonly PropertyKey[]): number => toLine(offsetAt(document.contents, path));
  const root: unknown = document.toJS();
  const parsed = schema.safeParse(root, { error: expectedWords });
  if (parsed.success) return { value: parsed.data, lineAt };
  for (const issue of parsed.error.issues) {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
    for (const key of keys) {
      const path = key === undefined ? issue.path : [...issue.path, key];
      findings.push({
        file,
        line: lineAt(path),
        code: key === undefined ? 'HEADER_INVALID' : 'HEADER_UNKNOWN_KEY',
        message:
          key === undefined
            ? `${path.map(String).join('.') || 'header'}: ${faultsOf([issue], root)[0]?.text}.`
            : `unknown key "${path.map(String).join('.')}" in the header.`,
      });
    }
  }
  return null;
}

/** Where in the YAML the deepest existing part of a path stands. */
function offsetAt(contents: unknown, path: readonly PropertyKey[]): number {
  let node: unknown = contents;
  let offset = 0;
  for (const step of path) {
    if (!isMap(node)) break;
    const pair = node.items.find((item) => isScalar(item.key) && item.key.value === step);
    if (!pair) break;
    if (isScalar(pair.key) && pair.key.range) offset = pair.key.range[0];
    node = pair.value;
  }
  return offset;
}
