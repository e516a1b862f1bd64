import Holidays from 'date-holidays';

/** A row of the feed `holidays`. */
export interface HolidayRow {
  readonly country: string;
  readonly holiday: string;
  readonly name: string;
}

/**
 * Public holidays by the library `date-holidays`, one row a day (two of one day share it), in order.
 * They are seeds: dated data that a delivery of the feed may correct.
 */
export function seededHolidays(fromYear: number, toYear: number, countries: readonly string[]): HolidayRow[] {
  return countries.flatMap((country) => holidaysOf(country, fromYear, toYear));
}

const computed = new Map<string, readonly HolidayRow[]>();

/** The library takes milliseconds a year: what it said is kept for the life of the process. */
function holidaysOf(country: string, fromYear: number, toYear: number): readonly HolidayRow[] {
  const key = `${country} ${fromYear} ${toYear}`;
  const before = computed.get(key);
  if (before) return before;
  const calendar = new Holidays(country);
  const names = new Map<string, string[]>();
  for (let year = fromYear; year <= toYear; year += 1) {
    for (const { date, type, name } of calendar.getHolidays(year, 'es')) {
      if (type !== 'public') continue;
      const day = date.slice(0, 10);
      names.set(day, [...(names.get(day) ?? []), name]);
    }
  }
  const rows = [...names]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([holiday, all]) => ({ country, holiday, name: all.join(' / ') }));
  computed.set(key, rows);
  return rows;
}
