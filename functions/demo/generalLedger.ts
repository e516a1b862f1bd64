import type { GlKey } from './breaks.ts';
import { type FeedFile, row } from './deliveryFiles.ts';
import { amountText } from './receipt.ts';
import type { Day, Timeline } from './timeline.ts';

/** A line of an accounting document. */
export interface Entry {
  readonly key: GlKey;
  readonly amount: bigint;
  readonly ref: string;
}

interface Turnover {
  debit: bigint;
  credit: bigint;
}

interface Account {
  readonly key: GlKey;
  opening: bigint;
  readonly months: Map<number, Turnover>;
}

/** The books: documents posted on a day, and the balances of every month by key. */
export class GeneralLedger {
  readonly #timeline: Timeline;
  /** By company, then by the text of the key. */
  readonly #accounts = new Map<string, Map<string, Account>>();
  readonly #reopened = new Map<number, Set<Account>>();
  readonly #later = new Map<Day, (() => void)[]>();
  #entries: string[] = [];
  #documents = 0;
  #firstMonth = 0;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** The balances with which the first month starts. */
  open(day: Day, balances: Iterable<Omit<Entry, 'ref'>>): void {
    this.#firstMonth = this.#timeline.month(day);
    for (const { key, amount } of balances) this.#account(key).opening += amount;
  }

  /** Posts a document on a day; one dated ahead waits until then. */
  post(today: Day, day: Day, entries: readonly Entry[]): void {
    if (day > today) {
      const waiting = this.#later.get(day);
      const posting = () => this.post(day, day, entries);
      if (waiting) waiting.push(posting);
      else this.#later.set(day, [posting]);
      return;
    }
    const doc = `D${++this.#documents}`;
    let docLine = 0;
    for (const { key, amount, ref } of entries) {
      if (amount === 0n) continue;
      const digits = amountText(amount);
      this.#entries.push(
        `${key.company},${doc},${++docLine},${key.text},${digits},${this.#timeline.text(day)},${ref}`,
      );
      this.#turn(key, amount, this.#timeline.month(day), this.#timeline.month(today));
    }
  }

  /** Documents that were dated ahead to this day. */
  startDay(day: Day): void {
    for (const posting of this.#later.get(day) ?? []) posting();
    this.#later.delete(day);
  }

  #turn(key: GlKey, amount: bigint, month: number, thisMonth: number): void {
    const account = this.#account(key);
    const turnover = account.months.get(month) ?? { debit: 0n, credit: 0n };
    account.months.set(month, turnover);
    if (amount > 0n) turnover.debit += amount;
    else turnover.credit -= amount;
    if (month < thisMonth) {
      const reopened = this.#reopened.get(month) ?? new Set();
      this.#reopened.set(month, reopened.add(account));
    }
  }

  #account(key: GlKey): Account {
    const books = this.#accounts.get(key.company) ?? new Map<string, Account>();
    this.#accounts.set(key.company, books);
    const account = books.get(key.text) ?? { key, opening: 0n, months: new Map<number, Turnover>() };
    books.set(key.text, account);
    return account;
  }

  takeEntries(): FeedFile {
    const rows = this.#entries;
    this.#entries = [];
    return {
      feed: 'gl_entries',
      header: 'company,doc_no,doc_line,account,office,line,currency,amount,posting_date,ref',
      rows,
    };
  }

  /** The balances of a month: of all keys at its end, of those posted to since then when the books close. */
  balances(month: number, extractedOn: Day, closing: boolean): FeedFile {
    const accounts = closing
      ? [...(this.#reopened.get(month) ?? [])]
      : [...this.#accounts.values()].flatMap((books) => [...books.values()]);
    const rows: string[] = [];
    for (const account of accounts) {
      let opening = account.opening;
      for (let past = this.#firstMonth; past < month; past++) {
        const turnover = account.months.get(past);
        if (turnover) opening += turnover.debit - turnover.credit;
      }
      const { debit, credit } = account.months.get(month) ?? { debit: 0n, credit: 0n };
      if (opening === 0n && debit === 0n && credit === 0n) continue;
      const { company, account: number, office, line, currency } = account.key;
      rows.push(
        row([
          company,
          this.#timeline.text(this.#timeline.monthStart(month)),
          number,
          office,
          line,
          currency,
          amountText(opening),
          amountText(debit),
          amountText(credit),
          amountText(opening + debit - credit),
          `${this.#timeline.text(extractedOn)} 21:45:00`,
        ]),
      );
    }
    this.#reopened.delete(month);
    return {
      feed: 'gl_balances',
      header: 'company,period,account,office,line,currency,opening,debit,credit,closing,extracted_at',
      rows,
    };
  }
}
