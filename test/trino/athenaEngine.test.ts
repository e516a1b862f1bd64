import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetTablesCommand, GlueClient } from '@aws-sdk/client-glue';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AthenaEngine } from '../../functions/engine/athena/athenaEngine.ts';
import { SCRATCH_PREFIX } from '../../functions/engine/athena/athenaScratch.ts';
import { DuckEngine } from '../../functions/engine/duckEngine.ts';
import type { Column, Engine, Relation, Row } from '../../functions/engine/engine.ts';
import type { Lake } from '../../functions/lake/lake.ts';
import { type AthenaPlace, keysUnder, openAthenaPlace } from '../support/athenaPlace.ts';

let place: AthenaPlace;
let lake: Lake;
let engine: AthenaEngine;
let folder: string;

beforeAll(async () => {
  place = await openAthenaPlace();
  lake = await place.lake('engine');
  folder = await mkdtemp(join(tmpdir(), 'alturas-engine-'));
});
beforeEach(async () => {
  engine = await place.engine(lake);
});
afterEach(() => engine.close());
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await place.close();
});

const COLUMNS: readonly Column[] = [
  { name: 'as_of', type: 'DATE' },
  { name: 'receipt', type: 'VARCHAR' },
  { name: 'amount', type: 'DECIMAL(18,2)' },
  { name: 'days', type: 'BIGINT' },
  { name: 'ratio', type: 'DOUBLE' },
  { name: 'told', type: 'TIMESTAMP' },
  { name: 'open', type: 'BOOLEAN' },
];
const ROWS: readonly Row[] = [
  {
    as_of: '2026-06-30',
    receipt: "0'7",
    amount: '1234567890123456.78',
    days: '9007199254740993',
    ratio: 0.1,
    told: '2026-06-30 21:59:59.999',
    open: true,
  },
  { as_of: '2026-07-01', receipt: '', amount: '-0.01', days: '-1', ratio: 1e-7, told: null, open: false },
  { as_of: '2026-07-02', receipt: null, amount: null, days: null, ratio: null, told: null, open: null },
];
const LEDGER = { kind: 'rows', name: 'ledger', columns: COLUMNS, rows: ROWS } as const satisfies Relation;

