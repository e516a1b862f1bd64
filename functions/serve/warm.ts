import {
  addDays,
  addMonths,
  type BusinessDate,
  businessDate,
  daysBetween,
  monthEnd,
  monthStart,
} from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { change } from '../query/change.ts';
import { functionalCurrencies } from '../query/companies.ts';
import type { Desk } from '../query/desk.ts';
import { answer, answerSeries } from '../query/kpi.ts';
import { ask } from './ask.ts';

/** Month ends of the longest trend that a board shows. */
const MONTHS = 25;
/** Days before the newest that are looked at most. */
const DAYS = 30;
/** Weeks that are over, of those that a board shows. */
const WEEKS = 6;
const A_SUNDAY = businessDate('1970-01-04');

/**
 * Makes what every board asks for and no publish keeps: rows over twelve months, of the newest day and the month ends
 * before it, in one pass for each mart; what the month changed and what clients owe; what fell due and what arrived in each
 * of the last weeks; then the days of the last weeks, the newest first. They are kept beside the published rows until the next publish.
 * @param isOver whether nobody will ask any more: what is left of the earlier days is not made then
 */
export async function warm(desk: Desk, isOver: () => boolean): Promise<void> {
  const newest = desk.newestDay();
  const ends = Array.from({ length: MONTHS }, (_, back) => endBefore(newest, 1 + back));
  const { first } = desk.ledger.calendar;
  const known = (day: BusinessDate): boolean => first !== null && day >= first;
  await make(desk, [newest, ...ends.filter(known)]);
  const makeDay = async (day: BusinessDate): Promise<void> => {
    const before = endBefore(day, 1);
    if (known(before)) await makeChange(desk, before, day);
    await makeClients(desk, day, [before].filter(known));
  };
  await makeDay(newest);
  await makeWeeks(desk, newest);
  const days = Array.from({ length: DAYS }, (_, back) => addDays(newest, -1 - back)).filter(known);
  await make(desk, days);
  for (const day of days) {
    if (isOver()) return;
    await makeDay(day);
  }
}

/** The month end so many before a day. */
function endBefore(day: BusinessDate, back: number): BusinessDate {
  return monthEnd(addMonths(monthStart(day), -back));
}

/** Of every mart whose figures are mostly asked for over more than a month, the rows of some days. */
async function make(desk: Desk, days: readonly BusinessDate[]): Promise<void> {
  const marts = new Set<string>();
  for (const { id, from, periods } of desk.catalogue.kpis) {
    const [period] = periods;
    const mart = `${from} ${period}`;
    if (period === undefined || period === 'month' || marts.has(mart)) continue;
    marts.add(mart);
    await ofWhatIsBuilt(answerSeries(desk, { kpi: id, by: ['company'], filters: [] }, days));
  }
}

/** What fell due in each of the weeks that are over on a day, and what arrived: a week ends on its Sunday. */
async function makeWeeks(desk: Desk, newest: BusinessDate): Promise<void> {
  const sunday = addDays(newest, -daysBetween(A_SUNDAY, newest) % 7);
  const weeks = Array.from({ length: WEEKS }, (_, back) => addDays(sunday, -7 * back));
  await ofWhatIsBuilt(
    Promise.all(
      weeks.flatMap((end) =>
        ['fell_due', 'collected'].map((kpi) =>
          answer(desk, { kpi, by: [], filters: [], period: `${addDays(end, -6)}..${end}` }),
        ),
      ),
    ),
  );
}

/** What a month changed until a day. */
async function makeChange(desk: Desk, from: BusinessDate, to: BusinessDate): Promise<void> {
  await ofWhatIsBuilt(change(desk, { measure: 'gross', from, to, by: null, filters: [] }));
}

/** The largest clients of each company on a day, and how they stood before: what boards list of them. */
async function makeClients(desk: Desk, day: BusinessDate, before: readonly BusinessDate[]): Promise<void> {
  const { knownAt } = desk.knowledge(day, undefined);
  const companies = [...(await functionalCurrencies(desk, knownAt)).keys()];
  await ofWhatIsBuilt(
    Promise.all(
      companies.map((company) =>
        ask(desk, {
          kpi: 'wadpd',
          by: ['client'],
          as_of: day,
          compare: [...before],
          filters: [{ column: 'company', members: [company] }],
          sort: '-denominator',
          limit: 10,
        }),
      ),
    ),
  );
}

/** A day that was delivered and is not built has no such figure yet. */
async function ofWhatIsBuilt(making: Promise<unknown>): Promise<void> {
  await making.catch((error: unknown) => {
    if (!(error instanceof AlturasError) || error.kind !== 'missing') throw error;
  });
}
