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
  /** By role and scope, then by id: ids of the demo are unique across its companies. */
  readonly #history: Readonly<Record<HolderRole, Readonly<Record<Scope, Map<string, Assignment[]>>>>> = {
    ADVISOR: byScope(),
    CLERK: byScope(),
    OFFICE: byScope(),
  };
  #changed = new Set<Assignment>();

  /** The holder from `from` on; the one before him holds until before that day. */
  assign(company: string, scope: Scope, scopeId: string, role: HolderRole, person: string, from: Day): void {
    const histories = this.#history[role][scope];
    const history = histories.get(scopeId) ?? [];
    histories.set(scopeId, history);
    const last = history.at(-1);
    if (last && last.from >= from)
      throw new RangeError(`${role} of ${scope} ${scopeId} already has a holder from a later day`);
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
    const { policy, no } = receipt.facts;
    return (
      this.held('RECEIPT', no, role, day) ||
      this.held('POLICY', policy.no, role, day) ||
      this.held('CLIENT', policy.client.id, role, day) ||
      (policy.main ? this.held('INTERMEDIARY', policy.main.id, role, day) : '') ||
      this.held('OFFICE', policy.office.office, role, day)
    );
  }

  /** Empty when nobody holds it on that day. */
  held(scope: Scope, scopeId: string, role: HolderRole, day: Day): string {
    const history = this.#history[role][scope].get(scopeId);
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

function byScope(): Record<Scope, Map<string, Assignment[]>> {
  return {
    RECEIPT: new Map(),
    POLICY: new Map(),
    CLIENT: new Map(),
    INTERMEDIARY: new Map(),
    OFFICE: new Map(),
  };
}
