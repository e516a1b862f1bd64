import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AlturasError } from '../../../functions/core/errors.ts';
import { folderError } from '../../../functions/lake/folderFiles.ts';
import { FolderLake } from '../../../functions/lake/folderLake.ts';
import { FolderVersions } from '../../../functions/lake/folderVersions.ts';
import { openLake } from '../../../functions/lake/openLake.ts';
import { expectError, keysOf, text } from '../../support/lakeContract.ts';

const OTHER_FILE_SYSTEM = '/dev/shm';

let root: string;
let count = 0;
let folder: string;
let lake: FolderLake;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'alturas-folder-'));
});
beforeEach(() => {
  count += 1;
  folder = join(root, String(count));
  lake = new FolderLake(folder);
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function overwrite(key: string, times: number): Promise<void> {
  let { etag } = await lake.put(key, 'version 0');
  for (let version = 1; version <= times; version += 1) {
    ({ etag } = await lake.put(key, `version ${version}`, { ifMatch: etag }));
  }
}

describe('a folder', () => {
  test('that does not exist is an empty lake, and is made by the first write', async () => {
    expect(await keysOf(lake, '')).toEqual([]);
    expect(await lake.get('a')).toBeNull();
    expect(existsSync(folder)).toBe(false);
    await lake.put('a/b', 'x');
    expect(await readFile(join(folder, 'a/b'), 'utf8')).toBe('x');
  });

  test('answers for its own files, without a copy', async () => {
    await lake.put('marts/aging/part-0.parquet', 'rows');
    expect(await lake.localPaths(['marts/aging/part-0.parquet'])).toEqual([
      join(folder, 'marts/aging/part-0.parquet'),
    ]);
  });

  test('takes a moved file itself', async () => {
    const path = join(await lake.scratch(), 'part.parquet');
    await writeFile(path, 'rows');
    const { ino } = await stat(path);
    await lake.putFile('part.parquet', path, { move: true });
    expect((await stat(join(folder, 'part.parquet'))).ino).toBe(ino);
    expect((await stat(join(folder, 'part.parquet'))).nlink).toBe(1);
  });

  test.skipIf(!existsSync(OTHER_FILE_SYSTEM))('takes a file from another file system', async () => {
    const elsewhere = await mkdtemp(join(OTHER_FILE_SYSTEM, 'alturas-'));
    try {
      await writeFile(join(elsewhere, 'file'), 'rows');
      await lake.putFile('file', join(elsewhere, 'file'), { move: true });
      expect(await text(lake, 'file')).toBe('rows');
      expect(await readdir(elsewhere)).toEqual([]);
    } finally {
      await rm(elsewhere, { recursive: true, force: true });
    }
  });

  test('cannot hold a key inside another key', async () => {
    await lake.put('a/b', 'x');
    await expectError(lake.put('a', 'x'), 'LAKE_KEY', 'usage');
    await expectError(lake.put('a/b/c', 'x'), 'LAKE_KEY');
    expect(await keysOf(lake, '')).toEqual(['a/b']);
  });
});

describe('a key that is overwritten', () => {
  test('shows its newest bytes in its plain file, to people and to other programs', async () => {
    await overwrite('published/current.parquet', 3);
    expect(await readFile(join(folder, 'published/current.parquet'), 'utf8')).toBe('version 3');
  });

  test('is read right though a writer was killed before it could show the newest bytes', async () => {
    await overwrite('pointer', 3);
    // What a killed or slow writer leaves: an older version under the plain name.
    await writeFile(join(root, 'older'), 'version 2');
    await rename(join(root, 'older'), join(folder, 'pointer'));
    const other = new FolderLake(folder);
    expect(await text(other, 'pointer')).toBe('version 3');
    expect((await other.head('pointer'))?.etag).toBe((await lake.head('pointer'))?.etag);
    const [path] = await other.localPaths(['pointer']);
    expect(await readFile(path ?? '', 'utf8')).toBe('version 3');
    await other.sweep(0);
    expect(await readFile(join(folder, 'pointer'), 'utf8')).toBe('version 3');
  });

  test('is still there when its removal was cut short, and can be removed again', async () => {
    await overwrite('pointer', 2);
    await rm(join(folder, 'pointer'));
    expect(await text(lake, 'pointer')).toBe('version 2');
    expect(await keysOf(lake, 'po')).toEqual(['pointer']);
    await expectError(lake.put('pointer', 'x', { ifAbsent: true }), 'LAKE_PRECONDITION');
    await lake.remove(['pointer']);
    expect(await keysOf(lake, '')).toEqual([]);
  });

  test('keeps few of its old versions', async () => {
    await overwrite('pointer', 120);
    expect((await readdir(join(folder, '.lake/versions/pointer'))).length).toBeLessThan(40);
    expect(await text(lake, 'pointer')).toBe('version 120');
  });

  test('refuses a writer that slept while its place was taken and pruned', async () => {
    await overwrite('pointer', 3);
    const versions = new FolderVersions(join(folder, '.lake/versions/pointer'));
    const slept = await versions.latest();
    for (let version = 4; version < 60; version += 1) await lake.put('pointer', `version ${version}`);
    await mkdir(join(root, 'late'), { recursive: true });
    await writeFile(join(root, 'late/file'), 'too late');
    expect(existsSync(join(folder, `.lake/versions/pointer/${(slept?.number ?? 0) + 1}`))).toBe(false);
    expect(await versions.append(join(root, 'late/file'), slept?.number ?? 0)).toBe(false);
    expect(await text(lake, 'pointer')).toBe('version 59');
  });
});

describe('the location of a lake', () => {
  test('is a folder or a bucket', async () => {
    expect((await openLake(folder)).location).toBe(folder);
    expect((await openLake('s3://bucket')).location).toBe('s3://bucket');
    expect((await openLake('s3://a.bucket-1/some/prefix/')).location).toBe('s3://a.bucket-1/some/prefix');
  });

  test.each(['', 'http://example.com/lake', 's3://', 's3://Bad_Bucket/x', 'gs://bucket'])(
    'is not %j',
    async (location) => {
      await expectError(openLake(location), 'LAKE_LOCATION', 'usage');
    },
  );

  test('has no unsafe prefix', async () => {
    await expectError(openLake('s3://bucket/../other'), 'LAKE_KEY', 'usage');
  });
});

test.each([
  ['ENOSPC', 'LAKE_FULL'],
  ['EACCES', 'LAKE_DENIED'],
  ['EPERM', 'LAKE_UNSUPPORTED'],
])('the system error %s is told as %s', (code, told) => {
  const error = folderError(Object.assign(new Error('said the system'), { code }), '/data/lake');
  expect(error).toBeInstanceOf(AlturasError);
  expect(error).toMatchObject({ code: told, details: { file: '/data/lake' } });
  expect(String(error)).toContain('do:');
});
