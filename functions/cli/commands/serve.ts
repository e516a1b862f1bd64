import { type Command, InvalidArgumentError, Option } from 'commander';
import { readAccess } from '../../serve/access.ts';
import { ROLES, SCOPE_COLUMNS } from '../../serve/api.ts';
import { startServer } from '../../serve/server.ts';
import { type Claims, LOCAL_CLAIMS } from '../../serve/session.ts';
import { openContext } from '../context.ts';
import { terminal } from '../terminal.ts';

export const DEFAULT_PORT = 4310;

interface ServeFlags {
  readonly port: number;
  readonly host?: string;
  readonly access?: string;
  readonly role?: (typeof ROLES)[number];
  readonly scope: Readonly<Record<string, readonly string[]>>;
}

/** `serve`: the boards and their answers over HTTP. */
export function addServeCommand(program: Command): void {
  withRole(
    program
      .command('serve')
      .description(
        'serves the boards and the figures behind them, on this machine only unless an issuer is named',
      )
      .option('--port <n>', 'port; 0 for any free one', portOf, DEFAULT_PORT)
      .option('--host <address>', 'address to bind; beyond loopback it needs --access')
      .option('--access <file>', 'who may sign tokens, and which origins may show the boards (YAML)'),
  ).action(async (options: ServeFlags, command: Command) => {
    await serveUntilStopped(command, options);
  });
}

/** `--role` and `--scope`: the eyes of somebody else. */
export function withRole(command: Command): Command {
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

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new InvalidArgumentError('0 to 65535');
  return port;
}

/** The claims that `--role` and `--scope` stand for; null without a role. */
export function claimsOf(flags: Pick<ServeFlags, 'role' | 'scope'>): Claims | null {
  if (flags.role === undefined) return null;
  const scope = Object.keys(flags.scope).length === 0 ? 'all' : flags.scope;
  return { sub: 'local', role: flags.role, scope: scope as Claims['scope'] };
}

/** Serves until the process is told to stop. */
export async function serveUntilStopped(command: Command, flags: ServeFlags): Promise<void> {
  const context = await openContext(command);
  const access = flags.access === undefined ? null : readAccess(flags.access);
  const asked = claimsOf(flags);
  const running = await startServer({
    lake: context.lake,
    config: context.config,
    port: flags.port,
    ...(flags.host === undefined ? {} : { host: flags.host }),
    access,
    local: asked ?? (access === null ? LOCAL_CLAIMS : null),
    log: (error) => terminal.error(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  });
  if (context.json) terminal.json({ address: running.address });
  else terminal.line(`\nTableros / boards: ${running.address}   (Ctrl+C ends)`);
  await new Promise<void>((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop());
  });
  await running.close();
}