async function sorted(of: Engine, select: string): Promise<Row[]> {
  return [...(await of.rows(select))].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

describe('what Athena answers', () => {
  test('is typed and exact: cents, long integers, milliseconds; no value is not an empty text', async () => {
    await engine.supply(LEDGER);
    const duckdb = await DuckEngine.open(lake, { scratch: join(folder, 'spill') });
    await duckdb.supply(LEDGER);
    const select = 'select * from ledger';
    expect(await engine.describe(select)).toEqual(COLUMNS);
    const rows = await sorted(engine, select);
    expect(rows).toEqual(await sorted(duckdb, select));
    expect(rows.map(({ receipt }) => receipt).sort()).toEqual(['', "0'7", null].sort());
    await duckdb.close();
  });

  test('goes to one file a part, in order, also where a part has no rows', async () => {
    await engine.supply(LEDGER);
    const parts = ['2026-06', '2026-07', '2026-08'].map((month) => ({
      from: `${month}-01`,
      to: `${month}-28`,
      path: join(folder, `${month}.parquet`),
    }));
    parts[0] = { from: '2026-06-01', to: '2026-06-30', path: join(folder, '2026-06.parquet') };
    const written = await engine.split('select * from ledger', ['days'], 'as_of', parts);
    expect(written.map(({ rows }) => rows)).toEqual([1, 2, 0]);
    const reader = await DuckEngine.open({ localPaths: async (keys) => [...keys] }, { scratch: folder });
    for (const [at, count] of [1, 2, 0].entries()) {
      const files = [{ key: parts[at]?.path ?? '', partition: {} }];
      await reader.supply({ kind: 'files', name: 'part', columns: COLUMNS, files });
      expect(await reader.describe('select * from part')).toEqual(COLUMNS);
      const rows = await reader.rows('select * from part');
      expect(rows).toHaveLength(count);
      if (at === 1) expect(rows.map(({ days }) => days)).toEqual(['-1', null]);
    }
    expect(await engine.sums([parts[0]?.path ?? ''], ['amount'])).toEqual([
      { amount: '1234567890123456.78' },
    ]);
    await reader.close();
  });

  test('a view that is kept is run once, and one that is not stands in the text', async () => {
    await engine.supply(LEDGER);
    await engine.supply({ kind: 'sql', name: 'told_day', sql: 'select as_of from ledger', kept: true });
    await engine.supply({ kind: 'sql', name: 'twice', sql: 'select a.as_of from told_day a, told_day b' });
    const before = place.bridge.seen.started.length;
    expect(await engine.rows('select * from twice')).toHaveLength(9);
    expect(await engine.rows('select count(*) as n from twice')).toEqual([{ n: '9' }]);
    // The view, its types, and the two SELECTs.
    expect(place.bridge.seen.started.length - before).toBe(4);
  });

  test('an engine beside it has relations of its own, and takes over what was kept', async () => {
    const view: Relation = { kind: 'sql', name: 'kept_day', sql: 'select as_of from ledger', kept: true };
    const supply = async (of: Engine, rows: readonly Row[]): Promise<void> => {
      await of.supply({ ...LEDGER, rows });
      await of.supply(view);
    };
    const [second, third] = [await engine.beside(), await engine.beside()];
    await supply(engine, ROWS);
    await supply(second, ROWS.slice(1));
    const select = 'select count(*) as n from kept_day';
    const answers = await Promise.all([engine, second].map((one) => one.rows(select)));
    expect(answers).toEqual([[{ n: '3' }], [{ n: '2' }]]);
    await supply(third, ROWS);
    const before = place.bridge.seen.started.length;
    expect(await third.rows(select)).toEqual([{ n: '3' }]);
    expect(place.bridge.seen.started.length - before).toBe(1);
  });

  test('reads only the days of a file that belong to a relation', async () => {
    await engine.supply(LEDGER);
    const path = join(folder, 'all.parquet');
    await engine.write('select * from ledger', [], path);
    await lake.putFile('marts/all.parquet', path);
    const run = (from: string, to: string) => ({
      key: 'marts/all.parquet',
      partition: {},
      only: { column: 'as_of', from, to },
    });
    const files = [run('2026-06-30', '2026-06-30'), run('2026-07-02', '2026-07-05')];
    await engine.supply({ kind: 'files', name: 'few', columns: COLUMNS, files });
    const days = await engine.rows('select as_of from few');
    expect(days.map(({ as_of }) => as_of).sort()).toEqual(['2026-06-30', '2026-07-02']);
  });

  test('is whole for each of several that are asked at once', async () => {
    await engine.supply(LEDGER);
    const asked = Array.from({ length: 12 }, (_, at) =>
      engine.rows(`select ${at} as asked, as_of from ledger, unnest(sequence(1, 2000)) as many (n)`),
    );
    const answers = await Promise.all(asked);
    expect(answers.map((rows) => rows.length)).toEqual(asked.map(() => 6_000));
    expect(answers.map((rows) => new Set(rows.map((row) => row.asked)))).toEqual(
      asked.map((_, at) => new Set([at])),
    );
  });

  test('leaves nothing behind: no file, no table', async () => {
    const own = await place.lake('leaves-nothing');
    const one = await place.engine(own);
    await one.supply(LEDGER);
    await one.rows('select * from ledger');
    expect((await keysUnder(own, SCRATCH_PREFIX)).length).toBeGreaterThan(0);
    await one.close();
    await engine.close();
    expect(await keysUnder(own, SCRATCH_PREFIX)).toEqual([]);
    const glue = new GlueClient({ region: 'us-east-1' });
    const { TableList = [] } = await glue.send(
      new GetTablesCommand({ DatabaseName: place.settings.database, Expression: 'run_.*' }),
    );
    const ofThisLake = TableList.filter(({ StorageDescriptor }) =>
      StorageDescriptor?.Location?.startsWith(`${own.location}/`),
    );
    expect(ofThisLake.map(({ Name }) => Name)).toEqual([]);
    engine = await place.engine(lake);
  });
});

describe('when Athena does not', () => {
  test('the reason names the line of the SELECT, the query and what it read', async () => {
    await engine.supply(LEDGER);
    const failing = engine.rows('select\n  as_of,\n  no_such_column\nfrom ledger');
    await expect(failing).rejects.toMatchObject({
      code: 'SQL_FAILED',
      message: expect.stringMatching(
        /^Athena: LINE 3: .*no_such_column.*\(query [0-9a-f-]{36}, 0 bytes read, a fault of the query\)$/,
      ),
    });
  });

  test('throttled requests are sent again, and a start whose answer was lost is the same query', async () => {
    const before = place.bridge.seen.started.length;
    Object.assign(place.bridge.faults, { throttle: 2, lose: 1 });
    expect(await engine.rows('select 1 as one')).toEqual([{ one: 1 }]);
    expect(place.bridge.seen.throttled).toBe(2);
    expect(place.bridge.faults.lose).toBe(0);
    expect(place.bridge.seen.started.length - before).toBe(1);
  });

  test('a failure that may pass is tried again as a query of its own; another is not', async () => {
    const { fail, started } = { ...place.bridge.faults, ...place.bridge.seen };
    const before = started.length;
    fail.push({ reason: 'Internal error', retryable: true });
    expect(await engine.rows('select 2 as two')).toEqual([{ two: 2 }]);
    expect(started.length - before).toBe(2);
    fail.push({ reason: 'Bytes scanned limit was exceeded', retryable: false });
    await expect(engine.rows('select 3 as three')).rejects.toThrow(
      /^Athena: Bytes scanned limit was exceeded/,
    );
    expect(started.length - before).toBe(3);
    fail.push({ reason: 'Query exhausted resources at this scale factor', retryable: false });
    await expect(engine.rows('select 4 as four')).rejects.toMatchObject({ code: 'SQL_OUT_OF_MEMORY' });
  });

  test('an interrupted query is stopped there, too', async () => {
    place.bridge.faults.queueMs = 60_000;
    const running = engine.rows('select 5 as five');
    const seen = place.bridge.seen.started.length;
    setTimeout(() => engine.interrupt(), 1_000);
    await expect(running).rejects.toMatchObject({ code: 'SQL_INTERRUPTED' });
    place.bridge.faults.queueMs = 0;
    expect(place.bridge.seen.started.length - seen).toBeLessThanOrEqual(1);
    expect(place.bridge.seen.stopped).toHaveLength(1);
  });

  test('a query that waits too long is stopped, and says how long', async () => {
    const hasty = await place.engine(lake, { timeoutMs: 500 });
    place.bridge.faults.queueMs = 60_000;
    await expect(hasty.rows('select 6 as six')).rejects.toMatchObject({
      code: 'SQL_TIMEOUT',
      message: expect.stringContaining('QUEUED'),
    });
    place.bridge.faults.queueMs = 0;
    expect(place.bridge.seen.stopped).toHaveLength(2);
    await hasty.close();
  });

  test('a text that is too long is refused before anything starts', async () => {
    const before = place.bridge.seen.started.length;
    const long = engine.rows(`select '${'x'.repeat(262_144)}' as x`);
    await expect(long).rejects.toMatchObject({ code: 'SQL_TOO_LONG' });
    expect(place.bridge.seen.started.length).toBe(before);
  });

  test('a workgroup that is not there, and a lake that is not in S3, are named', async () => {
    await expect(place.engine(lake, { workgroup: 'nobody' })).rejects.toThrow(
      'Athena: WorkGroup is not found. (InvalidRequestException, workgroup nobody)',
    );
    const local = { ...lake, location: '/data/lake' };
    await expect(place.engine(local)).rejects.toMatchObject({ code: 'ATHENA_NEEDS_S3' });
  });
});
