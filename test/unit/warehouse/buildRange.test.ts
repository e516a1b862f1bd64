import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { addDays, businessDate, localTimestamp } from '../../../functions/core/dates.ts';
import { AlturasError } from '../../../functions/core/errors.ts';
import { buildKeys, type Manifest } from '../../../functions/warehouse/manifest.ts';
import { changedEngine } from './changedEngine.ts';
import { ALL, at, days, deliver, everything, STORY } from './story.ts';
import { CHANGE, COLUMNS, MODELS, POSITION, ToyLake } from './toyLake.ts';

const first = businessDate('2026-05-28');

/** The whole story, delivered and built in one go: for tests that only read it. */
const storied = (async () => {
  const lake = await ToyLake.make(MODELS);
  await deliver(lake);
  const report = await lake.build();
  return { lake, report, cells: await everything(lake) };
})();

afterAll(async () => (await storied).lake.close());

describe('a range', () => {
  it('is built in one go, carried days included, and published at once', async () => {
    const { lake, report } = await storied;
    expect(report).toMatchObject({ status: 'published', broken: [] });
    expect(report.days).toEqual({ from: '2026-05-28', to: '2026-06-06', count: 12 });
    expect(new Set((await lake.publishedRows()).map(({ seq }) => seq))).toEqual(new Set([1]));
    const position = await lake.rows('position', COLUMNS.position ?? [], ALL);
    expect(
      position
        .filter(({ receipt_no }) => receipt_no === 'R1')
        .map(({ as_of, open_total, carried }) => [as_of, open_total, carried]),
    ).toEqual([
      ['2026-05-28', '100.00', false],
      ['2026-05-29', '110.00', false],
      ['2026-05-30', '110.00', true],
      ['2026-05-31', '120.00', false],
      ['2026-06-01', '131.00', false],
      ['2026-06-02', '140.00', false],
      ['2026-06-03', '150.00', false],
      ['2026-06-04', '160.00', false],
      ['2026-06-05', '170.00', false],
      ['2026-06-06', '180.00', false],
    ]);
  });

  it('keeps a month in one file; days of the open month have a row each', async () => {
    const { lake } = await storied;
    const rows = (await lake.publishedRows()).filter(({ table_name }) => table_name === 'position');
    const june = rows.filter(({ first_day }) => first_day.startsWith('2026-06'));
    expect(rows.filter(({ period }) => period === '2026-05')).toHaveLength(1);
    expect(june.every(({ first_day, last_day }) => first_day === last_day)).toBe(true);
    expect(new Set(june.map(({ path: key }) => key)).size).toBeLessThan(june.length);
    expect(
      rows.every(({ path: key, period, build }) =>
        key.startsWith(`marts/position/period=${period}/build=${build}/part-`),
      ),
    ).toBe(true);
  });

  it('a day opens with the day before as it was known then', async () => {
    const { lake } = await storied;
    const opening = new Map(
      (await lake.rows('change', COLUMNS.change ?? [], ALL)).map((row) => [row.as_of, row.opening]),
    );
    // 1 June was delivered again on the 3rd: the 2nd opened with what it knew, 130 + 1.
    expect(opening.get('2026-06-02')).toBe('131.00');
    // 4 June came late on the 5th at 23:00: the 5th opened with the carried day, the 6th stands on the 5th.
    expect(opening.get('2026-06-05')).toBe('151.00');
    expect(opening.get('2026-06-06')).toBe('171.00');
    expect(opening.get('2026-05-28')).toBe('0.00');
  });

  it('every version of a day stays readable at its own known-at', async () => {
    const { lake } = await storied;
    const open = async (day: string, moment?: string) =>
      (
        await lake.rows(
          'position',
          COLUMNS.position ?? [],
          [day],
          moment === undefined ? undefined : localTimestamp(moment),
        )
      )[0]?.open_total;
    expect(await open('2026-06-01', at('2026-06-01'))).toBe('130.00');
    expect(await open('2026-06-01', at('2026-06-03', '22:59'))).toBe('130.00');
    expect(await open('2026-06-01', at('2026-06-03', '23:00'))).toBe('131.00');
    expect(await open('2026-06-04', at('2026-06-05'))).toBe('150.00');
    expect(await open('2026-06-04')).toBe('160.00');
    expect(await open('2026-06-02', at('2026-06-01'))).toBeUndefined();
  });

  it('gives the same cells day by day, at every moment, as in one go', async () => {
    const daily = await ToyLake.ofTest();
    for (const [index] of STORY.entries()) {
      await deliverOne(daily, index);
      expect((await daily.build()).status).toBe('published');
    }
    expect(await everything(daily)).toEqual((await storied).cells);
  });

  it('gives the same cells in passes of one day as in one pass', async () => {
    const { report: large, cells } = await storied;
    const many = await ToyLake.ofTest();
    await deliver(many);
    const small = await many.build({ rowsPerPass: 1 });
    // 1 June again, what is known after it, 4 June late, and what is known after that.
    expect(large.passes).toBe(5);
    expect(small.passes).toBe(12);
    expect(await everything(many)).toEqual(cells);
    expect(new Set((await many.publishedRows()).map(({ seq }) => seq))).toEqual(new Set([1]));
  });

  it('gives the same bytes and the same name for the same inputs, whichever engine is the faster', async () => {
    const pausing = (first: boolean) =>
      changedEngine((engine, isFirst) => {
        const write = engine.write.bind(engine);
        engine.write = (...how) =>
          (isFirst === first ? sleep(30) : Promise.resolve()).then(() => write(...how));
      });
    const stored: unknown[] = [];
    for (const openEngine of [undefined, pausing(true), pausing(false)]) {
      const lake = await ToyLake.ofTest();
      await deliver(lake);
      const report = await lake.build({ rowsPerPass: 1, ...(openEngine ? { openEngine } : {}) });
      const manifest = await lake.lake.get(buildKeys.manifest(report.build ?? ''));
      const { models } = report;
      stored.push([
        Buffer.from(manifest?.body ?? '').toString('utf8'),
        await lake.publishedRows(),
        models.map(({ seconds, ...one }) => one),
      ]);
    }
    expect(stored[1]).toEqual(stored[0]);
    expect(stored[2]).toEqual(stored[0]);
  });

  it('built again changes nothing', async () => {
    const lake = await ToyLake.ofTest();
    await deliver(lake);
    await lake.build();
    const before = await lake.publishedRows();
    expect(await lake.build()).toMatchObject({ status: 'unchanged', build: null, models: [] });
    expect(await lake.publishedRows()).toEqual(before);
  });

  it('can be cut short: the rest is built later', async () => {
    const lake = await ToyLake.ofTest();
    await deliver(lake);
    expect((await lake.build({ to: businessDate('2026-05-31') })).days?.count).toBe(4);
    expect((await lake.build()).days).toEqual({ from: '2026-06-01', to: '2026-06-06', count: 8 });
    expect(await everything(lake)).toEqual((await storied).cells);
  });

  it('does not take a day that nobody built for a day without receipts', async () => {
    const lake = await ToyLake.ofTest();
    await deliver(lake);
    const error = await lake.build({ from: businessDate('2026-06-02') }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'DAYS_NOT_BUILT', details: { value: '2026-06-01' } });
    expect(await lake.publishedRows()).toEqual([]);
  });

  it('does not take the version before it for a day that was delivered again and is not built again', async () => {
    const lake = await ToyLake.ofTest();
    await deliver(lake);
    await lake.build();
    for (const [day, hour] of [
      ['2026-06-05', '10:00'],
      ['2026-06-06', '11:00'],
    ] as const)
      await deliver(lake, [[day, at('2026-06-07', hour), '175.00']]);
    const error = await lake.build({ from: businessDate('2026-06-06') }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'DAYS_NOT_BUILT', details: { value: '2026-06-05' } });
    expect((await lake.build()).status).toBe('published');
  });

  it('a new model is built for all days, without touching the others', async () => {
    const lake = await ToyLake.ofTest({ 'position/position.sql': POSITION });
    await deliver(lake);
    await lake.build();
    await lake.model('marts/change.sql', CHANGE);
    const report = await lake.build();
    expect(report.models.map(({ model }) => model)).toEqual(['change']);
    const whole = await ToyLake.ofTest({ 'position/position.sql': POSITION, 'marts/change.sql': CHANGE });
    await deliver(whole);
    await whole.build();
    const columns = COLUMNS.change ?? [];
    expect(await lake.rows('change', columns, ALL)).toEqual(await whole.rows('change', columns, ALL));
  });
});

