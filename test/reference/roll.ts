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
        const dims = (to: string) => ({
          ...dimsOf(company.company, receipt, holders),
          intermediary,
          from_altura: alturaOf(dpd, alturas),
          to_state: to,
        });
        const amounts = states
          .filter(([, value]) => value !== 0n)
          .map(([to, value]): FigureCell => ({ dims: dims(to), figures: { amount: value, items: 0n } }));
        // A receipt counts once, where it is; one that is gone, where most of it went.
        const item = rest ? state : largestOf(WAYS.map(([to], way) => [to, sums[way] ?? 0n]));
        return part > 0 ? amounts : [...amounts, { dims: dims(item), figures: { amount: 0n, items: 1n } }];
      });
    });
}

/** The way with the most; of equal ones the first, and without any the last. */
function largestOf(ways: readonly (readonly [state: string, amount: bigint])[]): string {
  const most = ways.reduce((max, [, amount]) => (amount > max ? amount : max), 0n);
  const found = most > 0n ? ways.find(([, amount]) => amount === most) : ways.at(-1);
  return found?.[0] ?? 'ADJUSTED';
}
