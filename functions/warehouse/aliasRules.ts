import { ctesOf, isNode, node, nodes, offsetOf, type SyntaxNode, text, texts } from '../engine/syntax.ts';
import type { ColumnsOf, SqlFault } from './linter.ts';

/**
 * DuckDB lets WHERE, GROUP BY, HAVING and the columns after it use the name that a select list gives; Trino knows
 * the columns of FROM only. The rule needs those columns: where somebody does not know them, it keeps silent.
 */
export function aliasFaults(statement: SyntaxNode, columnsOf: ColumnsOf): SqlFault[] {
  const faults: SqlFault[] = [];
  visit(statement, new Map(), columnsOf, faults);
  return faults;
}

type Scope = ReadonlyMap<string, ReadonlySet<string> | null>;

function visit(
  query: SyntaxNode,
  outer: Scope,
  columnsOf: ColumnsOf,
  faults: SqlFault[],
): ReadonlySet<string> | null {
  const scope = new Map(outer);
  for (const cte of ctesOf(query)) {
    const columns = visit(cte.query, scope, columnsOf, faults);
    scope.set(cte.name, cte.aliases.length > 0 ? new Set(cte.aliases) : columns);
  }
  if (query.type === 'SET_OPERATION_NODE') {
    const branches = [query.left, query.right, ...nodes(query.children)].filter(isNode);
    const [first = null] = branches.map((branch) => visit(branch, scope, columnsOf, faults));
    return first;
  }
  if (query.type !== 'SELECT_NODE') return null;
  const source = columnsIn(node(query.from_table), scope, columnsOf, faults);
  for (const subquery of subqueriesOf(query)) visit(subquery, scope, columnsOf, faults);
  const list = nodes(query.select_list);
  if (source) report(query, list, source, faults);
  return outputOf(list, source);
}

/** Names that a FROM gives; null when unknown. */
function columnsIn(
  from: SyntaxNode,
  scope: Scope,
  columnsOf: ColumnsOf,
  faults: SqlFault[],
): ReadonlySet<string> | null {
  const renamed = texts(from.column_name_alias);
  switch (from.type) {
    case 'EMPTY':
      return new Set();
    case 'BASE_TABLE': {
      const name = text(from.table_name).toLowerCase();
      if (renamed.length > 0) return new Set(renamed);
      if (scope.has(name)) return scope.get(name) ?? null;
      const columns = columnsOf(name);
      return columns && new Set(columns);
    }
    case 'SUBQUERY': {
      const columns = visit(node(node(from.subquery).node), scope, columnsOf, faults);
      return renamed.length > 0 ? new Set(renamed) : columns;
    }
    case 'JOIN': {
      const left = columnsIn(node(from.left), scope, columnsOf, faults);
      const right = columnsIn(node(from.right), scope, columnsOf, faults);
      return left && right && new Set([...left, ...right]);
    }
    default:
      return renamed.length > 0 ? new Set(renamed) : null;
  }
}

function report(
  query: SyntaxNode,
  list: readonly SyntaxNode[],
  source: ReadonlySet<string>,
  faults: SqlFault[],
): void {
  const given = new Set<string>();
  for (const item of list) {
    const used = usedName(item, given, source);
    if (used) faults.push(aliasFault(used, 'a later column'));
    const alias = text(item.alias);
    if (alias !== '') given.add(alias);
  }
  for (const [place, part] of [
    ['WHERE', query.where_clause],
    ['GROUP BY', query.group_expressions],
    ['HAVING', query.having],
  ] as const)
    for (const expression of Array.isArray(part) ? nodes(part) : [node(part)]) {
      const used = usedName(expression, given, source);
      if (used) faults.push(aliasFault(used, place));
    }
}

function aliasFault(column: SyntaxNode, place: string): SqlFault {
  return {
    offset: offsetOf(column),
    code: 'SQL_ALIAS_REUSE',
    message: `${place} uses the name "${texts(column.column_names)[0]}" that this select list gives; Trino does not know it there.`,
    hint: 'repeat the expression, or name it in an inner select',
  };
}

/** The first unqualified column under an expression that is a given name and no column of FROM. */
function usedName(
  expression: unknown,
  given: ReadonlySet<string>,
  source: ReadonlySet<string>,
): SyntaxNode | null {
  if (Array.isArray(expression)) {
    for (const item of expression) {
      const found = usedName(item, given, source);
      if (found) return found;
    }
    return null;
  }
  if (!isNode(expression) || expression.class === 'SUBQUERY') return null;
  if (expression.class === 'COLUMN_REF') {
    const [name, more] = texts(expression.column_names);
    return name !== undefined && more === undefined && given.has(name) && !source.has(name)
      ? expression
      : null;
  }
  return usedName(Object.values(expression), given, source);
}

/** Output names of a select list; null when a star hides them. */
function outputOf(
  list: readonly SyntaxNode[],
  source: ReadonlySet<string> | null,
): ReadonlySet<string> | null {
  const names = new Set<string>();
  for (const item of list) {
    if (item.class === 'STAR') {
      // A qualified star gives fewer columns; for this rule more names only mean fewer findings.
      if (!source) return null;
      for (const name of source) names.add(name);
      continue;
    }
    const name = text(item.alias) || texts(item.column_names).at(-1);
    if (name) names.add(name);
  }
  return names;
}

/** Queries inside the expressions of a SELECT, not those of FROM. */
function subqueriesOf(query: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const search = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(search);
    else if (isNode(value)) {
      if (value.class === 'SUBQUERY') found.push(node(node(value.subquery).node));
      else Object.values(value).forEach(search);
    }
  };
  for (const key of ['select_list', 'where_clause', 'group_expressions', 'having', 'modifiers'])
    search(query[key]);
  return found;
}
