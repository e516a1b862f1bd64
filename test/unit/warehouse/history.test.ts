import { expect, it } from 'vitest';
import { businessDate } from '../../../functions/core/dates.ts';
import { COLUMNS, MODELS, receipt, ToyLake } from './toyLake.ts';

it('history that lands before the first day is carried through its weekends, up to what was the first day', async () => {
  const lake = await ToyLake.make(MODELS);
  try {
    await lake.deliver('2026-06-01', '2026-06-01 22:00', {
      receipts: [receipt('R1', '100.00')],
      movements: [],
    });
    await lake.deliver('2026-05-29', '2026-06-01 23:00', {
      receipts: [receipt('R1', '70.00')],
      movements: [],
    });
    await lake.deliver('2026-06-02', '2026-06-02 22:00', {
      receipts: [receipt('R1', '90.00')],
      movements: [],
    });
    expect((await lake.build()).status).toBe('published');
    const days = ['2026-05-29', '2026-05-30', '2026-05-31', '2026-06-01', '2026-06-02'].map(businessDate);
    const rows = await lake.rows('position', COLUMNS.position ?? [], days);
    expect(rows.map(({ as_of, open_total, carried }) => [as_of, open_total, carried])).toEqual([
      ['2026-05-29', '70.00', false],
      ['2026-05-30', '70.00', true],
      ['2026-05-31', '70.00', true],
      ['2026-06-01', '100.00', false],
      ['2026-06-02', '90.00', false],
    ]);
  } finally {
    await lake.close();
  }
});
