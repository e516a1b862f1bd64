import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Session } from '../../../functions/engine/duckdb.ts';
import { descend, parseSql, type SyntaxNode, text } from '../../../functions/engine/syntax.ts';
import { INSTEAD, SHARED_FUNCTIONS } from '../../../functions/warehouse/functions.ts';
import { lintSql } from '../../../functions/warehouse/linter.ts';
import { DIFFERENT, EXPRESSIONS, SAMPLE, STATEMENTS } from '../../trino/expressions.ts';
import { sqlFiles } from './sql-files.ts';

let session: Session;

beforeAll(async () => {
  session = await Session.open({ scratch: join(tmpdir(), `alturas-grammar-${process.pid}`), threads: 1 });
});

afterAll(() => session.close());

/** The statement of a text, as DuckDB's own syntax tree. */
async function treeOf(sql: string): Promise<SyntaxNode> {
  const syntax = await parseSql(session, sql);
  const statement = syntax.ok ? syntax.statements[0] : undefined;
  if (!statement) throw new Error(`${syntax.ok ? 'no statement' : syntax.message}: ${sql}`);
  return statement;
}

async function functionsOf(sql: string): Promise<Set<string>> {
  const names = new Set<string>();
  for (const node of descend(await treeOf(sql))) {
    const name = text(node.function_name).toLowerCase();
    if (name !== '') names.add(name);
  }
  return names;
}

const FORMS = ['coalesce', 'if', 'try_cast'];

/** The texts that test/trino compares on both engines. */
const compared = [
  ...Object.values(EXPRESSIONS)
    .flat()
    .map((expression) => `select ${expression} as v from (${SAMPLE}) as sample`),
  ...Object.values(STATEMENTS)
    .flat()
    .map((statement) => `with sample as (${SAMPLE}) ${statement}`),
];

describe('the functions of the shared subset', () => {
  test('every function on the list was compared on both engines', async () => {
    // DuckDB's tree has these as operators, not as functions.
    const seen = new Set(FORMS.filter((form) => compared.some((sql) => sql.includes(`${form}(`))));
    for (const sql of compared) for (const name of await functionsOf(sql)) seen.add(name);
    expect([...SHARED_FUNCTIONS].filter((name) => !seen.has(name))).toEqual([]);
  });

  test('every function that a model or law uses is on the list, or rounds inside a cast', async () => {
    const foreign: string[] = [];
    for (const { path, text: sql } of sqlFiles())
      for (const name of await functionsOf(sql))
        if (!SHARED_FUNCTIONS.has(name) && name !== 'round') foreign.push(`${path}: ${name}`);
    expect(foreign).toEqual([]);
  });

  test('no function is both shared and advised against', () => {
    expect(Object.keys(INSTEAD).filter((name) => SHARED_FUNCTIONS.has(name))).toEqual([]);
  });
});

test.each(DIFFERENT)('the linter refuses what the engines answer differently: %s', async (expression) => {
  const sql = `select ${expression} as v from sample`;
  expect(lintSql(sql, await treeOf(sql)).map(({ code }) => code)).not.toEqual([]);
});
