import { isAscii, isUtf8 } from 'node:buffer';
import type { Feed } from '../contracts/feed.ts';
import type { FeedMapping } from '../contracts/mapping.ts';
import { AlturasError } from '../core/errors.ts';
import { parseLine } from './csvLine.ts';

/** Where a contract column comes from: a column of the file by its place, or the same value for every row. */
export type ColumnOrigin =
  | { readonly kind: 'column'; readonly at: number }
  | { readonly kind: 'constant'; readonly value: string | null };

/** Header names of a CSV file's first line. */
export function headerNames(line: Buffer, encoding: 'utf-8' | 'latin-1', delimiter: string): string[] {
  const text = line.toString(encoding === 'latin-1' ? 'latin1' : 'utf8').replace(/^\uFEFF/, '');
  if (text === '') return [];
  return (parseLine(text, delimiter) ?? text.split(delimiter)).map((name) => name ?? '');
}

/** A header line as it lies in its file, and how it was read. */
export interface ReadHeader {
  readonly line: Buffer;
  readonly encoding: 'utf-8' | 'latin-1';
  readonly delimiter: string;
}

const DELIMITERS = [',', ';', '\t', '|'];

/** The delimiter by which a header has more of the wanted names than by its own; null when none has. */
export function otherDelimiter(
  { line, encoding, delimiter }: ReadHeader,
  wanted: readonly string[],
): string | null {
  const found = (by: string): number => {
    const names = headerNames(line, encoding, by).map((name) => name.trim());
    return wanted.filter((name) => names.includes(name)).length;
  };
  const best = DELIMITERS.reduce((a, b) => (found(b) > found(a) ? b : a), delimiter);
  return best === delimiter ? null : best;
}

/** The encoding that a header is more likely in than in its own; null when there is no sign of it. */
export function otherEncoding({ line, encoding }: ReadHeader): 'utf-8' | 'latin-1' | null {
  if (encoding === 'utf-8') return isUtf8(line) ? null : 'latin-1';
  return isUtf8(line) && !isAscii(line) ? 'utf-8' : null;
}

/** What to write where, when a header looks as if it was read with the wrong delimiter or encoding. */
function rereadHint(feed: string, header: ReadHeader, wanted: readonly string[]): string | null {
  const encoding = otherEncoding(header);
  const delimiter = otherDelimiter({ ...header, encoding: encoding ?? header.encoding }, wanted);
  const section = `under feeds.${feed} of a mapping file (\`--mapping\`)`;
  const hints = [
    ...(delimiter === null
      ? []
      : [
          `its columns are separated by ${JSON.stringify(delimiter)}: write \`delimiter: ${JSON.stringify(delimiter)}\` ${section}`,
        ]),
    ...(encoding === null
      ? []
      : [
          `it is ${header.encoding === 'utf-8' ? 'not UTF-8' : 'UTF-8'}: write \`"encoding": "${encoding}"\` in control.json, or \`encoding: ${encoding}\` ${section}`,
        ]),
  ];
  return hints.length === 0 ? null : hints.join('; ');
}

/**
 * Finds every contract column in a file's header, by name. Order does not matter.
 * @param header the line that `names` are of; undefined where there is none, as in Parquet
 * @throws AlturasError `HEADER_MISMATCH` naming what is missing, unknown or repeated, and both lists.
 */
export function matchHeader(
  file: string,
  names: readonly string[],
  feed: Feed,
  mapping: FeedMapping | undefined,
  header?: ReadHeader,
): Map<string, ColumnOrigin> {
  const origins = new Map<string, ColumnOrigin>();
  const used = new Set<string>(mapping?.ignore ?? []);
  const missing: string[] = [];
  const sources: string[] = [];
  for (const { name } of feed.columns) {
    const constant = mapping?.constant[name];
    if (constant !== undefined) {
      origins.set(name, { kind: 'constant', value: constant });
      continue;
    }
    const source = mapping?.rename[name] ?? name;
    sources.push(source);
    const at = names.indexOf(source);
    if (at === -1) missing.push(source === name ? name : `${source} (for ${name})`);
    else origins.set(name, { kind: 'column', at });
    used.add(source);
  }
  const unknown = names.filter((name) => !used.has(name));
  const repeated = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  if (missing.length + unknown.length + repeated.length === 0) return origins;
  const list = (what: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : [`${what}: ${items.map((item) => item || '(empty)').join(', ')}`];
  throw new AlturasError('input', 'HEADER_MISMATCH', `The header of ${file} is not that of ${feed.name}.`, {
    file,
    line: 1,
    causes: [
      ...list('missing', missing),
      ...list('unknown', unknown),
      ...list('repeated', repeated),
      `the file has: ${names.join(', ') || 'nothing'}`,
    ],
    expected: feed.columns.map((column) => column.name).join(', '),
    safe: 'nothing of this delivery was landed',
    hint:
      (header && rereadHint(feed.name, header, sources)) ??
      `correct the file, or name its columns in a mapping file; \`alturas contract ${feed.name}\` shows the contract`,
  });
}
