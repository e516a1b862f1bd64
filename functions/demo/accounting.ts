import { type BreakClass, type BreakLog, type GlKey, glKey } from './breaks.ts';
import type { FeedFile } from './deliveryFiles.ts';
import type { Department } from './department.ts';
import type { Dice } from './dice.ts';
import { type Entry, GeneralLedger } from './generalLedger.ts';
import { HEAD_OFFICE, NO_LINE, OFFICES } from './insurer.ts';
import type { Movement } from './ledger.ts';
import type { Payment } from './payment.ts';
import type { Policy } from './policy.ts';
import type { Parts, Receipt } from './receipt.ts';
import type { Day } from './timeline.ts';
import type { World } from './world.ts';

/** Ten digits: six of the catalogue of accounts and four of the insurer. */
const ACCOUNTS = {
  net: '1684050100',
  vat: '1684050200',
  expenses: '1684050300',
  other: '1684050400',
  accepted: '1684100100',
  ceded: '1684150100',
  suspense: '2590950100',
} as const;

/** Where a component of a policy's receipts stands: made once, kept by its place among the components. */
function keyOf(policy: Policy, place: number, account: string): GlKey {
  const known = policy.glKeys[place];
  if (known) return known;
  const { company, office, line, currency } = policy;
  const key = glKey(company.company, account, office.office, line.line, currency);
  policy.glKeys[place] = key;
  return key;
}

/** Our part of a net premium in a coinsurance that we lead. */
const ourPart = ({ facts }: Receipt, net: bigint) =>
  facts.policy.coinsurance === 'CEDED' ? (net * BigInt(facts.policy.ourShare)) / 100n : net;

/**
 * Accounts and amounts of a receipt's components; return premiums are owed by us.
 * @param ours our part of the net premium
 */
function entriesOf(receipt: Receipt, parts: Parts, ours = ourPart(receipt, parts[0])): Entry[] {
  const { policy, type, no } = receipt.facts;
  const entries: Entry[] = [];
  const line = (place: number, account: string, amount: bigint) => {
    if (amount === 0n) return;
    entries.push({
      key: keyOf(policy, place, account),
      amount: type === 'RETURN' ? -amount : amount,
      ref: no,
    });
  };
  line(0, policy.coinsurance === 'ACCEPTED' ? ACCOUNTS.accepted : ACCOUNTS.net, ours);
  line(1, ACCOUNTS.ceded, parts[0] - ours);
  line(2, ACCOUNTS.expenses, parts[1]);
  line(3, ACCOUNTS.vat, parts[2]);
  line(4, ACCOUNTS.other, parts[3]);
  return entries;
}

const suspense = (payment: Payment, amount: bigint): Entry => ({
  key: glKey(payment.company.company, ACCOUNTS.suspense, HEAD_OFFICE, NO_LINE, payment.currency),
  amount,
  ref: payment.no,
});

/** How many of each break a month brings, on the average. */
const A_MONTH = {
  misposted: 4,
  amount: 4,
  rounding: 12,
  missing: 4,
  cutoff: 5,
  journal: 3,
  reval: 2,
  cash: 4,
} as const;

/**
 * Books the subledger into the general ledger, as cores do it: on the later of the day of recording and the
 * effective date. What goes wrong between the two is drawn at random and noted as truth.
 */
export class Accounting implements Department {
  readonly #world: World;
  readonly #log: BreakLog;
  readonly #books: GeneralLedger;
  readonly #dice: Dice;
  /** Net premium that is open of each receipt, with all that is recorded. */
  readonly #nets = new Map<Receipt, bigint>();
  /** Movements that a month brings, about: what spreads the breaks over them. */
  readonly #volume: number;
  #journals = 0;

  constructor(world: World, log: BreakLog) {
    this.#world = world;
    this.#log = log;
    this.#books = new GeneralLedger(world.timeline);
    this.#dice = world.dice.fork('accounting');
    this.#volume = Math.max(200, world.size * 1.7);
    world.ledger.onMovement((movement) => {
      if (world.ledger.today > world.from) this.#book(movement);
    });
  }

