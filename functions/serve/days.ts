import { Temporal } from 'temporal-polyfill';
import type { Config } from '../core/config.ts';
import { type BusinessDate, businessDate, daysBetween, eachDay, isMonthEnd } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import type { Desk } from '../query/desk.ts';
import { scopeCondition } from '../query/policy.ts';
import { sql } from '../query/statement.ts';
import { EVERY_DAY } from '../warehouse/publishedIndex.ts';
import type { Days } from './api.ts';
import { provenanceOf } from './provenance.ts';

/** Days without a newer delivery after which the boards say so: a weekend is none. */
const STALE_AFTER_DAYS = 4;

/** The calendar of the lake: what arrived, what was carried, what is built, and what later became known otherwise. */
export async function daysView(desk: Desk): Promise<Days> {
  const { calendar } = desk.ledger;
  const { first } = calendar;
  const newest = desk.newestDay();
  if (first === null) throw new AlturasError('missing', 'EMPTY_LAKE', 'Nothing has been delivered yet.');
  const delivered = new Set(calendar.deliveriesOf('receipts').map(({ asOf }) => asOf));
  const restated = await restatedDays(desk, first, newest);
  const days = [...eachDay(first, newest)].map((day) => {
    const build = desk.publishedIndex.at(EVERY_DAY, day)?.build ?? null;
    const versions = calendar.versionsOf(day);
    const state = build === null ? 'missing' : delivered.has(day) ? 'delivered' : 'carried';
    return {
      day,
      state: state as 'missing' | 'delivered' | 'carried',
      restated: restated(day),
      known_at: versions.at(-1)?.knownAt ?? '',
      versions: versions.length,
      build,
    };
  });
  const built = desk.published.rows.filter(({ table_name }) => table_name === EVERY_DAY);
  const builds = new Map<string, { build: string; publish: number; first_day: string; last_day: string }>();
  for (const row of built) {
    const known = builds.get(row.build);
    builds.set(row.build, {
      build: row.build,
      publish: row.seq,
      first_day: known && known.first_day < row.first_day ? known.first_day : row.first_day,
      last_day: known && known.last_day > row.last_day ? known.last_day : row.last_day,
    });
  }
  const build = desk.publishedIndex.at(EVERY_DAY, newest)?.build ?? null;
  return {
    ...(await provenanceOf(desk, {
      asOf: newest,
      knownAt: desk.knowledge(newest, undefined).knownAt,
      build,
      rows: days.length,
      inferred: null,
    })),
    newest,
    first,
    published_build: build ?? '',
    days,
    month_ends: days.map(({ day }) => day).filter(isMonthEnd),
    builds: [...builds.values()].sort((a, b) => b.publish - a.publish),
    freshness: await freshnessOf(desk),
  };
}

/** The day on the wall in the zone of the lake. */
export function todayOf({ time_zone }: Pick<Config, 'time_zone'>): BusinessDate {
  return businessDate(Temporal.Now.plainDateISO(time_zone).toString());
}

/** How old the newest figures are, by the clock on the wall in the zone of the lake, and whether newer ones wait. */
export async function freshnessOf(desk: Desk): Promise<Days['freshness']> {
  const newest = desk.newestDay();
  const age = daysBetween(newest, todayOf(desk.config));
  const arrived = await desk.arrived();
  const delivered = arrived.reduce((last, { as_of }) => (as_of > last ? as_of : last), '');
  return {
    newest_cutoff: desk.ledger.calendar.deliveries.at(-1)?.cutoff ?? '',
    age_days: age,
    stale: age > STALE_AFTER_DAYS,
    waiting: delivered > newest ? delivered : null,
  };
}

/** Days that something which became known later says something else about. */
async function restatedDays(
  desk: Desk,
  first: BusinessDate,
  newest: BusinessDate,
): Promise<(day: BusinessDate) => boolean> {
  const all = await desk.storedSpan('restatements', first, newest);
  const rows = await desk.rows(
    sql`select distinct affects_from, affects_to, as_of from (${all}) where affects_from is not null and ${scopeCondition(desk.caller)}`,
  );
  const spans = rows.map((row) => ({
    from: String(row.affects_from),
    to: row.affects_to === null ? String(row.affects_from) : String(row.affects_to),
    known: String(row.as_of),
  }));
  return (day) => spans.some(({ from, to, known }) => from <= day && day <= to && day < known);
}
