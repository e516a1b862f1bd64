import { daysBetween } from '../../functions/core/dates.ts';
import { totalOf } from '../support/ledgerFixture.ts';
import { bookedTotal } from './cells.ts';
import type { Flow } from './flow.ts';
import { NOTHING } from './position.ts';
import { type Ratio, ratio } from './ratio.ts';

/** How late money came: only what names a due date can be late. */
export interface Timing {
  /** Days after the due date, weighted by amount; early days count below zero. */
  readonly weighted: Ratio;
  /** The same with early days as zero. */
  readonly floored: Ratio;
  /** Days, payment by payment. */
  readonly simple: Ratio;
  /** Late payments among payments. */
  readonly late: Ratio;
  readonly amount: bigint;
}

/** The timing of the applications among some flows. */
export function timingOf(flows: readonly Flow[]): Timing {
  let [amount, amountDays, floored, count, days, late] = [0n, 0n, 0n, 0n, 0n, 0n];
  for (const flow of flows) {
    const due = flow.terms.dueDate;
    if (flow.cause !== 'COLLECTED' || due === null) continue;
    // Money given back on a return premium is no payment.
    if (totalOf(flow.movement?.amounts ?? NOTHING) >= 0n) continue;
    const paid = -bookedTotal(flow);
    const after = daysBetween(due, flow.businessDate);
    const weight = BigInt(flow.weight);
    amount += paid;
    amountDays += paid * BigInt(after);
    floored += paid * BigInt(Math.max(after, 0));
    count += weight;
    days += weight * BigInt(after);
    if (after > 0) late += weight;
  }
  return {
    weighted: ratio(amountDays, amount),
    floored: ratio(floored, amount),
    simple: ratio(days, count),
    late: ratio(late, count),
    amount,
  };
}
