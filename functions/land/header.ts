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

/**
 * Finds every contract column in a file's header, by name. Order does not matter.
 * @throws AlturasError `HEADER_MISMATCH` naming what is missing, unknown or repeated, and both lists.
 */
export function matchHeader(
  file: string,
  names: readonly string[],
  feed: Feed,
  mapping: FeedMapping | undefined,
): Map<string, ColumnOrigin> {
  const origins = new Map<string, ColumnOrigin>();
  const used = new Set<string>(mapping?.ignore ?? []);
  const missing: string[] = [];
  for (const { name } of feed.columns) {
    const constant = mapping?.constant[name];
    if (constant !== undefined) {
      origins.set(name, { kind: 'constant', value: constant });
      continue;
    }
    const source = mapping?.rename[name] ?? name;
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
    hint: `correct the file, or name its columns in a mapping file; \`alturas contract ${feed.name}\` shows the contract`,
  });
}
