import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AlturasError } from '../../functions/core/errors.ts';
import type { Lake, LakeObject } from '../../functions/lake/lake.ts';
import { sealed, sha256, unseal } from './sealed.ts';

const RACERS = 20;

/** Where a contract suite gets its lakes from. Two calls with the same name open the same lake, as two processes would. */
export type OpenTestLake = (name: string) => Promise<Lake>;

/** What every lake must do, whatever it is made of. */
export function lakeContract(open: OpenTestLake): void {
  let folder: string;
  let count = 0;
  const fresh = (): Promise<Lake> => {
    count += 1;
    return open(`contract-${count}`);
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'alturas-contract-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  describe('reading and writing', () => {
    test('what was put is got, byte for byte, with its size and etag', async () => {
      const lake = await fresh();
      for (const [key, body] of [
        ['text.json', '{"ramo":"Automóviles"}'],
        ['deep/er/binary.bin', randomBytes(70_000)],
        ['empty', new Uint8Array()],
      ] as const) {
        const { etag } = await lake.put(key, body);
        const bytes = Buffer.from(body);
        expect(etag).not.toBe('');
        expect(await lake.head(key)).toEqual({ key, size: bytes.length, etag });
        const got = await lake.get(key);
        expect(got?.etag).toBe(etag);
        expect(bytes.equals(got?.body ?? new Uint8Array([1]))).toBe(true);
      }
    });

    test('a missing object is null to head and get, an error to localPaths, and no matter to remove', async () => {
      const lake = await fresh();
      await lake.put('there/file', 'x');
      for (const key of ['nowhere', 'there/other', 'not/there/either']) {
        expect(await lake.head(key)).toBeNull();
        expect(await lake.get(key)).toBeNull();
      }
      await expectError(lake.localPaths(['there/file', 'nowhere']), 'LAKE_MISSING', 'missing');
      await lake.remove(['nowhere', 'not/there/either']);
    });

    test('an overwrite is seen at once, also by others, and changes the etag', async () => {
      const name = `contract-shared-${count}`;
      const [writer, reader] = [await open(name), await open(name)];
      let before = (await writer.put('key', 'version 0')).etag;
      for (let version = 1; version <= 40; version += 1) {
        const { etag } = await writer.put('key', `version ${version}`);
        expect(etag).not.toBe(before);
        before = etag;
        expect(await text(reader, 'key')).toBe(`version ${version}`);
        expect((await reader.head('key'))?.etag).toBe(etag);
      }
    });

    test('readers see whole objects only, and never an older one than before', async () => {
      const lake = await fresh();
      await lake.put('key', sealed(0));
      let writing = true;
      const read = async (): Promise<number> => {
        let newest = 0;
        let reads = 0;
        for (; writing; reads += 1) {
          const version = unseal((await lake.get('key'))?.body).number;
          expect(version).toBeGreaterThanOrEqual(newest);
          newest = version;
        }
        return reads;
      };
      const readers = [read(), read(), read()];
      for (let version = 1; version <= 30; version += 1) await lake.put('key', sealed(version));
      writing = false;
      expect(Math.min(...(await Promise.all(readers)))).toBeGreaterThan(0);
    });

    test('removed objects are gone, and their keys free again', async () => {
      const lake = await fresh();
      await lake.put('once', 'a');
      await lake.put('often', 'a');
      const { etag } = await lake.put('often', 'b');
      await lake.put('often', 'c', { ifMatch: etag });
      await lake.put('kept', 'k');
      await lake.remove(['once', 'often']);
      expect(await lake.get('often')).toBeNull();
      expect(await keysOf(lake, '')).toEqual(['kept']);
      await lake.put('once', 'again', { ifAbsent: true });
      await lake.put('often', 'again', { ifAbsent: true });
      expect(await text(lake, 'often')).toBe('again');
      expect(await keysOf(lake, '')).toEqual(['kept', 'often', 'once']);
    });
  });

  describe('keys', () => {
    test('are listed in the order of their UTF-8 bytes, whatever they are made of', async () => {
      const lake = await fresh();
      const keys = [
        'marts/position/period=2026-06-30/build=1/part-0.parquet',
        'marts/position/period=2026-06/build=1/part-0.parquet',
        'marts/position-old/x',
        'marts/position.txt',
        'o/B',
        'o/a-b',
        'o/a/b',
        'o/a.b',
        'o/a0',
        'o/_',
        'o/ñandú é.csv',
        'o/\uFF5E',
        'o/\u{1F600}',
        'o/50% + "1" & #2 = ¿qué?',
        "o/it's;(here),[now]!",
        'o/tab~~',
        'o/.hidden',
      ];
      for (const key of keys) await lake.put(key, key);
      const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(await keysOf(lake, '')).toEqual(sorted);
      for (const prefix of [
        'o/',
        'o/a',
        'o/a/',
        'marts/position',
        'marts/position/period=2026-06',
        'none/',
        'o/ñ',
      ]) {
        expect(await keysOf(lake, prefix)).toEqual(sorted.filter((key) => key.startsWith(prefix)));
      }
      for (const key of keys) expect(await text(lake, key)).toBe(key);
    });

    test('1,200 of them are all listed, with their sizes', async () => {
      const lake = await fresh();
      const keys = Array.from({ length: 1_200 }, (_, index) => `many/${String(index).padStart(5, '0')}`);
      for (let at = 0; at < keys.length; at += 50) {
        await Promise.all(keys.slice(at, at + 50).map((key) => lake.put(key, key.slice(-3))));
      }
      const listed = await objectsOf(lake, 'many/');
      expect(listed.map(({ key }) => key)).toEqual(keys);
      expect(listed.every(({ size, etag }) => size === 3 && etag !== '')).toBe(true);
      await lake.remove(keys);
      expect(await keysOf(lake, '')).toEqual([]);
    });

    test.each([
      '',
      '/etc/passwd',
      '../outside',
      'a/../../outside',
      'a/./b',
      'a//b',
      'a/',
      'a\\b',
      'a\0b',
      'line\nbreak',
      '.lake/scratch/x',
      `long/${'x'.repeat(256)}`,
      `${'long/'.repeat(205)}x`,
      'half \uD83D pair',
    ])('the unsafe key %j is refused', async (key) => {
      const lake = await fresh();
      await expectError(lake.put(key, 'x'), 'LAKE_KEY', 'usage');
      await expectError(lake.get(key), 'LAKE_KEY', 'usage');
      await expectError(lake.head(key), 'LAKE_KEY', 'usage');
      await expectError(lake.remove([key]), 'LAKE_KEY', 'usage');
      await expectError(lake.localPaths([key]), 'LAKE_KEY', 'usage');
      await expectError(lake.putFile(key, '/dev/null'), 'LAKE_KEY', 'usage');
    });

    test('an unsafe prefix is refused', async () => {
      const lake = await fresh();
      for (const prefix of ['/', '../', 'a/../b'])
        await expectError(keysOf(lake, prefix), 'LAKE_KEY', 'usage');
    });
  });

  describe('conditional writes', () => {
    test('ifAbsent writes once', async () => {
      const lake = await fresh();
      await lake.put('key', 'first', { ifAbsent: true });
      await expectError(lake.put('key', 'second', { ifAbsent: true }), 'LAKE_PRECONDITION', 'conflict');
      expect(await text(lake, 'key')).toBe('first');
    });

    test('ifMatch writes over the version that was read, and over no other', async () => {
      const lake = await fresh();
      const first = await lake.put('key', 'first', { ifAbsent: true });
      const second = await lake.put('key', 'second', { ifMatch: first.etag });
      await expectError(lake.put('key', 'stale', { ifMatch: first.etag }), 'LAKE_PRECONDITION', 'conflict');
      expect(await lake.get('key')).toMatchObject({ etag: second.etag });
      await lake.put('key', 'third');
      await expectError(lake.put('key', 'stale', { ifMatch: second.etag }), 'LAKE_PRECONDITION', 'conflict');
      expect(await text(lake, 'key')).toBe('third');
      await expectError(lake.put('key', 'fourth', { ifAbsent: true }), 'LAKE_PRECONDITION', 'conflict');
      await expectError(lake.put('other', 'x', { ifMatch: first.etag }), 'LAKE_PRECONDITION', 'conflict');
      expect(await lake.get('other')).toBeNull();
    });

    test(`of ${RACERS} that write an absent key at once, one wins, and its bytes are there`, async () => {
      const name = `contract-absent-race-${count}`;
      const lakes = await Promise.all(Array.from({ length: RACERS }, () => open(name)));
      for (let round = 0; round < 5; round += 1) {
        const key = `race/${round}`;
        const results = await Promise.allSettled(
          lakes.map((lake, racer) => lake.put(key, `${racer}`.padEnd(50_000, '.'), { ifAbsent: true })),
        );
        expect(await text(lakes[0], key)).toBe(`${soleWinner(results)}`.padEnd(50_000, '.'));
      }
    });

    test(`of ${RACERS} that replace the version they read at once, one wins, and its bytes are there`, async () => {
      const name = `contract-match-race-${count}`;
      const lakes = await Promise.all(Array.from({ length: RACERS }, () => open(name)));
      let { etag } = (await lakes[0]?.put('key', 'start')) ?? { etag: '' };
      for (let round = 0; round < 5; round += 1) {
        const results = await Promise.allSettled(
          lakes.map((lake, racer) =>
            lake.put('key', `${round} ${racer}`.padEnd(50_000, '.'), { ifMatch: etag }),
          ),
        );
        const winner = soleWinner(results);
        expect(await text(lakes[0], 'key')).toBe(`${round} ${winner}`.padEnd(50_000, '.'));
        etag = (await lakes[1]?.head('key'))?.etag ?? '';
      }
    });

    test('no increment is lost when many read, add one and write back', async () => {
      const lake = await fresh();
      await lake.put('counter', '0');
      const increment = async (): Promise<void> => {
        for (;;) {
          const read = await lake.get('counter');
          if (!read) throw new Error('the counter is gone');
          const next = String(Number(Buffer.from(read.body).toString()) + 1);
          try {
            await lake.put('counter', next, { ifMatch: read.etag });
            return;
          } catch (error) {
            if (!(error instanceof AlturasError) || error.code !== 'LAKE_PRECONDITION') throw error;
          }
        }
      };
      await Promise.all(
        Array.from({ length: 8 }, async () => {
          for (let turn = 0; turn < 6; turn += 1) await increment();
        }),
      );
      expect(await text(lake, 'counter')).toBe('48');
    });
  });

  describe('files', () => {
    test('a large one goes in and comes out whole, under a condition too', async () => {
      const lake = await fresh();
      const path = join(folder, 'large.bin');
      const bytes = randomBytes(12 * 1024 * 1024 + 17);
      await writeFile(path, bytes);
      const { etag } = await lake.putFile('large/file', path, { condition: { ifAbsent: true } });
      expect(await lake.head('large/file')).toEqual({ key: 'large/file', size: bytes.length, etag });
      const [local] = await lake.localPaths(['large/file']);
      expect(sha256(await readFile(local ?? ''))).toBe(sha256(bytes));
      expect(sha256((await lake.get('large/file'))?.body ?? '')).toBe(sha256(bytes));
      expect(sha256(await readFile(path))).toBe(sha256(bytes));

      bytes.writeUInt32BE(7, 0);
      await writeFile(path, bytes);
      const again = { condition: { ifAbsent: true }, move: true } as const;
      await expectError(lake.putFile('large/file', path, again), 'LAKE_PRECONDITION', 'conflict');
      expect((await stat(path)).size).toBe(bytes.length);
      const replaced = await lake.putFile('large/file', path, { condition: { ifMatch: etag } });
      await expectError(
        lake.putFile('large/file', path, { condition: { ifMatch: etag } }),
        'LAKE_PRECONDITION',
      );
      expect((await lake.get('large/file'))?.etag).toBe(replaced.etag);
      expect(sha256((await lake.get('large/file'))?.body ?? '')).toBe(sha256(bytes));
    });

    test('a moved file is gone from where it was, a copied one stays', async () => {
      const lake = await fresh();
      const scratch = await lake.scratch();
      for (const name of ['moved', 'copied']) await writeFile(join(scratch, name), name);
      await lake.putFile('moved', join(scratch, 'moved'), { move: true });
      await lake.putFile('copied', join(scratch, 'copied'));
      expect(await readdir(scratch)).toEqual(['copied']);
      expect([await text(lake, 'moved'), await text(lake, 'copied')]).toEqual(['moved', 'copied']);
    });

    test('local paths come in the order asked, once per question', async () => {
      const lake = await fresh();
      const keys = Array.from({ length: 60 }, (_, index) => `ledger/day=${index}/part.parquet`);
      for (const key of keys) await lake.put(key, `content of ${key}`);
      const asked = [...keys].reverse().flatMap((key) => [key, key]);
      for (let time = 0; time < 2; time += 1) {
        const paths = await lake.localPaths(asked);
        const contents = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
        expect(contents).toEqual(asked.map((key) => `content of ${key}`));
      }
      expect(await lake.localPaths([])).toEqual([]);
    });

    test('many who ask for the same file at once get it whole', async () => {
      const name = `contract-asked-${count}`;
      const body = sealed(1, 12_000_000);
      await (await open(name)).put('asked/for', body);
      const read = async (after: number): Promise<void> => {
        const lake = await open(name);
        await sleep(after);
        const [path] = await lake.localPaths(['asked/for']);
        expect(unseal(await readFile(path ?? '')).number).toBe(1);
      };
      await Promise.all(Array.from({ length: 20 }, (_, index) => read(index * 8)));
    });

    test('scratch folders are empty, different, invisible, and swept when nobody uses them', async () => {
      const lake = await fresh();
      await lake.put('key', 'x');
      const [one, two] = [await lake.scratch(), await lake.scratch()];
      expect(one).not.toBe(two);
      await writeFile(join(one, 'half-written'), 'x');
      expect(await keysOf(lake, '')).toEqual(['key']);
      expect(await lake.sweep(60_000)).toBe(0);
      expect(await readdir(one)).toEqual(['half-written']);
      expect(await lake.sweep(0)).toBeGreaterThanOrEqual(2);
      await expect(stat(one)).rejects.toThrow();
      expect(await text(lake, 'key')).toBe('x');
    });
  });

  test('a job run again after it was cut short ends in the same state', async () => {
    const lake = await fresh();
    const path = join(folder, 'day.parquet');
    await writeFile(path, 'rows of the day');
    const job = async (steps: number): Promise<void> => {
      if (steps > 0) await lake.put('landing/receipts.csv', 'as delivered');
      if (steps > 1) await lake.putFile('ledger/part-0.parquet', path);
      if (steps > 2) await lake.put('deliveries/000001.json', '{}', { ifAbsent: true });
    };
    for (const steps of [1, 2, 2, 3]) await job(steps);
    const after = await objectsOf(lake, '');
    await expectError(job(3), 'LAKE_PRECONDITION');
    expect(await objectsOf(lake, '')).toEqual(after);
    expect(after.map(({ key }) => key)).toEqual([
      'deliveries/000001.json',
      'landing/receipts.csv',
      'ledger/part-0.parquet',
    ]);
  });
}

export async function expectError(promise: Promise<unknown>, code: string, kind?: string): Promise<void> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AlturasError);
  expect(error).toMatchObject(kind ? { code, kind } : { code });
}

export async function text(lake: Lake | undefined, key: string): Promise<string | null> {
  const got = await lake?.get(key);
  return got ? Buffer.from(got.body).toString('utf8') : null;
}

export async function objectsOf(lake: Lake, prefix: string): Promise<LakeObject[]> {
  const objects: LakeObject[] = [];
  for await (const object of lake.list(prefix)) objects.push(object);
  return objects;
}

export async function keysOf(lake: Lake, prefix: string): Promise<string[]> {
  return (await objectsOf(lake, prefix)).map(({ key }) => key);
}

function soleWinner(results: readonly PromiseSettledResult<unknown>[]): number {
  const winners = results.flatMap((result, racer) => (result.status === 'fulfilled' ? [racer] : []));
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'LAKE_PRECONDITION' });
  }
  expect(winners).toHaveLength(1);
  return winners[0] ?? -1;
}
