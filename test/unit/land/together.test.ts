import { afterEach, beforeEach, expect, it } from 'vitest';
import { lakeKeys } from '../../../functions/contracts/delivery.ts';
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

it('of deliveries that landed together and were cut short, a state keeps only what was accepted', async () => {
  const office = (name: string) => ({ ...DIMENSIONS.offices[0], office: name, name });
  const folders = ['2026-06-01', '2026-06-02'].map((day, at) =>
    fixture.deliver({
      day,
      feeds: { ...(at === 0 ? DIMENSIONS : {}), offices: [office(day)], receipts: [receipt('R1')] },
    }),
  );
  const [first] = (await fixture.land(folders)).outcomes.map((outcome) => entryOf(outcome));
  const offices = async (state: string | undefined) =>
    (await fixture.rows((file) => `SELECT office FROM ${file(state ?? '')} ORDER BY office`)).map(
      (row) => row.office,
    );
  expect(await offices(first?.states.offices)).toEqual(['2026-06-01', '2026-06-02']);
  // As if the process had ended before the second was accepted; it never comes again.
  await fixture.lake.remove([lakeKeys.delivery(2)]);
  const next = entryOf(await fixture.day({ day: '2026-06-03', feeds: { receipts: [receipt('R1')] } }));
  expect(next.seq).toBe(2);
  expect(await offices(next.states.offices)).toEqual(['2026-06-01']);
  const later = entryOf(await fixture.day({ day: '2026-06-04', feeds: { receipts: [receipt('R1')] } }));
  expect(later.states.offices).toBe(next.states.offices);
});
