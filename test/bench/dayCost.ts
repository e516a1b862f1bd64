import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addDays, type BusinessDate, businessDate } from '../../functions/core/dates.ts';
import { DeliveryIndex } from '../../functions/lake/deliveries.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { PUBLISHED_KEY } from '../../functions/lake/published.ts';
import { landDeliveries } from '../../functions/land/land.ts';
import { type Measure, machine, measure, median, say } from './measure.ts';
import { PortfolioWriter } from './portfolio.ts';

/** Days 28 to 30 are the 8th to 10th of a month, days 498 to 500 the 23rd to 25th: a month end makes more tables. */
const FIRST = businessDate('2024-12-12');
const EARLY = 30;
const TIMED = 3;
const ROUNDS = 3;
const BATCH = 20;

const dayOf = (number: number): BusinessDate => addDays(FIRST, number - 1);

/**
 * Two lakes of one portfolio, the one `EARLY` days old and the other `days`: the build of the last three days of each,
 * in turn, several times. A round begins with the publication that stood before those days.
 */
export async function dayCost(folder: string, open: number, days: number): Promise<void> {
  const late = join(folder, 'late');
  const early = join(folder, 'early');
  const writer = await PortfolioWriter.open({ open, first: FIRST, days }, join(folder, 'scratch'));
  if (!existsSync(early)) {
    await grow(writer, folder, late, EARLY);
    cpSync(late, `${early}.part`, { recursive: true });
    renameSync(`${early}.part`, early);
  }
  await grow(writer, folder, late, days);
  writer.close();
  const costs = new Map<string, Measure[]>([
    [early, []],
    [late, []],
  ]);
  for (let round = 1; round <= ROUNDS; round += 1)
    for (const [place, last] of [
      [early, EARLY],
      [late, days],
    ] as const) {
      await (await openLake(place)).put(PUBLISHED_KEY, readFileSync(before(place)));
      for (let day = last - TIMED + 1; day <= last; day += 1) {
        const cost = measure('build-range', place, dayOf(day), dayOf(day));
        costs.get(place)?.push(cost);
        say(`round ${round}, day ${day}: ${cost.seconds.toFixed(2)} s, CPU ${cost.cpuSeconds.toFixed(2)} s`);
      }
    }
  const of = (place: string, figure: keyof Measure): number =>
    median((costs.get(place) ?? []).map((one) => one[figure]));
  say(
    `\n${open.toLocaleString('en-US')} open receipts a day, build of one day, medians of ${ROUNDS} rounds, ${machine()}\n`,
  );
  say('| | seconds | CPU seconds | peak MB |');
  say('|---|---|---|---|');
  for (const [place, last] of [
    [early, EARLY],
    [late, days],
  ] as const)
    say(
      `| days ${last - TIMED + 1} to ${last} | ${of(place, 'seconds').toFixed(2)} | ${of(place, 'cpuSeconds').toFixed(2)} | ${of(place, 'peakMb').toFixed(0)} |`,
    );
  const ratio = (figure: keyof Measure): string => (of(late, figure) / of(early, figure)).toFixed(3);
  say(`| ratio | ${ratio('seconds')} | ${ratio('cpuSeconds')} | ${ratio('peakMb')} |`);
}

/** What was published before the days that are timed. */
function before(place: string): string {
  return join(place, 'before.parquet');
}

/** Lands until day `last` and builds all but its last days, in batches; what is there already stays. */
async function grow(writer: PortfolioWriter, folder: string, place: string, last: number): Promise<void> {
  const lake = await openLake(place);
  // What stood before the last days is kept of the run that grew it: they are built meanwhile.
  if ((await new DeliveryIndex(lake).entries()).length >= last && existsSync(before(place))) return;
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
  writeFileSync(before(place), published?.body ?? '');
}
