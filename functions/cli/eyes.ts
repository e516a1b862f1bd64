import { type Command, InvalidArgumentError, Option } from 'commander';
import { AlturasError } from '../core/errors.ts';
import {
  type Caller,
  OWNER,
  ROLE_DEFAULTS,
  ROLES,
  type Role,
  SCOPE_COLUMNS,
  type ScopeColumn,
} from '../query/policy.ts';

/** `--role` and `--scope`: the eyes of somebody else. */
export interface Eyes {
  readonly role?: Role;
  readonly scope: Readonly<Record<string, readonly string[]>>;
}

export function withEyes(command: Command): Command {
  return command
    .addOption(new Option('--role <role>', 'as somebody of this role sees it').choices(ROLES))
    .option(
      '--scope <column=member>',
      `rows that the role may see: ${SCOPE_COLUMNS.join(', ')}; repeat for several`,
      scopeOf,
      {},
    );
}

function scopeOf(
  text: string,
  before: Readonly<Record<string, readonly string[]>>,
): Record<string, readonly string[]> {
  const [column = '', members = ''] = text.split('=', 2);
  if (!SCOPE_COLUMNS.some((known) => known === column))
    throw new InvalidArgumentError(`one of ${SCOPE_COLUMNS.join(', ')}, as office=03,07`);
  return { ...before, [column]: [...(before[column] ?? []), ...members.split(',').filter(Boolean)] };
}

/** The scope as it is written on a command line. */
export function scopeWords({ scope }: Eyes): string[] {
  return Object.entries(scope).map(([column, members]) => `--scope ${column}=${members.join(',')}`);
}

/**
 * The role and scope that were named; null without either.
 * @throws AlturasError `ROLE_MISSING` for a scope without a role: it would narrow nothing
 */
export function eyesOf(
  flags: Eyes,
): { readonly role: Role; readonly scope: 'all' | Partial<Record<ScopeColumn, string[]>> } | null {
  const scoped = Object.entries(flags.scope);
  if (flags.role === undefined) {
    if (scoped.length === 0) return null;
    throw new AlturasError('usage', 'ROLE_MISSING', 'A scope belongs to a role, and none was named.', {
      value: scopeWords(flags).join(' '),
      expected: `--role with one of ${ROLES.join(', ')}`,
      safe: 'nothing was shown',
    });
  }
  const members = scoped.map(([column, some]) => [column, [...some]]);
  return { role: flags.role, scope: members.length === 0 ? 'all' : Object.fromEntries(members) };
}

/** Who asks at a terminal: whoever runs it beside the lake, or somebody of the role named. */
export function callerOf(flags: Eyes): Caller {
  const eyes = eyesOf(flags);
  if (eyes === null) return OWNER;
  const { personal, exits } = ROLE_DEFAULTS[eyes.role];
  return { subject: 'terminal', ...eyes, personal, exits: new Set(exits) };
}
