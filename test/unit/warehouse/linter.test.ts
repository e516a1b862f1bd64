import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Session } from '../../../functions/engine/duckdb.ts';
import { parseSql } from '../../../functions/engine/syntax.ts';
import { SHARED_FUNCTIONS } from '../../../functions/warehouse/functions.ts';
import { lintSql } from '../../../functions/warehouse/linter.ts';

let session: Session;
let scratch = '';

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'alturas-lint-'));
  session = await Session.open({ scratch });
});

afterAll(async () => {
  session.close();
  await rm(scratch, { recursive: true });
});

const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  t: ['a', 'b', 'c', 'as_of', 'due_date', 'amount'],
  u: ['a', 'd', 'as_of'],
};

async function codes(sql: string): Promise<string[]> {
  const syntax = await parseSql(session, sql);
  if (!syntax.ok) throw new Error(syntax.message);
  const [statement = {}] = syntax.statements;
  return lintSql(sql, statement, (name) => COLUMNS[name] ?? null).map(({ code }) => code);
}

/** One statement a rule: what is refused, and what is to be written instead. */
const RULES: readonly (readonly [code: string, refused: string, instead: string])[] = [
  ['SQL_CAST_SIGN', 'select a::bigint as a from t', 'select cast(a as bigint) as a from t'],
  ['SQL_WHOLE_DIVISION', 'select a // 2 as a from t', 'select a % 2 as a from t'],
  ['SQL_EQUALS', 'select a from t where a == 1', 'select a from t where a = 1'],
  [
    'SQL_QUALIFY',
    'select a from t qualify row_number() over (order by a) = 1',
    'select a from (select a, row_number() over (order by a) as n from t) as x where n = 1',
  ],
  ['SQL_BY_ALL', 'select a, count(*) as n from t group by all', 'select a, count(*) as n from t group by a'],
  ['SQL_BY_ALL', 'select a from t order by all', 'select a from t order by a'],
  ['SQL_STAR', 'select * exclude (a) from t', 'select b from t'],
  ['SQL_STAR', 'select * replace (1 as a) from t', 'select * from t'],
  ['SQL_STAR', "select columns('a') from t", 'select a from t'],
  [
    'SQL_PIVOT',
    'select * from t pivot (sum(b) for a in (1, 2))',
    'select sum(case when a = 1 then b end) as one from t',
  ],
  ['SQL_ASOF', 'select t.a from t asof join u on t.a >= u.a', 'select t.a from t join u on t.a >= u.a'],
  ['SQL_JOIN', 'select t.a from t asof join u on t.a >= u.a', 'select t.a from t join u on t.a >= u.a'],
  [
    'SQL_JOIN',
    'select t.a from t semi join u on t.a = u.a',
    'select a from t where exists (select 1 from u where u.a = t.a)',
  ],
  ['SQL_JOIN', 'select a from t natural join u', 'select t.a from t join u on u.a = t.a'],
  [
    'SQL_OR_IN_OUTER_JOIN',
    'select t.a from t left join u on u.a = t.a or u.d = 1',
    'select t.a from t left join u on u.a = t.a and u.d = 1',
  ],
  ['SQL_ALIAS_REUSE', 'select a + 1 as x from t where x > 1', 'select a + 1 as x from t where a + 1 > 1'],
  [
    'SQL_ALIAS_REUSE',
    'select a + 1 as x, count(*) as n from t group by x',
    'select a + 1 as x, count(*) as n from t group by 1',
  ],
  [
    'SQL_ALIAS_REUSE',
    'select a, count(*) as n from t group by a having n > 1',
    'select a, count(*) as n from t group by a having count(*) > 1',
  ],
  ['SQL_ALIAS_REUSE', 'select a + 1 as x, x * 2 as y from t', 'select a + 1 as x, (a + 1) * 2 as y from t'],
  [
    'SQL_ALIAS_REUSE',
    'with v as (select a as k from t) select k as z from v where z = 1',
    'with v as (select a as k from t) select k from v where k = 1',
  ],
  [
    'SQL_ALIAS_REUSE',
    'select a from t where a in (select d + 1 as e from u where e > 2)',
    'select a from t where a in (select d + 1 as e from u where d > 1)',
  ],
  [
    'SQL_DOUBLE_TO_MONEY',
    'select cast(cast(a as double) * 2 as decimal(18,2)) as m from t',
    'select cast(amount * 2 as decimal(18,2)) as m from t',
  ],
  [
    'SQL_DOUBLE_TO_MONEY',
    'with r as (select cast(a as double) / nullif(cast(b as double), 0) as q from t) select cast(q as decimal(18,2)) as m from r',
    'with r as (select amount as q from t) select cast(q as decimal(18,2)) as m from r',
  ],
  [
    'SQL_DOUBLE_TO_INTEGER',
    'select cast(sqrt(a) as bigint) as n from t',
    'select cast(a as bigint) as n from t',
  ],
  ['SQL_DOUBLE_TO_TEXT', 'select cast(1e0 as varchar) as s from t', 'select cast(a as varchar) as s from t'],
  [
    'SQL_DIVISION',
    'select a / b as r from t',
    'select cast(a as double) / nullif(cast(b as double), 0) as r from t',
  ],
  [
    'SQL_DIVISION',
    'select amount * 100 / 3 as r from t',
    'select cast(amount as double) * 100 / 3 as r from t',
  ],
  [
    'SQL_ZERO_DIVISION',
    'select cast(sum(a) as double) / sum(b) as r from t',
    'select cast(sum(a) as double) / nullif(sum(b), 0) as r from t',
  ],
  ['SQL_FUNCTION', 'select avg(amount) as m from t', 'select sum(amount) as m from t'],
  [
    'SQL_FUNCTION',
    'select round(amount, 1) as m from t',
    'select cast(round(amount, 2) as decimal(18,2)) as m from t',
  ],
  ['SQL_FUNCTION', 'select now() as n from t', 'select as_of as n from t'],
  ['SQL_FUNCTION', "select a from t where b ilike 'x'", "select a from t where lower(b) like 'x'"],
  ['SQL_ILIKE', "select a from t where b ilike 'x'", "select a from t where lower(b) like 'x'"],
  [
    'SQL_INTERVAL',
    "select as_of + interval '1' day as d from t",
    "select date_add('day', 1, as_of) as d from t",
  ],
  [
    'SQL_DATE_ARITHMETIC',
    'select as_of - due_date as d from t',
    "select date_diff('day', due_date, as_of) as d from t",
  ],
  [
    'SQL_DATE_ARITHMETIC',
    "select date '2026-01-01' + 1 as d from t",
    "select date_add('day', 1, date '2026-01-01') as d from t",
  ],
  [
    'SQL_DATE_PART',
    'select extract(dow from due_date) as d from t',
    'select extract(week from due_date) as w from t',
  ],
  [
    'SQL_DATE_AS_TEXT',
    "select a from t where as_of = '2026-01-01'",
    "select a from t where as_of = date '2026-01-01'",
  ],
  [
    'SQL_PART_OF_AS_OF',
    'select a from t where year(as_of) = 2026',
    "select a from t where as_of >= date '2026-01-01'",
  ],
  [
    'SQL_PART_OF_AS_OF',
    'select a from t where extract(year from as_of) = 2026',
    'select extract(year from as_of) as y from t',
  ],
  ['SQL_RESERVED_NAME', 'select a as "end" from t', 'select a as ending from t'],
  [
    'SQL_RESERVED_NAME',
    'with skip as (select a from t) select a from skip',
    'with skipped as (select a from t) select a from skipped',
  ],
  ['SQL_MISSING_AS', 'select a x from t', 'select a as x from t as y'],
  ['SQL_MISSING_AS', 'select sum(a) total from t', 'select sum(a) as total from t y'],
  [
    'SQL_MISSING_AS',
    'select case when a = 1 then b end c from t',
    'select case when a = 1 then b end as c from t',
  ],
  ['SQL_DECIMAL_LITERAL', "select decimal '1.50' as m from t", 'select 1.50 as m from t'],
  ['SQL_TYPE', 'select cast(a as hugeint) as a from t', 'select cast(a as bigint) as a from t'],
  ['SQL_TYPE', 'select cast(a as text) as a from t', 'select cast(a as varchar) as a from t'],
  ['SQL_TYPE', 'select cast(a as float) as a from t', 'select cast(a as double) as a from t'],
  ['SQL_BIG_LITERAL', 'select 1234567890123456789 as a from t', 'select 123456789012345678 as a from t'],
  ['SQL_NUMBER', 'select 1_000 as a from t', 'select 1000 as a from t'],
  ['SQL_TRAILING_COMMA', 'select a, from t', 'select a from t'],
  ['SQL_FIRST_WORD', 'from t', 'select * from t'],
  ['SQL_SEMICOLON', 'select a from t;', 'select a from t'],
  ['SQL_LIST', 'select [a, b] as l from t', 'select array_agg(a) as l from t'],
  ['SQL_STRUCT', "select {'x': a} as s from t", 'select a from t'],
  [
    'SQL_LAMBDA',
    'select list_transform(array_agg(a), x -> x + 1) as l from t',
    'select array_agg(a + 1) as l from t',
  ],
  ['SQL_DOLLAR', 'select $$x$$ as s from t', "select 'x' as s from t"],
  [
    'SQL_TABLE_FUNCTION',
    "select * from read_parquet('x.parquet')",
    'select n from unnest(sequence(1, 3)) as x (n)',
  ],
  [
    'SQL_TABLE_FUNCTION',
    'select * from range(3)',
    'select n from t cross join unnest(sequence(1, a)) as x (n)',
  ],
  ['SQL_NOT_SELECT', 'describe t', 'select a from t'],
  [
    'SQL_RECURSIVE',
    'with recursive r as (select 1 as n union all select n + 1 from r where n < 3) select n from r',
    'select n from unnest(sequence(1, 3)) as x (n)',
  ],
  ['SQL_SAMPLE', 'select a from t tablesample 10%', 'select a from t'],
  ['SQL_DISTINCT_ON', 'select distinct on (a) a, b from t', 'select distinct a, b from t'],
  ['SQL_BY_NAME', 'select a from t union by name select a from u', 'select a from t union select a from u'],
  [
    'SQL_LIMITED_SUBQUERY',
    'select (select d from u where u.as_of <= t.as_of order by u.as_of limit 1) as d from t',
    'select a from t order by a limit 1',
  ],
  [
    'SQL_FILTER_OVER',
    'select sum(a) filter (where b > 1) over () as s from t',
    'select sum(case when b > 1 then a end) over () as s from t',
  ],
  [
    'SQL_FILTER_MACRO',
    'select max_by(a, b) filter (where a > 1) as m from t',
    'select sum(a) filter (where a > 1) as m from t',
  ],
  [
    'SQL_IGNORE_NULLS',
    'select last_value(a ignore nulls) over (order by b) as v from t',
    'select last_value(a) over (order by b) as v from t',
  ],
];

