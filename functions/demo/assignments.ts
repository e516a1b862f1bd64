import type { Receipt } from './receipt.ts';
import type { Day } from './timeline.ts';

export type Scope = 'RECEIPT' | 'POLICY' | 'CLIENT' | 'INTERMEDIARY' | 'OFFICE';
export type HolderRole = 'ADVISOR' | 'CLERK' | 'OFFICE';

/** Who is responsible for what from a day on, until before another. */
export interface Assignment {
  readonly company: string;
  readonly scope: Scope;
  readonly scopeId: string;
  readonly role: HolderRole;
  readonly from: Day;
  readonly person: string;
  to: Day | null;
}

/** Assignments as the core system keeps them; what changed since the last delivery waits to be sent. */
export class Assignments {
  readonly #history = new Map<string, Assignment[]>();
  #changed = new Set<Assignment>();

  /** The holder from `from` on; the one before him holds until before that day. */
  assign(company: string, scope: Scope, scopeId: string, role: HolderRole, person: string, from: Day): void {
    const key = `${company}|${scope}|${scopeId}|${role}`;
    const history = this.#history.get(key) ?? [];
    this.#history.set(key, history);
    const last = history.at(-1);
    if (last && last.from >= from) throw new RangeError(`${key} already has a holder from a later day`);
    if (last && last.to === null) {
      last.to = from;
      this.#changed.add(last);
    }
    const row: Assignment = { company, scope, scopeId, role, from, person, to: null };
    history.push(row);
    this.#changed.add(row);
  }

  /** The holder by the first scope that has one on that day: receipt, policy, client, intermediary, office. */
  holder(receipt: Receipt, role: HolderRole, day: Day): string {
    const { policy } = receipt.facts;
    const { company } = policy.company;
    const scopes: readonly (readonly [Scope, string])[] = [
      ['RECEIPT', receipt.facts.no],
      ['POLICY', policy.no],
      ['CLIENT', policy.client.id],
      ['INTERMEDIARY', policy.main?.id ?? ''],
      ['OFFICE', policy.office.office],
    ];
    for (const [scope, id] of scopes) {
      const person = this.held(company, scope, id, role, day);
      if (person !== '') return person;
    }
    return '';
  }

  held(company: string, scope: Scope, scopeId: string, role: HolderRole, day: Day): string {
    const history = this.#history.get(`${company}|${scope}|${scopeId}|${role}`);
    const row = history?.findLast(({ from, to }) => from <= day && (to === null || day < to));
    return row?.person ?? '';
  }

  /** Rows to send, oldest first; afterwards nothing waits. */
  takeChanges(): Assignment[] {
    const rows = [...this.#changed];
    this.#changed = new Set();
    return rows;
  }
}
