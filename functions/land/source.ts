import type { Feed, FeedColumn } from '../contracts/feed.ts';
import type { FeedMapping } from '../contracts/mapping.ts';
import { identifier, literal } from '../engine/duckdb.ts';
import { canonicalText } from './canonicalText.ts';
import type { ColumnOrigin } from './header.ts';

/** A file whose header fits its contract, ready to be read. */
export interface SourceFile {
  readonly path: string;
  readonly format: 'csv' | 'parquet';
  readonly encoding: 'utf-8' | 'latin-1';
  readonly delimiter: string;
  readonly newline: '\n' | '\r\n';
  readonly compression: 'none' | 'gzip' | 'zstd';
  /** Names of the file's own columns, in order. */
  readonly names: readonly string[];
  readonly origins: ReadonlyMap<string, ColumnOrigin>;
}

/** SQL: a SELECT of every contract column as canonical text, empty as null, in contract order. */
export function textSelect(feed: Feed, file: SourceFile, mapping: FeedMapping | undefined): string {
  return `SELECT ${textColumns(feed, file, mapping)} FROM ${fileRelation(file)}`;
}

/** SQL: the same columns, for a FROM of the caller's own. */
export function textColumns(feed: Feed, file: SourceFile, mapping: FeedMapping | undefined): string {
  const columns = feed.columns.map((column) => {
    const origin = file.origins.get(column.name);
    const text =
      origin?.kind === 'column'
        ? canonicalText(rawColumn(file, origin.at), column, mapping)
        : constantText(origin);
    return `${text} AS ${identifier(column.name)}`;
  });
  return columns.join(', ');
}

/** SQL: the texts as delivered of some columns, for a FROM of the caller's own. */
export function deliveredColumns(columns: readonly FeedColumn[], file: SourceFile): string[] {
  return columns.map(({ name }) => {
    const origin = file.origins.get(name);
    return origin?.kind === 'column' ? rawColumn(file, origin.at) : constantText(origin);
  });
}

function constantText(origin: ColumnOrigin | undefined): string {
  return origin?.kind === 'constant' && origin.value !== null
    ? literal(origin.value)
    : 'CAST(NULL AS VARCHAR)';
}

function rawColumn(file: SourceFile, at: number): string {
  if (file.format === 'csv') return csvColumn(at);
  return `nullif(CAST(${identifier(file.names[at] ?? '')} AS VARCHAR), '')`;
}

/** CSV columns go by their place: names that differ in case only are the same to DuckDB. */
export function csvColumn(at: number): string {
  return `c${at}`;
}

/** DuckDB's type of a struct of CSV columns, all text. */
export function csvColumns(file: SourceFile): string {
  return file.names.map((_, at) => `'${csvColumn(at)}': 'VARCHAR'`).join(', ');
}

/** SQL: the same SELECT over many CSV files of one shape at once; `place` says which of them a row is from, from 0. */
export function textSelectOfMany(
  feed: Feed,
  files: readonly [SourceFile, ...SourceFile[]],
  mapping: FeedMapping | undefined,
): string {
  const [first] = files;
  const relation = csvRelation(
    files.map((file) => file.path),
    `{${csvColumns(first)}}`,
    first,
    'ignore_errors = true',
  );
  return `SELECT file_index AS place, ${textColumns(feed, first, mapping)} FROM ${relation}`;
}

/** Two CSV files of one shape are read by the same words. */
export function shapeOf(file: SourceFile): string {
  const { encoding, delimiter, newline, compression, names } = file;
  return JSON.stringify([encoding, delimiter, newline, compression, names]);
}

function fileRelation(file: SourceFile): string {
  if (file.format === 'parquet') return `read_parquet(${literal(file.path)})`;
  return csvRelation([file.path], `{${csvColumns(file)}}`, file, 'ignore_errors = true');
}

/** How CSV is written that only we read. */
export const CLEAN = { delimiter: ',', encoding: 'utf-8', newline: '\n', compression: 'none' } as const;

/** Reads a CSV exactly as told: nothing about it is guessed, every column is text. */
export function csvRelation(
  paths: readonly string[],
  columns: string,
  file: Pick<SourceFile, 'delimiter' | 'encoding' | 'newline' | 'compression'>,
  ...more: string[]
): string {
  const options = [
    'auto_detect = false',
    'header = true',
    `delim = ${literal(file.delimiter)}`,
    `quote = '"'`,
    `escape = '"'`,
    `new_line = '${file.newline === '\n' ? '\\n' : '\\r\\n'}'`,
    `encoding = '${file.encoding}'`,
    `compression = '${file.compression}'`,
    `columns = ${columns}`,
    ...more,
  ];
  return `read_csv([${paths.map(literal).join(', ')}], ${options.join(', ')})`;
}
