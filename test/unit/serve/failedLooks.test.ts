import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Session } from '../../../functions/engine/duckdb.ts';
import { House } from '../../../functions/serve/house.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { ServedLedger } from '../../support/servedLedger.ts';

describe('a publish that cannot be opened', () => {
  let ledger: ServedLedger;
  let house: House;
  let taken: string;
  const logged: unknown[] = [];

  beforeAll(async () => {
    const plan = new Ledger(daily('2026-06-26', '2026-06-28'));
    plan.company('CO').receipt('1', { total: 1_000, issued: '2026-06-26', due: '2026-06-28' });
    ledger = await ServedLedger.of(plan, 1);
    house = await House.open(ledger.lake, ledger.config, join(ledger.directory, 'second'), (error) =>
      logged.push(error),
    );
    await ledger.deliver();
    // A file that the new publish names is not there.
    const names = await readdir(join(ledger.directory, 'lake/marts/aging'), { recursive: true });
    const newest = names.filter((name) => name.endsWith('.parquet')).find((name) => name.includes('06-28'));
    taken = join(ledger.directory, 'lake/marts/aging', newest ?? '');
    await rename(taken, `${taken}.away`);
  }, 300_000);
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
  afterAll(async () => {
    await house.close();
    await ledger.close();
  });

  const folders = async () => (await readdir(join(ledger.directory, 'lake/.lake/scratch'))).length;

  it('leaves neither a session nor a folder of an attempt behind', async () => {
    const before = await folders();
    const opened = vi.spyOn(Session, 'open');
    const closed = vi.spyOn(Session.prototype, 'close');
    await expect(house.refresh()).rejects.toThrow();
    await expect(house.refresh()).rejects.toThrow();
    expect(opened).toHaveBeenCalledTimes(2);
    expect(closed).toHaveBeenCalledTimes(2);
    expect(await folders()).toBe(before);
    await house.read(async ({ desk }) => expect(desk.newestDay()).toBe('2026-06-27'));
  }, 60_000);

  it('is tried less and less often, and opened when it can be', async () => {
    const looks = vi.spyOn(ledger.lake, 'head');
    const began = Date.now() + 600_000;
    vi.useFakeTimers({ toFake: ['Date'], now: began });
    const looksAt = async (seconds: number): Promise<number> => {
      vi.setSystemTime(began + seconds * 1000);
      await house.read(async () => undefined);
      await vi.waitFor(() => expect(logged.length).toBe(looks.mock.calls.length), 10_000);
      return looks.mock.calls.length;
    };
    // After the two failures above and this one, 16 seconds pass before the next, then 32.
    const counts: number[] = [];
    for (const second of [0, 3, 15, 17, 20, 45, 50]) counts.push(await looksAt(second));
    expect(counts).toEqual([1, 1, 1, 2, 2, 2, 3]);
    vi.useRealTimers();
    await rename(`${taken}.away`, taken);
    await house.refresh();
    await house.read(async ({ desk }) => expect(desk.newestDay()).toBe('2026-06-28'));
  }, 60_000);
});
