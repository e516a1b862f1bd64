import { type BusinessDate, daysBetween } from '../../functions/core/dates.ts';
import { splitByLargestRemainder } from '../../functions/core/money.ts';
import {
  type Amounts,
  type CompanyFacts,
  type LedgerPlan,
  type ReceiptFacts,
  type ReceiptTerms,
  totalOf,
} from '../support/ledgerFixture.ts';
import { isTold, movementsByReceipt, unappliedBalance } from '../support/ledgerFixtureRows.ts';
import { counts, type DayView, rowsOf } from './clock.ts';
import { converted, type Holders, holdersOf, type Part, partsOf, rateOf } from './holders.ts';

export const NOTHING: Amounts = { net: 0n, expenses: 0n, vat: 0n, other: 0n };

export interface Altura {
  readonly altura: string;
  readonly lo: number;
  readonly hi: number;
}

/** The default buckets of the domain, on days past due, both bounds included. */
export const ALTURAS: readonly Altura[] = [
  { altura: 'AL_DIA', lo: -999_999, hi: 0 },
  { altura: '001-030', lo: 1, hi: 30 },
  { altura: '031-060', lo: 31, hi: 60 },
  { altura: '061-075', lo: 61, hi: 75 },
  { altura: '076-090', lo: 76, hi: 90 },
  { altura: '091-180', lo: 91, hi: 180 },
  { altura: '181-360', lo: 181, hi: 360 },
  { altura: '>360', lo: 361, hi: 999_999 },
];

/** A receipt with an open balance on a day. */
export interface Position {
  readonly company: string;
  readonly receipt: ReceiptFacts;
  readonly terms: ReceiptTerms;
  readonly holders: Holders;
  readonly parts: readonly Part[];
  readonly open: Amounts;
  readonly booked: Amounts | null;
  readonly closing: Amounts | null;
  readonly dpd: number | null;
  readonly dpdOriginal: number | null;
  readonly covered: number | null;
  readonly class: 'GROSS' | 'CREDIT';
}

export function plus(a: Amounts, b: Amounts, times = 1n): Amounts {
  return {
    net: a.net + times * b.net,
    expenses: a.expenses + times * b.expenses,
    vat: a.vat + times * b.vat,
    other: a.other + times * b.other,
  };
}

export function convertedAmounts(amounts: Amounts, rate: bigint | null): Amounts | null {
  if (rate === null) return null;
  return {
    net: converted(amounts.net, rate),
    expenses: converted(amounts.expenses, rate),
    vat: converted(amounts.vat, rate),
    other: converted(amounts.other, rate),
  };
}

/** What the receipt has open on the day: its opening and every movement dated up to it and known by then. */
export function openOf(
  plan: LedgerPlan,
  company: CompanyFacts,
  receipt: ReceiptFacts,
  day: DayView,
): Amounts {
  const opening =
    receipt.opening && (receipt.terms[0]?.from ?? 0) <= day.snapshot ? receipt.opening : NOTHING;
  return movementsByReceipt(company, receipt.receiptNo)
    .flatMap((movement) => rowsOf(plan, movement))
    .filter((row) => counts(row, day) === 1)
    .reduce((open, { movement }) => plus(open, movement.amounts), opening);
}

/** The terms that the day's snapshot tells; of a receipt that it does not know yet, those it came with. */
export function termsOf(receipt: ReceiptFacts, day: DayView): ReceiptTerms {
  const told = receipt.terms.filter(({ from }) => from <= day.snapshot).at(-1) ?? receipt.terms[0];
  if (!told) throw new Error(`receipt ${receipt.receiptNo} has no terms`);
  return told.terms;
}

