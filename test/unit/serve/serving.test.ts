import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Session } from '../../../functions/engine/duckdb.ts';
import { DuckEngine } from '../../../functions/engine/duckEngine.ts';
import { type ServedFile, Serving } from '../../../functions/query/serving.ts';
import { askResponse, daysResponse } from '../../../functions/serve/api.ts';
import { House } from '../../../functions/serve/house.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { ServedLedger } from '../../support/servedLedger.ts';

describe('a publish while the boards are open', () => {
  let ledger: ServedLedger;

  beforeAll(async () => {
    const plan = new Ledger(daily('2026-06-26', '2026-06-29'));
    plan
      .company('CO')
      .receipt('1', { total: 1_000, issued: '2026-06-26', due: '2026-06-28', office: '01' })
      .paid(400, '2026-06-29');
    ledger = await ServedLedger.of(plan, 1);
  }, 300_000);
  afterAll(() => ledger.close());

  it('is seen whole: a reader at work stays with the one before, the next sees the new one', async () => {
    const client = await ledger.as();
    const gross = async () => {
      const { body } = await client.post('/api/ask', {
        questions: [{ kpi: 'gross' }, { kpi: 'collected' }, { kpi: 'gross', as_of: '2026-06-28' }],
      });
      const { publish, answers } = askResponse.parse(body);
      return [
        publish,
        ...answers.map((one) => ('answer' in one ? one.answer.total?.value : one.problem.code)),
      ];
    };
    expect(await gross()).toEqual([1, '1000.00', '0.00', '1000.00']);
    await ledger.deliver();
    await ledger.house.read(async ({ desk }) => {
      expect(desk.newestDay()).toBe('2026-06-28');
      await ledger.house.refresh();
      // The new rows are in the file by now; this reader names the files of its own publish.
      expect(desk.newestDay()).toBe('2026-06-28');
      expect(desk.published.seq).toBe(1);
      const rows = await desk.rows(await desk.storedSpan('aging', desk.newestDay(), desk.newestDay()));
      expect(rows.length).toBeGreaterThan(0);
    });
    expect(await gross()).toEqual([2, '600.00', '400.00', '1000.00']);
    const days = daysResponse.parse((await client.get('/api/days')).body);
    expect(days).toMatchObject({ newest: '2026-06-29', publish: 2 });
  }, 120_000);

  it('answers many at once as it answers one', async () => {
    const client = await ledger.as();
    const ask = (office: string) =>
      client.post('/api/ask', {
        questions: ['gross', 'overdue_share', 'dso', 'collected'].map((kpi) => ({
          kpi,
          filters: [{ column: 'office', members: [office] }],
        })),
      });
    const alone = await ask('01');
    const many = await Promise.all(
      Array.from({ length: 20 }, (_, at) => ask(at % 2 === 0 ? '01' : `0${at}`)),
    );
    for (const [at, answer] of many.entries()) {
      expect(answer.status).toBe(200);
      if (at % 2 === 0) expect(answer.body).toEqual(alone.body);
    }
  }, 120_000);
});

