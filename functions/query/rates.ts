import { type BusinessDate, FOREVER, type LocalTimestamp } from '../core/dates.ts';
import type { Row } from '../engine/engine.ts';
import { withParameter } from './catalogue.ts';
import type { Desk, KnownDay, Wanted } from './desk.ts';
import { amongMembers, martOf } from './select.ts';
import { join, type Statement, sql, trusted, value } from './statement.ts';
import type { Understood } from './understand.ts';

/** Why a figure in functional currency is null: a total that leaves amounts out without a word would be a wrong one. */
export const RATE_MISSING = 'RATE_MISSING';

/** A day and the knowledge that it is seen with. */
type Seen = Pick<Wanted, 'asOf' | 'knownAt' | 'restatedAt'>;

/** Columns of marts that are made of money and carry another unit. */
const OF_MONEY: ReadonlySet<string> = new Set([
  'countback_days',
  'true_dso_days',
  'flow',
  'attainment_overdue_share',
  'attainment_collection_rate',
]);

/** Marts that also value what was open when the period opened, at the rate of that day. */
const WITH_OPENING: ReadonlySet<string> = new Set(['recovery', 'turnover', 'roll_rates']);

/** Whether a basis sums amounts in functional currency: counts and document amounts are none. */
export function sumsMoney(desk: Desk, asked: Pick<Understood, 'kpi' | 'basis'>): boolean {
  const named = columnsOf(asked);
  const columns = desk.project.models.find(({ name }) => name === asked.kpi.from)?.header.columns ?? [];
  return columns.some(
    ({ name, unit }) => named.has(name) && unit?.startsWith('functional currency') === true,
  );
}

function needsRates(desk: Desk, asked: Understood): boolean {
  return sumsMoney(desk, asked) || [...columnsOf(asked)].some((column) => OF_MONEY.has(column));
}

/** The words of a formula, among them the columns that it reads. */
function columnsOf({ kpi, basis }: Pick<Understood, 'kpi' | 'basis'>): ReadonlySet<string> {
  const formula = `${basis.numerator} ${basis.denominator ?? ''}`;
  return new Set(withParameter(kpi, formula, kpi.parameter?.default ?? null).match(/\w+/g));
}

/**
 * The rows of a mart, of any of the days asked for, whose amounts no rate turns into the functional currency of their
 * company: as `position` has it, none is on or before the day. Null where the basis needs none.
 */
export async function unratedRows(desk: Desk, asked: readonly Understood[]): Promise<Statement | null> {
  const [first] = asked;
  if (!first || !needsRates(desk, first)) return null;
  const pairs = new Map<Understood, Statement>();
  for (const one of asked) pairs.set(one, await unratedOn(desk, one));
  const isLong = martOf(desk.catalogue, first.kpi).form === 'long';
  const closing = isLong ? await companiesWith(desk, pairs) : pairs;
  const rows = new Map<Understood, Statement>();
  for (const [one, lacking] of closing) {
    const opening = await unratedAtOpening(desk, one);
    rows.set(one, opening === null ? lacking : sql`(${lacking} or ${opening})`);
  }
  return onTheirDays(rows);
}

/** Conditions that each hold on a day; as one without days where all are alike. */
function onTheirDays(conditions: ReadonlyMap<Understood, Statement>): Statement {
  const alike = new Map<string, { readonly rows: Statement; readonly days: Statement[] }>();
  for (const [{ asOf }, rows] of conditions) {
    const some = alike.get(rows.render()) ?? { rows, days: [] };
    some.days.push(dateOf(asOf));
    alike.set(rows.render(), some);
  }
  const [only, ...others] = alike.values();
  if (only && others.length === 0) return only.rows;
  const each = [...alike.values()].map(({ rows, days }) => sql`(as_of in (${join(days, ', ')}) and ${rows})`);
  return sql`(${join(each, ' or ')})`;
}

const dateOf = (day: BusinessDate): Statement => sql`date ${value(day)}`;

