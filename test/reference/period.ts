import type { BusinessDate } from '../../functions/core/dates.ts';

/** The day whose close opens a period that ends on `asOf`, and how many calendar months it has. */
export function openedOf(
  kind: string,
  asOf: BusinessDate,
): { readonly opened: BusinessDate; readonly months: number } {
  const year = Number(asOf.slice(0, 4));
  const month = Number(asOf.slice(5, 7));
  switch (kind) {
    case 'month':
      return { opened: lastDay(year, month - 1), months: 1 };
    case 'quarter':
      return { opened: lastDay(year, month - 1 - ((month - 1) % 3)), months: ((month - 1) % 3) + 1 };
    case 'ytd':
      return { opened: lastDay(year, 0), months: month };
    case '12m': {
      // From the same day a year before; a month end follows a month end.
      const end = lastDay(year - 1, month);
      const same = `${year - 1}${asOf.slice(4)}` as BusinessDate;
      return { opened: asOf === lastDay(year, month) || same > end ? end : same, months: 12 };
    }
    default:
      throw new Error(`no period ${kind}`);
  }
}

/** The last day of a month; months count on across years (month 0 is December before). */
export function lastDay(year: number, month: number): BusinessDate {
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10) as BusinessDate;
}

/** Calendar days after one day up to another. */
export function daysAfter(opened: BusinessDate, asOf: BusinessDate): number {
  return Math.round((Date.parse(`${asOf}T00:00Z`) - Date.parse(`${opened}T00:00Z`)) / 86_400_000);
}

/** Calendar months elapsed from one day's month to another's. */
export function monthsBetween(from: string, to: string): number {
  return (
    Number(to.slice(0, 4)) * 12 +
    Number(to.slice(5, 7)) -
    Number(from.slice(0, 4)) * 12 -
    Number(from.slice(5, 7))
  );
}
