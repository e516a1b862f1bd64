import { TrinoSQL } from 'dt-sql-parser/dist/parser/trino/index.js';
import { describe, expect, test } from 'vitest';
import { sqlFiles } from './sql-files.ts';

const parser = new TrinoSQL();

/** What Trino's grammar refuses in a text, each with the place an editor can jump to. */
function refusals(path: string, text: string): string[] {
  return parser
    .validate(text)
    .map((error) => `${path}:${error.startLine}:${error.startColumn} ${error.message}`);
}

describe('the SQL of the warehouse in the grammar of Trino', () => {
  test.each(sqlFiles().map(({ path, text }) => [path, text] as const))('%s', (path, text) => {
    expect(refusals(path, text)).toEqual([]);
  });

  test('there are models and laws to check', () => {
    const paths = sqlFiles().map((file) => file.path);
    for (const folder of ['sql/ledger/', 'sql/position/', 'sql/marts/', 'sql/laws/'])
      expect(
        paths.filter((path) => path.startsWith(folder)),
        folder,
      ).not.toEqual([]);
  });
});

describe("DuckDB's own dialect is refused, with file and line", () => {
  test.each([
    ['select cast(1 as bigint) as a,\n  b::bigint as b from t', 2],
    ['select a from t\nqualify row_number() over (order by a) = 1', 2],
    ['select a, count(*) as n\nfrom t group by all', 2],
    ['select a // 2 as b from t', 1],
    ['select * exclude (a) from t', 1],
    ['pivot t on a using sum(b)', 1],
    ['select [1, 2] as a from t', 1],
  ])('%s', (text, line) => {
    const [first] = refusals('sql/marts/example.sql', text);
    expect(first).toMatch(new RegExp(`^sql/marts/example.sql:${line}:\\d+ `));
  });
});
