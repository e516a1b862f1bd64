import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Session } from '../../../functions/engine/duckdb.ts';
import type { Cell } from '../../../functions/engine/engine.ts';

let session: Session;
let scratch = '';

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'alturas-macros-'));
  session = await Session.open({ scratch });
});

afterAll(async () => {
  session.close();
  await rm(scratch, { recursive: true });
});

/** Expressions and what Trino 476 answers. */
const ANSWERS: readonly (readonly [expression: string, answer: Cell])[] = [
  ["date_add('day', 30, date '2026-01-31')", '2026-03-02'],
  ["date_add('day', -1, date '2026-03-01')", '2026-02-28'],
  ["date_add('week', 2, date '2026-03-01')", '2026-03-15'],
  ["date_add('month', 1, date '2026-01-31')", '2026-02-28'],
  ["date_add('month', -1, date '2026-03-31')", '2026-02-28'],
  ["date_add('quarter', 1, date '2025-11-30')", '2026-02-28'],
  ["date_add('year', 1, date '2024-02-29')", '2025-02-28'],
  ["date_diff('day', date '2026-02-27', date '2026-03-01')", '2'],
  ["date_diff('month', date '2026-01-15', date '2026-02-14')", '0'],
  ["date_diff('month', date '2026-01-15', date '2026-02-15')", '1'],
  ["date_diff('month', date '2026-02-15', date '2026-01-16')", '0'],
  ["date_diff('year', date '2025-12-31', date '2026-01-01')", '0'],
  ["date_diff('week', date '2026-03-01', date '2026-03-15')", '2'],
  ["last_day_of_month(date '2024-02-10')", '2024-02-29'],
  ["day_of_week(date '2026-06-28')", '7'],
  ["day_of_week(date '2026-06-29')", '1'],
  ["day_of_month(date '2026-06-29')", '29'],
  ["day_of_year(date '2026-03-01')", '60'],
  ["date_format(timestamp '2026-06-29 08:05:00', '%Y-%m-%d %H:%i')", '2026-06-29 08:05'],
  ["from_iso8601_date('2026-06-29')", '2026-06-29'],
  ['greatest(1, 2)', 2],
  ['greatest(2, null)', null],
  ['greatest(cast(null as integer), 2)', null],
  ['greatest(1, 3, 2)', 3],
  ['greatest(1, cast(null as integer), 2)', null],
  ['least(1, 2)', 1],
  ['least(1, null)', null],
  ['least(2, 3, 1)', 1],
  ["least(date '2026-01-01', date '2025-01-01')", '2025-01-01'],
  ["is_nan(cast('NaN' as double))", true],
  ["concat('a', 'b')", 'ab'],
  ["concat('a', cast(null as varchar))", null],
  ["concat('a', 'b', 'c', 'd', 'e')", 'abcde'],
  ["regexp_like('R-12', '^R-[0-9]+$')", true],
  ['cardinality(sequence(1, 4))', '4'],
  ['element_at(sequence(5, 9, 2), 2)', '7'],
  ["array_join(array_agg(x order by x), '-') from (values ('b'), ('a')) as t (x)", 'a-b'],
  ['max_by(a, b) from (values (1, 10), (2, 30), (3, 20)) as t (a, b)', 2],
  ['max_by(a, b) from (values (1, 10), (cast(null as integer), 30)) as t (a, b)', null],
  ['min_by(a, b) from (values (1, 10), (2, 30)) as t (a, b)', 1],
];

describe("Trino's functions on DuckDB", () => {
  it.each(ANSWERS)('%s', async (expression, answer) => {
    const [row] = await session.rows(
      `select ${expression.includes(' from ') ? expression.replace(' from ', ' as v from ') : `${expression} as v`}`,
    );
    expect(row?.v).toEqual(answer);
  });

  it('give dates, not timestamps', async () => {
    expect(
      await session.describe(
        "select date_add('day', 1, date '2026-01-01') as a, date_add('month', 1, date '2026-01-01') as b",
      ),
    ).toEqual([
      { name: 'a', type: 'DATE' },
      { name: 'b', type: 'DATE' },
    ]);
  });

  it('do not take a timestamp for a date', async () => {
    await expect(
      session.rows("select date_add('day', 1, timestamp '2026-01-01 12:00:00')"),
    ).rejects.toThrow();
  });

  it('refuse an unknown unit', async () => {
    await expect(session.rows("select date_add('fortnight', 1, date '2026-01-01')")).rejects.toThrow(
      /unknown unit/,
    );
    await expect(session.rows("select fail('no')")).rejects.toThrow(/no/);
  });
});
