import { type CompanyFacts, type LedgerPlan, totalOf } from '../support/ledgerFixture.ts';
import type { FigureCell } from './cells.ts';
import type { DayView } from './clock.ts';
import type { Flow } from './flow.ts';
import { converted, rateOf } from './holders.ts';
import { ALTURAS, type Altura, alturaOf, NOTHING, positionsOf } from './position.ts';

/**
 * Where each gross balance of a month's opening is at its close: paid, cancelled and written off at the opening's
 * rate, and the rest in its closing bucket (one cell for each receipt and state).
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
    .flatMap(({ receipt, closing: amount, dpd }) => {
      const rate = rateOf(plan, receipt.currency, company.currency, opening.asOf, opening.at) ?? 0n;
      const of = (...causes: readonly Flow['cause'][]) =>
        converted(
          -flows
            .filter((flow) => flow.receipt.receiptNo === receipt.receiptNo && causes.includes(flow.cause))
            .reduce((sum, flow) => sum + totalOf(flow.amounts), 0n),
          rate,
        );
      const open = totalOf(amount ?? NOTHING);
      const paid = of('COLLECTED', 'REVERSED');
      const cancelled = of('CANCELLED_NP', 'CANCELLED_OTHER');
      const writtenOff = of('WRITTEN_OFF');
      const rest = after.get(receipt.receiptNo);
      const state = !rest ? 'ADJUSTED' : rest.class === 'CREDIT' ? 'CREDIT' : alturaOf(rest.dpd, alturas);
      const states: [string, bigint][] = [
        ['PAID', paid],
        ['CANCELLED', cancelled],
        ['WRITTEN_OFF', writtenOff],
        [state, open - paid - cancelled - writtenOff],
      ];
      return states
        .filter(([, value]) => value !== 0n)
        .map(
          ([to, value]): FigureCell => ({
            dims: {
              company: company.company,
              line: receipt.line,
              currency: receipt.currency,
              from: alturaOf(dpd, alturas),
              to,
            },
            figures: { amount: value },
          }),
        );
    });
}
