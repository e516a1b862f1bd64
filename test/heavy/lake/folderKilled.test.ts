import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLake } from '../../../functions/lake/openLake.ts';
import { killWriters } from '../../support/killedWriters.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alturas-killed-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('processes killed while they race for a folder leave nothing half visible, lost or doubled', async () => {
  const lake = await openLake(folder);
  const { kills, answered } = await killWriters(lake, 3);
  expect(kills).toBe(6);
  expect(answered).toBeGreaterThan(6);
  // What they left half-written was never visible, and sweep removed it.
  expect(await readdir(join(folder, '.lake', 'scratch'))).toEqual([]);
  const shown = await stat(join(folder, 'pointer', 'current'));
  const [current] = await lake.localPaths(['pointer/current']);
  expect(shown.ino).toBe((await stat(current ?? '')).ino);
});