/** Another process that has a DuckDB file open until it is ended. */
async function holderOf(database: string): Promise<ChildProcess> {
  const holder = spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { DuckDBInstance } from '@duckdb/node-api';
     globalThis.held = await DuckDBInstance.create(${JSON.stringify(database)});
     console.log('open');
     setInterval(() => undefined, 1000);`,
  ]);
  await once(holder.stdout, 'data');
  return holder;
}

describe('two servers of one lake', () => {
  it('both answer: the second makes a serving file of its own', async () => {
    const plan = new Ledger(daily('2026-06-28', '2026-06-29'));
    plan.company('CO').receipt('1', { total: 1_000, issued: '2026-06-28', due: '2026-06-28' });
    const ledger = await ServedLedger.of(plan);
    const folder = join(ledger.directory, 'shared');
    await mkdir(folder);
    const holder = await holderOf(join(folder, 'serving.duckdb'));
    const second = await House.open(ledger.lake, ledger.config, folder);
    const ownFiles = async () => (await readdir(folder)).filter((name) => name.startsWith('own-')).length;
    expect(await ownFiles()).toBe(1);
    await second.read(async ({ desk }) => expect(desk.newestDay()).toBe('2026-06-29'));
    await second.close();
    expect(await ownFiles()).toBe(0);
    holder.kill();
    await ledger.close();
  }, 120_000);
});

describe('the serving file', () => {
  let folder: string;
  let engine: DuckEngine;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'alturas-serving-'));
    engine = await DuckEngine.open(
      { localPaths: async (keys) => keys.map((key) => join(folder, key)) },
      { scratch: join(folder, 'spill') },
    );
    const session = await Session.open({ scratch: join(folder, 'spill') });
    for (const [at, name] of ['a', 'b', 'c', 'd'].entries())
      await session.copyToParquet(`select ${at} as n`, join(folder, name));
    session.close();
  });
  afterAll(async () => {
    await engine.close();
    await rm(folder, { recursive: true });
  });

  const files = (...keys: string[]): ServedFile[] =>
    keys.map((key) => ({
      table: 't',
      columns: [{ name: 'n', type: 'INTEGER' }],
      file: { key, partition: {} },
    }));
  const numbers = async (serving: Serving) =>
    (await serving.readers.rows('select n from t order by n')).map(({ n }) => n);

  it('takes in just what is new, and drops what nobody reads any more one publish later', async () => {
    const serving = await Serving.open(join(folder, 'one.duckdb'), join(folder, 'spill'));
    expect(await serving.refresh(files('a', 'b'), engine)).toEqual({ added: 2, removed: 0 });
    expect(await serving.refresh(files('a', 'b'), engine)).toEqual({ added: 0, removed: 0 });
    expect(await serving.refresh(files('b', 'c'), engine)).toEqual({ added: 1, removed: 0 });
    expect(await numbers(serving)).toEqual([0, 1, 2]);
    expect(await serving.refresh(files('b', 'c'), engine)).toEqual({ added: 0, removed: 1 });
    expect(await numbers(serving)).toEqual([1, 2]);
    await serving.close();
    const reopened = await Serving.open(join(folder, 'one.duckdb'), join(folder, 'spill'));
    expect(await reopened.refresh(files('b', 'c', 'd'), engine)).toEqual({ added: 1, removed: 0 });
    expect(await numbers(reopened)).toEqual([1, 2, 3]);
    await reopened.close();
  });

  it('of other models, or of an older program, is made anew', async () => {
    const old = await Session.open({
      scratch: join(folder, 'spill'),
      database: join(folder, 'three.duckdb'),
    });
    await old.run('create table __files (path varchar); create table t (n integer, gone integer)');
    old.close();
    const serving = await Serving.open(join(folder, 'three.duckdb'), join(folder, 'spill'));
    expect(await serving.refresh(files('a', 'b'), engine)).toEqual({ added: 2, removed: 0 });
    const wider = files('a', 'b').map((one) => ({ ...one, columns: [{ name: 'n', type: 'BIGINT' }] }));
    expect(await serving.refresh(wider, engine)).toEqual({ added: 2, removed: 0 });
    expect(await numbers(serving)).toEqual(['0', '1']);
    await serving.close();
  });

  it('changes in one transaction or not at all', async () => {
    const serving = await Serving.open(join(folder, 'two.duckdb'), join(folder, 'spill'));
    await serving.refresh(files('a'), engine);
    await expect(serving.refresh(files('b', 'missing'), engine)).rejects.toThrow();
    expect(await numbers(serving)).toEqual([0]);
    expect(serving.fileNumber('b')).toBeUndefined();
    expect(await serving.refresh(files('b'), engine)).toEqual({ added: 1, removed: 0 });
    await serving.close();
  });

  it('keeps what was made on demand for as long as what it stands on is published, and one publish more', async () => {
    const place = join(folder, 'kept.duckdb');
    const session = await Session.open({ scratch: join(folder, 'spill') });
    const path = join(folder, 'made.parquet');
    await session.copyToParquet(`select 7 as n, date '2026-06-30' as as_of`, path);
    await session.copyToParquet(`select 1 as n, date '2026-06-29' as as_of`, join(folder, 'dated'));
    session.close();
    const columns = [
      { name: 'n', type: 'INTEGER' },
      { name: 'as_of', type: 'DATE' },
    ];
    const stands = (beginning: string) => (key: string) => key.startsWith(beginning);
    const dated: ServedFile[] = [{ table: 't', columns, file: { key: 'dated', partition: {} } }];
    const serving = await Serving.open(place, join(folder, 'spill'));
    await serving.refresh(dated, engine, stands('made/1/'));
    await serving.keep('t', columns, [{ key: 'made/1/x', day: '2026-06-30', path }]);
    await serving.keep('t', columns, [{ key: 'made/1/x', day: '2026-06-30', path }]);
    expect(await numbers(serving)).toEqual([1, 7]);
    await serving.close();
    const reopened = await Serving.open(place, join(folder, 'spill'));
    await reopened.refresh(dated, engine, stands('made/1/'));
    expect(reopened.fileNumber('made/1/x')).toBeDefined();
    await reopened.refresh(dated, engine, stands('made/2/'));
    expect(await numbers(reopened)).toEqual([1, 7]);
    await reopened.refresh(dated, engine, stands('made/2/'));
    expect(await numbers(reopened)).toEqual([1]);
    await reopened.close();
  });
});
