import { type FeedFile, row } from './deliveryFiles.ts';
import type { Department } from './department.ts';
import type { Dice } from './dice.ts';
import type { Movement } from './ledger.ts';
import { inPesos } from './rates.ts';
import { amountText, sumOf } from './receipt.ts';
import type { Day } from './timeline.ts';
import type { World } from './world.ts';

/** Months whose mean is the base of a target. */
const BASE = 3;

interface Member {
  readonly company: string;
  readonly dimension: string;
  readonly months: Map<number, bigint>;
}

/**
 * Monthly targets. Of collection, for clerks, advisors, offices and companies: what they collected lately, and a
 * little more. Of the overdue share and the collection rate, for all but advisors.
 */
export class Targets implements Department {
  readonly #world: World;
  readonly #dice: Dice;
  /** Collected by member and month, in the functional currency of its company. */
  readonly #collected = new Map<string, Member>();

  constructor(world: World) {
    this.#world = world;
    this.#dice = world.dice.fork('targets');
    world.ledger.onMovement((movement) => this.#note(movement));
  }

  live(): void {}

  takeFiles(day: Day, first: boolean): FeedFile[] {
    const { timeline } = this.#world;
    const opening = first || timeline.dayOfMonth(day) === 1;
    const revising = timeline.dayOfMonth(day) === 16;
    return [
      {
        feed: 'targets',
        header: 'company,month,dimension,member,kpi,target_version,value',
        rows: opening ? this.#rows(day, 1) : revising ? this.#rows(day, 2) : [],
      },
    ];
  }

  /** Every target at the start of a month; one in ten is revised in its middle. */
  #rows(day: Day, version: 1 | 2): string[] {
    const { timeline } = this.#world;
    const month = timeline.month(day);
    const first = timeline.text(timeline.monthStart(month));
    const rows: string[] = [];
    for (const [member, { company, dimension, months }] of this.#collected) {
      const target = (kpi: string, value: string) =>
        rows.push(row([company, first, dimension, member, kpi, version, value]));
      const past = Array.from({ length: BASE }, (_, back) => months.get(month - 1 - back) ?? 0n);
      const mean = past.reduce((sum, amount) => sum + amount, 0n) / BigInt(BASE);
      const raise = BigInt(this.#dice.int(96, 114));
      const unit = company === 'CO' ? 100_000n : 1_000n;
      const value = ((mean * raise) / 100n / unit) * unit;
      if (value <= 0n || (version === 2 && !this.#dice.chance(0.1))) continue;
      target('collected', amountText(value));
      if (dimension === 'advisor' || version === 2) continue;
      target('overdue_share', `0.${this.#dice.int(26, 33)}`);
      target('collection_rate_gross', `0.${this.#dice.int(60, 72)}`);
    }
    return rows.sort();
  }

  #note({ receipt, type, parts, day }: Movement): void {
    if ((type !== 'APPLICATION' && type !== 'REVERSAL') || receipt.facts.type === 'RETURN') return;
    const { assignments, rates, timeline } = this.#world;
    const { policy } = receipt.facts;
    const paid = -sumOf(parts);
    const amount =
      policy.company.currency === 'COP' && policy.currency === 'USD' ? inPesos(paid, rates.on(day)) : paid;
    const month = timeline.month(day);
    const { company } = policy.company;
    this.#add(company, 'clerk', assignments.holder(receipt, 'CLERK', day), month, amount);
    this.#add(company, 'advisor', assignments.holder(receipt, 'ADVISOR', day), month, amount);
    this.#add(company, 'office', policy.office.office, month, amount);
    this.#add(company, 'company', company, month, amount);
  }

  #add(company: string, dimension: string, member: string, month: number, amount: bigint): void {
    if (member === '') return;
    const known = this.#collected.get(member) ?? { company, dimension, months: new Map<number, bigint>() };
    this.#collected.set(member, known);
    known.months.set(month, (known.months.get(month) ?? 0n) + amount);
  }
}
