import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { AlturasError } from '../../functions/core/errors.ts';

/** A server that runs beside the tests. */
export interface Daemon {
  /** Ends the server and waits until it is gone. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts a server under a guardian, which ends it even when this process is killed, and waits until it answers.
 * @param ready asked again and again; true once the server serves.
 * @throws AlturasError `SERVER_DID_NOT_START` with the last lines of its log.
 */
export async function startDaemon(options: {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly log: string;
  readonly ready: () => Promise<boolean>;
  readonly seconds: number;
  readonly env?: NodeJS.ProcessEnv;
}): Promise<Daemon> {
  const guardian = fileURLToPath(new URL('./guardian.mjs', import.meta.url));
  const log = openSync(options.log, 'a');
  const child = spawn(process.execPath, [guardian, options.command, ...options.args], {
    stdio: ['pipe', log, log],
    // A group of its own: whoever kills ours, terminal or CI, must leave the guardian time to end the server.
    detached: true,
    env: options.env ?? process.env,
  });
  closeSync(log);
  child.stdin?.on('error', () => undefined);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.stdin?.end();
    await gone;
  };
  const deadline = Date.now() + options.seconds * 1000;
  while (!(await options.ready().catch(() => false))) {
    if (!isRunning(child) || Date.now() > deadline) {
      await stop();
      const text = await readFile(options.log, 'utf8').catch(() => '');
      throw new AlturasError('internal', 'SERVER_DID_NOT_START', `${options.name} did not start.`, {
        file: options.log,
        causes: text.trim().split('\n').slice(-12),
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  return { stop };
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** A loopback port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
