import type { BusinessDate } from '../../functions/core/dates.ts';
import {
  type Amounts,
  type CompanyFacts,
  type LedgerPlan,
  type MovementFacts,
  type ReceiptFacts,
  type ReceiptTerms,
  totalOf,
} from '../support/ledgerFixture.ts';
import { counts, type DayView, rowsOf } from './clock.ts';
import { converted, type Holders, holdersOf, type Part, partsOf, rateOf, rateUnits } from './holders.ts';
import { convertedAmounts, NOTHING, plus } from './position.ts';

export type Cause =
  | 'OPENING'
  | 'ISSUED'
  | 'ENDORSED_UP'
  | 'ENDORSED_DOWN'
  | 'COLLECTED'
  | 'REVERSED'
  | 'CANCELLED_NP'
  | 'CANCELLED_OTHER'
  | 'WRITTEN_OFF'
  | 'FX'
  | 'TRANSFERRED';

/** A movement entering (weight 1) or leaving (weight -1) the book on a day. Amounts carry the weight. */
export interface Flow {
  readonly entered: BusinessDate;
  readonly company: string;
  readonly receipt: ReceiptFacts;
  readonly terms: ReceiptTerms;
  readonly movement: MovementFacts | null;
  readonly weight: number;
  readonly cause: Cause;
  readonly late: boolean;
  readonly businessDate: BusinessDate;
  /** The delivery that tells of it; null of an opening. */
  readonly told: number | null;
  readonly holders: Holders;
  readonly parts: readonly Part[];
  readonly amounts: Amounts;
  readonly booked: Amounts | null;
  /** Functional, at the payment's own rate or, without one, its day's; null for what is not cash. */
  readonly cash: bigint | null;
}

export function causeOf(movement: MovementFacts): Cause {
  switch (movement.type) {
    case 'ISSUE':
      return 'ISSUED';
    case 'ENDORSEMENT':
      return totalOf(movement.amounts) >= 0n ? 'ENDORSED_UP' : 'ENDORSED_DOWN';
    case 'APPLICATION':
      return 'COLLECTED';
    case 'REVERSAL':
      return 'REVERSED';
    case 'CANCELLATION':
      return movement.reason === 'NON_PAYMENT' ? 'CANCELLED_NP' : 'CANCELLED_OTHER';
    case 'WRITE_OFF':
      return 'WRITTEN_OFF';
    case 'FX':
      return 'FX';
    case 'TRANSFER':
      return 'TRANSFERRED';
  }
}

/** What changed in a company's book from one view of the day before to a view of the day. */
export function flowsBetween(
  plan: LedgerPlan,
  company: CompanyFacts,
  previous: DayView | null,
  day: DayView,
): Flow[] {
  const flows: Flow[] = [];
  for (const receipt of company.receipts) {
    const told = receipt.terms[0];
    if (!told) continue;
    if (receipt.opening) {
      const weight =
        Number(told.from <= day.snapshot) - Number(previous !== null && told.from <= previous.snapshot);
      if (weight !== 0) {
        flows.push(
          flowOf(plan, company, day, {
            receipt,
            terms: told.terms,
            movement: null,
            weight,
            cause: 'OPENING',
            late: false,
            businessDate: day.asOf,
            told: null,
            amounts: receipt.opening,
          }),
        );
      }
    }
  }
  for (const movement of company.movements) {
    const receipt = company.receipts.find(({ receiptNo }) => receiptNo === movement.receiptNo);
    if (!receipt) throw new Error(`movement ${movement.id} of no receipt`);
    for (const row of rowsOf(plan, movement)) {
      const weight = counts(row, day) - counts(row, previous);
      if (weight === 0) continue;
      const terms = receipt.terms.filter(({ from }) => from <= row.from).at(-1);
      if (!terms) throw new Error(`movement ${movement.id} came before its receipt`);
      flows.push(
        flowOf(plan, company, day, {
          receipt,
          terms: terms.terms,
          movement,
          weight,
          cause: causeOf(movement),
          late: previous !== null && movement.businessDate <= previous.snapshotDay,
          businessDate: movement.businessDate,
          told: row.from,
          amounts: movement.amounts,
        }),
      );
    }
  }
  return flows;
}

function flowOf(
  plan: LedgerPlan,
  company: CompanyFacts,
  day: DayView,
  base: Pick<
    Flow,
    'receipt' | 'terms' | 'movement' | 'weight' | 'cause' | 'late' | 'businessDate' | 'told' | 'amounts'
  >,
): Flow {
  const { receipt, movement } = base;
  const sign = BigInt(base.weight);
  const amounts = plus(NOTHING, base.amounts, sign);
  const booked = convertedAmounts(
    amounts,
    rateOf(plan, receipt.currency, company.currency, receipt.issueDate, day.at),
  );
  const isCash = movement?.type === 'APPLICATION' || movement?.type === 'REVERSAL';
  const paid =
    receipt.currency !== company.currency && movement?.rate != null
      ? rateUnits(movement.rate)
      : rateOf(plan, receipt.currency, company.currency, base.businessDate, day.at);
  return {
    ...base,
    entered: day.asOf,
    company: company.company,
    holders: holdersOf(company, receipt, base.businessDate, day.at),
    parts: partsOf(company, receipt.policy, base.businessDate, day.at),
    amounts,
    booked,
    cash: !isCash || paid === null ? null : converted(totalOf(amounts), paid),
  };
}
