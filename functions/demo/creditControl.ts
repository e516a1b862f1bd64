import type { Billing } from './billing.ts';
import type { Collections } from './collections.ts';
import type { Dice } from './dice.ts';
import type { Organisation } from './organisation.ts';
import type { Policy } from './policy.ts';
import { minus, proRata, type Receipt } from './receipt.ts';
import type { Day } from './timeline.ts';
import type { World } from './world.ts';

/** Ends what is not paid: cancellation for non-payment, earned premium that stays owed, write-off of old debt. */
export class CreditControl {
  readonly #world: World;
  readonly #billing: Billing;
  readonly #collections: Collections;
  readonly #organisation: Organisation;
  readonly #dice: Dice;
  readonly #pursued = new Set<Receipt>();

  constructor(world: World, billing: Billing, collections: Collections, organisation: Organisation) {
    this.#organisation = organisation;
    this.#world = world;
    this.#billing = billing;
    this.#collections = collections;
    this.#dice = world.dice.fork('creditControl');
  }

  /** Once a week: whatever is still owed some months after its due day is ended, whoever was expected to pay. */
  live(day: Day): void {
    const { ledger, timeline } = this.#world;
    if (timeline.weekday(day) !== 2) return;
    for (const receipt of [...ledger.receipts]) {
      if (!receipt.isOpen || receipt.ending || receipt.client.payerType !== 'PRIVATE') continue;
      const due = receipt.dueDay ?? receipt.facts.issueDay + 30;
      if (day < due + 95 || this.#pursued.has(receipt) || receipt.facts.type === 'RETURN') continue;
      this.#cancel(receipt.facts.policy);
    }
  }

  /** Nobody expects this receipt to be paid in time: its policy is cancelled some weeks after the due day. */
  watch(receipt: Receipt, due: Day): void {
    this.#world.agenda.at(due + this.#dice.int(50, 100), () => {
      if (receipt.isOpen && !receipt.ending && receipt.heldBy === 'POLICYHOLDER')
        this.#cancel(receipt.facts.policy);
    });
  }

  #cancel(policy: Policy): void {
    const { ledger, from } = this.#world;
    const dice = this.#dice;
    if (policy.status === 'IN_FORCE') this.#billing.end(policy);
    const day = this.#effect(policy, from);
    for (const receipt of policy.receipts) {
      if (!receipt.isOpen || receipt.ending || receipt.facts.type === 'RETURN') continue;
      if (receipt.heldBy === 'INTERMEDIARY' || this.#pursued.has(receipt)) continue;
      const business = Math.max(day, receipt.facts.issueDay);
      const earned = this.#earned(receipt, business);
      if (earned >= receipt.openTotal) {
        this.#pursue(receipt, ledger.today);
        continue;
      }
      const keeps = earned > 0n && dice.chance(0.5);
      const parts = keeps ? minus(proRata(receipt.open, receipt.openTotal - earned)) : minus(receipt.open);
      ledger.post({ receipt, type: 'CANCELLATION', parts, day: business, reason: 'NON_PAYMENT' });
      if (keeps) this.#pursue(receipt, business);
      else if (business > ledger.today) receipt.ending = true;
    }
  }

  /** Usually today; sometimes backdated to the day that cover ended, or dated some days ahead after notice. */
  #effect(policy: Policy, from: Day): Day {
    const { ledger } = this.#world;
    const draw = this.#dice.float();
    if (draw < 0.1) return ledger.today - this.#dice.int(2, 20);
    if (draw > 0.85 && ledger.today > from)
      return ledger.today + this.#dice.int(3, policy.company.country === 'PA' ? 22 : 12);
    return ledger.today;
  }

  /** Premium for the days of risk that the insurer ran (Código de Comercio, art. 1068). */
  #earned(receipt: Receipt, day: Day): bigint {
    const { coverStart, coverEnd } = receipt.facts;
    const risk = Math.min(Math.max(day - coverStart, 0), coverEnd - coverStart);
    if (risk === 0 || coverEnd <= coverStart || receipt.facts.policy.line.line === 'VI') return 0n;
    return (receipt.openTotal * BigInt(risk)) / BigInt(coverEnd - coverStart);
  }

  /** Earned premium is claimed for months, with little success. */
  #pursue(receipt: Receipt, day: Day): void {
    const { agenda, ledger } = this.#world;
    const dice = this.#dice;
    this.#pursued.add(receipt);
    const start = Math.max(day, ledger.today);
    if (day > ledger.today) receipt.ending = true;
    agenda.at(start + 1, () => {
      receipt.ending = false;
    });
    agenda.at(start + 60, () => {
      if (receipt.isOpen) this.#organisation.claim(receipt);
    });
    if (dice.chance(0.45)) this.#collections.payOn(receipt, start + dice.int(10, 160));
    this.writeOffAt(receipt, start + dice.int(90, 400));
  }

  writeOffAt(receipt: Receipt, day: Day): void {
    this.#world.agenda.at(day, () => {
      if (receipt.isOpen && !receipt.ending) {
        this.#world.ledger.clear({ receipt, type: 'WRITE_OFF', reason: 'UNCOLLECTABLE' });
      }
    });
  }
}
