import type { Collections } from './collections.ts';
import type { Dice } from './dice.ts';
import type { Organisation } from './organisation.ts';
import type { Policy } from './policy.ts';
import {
  minus,
  type Parts,
  proRata,
  Receipt,
  type ReceiptFacts,
  type ReceiptType,
  sumOf,
} from './receipt.ts';
import type { Day } from './timeline.ts';
import type { Underwriting } from './underwriting.ts';
import type { World } from './world.ts';

/** Weeks before the due day that the receipt of an instalment is issued. */
const LEAD = [14, 21] as const;

/** A year of cover of a policy. */
interface Term {
  readonly policy: Policy;
  readonly sold: Day;
  readonly coverStart: Day;
}

/** Issues receipts: the instalments of every term, endorsements both ways, renewals. */
export class Billing {
  readonly #world: World;
  readonly #underwriting: Underwriting;
  readonly #collections: Collections;
  readonly #organisation: Organisation;
  readonly #dice: Dice;
  #count = 0;

  constructor(
    world: World,
    underwriting: Underwriting,
    collections: Collections,
    organisation: Organisation,
  ) {
    this.#organisation = organisation;
    this.#world = world;
    this.#underwriting = underwriting;
    this.#collections = collections;
    this.#dice = world.dice.fork('billing');
  }

  /** Puts the first book of policies on the agenda. */
  start(): void {
    for (const day of this.#underwriting.firstStarts()) this.sell(day);
  }

  sell(day: Day): void {
    const policy = this.#underwriting.newPolicy();
    this.#term(policy, day);
    this.#organisation.newPolicy(policy, Math.min(policy.issueDay, policy.coverStart));
  }

  /** A policy that ends is followed, sooner or later, by another: the book keeps its size. */
  replace(): void {
    this.#world.agenda.at(this.#world.ledger.today + this.#dice.int(1, 40), () =>
      this.sell(this.#world.ledger.today),
    );
  }

  /** Starts a year of cover on a day, or soon after. What fell before the simulation is taken as settled. */
  #term(policy: Policy, today: Day): void {
    const { timeline } = this.#world;
    const dice = this.#dice;
    policy.issueDay = today;
    policy.coverStart = dice.chance(0.04) ? today - dice.int(1, 15) : today + dice.int(0, 10);
    policy.coverEnd = timeline.addMonths(policy.coverStart, 12);
    policy.status = 'IN_FORCE';
    this.#underwriting.changed(policy);
    this.#instalment({ policy, sold: today, coverStart: policy.coverStart }, 0);
    this.#planTerm(policy, today);
  }