async function deliverOne(lake: ToyLake, index: number): Promise<void> {
  await deliver(lake, STORY.slice(index, index + 1));
}

describe('the files of a day', () => {
  it('are the day, the day before, and the deliveries that the header asks for: never the history', async () => {
    const lake = await ToyLake.ofTest();
    const many = days('2026-04-24', '2026-05-20');
    await deliver(
      lake,
      many.map((day) => [day, at(day), '5.00']),
    );
    await lake.build({ to: addDays(many.at(-1) ?? first, -2) });
    await lake.build({ to: addDays(many.at(-1) ?? first, -1) });
    const report = await lake.build();
    const stored = await lake.lake.get(buildKeys.manifest(report.build ?? ''));
    const manifest = JSON.parse(Buffer.from(stored?.body ?? '').toString('utf8')) as Manifest;
    const inputs = Object.keys(manifest.inputs);
    expect(inputs.filter((key) => key.startsWith('ledger/receipts/')).map(dayOf)).toEqual(['2026-05-20']);
    expect(inputs.filter((key) => key.startsWith('ledger/movements/')).map(dayOf)).toEqual([
      '2026-05-17',
      '2026-05-18',
      '2026-05-19',
      '2026-05-20',
    ]);
    expect(inputs.filter((key) => key.startsWith('marts/position/')).map(dayOf)).toEqual(['2026-05-19']);
    expect(inputs).toHaveLength(6);
  });
});

