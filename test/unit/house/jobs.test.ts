import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Job, workOff } from '../../../functions/core/jobs.ts';

/** Jobs that write down who does them, and when each begins and ends. */
function notebook() {
  const notes: string[] = [];
  const job = (
    name: string,
    after: readonly Job<string, string>[] = [],
    batch = 0,
    ms = 5,
  ): Job<string, string> => ({
    after,
    batch,
    run: async (worker) => {
      notes.push(`${worker} begins ${name}`);
      await sleep(ms);
      notes.push(`${worker} ends ${name}`);
      return name;
    },
  });
  return { notes, job };
}

describe('jobs that wait for others', () => {
  it('of one batch are done in the order of the list by one worker', async () => {
    const { notes, job } = notebook();
    const a = job('a');
    expect(await workOff(['W'], [a, job('b'), job('c', [a])])).toEqual(['a', 'b', 'c']);
    expect(notes.filter((note) => note.includes('begins'))).toEqual([
      'W begins a',
      'W begins b',
      'W begins c',
    ]);
  });

  it('begin once those are done, and others run beside them; answers come in the order of the list', async () => {
    const { notes, job } = notebook();
    const slow = job('slow', [], 0, 40);
    const quick = job('quick', [], 0, 1);
    const given = await workOff(
      ['W', 'V'],
      [slow, job('needy', [slow, quick]), quick, job('free', [], 0, 1)],
    );
    expect(given).toEqual(['slow', 'needy', 'quick', 'free']);
    expect(notes.slice(0, 2)).toEqual(['W begins slow', 'V begins quick']);
    expect(notes.indexOf('V ends free')).toBeLessThan(notes.indexOf('W ends slow'));
    expect(notes.findIndex((note) => note.endsWith('begins needy'))).toBeGreaterThan(
      notes.indexOf('W ends slow'),
    );
  });

  it('go to a worker that did one of their batch, while there is one', async () => {
    const { notes, job } = notebook();
    const list = ['a', 'b', 'b', 'a', 'b'].map((name, at) => job(`${name}${at}`, [], name === 'a' ? 0 : 1));
    await workOff(['W', 'V'], list);
    const begun = notes.filter((note) => note.includes('begins'));
    expect(begun.slice(0, 2)).toEqual(['W begins a0', 'V begins b1']);
    expect(begun.slice(2, 4).sort()).toEqual(['V begins b2', 'W begins a3']);
    expect(begun[4]).toMatch(/begins b4$/);
  });

  it('of which one fails: no other begins, and what runs has ended when it is told', async () => {
    const { notes, job } = notebook();
    const broken: Job<string, string> = {
      after: [],
      batch: 0,
      run: () => Promise.reject(new Error('broken')),
    };
    const all = workOff(['W', 'V'], [broken, job('long', [], 0, 30), job('third'), job('fourth', [broken])]);
    await expect(all).rejects.toThrow('broken');
    expect(notes).toEqual(['V begins long', 'V ends long']);
  });

  it('and for one another are an error', async () => {
    const { job } = notebook();
    const after: Job<string, string>[] = [];
    const one = job('one', after);
    after.push(job('two', [one]));
    await expect(workOff(['W', 'V'], [one, ...after])).rejects.toMatchObject({ code: 'JOBS_WAIT' });
  });
});
