import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from '../../functions/build/build.ts';
import { sha256 } from '../../functions/core/canonical.ts';
import { defaultConfig } from '../../functions/core/config.ts';
import {
  addDays,
  addMonths,
  type BusinessDate,
  businessDate,
  eachDay,
  type LocalTimestamp,
  monthEnd,
  monthStart,
} from '../../functions/core/dates.ts';
import { literal, Session } from '../../functions/engine/duckdb.ts';
import { publishedCodec } from '../../functions/engine/publishedCodec.ts';
import { DeliveryIndex } from '../../functions/lake/deliveries.ts';
import type { Lake } from '../../functions/lake/lake.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { type NewPublishedRow, publish, readPublished } from '../../functions/lake/published.ts';
import { landDeliveries } from '../../functions/land/land.ts';
import { PortfolioWriter } from './portfolio.ts';

/**
 * A lake of the size at which boards are measured: a million open receipts, the last 31 days and the 24 month ends
 * before. Two days are landed and built; the marts of the second stand on every other day, with its date in the place
 * of theirs. Serving reads marts: their size is what it is, their figures are those of one day everywhere.
 *
 *     node --import tsx test/bench/boardLake.ts FOLDER [receipts]
 */
const NEWEST = businessDate('2026-06-30');
const MONTHS = 24;
const DAYS = 31;
/** Receipts are kept of every day: boards look back on the day before the first of the weeks that they show. */
const RECEIPT_DAYS = 50;
const RECEIPTS: readonly string[] = ['position', 'unapplied', 'intermediary_part'];
/** What boards read of every day, not just of those that are shown. */
const EVERY_DAY: readonly string[] = ['flow', 'flow_part'];

const [, , place, receipts] = process.argv;
if (place === undefined) throw new Error('name a folder: node --import tsx test/bench/boardLake.ts FOLDER');
await makeBoardLake(place, Number(receipts ?? 1_000_000));

async function makeBoardLake(folder: string, open: number): Promise<void> {
  const lake = await openLake(join(folder, 'lake'));
  // Whoever was cut short after the build goes on from there.
  if ((await new DeliveryIndex(lake).entries()).length === 0) await twoDays(lake, folder, open);
  await stretch(lake, join(folder, 'lake'), join(folder, 'scratch'));
}

async function twoDays(lake: Lake, folder: string, open: number): Promise<void> {
  const first = addDays(NEWEST, -1);
  const deliveries = join(folder, 'deliveries');
  const writer = await PortfolioWriter.open({ open, first, days: 2 }, join(folder, 'scratch'));
  for (const day of [first, NEWEST]) {
    await writer.write(deliveries, day);
    const { rejected, outcomes } = await landDeliveries(lake, [join(deliveries, day)]);
    if (rejected > 0) throw new Error(JSON.stringify(outcomes));
  }
  writer.close();
  await rm(deliveries, { recursive: true });
  const { status, broken } = await build(lake, { config: defaultConfig() });
  if (status !== 'published') throw new Error(JSON.stringify(broken));
  console.log('built two days');
}

/** Days that boards show, and the months before whose every day they sum over. */
function calendar() {
  const ends = Array.from({ length: MONTHS }, (_, back) =>
    monthEnd(addMonths(monthStart(NEWEST), -1 - back)),
  ).reverse();
  const lastDays = (count: number) => [...eachDay(addDays(NEWEST, 1 - count), NEWEST)];
  const last = (table: string) => lastDays(RECEIPTS.includes(table) ? RECEIPT_DAYS : DAYS);
  return { ends, last, first: addDays(monthStart(ends[0] ?? NEWEST), -1) };
}

async function stretch(lake: Lake, root: string, scratch: string): Promise<void> {
  const { ends, last, first } = calendar();
  const session = await Session.open({ scratch, trino: false });
  const codec = publishedCodec(session, scratch);
  const index = new DeliveryIndex(lake);
  const [, newest] = await index.entries();
  if (newest === undefined) throw new Error('two deliveries expected');
  const cutoff = (day: BusinessDate) => `${day} 23:00:00.000` as LocalTimestamp;
  const published = await readPublished(lake, codec);
  const rows: NewPublishedRow[] = [];
  /** The rows of the newest day as those of some others, in one file. */
  const copy = async (table: string, path: string, period: string, days: readonly BusinessDate[]) => {
    const build = sha256(`${table} ${period}`).slice(0, 16);
    const key = `marts/${table}/period=${period}/build=${build}/part-0.parquet`;
    await mkdir(dirname(join(root, key)), { recursive: true });
    await session.copyToParquet(
      `select n.* replace (d.as_of as as_of) from (values ${days.map((day) => `(date ${literal(day)})`).join(', ')}) d(as_of)
       cross join read_parquet(${literal(join(root, path))}, hive_partitioning = false) n`,
      join(root, key),
    );
    rows.push({
      table_name: table,
      period,
      first_day: days[0] ?? NEWEST,
      last_day: days.at(-1) ?? NEWEST,
      build,
      // Each day of a month was known at its own end, not at the month's.
      known_from: cutoff(days[0] ?? NEWEST),
      path: key,
    });
  };
  for (const { table_name: table, last_day, path } of published.rows) {
    if (last_day !== NEWEST) continue;
    const isDaily = EVERY_DAY.includes(table);
    for (const end of ends) {
      const days = isDaily ? [...eachDay(monthStart(end), end)] : [end];
      await copy(table, path, isDaily ? end.slice(0, 7) : end, days);
    }
    for (const day of last(table))
      if (day < addDays(NEWEST, -1) && !ends.includes(day)) await copy(table, path, day, [day]);
    console.log(`${table} stands on ${ends.length + last(table).length} days`);
  }
  // Companies, rates and names were known before the first of those days.
  for (const key of Object.values(newest.states)) {
    const state = join(root, key);
    await session.copyToParquet(
      `select * replace (timestamp '2020-01-01' as known_from) from read_parquet(${literal(state)}, hive_partitioning = false)`,
      `${state}.early`,
    );
    await rename(`${state}.early`, state);
  }
  // Days in their order: what two deliveries told is told again of every day.
  const days = [...eachDay(first, NEWEST)];
  for (const [at, day] of days.entries()) {
    const entry = {
      ...newest,
      seq: at + 1,
      delivery: sha256(day).slice(0, 16),
      as_of: day,
      cutoff_at: cutoff(day),
      delivery_number: at + 1,
    };
    const key = `deliveries/${String(entry.seq).padStart(6, '0')}.json`;
    const known = await lake.get(key);
    const bytes = new TextEncoder().encode(JSON.stringify(entry));
    await lake.put(key, bytes, known === null ? { ifAbsent: true } : { ifMatch: known.etag });
  }
  await publish(lake, codec, rows);
  session.close();
}
