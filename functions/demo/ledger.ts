import { Sums } from './deliveryFiles.ts';
import type { Dice } from './dice.ts';
import type { Payment } from './payment.ts';
import { amountsText, type ClosedReason, minus, type Parts, plus, type Receipt, sumOf } from './receipt.ts';
import { type Day, MINUTES, type Moment, type Timeline } from './timeline.ts';

/** The minute of the day up to which what is recorded is delivered with the day. */
export const CUT_OFF = 22 * 60;

export type MovementType =
  | 'ISSUE'
  | 'ENDORSEMENT'
  | 'APPLICATION'
  | 'REVERSAL'
  | 'CANCELLATION'
  | 'WRITE_OFF'
  | 'FX'
  | 'TRANSFER';

export interface Movement {
  readonly id: string;
  readonly receipt: Receipt;
  readonly type: MovementType;
  readonly day: Day;
  readonly recordedAt: Moment;
  /** As delivered, debit positive. */
  readonly parts: Parts;
  readonly payment: Payment | null;
  readonly rate: string;
  readonly reversalOf: string;
  readonly reason: string;
}

export interface Posting {
  readonly receipt: Receipt;
  readonly type: MovementType;
  readonly parts: Parts;
  /** Business date; the ledger's today when it is left out. */
  readonly day?: Day;
  readonly recordedAt?: Moment;
  readonly payment?: Payment;
  readonly rate?: string;
  readonly reversalOf?: string;
  readonly reason?: string;
}

const CLOSED_BY: Readonly<Record<MovementType, ClosedReason>> = {
  ISSUE: 'OTHER',
  ENDORSEMENT: 'OTHER',
  APPLICATION: 'PAID',
  REVERSAL: 'OTHER',
  CANCELLATION: 'CANCELLED',
  WRITE_OFF: 'WRITTEN_OFF',
  FX: 'PAID',
  TRANSFER: 'OTHER',
};

export const MOVEMENT_HEADER =
  'company,movement_id,receipt_no,type,business_date,recorded_at,net,expenses,vat,other,total,rate,payment_no,' +
  'reversal_of,reason,allocated_by_us';

export function movementRow(movement: Movement, timeline: Timeline): string {
  const { receipt, parts, payment } = movement;
  const { facts } = receipt;
  const head = `${facts.policy.company.company},${movement.id},${facts.no},${movement.type},${timeline.text(movement.day)}`;
  const tail = `${movement.rate},${payment?.no ?? ''},${movement.reversalOf},${movement.reason},false`;
  return `${head},${timeline.momentText(movement.recordedAt)},${amountsText(parts)},${tail}`;
}

/** Everybody who must hear of a movement when it is recorded. */
export type Listener = (movement: Movement) => void;

/**
 * The subledger: receipts change by movements and by nothing else. A company whose snapshots leave out what is
 * dated after the cut-off shows a post-dated movement in its receipts only from its date on.
 */
export class Ledger {
  readonly timeline: Timeline;
  readonly #dice: Dice;
  readonly #listeners: Listener[] = [];
  readonly #later = new Map<Day, Movement[]>();
  readonly #receipts: Receipt[] = [];
  readonly #open = new Sums();
  #movements: Movement[] = [];
  #payments: Payment[] = [];
  #today: Day = 0;
  #count = 0;

  constructor(timeline: Timeline, dice: Dice) {
    this.timeline = timeline;
    this.#dice = dice;
  }

  get today(): Day {
    return this.#today;
  }

  /** Receipts to deliver: open, or touched since the last delivery. */
  get receipts(): readonly Receipt[] {
    return this.#receipts;
  }

  /** What is open, by currency: kept up with every movement, because adding up ten thousand receipts a day is slow. */
  get openSums(): Sums {
    return this.#open;
  }

  /** Movements recorded since the last delivery. */
  get movements(): readonly Movement[] {
    return this.#movements;
  }

  /** Payments to deliver: with an unapplied balance, or touched since the last delivery. */
  get payments(): readonly Payment[] {
    return this.#payments;
  }

  onMovement(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** Post-dated movements whose day has come now show in the receipts. */
  startDay(day: Day): void {
    this.#today = day;
    for (const movement of this.#later.get(day) ?? []) this.#show(movement);
    this.#later.delete(day);
  }

  /** Some minute of the working day, before the cut-off. */
  recordedAt(day: Day): Moment {
    return day * MINUTES + this.#dice.int(7 * 60, CUT_OFF - 1);
  }

  /** After the cut-off: delivered the next day. */
  recordedAtNight(day: Day): Moment {
    return day * MINUTES + this.#dice.int(CUT_OFF + 1, MINUTES - 1);
  }

  /** Records a movement today. It is delivered with today's delivery, whatever its business date. */
  post(posting: Posting): Movement {
    const { receipt } = posting;
    const day = posting.day ?? this.#today;
    const movement: Movement = {
      id: `M${++this.#count}`,
      receipt,
      type: posting.type,
      day,
      recordedAt: posting.recordedAt ?? this.recordedAt(this.#today),
      parts: posting.parts,
      payment: posting.payment ?? null,
      rate: posting.rate ?? '',
      reversalOf: posting.reversalOf ?? '',
      reason: posting.reason ?? '',
    };
    this.#movements.push(movement);
    this.#touch(receipt);
    if (day > this.#today && receipt.facts.policy.company.futureDated === 'EXCLUDED') {
      const waiting = this.#later.get(day);
      if (waiting) waiting.push(movement);
      else this.#later.set(day, [movement]);
    } else {
      this.#show(movement);
    }
    for (const listener of this.#listeners) listener(movement);
    return movement;
  }

  /** Takes the whole open balance out with one movement. */
  clear(posting: Omit<Posting, 'parts'>): Movement {
    return this.post({ ...posting, parts: minus(posting.receipt.open) });
  }

  keep(payment: Payment): void {
    if (!payment.listed) this.#payments.push(payment);
    payment.listed = true;
    payment.touched = true;
    payment.row = '';
  }

  /** What was delivered is no news any more; what is closed leaves the lists. */
  delivered(): void {
    this.#movements = [];
    let kept = 0;
    for (const receipt of this.#receipts) {
      receipt.touched = false;
      if (receipt.isOpen) {
        this.#receipts[kept++] = receipt;
      } else {
        receipt.listed = false;
        receipt.rowLength = 0;
      }
    }
    this.#receipts.length = kept;
    this.#payments = this.#payments.filter((payment) => {
      payment.touched = false;
      payment.listed = payment.unapplied !== 0n;
      return payment.listed;
    });
  }

  #touch(receipt: Receipt): void {
    if (!receipt.listed) this.#receipts.push(receipt);
    receipt.listed = true;
    receipt.touched = true;
  }

  #show({ receipt, parts, type }: Movement): void {
    this.#open.add(receipt.facts.policy.currency, sumOf(parts));
    receipt.show(plus(receipt.open, parts), CLOSED_BY[type]);
    this.#touch(receipt);
  }
}
