import type { BusinessDate } from '../core/dates.ts';
import { cents, moneyText } from '../core/money.ts';
import type { Row } from '../engine/engine.ts';

/** Applications and reversals of a payment to receipts of one currency. */
export interface Applied {
  readonly payment: string;
  readonly currency: string;
  readonly items: string;
  /** Sum of amounts without their signs: with the items, what tells whether another sum is of the same. */
  readonly size: string;
  /** Signed, negative where something is applied, in the currency of the receipts. */
  readonly total: string;
  /** The same at the payment's rate, in functional currency; null where a rate is missing. */
  readonly cash: string | null;
}

export interface PaymentSight {
  /** Of all receipts, whoever holds them. */
  readonly applied: readonly Applied[];
  /** Of the receipts that the caller sees, and of shared ones the caller's parts. */
  readonly seen: readonly Applied[];
  /** Payments whose unapplied rest the caller holds. */
  readonly held: ReadonlySet<string>;
  /** The payer of whom the caller sees all; null: not known, or a part of the client is kept from the caller. */
  readonly wholePayer: string | null;
  readonly functional: string;
  /** What was applied before it is in no flow: whether that was the caller's nobody can tell. */
  readonly since: BusinessDate;
}

/**
 * A row of the feed `payments` as a caller with a scope sees it: whole, where all that it was applied to is seen and so
 * is its rest; else the part that was applied to what the caller sees (`is_part`), and of the rest nothing that is not
 * the caller's. An amount that is in no one currency is null.
 */
export function paymentSeen(row: Row, sight: PaymentSight): Row {
  const payment = String(row.payment_no);
  const of = (some: readonly Applied[]): Applied[] => some.filter((one) => one.payment === payment);
  const [all, own] = [of(sight.applied), of(sight.seen)];
  const extent = (some: readonly Applied[]): string =>
    JSON.stringify(some.map(({ currency, items, size }) => [currency, items, size]).sort());
  const rest = cents(String(row.unapplied_amount));
  const isOfWhole = sight.wholePayer !== null && row.client_id === sight.wholePayer;
  const isRestSeen = rest === 0n || isOfWhole || sight.held.has(payment);
  if (isRestSeen && extent(all) === extent(own) && String(row.received_date) >= sight.since)
    return { ...row, is_part: false };
  const parts = own.map(({ currency, total, cash }) =>
    currency === row.currency ? total : row.currency === sight.functional ? cash : null,
  );
  const applied = parts.reduce<bigint | null>(
    (sum, part) => (sum === null || part === null ? null : sum - cents(part)),
    0n,
  );
  return {
    ...row,
    amount: applied === null ? null : moneyText(applied + (isRestSeen ? rest : 0n)),
    unapplied_amount: isRestSeen ? String(row.unapplied_amount) : null,
    is_part: true,
  };
}
