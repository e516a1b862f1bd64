import { addDays, addMonths, type BusinessDate, monthEnd, monthStart } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { change } from '../query/change.ts';
import type { Desk } from '../query/desk.ts';
import { answerSeries } from '../query/kpi.ts';

/** Month ends of the longest trend that a board shows. */
const MONTHS = 25;
/** Days before the newest that are looked at most. */
const DAYS = 30;

/**
 * Makes what every board asks for and no publish keeps: rows over twelve months, of the newest day and the month ends
 * before it, in one pass for each mart; what the month changed; then the days of the last weeks. They are kept beside
 * the published rows until the next publish.
 */
export async function warm(desk: Desk): Promise<void> {
  const newest = desk.newestDay();
  const ends = Array.from({ length: MONTHS }, (_, back) =>
    monthEnd(addMonths(monthStart(newest), -1 - back)),
  );
  const { first } = desk.ledger.calendar;
  const known = (day: BusinessDate): boolean => first !== null && day >= first;
  await make(desk, [newest, ...ends.filter(known)]);
  const [from] = ends;
  if (from !== undefined && known(from))
    await ofWhatIsBuilt(change(desk, { measure: 'gross', from, to: newest, by: null, filters: [] }));
  const days = Array.from({ length: DAYS }, (_, back) => addDays(newest, -1 - back));
  await make(desk, days.filter(known));
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

/** A day that was delivered and is not built has no such figure yet. */
async function ofWhatIsBuilt(making: Promise<unknown>): Promise<void> {
  await making.catch((error: unknown) => {
    if (!(error instanceof AlturasError) || error.kind !== 'missing') throw error;
  });
}
