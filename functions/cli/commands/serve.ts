import { type Command, InvalidArgumentError } from 'commander';
import { withEyes } from '../eyes.ts';
import type { ServeFlags } from '../serving.ts';

export const DEFAULT_PORT = 4310;

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
    // Loaded only here: a server needs a quarter more than all that the other commands load.
    const { serveUntilStopped } = await import('../serving.ts');
    await serveUntilStopped(command, options);
  });
}

/** A port as it is written on a command line. */
export function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new InvalidArgumentError('0 to 65535');
  return port;
}
