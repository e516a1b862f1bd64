import type { Client } from './clients.ts';
import type { Policy } from './policy.ts';
import type { Day, Timeline } from './timeline.ts';

/** Net premium, issue expenses, VAT, other taxes: cents of the receipt's currency. */
export type Parts = readonly [bigint, bigint, bigint, bigint];

export const NOTHING: Parts = [0n, 0n, 0n, 0n];

export const sumOf = (parts: Parts): bigint => parts[0] + parts[1] + parts[2] + parts[3];

export const plus = (a: Parts, b: Parts): Parts => [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]];

export const minus = (a: Parts): Parts => [-a[0], -a[1], -a[2], -a[3]];

/**
 * Cents as the files write them; whole amounts drop their decimals, which keeps a gigabyte of rows shorter.
 * Text work, because a division of bigints for every cell of the demo would take seconds.
 */
export function amountText(cents: bigint): string {
  if (cents === 0n) return '0';
  if (cents < 0n) return `-${amountText(-cents)}`;
  const digits = cents.toString().padStart(3, '0');
  const whole = digits.slice(0, -2);
  return digits.endsWith('00') ? whole : `${whole}.${digits.slice(-2)}`;
}

/** The components and their total, as fields. */
export const amountsText = (parts: Parts): string =>
  `${amountText(parts[0])},${amountText(parts[1])},${amountText(parts[2])},${amountText(parts[3])},${amountText(sumOf(parts))}`;

/** Takes `amount` out of what is open, pro rata; the cents that are left over go to the largest remainders. */
export function proRata(open: Parts, amount: bigint): Parts {
  const total = sumOf(open);
  if (amount >= total) return open;
  const shares = open.map((part, place) => ({
    place,
    part: (part * amount) / total,
    rest: (part * amount) % total,
  }));
  let left = amount - shares.reduce((sum, share) => sum + share.part, 0n);
  for (const share of [...shares].sort((a, b) =>
    a.rest === b.rest ? a.place - b.place : b.rest > a.rest ? 1 : -1,
  )) {
    if (left === 0n) break;
    share.part += 1n;
    left -= 1n;
  }
  return [shares[0]?.part ?? 0n, shares[1]?.part ?? 0n, shares[2]?.part ?? 0n, shares[3]?.part ?? 0n];
}

export type ReceiptType = 'PREMIUM' | 'ENDORSEMENT' | 'RETURN';

export type ClosedReason = '' | 'PAID' | 'CANCELLED' | 'WRITTEN_OFF' | 'OTHER';

export interface ReceiptFacts {
  readonly no: string;
  readonly type: ReceiptType;
  readonly policy: Policy;
  readonly endorsement: string;
  readonly instalment: number;
  readonly issued: Parts;
  readonly issueDay: Day;
  readonly effectiveDay: Day;
  /** Null: the source does not know when it falls due. */
  readonly dueDay: Day | null;
  readonly coverStart: Day;
  readonly coverEnd: Day;
}

/**
 * A receipt as the core system holds it. Amounts of a RETURN receipt are positive here and in the files; the sign
 * rule negates them at landing. Its row is written again only after it changed.
 */
export class Receipt {
  readonly facts: ReceiptFacts;
  open: Parts = NOTHING;
  openTotal = 0n;
  dueDay: Day | null;
  heldBy: 'POLICYHOLDER' | 'INTERMEDIARY' = 'POLICYHOLDER';
  disputed = false;
  closedReason: ClosedReason = '';
  /** A movement of it was recorded since the last accepted delivery. */
  touched = false;
  /** Stands in the ledger's list of rows to deliver. */
  listed = false;
  /** No money is taken for it any more: a cancellation with a later date is already recorded. */
  ending = false;
  /** Where its row stands in the last receipts file; length 0: it must be written anew. */
  rowStart = 0;
  rowLength = 0;
  isOpen = false;

  constructor(facts: ReceiptFacts) {
    this.facts = facts;
    this.dueDay = facts.dueDay;
  }

  get client(): Client {
    return this.facts.policy.client;
  }

  /** A movement shows: what is open is now this. */
  show(open: Parts, closedReason: ClosedReason): void {
    this.open = open;
    this.openTotal = sumOf(open);
    this.isOpen = this.openTotal !== 0n;
    this.closedReason = this.isOpen ? '' : closedReason;
    this.changed();
  }

  /** Call after any change of what the row shows. */
  changed(): void {
    this.rowLength = 0;
  }

  /** The row as delivered, columns in the order of the contract. */
  row(timeline: Timeline): string {
    return this.rowWith(timeline, this.open, this.closedReason);
  }

  /** The row as it would read with other open amounts. */
  rowWith(timeline: Timeline, open: Parts, closedReason: ClosedReason): string {
    const { facts } = this;
    const { policy, no, type, endorsement, instalment, dueDay } = facts;
    const due = this.dueDay === null ? '' : timeline.text(this.dueDay);
    const original = dueDay === null ? '' : timeline.text(dueDay);
    const share = policy.coinsurance === 'DIRECT' ? '' : String(policy.ourShare);
    return [
      `${policy.company.company},${no},${type},${policy.client.id},${policy.no},${endorsement},${instalment}`,
      `${policy.line.line},${policy.office.office},${timeline.text(facts.issueDay)},${timeline.text(facts.effectiveDay)}`,
      `${due},${original},${timeline.text(facts.coverStart)},${timeline.text(facts.coverEnd)},${policy.currency}`,
      amountsText(facts.issued),
      amountsText(open),
      `${this.heldBy},${this.disputed},${share},${policy.channel},${closedReason}`,
    ].join(',');
  }
}

export const RECEIPT_HEADER =
  'company,receipt_no,receipt_type,client_id,policy_no,endorsement_no,instalment_no,line,office,issue_date,' +
  'effective_date,due_date,original_due_date,coverage_start,coverage_end,currency,issued_net,issued_expenses,' +
  'issued_vat,issued_other,issued_total,open_net,open_expenses,open_vat,open_other,open_total,held_by,disputed,' +
  'our_share,channel,closed_reason';
