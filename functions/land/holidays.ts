import { join } from 'node:path';
import type { Finding } from '../contracts/delivery.ts';
import { feedOf } from '../contracts/feeds.ts';
import { sha256 } from '../core/canonical.ts';
import type { Config } from '../core/config.ts';
import { FOREVER } from '../core/dates.ts';
import type { HolidayRow } from '../core/holidays.ts';
import { literal, type Session } from '../engine/duckdb.ts';
import { valuesSelect } from '../engine/duckEngine.ts';
import { writeLedger } from './draft.ts';
import type { ReferenceFile } from './states.ts';

type Calendars = Config['calendars'];

/** Years for which holidays are seeded. */
const SEEDED_YEARS = [2010, 2035] as const;
/** What the configuration names is known since before anything else: it has no date. */
const SEEDED_FROM = '1900-01-01 00:00:00.000';

/** The countries whose holidays a configuration names. */
function namedIn(calendars: Calendars): string[] {
  return [...new Set(Object.values(calendars).map(({ holidays }) => holidays))].sort();
}

/** Whose holidays a company of a country keeps. */
function keptIn(calendars: Calendars, country: string): string {
  return calendars[country]?.holidays ?? country;
}

async function seeds(countries: readonly string[]): Promise<HolidayRow[]> {
  if (countries.length === 0) return [];
  // Loaded only here: most landings need none of it, and the library's data are larger than all the rest.
  const { seededHolidays } = await import('../core/holidays.ts');
  return seededHolidays(...SEEDED_YEARS, countries);
}

function seedsSelect(rows: readonly HolidayRow[]): string {
  return valuesSelect(
    feedOf('holidays').columns,
    rows.map((row) => ({ ...row })),
  );
}

/**
 * Writes the holidays that a lake starts with: those of the countries of its calendars.
 * @returns the key under which they belong; null when no calendar knows any
 */
export async function writeSeededHolidays(
  session: Session,
  calendars: Calendars,
  target: string,
): Promise<string | null> {
  const rows = await seeds(namedIn(calendars));
  if (rows.length === 0) return null;
  await writeLedger(
    session,
    `SELECT *, TIMESTAMP ${literal(SEEDED_FROM)} AS known_from, TIMESTAMP ${literal(FOREVER)} AS known_to
     FROM (${seedsSelect(rows)}) ORDER BY country, holiday`,
    target,
  );
  return `ledger/holidays/state/seeded-${sha256(JSON.stringify(rows)).slice(0, 16)}.parquet`;
}

/** What is known of a reference feed before a landing, and what its deliveries bring, in the order of their cut-offs. */
interface Told {
  readonly before: string | undefined;
  readonly files: readonly ReferenceFile[];
}

/** Holidays as if a delivery had brought them. */
export interface SeededFile extends ReferenceFile {
  /** The cut-off of that delivery; `cutoffAt` may lie before it. */
  readonly broughtAt: string;
}

/**
 * Writes the holidays that deliveries need and nobody brought, a file a cut-off: of a country that a company keeps,
 * known from the delivery that describes the company (of one described before, from the first one now), and of a
 * country that the configuration names since.
 * @param told.until what was known by this cut-off is known before the landing; a state may run ahead
 * @param told.first the cut-off of the first delivery
 */
export async function writeNeededHolidays(
  session: Session,
  calendars: Calendars,
  told: { readonly companies: Told; readonly holidays: Told; readonly until: string; readonly first: string },
  folder: string,
): Promise<SeededFile[]> {
  const known = await firstTold(session, told.holidays, told.until, (at) => at);
  const kept = await firstTold(session, told.companies, told.until, () => told.first);
  const needed = new Map<string, Set<string>>();
  const need = (cutoffAt: string, country: string): void => {
    needed.set(cutoffAt, (needed.get(cutoffAt) ?? new Set()).add(country));
  };
  for (const country of namedIn(calendars)) if (!known.has(country)) need(SEEDED_FROM, country);
  const since = new Map<string, string>();
  for (const [own, cutoffAt] of kept) {
    const country = keptIn(calendars, own);
    const earlier = since.get(country);
    if (earlier === undefined || cutoffAt < earlier) since.set(country, cutoffAt);
  }
  for (const [country, cutoffAt] of since) {
    const from = known.get(country);
    const isNamed = needed.get(SEEDED_FROM)?.has(country) === true;
    if (!isNamed && (from === undefined || from > cutoffAt)) need(cutoffAt, country);
  }
  const written: SeededFile[] = [];
  for (const [cutoffAt, countries] of [...needed].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const rows = await seeds([...countries].sort());
    if (rows.length === 0) continue;
    const path = join(folder, `holidays.seeded-${written.length}.parquet`);
    await writeLedger(session, seedsSelect(rows), path);
    written.push({ path, cutoffAt, broughtAt: cutoffAt === SEEDED_FROM ? told.first : cutoffAt });
  }
  return written;
}

/** The countries of a feed and the cut-off that told each first; `ofBefore` says which, of what was known before. */
async function firstTold(
  session: Session,
  { before, files }: Told,
  until: string,
  ofBefore: (knownFrom: string) => string,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (before !== undefined) {
    const rows = await session.rows(
      `SELECT country, strftime(min(known_from), '%Y-%m-%d %H:%M:%S.%g') AS known_from
       FROM read_parquet(${literal(before)}, hive_partitioning = false) WHERE known_from <= TIMESTAMP ${literal(until)} GROUP BY ALL`,
    );
    for (const { country, known_from } of rows) found.set(String(country), ofBefore(String(known_from)));
  }
  if (files.length === 0) return found;
  const rows = await session.rows(
    `SELECT country, min(file_index) AS place
     FROM read_parquet([${files.map(({ path }) => literal(path)).join(', ')}], hive_partitioning = false)
     GROUP BY ALL`,
  );
  for (const { country, place } of rows)
    if (!found.has(String(country))) found.set(String(country), files[Number(place)]?.cutoffAt ?? until);
  return found;
}

/** Companies whose business days are counted without a single holiday, country by country. */
export async function lackingHolidays(
  session: Session,
  calendars: Calendars,
  states: { readonly companies: string | undefined; readonly holidays: string | undefined },
): Promise<Finding[]> {
  if (states.companies === undefined) return [];
  const companies = await session.rows(
    `SELECT company, country FROM read_parquet(${literal(states.companies)}, hive_partitioning = false)
     WHERE known_to = TIMESTAMP ${literal(FOREVER)} ORDER BY company`,
  );
  const known = new Set(
    states.holidays === undefined
      ? []
      : (
          await session.rows(
            `SELECT DISTINCT country FROM read_parquet(${literal(states.holidays)}, hive_partitioning = false)`,
          )
        ).map(({ country }) => String(country)),
  );
  const lacking = new Map<string, string[]>();
  for (const { company, country } of companies) {
    const kept = keptIn(calendars, String(country));
    if (!known.has(kept)) lacking.set(kept, [...(lacking.get(kept) ?? []), String(company)]);
  }
  return [...lacking].sort().map(([country, without]) => ({
    code: 'NO_HOLIDAYS',
    severity: 'warning',
    feed: 'companies',
    column: 'country',
    message:
      `no holidays of ${country} are known: the business days of ${without.join(', ')} are counted without any; ` +
      `deliver them in holidays, or correct the country, or name another under calendars in the configuration`,
    count: without.length,
  }));
}
