import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import type { Config } from '../core/config.ts';
import { AlturasError } from '../core/errors.ts';
import { HOME } from '../core/home.ts';
import type { Lake } from '../lake/lake.ts';
import type { Access } from './access.ts';
import { createApp } from './app.ts';
import { House } from './house.ts';
import { type Claims, Guard, LOCAL_CLAIMS } from './session.ts';
import { Signer } from './signer.ts';

/** The boards as they were built for the browser. */
const BOARDS = join(HOME, 'dashboards/dist');
const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '::1', '[::1]'];

/** How long the address waits for what the first reader would wait for; the rest is made while others read. */
const READY_WITHIN_MS = 20_000;

export interface ServeOptions {
  readonly lake: Lake;
  readonly config: Config;
  readonly port: number;
  /** Default: loopback. Anything else needs an issuer. */
  readonly host?: string;
  /** Who may sign tokens, and who may frame the boards; null: nobody but this machine's own user. */
  readonly access?: Access | null;
  /** Whoever sits at this machine; default: everything, where no issuer is configured. */
  readonly local?: Claims | null;
  /** Where the serving file lies. */
  readonly cache?: string;
  /** The built boards. */
  readonly boards?: string;
  readonly log?: (error: unknown) => void;
}

export interface Running {
  readonly address: string;
  readonly house: House;
  /** Ends at once: what is still being asked or made is left. */
  close(): Promise<void>;
}

/**
 * Serves a lake and the boards on Node.
 * @throws AlturasError `ISSUER_REQUIRED` for an address beyond loopback without a configured issuer
 */
export async function startServer(options: ServeOptions): Promise<Running> {
  const host = options.host ?? '127.0.0.1';
  const access = options.access ?? null;
  if (!LOOPBACK.includes(host) && (access === null || access.issuers.length === 0)) {
    throw new AlturasError('usage', 'ISSUER_REQUIRED', `Serving on ${host} needs an issuer of tokens.`, {
      value: host,
      safe: 'nothing was opened',
      hint: 'name one in a file given with --access, or leave --host out: the server then answers on this machine only',
    });
  }
  const local = options.local === undefined ? (access === null ? LOCAL_CLAIMS : null) : options.local;
  if (local !== null && !LOOPBACK.includes(host)) {
    throw new AlturasError('usage', 'ISSUER_REQUIRED', 'A session of its own is for this machine only.', {
      value: host,
      hint: 'leave the role of the local user out',
    });
  }
  const guard = await Guard.of({
    local,
    ...(access === null ? {} : { audience: access.audience, issuers: access.issuers }),
  });
  let isClosing = false;
  const log = (error: unknown): void => {
    // What is interrupted on the way out is no defect.
    if (!isClosing) options.log?.(error);
  };
  const house = await House.open(options.lake, options.config, options.cache, log);
  try {
    const patience = new AbortController();
    const ready = house.makeReady().finally(() => patience.abort());
    await Promise.race([
      ready,
      setTimeout(READY_WITHIN_MS, undefined, { signal: patience.signal }).catch(() => undefined),
    ]);
    const app = createApp({
      house,
      guard,
      signer: await Signer.open(house.folder),
      hosts: LOOPBACK.includes(host) ? LOOPBACK : null,
      frameAncestors: access?.frame_ancestors ?? [],
      log,
    });
    const boards = options.boards ?? BOARDS;
    if (existsSync(boards)) {
      app.use(
        '*',
        serveStatic({
          root: boards,
          onFound: (path, context) => {
            context.header(
              'cache-control',
              path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
            );
          },
        }),
      );
    }
    const server = serve({ fetch: app.fetch, port: options.port, hostname: host });
    await new Promise<void>((listening, failed) => {
      server.once('listening', listening);
      server.once('error', (error) => failed(portError(error, options.port)));
    });
    const { port } = server.address() as AddressInfo;
    const shown = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
    return {
      address: `http://${shown === '127.0.0.1' ? 'localhost' : shown}:${port}/`,
      house,
      close: async () => {
        isClosing = true;
        await new Promise((closed) => {
          server.close(closed);
          if ('closeAllConnections' in server) server.closeAllConnections();
        });
        await house.stop();
      },
    };
  } catch (error) {
    await house.close();
    throw error;
  }
}

function portError(error: NodeJS.ErrnoException, port: number): Error {
  return error.code === 'EADDRINUSE'
    ? new AlturasError('conflict', 'PORT_TAKEN', `Port ${port} is taken.`, {
        value: String(port),
        hint: 'choose another with --port, or 0 for any free one',
      })
    : error;
}
