import { type BusinessDate, FOREVER, type LocalTimestamp } from '../core/dates.ts';
import type { Cell, Row } from '../engine/engine.ts';
import { EVERY_DAY } from '../warehouse/publishedIndex.ts';
import { withParameter } from './catalogue.ts';
import { functionalCurrencies } from './companies.ts';
import type { Desk, KnownDay, Wanted } from './desk.ts';
import { compositeOf, HOLDERS } from './lens.ts';
import { LONG_PARTS, type MadeOf, OPEN_ONLY, partOfMonth } from './monthParts.ts';
import { oncePerPublish } from './oncePerPublish.ts';
import { readPeriod } from './period.ts';
import { amongMembers, type Filter, martOf } from './select.ts';
import { join, name, type Statement, sql, trusted, value } from './statement.ts';
import type { Understood } from './understand.ts';

/** Why a figure in functional currency is null: a total that leaves amounts out without a word would be a wrong one. */
export const RATE_MISSING = 'RATE_MISSING';

/** A day and the knowledge that it is seen with. */
type Seen = Pick<Wanted, 'asOf' | 'knownAt' | 'restatedAt'>;

/** Columns of marts that are made of money and carry another unit. */
const OF_MONEY: ReadonlySet<string> = new Set(['countback_days', 'true_dso_days', 'flow', 'attainment']);

/** Marts that also value what was open when the period opened, at the rate of that day. */
const WITH_OPENING: ReadonlySet<string> = new Set(['recovery', 'turnover', 'roll_rates']);

/** Marts that are made of what is open on the day and of the movements of its month, or judged by them. */
const OF_THE_DAY: ReadonlySet<string> = new Set([
  'aging',
  'month_total',
  'due_calendar',
  'concentration',
  'scorecards',
  'attainment',
  'rotation',
]);

/** Whether a basis sums amounts in functional currency: counts and document amounts are none. */
export function sumsMoney(desk: Desk, asked: Pick<Understood, 'kpi' | 'basis'>): boolean {
  return moneyOf(desk, asked).length > 0;
}

