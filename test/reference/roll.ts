import { type CompanyFacts, type LedgerPlan, totalOf } from '../support/ledgerFixture.ts';
import { dimsOf, type FigureCell } from './cells.ts';
import type { DayView } from './clock.ts';
import type { Flow } from './flow.ts';
import { converted, rateOf } from './holders.ts';
import { ALTURAS, type Altura, alturaOf, NOTHING, positionsOf, splitBetween } from './position.ts';

const WAYS: readonly (readonly [state: string, causes: readonly Flow['cause'][]])[] = [
  ['PAID', ['COLLECTED', 'REVERSED']],
  ['CANCELLED', ['CANCELLED_NP', 'CANCELLED_OTHER']],
  ['WRITTEN_OFF', ['WRITTEN_OFF']],
  ['ADJUSTED', ['ISSUED', 'ENDORSED_UP', 'ENDORSED_DOWN', 'TRANSFERRED', 'FX']],
];

const positive = (amount: bigint): bigint => (amount > 0n ? amount : 0n);

/**
 * Where each gross balance of a month's opening is at its close: paid, cancelled and written off at the opening's
 * rate, what an endorsement, transfer or exchange lowered as adjusted, and the rest in its closing bucket; new debt and
 * what settled it stay out (one cell for each receipt, intermediary and state).
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
      const split = splitBetween(totalOf(amount ?? NOTHING), parts).map(({ intermediary, amount: open }) => {
        const of = (...causes: readonly Flow['cause'][]) =>
          converted(
            -own
              .filter(({ cause }) => causes.includes(cause))
              .flatMap((flow) => splitBetween(totalOf(flow.amounts), flow.parts))
              .filter((part) => parts.length < 2 || part.intermediary === intermediary)
              .reduce((sum, part) => sum + part.amount, 0n),
            rate,
          );
        const ways = WAYS.map(([, causes]) => of(...causes));
        return { intermediary, open, ways };
      });
      const sums = WAYS.map((_, at) => split.reduce((sum, { ways }) => sum + (ways[at] ?? 0n), 0n));
      const whole = split.reduce((sum, { open }) => sum + open, 0n);
      // What raised the debt is new, and so is what was paid beyond the old one.
      const isBeyond = state !== 'CREDIT' && sums.reduce((sum, way) => sum + positive(way), 0n) > whole;
      return split.flatMap(({ intermediary, open, ways }, part) => {
        let left = open;
        const states = WAYS.map(([to], at): [string, bigint] => {
          const way = (sums[at] ?? 0n) > 0n ? (ways[at] ?? 0n) : 0n;
          const value = !isBeyond ? way : positive(way) < left ? positive(way) : left;
          left -= value;
          return [to, value];
        });
        states.push([state, left]);
        // A receipt that is open at the close has a place there, even where all of its old debt was settled.
        return states
          .filter(([to, value]) => value !== 0n || (part === 0 && rest !== undefined && to === state))
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
