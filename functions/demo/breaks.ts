import { row } from './deliveryFiles.ts';
import { amountText } from './receipt.ts';
import type { Day, Timeline } from './timeline.ts';

/** Why the general ledger and the subledger differ: the classes of a reconciliation. */
export type BreakClass =
  | 'TIMING'
  | 'UNAPPLIED_CASH'
  | 'MISPOSTED'
  | 'MISSING_IN_SUBLEDGER'
  | 'MISSING_IN_GL'
  | 'FX'
  | 'AMOUNT_DIFF'
  | 'ROUNDING';

/** Where an amount stands in the general ledger. */
export interface GlKey {
  readonly company: string;
  readonly account: string;
  readonly office: string;
  readonly line: string;
  readonly currency: string;
  /** All but the company, as the files write it. */
  readonly text: string;
}

export function glKey(
  company: string,
  account: string,
  office: string,
  line: string,
  currency: string,
): GlKey {
  return { company, account, office, line, currency, text: `${account},${office},${line},${currency}` };
}

/** One difference on one key: the general ledger less the subledger, from a day until before another. */
export interface Break {
  /** Rows of one cause share it. */
  readonly cause: number;
  readonly kind: BreakClass;
  readonly ref: string;
  readonly key: GlKey;
  readonly amount: bigint;
  readonly openedOn: Day;
  closedOn: Day | null;
}

/** The truth about every difference, for measuring a reconciliation. */
export class BreakLog {
  readonly #breaks: Break[] = [];
  #causes = 0;

  get breaks(): readonly Break[] {
    return this.#breaks;
  }

  newCause(): number {
    return ++this.#causes;
  }

  add(entry: Omit<Break, 'closedOn'>, closedOn: Day | null = null): Break {
    const noted: Break = { ...entry, closedOn };
    if (entry.amount !== 0n) this.#breaks.push(noted);
    return noted;
  }

  /** As CSV: amounts are general ledger less subledger; `closed_on` is the first day without the difference. */
  rows(timeline: Timeline): string[] {
    return this.#breaks.map(({ cause, kind, ref, key, amount, openedOn, closedOn }) =>
      row([
        cause,
        kind,
        ref,
        key.company,
        key.account,
        key.office,
        key.line,
        key.currency,
        amountText(amount),
        timeline.text(openedOn),
        closedOn === null ? '' : timeline.text(closedOn),
      ]),
    );
  }
}

export const BREAK_HEADER = 'cause,class,ref,company,account,office,line,currency,amount,opened_on,closed_on';