/** Rows with `company` and `currency` that lack a rate on a day; a company without a functional currency lacks all. */
async function unratedOn(desk: Desk, { asOf, knownAt }: KnownDay): Promise<Statement> {
  const [functional, rated] = await Promise.all([
    desk.functionalCurrencies(knownAt),
    ratedCurrencies(desk, asOf, knownAt),
  ]);
  const companies = [...functional.keys()];
  if (companies.length === 0) return trusted('true');
  const lacking = [...new Set(functional.values())].sort().map((currency) => {
    const own = companies.filter((company) => functional.get(company) === currency);
    const known = [currency, ...(rated.get(currency) ?? [])];
    return sql`(${amongMembers('company', own)} and not ${amongMembers('currency', known)})`;
  });
  return sql`(not ${amongMembers('company', companies)} or ${join(lacking, ' or ')})`;
}

/** The first rates of a publish, read once for all its readers: they are no rows of anybody. */
const firstRates = new WeakMap<object, Promise<readonly Row[]>>();

/** The currencies with a rate on or before a day, as known at a moment, by the currency that they turn into. */
async function ratedCurrencies(
  desk: Desk,
  asOf: BusinessDate,
  knownAt: LocalTimestamp,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rated = new Map<string, string[]>();
  for (const row of await firstRatesOf(desk)) {
    const isKnown = String(row.known_from) <= knownAt && knownAt < String(row.known_to);
    if (!isKnown || String(row.first_date) > asOf) continue;
    const to = String(row.to_currency);
    rated.set(to, [...new Set([...(rated.get(to) ?? []), String(row.from_currency)])].sort());
  }
  return rated;
}

/** By pair of currencies and when it was known, the day of its first rate. */
function firstRatesOf(desk: Desk): Promise<readonly Row[]> {
  const read = firstRates.get(desk.ledger) ?? readFirstRates(desk);
  firstRates.set(desk.ledger, read);
  // Whoever asks next tries again.
  read.catch(() => firstRates.delete(desk.ledger));
  return read;
}

async function readFirstRates(desk: Desk): Promise<readonly Row[]> {
  return desk.rows(
    sql`select from_currency, to_currency, known_from, known_to, min(rate_date) as first_date from (${await desk.feed('fx_rates', FOREVER)}) group by all`,
  );
}

/** A long mart does not keep the currency of what it sums: its company is told of as a whole. */
async function companiesWith(
  desk: Desk,
  pairs: ReadonlyMap<Understood, Statement>,
): Promise<ReadonlyMap<Understood, Statement>> {
  const rows = await desk.rows(
    sql`select distinct as_of, company from (${await aging(desk, [...pairs.keys()])}) where ${onTheirDays(pairs)} order by as_of, company`,
  );
  const companies = (day: BusinessDate): string[] =>
    rows.filter((row) => String(row.as_of) === day).map(({ company }) => String(company));
  return new Map([...pairs.keys()].map((one) => [one, amongMembers('company', companies(one.asOf))]));
}

/** Pairs that got their first rate within the period, and of which something was open when it opened. */
async function unratedAtOpening(desk: Desk, asked: Understood): Promise<Statement | null> {
  const { kpi, period, restatedAt } = asked;
  const { first } = desk.ledger.calendar;
  if (period === null || !WITH_OPENING.has(kpi.from) || first === null || period.opened < first) return null;
  const opened = { ...desk.knowledge(period.opened, restatedAt ?? undefined), asOf: period.opened };
  const pairs = await unratedOn(desk, opened);
  if (pairs.render() === (await unratedOn(desk, asked)).render()) return null;
  const rows = await desk.rows(
    sql`select distinct company, currency from (${await aging(desk, [opened])}) where ${pairs} order by company, currency`,
  );
  if (rows.length === 0) return null;
  const each = rows.map(
    ({ company, currency }) =>
      sql`(company = ${value(String(company))} and currency = ${value(String(currency))})`,
  );
  return sql`(${join(each, ' or ')})`;
}

async function aging(desk: Desk, days: readonly Seen[]): Promise<Statement> {
  const isStored = (day: Seen): boolean =>
    day.restatedAt === null && desk.publishedBuild('aging', day) !== null;
  const [stored, others] = [days.filter(isStored), days.filter((day) => !isStored(day))];
  const made = others.map(({ asOf, knownAt, restatedAt }) => ({
    ...{ mart: 'aging', asOf, knownAt, restatedAt },
    ...{ period: null, views: new Map<string, string>() },
  }));
  return join(
    [
      ...(stored.length === 0 ? [] : [await desk.stored('aging', stored)]),
      ...(made.length === 0 ? [] : [await desk.made(made)]),
    ],
    ' union all by name ',
  );
}