function dayOf(key: string): string | undefined {
  return /(?:as_of|period)=([0-9-]+)/.exec(key)?.[1];
}

describe('a month that closes', () => {
  it('has its days put together in one file, and reads as before', async () => {
    const lake = await ToyLake.ofTest();
    const may = days('2026-05-26', '2026-05-31');
    for (const day of may) {
      await deliver(lake, [[day, at(day), '5.00']]);
      expect((await lake.build()).compacted).toEqual([]);
    }
    const before = await lake.rows('position', COLUMNS.position ?? [], may);
    await deliver(lake, [['2026-06-01', at('2026-06-01'), '6.00']]);
    const report = await lake.build();
    expect(report.compacted.map(({ model, month }) => `${model} ${month}`)).toEqual([
      'position 2026-05',
      'change 2026-05',
    ]);
    const files = (await lake.published()).files('position', may);
    expect(files).toHaveLength(1);
    expect(files[0]?.key).toContain('period=2026-05/');
    expect(await lake.rows('position', COLUMNS.position ?? [], may)).toEqual(before);
    expect((await lake.build()).status).toBe('unchanged');
  });

  it('with a day delivered twice keeps both versions readable', async () => {
    const lake = await ToyLake.ofTest();
    const may = days('2026-05-26', '2026-05-31');
    for (const day of may) {
      await deliver(lake, [[day, at(day), '5.00']]);
      if (day === '2026-05-29') await deliver(lake, [['2026-05-27', at('2026-05-29', '23:00'), '7.00']]);
      await lake.build();
    }
    await deliver(lake, [['2026-06-01', at('2026-06-01'), '6.00']]);
    expect((await lake.build()).compacted).toHaveLength(2);
    const open = async (day: string, moment: string) =>
      (await lake.rows('position', COLUMNS.position ?? [], [day], localTimestamp(moment)))[0]?.open_total;
    expect(await open('2026-05-27', at('2026-05-27'))).toBe('5.00');
    expect(await open('2026-05-27', at('2026-05-29', '22:30'))).toBe('5.00');
    expect(await open('2026-05-27', at('2026-05-29', '23:00'))).toBe('7.00');
    expect(await open('2026-05-28', at('2026-05-28'))).toBe('5.00');
  });

  it('of which a day is corrected later reads that day from its own file', async () => {
    const lake = await ToyLake.ofTest();
    await deliver(
      lake,
      days('2026-05-20', '2026-06-02').map((day) => [day, at(day), '5.00']),
    );
    await lake.build();
    await deliver(lake, [['2026-05-25', at('2026-06-02', '23:00'), '9.00']]);
    const report = await lake.build();
    expect(report.compacted).toEqual([]);
    const open = (await lake.rows('position', COLUMNS.position ?? [], days('2026-05-24', '2026-05-26')))
      .filter(({ receipt_no }) => receipt_no === 'R1')
      .map(({ open_total }) => open_total);
    expect(open).toEqual(['5.00', '9.00', '5.00']);
  });
});

