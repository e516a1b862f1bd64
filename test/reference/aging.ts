import { addDays, type BusinessDate } from '../../functions/core/dates.ts';
import { type CompanyFacts, type LedgerPlan, totalOf } from '../support/ledgerFixture.ts';
import { dimsOf, type FigureCell, shared } from './cells.ts';
import type { DayView } from './clock.ts';
import {
  ALTURAS,
  type Altura,
  alturaOf,
  NOTHING,
  type Position,
  positionsOf,
  unappliedOf,
} from './position.ts';

/** The figures of the mart `aging`, receipt by receipt (one cell for each receipt and intermediary). */
export function agingCells(
  plan: LedgerPlan,
  company: CompanyFacts,
  day: DayView,
  alturas: readonly Altura[] = ALTURAS,
): FigureCell[] {
  const positions = positionsOf(plan, company, day);
  const worst = worstByPolicy(positions);
  const receipts = positions.flatMap((position) => {
    const { receipt, terms, holders, dpd, dpdOriginal } = position;
    const gross = position.class === 'GROSS';
    const overdue = gross && dpd !== null && dpd > 0;
    const overdueByOriginal = gross && dpdOriginal !== null && dpdOriginal > 0;
    const closing = position.closing ?? NOTHING;
    const split = shared(
      {
        closing_total: totalOf(closing),
        booked_total: totalOf(position.booked ?? NOTHING),
        document_total: totalOf(position.open),
        closing_net: closing.net,
      },
      position.parts,
      holders.intermediary,
    );
    const inherited = (since: string | null) =>
      overdue && since !== null && terms.dueDate !== null && terms.dueDate < since;
    const when = (condition: boolean, amount: bigint) => (condition ? amount : 0n);
    return split.map(
      ({ intermediary, first, amounts }): FigureCell => ({
        dims: {
          ...dimsOf(company.company, receipt, holders),
          intermediary,
          client: receipt.client,
          channel: receipt.channel,
          held_by: terms.heldBy,
          class: position.class,
          altura: gross ? alturaOf(dpd, alturas) : null,
          altura_original: gross ? alturaOf(dpdOriginal, alturas) : null,
          altura_covered: gross ? alturaOf(position.covered, alturas) : null,
          policy_altura: gross ? alturaOf(worst.get(receipt.policy) ?? null, alturas) : null,
          overdue: String(overdue),
          overdue_original: String(overdueByOriginal),
          inherited_office: String(inherited(holders.officeSince)),
          inherited_advisor: String(inherited(holders.advisorSince)),
          inherited_clerk: String(inherited(holders.clerkSince)),
          disputed: String(terms.disputed),
          dpd: text(dpd),
          dpd_original: text(dpdOriginal),
          covered_days: text(position.covered),
          policy_dpd: text(worst.get(receipt.policy) ?? null),
          issued: receipt.issueDate,
          ...fallsOn(terms.dueDate, day.asOf),
        },
        figures: {
          items: first ? 1n : 0n,
          ...amounts,
          fx_unrealised: when(
            position.closing !== null && position.booked !== null,
            amounts.closing_total - amounts.booked_total,
          ),
          amount_days: when(overdue, amounts.closing_total * BigInt(dpd ?? 0)),
          amount_days_original: when(overdueByOriginal, amounts.closing_total * BigInt(dpdOriginal ?? 0)),
        },
      }),
    );
  });
  const cash = unappliedOf(plan, company, day).map(
    ({ currency, amount, booked, closing, holders, line }): FigureCell => ({
      dims: {
        company: company.company,
        office: holders.office,
        advisor: holders.advisor,
        clerk: holders.clerk,
        line,
        intermediary: holders.intermediary,
        currency,
        class: 'UNAPPLIED',
        altura: null,
      },
      figures: {
        items: 1n,
        closing_total: closing ?? 0n,
        booked_total: booked ?? 0n,
        document_total: amount,
      },
    }),
  );
  return [...receipts, ...cash];
}

const text = (days: number | null) => (days === null ? null : String(days));

/** The week, by its Monday, in which a receipt falls due: of this one and the twelve after it. */
function fallsOn(due: BusinessDate | null, asOf: BusinessDate): { falls: string; week: string | null } {
  if (due === null) return { falls: 'NO_DATE', week: null };
  if (due < asOf) return { falls: 'BACKLOG', week: null };
  const week = mondayOf(due);
  return week < addDays(mondayOf(asOf), 91) ? { falls: 'WEEK', week } : { falls: 'LATER', week: null };
}

const mondayOf = (day: BusinessDate) => addDays(day, -((new Date(`${day}T00:00Z`).getUTCDay() + 6) % 7));

/** The worst days past due among the receipts that a policy owes; credits and undated ones do not age it. */
export function worstByPolicy(positions: readonly Position[]): Map<string, number> {
  const worst = new Map<string, number>();
  for (const { receipt, dpd, class: kind } of positions) {
    if (kind !== 'GROSS' || dpd === null) continue;
    worst.set(receipt.policy, Math.max(worst.get(receipt.policy) ?? dpd, dpd));
  }
  return worst;
}
