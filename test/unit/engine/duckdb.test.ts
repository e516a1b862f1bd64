import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AlturasError } from '../../../functions/core/errors.ts';
import { identifier, literal, Session } from '../../../functions/engine/duckdb.ts';

let folder = '';
let session: Session;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'alturas-duckdb-'));
  session = await Session.open({ scratch: path.join(folder, 'spill') });
});

afterAll(async () => {
  session.close();
  await rm(folder, { recursive: true });
});

async function failure(action: Promise<unknown>): Promise<AlturasError> {
  try {
    await action;
  } catch (error) {
    if (error instanceof AlturasError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('cells', () => {
  it('gives money and big integers as exact text, never as a float', async () => {
    const rows = await session.rows(
      `select cast('1234567890123456.78' as decimal(18,2)) as money, 9007199254740993 as big, 7::int as small,
              0.5::double as ratio, date '2026-06-30' as day, timestamp '2026-06-30 22:00:00.5' as at, null as nothing,
              [1::int, 2::int] as list, true as yes`,
    );
    expect(rows).toEqual([
      {
        money: '1234567890123456.78',
        big: '9007199254740993',
        small: 7,
        ratio: 0.5,
        day: '2026-06-30',
        at: '2026-06-30 22:00:00.5',
        nothing: null,
        list: [1, 2],
        yes: true,
      },
    ]);
  });

  it('binds parameters', async () => {
    expect(await session.rows('select $1 as a, $2 as b', ["o'brien", 12n])).toEqual([
      { a: "o'brien", b: '12' },
    ]);
  });

  it('streams in batches and may be left early', async () => {
    let seen = 0;
    for await (const batch of session.stream('select range as n from range(1000000)')) {
      seen += batch.length;
      if (seen >= 5000) break;
    }
    expect(seen).toBeGreaterThanOrEqual(5000);
    expect(seen).toBeLessThan(20_000);
    expect(await session.rows('select 1::int as n')).toEqual([{ n: 1 }]);
  });

  it('streams whole, whatever else runs meanwhile', async () => {
    const lengths: number[] = [];
    const lane = async () => {
      for (let turn = 0; turn < 40; turn += 1) {
        await session.rows('select 1');
        let length = 0;
        for await (const batch of session.stream('select range as n from range(5000)'))
          length += batch.length;
        lengths.push(length);
      }
    };
    await Promise.all([lane(), lane(), lane()]);
    expect(new Set(lengths)).toEqual(new Set([5_000]));
  });

  it('interrupts a stream, too', async () => {
    const rows = session.stream(
      'select a.range from range(10000000) a, range(1000000) b where a.range = -b.range - 1',
    );
    const first = failure(rows.next());
    setTimeout(() => session.interrupt(), 200);
    expect((await first).code).toBe('SQL_INTERRUPTED');
  });

  it('quotes names and texts', () => {
    expect(literal("it's")).toBe("'it''s'");
    expect(identifier('a"b')).toBe('"a""b"');
  });
});

describe('Parquet', () => {
  it('writes the same bytes for the same rows, readable by old readers, and counts them', async () => {
    const select =
      "select range as id, cast(range as decimal(18,2)) as m, 'x' || range % 7 as t from range(300000) order by id desc";
    const a = await session.copyToParquet(select, path.join(folder, 'a.parquet'), { rowGroupSize: 50_000 });
    const other = await Session.open({ scratch: path.join(folder, 'spill2') });
    const b = await other.copyToParquet(select, path.join(folder, 'b.parquet'), { rowGroupSize: 50_000 });
    other.close();
    expect(a.rows).toBe(300_000);
    const bytes = await readFile(a.path);
    expect(bytes.equals(await readFile(b.path))).toBe(true);
    expect(a.bytes).toBe(bytes.length);
    const meta = await session.rows(
      `select distinct compression, list_sort(list(distinct encodings)) as e, count(distinct row_group_id) as groups
       from parquet_metadata('${a.path}') group by compression`,
    );
    expect(meta).toHaveLength(1);
    expect(meta[0]?.compression).toBe('ZSTD');
    expect(JSON.stringify(meta[0]?.e)).not.toContain('DELTA');
    expect(Number(meta[0]?.groups)).toBeGreaterThan(1);
  });
});

describe('errors', () => {
  it('carry the SQL and the cause', async () => {
    const error = await failure(session.rows('select nonsense from nowhere'));
    expect(error.code).toBe('SQL_FAILED');
    expect(error.details.value).toBe('select nonsense from nowhere');
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('a long statement can be interrupted and the session stays usable', async () => {
    const timer = setTimeout(() => session.interrupt(), 200);
    const error = await failure(session.rows('select count(*) from range(100000000000) a, range(1000) b'));
    clearTimeout(timer);
    expect(error.code).toBe('SQL_INTERRUPTED');
    expect(await session.rows('select 1::int as n')).toEqual([{ n: 1 }]);
  });

  it('running out of memory is an error that says what to do', async () => {
    const small = await Session.open({ scratch: path.join(folder, 'spill3'), memoryLimit: '20MB' });
    const error = await failure(
      small.rows('select sum(len(l)) as n from (select list(range) as l from range(30000000))'),
    );
    expect(error.code).toBe('SQL_OUT_OF_MEMORY');
    expect(error.details.hint).toMatch(/memory limit/);
    small.close();
  });

  it('never loads or downloads an extension', async () => {
    for (const sql of ["select * from 's3://bucket/x.parquet'", 'install httpfs', 'load httpfs'])
      expect((await failure(session.run(sql))).code).toBe('SQL_FAILED');
    const settings = await session.rows(
      "select name, value from duckdb_settings() where name like 'auto%extensions' or name = 'allow_community_extensions' order by name",
    );
    expect(settings.map((row) => row.value)).toEqual(['false', 'false', 'false']);
  });
});

it('describes a SELECT without running it', async () => {
  expect(await session.describe("select date '2026-01-01' as d, cast(1 as decimal(18,2)) as m")).toEqual([
    { name: 'd', type: 'DATE' },
    { name: 'm', type: 'DECIMAL(18,2)' },
  ]);
});
