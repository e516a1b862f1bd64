import type { Command } from 'commander';
import { readAccess } from '../serve/access.ts';
import { startServer } from '../serve/server.ts';
import { LOCAL_CLAIMS } from '../serve/session.ts';
import { openContext } from './context.ts';
import { type Eyes, eyesOf } from './eyes.ts';
import { terminal } from './terminal.ts';

/** How long a server takes to stop at most. */
const LONGEST_STOP_MS = 2_000;

export interface ServeFlags extends Eyes {
  readonly port: number;
  readonly host?: string;
  readonly access?: string;
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
