import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckEngine } from '../../../functions/engine/duckEngine.ts';
import { FolderLake } from '../../../functions/lake/folderLake.ts';

let folder = '';
let lake: FolderLake;
let engine: DuckEngine;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'alturas-engine-'));
  lake = new FolderLake(path.join(folder, 'lake'));
  engine = await DuckEngine.open(lake, { scratch: path.join(folder, 'spill') });
});

afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

const COLUMNS = [
  { name: 'as_of', type: 'DATE' },
  { name: 'n', type: 'BIGINT' },
];

async function put(key: string, select: string): Promise<void> {
  const { path: file } = await engine.write(select, [], path.join(folder, 'file.parquet'));
  await lake.putFile(key, file);
}

describe('a relation', () => {
  it('of rows has the types that it states, and may be empty', async () => {
    const columns = [...COLUMNS, { name: 't', type: 'VARCHAR' }, { name: 'yes', type: 'BOOLEAN' }];
    const rows = [
      { as_of: '2026-06-30', n: '9007199254740993', t: "it's", yes: true },
      { as_of: null, n: '1', t: null, yes: null },
    ];
    await engine.supply({ kind: 'rows', name: 'given', columns, rows });
    expect(await engine.describe('select * from given')).toEqual(columns);
    expect(await engine.rows('select * from given order by n desc')).toEqual([
      rows[0],
      { as_of: null, n: '1', t: null, yes: null },
    ]);
    await engine.supply({ kind: 'rows', name: 'given', columns, rows: [] });
    expect(await engine.describe('select * from given')).toEqual(columns);
    expect(await engine.rows('select * from given')).toEqual([]);
  });

  it('of files has the values that their paths carry', async () => {
    const keys = ['2026-06-29', '2026-06-30'].map(
      (day) => `ledger/x/as_of=${day}/delivery=00${day.slice(8)}/part-0.parquet`,
    );
    for (const [index, key] of keys.entries()) await put(key, `select cast(${index} as bigint) as n`);
    await engine.supply({
      kind: 'files',
      name: 'fed',
      columns: [...COLUMNS, { name: 'delivery', type: 'VARCHAR' }],
      files: keys.map((key) => ({
        key,
        partition: { as_of: key.slice(15, 25), delivery: key.slice(35, 39) },
      })),
    });
    expect(await engine.rows('select * from fed order by n')).toEqual([
      { as_of: '2026-06-29', n: '0', delivery: '0029' },
      { as_of: '2026-06-30', n: '1', delivery: '0030' },
    ]);
  });

  it('of files has those values also where a landing that was cut short had written other bytes', async () => {
    const file = (day: string) => ({
      key: `ledger/y/as_of=${day}/delivery=0007/part-0.parquet`,
      partition: { as_of: day, delivery: '0007' },
    });
    const files = ['2026-06-28', '2026-06-29', '2026-06-30'].map(file);
    for (const [index, { key }] of files.entries()) await put(key, `select cast(${index} as bigint) as n`);
    await put(files[1]?.key ?? '', 'select cast(10 as bigint) as n');
    const columns = [...COLUMNS, { name: 'delivery', type: 'VARCHAR' }];
    await engine.supply({ kind: 'files', name: 'again', columns, files });
    const rows = [
      { as_of: '2026-06-28', n: '0', delivery: '0007' },
      { as_of: '2026-06-29', n: '10', delivery: '0007' },
      { as_of: '2026-06-30', n: '2', delivery: '0007' },
    ];
    expect(await engine.describe('select * from again')).toEqual(columns);
    expect(await engine.rows('select * from again order by as_of')).toEqual(rows);
    const numbered = await engine.numberedSelect(
      columns,
      files.map((one, number) => ({ file: one, number })),
    );
    expect(await engine.rows(`select as_of, n, delivery, number from (${numbered}) order by as_of`)).toEqual(
      rows.map((row, number) => ({ ...row, number })),
    );
  });

  it('of files takes only the rows that it is told to', async () => {
    const month =
      "select cast(date '2026-06-01' + cast(range as integer) as date) as as_of, range as n from range(30)";
    await put('marts/x/period=2026-06/build=b/part-0.parquet', month);
    await put(
      'marts/x/period=2026-06-05/build=c/part-0.parquet',
      "select date '2026-06-05' as as_of, cast(500 as bigint) as n",
    );
    const file = (from: string, to: string) => ({
      key: 'marts/x/period=2026-06/build=b/part-0.parquet',
      partition: {},
      only: { column: 'as_of', from, to },
    });
    await engine.supply({
      kind: 'files',
      name: 'kept',
      columns: COLUMNS,
      files: [
        file('2026-06-03', '2026-06-04'),
        { key: 'marts/x/period=2026-06-05/build=c/part-0.parquet', partition: {} },
        file('2026-06-06', '2026-06-06'),
      ],
    });
    expect((await engine.rows('select n from kept order by as_of')).map(({ n }) => n)).toEqual([
      '2',
      '3',
      '500',
      '5',
    ]);
  });

  it('of files takes a day from the file that it is told to, though others hold that day, too', async () => {
    const columns = [...COLUMNS, { name: 'period', type: 'VARCHAR' }];
    const days = (from: string, plus: number) =>
      `select cast(date '${from}' + cast(range as integer) as date) as as_of, range + ${plus} as n from range(30)`;
    const file = (period: string, ...run: [] | [from: string, to: string]) => ({
      key: `marts/z/period=${period}/part-0.parquet`,
      partition: { period },
      ...(run.length === 0 ? {} : { only: { column: 'as_of', from: run[0], to: run[1] } }),
    });
    await put(file('old').key, days('2026-06-01', 0));
    await put(file('new').key, days('2026-06-01', 100));
    await put(file('next').key, days('2026-07-01', 200));
    await engine.supply({
      kind: 'files',
      name: 'versions',
      columns,
      files: [
        file('old', '2026-06-03', '2026-06-04'),
        file('new', '2026-06-05', '2026-06-05'),
        file('old', '2026-06-06', '2026-06-06'),
        file('next', '2026-07-02', '2026-07-02'),
      ],
    });
    expect(await engine.describe('select * from versions')).toEqual(columns);
    const rows = await engine.rows('select n, period from versions order by as_of');
    expect(rows.map(({ n, period }) => `${n} ${period}`)).toEqual([
      '2 old',
      '3 old',
      '104 new',
      '5 old',
      '201 next',
    ]);
  });

  it('may change its kind', async () => {
    await engine.supply({ kind: 'rows', name: 'thing', columns: COLUMNS, rows: [] });
    await engine.supply({ kind: 'sql', name: 'thing', sql: 'select 1::int as one' });
    expect(await engine.rows('select * from thing')).toEqual([{ one: 1 }]);
    await engine.supply({ kind: 'rows', name: 'thing', columns: COLUMNS, rows: [] });
    expect(await engine.rows('select * from thing')).toEqual([]);
  });
});

