import { type CompanyFacts, totalOf } from '../support/ledgerFixture.ts';
import { bookedTotal, dimsOf, type FigureCell, shared } from './cells.ts';
import type { Flow } from './flow.ts';
import { NOTHING } from './position.ts';

const WRITTEN: readonly Flow['cause'][] = ['ISSUED', 'ENDORSED_UP', 'ENDORSED_DOWN'];
const CANCELLED: readonly Flow['cause'][] = ['CANCELLED_NP', 'CANCELLED_OTHER'];
const CASH: readonly Flow['cause'][] = ['COLLECTED', 'REVERSED'];

/** The additive figures of the mart `month_total`, flow by flow (one cell for each flow and intermediary). */
export function monthCells(company: CompanyFacts, flows: readonly Flow[]): FigureCell[] {
  return flows.flatMap((flow) => {
    const booked = bookedTotal(flow);
    const split = shared(
      {
        booked,
        cash: flow.cash ?? booked,
        document: totalOf(flow.amounts),
        net: (flow.booked ?? NOTHING).net,
      },
      flow.parts,
      flow.holders.intermediary,
    );
    const is = (...causes: readonly Flow['cause'][]) => causes.includes(flow.cause);
    return split.map(({ intermediary, first, amounts }): FigureCell => {
      const when = (condition: boolean, amount: bigint) => (condition ? amount : 0n);
      const sales = is(...WRITTEN, ...CANCELLED);
      const cash = when(is(...CASH), -amounts.cash);
      const collected = when(is(...CASH), -amounts.booked);
      return {
        dims: { ...dimsOf(company.company, flow.receipt, flow.holders), intermediary },
        figures: {
          opened: when(is('OPENING'), amounts.booked),
          issued: when(is('ISSUED'), amounts.booked),
          endorsed_up: when(is('ENDORSED_UP'), amounts.booked),
          endorsed_down: when(is('ENDORSED_DOWN'), -amounts.booked),
          written: when(is(...WRITTEN), amounts.booked),
          cancelled_np: when(is('CANCELLED_NP'), -amounts.booked),
          cancelled_other: when(is('CANCELLED_OTHER'), -amounts.booked),
          sales: when(sales, amounts.booked),
          collected,
          reversed: when(is('REVERSED'), amounts.booked),
          written_off: when(is('WRITTEN_OFF'), -amounts.booked),
          transferred: when(is('TRANSFERRED'), amounts.booked),
          fx: when(is('FX'), amounts.booked),
          late: when(flow.late, amounts.booked),
          cash,
          fx_realised: when(flow.booked !== null, cash - collected),
          written_document: when(is(...WRITTEN), amounts.document),
          sales_document: when(sales, amounts.document),
          collected_document: when(is(...CASH), -amounts.document),
          written_net: when(is(...WRITTEN), amounts.net),
          sales_net: when(sales, amounts.net),
          cancelled_np_net: when(is('CANCELLED_NP'), -amounts.net),
          collected_net: when(is(...CASH), -amounts.net),
          receipts_issued: is('ISSUED') && first ? BigInt(flow.weight) : 0n,
        },
      };
    });
  });
}

/** Policies with a positive issue in the flows, and policies cancelled for non-payment, each counted once. */
export function policyCounts(flows: readonly Flow[]): { written: number; cancelledNp: number } {
  const raises = (flow: Flow) => totalOf(flow.amounts) * BigInt(flow.weight) > 0n;
  const weights = (matters: (flow: Flow) => boolean, takesBack: (flow: Flow) => boolean = () => false) => {
    const sums = new Map<string, number>();
    for (const flow of flows.filter(matters)) {
      const counted = takesBack(flow) ? -flow.weight : flow.weight;
      sums.set(flow.receipt.policy, (sums.get(flow.receipt.policy) ?? 0) + counted);
    }
    return [...sums.values()].filter((sum) => sum > 0).length;
  };
  return {
    written: weights((f) => f.cause === 'ISSUED' && raises(f)),
    cancelledNp: weights((f) => f.cause === 'CANCELLED_NP', raises),
  };
}
