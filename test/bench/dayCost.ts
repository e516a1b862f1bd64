import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addDays, type BusinessDate, businessDate } from '../../functions/core/dates.ts';
import { DeliveryIndex } from '../../functions/lake/deliveries.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { PUBLISHED_KEY } from '../../functions/lake/published.ts';
import { landDeliveries } from '../../functions/land/land.ts';
import { type Measure, machine, measure, median, say } from './measure.ts';
import { PortfolioWriter } from './portfolio.ts';

/** The first of a year: days 28 to 30 and 498 to 500 are no month ends, which make more tables. */
const FIRST = businessDate('2025-01-01');
const EARLY = 30;
const TIMED = 3;
const ROUNDS = 3;
const BATCH = 20;

const dayOf = (number: number): BusinessDate => addDays(FIRST, number - 1);

/**
 * Lakes of one portfolio: `EARLY` days old, `days` old, and, between them, as old as the last day before with the early
 * one's date in its month, for a late day of a month adds up more of it. The build of the last three days of each, in
 * turn, several times. A round begins with the publication that stood before those days.
 */
export async function dayCost(folder: string, open: number, days: number): Promise<void> {
  const lakes = [EARLY, sameDate(days), days].map((last) => ({ last, place: join(folder, `day-${last}`) }));
  const writer = await PortfolioWriter.open({ open, first: FIRST, days }, join(folder, 'scratch'));
  for (const [index, { last, place }] of lakes.entries()) {
    const younger = lakes[index - 1];
    if (younger !== undefined && !existsSync(place)) {
      cpSync(younger.place, `${place}.part`, { recursive: true });
      renameSync(`${place}.part`, place);
    }
    await grow(writer, folder, place, last);
  }
  writer.close();
  const costs = new Map<number, Measure[]>(lakes.map(({ last }) => [last, []]));
  for (let round = 1; round <= ROUNDS; round += 1)
    for (const { place, last } of lakes) {
      await (await openLake(place)).put(PUBLISHED_KEY, readFileSync(before(place, last)));
      for (let day = last - TIMED + 1; day <= last; day += 1) {
        const cost = measure('build-range', place, dayOf(day), dayOf(day));
        costs.get(last)?.push(cost);
        say(`round ${round}, day ${day}: ${cost.seconds.toFixed(2)} s, CPU ${cost.cpuSeconds.toFixed(2)} s`);
      }
    }
  const of = (last: number, figure: keyof Measure): number =>
    median((costs.get(last) ?? []).map((one) => one[figure]));
  const ratio = (last: number, figure: keyof Measure): string =>
    (of(last, figure) / of(EARLY, figure)).toFixed(3);
  say(
    `\n${open.toLocaleString('en-US')} open receipts a day, build of one day, medians of ${ROUNDS} rounds, ${machine()}\n`,
  );
  say('| | seconds | CPU seconds | peak MB | to the first |');
  say('|---|---|---|---|---|');
  for (const { last } of lakes)
    say(
      `| days ${last - TIMED + 1} to ${last}, until ${dayOf(last)} | ${of(last, 'seconds').toFixed(2)} | ${of(last, 'cpuSeconds').toFixed(2)} | ${of(last, 'peakMb').toFixed(0)} | ${ratio(last, 'seconds')}, CPU ${ratio(last, 'cpuSeconds')} |`,
    );
}

/** The last day up to `days` that has the early one's date in its month. */
function sameDate(days: number): number {
  let number = days;
  while (dayOf(number).slice(8) !== dayOf(EARLY).slice(8) || dayOf(number + 1).slice(8) === '01') number -= 1;
  return number;
}

/** What was published before the days that are timed. */
function before(place: string, last: number): string {
  return join(place, `before-${last}.parquet`);
}

/** Lands until day `last` and builds all but its last days, in batches; what is there already stays. */
async function grow(writer: PortfolioWriter, folder: string, place: string, last: number): Promise<void> {
  const lake = await openLake(place);
  // What stood before the last days is kept of the run that grew it: they are built meanwhile.
  if ((await new DeliveryIndex(lake).entries()).length >= last && existsSync(before(place, last))) return;
  for (;;) {
    const landed = (await new DeliveryIndex(lake).entries()).length;
    if (landed >= last) break;
    const batch = join(folder, 'batch');
    rmSync(batch, { recursive: true, force: true });
    mkdirSync(batch, { recursive: true });
    const upTo = Math.min(last, landed + BATCH);
    for (let number = landed + 1; number <= upTo; number += 1) await writer.write(batch, dayOf(number));
    await landDeliveries(lake, [batch]);
    rmSync(batch, { recursive: true });
    measure('grow', place, FIRST, dayOf(Math.min(upTo, last - TIMED)));
    say(`day ${upTo}`);
  }
  measure('grow', place, FIRST, dayOf(last - TIMED));
  const published = await lake.get(PUBLISHED_KEY);
  writeFileSync(before(place, last), published?.body ?? '');
}
