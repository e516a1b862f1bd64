import { businessDate, eachDay, localTimestamp } from '../../../functions/core/dates.ts';
import { COLUMNS, movement, receipt, type ToyLake } from './toyLake.ts';

export const at = (day: string, time = '22:00') => `${day} ${time}`;

/** Ten days from 28 May: 30 May without a delivery, 1 June delivered again on the 3rd, 4 June late on the 5th. */
export const STORY: readonly (readonly [day: string, cutoff: string, open: string])[] = [
  ['2026-05-28', at('2026-05-28'), '100.00'],
  ['2026-05-29', at('2026-05-29'), '110.00'],
  ['2026-05-31', at('2026-05-31'), '120.00'],
  ['2026-06-01', at('2026-06-01'), '130.00'],
  ['2026-06-02', at('2026-06-02'), '140.00'],
  ['2026-06-03', at('2026-06-03'), '150.00'],
  ['2026-06-01', at('2026-06-03', '23:00'), '131.00'],
  ['2026-06-05', at('2026-06-05'), '170.00'],
  ['2026-06-04', at('2026-06-05', '23:00'), '160.00'],
  ['2026-06-06', at('2026-06-06'), '180.00'],
];

export async function deliver(lake: ToyLake, story = STORY): Promise<void> {
  for (const [day, cutoff, open] of story)
    await lake.deliver(day, cutoff, {
      receipts: [receipt('R1', open), receipt('R2', '1.00')],
      movements: [movement(`M${cutoff}`, '10.00', day)],
    });
}

export const days = (from: string, to: string) => [...eachDay(businessDate(from), businessDate(to))];
export const ALL = days('2026-05-28', '2026-06-06');

/** Every row of every table, as known at every moment of the story and now. */
export async function everything(lake: ToyLake): Promise<unknown> {
  const moments = STORY.map(([, cutoff]) => localTimestamp(cutoff));
  const seen: unknown[] = [];
  for (const [table, columns] of Object.entries(COLUMNS))
    for (const moment of [...moments, undefined]) seen.push(await lake.rows(table, columns, ALL, moment));
  return seen;
}
