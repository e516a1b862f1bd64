import Holidays from 'date-holidays';

/** A row of the feed `holidays`. */
export interface HolidayRow {
  readonly country: string;
  readonly holiday: string;
  readonly name: string;
}

/** Countries whose holidays every lake starts with. */
export const HOLIDAY_COUNTRIES = ['CO', 'PA'] as const;

/**
 * Public holidays by the library `date-holidays`, one row a day (two of one day share it), in order.
 * They are seeds: dated data that a delivery of the feed may correct.
 */
export function seededHolidays(
  fromYear: number,
  toYear: number,
  countries: readonly string[] = HOLIDAY_COUNTRIES,
): HolidayRow[] {
  return countries.flatMap((country) => {
    const calendar = new Holidays(country);
    const names = new Map<string, string[]>();
    for (let year = fromYear; year <= toYear; year += 1) {
      for (const { date, type, name } of calendar.getHolidays(year, 'es')) {
        if (type !== 'public') continue;
        const day = date.slice(0, 10);
        names.set(day, [...(names.get(day) ?? []), name]);
      }
    }
    return [...names]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([holiday, all]) => ({ country, holiday, name: all.join(' / ') }));
  });
}
