import { existsSync } from 'node:fs';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { FileCache } from '../../../functions/lake/fileCache.ts';

const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);

it('copies that nobody uses and folders of those who are gone are dropped by whoever works there next', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'alturas-cache-'));
  try {
    const before = new FileCache(folder, 'lake');
    const fetch = (path: string): Promise<void> => writeFile(path, 'rows');
    const [old, used] = await Promise.all(
      ['marts/a.parquet', 'marts/b.parquet'].map((key) => before.path(key, fetch)),
    );
    const [left, live] = [await before.scratch(), await before.scratch()];
    await utimes(old ?? '', daysAgo(31), daysAgo(31));
    await utimes(used ?? '', daysAgo(29), daysAgo(29));
    await utimes(left, daysAgo(2), daysAgo(2));
    await new FileCache(folder, 'lake').scratch();
    await vi.waitFor(() => expect([left, old ?? ''].map((path) => existsSync(path))).toEqual([false, false]));
    expect([live, used ?? ''].map((path) => existsSync(path))).toEqual([true, true]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
