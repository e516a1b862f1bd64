import type { Browser, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TENANTS } from '../../dashboards/host/server.ts';
import { firstFigure, frameOf, give, type HostPage, openHost } from './hostPage.ts';
import { newReader, openBrowser } from './reader.ts';

/** Short-lived, so that the test sees one expire. */
const TOKEN_SECONDS = 15;

let browser: Browser;
let place: HostPage;
let gives = true;

beforeAll(async () => {
  browser = await openBrowser();
  place = await openHost({ tokenSeconds: TOKEN_SECONDS, gives: () => gives });
});

afterAll(async () => {
  await browser.close();
  await place.close();
});

it('shows three tenants in a page of another origin, each with its own figures, theme and language', async () => {
  gives = true;
  const { page, complaints, close } = await newReader(browser, 1800);
  await page.goto(place.host.address);
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
  await direccion.getByRole('button', { name: /^Quitar el filtro ramo/ }).click();
  await expect.poll(() => page.locator('#events').innerText()).toMatch(/direccion: filter .*"filters":\{\}/);
  const drilled = page.locator('#direccion').evaluate(
    (board) =>
      new Promise((told) => {
        board.addEventListener('drill', (event) => told((event as CustomEvent).detail));
      }),
  );
  await direccion.locator('alturas-tile button.value').first().click();
  expect(await drilled).toEqual({ kpi: 'gross', by: null, at: {} });
  expect(complaints).toEqual([]);
  await close();
});

it('renews a token through the host; when the host refuses, figures go and filters stay', async () => {
  gives = true;
  const { page, close } = await newReader(browser, 1800);
  await page.goto(place.host.address);
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
  // Whose locale came with the permission reads on in it.
  const english = await frameOf(page, 'panama');
  await english.locator('.expired').getByText('Your permission has expired.').waitFor();
  gives = true;
  await frame.locator('.expired button').click();
  await firstFigure(frame);
  expect(await frame.getByText('ramo: Automóviles').first().isVisible()).toBe(true);
  await close();
});

it('a token of another person, or of another scope, takes what stood on the screen away before anything is asked', async () => {
  gives = true;
  const { page, close } = await newReader(browser, 1800);
  await page.goto(place.host.address);
  const frame = await frameOf(page, 'direccion');
  const all = await firstFigure(frame);
  expect(await frame.locator('footer').innerText()).toContain('Dirección financiera');
  let go: () => void = () => undefined;
  const held = new Promise<void>((release) => {
    go = release;
  });
  // The first asks are held, of every frame: what is on the screen then is what anybody may see.
  await page.route('**/api/session', async (route) => {
    await held;
    await route.continue();
  });
  await give(page, 'direccion', await place.host.token('medellin', {}));
  await expect.poll(() => frame.locator('alturas-tile, footer').count()).toBe(0);
  go();
  const medellin = await firstFigure(frame);
  expect(medellin).not.toBe(all);
  expect(await frame.locator('footer').innerText()).toContain('Gerencia Medellín');
  await page.unroute('**/api/session');
  // The same person with a narrower scope: nothing but the server can tell.
  await give(
    page,
    'direccion',
    await place.host.token('medellin', { scope: { office: ['03'], line: ['AU'] } }),
  );
  await expect.poll(() => firstFigure(frame)).not.toBe(medellin);
  const narrow = await firstFigure(frame);
  // The same person and scope: nothing is laid again.
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.frame() === frame && request.url().includes('/api/'))
      asked.push(new URL(request.url()).pathname);
  });
  await give(
    page,
    'direccion',
    await place.host.token('medellin', { scope: { office: ['03'], line: ['AU'] } }),
  );
  await expect.poll(() => asked.length).toBeGreaterThan(0);
  await page.waitForTimeout(1_000);
  expect(asked).toEqual(['/api/session']);
  expect(await firstFigure(frame)).toBe(narrow);
  await close();
});

