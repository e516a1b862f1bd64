import { Temporal } from 'temporal-polyfill';
import { AlturasError } from './errors.ts';

/** A calendar day `YYYY-MM-DD`, without time or zone. */
export type BusinessDate = string & { readonly __brand: 'BusinessDate' };

/** A local timestamp `YYYY-MM-DD HH:MM:SS.mmm` in the time zone of the lake, cut to milliseconds. */
export type LocalTimestamp = string & { readonly __brand: 'LocalTimestamp' };

/** The end of an interval that is still open. */
export const FOREVER = '9999-12-31 00:00:00.000' as LocalTimestamp;

/** A year outside these is a slip of the pen: 0026 for 2026. */
export const FIRST_YEAR = 1900;
export const LAST_YEAR = 2200;

/** The day of a moment in a time zone. */
export function dayIn(timeZone: string, moment: Date): BusinessDate {
  const at = Temporal.Instant.fromEpochMilliseconds(moment.getTime()).toZonedDateTimeISO(timeZone);
  return at.toPlainDate().toString() as BusinessDate;
}

/** @throws AlturasError `BAD_DATE` when `text` is not a real calendar day written YYYY-MM-DD. */
export function businessDate(text: string): BusinessDate {
  try {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new RangeError('shape');
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() as BusinessDate;
  } catch (cause) {
    throw new AlturasError(
      'usage',
      'BAD_DATE',
      `"${text}" is not a calendar day.`,
      { value: text, expected: 'a day written YYYY-MM-DD, for example 2026-06-30' },
      cause,
    );
  }
}

/**
 * A local timestamp from `YYYY-MM-DD[T ]HH:MM[:SS[.fff]]`; finer than a millisecond is cut, never rounded.
 * @throws AlturasError `BAD_TIMESTAMP`
 */
export function localTimestamp(text: string): LocalTimestamp {
  try {
    if (!/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?$/.test(text)) throw new RangeError('shape');
    const at = Temporal.PlainDateTime.from(text.replace(' ', 'T'), { overflow: 'reject' }).round({
      smallestUnit: 'millisecond',
      roundingMode: 'floor',
    });
    return at.toString({ fractionalSecondDigits: 3 }).replace('T', ' ') as LocalTimestamp;
  } catch (cause) {
    throw new AlturasError(
      'usage',
      'BAD_TIMESTAMP',
      `"${text}" is not a local timestamp.`,
      { value: text, expected: 'YYYY-MM-DD HH:MM:SS, in the local time of the company' },
      cause,
    );
  }
}

/** The last millisecond of a local day: what `--known-at 2026-07-05` means. */
export function endOfDay(day: BusinessDate): LocalTimestamp {
  return `${day} 23:59:59.999` as LocalTimestamp;
}

/** The moment one millisecond earlier. */
export function justBefore(at: LocalTimestamp): LocalTimestamp {
  return localTimestamp(
    Temporal.PlainDateTime.from(at.replace(' ', 'T'))
      .subtract({ milliseconds: 1 })
      .toString({ fractionalSecondDigits: 3 }),
  );
}

/**
 * `--known-at` accepts a day (its local end) or a timestamp. What is open for ever ends at `FOREVER`: a moment from
 * then on is the last one before it, at which all that is known is known.
 */
export function knownAt(text: string): LocalTimestamp {
  const moment = /^\d{4}-\d{2}-\d{2}$/.test(text) ? endOfDay(businessDate(text)) : localTimestamp(text);
  return moment < FOREVER ? moment : justBefore(FOREVER);
}

const MS_A_DAY = 86_400_000;
const TIME = 'T00:00:00.000Z';

/** Days have no zone here, so that those of UTC serve: plans walk over millions of them. */
export function addDays(day: BusinessDate, days: number): BusinessDate {
  return new Date(Date.parse(day) + days * MS_A_DAY).toISOString().slice(0, -TIME.length) as BusinessDate;
}

/** Adds calendar months; a day that the target month lacks becomes its last day. */
export function addMonths(day: BusinessDate, months: number): BusinessDate {
  return Temporal.PlainDate.from(day).add({ months }).toString() as BusinessDate;
}

/** Whole calendar days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: BusinessDate, to: BusinessDate): number {
  return (Date.parse(to) - Date.parse(from)) / MS_A_DAY;
}

export function monthStart(day: BusinessDate): BusinessDate {
  return `${day.slice(0, 7)}-01` as BusinessDate;
}

export function monthEnd(day: BusinessDate): BusinessDate {
  // Months are as long again after 400 years; Date takes years below 100 for those of 1900.
  const year = 2000 + (Number(day.slice(0, 4)) % 400);
  const length = new Date(Date.UTC(year, Number(day.slice(5, 7)), 0)).getUTCDate();
  return `${day.slice(0, 8)}${length}` as BusinessDate;
}

export function isMonthEnd(day: BusinessDate): boolean {
  return monthEnd(day) === day;
}

/** @throws AlturasError `BAD_RANGE` where the last day comes before the first */
export function refuseBackwards(from: BusinessDate, to: BusinessDate): void {
  if (from <= to) return;
  throw new AlturasError('usage', 'BAD_RANGE', `The last day, ${to}, comes before the first, ${from}.`, {
    value: `${from}..${to}`,
    expected: 'a first day that is not after the last one',
  });
}

/** Every day from `from` to `to`, both included; none when `to` is earlier. */
export function* eachDay(from: BusinessDate, to: BusinessDate): Generator<BusinessDate> {
  for (let day = from; day <= to; day = addDays(day, 1)) yield day;
}
