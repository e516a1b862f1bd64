import type { Language } from '../words/words.ts';

/** A business day as `YYYY-MM-DD`: no clock, no zone. */
export type Day = string;

const DAY_MS = 86_400_000;

function utc(day: Day): Date {
  return new Date(`${day}T00:00:00Z`);
}

function text(date: Date): Day {
  return date.toISOString().slice(0, 10);
}

/** Whether a text is a day of the calendar: the 31st of June, which a `Date` would take for the 1st of July, is none. */
export function isDay(word: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(word)) return false;
  const date = utc(word);
  return !Number.isNaN(date.getTime()) && text(date) === word;
}

export function addDays(day: Day, count: number): Day {
  return text(new Date(utc(day).getTime() + count * DAY_MS));
}

export function daysBetween(from: Day, to: Day): number {
  return Math.round((utc(to).getTime() - utc(from).getTime()) / DAY_MS);
}

export function monthEnd(day: Day): Day {
  const date = utc(day);
  return text(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)));
}

/** The last day of the month `back` months before the month of `day`. */
export function monthEndBefore(day: Day, back: number): Day {
  const date = utc(day);
  return text(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1 - back, 0)));
}

export function isMonthEnd(day: Day): boolean {
  return day === monthEnd(day);
}

/** The day and the month ends before it, oldest first. */
export function monthsUpTo(day: Day, count: number): Day[] {
  return Array.from({ length: count }, (_, at) => (at === 0 ? day : monthEndBefore(day, at))).reverse();
}

const formats = new Map<string, Intl.DateTimeFormat>();

function part(day: Day, language: Language, options: Intl.DateTimeFormatOptions): string {
  const key = `${language}${JSON.stringify(options)}`;
  const format =
    formats.get(key) ??
    new Intl.DateTimeFormat(language === 'es' ? 'es-CO' : 'en-GB', { ...options, timeZone: 'UTC' });
  formats.set(key, format);
  return format.format(utc(day)).replace('.', '');
}

/** `30 jun 2026`. */
export function dayText(day: Day, language: Language): string {
  return `${dayShort(day, language)} ${day.slice(0, 4)}`;
}

/** `30 jun`. */
export function dayShort(day: Day, language: Language): string {
  return `${Number(day.slice(8))} ${part(day, language, { month: 'short' }).slice(0, 3)}`;
}

/** `jun 26`. */
export function monthText(day: Day, language: Language): string {
  return `${part(day, language, { month: 'short' }).slice(0, 3)} ${day.slice(2, 4)}`;
}

/** `jun 26`, or `15 jun` for a day inside its month. */
export function closingText(day: Day, language: Language): string {
  return isMonthEnd(day) ? monthText(day, language) : dayShort(day, language);
}

/** `junio de 2026`. */
export function monthLong(day: Day, language: Language): string {
  return part(day, language, { month: 'long', year: 'numeric' });
}

/** `vie`. */
export function weekday(day: Day, language: Language): string {
  return part(day, language, { weekday: 'short' });
}
