import { afterEach, beforeEach, expect, it } from 'vitest';
import { DIMENSIONS, entryOf, LandingFixture, movement, receipt } from './deliveryFixture.ts';

let fixture: LandingFixture;
beforeEach(() => {
  fixture = new LandingFixture();
});
afterEach(() => fixture.close());

it('deliveries that land together keep to themselves: a movement takes after the receipts of its own day', async () => {
  const days = ['2026-06-01', '2026-06-02', '2026-06-03'] as const;
  const channel = (day: string): string => `C${day.slice(-2)}`;
  const folders = days.map((day, at) =>
    fixture.deliver({
      day,
      feeds: {
        ...(at === 0 ? DIMENSIONS : {}),
        receipts: [receipt('R1', { channel: channel(day) })],
        // The first day has none: its neighbours' files stand at other places than their receipts.
        ...(at === 0
          ? {}
          : {
              movements: [movement(`M${at}`, 'R1', { business_date: day, recorded_at: `${day} 10:00:00` })],
            }),
      },
    }),
  );
  const { outcomes } = await fixture.land(folders);
  const brought: unknown[] = [];
  for (const outcome of outcomes) {
    const { as_of: day, feeds, findings } = entryOf(outcome);
    expect(findings).toEqual([]);
    if (feeds.movements === undefined) continue;
    const { ledger } = feeds.movements;
    for (const row of await fixture.rows((file) => `SELECT movement_id, channel FROM ${file(ledger)}`))
      brought.push([day, row.movement_id, row.channel]);
  }
  expect(brought).toEqual([
    ['2026-06-02', 'M1', 'C02'],
    ['2026-06-03', 'M2', 'C03'],
  ]);
});
