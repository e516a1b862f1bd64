import type { SqlFault } from './linter.ts';

/**
 * Rules that the syntax tree cannot see, because DuckDB's parser makes the same tree of what Trino takes and of what
 * it refuses. They look at the words of the SELECT, never inside comments, texts or quoted names.
 */

interface Token {
  readonly kind: 'word' | 'quoted' | 'number' | 'text' | 'sign';
  /** Words in lower case. */
  readonly text: string;
  /** In characters. */
  readonly at: number;
}

interface Rule {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

const SIGNS: Readonly<Record<string, Rule>> = {
  '::': { code: 'SQL_CAST_SIGN', message: '`::` is DuckDB only.', hint: 'cast(x as type)' },
  '//': { code: 'SQL_WHOLE_DIVISION', message: '`//` is DuckDB only.', hint: 'see the notes on division' },
  '==': { code: 'SQL_EQUALS', message: '`==` is DuckDB only.', hint: '=' },
  '->': {
    code: 'SQL_LAMBDA',
    message: 'lambdas and JSON arrows are not shared.',
    hint: 'plain joins and cases',
  },
  ':=': { code: 'SQL_NAMED_ARGUMENT', message: '`:=` is DuckDB only.', hint: 'arguments by position' },
  '{': { code: 'SQL_STRUCT', message: 'struct literals are not shared.', hint: 'plain columns' },
  '[': {
    code: 'SQL_LIST',
    message: 'list literals and subscripts are not shared.',
    hint: 'element_at(list, n), a values list',
  },
  ';': {
    code: 'SQL_SEMICOLON',
    message: 'a model is wrapped by the engine: no semicolon.',
    hint: 'leave it out',
  },
  $: { code: 'SQL_DOLLAR', message: 'parameters and dollar quotes are not shared.', hint: 'leave it out' },
};

const WORDS: Readonly<Record<string, Rule>> = {
  qualify: {
    code: 'SQL_QUALIFY',
    message: 'QUALIFY is DuckDB only.',
    hint: 'filter a row_number() in an outer select',
  },
  asof: {
    code: 'SQL_ASOF',
    message: 'ASOF joins are DuckDB only.',
    hint: 'intervals by lead(), joined on from <= x and x < to',
  },
  pivot: { code: 'SQL_PIVOT', message: 'PIVOT is DuckDB only.', hint: 'sum(case when ... end)' },
  unpivot: { code: 'SQL_PIVOT', message: 'UNPIVOT is DuckDB only.', hint: 'cross join (values ...)' },
  ilike: { code: 'SQL_ILIKE', message: 'Trino has no ILIKE.', hint: 'lower(a) like lower(b)' },
  interval: {
    code: 'SQL_INTERVAL',
    message: 'date plus interval is a timestamp in DuckDB.',
    hint: "date_add('day', n, d)",
  },
  positional: {
    code: 'SQL_POSITIONAL',
    message: 'POSITIONAL joins are DuckDB only.',
    hint: 'join on row_number()',
  },
  hugeint: { code: 'SQL_TYPE', message: 'HUGEINT is DuckDB only.', hint: 'bigint, or decimal(38,0)' },
};

/** Types by names that only one engine has. */
const TYPE_NAMES = new Set(
  'text string int2 int4 int8 int1 long short float4 float8 numeric number blob bytea datetime signed uinteger ubigint logical bool'.split(
    ' ',
  ),
);

/** Words after which no alias can follow, or which are never one: enough to see a missing AS. */
const KEYWORDS = new Set(
  (
    'select from where group by having order limit offset union all except intersect distinct as on using join left right ' +
    'full inner outer cross natural lateral and or not in is null like escape between exists case when then else end cast ' +
    'try_cast over partition rows range groups unbounded preceding following current row filter within with recursive ' +
    'values asc desc nulls first last true false date timestamp time interval extract at zone grouping sets rollup cube ' +
    'window ordinality unnest fetch next only any some array materialized ignore respect exclude ties others no'
  ).split(' '),
);

export function lintText(sql: string): SqlFault[] {
  const tokens = tokensOf(sql);
  const faults: SqlFault[] = [];
  const offset = (token: Token) => Buffer.byteLength(sql.slice(0, token.at));
  const report = (token: Token, rule: Rule) => faults.push({ offset: offset(token), ...rule });
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    const after = tokens[index + 1];
    const sign = token.kind === 'sign' && Object.hasOwn(SIGNS, token.text) ? SIGNS[token.text] : undefined;
    if (sign && !(token.text === '[' && before?.text === 'array')) report(token, sign);
    const word = token.kind === 'word' && Object.hasOwn(WORDS, token.text) ? WORDS[token.text] : undefined;
    // A column may be called so; only its use as a keyword is refused.
    if (word && before?.text !== '.' && after?.text !== '.' && after?.text !== ',' && before?.text !== 'as')
      report(token, word);
    if (token.kind === 'word' && token.text === 'decimal' && after?.kind === 'text')
      report(token, {
        code: 'SQL_DECIMAL_LITERAL',
        message: "DECIMAL '1.50' has another type on each engine.",
        hint: 'write 1.50, or cast it',
      });
    if (
      token.text === 'as' &&
      after?.kind === 'word' &&
      TYPE_NAMES.has(after.text) &&
      tokens[index + 2]?.text === ')'
    )
      report(after, {
        code: 'SQL_TYPE',
        message: `the type ${after.text} is not known by that name to both engines.`,
        hint: 'varchar, bigint, integer, double, boolean, date, timestamp or decimal(p,s)',
      });
    if (token.kind === 'number' && /^[0-9]{19,}$/.test(token.text))
      report(token, {
        code: 'SQL_BIG_LITERAL',
        message: 'a whole number of more than 18 digits is a HUGEINT in DuckDB and an error in Trino.',
        hint: "cast('...' as decimal(38,0))",
      });
    if (token.kind === 'number' && token.text.includes('_'))
      report(token, {
        code: 'SQL_NUMBER',
        message: 'underscores in numbers are DuckDB only.',
        hint: 'plain digits',
      });
    if (token.text === ',' && (after?.text === 'from' || after?.text === ')'))
      report(token, {
        code: 'SQL_TRAILING_COMMA',
        message: 'a comma with nothing after it.',
        hint: 'leave it out',
      });
    if (token.text === 'all' && before?.text === 'by')
      report(token, {
        code: 'SQL_BY_ALL',
        message: 'GROUP BY ALL and ORDER BY ALL are DuckDB only.',
        hint: 'name the columns',
      });
  }
  const [first] = tokens;
  if (first && first.text !== 'select' && first.text !== 'with' && first.text !== '(')
    report(first, {
      code: 'SQL_FIRST_WORD',
      message: `a model begins with select or with, not with ${first.text}.`,
      hint: 'select ... from ...',
    });
  return [
    ...faults,
    ...missingAs(tokens).map((token) => ({
      offset: offset(token),
      code: 'SQL_MISSING_AS',
      message: `the column name ${token.text} has no AS before it.`,
      hint: 'always write AS: some names need it on one engine only',
    })),
  ];
}

