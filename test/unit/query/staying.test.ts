import { mkdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { defaultConfig } from '../../../functions/core/config.ts';
import { openLake } from '../../../functions/lake/openLake.ts';
import { Desk } from '../../../functions/query/desk.ts';
import { leastLake } from '../../support/kpiLake.ts';

it('a desk that stands for days keeps its scratch folder from being swept, and leaves it when it closes', async () => {
  const directory = await leastLake('2026-06-27', '2026-06-28');
  const lake = await openLake(join(directory, 'lake'));
  const scratch = join(directory, 'scratch');
  await mkdir(scratch);
  lake.scratch = async () => scratch;
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const desk = await Desk.open(lake, defaultConfig());
    const old = new Date(Date.now() - 2 * 86_400_000);
    await utimes(scratch, old, old);
    vi.advanceTimersByTime(2 * 60 * 60 * 1000);
    await vi.waitFor(async () => expect((await stat(scratch)).mtimeMs).toBeGreaterThan(Date.now() - 60_000));
    expect(vi.getTimerCount()).toBe(1);
    await desk.close();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
    await rm(directory, { recursive: true, force: true });
  }
});
