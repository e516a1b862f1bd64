import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { startHost, TENANTS } from '../../dashboards/host/server.ts';
import { defaultConfig } from '../../functions/core/config.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { readAccess } from '../../functions/serve/access.ts';
import { type Running, startServer } from '../../functions/serve/server.ts';
import { newReader, openBrowser } from './reader.ts';

/** Short-lived, so that the test sees one expire. */
const TOKEN_SECONDS = 15;

let browser: Browser;
let folder: string;
let boards: Running;
let host: Awaited<ReturnType<typeof startHost>>;
let gives = true;

beforeAll(async () => {
  browser = await openBrowser();
  folder = await mkdtemp(join(tmpdir(), 'alturas-host-'));
  const port = await freePort();
  host = await startHost({
    port: 0,
    boards: `http://localhost:${port}`,
    folder,
    tokenSeconds: TOKEN_SECONDS,
    gives: () => gives,
  });
  boards = await startServer({
    lake: await openLake(inject('lake')),
    config: defaultConfig(),
    port,
    access: readAccess(host.access),
    cache: join(folder, 'house'),
  });
});

afterAll(async () => {
  await browser.close();
  await host.close();
  await boards.close();
  await rm(folder, { recursive: true, force: true });
});

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

async function frameOf(page: Page, tenant: keyof typeof TENANTS): Promise<Frame> {
  const handle = await page.locator(`#${tenant} iframe`).elementHandle();
  const frame = await handle?.contentFrame();
  if (!frame) throw new Error(`no frame of ${tenant}`);
  return frame;
}

function firstFigure(frame: Frame): Promise<string> {
  return frame.locator('alturas-tile button.value').first().innerText();
}

it('shows three tenants in a page of another origin, each with its own figures, theme and language', async () => {
  gives = true;
  const { page, complaints, close } = await newReader(browser, 1800);
  await page.goto(host.address);
  const figures = await Promise.all(
    (Object.keys(TENANTS) as (keyof typeof TENANTS)[]).map(async (tenant) =>
      firstFigure(await frameOf(page, tenant)),
    ),
  );
  expect(new Set(figures).size).toBe(3);
  const panama = await frameOf(page, 'panama');
  expect(
    await panama.evaluate(() => [document.documentElement.lang, document.documentElement.dataset.theme]),
  ).toEqual(['en', 'dark']);
  const medellin = await frameOf(page, 'medellin');
  expect(await medellin.evaluate(() => document.documentElement.style.getPropertyValue('--accent'))).toBe(
    '#6b2d5c',
  );
  const height = await page.locator('#direccion iframe').evaluate((frame) => frame.clientHeight);
  expect(height).toBeGreaterThan(900);
  expect(
    page
      .frames()
      .map((frame) => frame.url())
      .join(),
  ).not.toMatch(/token|eyJ/);
  await page.selectOption('#line', 'AU');
  const direccion = await frameOf(page, 'direccion');
  await direccion.getByText('ramo: Automóviles').first().waitFor();
  await expect.poll(() => page.locator('#events').innerText()).toMatch(/filter .*"line":\["AU"\]/);
  const drilled = page.locator('#direccion').evaluate(
    (board) =>
      new Promise((told) => {
        board.addEventListener('drill', (event) => told((event as CustomEvent).detail));
      }),
  );
  await direccion.locator('alturas-tile button.value').first().click();
  expect(await drilled).toEqual({ kpi: 'gross', at: {} });
  expect(complaints).toEqual([]);
  await close();
});

it('renews a token through the host; when the host refuses, figures go and filters stay', async () => {
  gives = true;
  const { page, close } = await newReader(browser, 1800);
  await page.goto(host.address);
  const frame = await frameOf(page, 'direccion');
  await firstFigure(frame);
  await page.selectOption('#line', 'AU');
  await frame.getByText('ramo: Automóviles').first().waitFor();
  await page.waitForTimeout(TOKEN_SECONDS * 1000);
  expect(await frame.locator('.expired').count(), 'renewed in time').toBe(0);
  gives = false;
  await frame.locator('.expired').waitFor();
  expect(await frame.locator('alturas-tile').count()).toBe(0);
  expect(frame.url()).toContain('line=AU');
  gives = true;
  await frame.locator('.expired button').click();
  await firstFigure(frame);
  expect(await frame.getByText('ramo: Automóviles').first().isVisible()).toBe(true);
  await close();
});

it('is framed by the allowed origin alone, and without a token shows nothing', async () => {
  const policy = async (path: string) =>
    (await fetch(new URL(path, boards.address))).headers.get('cross-origin-resource-policy');
  expect([await policy('embed.js'), await policy('index.html')]).toEqual(['cross-origin', 'same-origin']);
  const response = await fetch(boards.address);
  expect(response.headers.get('content-security-policy')).toContain(`frame-ancestors 'self' ${host.address}`);
  const { page, close } = await newReader(browser);
  await page.goto(boards.address);
  await page.locator('alturas-app .expired').waitFor();
  expect(await page.locator('alturas-tile').count()).toBe(0);
  await close();
});
