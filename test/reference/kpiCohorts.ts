import { addDays, type BusinessDate } from '../../functions/core/dates.ts';
import {
  type Context,
  count,
  type Definition,
  type Definitions,
  missing,
  money,
  one,
  quotient,
  within,
} from './figures.ts';
import type { Flow } from './flow.ts';
import { originOf } from './holders.ts';
import { decimal, type Ratio } from './ratio.ts';
import { countbackOf, trueDsoOf } from './rotation.ts';
import { cohortCells } from './vintage.ts';

/** What cohorts were paid, how late payments came, and how many days of sales the receivables hold. */
export function cohorts(): Definitions {
  const plain =
    (make: (c: Context) => Pick<Ratio, 'value' | 'reason'>): Definition =>
    (c) => {
      const { value, reason } = make(c);
      return one({ value, numerator: value, denominator: null, reason });
    };
  const vintage =
    (rate: 'gross' | 'net', dated: (flow: Flow) => BusinessDate | null): Definition =>
    (c) =>
      new Map(
        cohortCells(historyOf(c), c.book.asOf, dated).map((cell) => [
          `${cell.cohort}-01|${cell.month}`,
          quotient(
            decimal(cell.cash).div(100),
            decimal(rate === 'gross' ? cell.amount : cell.amount - cell.cancelled).div(100),
          ),
        ]),
      );
  const dueOf = ({ receipt, terms }: Flow) => receipt.originalDueDate ?? terms.dueDate;
  const issueOf = ({ receipt }: Flow) => receipt.issueDate;
  const days =
    (figure: string): Definition =>
    (c) =>
      one(quotient(money(c.timing, figure), money(c.timing, 'paid_amount'), 1, missing(c)));
  const items =
    (figure: string): Definition =>
    (c) =>
      one(quotient(count(c.timing, figure), count(c.timing, 'paid_items'), 1, missing(c)));
  return {
    countback_dso: { closing: plain(countbackOf) },
    true_dso: { closing: plain(trueDsoOf) },
    vintage_gross: { due: vintage('gross', dueOf), issue: vintage('gross', issueOf) },
    vintage_net: { due: vintage('net', dueOf), issue: vintage('net', issueOf) },
    days_to_pay: {
      amount: days('paid_amount_days'),
      amount_floored: days('paid_amount_days_floored'),
      items: items('paid_days'),
      items_floored: items('paid_days_floored'),
    },
    late_share: { items: items('late_items'), amount: days('late_amount') },
  };
}

/** All that moved since the lake began, of the slice: each fact of those who held the receipt then. */
function historyOf(c: Context): readonly Flow[] {
  const isWithin = within(c.slice);
  const { plan, company, last } = c.book;
  const start = addDays(plan.deliveries[0]?.businessDate ?? c.opened, -1);
  const isByOrigin = Object.keys(c.slice).some((dimension) => dimension.endsWith('_origin'));
  return c.book.flowsSince(start).filter(({ receipt, holders }) => {
    const origin = isByOrigin ? originOf(company, receipt, last.at) : null;
    return isWithin({
      office: holders.office,
      advisor: holders.advisor,
      clerk: holders.clerk,
      line: receipt.line,
      currency: receipt.currency,
      office_origin: origin?.office ?? null,
      advisor_origin: origin?.advisor ?? null,
      clerk_origin: origin?.clerk ?? null,
    });
  });
}