/** Aliases of select lists that stand without AS. */
function missingAs(tokens: readonly Token[]): Token[] {
  const found: Token[] = [];
  // Per open parenthesis: whether we stand in a select list of that depth.
  const inList = [false];
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    if (token.text === '(') inList.push(false);
    else if (token.text === ')') inList.pop();
    else if (token.kind === 'word' && token.text === 'select') inList[inList.length - 1] = true;
    else if (token.kind === 'word' && (token.text === 'from' || token.text === 'union'))
      inList[inList.length - 1] = false;
    else if (
      inList.at(-1) === true &&
      before !== undefined &&
      endsExpression(before) &&
      (token.kind === 'quoted' || (token.kind === 'word' && !KEYWORDS.has(token.text)))
    )
      found.push(token);
  }
  return found;
}

function endsExpression(token: Token): boolean {
  if (token.kind === 'sign') return token.text === ')';
  if (token.kind === 'word')
    return token.text === 'end' || token.text === 'null' || !KEYWORDS.has(token.text);
  return true;
}

const PATTERN =
  /(?<skip>\s+|--[^\n]*|\/\*[\s\S]*?\*\/)|(?<text>'(?:[^']|'')*')|(?<quoted>"(?:[^"]|"")*")|(?<number>[0-9][0-9_]*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<sign>::|:=|\/\/|==|->|<=|>=|<>|!=|\|\||[\s\S])/gy;

function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  for (const match of sql.matchAll(PATTERN)) {
    const groups = match.groups ?? {};
    const at = match.index;
    if (groups.skip !== undefined) continue;
    if (groups.word !== undefined) tokens.push({ kind: 'word', text: groups.word.toLowerCase(), at });
    else if (groups.quoted !== undefined) tokens.push({ kind: 'quoted', text: groups.quoted, at });
    else if (groups.number !== undefined) tokens.push({ kind: 'number', text: groups.number, at });
    else if (groups.text !== undefined) tokens.push({ kind: 'text', text: groups.text, at });
    else tokens.push({ kind: 'sign', text: groups.sign ?? '', at });
  }
  return tokens;
}
