import {
  ctesOf,
  descend,
  isNode,
  node,
  nodes,
  offsetOf,
  type SyntaxNode,
  text,
  texts,
} from '../engine/syntax.ts';
import { aliasFaults } from './aliasRules.ts';
import { INSTEAD, SHARED_FUNCTIONS } from './functions.ts';
import { isKeptWord } from './keptWords.ts';
import { lintText } from './textRules.ts';

/** A place in a SELECT that the shared subset of DuckDB and Trino does not allow. */
export interface SqlFault {
  /** Byte offset in the SELECT's text; null when unknown. */
  readonly offset: number | null;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** The columns of a relation by its name; null when nobody knows them. */
export type ColumnsOf = (relation: string) => readonly string[] | null;

/**
 * Refuses SQL that DuckDB and Trino would not both take, or would answer differently. Every rule stands for a
 * difference that was seen on both engines.
 */
export function lintSql(sql: string, statement: SyntaxNode, columnsOf: ColumnsOf = () => null): SqlFault[] {
  const faults: SqlFault[] = [...lintText(sql), ...aliasFaults(statement, columnsOf)];
  const doubles = doubleNames(statement);
  for (const one of descend(statement))
    for (const rule of RULES)
      for (const fault of rule(one, doubles)) faults.push({ offset: offsetOf(one), ...fault });
  const seen = new Set<string>();
  return faults.filter(({ code, offset }) => {
    const key = `${code} ${offset}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

type Fault = Omit<SqlFault, 'offset'>;
type Rule = (one: SyntaxNode, doubles: DoubleNames) => readonly Fault[];

const fault = (code: string, message: string, hint?: string): readonly Fault[] => [
  hint === undefined ? { code, message } : { code, message, hint },
];
const NONE: readonly Fault[] = [];

const isFunction = (one: SyntaxNode) => one.class === 'FUNCTION' || one.class === 'WINDOW';
const functionName = (one: SyntaxNode) => text(one.function_name).toLowerCase();

/** The engines give round() other types; directly inside a cast the type is said, and both round half away from zero. */
const typedRounds = new WeakSet<SyntaxNode>();
const noteTypedRounds: Rule = (one) => {
  const child = node(one.child);
  if (one.class === 'CAST' && functionName(child) === 'round') typedRounds.add(child);
  return NONE;
};

const onlySharedFunctions: Rule = (one) => {
  if (!isFunction(one)) return NONE;
  const name = functionName(one);
  if (name === '' || SHARED_FUNCTIONS.has(name) || typedRounds.has(one)) return NONE;
  const instead = Object.hasOwn(INSTEAD, name) ? INSTEAD[name] : undefined;
  return fault('SQL_FUNCTION', `${name} is not in the shared subset.`, instead);
};

/** A filter on an aggregate that is a macro here, and FILTER with OVER, exist on one engine only. */
const filters: Rule = (one) => {
  if (one.class === 'WINDOW' && isNode(one.filter_expr))
    return fault('SQL_FILTER_OVER', 'FILTER with OVER is DuckDB only.', 'a case inside the aggregate');
  if (one.class === 'FUNCTION' && isNode(one.filter) && /^(max_by|min_by)$/.test(functionName(one)))
    return fault(
      'SQL_FILTER_MACRO',
      `${functionName(one)} takes no FILTER here.`,
      'a case inside the aggregate',
    );
  return NONE;
};

const windows: Rule = (one) =>
  one.class === 'WINDOW' && one.ignore_nulls === true
    ? fault(
        'SQL_IGNORE_NULLS',
        'IGNORE NULLS stands inside the brackets here and outside on Trino.',
        'max_by over a filtered window',
      )
    : NONE;

const TYPES = new Set(['BOOLEAN', 'INTEGER', 'BIGINT', 'DOUBLE', 'DECIMAL', 'VARCHAR', 'DATE', 'TIMESTAMP']);

const casts: Rule = (one, doubles) => {
  if (one.class !== 'CAST') return NONE;
  const type = text(node(one.cast_type).id);
  const child = node(one.child);
  if (!TYPES.has(type))
    return fault('SQL_TYPE', `${type} is not a type of both engines.`, [...TYPES].join(', ').toLowerCase());
  if (!isDouble(child, doubles.certainly)) return NONE;
  if (type === 'DECIMAL')
    return fault(
      'SQL_DOUBLE_TO_MONEY',
      'a double cast to a decimal rounds differently on the engines (1.005).',
      'stay in decimals: cast(x * rate as decimal(18,2))',
    );
  if (type === 'INTEGER' || type === 'BIGINT')
    return fault(
      'SQL_DOUBLE_TO_INTEGER',
      'a double cast to an integer rounds differently on the engines (2.5).',
      'go through a decimal',
    );
  if (type === 'VARCHAR')
    return fault(
      'SQL_DOUBLE_TO_TEXT',
      'doubles are written differently by the engines.',
      'show numbers outside SQL',
    );
  return NONE;
};

/** Whether an expression is certainly a double, as far as the text alone tells. */
export function isDouble(one: SyntaxNode, names: ReadonlySet<string> = new Set()): boolean {
  const isIt = (child: SyntaxNode) => isDouble(child, names);
  if (one.class === 'COLUMN_REF') return names.has(texts(one.column_names).at(-1) ?? '');
  if (one.class === 'CAST') return text(node(one.cast_type).id) === 'DOUBLE';
  if (one.class === 'CONSTANT') return text(node(node(one.value).type).id) === 'DOUBLE';
  if (one.class === 'CASE')
    return nodes(one.case_checks).some((check) => isIt(node(check.then_expr))) || isIt(node(one.else_expr));
  if (one.type === 'OPERATOR_COALESCE') return nodes(one.children).some(isIt);
  if (one.class !== 'FUNCTION' && one.class !== 'WINDOW') return false;
  const name = functionName(one);
  return DOUBLE_FUNCTIONS.test(name) || (CARRYING_FUNCTIONS.test(name) && nodes(one.children).some(isIt));
}

const DOUBLE_FUNCTIONS =
  /^(sqrt|ln|log10|exp|power|corr|stddev|stddev_samp|stddev_pop|variance|var_samp|var_pop|regr_slope|regr_intercept|percent_rank|cume_dist)$/;
const CARRYING_FUNCTIONS =
  /^([-+*/%]|abs|nullif|greatest|least|sum|min|max|if|any_value|lag|lead|first_value|last_value)$/;

/** Column names that a statement gives to doubles: `certainly` those that it never gives to anything else. */
interface DoubleNames {
  readonly perhaps: ReadonlySet<string>;
  readonly certainly: ReadonlySet<string>;
}

/** Looks again until no further name turns out to be a double: CTEs build on each other. */
function doubleNames(statement: SyntaxNode): DoubleNames {
  const items = [...descend(statement)].flatMap((one) =>
    nodes(one.select_list).map((item) => ({
      item,
      name: text(item.alias) || texts(item.column_names).at(-1) || '',
    })),
  );
  const perhaps = new Set<string>();
  for (let size = -1; size !== perhaps.size; ) {
    size = perhaps.size;
    for (const { item, name } of items) if (name !== '' && isDouble(item, perhaps)) perhaps.add(name);
  }
  const others = new Set(items.filter(({ item }) => !isDouble(item, perhaps)).map(({ name }) => name));
  return { perhaps, certainly: new Set([...perhaps].filter((name) => !others.has(name))) };
}

/** Decimals divide to a double here and to a rounded decimal on Trino; whole numbers to a fraction here only. */
const division: Rule = (one, doubles) => {
  if (one.class !== 'FUNCTION' || functionName(one) !== '/') return NONE;
  const [above = {}, below = {}] = nodes(one.children);
  if (!isDouble(above, doubles.perhaps) && !isDouble(below, doubles.perhaps))
    return fault(
      'SQL_DIVISION',
      'a division without a cast means something else on each engine.',
      'cast(a as double) / nullif(cast(b as double), 0)',
    );
  return isUnguarded(below)
    ? fault('SQL_ZERO_DIVISION', 'nothing keeps the divisor from being zero.', 'nullif(b, 0)')
    : NONE;
};

/** A divisor that is a sum or a count as it comes, or the number zero. Columns may be guarded elsewhere. */
function isUnguarded(below: SyntaxNode): boolean {
  if (below.class === 'CAST') return isUnguarded(node(below.child));
  if (below.class === 'CONSTANT') return Number(node(below.value).value) === 0;
  return below.class === 'FUNCTION' && /^(sum|count|count_star|count_if)$/.test(functionName(below));
}

const comparisons: Rule = (one) => {
  if (one.class !== 'COMPARISON' && one.class !== 'BETWEEN') return NONE;
  const sides = [one.left, one.right, one.input, one.lower, one.upper].filter(isNode);
  const faults: Fault[] = [];
  if (sides.some(isPartOfAsOf))
    faults.push(
      ...fault(
        'SQL_PART_OF_AS_OF',
        'a part of as_of reads every file.',
        "compare as_of itself: as_of >= date '2026-01-01' and as_of < date '2027-01-01'",
      ),
    );
  if (sides.some(isDateText) && sides.some((side) => side.class === 'COLUMN_REF' && isDateName(side)))
    faults.push(
      ...fault('SQL_DATE_AS_TEXT', 'a date compared with a text is an error on Trino.', "date '2026-01-01'"),
    );
  return faults;
};

function isPartOfAsOf(side: SyntaxNode): boolean {
  return (
    side.class === 'FUNCTION' &&
    /^(year|month|day|quarter|date_part|date_trunc|date_format)$/.test(functionName(side)) &&
    nodes(side.children).some((child) => texts(child.column_names).at(-1) === 'as_of')
  );
}

function isDateText(side: SyntaxNode): boolean {
  return side.class === 'CONSTANT' && /^\d{4}-\d{2}-\d{2}/.test(text(node(side.value).value));
}

/** Names that the house gives to dates. */
function isDateName(column: SyntaxNode): boolean {
  return /(^as_of$|_date$|_on$|_since$|^first_day$|^last_day$|^month_start$|^valid_(from|to)$|^coverage_(start|end)$|^previous$)/.test(
    texts(column.column_names).at(-1) ?? '',
  );
}

const dateArithmetic: Rule = (one) => {
  if (one.class !== 'FUNCTION' || !/^[-+]$/.test(functionName(one))) return NONE;
  const children = nodes(one.children);
  const dates = children.filter(
    (child) => (child.class === 'COLUMN_REF' && isDateName(child)) || isDateCast(child),
  );
  return children.length === 2 && dates.length > 0
    ? fault(
        'SQL_DATE_ARITHMETIC',
        'adding to dates and subtracting them means something else on each engine.',
        "date_add('day', n, d), date_diff('day', a, b)",
      )
    : NONE;
};

function isDateCast(one: SyntaxNode): boolean {
  return one.class === 'CAST' && /^(DATE|TIMESTAMP)$/.test(text(node(one.cast_type).id));
}

/** Parts of a date that both engines number alike; days of the week they do not (Sunday is 0 here, 7 on Trino). */
const DATE_PARTS = new Set(['year', 'quarter', 'month', 'week', 'day', 'doy', 'hour', 'minute', 'second']);

const dateParts: Rule = (one) => {
  if (one.class !== 'FUNCTION' || functionName(one) !== 'date_part') return NONE;
  const [unit = {}] = nodes(one.children);
  const part = text(node(unit.value).value).toLowerCase();
  return DATE_PARTS.has(part)
    ? NONE
    : fault(
        'SQL_DATE_PART',
        `${part || 'a computed part'} of a date is not the same number on both engines.`,
        `day_of_week(d), which is 7 on Sunday; or one of ${[...DATE_PARTS].join(', ')}`,
      );
};

const stars: Rule = (one) => {
  if (one.class !== 'STAR') return NONE;
  const changed = ['exclude_list', 'replace_list', 'rename_list', 'qualified_exclude_list'].some((key) => {
    const list = one[key];
    return Array.isArray(list) ? list.length > 0 : isNode(list) && Object.keys(list).length > 0;
  });
  return changed || one.columns === true
    ? fault('SQL_STAR', 'EXCLUDE, REPLACE, RENAME and COLUMNS are DuckDB only.', 'name the columns')
    : NONE;
};

const tables: Rule = (one) => {
  switch (one.type) {
    case 'TABLE_FUNCTION': {
      const name = functionName(node(one.function));
      return name === 'unnest'
        ? NONE
        : fault(
            'SQL_TABLE_FUNCTION',
            `${name || 'a table function'} reads something else than a relation.`,
            'name a relation',
          );
    }
    case 'SHOW_REF':
      return fault('SQL_NOT_SELECT', 'DESCRIBE, SHOW and SUMMARIZE are no models.', 'one SELECT');
    case 'PIVOT':
      return fault('SQL_PIVOT', 'PIVOT is DuckDB only.', 'sum(case when ... end)');
    case 'RECURSIVE_CTE_NODE':
      return fault('SQL_RECURSIVE', 'recursion is limited on Trino.', 'unnest(sequence(a, b))');
    default:
      return isNode(one.sample)
        ? fault('SQL_SAMPLE', 'a sample is not the same twice.', 'leave it out')
        : NONE;
  }
};

const joins: Rule = (one) => {
  if (one.type !== 'JOIN') return NONE;
  const kind = text(one.ref_type);
  if (kind !== 'REGULAR' && kind !== 'CROSS')
    return fault('SQL_JOIN', `${kind} joins are not shared.`, 'an ordinary join with ON');
  if (/^(SEMI|ANTI)$/.test(text(one.join_type)))
    return fault('SQL_JOIN', `${text(one.join_type)} joins are DuckDB only.`, 'where exists (...)');
  if (/^(LEFT|RIGHT|FULL|OUTER)$/.test(text(one.join_type)) && [...descend(one.condition)].some(isOr))
    return fault(
      'SQL_OR_IN_OUTER_JOIN',
      'OR in the ON of an outer join is a nested loop in DuckDB (800 times slower).',
      "close open ends in a view: coalesce(valid_to, date '9999-12-31')",
    );
  return NONE;
};

const isOr = (one: SyntaxNode) => one.type === 'CONJUNCTION_OR';

const queries: Rule = (one) => {
  const faults: Fault[] = [];
  if (isNode(one.qualify))
    faults.push(...fault('SQL_QUALIFY', 'QUALIFY is DuckDB only.', 'filter a row_number() outside'));
  if (one.aggregate_handling === 'FORCE_AGGREGATES')
    faults.push(...fault('SQL_BY_ALL', 'GROUP BY ALL is DuckDB only.', 'name the columns'));
  if (one.type === 'DISTINCT_MODIFIER' && nodes(one.distinct_on_targets).length > 0)
    faults.push(...fault('SQL_DISTINCT_ON', 'DISTINCT ON is DuckDB only.', 'filter a row_number() outside'));
  if (one.type === 'LIMIT_PERCENT_MODIFIER')
    faults.push(...fault('SQL_LIMIT', 'LIMIT in percent is DuckDB only.'));
  if (one.setop_type === 'UNION_BY_NAME')
    faults.push(
      ...fault('SQL_BY_NAME', 'UNION BY NAME is DuckDB only.', 'the same columns in the same order'),
    );
  // A bounded scalar subquery that looks outside it ("latest at or before") does not run on Trino.
  if (
    one.class === 'SUBQUERY' &&
    nodes(node(node(one.subquery).node).modifiers).some(({ type }) => type === 'LIMIT_MODIFIER')
  )
    faults.push(
      ...fault(
        'SQL_LIMITED_SUBQUERY',
        'LIMIT in a subquery of an expression does not run on Trino when it looks outside.',
        'intervals by lead(), or max_by',
      ),
    );
  return faults;
};

const names: Rule = (one) => {
  const alias = text(one.alias).toLowerCase();
  const aliases = [
    alias,
    ...texts(one.column_name_alias),
    ...ctesOf(one).flatMap((cte) => [cte.name, ...cte.aliases]),
  ];
  return aliases
    .filter((name) => isKeptWord(name))
    .flatMap((name) => fault('SQL_RESERVED_NAME', `"${name}" is a reserved word on Trino.`, 'another name'));
};

const RULES: readonly Rule[] = [
  // A cast is met before what it casts.
  noteTypedRounds,
  onlySharedFunctions,
  filters,
  windows,
  casts,
  division,
  comparisons,
  dateArithmetic,
  dateParts,
  stars,
  tables,
  joins,
  queries,
  names,
];