  /** Plans the receipt of an instalment; each plans the next one, so that only one of a policy waits. */
  #instalment(term: Term, k: number): void {
    const { timeline, agenda, start } = this.#world;
    const { policy, sold, coverStart } = term;
    if (k === policy.instalments) return;
    const dice = this.#dice;
    const step = 12 / policy.instalments;
    const periodStart = timeline.addMonths(coverStart, k * step);
    const dueDay =
      k === 0 ? Math.max(sold, coverStart) + policy.term : periodStart + Math.min(policy.term, 12);
    const issue = k === 0 || policy.upFront ? sold : Math.max(sold, dueDay - dice.int(...LEAD));
    if (issue < start) {
      this.#instalment(term, k + 1);
      return;
    }
    const facts = {
      policy,
      endorsement: '',
      instalment: k + 1,
      issued: this.#taxed(policy, instalmentPart(policy, k), k === 0),
      dueDay,
      coverStart: periodStart,
      coverEnd: timeline.addMonths(coverStart, (k + 1) * step),
    };
    const isOn = () => policy.status === 'IN_FORCE' && policy.coverStart === coverStart;
    if (k > 0 && issue > sold + 20 && dice.chance(0.01)) {
      agenda.at(issue - dice.int(2, 12), () => {
        if (isOn()) this.#collections.payAhead(policy, sumOf(facts.issued));
      });
    }
    agenda.at(issue, () => {
      if (!isOn()) return;
      this.#issue('PREMIUM', facts, k === 0 ? coverStart : Math.min(issue, periodStart));
      this.#instalment(term, k + 1);
    });
  }

  #planTerm(policy: Policy, sold: Day): void {
    const { agenda, ledger, start } = this.#world;
    const dice = this.#dice;
    const term = policy.coverStart;
    const during = (happening: () => void) => {
      const day = sold + dice.int(20, 340);
      if (day < start) return;
      agenda.at(day, () => {
        if (policy.status === 'IN_FORCE' && policy.coverStart === term) happening();
      });
    };
    const changes = dice.count(
      policy.line.line === 'CC' ? 2 : policy.client.segment === 'PERSONAS' ? 0.12 : 0.5,
    );
    for (let i = 0; i < changes; i++) during(() => this.#endorse(policy));
    if (dice.chance(0.035)) during(() => this.#cancelOnRequest(policy));
    const renews = dice.chance(0.86);
    agenda.at(policy.coverEnd - dice.int(0, 12), () => {
      if (policy.coverStart !== term) return;
      if (policy.status === 'IN_FORCE' && renews) {
        policy.premium = Math.round(policy.premium * dice.between(1.0, 1.12));
        this.#term(policy, ledger.today);
      } else {
        if (policy.status === 'IN_FORCE') {
          policy.status = 'EXPIRED';
          this.#underwriting.changed(policy);
          this.replace();
        }
      }
    });
  }

  /** Net premium with expenses on the first receipt, Colombian VAT, Panamanian taxes. */
  #taxed(policy: Policy, net: bigint, first: boolean): Parts {
    const dollars = policy.currency !== 'COP';
    const expenses =
      !first || policy.coinsurance === 'ACCEPTED'
        ? 0n
        : dollars
          ? BigInt(this.#dice.int(5, 15)) * 100n
          : BigInt(this.#dice.int(8, 25)) * 100_000n;
    if (policy.company.country === 'PA') {
      const percent = policy.line.line === 'IN' ? 6n : 5n;
      return [net, expenses, 0n, ((net + expenses) * percent + 50n) / 100n];
    }
    return [net, expenses, ((net + expenses) * BigInt(policy.line.vat) + 50n) / 100n, 0n];
  }

  #issue(
    type: ReceiptType,
    facts: Omit<ReceiptFacts, 'no' | 'type' | 'issueDay' | 'effectiveDay'>,
    effective: Day = facts.coverStart,
  ): Receipt {
    const { ledger, from } = this.#world;
    const dice = this.#dice;
    const today = ledger.today;
    const draw = dice.float();
    const night = draw < 0.015 && today > from;
    const backdated =
      today > from + 30 && effective < today - 1 && facts.instalment === 1 && dice.chance(0.3);
    const issueDay = night ? today - 1 : today;
    const receipt = this.#create({
      no: this.#nextNo(),
      type,
      policy: facts.policy,
      endorsement: facts.endorsement,
      instalment: facts.instalment,
      issued: facts.issued,
      issueDay,
      effectiveDay: effective,
      dueDay: dice.chance(0.002) ? null : facts.dueDay,
      coverStart: facts.coverStart,
      coverEnd: facts.coverEnd,
    });
    ledger.post({
      receipt,
      type: 'ISSUE',
      parts: facts.issued,
      day: backdated ? Math.max(effective, today - 25) : issueDay,
      ...(night ? { recordedAt: ledger.recordedAtNight(today - 1) } : {}),
    });
    this.#collections.schedule(receipt);
    return receipt;
  }

  #nextNo(): string {
    return `R${++this.#count}`;
  }

  #create(facts: ReceiptFacts): Receipt {
    const receipt = new Receipt(facts);
    const { policy } = facts;
    policy.receipts = policy.receipts.filter((candidate) => candidate.isOpen);
    policy.receipts.push(receipt);
    return receipt;
  }

  /** What is open of a receipt goes to a new one that falls due later; the first due day stays known. */
  rebill(receipt: Receipt, dueDay: Day): void {
    const { ledger } = this.#world;
    if (!receipt.isOpen || receipt.ending) return;
    const heir = this.#create({
      ...receipt.facts,
      no: this.#nextNo(),
      issued: receipt.open,
      issueDay: ledger.today,
    });
    heir.dueDay = dueDay;
    const moved = receipt.open;
    ledger.clear({ receipt, type: 'TRANSFER', reason: 'REBILL' });
    ledger.post({ receipt: heir, type: 'TRANSFER', parts: moved, reason: 'REBILL' });
    this.#collections.schedule(heir);
  }

  #endorse(policy: Policy): void {
    const { ledger } = this.#world;
    const dice = this.#dice;
    const endorsement = String(++policy.endorsements);
    const open = policy.receipts.find(
      (receipt) => receipt.facts.type !== 'RETURN' && receipt.isOpen && !receipt.ending,
    );
    const net = (BigInt(policy.premium) * 100n * BigInt(dice.int(2, 18))) / 100n;
    const facts = {
      policy,
      endorsement,
      instalment: 1,
      issued: this.#taxed(policy, net, false),
      dueDay: ledger.today + policy.term,
      coverStart: ledger.today,
      coverEnd: Math.max(policy.coverEnd, ledger.today + 1),
    };
    const up = dice.chance(0.55);
    if (up && open && open.openTotal > 1000n && dice.chance(0.4)) {
      ledger.post({
        receipt: open,
        type: 'ENDORSEMENT',
        parts: proRata(open.open, open.openTotal / 10n),
        reason: 'INCREASE',
      });
    } else if (up) {
      this.#issue('ENDORSEMENT', facts);
    } else if (open && dice.chance(0.5)) {
      this.#reduce(open);
    } else {
      this.#issue('RETURN', facts);
    }
  }

  /** Part of an open receipt is endorsed away, sometimes from a later day on. */
  #reduce(receipt: Receipt): void {
    const { ledger, from } = this.#world;
    const dice = this.#dice;
    const parts = minus(proRata(receipt.open, (receipt.openTotal * BigInt(dice.int(5, 40))) / 100n));
    if (sumOf(parts) === 0n) return;
    const later = ledger.today > from && dice.chance(0.15) ? dice.int(2, 12) : 0;
    ledger.post({ receipt, type: 'ENDORSEMENT', parts, day: ledger.today + later, reason: 'DECREASE' });
    // Money taken before a later decrease shows could exceed what is left.
    if (later > 0) this.#collections.hold(receipt, ledger.today + later);
  }

  /** The client sold the car or changed insurer: open receipts go, part of what was paid is owed back. */
  #cancelOnRequest(policy: Policy): void {
    const { ledger } = this.#world;
    for (const receipt of policy.receipts) {
      if (receipt.isOpen && !receipt.ending && receipt.facts.type !== 'RETURN') {
        ledger.clear({ receipt, type: 'CANCELLATION', reason: 'CLIENT_REQUEST' });
      }
    }
    if (policy.instalments <= 2 && this.#dice.chance(0.6)) {
      const net =
        (BigInt(policy.premium) * 100n * BigInt(Math.max(1, policy.coverEnd - ledger.today))) / 400n;
      this.#issue('RETURN', {
        policy,
        endorsement: String(++policy.endorsements),
        instalment: 1,
        issued: this.#taxed(policy, net / BigInt(policy.instalments), false),
        dueDay: ledger.today + 30,
        coverStart: ledger.today,
        coverEnd: Math.max(policy.coverEnd, ledger.today + 1),
      });
    }
    this.end(policy);
  }

  end(policy: Policy): void {
    if (policy.status !== 'IN_FORCE') return;
    policy.status = 'CANCELLED';
    this.#underwriting.changed(policy);
    this.replace();
  }
}

/** Equal parts of the year's premium, the cents that are left over to the first. */
function instalmentPart({ premium, instalments }: Policy, k: number): bigint {
  const year = BigInt(premium) * 100n;
  const part = year / BigInt(instalments);
  return k === 0 ? year - part * BigInt(instalments - 1) : part;
}
