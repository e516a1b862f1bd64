import { canonicalJson, sha256 } from '../core/canonical.ts';
import { AlturasError } from '../core/errors.ts';
import { amongMembers, type Filter } from './select.ts';
import { join, type Statement, trusted } from './statement.ts';

export const ROLES = [
  'executive',
  'finance',
  'analyst',
  'office_manager',
  'advisor',
  'clerk',
  'intermediary',
] as const;
export type Role = (typeof ROLES)[number];

/** Columns that a scope may narrow. */
export const SCOPE_COLUMNS = ['company', 'office', 'advisor', 'clerk', 'intermediary', 'line'] as const;
export type ScopeColumn = (typeof SCOPE_COLUMNS)[number];

/** Ways by which rows leave; `view` is a figure on a board. */
export const EXITS = [
  'view',
  'drill',
  'client',
  'peers',
  'csv',
  'xlsx',
  'parquet',
  'arrow',
  'proof',
  'refused',
] as const;
export type Exit = (typeof EXITS)[number];

/** `all`, or the members that each named column of a row must have; naming none sees no rows. */
export type Scope = 'all' | Readonly<Partial<Record<ScopeColumn, readonly string[]>>>;

/** Who asks, as far as rows are concerned. */
export interface Caller {
  readonly subject: string;
  readonly role: Role;
  readonly scope: Scope;
  /** Whether names, identity numbers, addresses and free text are shown. */
  readonly personal: boolean;
  readonly exits: ReadonlySet<Exit>;
}

/** Whoever reads the lake's files can read everything: the terminal without a role. */
export const OWNER: Caller = {
  subject: 'owner',
  role: 'executive',
  scope: 'all',
  personal: true,
  exits: new Set(EXITS),
};

/** Below this a group of peers could give one of them away. */
export const SMALLEST_GROUP = 5;

const EVERYTHING: readonly Exit[] = EXITS;
const OWN_ROWS: readonly Exit[] = ['view', 'drill', 'client', 'peers', 'csv', 'xlsx', 'proof'];

/** What a role may do when its token does not say. */
export const ROLE_DEFAULTS: Readonly<
  Record<Role, { readonly exits: readonly Exit[]; readonly personal: boolean }>
> = {
  executive: { exits: EVERYTHING, personal: true },
  finance: { exits: EVERYTHING, personal: true },
  analyst: { exits: EVERYTHING, personal: false },
  office_manager: { exits: OWN_ROWS, personal: true },
  advisor: { exits: OWN_ROWS, personal: true },
  clerk: { exits: OWN_ROWS, personal: true },
  intermediary: { exits: ['view', 'drill', 'client', 'peers', 'csv', 'proof'], personal: false },
};

/** The column that the scope of a role must name: a token that forgets it sees nothing. */
const ROLE_COLUMN: Readonly<Partial<Record<Role, ScopeColumn>>> = {
  office_manager: 'office',
  advisor: 'advisor',
  clerk: 'clerk',
  intermediary: 'intermediary',
};

const NO_ROWS: readonly Filter[] = [{ column: 'company', members: [] }];

/** The scope of a caller as filters that every row must pass; none for a caller who sees all. */
export function scopeFilters({ role, scope }: Caller): readonly Filter[] {
  const own = ROLE_COLUMN[role];
  if (scope === 'all') return own === undefined ? [] : NO_ROWS;
  if (own !== undefined && scope[own] === undefined) return NO_ROWS;
  const filters = SCOPE_COLUMNS.flatMap((column) => {
    const members = scope[column];
    return members === undefined ? [] : [{ column, members: [...members].sort() }];
  });
  return filters.length === 0 ? NO_ROWS : filters;
}

/** The scope as a condition on a relation that holds every scope column. */
export function scopeCondition(caller: Caller): Statement {
  const conditions = scopeFilters(caller).map(({ column, members }) => amongMembers(column, members));
  return conditions.length === 0 ? trusted('true') : join(conditions, ' and ');
}

/**
 * Whether a caller may be told who answered for a receipt when it was issued. A scope is of whoever holds a receipt
 * now: of one that was handed over, its origin would name a person or an office outside of it. Whoever sees whole
 * companies, or lines of them, is told.
 */
export function seesOrigins(caller: Caller): boolean {
  const whole: readonly string[] = ['company', 'line'];
  return (
    ROLE_COLUMN[caller.role] === undefined &&
    scopeFilters(caller).every(({ column }) => whole.includes(column))
  );
}

/** @throws AlturasError `EXIT_DENIED` for one who may not be told */
export function requireOrigins(caller: Caller, dimension: string): void {
  if (seesOrigins(caller)) return;
  throw new AlturasError('denied', 'EXIT_DENIED', `"${dimension}" may name others than your scope does.`, {
    value: dimension,
    variant: 'origin',
  });
}

/** Equal ids see equal rows in equal clothes. */
export function policyId(caller: Caller): string {
  return sha256(canonicalJson({ version: 1, scope: scopeFilters(caller), personal: caller.personal })).slice(
    0,
    16,
  );
}

/** @throws AlturasError `EXIT_DENIED` */
export function requireExit(caller: Caller, exit: Exit): void {
  if (caller.exits.has(exit)) return;
  throw new AlturasError('denied', 'EXIT_DENIED', `This session may not use "${exit}".`, {
    value: exit,
    expected: [...caller.exits].join(', '),
  });
}

/** What stands in the place of personal data. */
export const MASK = '•••';

export function masked<T extends string | null>(caller: Caller, text: T): T | typeof MASK {
  return caller.personal || text === null ? text : MASK;
}
