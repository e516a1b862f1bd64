import { type CompanyFacts, type LedgerPlan, totalOf } from '../support/ledgerFixture.ts';
import { bookedTotal, dimsOf, type FigureCell, shared } from './cells.ts';
import type { DayView } from './clock.ts';
import type { Flow } from './flow.ts';

/**
 * What a day learnt of the past (one cell for each movement and intermediary): movements dated before it, those that a
 * new version of a day brings or leaves out, and payments taken back. Only what is dated before the day changes a past
 * balance.
 */
export function restatedCells(
  plan: LedgerPlan,
  company: CompanyFacts,
  day: DayView,
  flows: readonly Flow[],
): FigureCell[] {
  const own = flows.filter(({ movement, entered }) => movement !== null && entered === day.asOf);
  return own
    .filter((flow) => isNews(flow, own))
    .flatMap((flow) => {
      const past = flow.businessDate < day.asOf;
      const kind = kindOf(plan, flow);
      if (!past && !flow.late && !['RETRACTED', 'REDELIVERED', 'REVERSED'].includes(kind)) return [];
      const split = shared({ booked: bookedTotal(flow) }, flow.parts, flow.holders.intermediary);
      return split.map(
        ({ intermediary, first, amounts: { booked } }): FigureCell => ({
          dims: {
            ...dimsOf(company.company, flow.receipt, flow.holders),
            intermediary,
            kind,
            cause: flow.cause,
          },
          figures: { effect: past ? booked : 0n, movements: first ? 1n : 0n },
        }),
      );
    });
}

/** A new version of a day that tells a movement as it was told before brings no news. */
function isNews(flow: Flow, all: readonly Flow[]): boolean {
  const tellings = all.filter(({ movement }) => movement === flow.movement);
  if (tellings.length === 1) return true;
  const sum = (of: (one: Flow) => bigint) => tellings.reduce((total, one) => total + of(one), 0n);
  return sum((one) => totalOf(one.amounts)) !== 0n || sum(bookedTotal) !== 0n;
}

function kindOf(plan: LedgerPlan, { weight, told, movement }: Flow): string {
  if (weight < 0) return 'RETRACTED';
  const day = told === null ? undefined : plan.deliveries[told]?.businessDate;
  const isAgain = plan.deliveries.slice(0, told ?? 0).some(({ businessDate }) => businessDate === day);
  if (isAgain) return 'REDELIVERED';
  if (movement?.type === 'REVERSAL') return 'REVERSED';
  return movement?.type === 'ISSUE' || movement?.type === 'ENDORSEMENT' ? 'BACKDATED' : 'LATE';
}
