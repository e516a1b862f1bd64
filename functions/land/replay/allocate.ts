import type { BusinessDate } from '../../core/dates.ts';
import { grouped } from '../../core/grouped.ts';
import type { Cents } from '../../core/money.ts';
import type { PolicyPayment, RegisterItem, RegisterPayment } from './register.ts';

/** A part of a payment that we put on an item, or took back from it: negative and positive, as the item sees it. */
export interface Allocation {
  readonly id: string;
  /** The allocation that this one takes back. */
  readonly takesBack: string | null;
  readonly paymentNo: string;
  readonly receiptNo: string;
  readonly day: BusinessDate;
  readonly amount: Cents;
}

/** A payment that names a policy alone, as a day leaves it. */
export interface HeldPayment {
  readonly payment: PolicyPayment;
  readonly unapplied: Cents;
}

/** A part of a payment that stands on an item. */
interface Part {
  readonly id: string;
  readonly payment: PolicyPayment;
  readonly receiptNo: string;
  amount: Cents;
}

/**
 * Puts payments that name a policy alone on its items, day after day: the oldest due first (those without a due date
 * last), then by receipt number; what is left stays unapplied. The register's own applications always win: where one
 * of them leaves an item less than we put on it, the newest of our parts is taken back and put on what else is open.
 */
export class Allocator {
  readonly #items: ReadonlyMap<string, readonly RegisterItem[]>;
  readonly #open = new Map<string, Cents>();
  readonly #parts: Part[] = [];
  readonly #unapplied = new Map<PolicyPayment, Cents>();
  readonly #counts = new Map<string, number>();

  constructor(items: readonly RegisterItem[]) {
    const byPolicy = grouped(items, ({ policyNo }) => policyNo);
    for (const same of byPolicy.values()) same.sort(oldestDueFirst);
    this.#items = byPolicy;
  }

  /** A day, which must come after those before: what was issued, what the register itself applied, and what it left to us. */
  day(
    day: BusinessDate,
    told: {
      readonly issued: readonly RegisterItem[];
      readonly applied: readonly RegisterPayment[];
      readonly unnamed: readonly PolicyPayment[];
    },
  ): { readonly allocations: readonly Allocation[]; readonly payments: readonly HeldPayment[] } {
    for (const { receiptNo, amount } of told.issued) this.#add(receiptNo, amount);
    for (const { receiptNo, amount } of told.applied) this.#add(receiptNo, -amount);
    const touched = new Set<PolicyPayment>();
    const allocations: Allocation[] = [];
    for (const receiptNo of new Set(told.applied.map((one) => one.receiptNo)))
      for (const taken of this.#takeBack(receiptNo)) {
        allocations.push({ ...taken.allocation, day });
        touched.add(taken.payment);
      }
    for (const payment of told.unnamed) this.#unapplied.set(payment, payment.amount);
    for (const payment of [...touched, ...told.unnamed]) {
      touched.add(payment);
      for (const put of this.#put(payment)) allocations.push({ ...put, day });
    }
    const payments = [...this.#unapplied]
      .filter(([payment, unapplied]) => unapplied !== 0n || touched.has(payment))
      .map(([payment, unapplied]) => ({ payment, unapplied }));
    return { allocations, payments };
  }

  #add(receiptNo: string, amount: Cents): void {
    this.#open.set(receiptNo, (this.#open.get(receiptNo) ?? 0n) + amount);
  }

  *#put(payment: PolicyPayment): Generator<Omit<Allocation, 'day'>> {
    for (const { receiptNo } of this.#items.get(payment.policyNo) ?? []) {
      const left = this.#unapplied.get(payment) ?? 0n;
      const open = this.#open.get(receiptNo) ?? 0n;
      if (left === 0n) return;
      if (open <= 0n) continue;
      const amount = open < left ? open : left;
      const id = this.#name(`${payment.paymentNo}/${receiptNo}`);
      this.#parts.push({ id, payment, receiptNo, amount });
      this.#unapplied.set(payment, left - amount);
      this.#add(receiptNo, -amount);
      yield { id, takesBack: null, paymentNo: payment.paymentNo, receiptNo, amount: -amount };
    }
  }

  *#takeBack(
    receiptNo: string,
  ): Generator<{ readonly payment: PolicyPayment; readonly allocation: Omit<Allocation, 'day'> }> {
    const parts = this.#parts.filter((part) => part.receiptNo === receiptNo && part.amount > 0n).reverse();
    for (const part of parts) {
      const over = -(this.#open.get(receiptNo) ?? 0n);
      if (over <= 0n) return;
      const amount = over < part.amount ? over : part.amount;
      const { payment } = part;
      part.amount -= amount;
      this.#unapplied.set(payment, (this.#unapplied.get(payment) ?? 0n) + amount);
      this.#add(receiptNo, amount);
      const id = this.#name(`${part.id}/back`);
      yield {
        payment,
        allocation: { id, takesBack: part.id, paymentNo: payment.paymentNo, receiptNo, amount },
      };
    }
  }

  /** The same text for the same part of the same file, and no other part's. */
  #name(what: string): string {
    const count = (this.#counts.get(what) ?? 0) + 1;
    this.#counts.set(what, count);
    return `${what}/${count}`;
  }
}

function oldestDueFirst(one: RegisterItem, other: RegisterItem): number {
  if (one.dueDate !== other.dueDate) {
    if (one.dueDate === null) return 1;
    if (other.dueDate === null) return -1;
    return one.dueDate < other.dueDate ? -1 : 1;
  }
  return one.receiptNo < other.receiptNo ? -1 : 1;
}
