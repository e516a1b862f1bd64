import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { Session } from '../../functions/engine/duckdb.ts';
import type { Cell } from '../../functions/engine/engine.ts';
import { sameCell } from '../../functions/warehouse/parityLines.ts';
import { TrinoClient } from '../support/trino-client.ts';
import { DIFFERENT, EXPRESSIONS, SAMPLE, STATEMENTS } from './expressions.ts';

let duckdb: Session;
const trino = new TrinoClient(inject('trino'));
let compared = 0;

beforeAll(async () => {
  duckdb = await Session.open({ scratch: join(tmpdir(), `alturas-expressions-${process.pid}`) });
});

afterAll(() => {
  duckdb.close();
  process.stdout.write(`expressions on both engines: ${compared} cells compared\n`);
});

async function both(sql: string): Promise<{ duckdb: Cell[][]; trino: (readonly Cell[])[] }> {
  const left = await duckdb.rows(sql);
  const right = await trino.query(sql);
  return { duckdb: left.map((row) => Object.values(row)), trino: [...right.rows] };
}

function same(left: readonly (readonly Cell[])[], right: readonly (readonly Cell[])[]): boolean {
  return (
    left.length === right.length &&
    left.every((row, at) => row.every((cell, column) => sameCell(cell, right[at]?.[column] ?? null)))
  );
}

async function expectSame(sql: string): Promise<void> {
  const answer = await both(sql);
  expect(answer.duckdb.length).toBeGreaterThan(0);
  if (!same(answer.duckdb, answer.trino)) expect(answer.trino).toEqual(answer.duckdb);
  compared += answer.duckdb.reduce((sum, row) => sum + row.length, 0);
}

describe.each(Object.entries(EXPRESSIONS))('both engines give the same cells: %s', (_, expressions) => {
  test.each(expressions)('%s', async (expression) => {
    await expectSame(`select id, ${expression} as v from (${SAMPLE}) as sample order by id`);
  });
});

describe.each(Object.entries(STATEMENTS))('both engines give the same rows: %s', (_, statements) => {
  test.each(statements)('%s', async (statement) => {
    await expectSame(`with sample as (${SAMPLE}) ${statement}`);
  });
});

describe('what the linter must keep out: both engines answer, differently', () => {
  test.each(DIFFERENT)('%s', async (expression) => {
    const answer = await both(`select ${expression} as v from (${SAMPLE}) as sample where id in (1, 6)`);
    expect(same(answer.duckdb, answer.trino)).toBe(false);
  });
});
