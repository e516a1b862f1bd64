import type { BusinessDate } from '../../functions/core/dates.ts';
import { bookedTotal } from './cells.ts';
import type { Flow } from './flow.ts';
import { monthsBetween } from './period.ts';
import { type Ratio, ratio } from './ratio.ts';

/** A cohort of receipts by the month they fall due in (or were issued in), so many months later. */
export interface CohortCell {
  readonly cohort: string;
  readonly month: number;
  readonly amount: bigint;
  readonly cash: bigint;
  readonly cancelled: bigint;
  readonly gross: Ratio;
  readonly net: Ratio;
}

/** How long a cohort is followed month by month; the last age holds all that came after. */
const OLDEST = 13;
/** How many months back cohorts are told of. */
const COHORTS_BACK = 24;

/**
 * What each month's cohort had been paid after 0, 1, ... months, by what is known: cells in the future are missing.
 * An early payment counts in month 0.
 */
export function cohortCells(
  flows: readonly Flow[],
  asOf: BusinessDate,
  dated: (flow: Flow) => BusinessDate | null = ({ receipt }) => receipt.originalDueDate,
): CohortCell[] {
  const cohorts = new Map<string, Flow[]>();
  for (const flow of flows) {
    const month = dated(flow)?.slice(0, 7);
    if (month === undefined || month > asOf.slice(0, 7)) continue;
    if (monthsBetween(month, asOf) > COHORTS_BACK) continue;
    const own = cohorts.get(month);
    if (own) own.push(flow);
    else cohorts.set(month, [flow]);
  }
  return [...cohorts].flatMap(([cohort, own]) => {
    const of = (causes: readonly Flow['cause'][], month: number) =>
      own
        .filter((f) => causes.includes(f.cause))
        .filter((f) => month >= OLDEST || monthsBetween(cohort, f.businessDate) <= month)
        .reduce((sum, flow) => sum + bookedTotal(flow), 0n);
    const amount = of(['OPENING', 'ISSUED', 'ENDORSED_UP', 'ENDORSED_DOWN'], OLDEST);
    const last = Math.min(OLDEST, monthsBetween(cohort, asOf));
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
