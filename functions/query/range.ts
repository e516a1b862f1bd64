import { type BusinessDate, daysBetween, eachDay, isMonthEnd, refuseBackwards } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';

/** Days of a range at most: a year of days and the month that it began in. */
const MOST_DAYS = 400;
/** A century is no range of month ends. */
const LONGEST_DAYS = 40 * 366;

/** Days that one question is asked of: every one, or month ends alone. */
export interface DayRange {
  readonly from: BusinessDate;
  readonly to: BusinessDate;
  readonly every: 'day' | 'month_end';
}

/**
 * The days of a range, the newest first. The last day always counts: of month ends, it closes the range to date.
 * @throws AlturasError `BAD_RANGE` where it ends before it begins, `RANGE_TOO_LONG`
 */
export function rangeDays({ from, to, every }: DayRange): [BusinessDate, ...BusinessDate[]] {
  const value = `${from}..${to}`;
  refuseBackwards(from, to);
  const days =
    daysBetween(from, to) > LONGEST_DAYS
      ? null
      : [...eachDay(from, to)].filter((day) => day !== to && (every === 'day' || isMonthEnd(day)));
  if (days === null || days.length >= MOST_DAYS)
    throw new AlturasError('usage', 'RANGE_TOO_LONG', `The range has more than ${MOST_DAYS} days.`, {
      value,
      expected: String(MOST_DAYS),
      hint: 'ask for month ends, or for a shorter range',
    });
  return [to, ...days.reverse()];
}
