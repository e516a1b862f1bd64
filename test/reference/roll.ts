import { type CompanyFacts, type LedgerPlan, totalOf } from '../support/ledgerFixture.ts';
import { dimsOf, type FigureCell } from './cells.ts';
import type { DayView } from './clock.ts';
import type { Flow } from './flow.ts';
import { converted, rateOf } from './holders.ts';
import { ALTURAS, type Altura, alturaOf, NOTHING, positionsOf, splitBetween } from './position.ts';

/**
 * Where each gross balance of a month's opening is at its close: paid, cancelled and written off at the opening's
 * rate, what an endorsement, transfer or exchange lowered as adjusted, and the rest in its closing bucket (one cell for
 * each receipt, intermediary and state).
 */
export function rollCells(
  plan: LedgerPlan,
  company: CompanyFacts,
  opening: DayView,
  closing: DayView,
  flows: readonly Flow[],
  alturas: readonly Altura[] = ALTURAS,
): FigureCell[] {
  const after = new Map(positionsOf(plan, company, closing).map((p) => [p.receipt.receiptNo, p] as const));
  return positionsOf(plan, company, opening)
    .filter((position) => position.class === 'GROSS')
    .flatMap(({ receipt, closing: amount, dpd, parts, holders }) => {
      const rate = rateOf(plan, receipt.currency, company.currency, opening.asOf, opening.at) ?? 0n;
      const own = flows.filter((flow) => flow.receipt.receiptNo === receipt.receiptNo);
      const rest = after.get(receipt.receiptNo);
      const state = !rest ? 'ADJUSTED' : rest.class === 'CREDIT' ? 'CREDIT' : alturaOf(rest.dpd, alturas);
      // Each intermediary's part rolls by itself, like everything that is split.
      return splitBetween(totalOf(amount ?? NOTHING), parts).flatMap(({ intermediary, amount: open }) => {
        const of = (...causes: readonly Flow['cause'][]) =>
          -own
            .filter(({ cause }) => causes.includes(cause))
            .flatMap((flow) => splitBetween(totalOf(flow.amounts), flow.parts))
            .filter((part) => parts.length < 2 || part.intermediary === intermediary)
            .reduce((sum, part) => sum + part.amount, 0n);
        const paid = converted(of('COLLECTED', 'REVERSED'), rate);
        const cancelled = converted(of('CANCELLED_NP', 'CANCELLED_OTHER'), rate);
        const writtenOff = converted(of('WRITTEN_OFF'), rate);
        const lowered = of('ISSUED', 'ENDORSED_UP', 'ENDORSED_DOWN', 'TRANSFERRED', 'FX');
        const adjusted = lowered > 0n ? converted(lowered, rate) : 0n;
        const states: [string, bigint][] = [
          ['PAID', paid],
          ['CANCELLED', cancelled],
          ['WRITTEN_OFF', writtenOff],
          ['ADJUSTED', adjusted],
          [state, open - paid - cancelled - writtenOff - adjusted],
        ];
        return states
          .filter(([, value]) => value !== 0n)
          .map(
            ([to, value]): FigureCell => ({
              dims: {
                ...dimsOf(company.company, receipt, holders),
                intermediary,
                from_altura: alturaOf(dpd, alturas),
                to_state: to,
              },
              figures: { amount: value },
            }),
          );
      });
    });
}