describe('an engine beside another', () => {
  it('has relations of its own, runs at the same time, and ends with it', async () => {
    const first = await DuckEngine.open(lake, { scratch: path.join(folder, 'first') });
    const rows = (n: string) => ({ kind: 'rows' as const, columns: COLUMNS, rows: [{ as_of: null, n }] });
    await first.supply({ name: 'thing', ...rows('1') });
    const [second, third] = [await first.beside(), await first.beside()];
    await second.supply({ name: 'thing', ...rows('2') });
    await third.supply({ kind: 'sql', name: 'thing', sql: 'select 3 as n', kept: true });
    await first.supply({ name: 'thing', ...rows('10') });
    const select = "select n, cast(date_add('day', 1, date '2026-06-30') as varchar) as next from thing";
    const answers = await Promise.all([first, second, third].map((engine) => engine.rows(select)));
    expect(answers.map(([row]) => `${row?.n} ${row?.next}`)).toEqual([
      '10 2026-07-01',
      '2 2026-07-01',
      '3 2026-07-01',
    ]);
    for await (const batch of second.stream('select n from thing')) expect(batch).toEqual([{ n: '2' }]);
    const part = { from: '2', to: '2', path: path.join(folder, 'beside.parquet') };
    expect(await second.split('select n from thing', [], 'n', [part])).toMatchObject([{ rows: 1 }]);

    const long = second.rows(
      'select count(*) from range(100000000) a, range(1000) b where a.range % 7 = b.range',
    );
    setTimeout(() => first.interrupt(), 100);
    await expect(long).rejects.toMatchObject({ code: 'SQL_INTERRUPTED' });
    await first.close();
    await expect(second.rows('select 1')).rejects.toThrow();
  });
});

describe('writing', () => {
  const select =
    "select cast(date '2026-06-01' + cast(range % 3 as integer) as date) as as_of, range as n from range(1000)";
  const parts = (prefix: string) =>
    ['2026-06-01', '2026-06-02', '2026-06-09'].map((day) => ({
      from: day,
      to: day,
      path: path.join(folder, `${prefix}-${day}.parquet`),
    }));

  it('splits by a column, in order, also into files without rows', async () => {
    const written = await engine.split(select, ['as_of', 'n'], 'as_of', parts('a'));
    expect(written.map(({ rows }) => rows)).toEqual([334, 333, 0]);
    const rows = await engine.rows(
      `select n from read_parquet('${path.join(folder, 'a-2026-06-02.parquet')}')`,
    );
    expect(rows.slice(0, 3).map(({ n }) => n)).toEqual(['1', '4', '7']);
    const again = await engine.split(select, ['as_of', 'n'], 'as_of', parts('b'));
    for (const [index, { path: file }] of written.entries())
      expect((await readFile(file)).equals(await readFile(again[index]?.path ?? ''))).toBe(true);
  });

  it('can go on after a statement that failed', async () => {
    await expect(engine.split('select nothing', [], 'as_of', parts('c'))).rejects.toThrow();
    expect((await engine.split(select, [], 'as_of', parts('c'))).map(({ rows }) => rows)).toEqual([
      334, 333, 0,
    ]);
  });

  it('has a thread of its own, of those that there are', async () => {
    for (const [threads, own] of [
      [4, '2'],
      [1, '1'],
    ] as const) {
      const first = await DuckEngine.open(lake, { scratch: path.join(folder, 'threads'), threads });
      await first.beside();
      const select =
        "select current_setting('threads') as threads, current_setting('external_threads') as own";
      expect(await first.rows(select)).toEqual([{ threads: String(threads), own }]);
      await first.close();
    }
  });
});
