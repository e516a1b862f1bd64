import { daysBetween } from '../../functions/core/dates.ts';
import { totalOf } from '../support/ledgerFixture.ts';
import { bookedTotal, dimsOf, type FigureCell, shared } from './cells.ts';
import type { Flow } from './flow.ts';
import { NOTHING } from './position.ts';

/**
 * How late money came: each application by its amount and days after the due date, early ones below zero (one cell for
 * each flow and intermediary, counted at the first).
 */
export function timingCells(company: string, flows: readonly Flow[]): FigureCell[] {
  return flows.flatMap((flow) => {
    const due = flow.terms.dueDate;
    // Only what names a due date can be late; money given back on a return premium is no payment.
    if (flow.cause !== 'COLLECTED' || due === null) return [];
    if (totalOf(flow.movement?.amounts ?? NOTHING) >= 0n) return [];
    const after = daysBetween(due, flow.businessDate);
    const late = Math.max(after, 0);
    const split = shared({ paid: -bookedTotal(flow) }, flow.parts, flow.holders.intermediary);
    return split.map(({ intermediary, first, amounts: { paid } }): FigureCell => {
      const counted = first ? BigInt(flow.weight) : 0n;
      return {
        dims: { ...dimsOf(company, flow.receipt, flow.holders), intermediary },
        figures: {
          paid_amount: paid,
          paid_amount_days: paid * BigInt(after),
          paid_amount_days_floored: paid * BigInt(late),
          late_amount: after > 0 ? paid : 0n,
          paid_items: counted,
          paid_days: counted * BigInt(after),
          paid_days_floored: counted * BigInt(late),
          late_items: after > 0 ? counted : 0n,
        },
      };
    });
  });
}