describe('what no longer matches its model', () => {
  it('is built anew on demand only, with all that stands on it and nothing else', async () => {
    const lake = await ToyLake.ofTest();
    await deliver(lake);
    await lake.build();
    expect((await lake.build({ stale: true })).status).toBe('unchanged');
    await lake.model('marts/change.sql', CHANGE.replace('en: opening', 'en: opening balance'));
    expect((await lake.build()).status).toBe('unchanged');
    expect((await lake.build({ stale: true })).models.map(({ model }) => model)).toEqual(['change']);
    await lake.model(
      'position/position.sql',
      POSITION.replace('r.open_total', 'r.open_total * 2 as open_total').replace(
        'DECIMAL(18,2)',
        'DECIMAL(38,2)',
      ),
    );
    const error = await lake.build({ stale: true }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AlturasError);
    await lake.model(
      'position/position.sql',
      POSITION.replace('r.open_total', 'cast(r.open_total * 2 as decimal(18,2)) as open_total'),
    );
    const report = await lake.build({ stale: true });
    expect(report.models.map(({ model }) => model).sort()).toEqual(['change', 'month', 'position']);
    expect((await lake.rows('position', COLUMNS.position ?? [], ['2026-06-01']))[0]?.open_total).toBe(
      '262.00',
    );
    expect(
      (
        await lake.rows('position', COLUMNS.position ?? [], ['2026-06-01'], localTimestamp(at('2026-06-01')))
      )[0]?.open_total,
    ).toBe('260.00');
  });

  it('changed and changed back shows the old numbers again', async () => {
    const lake = await ToyLake.ofTest();
    await deliver(lake);
    await lake.build();
    const before = await everything(lake);
    await lake.model(
      'position/position.sql',
      POSITION.replace('r.open_total', 'cast(r.open_total * 2 as decimal(18,2)) as open_total'),
    );
    await lake.build({ stale: true });
    expect(await everything(lake)).not.toEqual(before);
    await lake.model('position/position.sql', POSITION);
    expect((await lake.build({ stale: true })).status).toBe('published');
    expect(await everything(lake)).toEqual(before);
  });

  it('includes a changed configuration where a model reads what changed', async () => {
    const positive = "left join settings as s on s.key = 'day_year'\nwhere s.value <> '0'\n";
    const lake = await ToyLake.ofTest({ ...MODELS, 'position/position.sql': POSITION + positive });
    await deliver(lake);
    await lake.build();
    const unread = { ...lake.config, floor_early: true };
    expect((await lake.build({ stale: true, config: unread })).status).toBe('unchanged');
    const config = { ...lake.config, day_year: 360 as const };
    expect((await lake.build({ stale: true, config, from: businessDate('2026-06-05') })).days?.from).toBe(
      '2026-06-05',
    );
    expect((await lake.build({ stale: true, config })).days?.to).toBe('2026-06-04');
  });
});

describe('the manifest', () => {
  it('names inputs, models, outputs and checks, and the texts are kept', async () => {
    const lake = await ToyLake.ofTest();
    await deliver(lake);
    const report = await lake.build();
    const text = async (key: string) => Buffer.from((await lake.lake.get(key))?.body ?? '').toString('utf8');
    const manifest = JSON.parse(await text(buildKeys.manifest(report.build ?? ''))) as Manifest;
    expect(manifest).toMatchObject({ engine: expect.stringMatching(/^duckdb 1\.5\.5/), published: true });
    expect(manifest.outputs.reduce((sum, { rows }) => sum + rows, 0)).toBe(
      report.models.reduce((sum, { rows }) => sum + rows, 0),
    );
    const may = manifest.outputs.find(({ path: key }) => key.startsWith('marts/position/period=2026-05/'));
    expect(may).toMatchObject({ rows: 8, sums: { open_total: '444.00' } });
    expect(await text(buildKeys.model(manifest.models.position?.file ?? ''))).toBe(POSITION);
    expect(JSON.parse(await text(buildKeys.config(manifest.config)))).toMatchObject({ day_year: 365 });
    expect(Object.keys(manifest.inputs).filter((key) => key.startsWith('ledger/receipts/'))).toHaveLength(10);
    expect(manifest.checks.map(({ law }) => law)).toContain('open_is_positive');
    const file = path.join(lake.folder, 'lake', may?.path ?? '');
    expect((await readFile(file)).length).toBe(may?.bytes);
  });

  it('of an empty lake does not exist', async () => {
    const lake = await ToyLake.ofTest();
    expect(await lake.build()).toMatchObject({ status: 'unchanged', days: null });
  });
});
