import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AlturasError } from '../../../functions/core/errors.ts';
import { changedEngine } from './changedEngine.ts';
import { at, deliver, STORY } from './story.ts';
import { MODELS, OPEN_IS_POSITIVE, receipt, ToyLake } from './toyLake.ts';

describe('a law', () => {
  it('of severity error keeps the whole build invisible and shows the rows', async () => {
    const lake = await ToyLake.ofTest();
    await deliver(lake, STORY.slice(0, 2));
    await lake.build();
    const before = await lake.publishedRows();
    await lake.deliver('2026-05-30', at('2026-05-30'), { receipts: [receipt('R9', '-4.00')] });
    const report = await lake.build();
    expect(report.status).toBe('refused');
    expect(report.broken).toMatchObject([
      {
        law: 'open_is_positive',
        severity: 'error',
        rows: 1,
        sample: [{ as_of: '2026-05-30', company: 'CO', receipt_no: 'R9', open_total: '-4.00' }],
      },
    ]);
    expect(await lake.publishedRows()).toEqual(before);
    const evidence = await lake.lake.get(report.broken[0]?.evidence ?? '');
    expect(Buffer.from(evidence?.body ?? '').toString('utf8')).toContain('R9');
  });

  it('is checked once its tables are built, while other passes are, and keeps back those, too', async () => {
    const lake = await ToyLake.ofTest();
    await lake.deliver('2026-05-28', at('2026-05-28'), { receipts: [receipt('R9', '-4.00')] });
    await lake.deliver('2026-05-29', at('2026-05-29'), { receipts: [receipt('R9', '4.00')] });
    await lake.deliver('2026-05-30', at('2026-05-30'), { receipts: [receipt('R9', '-5.00')] });
    const steps: string[] = [];
    // Whoever has to wait a while for each statement overlaps with the other.
    const openEngine = changedEngine((engine) => {
      const [write, rows] = [engine.write.bind(engine), engine.rows.bind(engine)];
      engine.write = (...how) => sleep(20).then(() => write(...how));
      engine.rows = (...how) => sleep(20).then(() => rows(...how));
    });
    const report = await lake.build({
      rowsPerPass: 1,
      openEngine,
      onProgress: ({ model, pass, done }) => steps.push(`${model} ${pass} ${done ? 'done' : 'begins'}`),
    });
    for (const pass of [1, 2, 3])
      for (const model of ['position', 'change'])
        expect(steps.indexOf(`${model} ${pass} done`)).toBeLessThan(steps.indexOf(`laws ${pass} begins`));
    for (const pass of [2, 3])
      expect(steps.indexOf(`position ${pass - 1} done`)).toBeLessThan(steps.indexOf(`change ${pass} begins`));
    expect(steps.indexOf('position 2 begins')).toBeLessThan(steps.indexOf('laws 1 begins'));
    expect(report).toMatchObject({
      status: 'refused',
      passes: 3,
      broken: [
        { law: 'open_is_positive', rows: 2, sample: [{ as_of: '2026-05-28' }, { as_of: '2026-05-30' }] },
      ],
    });
    expect(await lake.publishedRows()).toEqual([]);
  });

  it('that cannot be run, or a model beside it, ends the build when both have ended', async () => {
    const running = new Set<string>();
    const failing = (what: string) =>
      changedEngine((engine) => {
        const slow = async <T>(select: string, action: () => Promise<T>): Promise<T> => {
          running.add(select);
          try {
            if (select.includes(what)) throw new AlturasError('internal', 'SQL_FAILED', 'no');
            await sleep(50);
            return await action();
          } finally {
            running.delete(select);
          }
        };
        const [rows, write, close] = [
          engine.rows.bind(engine),
          engine.write.bind(engine),
          engine.close.bind(engine),
        ];
        engine.rows = (select) => slow(select, () => rows(select));
        engine.write = (select, ...rest) => slow(select, () => write(select, ...rest));
        engine.close = async () => {
          expect([...running]).toEqual([]);
          await close();
        };
      });
    const lake = await ToyLake.ofTest();
    await deliver(lake, STORY.slice(0, 3));
    const law = 'where open_total < 0';
    expect(OPEN_IS_POSITIVE).toContain(law);
    for (const what of [law, 'sum(total) as moved']) {
      const build = lake.build({ rowsPerPass: 1, openEngine: failing(what) });
      await expect(build).rejects.toMatchObject({ code: 'MODEL_FAILED' });
      expect(running.size).toBe(0);
      expect(await lake.publishedRows()).toEqual([]);
    }
    expect((await lake.build({ rowsPerPass: 1 })).status).toBe('published');
  });

  it('of severity warning is reported and blocks nobody', async () => {
    const lake = await ToyLake.ofTest({
      ...MODELS,
      'laws/open_is_positive.sql': OPEN_IS_POSITIVE.replace('error', 'warning'),
    });
    await lake.deliver('2026-05-30', at('2026-05-30'), { receipts: [receipt('R9', '-4.00')] });
    expect(await lake.build()).toMatchObject({
      status: 'published',
      broken: [{ severity: 'warning', rows: 1 }],
    });
  });

  it('of which the configuration thinks otherwise', async () => {
    const lake = await ToyLake.ofTest();
    await lake.deliver('2026-05-30', at('2026-05-30'), { receipts: [receipt('R9', '-4.00')] });
    const config = { ...lake.config, laws: { open_is_positive: 'warning' as const } };
    expect((await lake.build({ config })).status).toBe('published');
  });

  it('nobody writes: the grain of every table names one row', async () => {
    const lake = await ToyLake.ofTest();
    await lake.deliver('2026-05-30', at('2026-05-30'), {
      receipts: [receipt('R1', '1.00'), receipt('R1', '2.00')],
    });
    const report = await lake.build();
    expect(report.status).toBe('refused');
    expect(report.broken.map(({ law }) => law)).toEqual(['grain_of_position']);
  });
});
