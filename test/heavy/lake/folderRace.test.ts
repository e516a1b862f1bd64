import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLake } from '../../../functions/lake/openLake.ts';
import { text } from '../../support/lakeContract.ts';

const RUN = fileURLToPath(new URL('../../support/run.mjs', import.meta.url));
const RACES = 60;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alturas-race-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('of two processes that want the same key or the same version at once, exactly one gets it', async () => {
  const lake = await openLake(folder);
  for (let race = 0; race < RACES; race += 1) await lake.put(`match/${race}`, 'before');
  const wins = new Map<string, string[]>();
  let ready = 0;
  const racers = ['one', 'two'].map(async (name) => {
    const racer = spawn(process.execPath, [RUN, 'test/support/lakeRacer.ts', folder, name, String(RACES)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: racer.stdout })) {
      const [key = '', body = ''] = line.split(' ');
      if (key === 'ready') ready += 1;
      else wins.set(key, [...(wins.get(key) ?? []), body]);
      if (key === 'ready' && ready === 2) await lake.put('start', String(Date.now() + 100));
    }
  });
  await Promise.all(racers);
  for (let race = 0; race < RACES; race += 1) {
    for (const key of [`absent/${race}`, `match/${race}`])
      expect(wins.get(key), key).toEqual([await text(lake, key)]);
  }
  // Neither process simply came first every time.
  const winners = [...wins.values()].flat();
  for (const name of ['one', 'two']) expect(winners.some((winner) => winner.startsWith(name))).toBe(true);
});
