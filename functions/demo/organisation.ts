import type { Client } from './clients.ts';
import type { Dice } from './dice.ts';
import { OFFICES } from './insurer.ts';
import type { Policy } from './policy.ts';
import type { Receipt } from './receipt.ts';
import type { Intermediary, Person } from './staff.ts';
import type { Day } from './timeline.ts';
import type { World } from './world.ts';

/** Who answers for what, and how that changes over the months. */
export class Organisation {
  readonly #world: World;
  readonly #dice: Dice;
  readonly #officials = new Set<Client>();
  readonly #claimed = new Set<Receipt>();

  constructor(world: World) {
    this.#world = world;
    this.#dice = world.dice.fork('organisation');
    this.#firstHolders();
    this.#planChanges();
    this.#planMoves();
  }

  #near(office: string, role: Person['role']): Person[] {
    return this.#world.staff.people.filter(
      (person) => person.office.office === office && person.role === role,
    );
  }

  /** Every office has a clerk and an advisor of last resort; every intermediary has his own. */
  #firstHolders(): void {
    const { assignments, staff, start } = this.#world;
    for (const { company, office } of OFFICES) {
      assignments.assign(
        company,
        'OFFICE',
        office,
        'CLERK',
        this.#near(office, 'CLERK')[0]?.id ?? '',
        start - 400,
      );
      assignments.assign(
        company,
        'OFFICE',
        office,
        'ADVISOR',
        this.#near(office, 'ADVISOR')[0]?.id ?? '',
        start - 400,
      );
    }
    for (const intermediary of staff.intermediaries) this.#handOver(intermediary, start - 400);
  }

  #handOver(intermediary: Intermediary, from: number): void {
    const { assignments } = this.#world;
    const { company } = intermediary.company;
    const { office } = intermediary.office;
    for (const role of ['ADVISOR', 'CLERK'] as const) {
      const before = assignments.held('INTERMEDIARY', intermediary.id, role, from);
      const others = this.#near(office, role).filter(({ id }) => id !== before);
      if (others.length > 0)
        assignments.assign(company, 'INTERMEDIARY', intermediary.id, role, this.#dice.pick(others).id, from);
    }
  }

  /** Some intermediaries change hands each quarter; some changes are known days after they hold. */
  #planChanges(): void {
    const { agenda, staff, from, to, ledger } = this.#world;
    const dice = this.#dice;
    const moved = new Map<string, number>();
    for (let day = from + 20; day < to; day += dice.int(8, 25)) {
      const known = day;
      agenda.at(known, () => {
        const intermediary = dice.pick(staff.intermediaries);
        const holdsFrom = ledger.today - (dice.chance(0.3) ? dice.int(1, 9) : 0);
        if ((moved.get(intermediary.id) ?? 0) >= holdsFrom) return;
        moved.set(intermediary.id, holdsFrom);
        this.#handOver(intermediary, holdsFrom);
      });
    }
  }

  /** Two intermediaries go to another office; what they sold goes with them, whatever office the receipts name. */
  #planMoves(): void {
    const { agenda, staff, from, to, assignments, ledger } = this.#world;
    for (const part of [0.35, 0.6]) {
      agenda.at(from + Math.floor((to - from) * part), () => {
        const { company, id, office } = this.#dice.pick(staff.intermediaries);
        const others = OFFICES.filter((other) => other.company === company.company && other !== office);
        if (assignments.held('INTERMEDIARY', id, 'OFFICE', ledger.today) !== '') return;
        assignments.assign(
          company.company,
          'INTERMEDIARY',
          id,
          'OFFICE',
          this.#dice.pick(others).office,
          ledger.today,
        );
      });
    }
  }

  /** Public bodies have a clerk of their own; business without an intermediary has an advisor by policy. */
  newPolicy(policy: Policy, since: Day): void {
    const { assignments } = this.#world;
    const { company } = policy.company;
    if (policy.client.segment === 'OFICIAL' && !this.#officials.has(policy.client)) {
      this.#officials.add(policy.client);
      const clerk = this.#near(company === 'CO' ? '01' : '51', 'CLERK').at(-1);
      if (clerk) assignments.assign(company, 'CLIENT', policy.client.id, 'CLERK', clerk.id, since);
    }
    if (!policy.main) {
      const advisor = this.#dice.pick(this.#near(policy.office.office, 'ADVISOR'));
      assignments.assign(company, 'POLICY', policy.no, 'ADVISOR', advisor.id, since);
    }
  }

  /** Old debt of a cancelled policy goes to the clerk who prepares claims. */
  claim(receipt: Receipt): void {
    const { assignments, ledger, from } = this.#world;
    const { company } = receipt.facts.policy.company;
    const clerk = this.#near(company === 'CO' ? '02' : '52', 'CLERK').at(-1);
    if (!clerk || ledger.today < from || this.#claimed.has(receipt)) return;
    this.#claimed.add(receipt);
    assignments.assign(company, 'RECEIPT', receipt.facts.no, 'CLERK', clerk.id, ledger.today);
  }
}
