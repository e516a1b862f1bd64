import type { Row } from '../../functions/engine/engine.ts';
import type { Claims } from '../../functions/serve/session.ts';
import type { RawRows } from './servedDemo.ts';

/** Somebody who asks, as a token names them. */
export interface Person {
  readonly name: string;
  readonly claims: Claims;
  /** Whether names are shown to them; told here once more, so that the server's own table is checked. */
  readonly personal: boolean;
  /** Exits that their role has. */
  readonly exits: readonly string[];
}

const ALL = ['view', 'drill', 'client', 'peers', 'csv', 'xlsx', 'parquet', 'arrow', 'proof', 'refused'];
const OWN = ['view', 'drill', 'client', 'peers', 'csv', 'xlsx', 'proof'];

/** The member of a column that most receipts of a company have. */
function busiest(rows: readonly Row[], column: string): string {
  const counts = new Map<string, number>();
  for (const row of rows)
    if (typeof row[column] === 'string') counts.set(row[column], (counts.get(row[column]) ?? 0) + 1);
  const [first] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  if (!first) throw new Error(`nobody is ${column}`);
  return first[0];
}

/** One of each role, and those whose tokens forget something. */
export function people(raw: RawRows): Person[] {
  const co = raw.position.filter((row) => row.company === 'CO');
  const own = (column: string, rows: readonly Row[] = co) => ({ [column]: [busiest(rows, column)] });
  const person = (
    name: string,
    role: Claims['role'],
    scope: Claims['scope'],
    personal: boolean,
    exits: readonly string[],
  ): Person => ({ name, claims: { sub: name, role, scope }, personal, exits });
  return [
    person('executive', 'executive', 'all', true, ALL),
    person('finance', 'finance', 'all', true, ALL),
    person('analyst', 'analyst', 'all', false, ALL),
    person('analyst of one company', 'analyst', { company: ['PA'] }, false, ALL),
    person('analyst of two lines', 'analyst', { company: ['CO'], line: ['AU', 'SA'] }, false, ALL),
    person('office manager', 'office_manager', own('office'), true, OWN),
    person('advisor', 'advisor', own('advisor'), true, OWN),
    person('clerk', 'clerk', own('clerk'), true, OWN),
    person('intermediary', 'intermediary', own('intermediary', raw.parts), false, [
      'view',
      'drill',
      'client',
      'peers',
      'csv',
      'proof',
    ]),
    person('somebody without a scope', 'analyst', {}, false, ALL),
    person('advisor whose token forgot the advisor', 'advisor', { company: ['CO'] }, true, OWN),
    person('advisor of everything', 'advisor', 'all', true, OWN),
  ];
}

const ROLE_COLUMN: Readonly<Record<string, string>> = {
  office_manager: 'office',
  advisor: 'advisor',
  clerk: 'clerk',
  intermediary: 'intermediary',
};

/** Whether a row with holders lies in the scope of a person: plain comparison, nothing of the server's. */
export function sees({ claims: { role, scope } }: Person, row: Row): boolean {
  const must = ROLE_COLUMN[role];
  if (scope === 'all') return must === undefined;
  if (Object.keys(scope).length === 0) return false;
  if (must !== undefined && !(must in scope)) return false;
  return Object.entries(scope).every(
    ([column, members]) => typeof row[column] === 'string' && (members ?? []).includes(row[column]),
  );
}

/** Amounts by receipt in the scope of a person: a shared receipt's parts, each with its intermediary. */
export function visibleAmounts(
  person: Person,
  raw: RawRows,
  only: (row: Row) => boolean,
): Map<string, bigint> {
  const parts = new Map<string, Row[]>();
  for (const part of raw.parts) {
    const key = `${part.company}|${part.receipt_no}`;
    parts.set(key, [...(parts.get(key) ?? []), part]);
  }
  const amounts = new Map<string, bigint>();
  for (const row of raw.position.filter(only)) {
    const key = `${row.company}|${row.receipt_no}`;
    const pieces = parts.get(key)?.map((part) => ({
      ...row,
      intermediary: part.intermediary ?? null,
      closing_total: part.closing_total ?? null,
    })) ?? [row];
    for (const piece of pieces)
      if (sees(person, piece))
        amounts.set(key, (amounts.get(key) ?? 0n) + BigInt(String(piece.closing_total).replace('.', '')));
  }
  for (const [key, amount] of amounts) if (amount === 0n) amounts.delete(key);
  return amounts;
}

/** Receipts that a person may see: those held in the scope, and shared ones with a part in it. */
export function visibleReceipts(person: Person, raw: RawRows): Row[] {
  const sharers = new Map<string, string[]>();
  for (const part of raw.parts) {
    const key = `${part.company}|${part.receipt_no}`;
    sharers.set(key, [...(sharers.get(key) ?? []), String(part.intermediary)]);
  }
  return raw.position.filter((row) =>
    [row.intermediary ?? null, ...(sharers.get(`${row.company}|${row.receipt_no}`) ?? [])].some(
      (intermediary) => sees(person, { ...row, intermediary }),
    ),
  );
}

/** Refused rows have no holder: for those who see everything, or whole companies. */
export function seesRefused(person: Person, row: Row): boolean {
  const { role, scope } = person.claims;
  if (scope === 'all') return ROLE_COLUMN[role] === undefined;
  const columns = Object.keys(scope);
  return columns.length === 1 && columns[0] === 'company' && sees(person, row);
}