describe('the shared subset', () => {
  it.each(RULES)('%s: refuses %s', async (code, refused, instead) => {
    expect(await codes(refused)).toContain(code);
    expect(await codes(instead)).toEqual([]);
  });

  it('does not look inside comments, texts and quoted names', async () => {
    expect(
      await codes(
        "select 'a::b // qualify [1]' as s, \"a\" from t -- group by all;\n/* x::y */ where b = 'interval'",
      ),
    ).toEqual([]);
  });

  it('tells where the fault stands, also behind letters of several bytes', async () => {
    const sql = "select 'ñandú' as s,\n  a::bigint as a\nfrom t";
    const syntax = await parseSql(session, sql);
    const [fault] = syntax.ok ? lintSql(sql, syntax.statements[0] ?? {}) : [];
    expect(
      Buffer.from(sql)
        .subarray(fault?.offset ?? 0)
        .toString(),
    ).toMatch(/^::bigint/);
  });

  it('keeps silent about names that it does not know', async () => {
    expect(await codes('select x + 1 as y from unknown where y > 1')).toEqual([]);
  });
});

describe('the list of functions', () => {
  it('holds only functions that DuckDB with the macros really has', async () => {
    const rows = await session.rows('select distinct lower(function_name) as name from duckdb_functions()');
    const known = new Set(rows.map((row) => row.name));
    // Written in SQL otherwise than as a function call, or made by the parser.
    const syntax = [
      'coalesce',
      'try_cast',
      'count_star',
      'lag',
      'lead',
      'if',
      'row_number',
      'rank',
      'dense_rank',
      'percent_rank',
      'cume_dist',
      'ntile',
      'first_value',
      'last_value',
      'nth_value',
      'unnest',
      'like_escape',
      'not_like_escape',
    ];
    expect([...SHARED_FUNCTIONS].filter((name) => !known.has(name) && !syntax.includes(name))).toEqual([]);
  });
});
