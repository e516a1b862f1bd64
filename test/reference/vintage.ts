import type { BusinessDate } from '../../functions/core/dates.ts';
import { bookedTotal } from './cells.ts';
import type { Flow } from './flow.ts';
import { monthsBetween } from './period.ts';
import { type Ratio, ratio } from './ratio.ts';

/** A cohort of receipts by the month they fall due in, so many months later. */
export interface CohortCell {
  readonly cohort: string;
  readonly month: number;
  readonly amount: bigint;
  readonly cash: bigint;
  readonly cancelled: bigint;
  readonly gross: Ratio;
  readonly net: Ratio;
}

/**
 * What each month's cohort had been paid after 0, 1, ... months, by what is known: cells in the future are missing.
 * An early payment counts in month 0.
 */
export function cohortCells(flows: readonly Flow[], asOf: BusinessDate, months = 12): CohortCell[] {
  const cohorts = new Set<string>();
  for (const flow of flows) {
    const due = flow.receipt.originalDueDate;
    if (due !== null && due.slice(0, 7) <= asOf.slice(0, 7)) cohorts.add(due.slice(0, 7));
  }
  return [...cohorts].sort().flatMap((cohort) => {
    const own = flows.filter(({ receipt }) => receipt.originalDueDate?.slice(0, 7) === cohort);
    const of = (causes: readonly Flow['cause'][], month = Number.POSITIVE_INFINITY) =>
      own
        .filter((f) => causes.includes(f.cause) && monthsBetween(cohort, f.businessDate) <= month)
        .reduce((sum, flow) => sum + bookedTotal(flow), 0n);
    const amount = of(['OPENING', 'ISSUED', 'ENDORSED_UP', 'ENDORSED_DOWN']);
    const last = Math.min(months - 1, monthsBetween(cohort, asOf));
    return Array.from({ length: last + 1 }, (_, month): CohortCell => {
      const cash = -of(['COLLECTED', 'REVERSED'], month);
      const cancelled = -of(['CANCELLED_NP', 'CANCELLED_OTHER'], month);
      return {
        cohort,
        month,
        amount,
        cash,
        cancelled,
        gross: ratio(cash, amount),
        net: ratio(cash, amount - cancelled),
      };
    });
  });
}
