import type { Client } from './clients.ts';
import type { Dice } from './dice.ts';
import type { Movement } from './ledger.ts';
import type { Payment } from './payment.ts';
import type { Policy } from './policy.ts';
import { inPesos } from './rates.ts';
import { minus, type Parts, proRata, type Receipt, sumOf } from './receipt.ts';
import type { Intermediary } from './staff.ts';
import { type Day, MINUTES } from './timeline.ts';
import type { World } from './world.ts';

interface Collection {
  readonly receipt: Receipt;
  /** Part that is paid, in percent. */
  readonly percent: number;
}

/** Money of one payer that arrives together. */
interface Deposit {
  /** Of the first receipt: company, currency and channel are the same for all. */
  readonly policy: Policy;
  readonly day: Day;
  readonly night: boolean;
  readonly intermediary: Intermediary | null;
  readonly items: Collection[];
}

/** Receives money and applies it: together, in part, too much, unidentified, and sometimes not at all. */
export class Treasury {
  readonly #world: World;
  readonly #dice: Dice;
  readonly #credits = new Map<Client, Payment[]>();
  #deposits = new Map<Client | Intermediary, Deposit[]>();
  #count = 0;

  constructor(world: World) {
    this.#world = world;
    this.#dice = world.dice.fork('treasury');
  }

