import { afterEach, describe, expect, it } from 'vitest';
import { buildInSlices, type SliceOptions } from '../../../functions/build/slices.ts';
import { deliver, everything } from '../warehouse/story.ts';
import { MODELS, OPEN_IS_POSITIVE, receipt, ToyLake } from '../warehouse/toyLake.ts';

const made: ToyLake[] = [];

async function toy(models: Readonly<Record<string, string>> = MODELS): Promise<ToyLake> {
  const lake = await ToyLake.make(models);
  made.push(lake);
  return lake;
}

afterEach(async () => {
  for (const lake of made.splice(0)) await lake.close();
});

function sliced(lake: ToyLake, rowsPerSlice: number, remainingMs: SliceOptions['remainingMs']) {
  const { models, config } = lake;
  return buildInSlices(lake.lake, { models, config, threads: 1, rowsPerSlice, remainingMs });
}

describe('a long range in slices', () => {
  it('gives what one build gives, at every moment: re-delivered, late and carried days included', async () => {
    const [whole, parts] = [await toy(), await toy()];
    await deliver(whole);
    await whole.build();
    await deliver(parts);
    const { status, reports, left } = await sliced(parts, 12, () => 1e9);
    expect([status, left]).toEqual(['published', 0]);
    // Room for 1 June beside May, but a closed month is better built at once.
    expect(reports.map(({ days }) => [days?.from, days?.to])).toEqual([
      ['2026-05-28', '2026-05-31'],
      ['2026-06-01', '2026-06-04'],
      ['2026-06-05', '2026-06-06'],
    ]);
    expect(reports.every((report) => report.status === 'published')).toBe(true);
    expect(await everything(parts)).toEqual(await everything(whole));
    expect(await sliced(parts, 12, () => 1e9)).toEqual({ status: 'unchanged', reports: [], left: 0 });
  });

  it('ends in time and is taken up again where it ended', async () => {
    const lake = await toy();
    await deliver(lake);
    // Every look at the clock costs 40 seconds: one slice takes 40, and then no other would end in time.
    let remaining = 120_000;
    const first = await sliced(lake, 4, () => {
      remaining -= 40_000;
      return remaining;
    });
    expect(first.status).toBe('more');
    expect(first.reports).toHaveLength(1);
    expect(first.left).toBeGreaterThan(0);
    const rest = await sliced(lake, 1_000, () => 1e9);
    expect([rest.status, rest.left]).toEqual(['published', 0]);
    expect(rest.reports).toHaveLength(1);
  });

  it('a slice that breaks a law publishes nothing of itself; those before it stay', async () => {
    const lake = await toy({ ...MODELS, 'laws/open_is_positive.sql': OPEN_IS_POSITIVE });
    await lake.deliver('2026-06-01', '2026-06-01 22:00', { receipts: [receipt('R1', '100.00')] });
    await lake.deliver('2026-06-02', '2026-06-02 22:00', { receipts: [receipt('R1', '-5.00')] });
    await expect(sliced(lake, 1, () => 1e9)).rejects.toMatchObject({
      code: 'LAW_BROKEN',
      details: { causes: [expect.stringContaining('open_is_positive')] },
    });
    const published = (await lake.publishedRows()).map(({ last_day }) => last_day);
    expect(new Set(published)).toEqual(new Set(['2026-06-01']));
  });

  it('a day that broke a law and was delivered again stops nobody; what it said then stays, with a warning', async () => {
    const lake = await toy({ ...MODELS, 'laws/open_is_positive.sql': OPEN_IS_POSITIVE });
    await lake.deliver('2026-06-01', '2026-06-01 22:00', { receipts: [receipt('R1', '-5.00')] });
    await expect(sliced(lake, 1_000, () => 1e9)).rejects.toMatchObject({ code: 'LAW_BROKEN' });
    await lake.deliver('2026-06-01', '2026-06-02 09:00', { receipts: [receipt('R1', '5.00')] });
    const { status, reports } = await sliced(lake, 1_000, () => 1e9);
    expect(status).toBe('published');
    expect(reports.flatMap(({ broken }) => broken)).toMatchObject([
      { law: 'open_is_positive', severity: 'warning', rows: 1 },
    ]);
    await lake.deliver('2026-06-01', '2026-06-02 10:00', { receipts: [receipt('R1', '-6.00')] });
    await expect(sliced(lake, 1_000, () => 1e9)).rejects.toMatchObject({ code: 'LAW_BROKEN' });
  });

  it('a day that broke a law stops all while a later one stands on it, or more rows break it than are looked at', async () => {
    const lake = await toy({ ...MODELS, 'laws/open_is_positive.sql': OPEN_IS_POSITIVE });
    await lake.deliver('2026-06-01', '2026-06-01 22:00', { receipts: [receipt('R1', '-5.00')] });
    await lake.deliver('2026-06-02', '2026-06-02 22:00', { receipts: [receipt('R1', '5.00')] });
    await lake.deliver('2026-06-01', '2026-06-03 09:00', { receipts: [receipt('R1', '5.00')] });
    await expect(sliced(lake, 1_000, () => 1e9)).rejects.toMatchObject({ code: 'LAW_BROKEN' });
    await lake.deliver('2026-06-02', '2026-06-03 10:00', { receipts: [receipt('R1', '5.00')] });
    expect((await sliced(lake, 1_000, () => 1e9)).status).toBe('published');

    const many = await toy({ ...MODELS, 'laws/open_is_positive.sql': OPEN_IS_POSITIVE });
    const receipts = Array.from({ length: 1_000 }, (_, at) => receipt(`R${at}`, '-5.00'));
    await many.deliver('2026-06-01', '2026-06-01 22:00', { receipts });
    await many.deliver('2026-06-01', '2026-06-02 22:00', { receipts: [receipt('R1', '5.00')] });
    await expect(sliced(many, 100_000, () => 1e9)).rejects.toMatchObject({ code: 'LAW_BROKEN' });
  });
});
