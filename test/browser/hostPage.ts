import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { inject } from 'vitest';
import { startHost, type TENANTS } from '../../dashboards/host/server.ts';
import { defaultConfig } from '../../functions/core/config.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { readAccess } from '../../functions/serve/access.ts';
import { type Running, startServer } from '../../functions/serve/server.ts';

/** The sample host application, and boards of another origin that trust it. */
export interface HostPage {
  readonly host: Awaited<ReturnType<typeof startHost>>;
  readonly boards: Running;
  close(): Promise<void>;
}

export async function openHost(
  options: { readonly tokenSeconds?: number; readonly gives?: () => boolean } = {},
): Promise<HostPage> {
  const folder = await mkdtemp(join(tmpdir(), 'alturas-host-'));
  const port = await freePort();
  const host = await startHost({ port: 0, boards: `http://localhost:${port}`, folder, ...options });
  const boards = await startServer({
    lake: await openLake(inject('lake')),
    config: defaultConfig(),
    port,
    access: readAccess(host.access),
    cache: join(folder, 'house'),
  });
  return {
    host,
    boards,
    close: async () => {
      await host.close();
      await boards.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const probe = createServer();
  await new Promise<void>((listening) => {
    probe.listen(0, '127.0.0.1', listening);
  });
  const address = probe.address();
  await new Promise((closed) => {
    probe.close(closed);
  });
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The frame of a board, by the id of its element. */
export async function frameOf(page: Page, id: keyof typeof TENANTS | (string & {})): Promise<Frame> {
  const handle = await page.locator(`#${id} iframe`).elementHandle();
  const frame = await handle?.contentFrame();
  if (!frame) throw new Error(`no frame of ${id}`);
  return frame;
}

export function firstFigure(frame: Frame): Promise<string> {
  return frame.locator('alturas-tile button.value').first().innerText();
}

/** The element as scripts of the host page see it. */
export type BoardElement = HTMLElement & { token: string; setFilters(filters: unknown): void };

export function give(page: Page, id: string, token: string): Promise<void> {
  return page.locator(`#${id}`).evaluate((board, given) => {
    (board as BoardElement).token = given;
  }, token);
}

export function setFilters(page: Page, id: string, filters: unknown): Promise<void> {
  return page
    .locator(`#${id}`)
    .evaluate((board, given) => (board as BoardElement).setFilters(given), filters);
}

/** Notes every event of one name that a board tells from now on. */
export async function heardOf(
  page: Page,
  id: string,
  name: 'filter' | 'drill' | 'error',
): Promise<() => Promise<unknown[]>> {
  const log = await page.locator(`#${id}`).evaluateHandle((board, event) => {
    const heard: unknown[] = [];
    board.addEventListener(event, (told) => {
      told.preventDefault();
      heard.push((told as CustomEvent).detail);
    });
    return heard;
  }, name);
  return () => log.jsonValue();
}