  /** Notes that the payer of a receipt pays today's money, of business date `day`; `endDay` books it. */
  collect(receipt: Receipt, day: Day, night: boolean): void {
    if (!receipt.isOpen || receipt.ending || receipt.heldBy === 'INTERMEDIARY') return;
    const { policy } = receipt.facts;
    const partial = this.#dice.chance(policy.client.regime ? 0.02 : 0.05);
    const percent = partial ? this.#dice.int(30, 70) : 100;
    const business = Math.max(day, receipt.facts.issueDay);
    this.#add(policy.client, {
      policy,
      day: business,
      night,
      intermediary: null,
      items: [{ receipt, percent }],
    });
  }

  remit(receipt: Receipt, intermediary: Intermediary): void {
    if (!receipt.isOpen) return;
    const { policy } = receipt.facts;
    const day = this.#world.ledger.today;
    this.#add(intermediary, { policy, day, night: false, intermediary, items: [{ receipt, percent: 100 }] });
  }

  #add(payer: Client | Intermediary, deposit: Deposit): void {
    const deposits = this.#deposits.get(payer);
    if (!deposits) {
      this.#deposits.set(payer, [deposit]);
      return;
    }
    const known = deposits.find((other) => goTogether(other, deposit));
    if (!known) {
      deposits.push(deposit);
      return;
    }
    // A receipt is paid once a day, however many reasons there are to pay it.
    for (const item of deposit.items) {
      if (!known.items.some(({ receipt }) => receipt === item.receipt)) known.items.push(item);
    }
  }

  /** Books the money of the day. */
  endDay(): void {
    const payers = this.#deposits;
    this.#deposits = new Map();
    for (const deposits of payers.values()) for (const deposit of deposits) this.#book(deposit);
  }

  #book(deposit: Deposit): void {
    const items = deposit.items.filter(({ receipt }) => receipt.isOpen && !receipt.ending);
    const first = items[0];
    if (!first) return;
    const dice = this.#dice;
    const { ledger } = this.#world;
    const { policy } = first.receipt.facts;
    const unidentified = deposit.intermediary === null && items.length === 1 && dice.chance(0.018);
    const inPeso = policy.company.currency === 'COP' && policy.currency === 'USD' && dice.chance(0.6);
    const rate = this.#world.rates.on(deposit.day);
    const amounts = items.map(({ receipt, percent }) => this.#wanted(receipt, percent, inPeso));
    const due = amounts.reduce((sum, amount) => sum + (inPeso ? inPesos(amount, rate) : amount), 0n);
    const rounding = this.#rounding(first, items.length, due, inPeso || unidentified);
    const payment = this.#receive(
      deposit,
      policy,
      due + rounding,
      inPeso ? 'COP' : policy.currency,
      unidentified,
    );
    if (unidentified) {
      this.#identifyLater(payment, first.receipt, inPeso);
      return;
    }
    let available = payment.amount;
    const applied: Movement[] = [];
    for (const [i, { receipt, percent }] of items.entries()) {
      const wanted = amounts[i] ?? 0n;
      const amount = inPeso || wanted <= available ? wanted : available;
      available -= amount;
      if (amount > 0n) applied.push(this.#apply(payment, receipt, amount, deposit.day, inPeso));
      if (inPeso && percent === 100) this.#settleExchange(receipt, deposit.day);
      if (percent < 100) this.#payRest(receipt);
      else if (receipt.isOpen && !inPeso) this.#forgiveLater(receipt);
    }
    if (payment.unapplied > 0n) this.#keepCredit(payment);
    if (payment.channel === 'CHEQUE' && dice.chance(0.05)) {
      this.#world.agenda.at(ledger.today + dice.int(3, 9), () => this.#bounce(payment, applied));
    }
  }

  /** Paid in pesos, the bank's rate often leaves some dollars over. */
  #wanted(receipt: Receipt, percent: number, inPeso: boolean): bigint {
    const whole = (receipt.openTotal * BigInt(percent)) / 100n;
    const short = inPeso && percent === 100 && this.#dice.chance(0.3);
    return short && whole > 10_000n ? whole - BigInt(this.#dice.int(1, 900)) : whole;
  }

  /** The dollars that the bank's rate left over are an exchange difference. */
  #settleExchange(receipt: Receipt, day: Day): void {
    if (!receipt.isOpen) return;
    this.#world.ledger.clear({
      receipt,
      type: 'FX',
      reason: 'EXCHANGE_DIFFERENCE',
      day,
      ...this.rate(receipt, day),
    });
  }

  /** What somebody pays beside what he owes: thousands rounded up, or down. */
  #rounding(first: Collection, items: number, due: bigint, exact: boolean): bigint {
    const dice = this.#dice;
    if (exact || items > 1 || first.percent < 100) return 0n;
    const unit = first.receipt.facts.policy.currency === 'COP' ? 100_000n : 100n;
    const draw = dice.float();
    if (draw < 0.02) return (unit - (due % unit)) % unit;
    if (draw < 0.04 && due > unit * 10n) return -(due % unit);
    if (draw < 0.043) return due;
    return 0n;
  }

  #receive(
    deposit: Deposit,
    policy: Policy,
    amount: bigint,
    currency: string,
    unidentified: boolean,
  ): Payment {
    const { ledger } = this.#world;
    const payment: Payment = {
      no: `K${++this.#count}`,
      company: policy.company,
      client: unidentified || deposit.intermediary ? null : policy.client,
      policyNo: unidentified || deposit.intermediary ? '' : policy.no,
      intermediary: deposit.intermediary,
      receivedDay: deposit.day,
      recordedAt: deposit.night ? ledger.recordedAtNight(deposit.day) : ledger.recordedAt(ledger.today),
      amount,
      currency,
      channel: deposit.intermediary ? 'TRANSFERENCIA' : policy.channel,
      bankRef: this.#dice.int(10000, 99999),
      unapplied: amount,
      booked: 0n,
      reversedDay: null,
      touched: false,
      row: '',
      listed: false,
    };
    ledger.keep(payment);
    return payment;
  }

  /** The rate at which a receipt in another currency than the company's is paid. */
  rate(receipt: Receipt, day: Day): { rate?: string } {
    const { policy } = receipt.facts;
    if (policy.currency === policy.company.currency) return {};
    return { rate: policy.currency === 'PAB' ? '1' : this.#world.rates.text(day) };
  }

  #apply(payment: Payment, receipt: Receipt, amount: bigint, day: Day, inPeso: boolean): Movement {
    const { ledger } = this.#world;
    const night = payment.recordedAt < ledger.today * MINUTES;
    payment.unapplied -= inPeso ? inPesos(amount, this.#world.rates.on(day)) : amount;
    ledger.keep(payment);
    return ledger.post({
      receipt,
      type: 'APPLICATION',
      parts: minus(proRata(receipt.open, amount)),
      day,
      payment,
      ...(night && day < ledger.today && payment.receivedDay === day
        ? { recordedAt: payment.recordedAt }
        : {}),
      ...this.rate(receipt, day),
    });
  }

  /** Nobody knew whose money it was; some days later somebody asks. */
  #identifyLater(payment: Payment, receipt: Receipt, inPeso: boolean): void {
    if (this.#dice.chance(0.08)) return;
    this.#world.agenda.at(this.#world.ledger.today + this.#dice.int(2, 30), () => {
      const { client, no } = receipt.facts.policy;
      payment.client = client;
      this.#world.ledger.keep(payment);
      if (no === '' || receipt.ending || !receipt.isOpen) return;
      // Paid in pesos: applied at the rate of the day that the money came in, so that nothing is left over.
      const amount = inPeso ? receipt.openTotal : smaller(receipt.openTotal, payment.unapplied);
      if (inPeso && inPesos(amount, this.#world.rates.on(payment.receivedDay)) > payment.unapplied) return;
      this.#apply(payment, receipt, amount, inPeso ? payment.receivedDay : this.#world.ledger.today, inPeso);
    });
  }

  #payRest(receipt: Receipt): void {
    const { agenda, ledger } = this.#world;
    agenda.at(ledger.today + this.#dice.int(8, 45), () => this.collect(receipt, ledger.today, false));
  }

  /** A rest that costs more to collect than it is worth. */
  #forgiveLater(receipt: Receipt): void {
    const { agenda, ledger } = this.#world;
    agenda.at(ledger.today + this.#dice.int(20, 60), () => {
      if (receipt.isOpen && !receipt.ending)
        ledger.clear({ receipt, type: 'WRITE_OFF', reason: 'SMALL_BALANCE' });
    });
  }

  /** Cheque devuelto: the applications are reversed in the day's books, the receipts are owed again. */
  #bounce(payment: Payment, applied: readonly Movement[]): void {
    const { ledger, agenda } = this.#world;
    payment.reversedDay = ledger.today;
    payment.unapplied = 0n;
    ledger.keep(payment);
    for (const { receipt, parts, id, rate } of applied) {
      ledger.post({
        receipt,
        type: 'REVERSAL',
        parts: minus(parts),
        payment,
        reversalOf: id,
        reason: 'RETURNED_CHEQUE',
        rate,
      });
      receipt.ending = false;
      const { receipts } = receipt.facts.policy;
      if (!receipts.includes(receipt)) receipts.push(receipt);
      if (this.#dice.chance(0.8)) {
        agenda.at(ledger.today + this.#dice.int(4, 30), () => this.collect(receipt, ledger.today, false));
      }
    }
  }

  #keepCredit(payment: Payment): void {
    if (payment.client === null) return;
    const credits = this.#credits.get(payment.client);
    if (credits) credits.push(payment);
    else this.#credits.set(payment.client, [payment]);
  }

  /** Applies what the client has in his favour to a receipt that was just issued; true when that pays it all. */
  useCredit(receipt: Receipt): boolean {
    const { policy } = receipt.facts;
    const credits = this.#credits.get(policy.client);
    if (!credits) return false;
    for (const payment of credits) {
      if (payment.reversedDay !== null || payment.currency !== policy.currency) continue;
      const amount = smaller(receipt.openTotal, payment.unapplied);
      if (amount > 0n) this.#apply(payment, receipt, amount, this.#world.ledger.today, false);
    }
    const left = credits.filter(({ unapplied }) => unapplied > 0n);
    if (left.length > 0) this.#credits.set(policy.client, left);
    else this.#credits.delete(policy.client);
    return !receipt.isOpen;
  }

  /** Pays before the receipt exists: kept in the client's favour until then. */
  advance(policy: Policy, amount: bigint): void {
    const deposit = { policy, day: this.#world.ledger.today, night: false, intermediary: null, items: [] };
    this.#keepCredit(this.#receive(deposit, policy, amount, policy.currency, false));
  }

  /** Sets a return premium off against a receipt: what leaves the one leaves the other. */
  setOff(returned: Receipt, receipt: Receipt): void {
    const { ledger } = this.#world;
    const amount = smaller(returned.openTotal, receipt.openTotal);
    const out = (from: Receipt): Parts => minus(proRata(from.open, amount));
    if (sumOf(out(receipt)) === 0n) return;
    ledger.post({ receipt: returned, type: 'TRANSFER', parts: out(returned), reason: 'SET_OFF' });
    ledger.post({ receipt, type: 'TRANSFER', parts: out(receipt), reason: 'SET_OFF' });
  }
}

const smaller = (a: bigint, b: bigint) => (a < b ? a : b);

const goTogether = (a: Deposit, b: Deposit) =>
  a.day === b.day &&
  a.night === b.night &&
  a.policy.currency === b.policy.currency &&
  a.policy.company === b.policy.company &&
  (a.intermediary !== null || a.policy.channel === b.policy.channel);
