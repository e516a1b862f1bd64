import { type BusinessDate, daysBetween } from '../../functions/core/dates.ts';
import { type CompanyFacts, type LedgerPlan, totalOf } from '../support/ledgerFixture.ts';
import { type Context, cents, isGross } from './figures.ts';
import { lastDay } from './period.ts';
import { type Countback, countback, decimal, type Ratio, type SalesMonth } from './ratio.ts';

/** A month by its first day `2026-06-01`, its sales so far and its days so far. */
interface KnownMonth extends SalesMonth {
  readonly month: string;
}

/** Months whose sales are known whole (the last one to date), newest first: none before the book's history begins. */
export function salesMonths(c: Context): KnownMonth[] {
  const { book } = c;
  // Known by now, but not yet on that day: what it did before it joined is not known whole.
  if (book.company.from > book.last.snapshot) return [];
  const first = historyStart(book.plan, book.company);
  const months: KnownMonth[] = [];
  for (let end = book.asOf; end.slice(0, 7) >= first; ) {
    const opened = lastDay(Number(end.slice(0, 4)), Number(end.slice(5, 7)) - 1);
    months.push({
      month: `${end.slice(0, 7)}-01`,
      sales: cents(c.monthOf(opened, end), 'sales'),
      days: daysBetween(opened, end),
    });
    end = opened;
  }
  return months.slice(0, 24);
}

/**
 * The first month `2026-05` that is known whole: the one after the first delivery (which, on the last day of a month,
 * opens the next one), or after the opening balances of a company that came later.
 */
function historyStart(plan: LedgerPlan, company: CompanyFacts): string {
  const monthAfter = (day: BusinessDate) => {
    const next = lastDay(Number(day.slice(0, 4)), Number(day.slice(5, 7)) + 1);
    return next.slice(0, 7);
  };
  const first = plan.deliveries.map(({ businessDate }) => businessDate).sort()[0];
  if (first === undefined) throw new Error('a lake without deliveries');
  const lake = first.endsWith('-01') ? first.slice(0, 7) : monthAfter(first);
  const joined = plan.deliveries[company.from]?.businessDate ?? first;
  const opened = company.receipts.some(({ opening }) => opening !== null && totalOf(opening) !== 0n);
  return opened && joined !== first && monthAfter(joined) > lake ? monthAfter(joined) : lake;
}

export function countbackOf(c: Context): Countback {
  return countback(cents(c.aging, 'closing_total', isGross), salesMonths(c));
}

/** Every open invoice's age times its part of the sales of its month. */
export function trueDsoOf(c: Context): Ratio {
  const months = new Map(salesMonths(c).map(({ month, sales }) => [month, sales] as const));
  let days = decimal(0);
  for (const { dims, figures } of c.aging.filter((cell) => isGross(cell.dims))) {
    // An intermediary whose part of a receipt is nothing holds nothing.
    if ((figures.closing_total ?? 0n) === 0n) continue;
    const issued = dims.issued as BusinessDate;
    const sales = months.get(`${issued.slice(0, 7)}-01`) ?? 0n;
    if (sales <= 0n) return { value: null, reason: 'INSUFFICIENT_HISTORY' };
    const amountDays = (figures.closing_total ?? 0n) * BigInt(daysBetween(issued, c.book.asOf));
    days = days.add(decimal(amountDays).div(decimal(sales)));
  }
  return { value: days, reason: null };
}