it('for a token that the server refuses another is asked for, once', async () => {
  gives = true;
  const { page, close } = await newReader(browser, 1800);
  await page.goto(place.host.address);
  const frame = await frameOf(page, 'direccion');
  const figure = await firstFigure(frame);
  await give(page, 'direccion', 'not.a.token');
  await expect.poll(() => firstFigure(frame)).toBe(figure);
  let asked = 0;
  await page.route('**/token/direccion', async (route) => {
    asked++;
    await route.fulfill({ json: { token: 'no.better.one' } });
  });
  await give(page, 'direccion', 'not.a.token');
  await frame.locator('.expired').waitFor();
  await page.waitForTimeout(1_000);
  expect(asked).toBe(1);
  expect(await frame.locator('alturas-tile, footer').count()).toBe(0);
  await close();
});

it('filters that a host sets before the board is ready are kept, and are there from its first figures on', async () => {
  gives = true;
  const { page, complaints, close } = await newReader(browser, 1800);
  await page.goto(place.host.address);
  const whole = await firstFigure(await frameOf(page, 'direccion'));
  // Before the board is there: a fast one asks at once.
  const sent: Request[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/api/ask') && request.postData()?.includes('"compare"')) sent.push(request);
  });
  // A board that joins later, and is told at once: nothing of it is there yet.
  await page.evaluate(() => {
    const late = document.createElement('alturas-board') as HTMLElement & {
      setFilters(filters: Record<string, string[]>): void;
    };
    late.id = 'late';
    late.setAttribute('board', 'pulso');
    late.setAttribute('token-url', '/token/direccion');
    late.setFilters({ line: ['VI'] });
    document.body.append(late);
    late.setFilters({ line: ['AU'] });
  });
  const handle = await page.locator('#late iframe').elementHandle();
  const frame = await handle?.contentFrame();
  if (!frame) throw new Error('no frame');
  await frame.getByText('ramo: Automóviles').first().waitFor();
  expect(await firstFigure(frame)).not.toBe(whole);
  const asked = sent.filter((request) => request.frame() === frame);
  expect(asked.map((request) => request.postData()?.includes('"column":"line","members":["AU"]'))).toEqual([
    true,
  ]);
  // They were told once: the reader who takes them away is not told again.
  await frame.getByRole('button', { name: /^Quitar el filtro ramo/ }).click();
  await expect.poll(() => firstFigure(frame)).toBe(whole);
  expect(complaints).toEqual([]);
  await close();
});

it('a host that names a day that there is not changes nothing', async () => {
  gives = true;
  const { page, complaints, close } = await newReader(browser, 1800);
  await page.goto(place.host.address);
  const frame = await frameOf(page, 'direccion');
  await firstFigure(frame);
  const tell = (day: string): Promise<void> =>
    page.locator('#direccion').evaluate((board, asOf) => board.setAttribute('as-of', asOf), day);
  const footer = (): Promise<string> => frame.locator('footer').innerText();
  const newest = await footer();
  await tell('2026-05-31');
  await expect.poll(footer).toContain('Corte 31 may 2026');
  await page.locator('#direccion').evaluate((board) => board.removeAttribute('as-of'));
  await expect.poll(footer).toBe(newest);
  await tell('2026-06-15');
  await expect.poll(footer).toContain('Corte 15 jun 2026');
  await tell('2026-06-31');
  await tell('2026-13-01');
  await page.waitForTimeout(500);
  expect(await footer()).toContain('Corte 15 jun 2026');
  expect(complaints).toEqual([]);
  await close();
});

it('is framed by the allowed origin alone, and without a token shows nothing', async () => {
  const policy = async (path: string) =>
    (await fetch(new URL(path, place.boards.address))).headers.get('cross-origin-resource-policy');
  expect([await policy('embed.js'), await policy('index.html')]).toEqual(['cross-origin', 'same-origin']);
  const response = await fetch(place.boards.address);
  expect(response.headers.get('content-security-policy')).toContain(
    `frame-ancestors 'self' ${place.host.address}`,
  );
  const { page, close } = await newReader(browser);
  await page.goto(place.boards.address);
  await page.locator('alturas-app .expired').waitFor();
  expect(await page.locator('alturas-tile').count()).toBe(0);
  await close();
});
