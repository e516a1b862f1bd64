import { addDays, type BusinessDate, businessDate } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { customPeriod, PERIODS, type PeriodName, type PlannedPeriod, periodOf } from '../warehouse/days.ts';

function isPeriodName(text: string): text is PeriodName {
  return PERIODS.some((name) => name === text);
}

/**
 * The span that flows are summed over, by the words of a caller: `month`, `quarter` and `ytd` to date, `12m`, or
 * `A..B` (both days included; the answer is then as of B).
 * @throws AlturasError `BAD_PERIOD`
 */
export function readPeriod(text: string, asOf: BusinessDate): PlannedPeriod {
  if (isPeriodName(text)) return periodOf(text, asOf);
  const span = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/.exec(text);
  const first = span?.[1] && businessDate(span[1]);
  const last = span?.[2] && businessDate(span[2]);
  if (!first || !last || last < first) {
    throw new AlturasError('usage', 'BAD_PERIOD', `"${text}" is not a period.`, {
      value: text,
      expected: `${PERIODS.join(', ')}, 2026-01-01..2026-03-31`,
    });
  }
  return customPeriod('custom', addDays(first, -1), last);
}
