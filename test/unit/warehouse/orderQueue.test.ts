import { describe, expect, it } from 'vitest';
import { type BusinessDate, businessDate, type LocalTimestamp } from '../../../functions/core/dates.ts';
import { type Order, OrderQueue } from '../../../functions/warehouse/orderQueue.ts';

const at = (day: string): LocalTimestamp => `${day} 22:00:00.000` as LocalTimestamp;
const order = (model: string, day: string, restated?: string): Order => ({
  model,
  asOf: businessDate(day),
  restatedAt: restated === undefined ? null : at(restated),
  knownAt: at(restated ?? day),
  periods: [],
  views: new Map(),
  beside: new Map(),
});

/** A queue whose passes are written down; a pass with the bad day ends with an error. */
function queueWithout(bad: string | null) {
  const passes: string[] = [];
  const stands = (_: unknown, since: BusinessDate) => new Map([[since, at(since)]]);
  const queue = new OrderQueue({ stands }, async (alike) => {
    const pass = `${alike[0]?.model} ${alike.map(({ asOf }) => asOf.slice(8)).join(',')}`;
    passes.push(pass);
    if (alike.some(({ asOf }) => asOf === bad)) throw new Error(`no ${bad}`);
    return alike.map(() => pass);
  });
  return { queue, passes };
}

describe('orders that wait for a pass', () => {
  it('are made with all that differ from them in their day alone, whoever asked, in the order of days', async () => {
    const { queue, passes } = queueWithout(null);
    const files = await Promise.all([
      queue.files([order('aging', '2026-06-03'), order('recovery', '2026-06-03')]),
      queue.files([order('aging', '2026-06-01')]),
      queue.files([order('aging', '2026-06-03')]),
    ]);
    expect(passes).toEqual(['aging 01,03', 'recovery 03']);
    expect(files).toEqual([['aging 01,03', 'recovery 03'], ['aging 01,03'], ['aging 01,03']]);
    await queue.files([order('recovery', '2026-06-03')]);
    expect(passes).toHaveLength(2);
  });

  it('do not suffer for one among them that cannot be made, and it can be asked for again', async () => {
    const { queue, passes } = queueWithout('2026-06-02');
    const ask = (day: string) => queue.files([order('aging', day)]);
    const ends = await Promise.allSettled(['2026-06-01', '2026-06-02', '2026-06-03'].map(ask));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const before = passes.length;
    await expect(ask('2026-06-02')).rejects.toThrow('no 2026-06-02');
    expect(passes.slice(before)).toEqual(['aging 02']);
  });

  it('are made together where they look back with the same knowledge', async () => {
    const { queue, passes } = queueWithout(null);
    const asked: [string, string][] = [
      ['2026-05-31', '2026-06-10'],
      ['2026-04-30', '2026-06-10'],
      ['2026-05-31', '2026-06-11'],
    ];
    await Promise.all(asked.map(([day, restated]) => queue.files([order('aging', day, restated)])));
    expect(passes).toEqual(['aging 30,31', 'aging 31']);
  });

  it('let those go first who have all of theirs', async () => {
    const { queue } = queueWithout(null);
    const gone: string[] = [];
    await Promise.all([
      queue
        .files([order('aging', '2026-06-01'), order('recovery', '2026-06-01')])
        .then(() => gone.push('both')),
      queue.files([order('aging', '2026-06-02')]).then(() => gone.push('one')),
    ]);
    expect(gone).toEqual(['one', 'both']);
  });
});
