import { FOREVER, type LocalTimestamp } from '../core/dates.ts';
import type { Row } from '../engine/engine.ts';
import type { Desk } from './desk.ts';
import { oncePerPublish } from './oncePerPublish.ts';
import type { Filter } from './select.ts';
import { sql } from './statement.ts';

/** What is known of some companies together. */
export interface Companies {
  /** Their functional currencies, each once. */
  readonly currencies: readonly string[];
  /** Whether movements of some are inferred from snapshots, and whether some deliver theirs. */
  readonly inferred: boolean;
  readonly delivered: boolean;
}

/** The companies that filters let through; null for all. */
export function companiesNamed(filters: readonly Filter[]): readonly (string | null)[] | null {
  const [first, ...others] = filters.filter(({ column }) => column === 'company');
  return first?.members.filter((member) => others.every(({ members }) => members.includes(member))) ?? null;
}

/** @param members the companies looked at; null for all */
export async function companiesAt(
  desk: Desk,
  knownAt: LocalTimestamp,
  members: readonly (string | null)[] | null,
): Promise<Companies> {
  const some = (await statesAt(desk, knownAt)).filter(
    (row) => members === null || members.includes(String(row.company)),
  );
  return {
    currencies: [...new Set(some.map((row) => String(row.functional_currency)))].sort(),
    inferred: some.some((row) => row.movement_source === 'INFERRED'),
    delivered: some.some((row) => row.movement_source !== 'INFERRED'),
  };
}

/** The functional currency of every company, as known at a moment. */
export async function functionalCurrencies(
  desk: Desk,
  knownAt: LocalTimestamp,
): Promise<ReadonlyMap<string, string>> {
  const rows = await statesAt(desk, knownAt);
  return new Map(rows.map((row) => [String(row.company), String(row.functional_currency)]));
}

/** Every state tells from when until when it was: they are read once for all moments. */
async function statesAt(desk: Desk, knownAt: LocalTimestamp): Promise<readonly Row[]> {
  const states = await oncePerPublish(desk, 'companies', () => readStates(desk));
  return states.filter((row) => String(row.known_from) <= knownAt && knownAt < String(row.known_to));
}

async function readStates(desk: Desk): Promise<readonly Row[]> {
  return desk.rows(
    sql`select company, functional_currency, movement_source, known_from, known_to from (${await desk.feed('companies', FOREVER)}) order by company, known_from`,
  );
}
