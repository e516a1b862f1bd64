import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Session } from '../../../functions/engine/duckdb.ts';
import { DeliveryIndex } from '../../../functions/lake/deliveries.ts';
import { Landings } from '../../../functions/land/land.ts';
import { DIMENSIONS, LandingFixture, receipt } from './deliveryFixture.ts';

let fixture: LandingFixture;
let landings: Landings;
beforeEach(() => {
  fixture = new LandingFixture();
  landings = new Landings(fixture.lake);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await landings.close();
  fixture.close();
});

const delivered = (day: string): string =>
  fixture.deliver({ day, feeds: { ...DIMENSIONS, receipts: [receipt('R1'), receipt(`R ${day}`)] } });

const accepted = async (): Promise<string[]> =>
  (await new DeliveryIndex(fixture.lake).entries()).map((entry) => entry.as_of);

it('a landing that reads while the one before is published is judged by all that was accepted before it', async () => {
  const [first, second] = [delivered('2026-06-01'), delivered('2026-06-02')];
  const early = fixture.deliver({
    day: '2026-05-31',
    cutoff: '2026-05-31 22:00:00',
    feeds: { receipts: [receipt('R1')] },
  });
  const reports = await Promise.all([landings.land([first]), landings.land([early, first, second])]);
  expect(reports.map(({ outcomes }) => outcomes.map(({ outcome }) => outcome))).toEqual([
    ['accepted'],
    ['rejected', 'unchanged', 'accepted'],
  ]);
  expect(await accepted()).toEqual(['2026-06-01', '2026-06-02']);
});

it('reads the deliveries of the next landing before those of the first are published', async () => {
  const steps: string[] = [];
  const series = new Landings(fixture.lake, {
    progress: ({ phase, asOf }) => steps.push(`${phase} ${asOf}`),
  });
  let open = (): void => undefined;
  const barrier = new Promise<void>((resolve) => {
    open = resolve;
  });
  const put = fixture.lake.put.bind(fixture.lake);
  vi.spyOn(fixture.lake, 'put').mockImplementation(async (...args) => {
    await barrier;
    return put(...args);
  });
  const reports = Promise.all([
    series.land([delivered('2026-06-01')]),
    series.land([delivered('2026-06-02')]),
  ]);
  await vi.waitFor(() => expect(steps).toContain('read 2026-06-02'));
  expect(steps).not.toContain('stored 2026-06-01');
  open();
  await reports;
  await series.close();
  expect(steps.slice(-2)).toEqual(['stored 2026-06-01', 'stored 2026-06-02']);
});

it('once a landing has failed, none that follows is published', async () => {
  vi.spyOn(fixture.lake, 'put').mockRejectedValueOnce(new Error('no more disk'));
  const ends = await Promise.allSettled([
    landings.land([delivered('2026-06-01')]),
    landings.land([delivered('2026-06-02')]),
  ]);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await accepted()).toEqual([]);
});

it.each([1, 60])('nothing of a landing of %i deliveries runs on when it fails', async (count) => {
  let running = 0;
  const run = Session.prototype.run;
  vi.spyOn(Session.prototype, 'run').mockImplementation(async function (this: Session, sql, parameters) {
    running += 1;
    try {
      return await run.call(this, sql, parameters);
    } finally {
      running -= 1;
    }
  });
  const folders = Array.from({ length: count }, (_, at) =>
    fixture.deliver({
      day: new Date(Date.UTC(2026, 3, 1 + at)).toISOString().slice(0, 10),
      feeds: { ...DIMENSIONS, receipts: Array.from({ length: 50 }, (_, no) => receipt(`R${no}`)) },
    }),
  );
  vi.spyOn(fixture.lake, 'putFile').mockRejectedValueOnce(new Error('no more disk'));
  await expect(landings.land(folders)).rejects.toThrow('no more disk');
  expect(running).toBe(0);
});

it('is closed once nothing of it runs, also where a later landing failed before an earlier one was done', async () => {
  const ended: string[] = [];
  const noted = (name: string, landed: Promise<unknown>): Promise<unknown> =>
    landed.then(
      () => ended.push(`${name} landed`),
      () => ended.push(`${name} failed`),
    );
  noted('first', landings.land([delivered('2026-06-01')]));
  noted('second', landings.land([]));
  await landings.close();
  expect(ended.sort()).toEqual(['first landed', 'second failed']);
});
