import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { defaultConfig } from '../../../functions/core/config.ts';
import { businessDate } from '../../../functions/core/dates.ts';
import { DuckEngine } from '../../../functions/engine/duckEngine.ts';
import { openLake } from '../../../functions/lake/openLake.ts';
import { Desk, type Wanted } from '../../../functions/query/desk.ts';
import { sql } from '../../../functions/query/statement.ts';
import { leastLake } from '../../support/kpiLake.ts';

const DAYS = ['2026-06-26', '2026-06-27', '2026-06-28'].map(businessDate);

describe('rows that several ask for in the same breath', () => {
  let directory: string;
  let desk: Desk;

  beforeAll(async () => {
    directory = await leastLake('2026-06-26', '2026-06-28');
    desk = await Desk.open(await openLake(join(directory, 'lake')), defaultConfig());
  }, 300_000);
  afterEach(() => vi.restoreAllMocks());
  afterAll(async () => {
    await desk?.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** Rows of a mart that nobody kept: its offices carry a name of the test's own. */
  const wanted = (mart: string, asOf: (typeof DAYS)[number], office: string): Wanted => ({
    mart,
    asOf,
    ...desk.knowledge(asOf, undefined),
    period: null,
    views: new Map([['position', `select * replace ('${office}' as office) from __position`]]),
  });

  it('are made in one pass, and each has its own day', async () => {
    const writes = vi.spyOn(DuckEngine.prototype, 'write');
    const made = await Promise.all([...DAYS].reverse().map((day) => desk.made([wanted('aging', day, 'a')])));
    // The mart, and the parts of receipts beneath it.
    expect(writes).toHaveBeenCalledTimes(2);
    const days = await Promise.all(
      made.map((rows) => desk.rows(sql`select cast(as_of as varchar) as day, office from (${rows})`)),
    );
    expect(days).toEqual([...DAYS].reverse().map((day) => [{ day, office: 'a' }]));
  });

  it('are made for the others when one of them cannot be', async () => {
    const [day] = DAYS;
    if (day === undefined) throw new Error('no day');
    const [good, bad] = await Promise.allSettled([
      desk.made([wanted('aging', day, 'b')]),
      desk.made([wanted('no_such_mart', day, 'b')]),
    ]);
    expect(good.status).toBe('fulfilled');
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'UNKNOWN_MODEL' } });
  });

  it('are kept once a publish where many questions stand on them, and tried again where they could not be', async () => {
    const writes = vi.spyOn(DuckEngine.prototype, 'write');
    const many = await Promise.all([1, 2, 3].map(() => desk.kept(sql`select 7 as n`)));
    expect(writes).toHaveBeenCalledTimes(1);
    expect(await Promise.all(many.map((one) => desk.rows(one)))).toEqual([1, 2, 3].map(() => [{ n: 7 }]));
    writes.mockRejectedValueOnce(new Error('no room'));
    await expect(desk.kept(sql`select 8 as n`)).rejects.toThrow('no room');
    expect(await desk.rows(await desk.kept(sql`select 8 as n`))).toEqual([{ n: 8 }]);
  });
});