/** Every receipt of a company with a balance on the day. */
export function positionsOf(plan: LedgerPlan, company: CompanyFacts, day: DayView): Position[] {
  return company.receipts.flatMap((receipt): Position[] => {
    const open = openOf(plan, company, receipt, day);
    const total = totalOf(open);
    if (total === 0n) return [];
    const terms = termsOf(receipt, day);
    const since = (date: BusinessDate | null) => (date === null ? null : daysBetween(date, day.asOf));
    return [
      {
        company: company.company,
        receipt,
        // Movements do not say it: only the day's own snapshot tells of a dispute.
        terms: { ...terms, disputed: terms.disputed && isTold(plan, company, receipt, day.snapshot) },
        holders: holdersOf(company, receipt, day.asOf, day.at),
        parts: partsOf(company, receipt.policy, day.asOf, day.at),
        open,
        booked: convertedAmounts(
          open,
          rateOf(plan, receipt.currency, company.currency, receipt.issueDate, day.at),
        ),
        closing: convertedAmounts(open, rateOf(plan, receipt.currency, company.currency, day.asOf, day.at)),
        dpd: since(terms.dueDate),
        dpdOriginal: since(receipt.originalDueDate),
        covered: since(receipt.coverageStart),
        class: total > 0n ? 'GROSS' : 'CREDIT',
      },
    ];
  });
}

/** The bucket of some days past due; without a due date its own. */
export function alturaOf(dpd: number | null, alturas: readonly Altura[] = ALTURAS): string {
  if (dpd === null) return 'SIN_VENCIMIENTO';
  const found = alturas.find(({ lo, hi }) => lo <= dpd && dpd <= hi);
  if (!found) throw new Error(`no bucket holds ${dpd} days`);
  return found.altura;
}

/** An amount by intermediary: the whole to the only one (or to none), else by largest remainder. */
export function splitBetween(
  amount: bigint,
  parts: readonly Part[],
): { intermediary: string | null; amount: bigint }[] {
  if (parts.length < 2) return [{ intermediary: parts[0]?.intermediary ?? null, amount }];
  const amounts = splitByLargestRemainder(
    amount,
    parts.map(({ weight }) => weight),
  );
  return parts.map(({ intermediary }, index) => ({ intermediary, amount: amounts[index] ?? 0n }));
}

export interface Unapplied {
  readonly paymentNo: string;
  /** Those of the payer's policy, where the payment names one that the lake knows. */
  readonly holders: Holders;
  readonly line: string | null;
  readonly currency: string;
  /** At most zero. */
  readonly amount: bigint;
  /** At the rate of the day on which it was received. */
  readonly booked: bigint | null;
  readonly closing: bigint | null;
}

const NOBODY: Holders = {
  office: null,
  advisor: null,
  clerk: null,
  intermediary: null,
  officeSince: null,
  advisorSince: null,
  clerkSince: null,
};

/** Money received that no receipt took, as the day's snapshot tells. */
export function unappliedOf(plan: LedgerPlan, company: CompanyFacts, day: DayView): Unapplied[] {
  if (company.from > day.snapshot) return [];
  return company.payments.flatMap((payment) => {
    if (payment.from > day.snapshot) return [];
    const left = unappliedBalance(plan, company, payment, day.snapshot);
    if (left === 0n) return [];
    const at = (date: BusinessDate) => {
      const rate = rateOf(plan, payment.currency, company.currency, date, day.at);
      return rate === null ? null : -converted(left, rate);
    };
    const { policy } = payment;
    const told = company.receipts.find((one) => one.policy === policy && (one.terms[0]?.from ?? 0) <= day.at);
    const payer = {
      receiptNo: '',
      policy: policy ?? '',
      client: payment.client ?? told?.client ?? '',
      office: told?.office ?? '',
    };
    const holders = policy === null ? NOBODY : holdersOf(company, payer, day.asOf, day.at);
    return [
      {
        paymentNo: payment.paymentNo,
        holders: {
          ...holders,
          office: holders.office === '' ? null : holders.office,
          intermediary: holders.intermediary ?? payment.intermediary,
        },
        line: told?.line ?? null,
        currency: payment.currency,
        amount: -left,
        booked: at(payment.receivedDate),
        closing: at(day.asOf),
      },
    ];
  });
}
