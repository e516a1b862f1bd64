import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel } from '../../../functions/core/inParallel.ts';
import { Lanes } from '../../../functions/land/lanes.ts';

let scratch: string;
let lanes: Lanes;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'alturas-lanes-'));
  lanes = await Lanes.open(scratch, { threads: 2, memoryMb: 400, largestFile: 0 });
});

afterAll(async () => {
  lanes?.close();
  await rm(scratch, { recursive: true, force: true });
});

describe('jobs of a landing', () => {
  it('run side by side, one a session', async () => {
    let running = 0;
    const seen: number[] = [];
    await lanes.all(
      Array.from({ length: 5 }, () => async (session) => {
        running += 1;
        seen.push(running);
        await session.rows('SELECT count(*) AS n FROM range(2000000)');
        running -= 1;
      }),
    );
    expect(seen).toHaveLength(5);
    expect(Math.max(...seen)).toBe(2);
  });

  it('of which one fails end before the failure is told, and no other begins', async () => {
    const begun: string[] = [];
    let ended = false;
    const all = lanes.all([
      async (session) => {
        begun.push('long');
        await session.rows('SELECT sum(i) AS n FROM range(3000000) t(i)');
        await new Promise((resolve) => setTimeout(resolve, 50));
        ended = true;
      },
      async () => {
        begun.push('broken');
        throw new Error('broken');
      },
      async () => {
        begun.push('third');
      },
    ]);
    await expect(all).rejects.toThrow('broken');
    expect(ended).toBe(true);
    expect(begun).toEqual(['long', 'broken']);
  });
});

describe('jobs in parallel', () => {
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  it('run a few at a time, and give their answers in their order', async () => {
    let running = 0;
    let most = 0;
    const numbers = Array.from({ length: 30 }, (_, at) => at);
    const given = await inParallel(
      numbers.map((at) => async () => {
        most = Math.max(most, ++running);
        await pause(at % 3);
        running -= 1;
        return at;
      }),
    );
    expect(given).toEqual(numbers);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThan(30);
  });

  it('of which one fails end before the failure is told, and no other begins', async () => {
    const ended: number[] = [];
    const jobs = Array.from({ length: 30 }, (_, at) => async () => {
      if (at === 3) throw new Error('broken');
      await pause(20);
      ended.push(at);
    });
    await expect(inParallel(jobs)).rejects.toThrow('broken');
    const told = [...ended];
    expect(told).toContain(0);
    expect(told).not.toContain(29);
    await pause(50);
    expect(ended).toEqual(told);
  });
});
