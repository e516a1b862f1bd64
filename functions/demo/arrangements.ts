import { splitByLargestRemainder } from '../core/money.ts';
import type { Billing } from './billing.ts';
import type { Collections } from './collections.ts';
import { type FeedFile, row } from './deliveryFiles.ts';
import type { Department } from './department.ts';
import type { Dice } from './dice.ts';
import { amountText, type Receipt } from './receipt.ts';
import type { Day } from './timeline.ts';
import type { World } from './world.ts';

/** Agreements about late receipts: more time, instalments, a new receipt, or no provision. */
export class Arrangements implements Department {
  readonly #world: World;
  readonly #billing: Billing;
  readonly #collections: Collections;
  readonly #dice: Dice;
  readonly #seen = new Set<Receipt>();
  #plans: string[] = [];
  #exclusions: string[] = [];
  #count = 0;

  constructor(world: World, billing: Billing, collections: Collections) {
    this.#world = world;
    this.#billing = billing;
    this.#collections = collections;
    this.#dice = world.dice.fork('arrangements');
  }

  live(day: Day): void {
    const { ledger, from, timeline } = this.#world;
    if (day <= from || !timeline.isBusinessDay('CO', day)) return;
    const talks = this.#dice.count(ledger.receipts.length / 900);
    for (let i = 0; i < talks; i++) {
      const receipt = this.#dice.pick(ledger.receipts);
      const late = receipt.dueDay === null ? 0 : day - receipt.dueDay;
      if (!receipt.isOpen || receipt.ending || this.#seen.has(receipt) || receipt.facts.type === 'RETURN')
        continue;
      if (receipt.client.payerType === 'NATION' && late > 45) this.#exclude(receipt, day);
      else if (late > 10 && late < 90 && receipt.client.payerType === 'PRIVATE' && !receipt.client.regime)
        this.#arrange(receipt, day);
    }
  }

  takeFiles(): FeedFile[] {
    const files: FeedFile[] = [
      {
        feed: 'plans',
        header: 'company,plan_id,instalment,policy_no,due_on,amount,currency,status',
        rows: this.#plans,
      },
      {
        feed: 'provision_exclusions',
        header: 'company,receipt_no,valid_from,valid_to,reason,approved_by',
        rows: this.#exclusions,
      },
    ];
    this.#plans = [];
    this.#exclusions = [];
    return files;
  }

  /** More time: the due day moves, the first one stays known. */
  #arrange(receipt: Receipt, day: Day): void {
    this.#seen.add(receipt);
    if (receipt.heldBy === 'INTERMEDIARY') return;
    const until = day + this.#dice.int(25, 70);
    if (this.#dice.chance(0.3)) {
      this.#billing.rebill(receipt, until);
      return;
    }
    receipt.dueDay = until;
    receipt.changed();
    this.#planRows(receipt, day, until);
    this.#collections.payOn(receipt, until + this.#dice.int(-4, 12));
  }

  #planRows(receipt: Receipt, day: Day, until: Day): void {
    const { timeline } = this.#world;
    const { policy } = receipt.facts;
    const parts = splitByLargestRemainder(
      receipt.openTotal,
      Array.from({ length: this.#dice.int(2, 3) }, () => 1n),
    );
    const plan = `L${++this.#count}`;
    for (const [k, amount] of parts.entries()) {
      const dueOn = day + Math.round(((until - day) * (k + 1)) / parts.length);
      this.#plans.push(
        row([
          policy.company.company,
          plan,
          k + 1,
          policy.no,
          timeline.text(dueOn),
          amountText(amount),
          policy.currency,
          'VIGENTE',
        ]),
      );
    }
  }

  /** What the Nation owes under a budget certificate is not provisioned (domain: CBJ 1.5.2). */
  #exclude(receipt: Receipt, day: Day): void {
    const { staff, timeline } = this.#world;
    const { policy } = receipt.facts;
    const manager = staff.people.find(({ role, office }) => role === 'MANAGER' && office === policy.office);
    this.#seen.add(receipt);
    this.#exclusions.push(
      row([
        policy.company.company,
        receipt.facts.no,
        timeline.text(day),
        timeline.text(day + 180),
        'NACION',
        manager?.id ?? '',
      ]),
    );
  }
}
