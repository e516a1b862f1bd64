import { type Command, InvalidArgumentError } from 'commander';
import { readAccess } from '../../serve/access.ts';
import { startServer } from '../../serve/server.ts';
import { LOCAL_CLAIMS } from '../../serve/session.ts';
import { openContext } from '../context.ts';
import { type Eyes, eyesOf, withEyes } from '../eyes.ts';
import { terminal } from '../terminal.ts';

export const DEFAULT_PORT = 4310;
/** How long a server takes to stop at most. */
const LONGEST_STOP_MS = 2_000;

interface ServeFlags extends Eyes {
  readonly port: number;
  readonly host?: string;
  readonly access?: string;
}

/** `serve`: the boards and their answers over HTTP. */
export function addServeCommand(program: Command): void {
  withEyes(
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

/** A port as it is written on a command line. */
export function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new InvalidArgumentError('0 to 65535');
  return port;
}

/** Serves until the process is told to stop. */
export async function serveUntilStopped(command: Command, flags: ServeFlags): Promise<void> {
  const context = await openContext(command);
  const access = flags.access === undefined ? null : readAccess(flags.access);
  const asked = eyesOf(flags);
  const running = await startServer({
    lake: context.lake,
    config: context.config,
    port: flags.port,
    ...(flags.host === undefined ? {} : { host: flags.host }),
    access,
    local: asked !== null ? { sub: 'local', ...asked } : access === null ? LOCAL_CLAIMS : null,
    log: (error) => terminal.error(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  });
  if (context.json) {
    terminal.json({ address: running.address });
    terminal.flush();
  } else terminal.line(`\nTableros / boards: ${running.address}   (Ctrl+C ends)`);
  await new Promise<void>((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop());
  });
  // Whatever still holds on then is left as it is: nothing of it is published.
  setTimeout(() => process.exit(), LONGEST_STOP_MS).unref();
  await running.close();
}
