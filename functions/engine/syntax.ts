import { AlturasError } from '../core/errors.ts';
import { literal } from './duckdb.ts';
import type { Row } from './engine.ts';

/** A node of DuckDB's syntax tree (json_serialize_sql), read by name and never by position. */
export type SyntaxNode = { readonly [name: string]: unknown };

/** The tree of one text: its statements, or why it could not be read. `line` counts from 1 within the text. */
export type Syntax =
  | { readonly ok: true; readonly statements: readonly SyntaxNode[] }
  | { readonly ok: false; readonly message: string; readonly line: number };

/** Whoever can run DuckDB's json_serialize_sql: a session, or the DuckDB engine. */
export interface SqlParser {
  rows(sql: string): Promise<Row[]>;
}

/** Parses SQL without binding it: no table needs to exist. */
export async function parseSql(parser: SqlParser, sql: string): Promise<Syntax> {
  const [row] = await parser.rows(`SELECT json_serialize_sql(${literal(sql)}) AS tree`);
  const tree: unknown = JSON.parse(String(row?.tree));
  if (!isNode(tree)) throw new AlturasError('internal', 'SQL_TREE', 'DuckDB gave no syntax tree.');
  if (tree.error === true)
    return {
      ok: false,
      message: String(tree.error_message),
      line: textLine(sql, Number(tree.position ?? 0)),
    };
  return { ok: true, statements: nodes(tree.statements).map((statement) => node(statement.node)) };
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A child that must be there; an empty node otherwise, so that rules need no null checks. */
export function node(value: unknown): SyntaxNode {
  return isNode(value) ? value : {};
}

export function nodes(value: unknown): SyntaxNode[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Line of a byte offset in a text, from 1. DuckDB counts bytes and writes 2^64-1 where it does not know. */
export function textLine(sql: string, bytes: number): number {
  if (!(bytes >= 0) || bytes > 1e15) return 1;
  return Buffer.from(sql, 'utf8').subarray(0, bytes).toString('utf8').split('\n').length;
}

/** Visits a node and everything below it, depth first. */
export function* descend(root: unknown): Generator<SyntaxNode> {
  if (Array.isArray(root)) {
    for (const item of root) yield* descend(item);
  } else if (isNode(root)) {
    yield root;
    for (const value of Object.values(root)) yield* descend(value);
  }
}

/** The common table expressions of a query node, in order: each sees those before it. */
export function ctesOf(
  query: SyntaxNode,
): { readonly name: string; readonly query: SyntaxNode; readonly aliases: string[] }[] {
  return nodes(node(query.cte_map).map).map((entry) => ({
    name: text(entry.key).toLowerCase(),
    query: node(node(node(entry.value).query).node),
    aliases: texts(node(entry.value).aliases),
  }));
}

/** The place in the source of a node, or of the nearest node below that knows its place. */
export function offsetOf(target: SyntaxNode): number | null {
  for (const candidate of descend(target)) {
    const at = candidate.query_location;
    if (typeof at === 'number' && at >= 0 && at < 1e15) return at;
  }
  return null;
}

/** A table that a query names outside its own common table expressions, and where. */
export interface TableReference {
  readonly name: string;
  readonly schema: string;
  readonly offset: number | null;
}

/**
 * Every table that a query needs from outside. A name means the nearest enclosing CTE defined before it, so
 * `with a as (select * from a)` needs the outer `a`.
 */
export function tablesOf(query: SyntaxNode): TableReference[] {
  const found: TableReference[] = [];
  walkTables(query, new Set(), found);
  return found;
}

function walkTables(value: unknown, scope: ReadonlySet<string>, found: TableReference[]): void {
  if (Array.isArray(value)) {
    for (const item of value) walkTables(item, scope, found);
    return;
  }
  if (!isNode(value)) return;
  if (value.type === 'BASE_TABLE') {
    const name = text(value.table_name);
    const schema = [text(value.catalog_name), text(value.schema_name)].filter(Boolean).join('.');
    if (schema !== '' || !scope.has(name.toLowerCase()))
      found.push({ name, schema, offset: offsetOf(value) });
    return;
  }
  const inner = new Set(scope);
  for (const cte of ctesOf(value)) {
    if (cte.query.type === 'RECURSIVE_CTE_NODE') inner.add(cte.name);
    walkTables(cte.query, inner, found);
    inner.add(cte.name);
  }
  for (const [key, child] of Object.entries(value)) if (key !== 'cte_map') walkTables(child, inner, found);
}

/** How often a query reads each table from outside, its common table expressions written out wherever they are named. */
export function scansOf(query: SyntaxNode): ReadonlyMap<string, number> {
  const scans = new Map<string, number>();
  addScans(query, new Map(), scans);
  return scans;
}

function addScans(
  value: unknown,
  scope: ReadonlyMap<string, ReadonlyMap<string, number>>,
  scans: Map<string, number>,
): void {
  if (Array.isArray(value)) {
    for (const item of value) addScans(item, scope, scans);
    return;
  }
  if (!isNode(value)) return;
  if (value.type === 'BASE_TABLE') {
    const name = text(value.table_name);
    for (const [table, times] of scope.get(name.toLowerCase()) ?? [[name, 1]])
      scans.set(table, (scans.get(table) ?? 0) + times);
    return;
  }
  const inner = new Map(scope);
  for (const cte of ctesOf(value)) {
    const own = new Map<string, number>();
    addScans(cte.query, inner, own);
    inner.set(cte.name, own);
  }
  for (const [key, child] of Object.entries(value)) if (key !== 'cte_map') addScans(child, inner, scans);
}