  live(day: Day): void {
    const { ledger, from, timeline } = this.#world;
    if (day <= from) return;
    this.#books.startDay(day);
    for (const payment of ledger.payments) {
      if (!payment.touched || payment.unapplied === payment.booked) continue;
      this.#books.post(day, day, [suspense(payment, payment.booked - payment.unapplied)]);
      payment.booked = payment.unapplied;
    }
    if (this.#dice.chance(A_MONTH.journal / 30)) this.#manualJournal(day);
    if (this.#dice.chance(A_MONTH.cash / 30)) this.#cashOnControl(day);
    if (timeline.isMonthEnd(day))
      for (let i = this.#dice.int(0, A_MONTH.reval * 2); i > 0; i--) this.#revaluation(day);
  }

  takeFiles(day: Day, first: boolean): FeedFile[] {
    const { timeline } = this.#world;
    if (first) this.#open(day);
    const files = [this.#books.takeEntries()];
    const month = timeline.month(day);
    if (timeline.isMonthEnd(day)) files.push(this.#books.balances(month, day, false));
    // The books of a month close on the fifth: late documents of the month end are in by then.
    if (timeline.dayOfMonth(day) === 5) files.push(this.#books.balances(month - 1, day, true));
    return files;
  }

  #open(day: Day): void {
    const { ledger } = this.#world;
    for (const receipt of ledger.receipts) {
      if (receipt.facts.policy.coinsurance === 'CEDED') this.#nets.set(receipt, receipt.open[0]);
    }
    const balances = ledger.receipts.flatMap((receipt) => entriesOf(receipt, receipt.open));
    for (const payment of ledger.payments) {
      balances.push(suspense(payment, -payment.unapplied));
      payment.booked = payment.unapplied;
    }
    this.#books.open(day, balances);
  }

  #book(movement: Movement): void {
    const { ledger, timeline } = this.#world;
    const { receipt, type } = movement;
    const today = ledger.today;
    const effective = type === 'ISSUE' ? receipt.facts.effectiveDay : today;
    const day = Math.max(today, movement.day, effective);
    const entries = entriesOf(receipt, movement.parts, this.#oursOf(movement));
    if (effective > today && timeline.month(effective) !== timeline.month(today)) {
      this.#note('TIMING', entries.map(negated), Math.max(today, movement.day), effective);
    }
    const draw = this.#dice.float() * this.#volume;
    const { misposted, amount, rounding, missing } = A_MONTH;
    if (type === 'APPLICATION' && this.#cutoff(day, entries)) return;
    if (draw < missing) this.#forget(day, entries);
    else if (draw < missing + amount) this.#misread(day, entries, receipt);
    else if (draw < missing + amount + misposted) this.#misplace(day, entries, receipt);
    else if (draw < missing + amount + misposted + rounding) this.#round(day, entries);
    else this.#books.post(today, day, entries);
  }

  /** What the movement changes in our part of what is open, so that parts of cents do not pile up. */
  #oursOf({ receipt, parts }: Movement): bigint {
    if (receipt.facts.policy.coinsurance !== 'CEDED') return parts[0];
    const before = this.#nets.get(receipt) ?? 0n;
    const after = before + parts[0];
    this.#nets.set(receipt, after);
    return ourPart(receipt, after) - ourPart(receipt, before);
  }

  #note(kind: BreakClass, entries: readonly Entry[], openedOn: Day, closedOn: Day | null): void {
    const cause = this.#log.newCause();
    for (const { key, amount, ref } of entries)
      this.#log.add({ cause, kind, ref, key, amount, openedOn }, closedOn);
  }

  /** Sometimes put right after a while; the day, or null for not within the demo's days. */
  #corrected(day: Day, chance: number, least: number, most: number): Day | null {
    const corrected = day + this.#dice.int(least, most);
    return this.#dice.chance(chance) && corrected <= this.#world.to ? corrected : null;
  }

  #correct(today: Day, day: Day | null, entries: readonly Entry[]): void {
    if (day !== null) this.#books.post(today, day, entries.map(negated));
  }

  /** Money of the first days of a month that the books already show at the end of the last one. */
  #cutoff(day: Day, entries: readonly Entry[]): boolean {
    const { timeline, ledger, from } = this.#world;
    const today = ledger.today;
    if (day !== today || timeline.dayOfMonth(day) > 3 || timeline.month(day) <= timeline.month(from) + 1)
      return false;
    if (!this.#dice.chance((A_MONTH.cutoff * 10) / this.#volume)) return false;
    const monthEnd = timeline.monthStart(timeline.month(day)) - 1;
    this.#books.post(today, monthEnd, entries);
    this.#note('TIMING', entries, monthEnd, day);
    return true;
  }

  /** A batch of the interface was refused; somebody notices weeks later, or never. */
  #forget(day: Day, entries: readonly Entry[]): void {
    const posted = this.#corrected(day, 0.8, 8, 60);
    if (posted !== null) this.#books.post(this.#world.ledger.today, posted, entries);
    this.#note('MISSING_IN_GL', entries.map(negated), day, posted);
  }

  /** An amount typed wrongly; one in four stands in the wrong office too. */
  #misread(day: Day, entries: readonly Entry[], receipt: Receipt): void {
    const [first, ...rest] = entries;
    if (!first) return;
    const wrong = { ...first, amount: (first.amount * BigInt(this.#dice.pick([1, 2, 5, 9]))) / 100n };
    const closes = this.#corrected(day, 0.5, 10, 70);
    const typed = [{ ...first, amount: first.amount + wrong.amount }, ...rest];
    this.#note('AMOUNT_DIFF', [wrong], day, closes);
    if (this.#dice.chance(0.25)) this.#misplace(day, typed, receipt);
    else this.#books.post(this.#world.ledger.today, day, typed);
    this.#correct(this.#world.ledger.today, closes, [wrong]);
  }

  /** The right amount on another office. */
  #misplace(day: Day, entries: readonly Entry[], receipt: Receipt): void {
    const { ledger } = this.#world;
    const { policy } = receipt.facts;
    const others = OFFICES.filter(
      ({ company, office }) => company === policy.company.company && office !== policy.office.office,
    );
    const { office } = this.#dice.pick(others);
    const moved = entries.map((entry) => ({
      ...entry,
      key: glKey(entry.key.company, entry.key.account, office, entry.key.line, entry.key.currency),
    }));
    const wrong = [...moved, ...entries.map(negated)];
    const closes = this.#corrected(day, 0.6, 12, 80);
    this.#books.post(ledger.today, day, moved);
    this.#note('MISPOSTED', wrong, day, closes);
    this.#correct(ledger.today, closes, wrong);
  }

  /** The books keep whole pesos, or tenths of a dollar, where the receipt keeps cents. */
  #round(day: Day, entries: readonly Entry[]): void {
    const rounded = entries.map((entry) => {
      const unit = entry.key.currency === 'COP' ? 100n : 10n;
      return { ...entry, amount: entry.amount - (entry.amount % unit) };
    });
    this.#books.post(this.#world.ledger.today, day, rounded);
    const differences = rounded.map((entry, i) => ({
      ...entry,
      amount: entry.amount - (entries[i]?.amount ?? 0n),
    }));
    if (differences.some(({ amount }) => amount !== 0n)) this.#note('ROUNDING', differences, day, null);
  }

  /** Straight to the control account, by hand: nothing in the subledger corresponds to it. */
  #manualJournal(day: Day): void {
    const entry = this.#somewhere(this.#dice.chance(0.1));
    if (!entry) return;
    const size = (entry.amount * BigInt(this.#dice.int(5, 120))) / 100n;
    const journal = { ...entry, amount: this.#dice.chance(0.5) ? size : -size, ref: `AJ${++this.#journals}` };
    const closes = this.#corrected(day, 0.5, 15, 90);
    this.#books.post(day, day, [journal]);
    this.#note('MISSING_IN_SUBLEDGER', [journal], day, closes);
    this.#correct(day, closes, [journal]);
  }

  /** A revaluation that only the books have; most are reversed on the first of the month. */
  #revaluation(day: Day): void {
    const entry = this.#somewhere(true);
    if (!entry) return;
    const size = BigInt(this.#dice.int(20, 900)) * (this.#dice.chance(0.5) ? 1n : -1n);
    const reval = { ...entry, amount: size, ref: `RV${this.#world.timeline.text(day)}-${++this.#journals}` };
    const closes = this.#dice.chance(0.75) && day < this.#world.to ? day + 1 : null;
    this.#books.post(day, day, [reval]);
    this.#note('FX', [reval], day, closes);
    this.#correct(day, closes, [reval]);
  }

  /** The books credit the debtor with money that the subledger still holds in suspense. */
  #cashOnControl(day: Day): void {
    const waiting = this.#world.ledger.payments.filter(
      ({ unapplied, booked }) => unapplied > 10_000n && unapplied === booked,
    );
    if (waiting.length === 0) return;
    const payment = this.#dice.pick(waiting);
    const entry = this.#somewhere(payment.currency !== 'COP', payment);
    if (!entry) return;
    const amount = payment.unapplied;
    const wrong = [{ ...entry, amount: -amount, ref: payment.no }, suspense(payment, amount)];
    const closes = this.#corrected(day, 0.7, 8, 45);
    this.#books.post(day, day, wrong);
    this.#note('UNAPPLIED_CASH', wrong, day, closes);
    this.#correct(day, closes, wrong);
  }

  /** The key of some open receipt, with what is open of it. */
  #somewhere(foreign: boolean, payment?: Payment): Entry | null {
    const { receipts } = this.#world.ledger;
    for (let attempt = 0; attempt < 200 && receipts.length > 0; attempt++) {
      const receipt = this.#dice.pick(receipts);
      const { policy, type } = receipt.facts;
      if (!receipt.isOpen || type === 'RETURN') continue;
      if (payment && (policy.currency !== payment.currency || policy.company !== payment.company)) continue;
      if (!payment && (policy.currency !== 'COP') !== foreign) continue;
      const [entry] = entriesOf(receipt, receipt.open);
      if (entry) return entry;
    }
    return null;
  }
}

const negated = (entry: Entry): Entry => ({ ...entry, amount: -entry.amount });
