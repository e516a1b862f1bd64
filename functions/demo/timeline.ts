import { type BusinessDate, businessDate } from '../core/dates.ts';
import { seededHolidays } from '../core/holidays.ts';

/** A day of the simulation: whole days since the first day of its timeline. */
export type Day = number;

export type Country = 'CO' | 'PA';

/** A minute of the simulation: minutes since the first day's midnight. */
export type Moment = number;

export const MINUTES = 24 * 60;

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

const leap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

const two = (n: number) => String(n).padStart(2, '0');

/** The minutes of a day, as text. */
const CLOCK = Array.from(
  { length: MINUTES },
  (_, minute) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}:00`,
);

/**
 * The days of a simulation as small numbers, with their texts, months, weekdays and holidays in tables: the
 * generator asks for them millions of times.
 */
export class Timeline {
  readonly #texts: BusinessDate[] = [];
  readonly #days = new Map<string, Day>();
  readonly #weekdays: number[] = [];
  readonly #months: number[] = [];
  readonly #monthDays: number[] = [];
  /** First day of every month, by its number since the first year. */
  readonly #monthStarts: Day[] = [];
  readonly #business: Readonly<Record<Country, boolean[]>>;

  /** Whole years `firstYear` to `lastYear`. */
  constructor(firstYear: number, lastYear: number) {
    // Zeller-free: 1 January of a year from the days since Monday, 1 January 1900.
    const since1900 = (firstYear - 1900) * 365 + Math.floor((firstYear - 1901) / 4);
    let weekday = since1900 % 7;
    for (let year = firstYear; year <= lastYear; year++) {
      for (const [month, length] of MONTH_DAYS.entries()) {
        this.#monthStarts.push(this.#texts.length);
        const days = month === 1 && leap(year) ? 29 : length;
        for (let dayOfMonth = 1; dayOfMonth <= days; dayOfMonth++) {
          const text = `${year}-${two(month + 1)}-${two(dayOfMonth)}` as BusinessDate;
          this.#days.set(text, this.#texts.length);
          this.#texts.push(text);
          this.#weekdays.push(weekday);
          this.#months.push((year - firstYear) * 12 + month);
          this.#monthDays.push(dayOfMonth);
          weekday = (weekday + 1) % 7;
        }
      }
    }
    this.#monthStarts.push(this.#texts.length);
    this.#business = { CO: this.#workdays('CO'), PA: this.#workdays('PA') };
  }

  #workdays(country: Country): boolean[] {
    const [first = '', last = ''] = [this.#texts[0]?.slice(0, 4), this.#texts.at(-1)?.slice(0, 4)];
    const holidays = new Set(
      seededHolidays(Number(first), Number(last), [country]).map(({ holiday }) => holiday),
    );
    return this.#texts.map((text, day) => this.weekday(day) < 5 && !holidays.has(text));
  }

  /** @throws RangeError outside the years of this timeline. */
  text(day: Day): BusinessDate {
    const text = this.#texts[day];
    if (text === undefined) throw new RangeError(`day ${day} is outside the timeline`);
    return text;
  }

  momentText(moment: Moment): string {
    return `${this.text(Math.floor(moment / MINUTES))} ${CLOCK[moment % MINUTES]}`;
  }

  /** @throws RangeError outside the years of this timeline. */
  dayOf(text: string): Day {
    const day = this.#days.get(businessDate(text));
    if (day === undefined) throw new RangeError(`${text} is outside the timeline`);
    return day;
  }

  /** 0 is Monday. */
  weekday(day: Day): number {
    return this.#weekdays[day] ?? 0;
  }

  /** Number of the month since the first one of the timeline. */
  month(day: Day): number {
    return this.#months[day] ?? 0;
  }

  /** 0 is January. */
  monthOfYear(day: Day): number {
    return this.month(day) % 12;
  }

  dayOfMonth(day: Day): number {
    return this.#monthDays[day] ?? 1;
  }

  monthStart(month: number): Day {
    return this.#monthStarts[month] ?? 0;
  }

  isMonthEnd(day: Day): boolean {
    return this.month(day + 1) !== this.month(day);
  }

  /** A day that the target month lacks becomes its last day. */
  addMonths(day: Day, months: number): Day {
    const target = this.month(day) + months;
    const last = this.monthStart(target + 1) - 1;
    return Math.min(this.monthStart(target) + this.dayOfMonth(day) - 1, last);
  }

  isBusinessDay(country: Country, day: Day): boolean {
    return this.#business[country][day] ?? false;
  }

  /** The day itself, or the first business day after it. */
  businessDayFrom(country: Country, day: Day): Day {
    let candidate = day;
    while (!this.isBusinessDay(country, candidate) && candidate < day + 14) candidate++;
    return candidate;
  }
}