/** The columns in functional currency that a basis reads. */
function moneyOf(desk: Desk, asked: Pick<Understood, 'kpi' | 'basis'>): readonly string[] {
  const named = columnsOf(asked);
  const columns = desk.project.models.find(({ name }) => name === asked.kpi.from)?.header.columns ?? [];
  return columns.flatMap(({ name, unit }) =>
    named.has(name) && unit?.startsWith('functional currency') === true ? [name] : [],
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

/** Rows that lack a rate. @param byMember whether the rows of a long mart tell members apart */
export type Unrated = (byMember: boolean) => Statement;

/**
 * The rows of a mart, of any of the days asked for, whose amounts no rate turns into the functional currency of their
 * company: as `position` has it, none is on or before the day. Null where the basis needs none.
 * @param filters those of the question and of the caller's scope
 * @param members the dimensions that the `member` of a long mart holds
 */
export async function unratedRows(
  desk: Desk,
  asked: readonly Understood[],
  filters: readonly Filter[],
  members: readonly string[],
): Promise<Unrated | null> {
  const [first] = asked;
  if (!first || !needsRates(desk, first)) return null;
  const pairs = new Map<Understood, Statement>();
  for (const one of asked) pairs.set(one, await unratedOn(desk, one));
  if (OF_THE_DAY.has(first.kpi.from) && (await isRated(desk, pairs))) return null;
  const isLong = martOf(desk.catalogue, first.kpi).form === 'long';
  if (isLong) return holdersWith(desk, pairs, filters, members);
  const rows = new Map<Understood, Statement>();
  for (const [one, lacking] of pairs) {
    const opening = await unratedAtOpening(desk, one);
    rows.set(one, opening === null ? lacking : sql`(${lacking} or ${opening})`);
  }
  const unrated = onTheirDays(rows);
  const part = first.kpi.from === 'month_total' ? partOfMonth(moneyOf(desk, first)) : null;
  return () => (part === null ? unrated : sql`(${unrated} and (${trusted(part)}))`);
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
function unratedOn(desk: Desk, day: Seen): Promise<Statement> {
  const look = (): Promise<Statement> => lackingOn(desk, day);
  // A day as delivered has few versions, and every question over months asks for its ends.
  return day.restatedAt === null ? oncePerPublish(desk, `lacking ${day.asOf} ${day.knownAt}`, look) : look();
}

async function lackingOn(desk: Desk, { asOf, knownAt }: KnownDay): Promise<Statement> {
  const [functional, rated] = await Promise.all([
    functionalCurrencies(desk, knownAt),
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

/** By pair of currencies and when it was known, the day of its first rate: they are no rows of anybody. */
function firstRatesOf(desk: Desk): Promise<readonly Row[]> {
  return oncePerPublish(desk, 'first rates', () => readFirstRates(desk));
}

async function readFirstRates(desk: Desk): Promise<readonly Row[]> {
  return desk.rows(
    sql`select from_currency, to_currency, known_from, known_to, min(rate_date) as first_date from (${await desk.feed('fx_rates', FOREVER)}) group by all`,
  );
}

/**
 * Whether on none of some published days anything lacks a rate, whoever holds it: looked at once a publish, as it is so
 * in nearly every lake.
 */
async function isRated(desk: Desk, pairs: ReadonlyMap<Understood, Statement>): Promise<boolean> {
  const days = [...pairs.keys()];
  const isOfMonth = ({ period }: Understood): boolean => period === null || period.period === 'month';
  if (
    !days.every((one) => isOfMonth(one) && isStored(desk, 'aging', one) && isStored(desk, 'month_total', one))
  )
    return false;
  const known = await oncePerPublish(desk, 'rated days', async () => new Map<string, Promise<boolean>>());
  const keyOf = ({ asOf, knownAt }: KnownDay): string => `${asOf} ${knownAt}`;
  const unknown = new Map([...pairs].filter(([one]) => !known.has(keyOf(one))));
  if (unknown.size > 0) {
    // Questions of one breath wait for the first that looks.
    const looking = unratedDays(desk, unknown);
    for (const one of unknown.keys()) {
      const key = keyOf(one);
      const told = looking.then((lacking) => !lacking.has(one.asOf));
      known.set(key, told);
      told.catch(() => known.delete(key));
    }
  }
  const told = await Promise.all(days.map((one) => known.get(keyOf(one))));
  return told.every((one) => one === true);
}

/** Those of some published days on which anything lacks a rate. */
async function unratedDays(
  desk: Desk,
  pairs: ReadonlyMap<Understood, Statement>,
): Promise<ReadonlySet<string>> {
  const lacking = onTheirDays(pairs);
  const asked = [...pairs.keys()];
  const rows = await desk.rows(
    sql`select as_of from (${await marts(desk, 'aging', asked)}) where ${lacking} union select as_of from (${await marts(desk, 'month_total', asked)}) where ${lacking}`,
  );
  return new Set(rows.map(({ as_of }) => String(as_of)));
}

/** Whether a mart's rows of a day as delivered are published. */
function isStored(desk: Desk, mart: string, day: Seen): boolean {
  return day.restatedAt === null && desk.publishedBuild(mart, day) !== null;
}

const isHolder = (dimension: string): boolean => HOLDERS.some((holder) => holder === dimension);

/**
 * A long mart does not keep the currency of what it sums: whoever holds such amounts is told of as a whole. What is
 * looked at passes the filters of the question and the scope of the caller, as far as holders are concerned, so that
 * nobody's figure depends on what is in the hands of others.
 */
async function holdersWith(
  desk: Desk,
  pairs: ReadonlyMap<Understood, Statement>,
  filters: readonly Filter[],
  members: readonly string[],
): Promise<Unrated> {
  const isApart = members.length > 0 && members.every(isHolder);
  const columns = ['as_of', 'company', ...(isApart ? members : [])];
  const list = join(
    columns.map((column, at) => sql`${name(column)} as ${name(`c${at}`)}`),
    ', ',
  );
  const conditions = [
    onTheirDays(pairs),
    ...filters
      .filter(({ column }) => isHolder(column))
      .map((filter) => amongMembers(filter.column, filter.members)),
  ];
  const where = join(conditions, ' and ');
  const days = [...pairs.keys()];
  const lookedAt: Statement[] = [];
  const madeOf = days.flatMap(longPartsOf);
  if (madeOf.some(({ open }) => open))
    lookedAt.push(sql`select ${list} from (${await marts(desk, 'aging', days)}) where ${where}`);
  // A fact stays with who held it on its day, whoever holds the receipt now.
  const moved = partOfMonth(madeOf.flatMap(({ month }) => month));
  if (moved !== null && moved !== '')
    lookedAt.push(
      sql`select ${list} from (${await marts(desk, 'month_total', days)}) where period = 'month' and (${trusted(moved)}) and ${where}`,
    );
  const rows = await desk.rows(
    sql`select distinct * from (${join(lookedAt, ' union all ')}) order by ${join(
      columns.map((_, at) => name(`c${at}`)),
      ', ',
    )}`,
  );
  return (byMember) =>
    onTheirDays(
      new Map(
        days.map((one) => {
          const mine = rows.filter(({ c0 }) => String(c0) === one.asOf);
          const companies = [...new Set(mine.map(({ c1 }) => String(c1)))];
          if (!byMember || !isApart) return [one, amongMembers('company', companies)];
          const each = companies.map((company) => {
            const held = mine
              .filter(({ c1 }) => String(c1) === company)
              .map((row) => compositeOf(members.map((_, at) => textOf(row[`c${at + 2}`]))));
            return sql`(${amongMembers('company', [company])} and ${amongMembers('member', held)})`;
          });
          return [one, each.length === 0 ? trusted('false') : sql`(${join(each, ' or ')})`];
        }),
      ),
    );
}

function longPartsOf(asked: Understood): MadeOf[] {
  // Rows by KPI are told apart by what they are of.
  const rows = asked.basis.where?.match(/\w+/g) ?? [];
  const parts = [...columnsOf(asked), ...rows].flatMap((word) => LONG_PARTS[word] ?? []);
  return parts.length === 0 ? [OPEN_ONLY] : parts;
}

const textOf = (cell: Cell | undefined): string | null =>
  cell === null || cell === undefined ? null : String(cell);

/** Pairs that got their first rate within the period, and of which something was open when it opened. */
async function unratedAtOpening(desk: Desk, asked: Understood): Promise<Statement | null> {
  const { kpi, period, restatedAt } = asked;
  const { first } = desk.ledger.calendar;
  if (period === null || !WITH_OPENING.has(kpi.from) || first === null || period.opened < first) return null;
  const opened = { ...desk.knowledge(period.opened, restatedAt ?? undefined), asOf: period.opened };
  // Where that day is not built, nothing is known of what was open on it.
  if (opened.restatedAt === null && desk.publishedBuild(EVERY_DAY, opened) === null) return null;
  const pairs = await unratedOn(desk, opened);
  if (pairs.render() === (await unratedOn(desk, asked)).render()) return null;
  const rows = await desk.rows(
    sql`select distinct company, currency from (${await marts(desk, 'aging', [opened])}) where ${pairs} order by company, currency`,
  );
  if (rows.length === 0) return null;
  const each = rows.map(
    ({ company, currency }) =>
      sql`(company = ${value(String(company))} and currency = ${value(String(currency))})`,
  );
  return sql`(${join(each, ' or ')})`;
}

/** Rows of a mart that is asked of no period but the month, stored or made. */
async function marts(desk: Desk, mart: 'aging' | 'month_total', days: readonly Seen[]): Promise<Statement> {
  const stored = days.filter((day) => isStored(desk, mart, day));
  const others = days.filter((day) => !stored.includes(day));
  const made = others.map(({ asOf, knownAt, restatedAt }) => ({
    ...{ mart, asOf, knownAt, restatedAt },
    ...{ period: mart === 'aging' ? null : readPeriod('month', asOf), views: new Map<string, string>() },
  }));
  return join(
    [
      ...(stored.length === 0 ? [] : [await desk.stored(mart, stored)]),
      ...(made.length === 0 ? [] : [await desk.made(made)]),
    ],
    ' union all by name ',
  );
}
