import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type BoardElement,
  firstFigure,
  frameOf,
  give,
  type HostPage,
  heardOf,
  openHost,
  setFilters,
} from './hostPage.ts';
import { DRILL_ROWS, newReader, openBrowser } from './reader.ts';

let browser: Browser;
let place: HostPage;

beforeAll(async () => {
  browser = await openBrowser();
  place = await openHost();
});

afterAll(async () => {
  await browser.close();
  await place.close();
});

/** Longer than a message from frame to page takes, and what a page does with it. */
const SILENCE_MS = 1_000;

/** The sample page, and what went through the wire and the console of it. */
async function openPage() {
  const reader = await newReader(browser, 1800);
  await reader.page.goto(place.host.address);
  return reader;
}

const soon = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 15_000 });

const rootOf = (page: Page, id: string, names: readonly string[]) =>
  frameOf(page, id).then((frame) =>
    frame.evaluate(
      (given) => given.map((name) => document.documentElement.style.getPropertyValue(`--${name}`)),
      names,
    ),
  );

it('a board that the token does not include gives way to the first that it does, and the host is told', async () => {
  const { page, complaints, close } = await openPage();
  const frame = await frameOf(page, 'direccion');
  await firstFigure(frame);
  const filter = await heardOf(page, 'direccion', 'filter');
  const error = await heardOf(page, 'direccion', 'error');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.locator('#direccion').evaluate((board) => board.setAttribute('board', 'salud'));
  await soon(filter).toEqual([{ filters: {}, asOf: null, board: 'pulso' }]);
  expect(await error()).toEqual([
    { code: 'BOARD_DENIED', message: 'The token does not include the board "salud".' },
  ]);
  expect(frame.url()).toContain('board=pulso');
  // A token with fewer boards takes away what stands on the screen.
  await give(page, 'direccion', await place.host.token('direccion', { boards: ['rotacion', 'alturas'] }));
  await frame.locator('alturas-buckets').waitFor();
  await soon(() => frame.url()).toContain('board=alturas');
  expect(await frame.locator('nav a').allInnerTexts()).toEqual(['Alturas', 'Rotación y recaudo']);
  expect(await frame.locator('alturas-client-search').count(), 'of the board of clients').toBe(0);
  await give(page, 'direccion', await place.host.token('direccion', { boards: ['salud'] }));
  await frame.locator('alturas-health').waitFor();
  expect(asked).not.toContain('/api/clients');
  expect(asked.filter((path) => path === '/api/health').length).toBe(1);
  expect(complaints).toEqual([]);
  await close();
});

it('the theme of a token dresses the board in colours and fonts alone; what the host page says goes before it', async () => {
  const { page, complaints, close } = await openPage();
  const theme = {
    accent: '#123456',
    '--alturas-ink': 'rgb(1 2 3 / 90%)',
    '--rule': 'color-mix(in srgb, red 20%, white)',
    sans: '"Georgia", serif',
    scheme: 'dark',
    paper: 'url(https://evil.example/x.png)',
    raised: 'var(--ink)',
    sunken: 'red; color: blue',
    soft: 'inherit',
    hairline: '12px',
    'text-body': '40px',
  };
  const names = Object.keys(theme).map((name) => name.replace(/^--(alturas-)?/, ''));
  const frame = await frameOf(page, 'direccion');
  const scheme = () => frame.evaluate(() => document.documentElement.dataset.theme);
  await firstFigure(frame);
  expect(await scheme()).toBe('light');
  await give(page, 'direccion', await place.host.token('direccion', { theme }));
  await soon(() => rootOf(page, 'direccion', ['accent'])).toEqual(['#123456']);
  expect(await rootOf(page, 'direccion', names)).toEqual([
    theme.accent,
    theme['--alturas-ink'],
    theme['--rule'],
    theme.sans,
    ...Array(7).fill(''),
  ]);
  await soon(scheme).toBe('dark');
  await firstFigure(frame);
  const colour = (selector: string) =>
    frame
      .locator(selector)
      .first()
      .evaluate((element) => getComputedStyle(element).color);
  expect(await colour('main')).toBe('rgba(1, 2, 3, 0.9)');
  await page.locator('#direccion').evaluate((board) => board.setAttribute('theme', 'light'));
  await soon(scheme).toBe('light');
  // The branch's own page has an accent.
  await give(page, 'medellin', await place.host.token('medellin', { theme: { accent: 'red', ink: 'blue' } }));
  await soon(() => rootOf(page, 'medellin', ['accent', 'ink'])).toEqual(['#6b2d5c', 'blue']);
  // A token without a theme takes that of the one before off.
  await give(page, 'direccion', await place.host.token('direccion', { personal: true }));
  await soon(() => rootOf(page, 'direccion', ['accent', 'sans'])).toEqual(['', '']);
  expect(complaints).toEqual([]);
  await close();
});

it('filters are told when the reader changes them: not at first, nor what the host set itself', async () => {
  const { page, complaints, close } = await newReader(browser, 1800);
  // From the very beginning: what is told before the first figures, too.
  await page.addInitScript(() => {
    const heard: unknown[] = [];
    Object.assign(window, { heard });
    window.addEventListener('filter', (event) => heard.push((event as CustomEvent).detail), true);
  });
  await page.goto(place.host.address);
  const filter = () => page.evaluate(() => (window as unknown as { heard: unknown[] }).heard);
  for (const id of ['direccion', 'medellin', 'panama']) await firstFigure(await frameOf(page, id));
  const frame = await frameOf(page, 'direccion');
  await setFilters(page, 'direccion', { line: ['AU', 'VI'] });
  await page.locator('#direccion').evaluate((board) => {
    board.setAttribute('theme', 'dark');
    board.setAttribute('as-of', '2026-05-31');
    board.setAttribute('locale', 'en');
    board.setAttribute('board', 'alturas');
  });
  await frame.locator('alturas-buckets').waitFor();
  await frame.getByRole('button', { name: /^ES/ }).click();
  await page.waitForTimeout(SILENCE_MS);
  expect(await filter()).toEqual([]);
  await frame
    .getByRole('button', { name: /^Quitar el filtro ramo/ })
    .first()
    .click();
  await soon(filter).toEqual([{ filters: { line: ['VI'] }, asOf: '2026-05-31', board: 'alturas' }]);
  await frame.locator('select.boards').selectOption('pulso');
  await soon(filter).toHaveLength(2);
  await frame.evaluate(() => history.back());
  await soon(async () => (await filter())[2]).toMatchObject({ board: 'alturas' });
  expect(await filter()).toHaveLength(3);
  expect(complaints).toEqual([]);
  await close();
});

it.each([
  ['salud' as const, 'alturas-health'],
  ['diccionario' as const, 'alturas-dictionary'],
])(
  'on %s a filter of the host of which there is nothing is named at once, at the cost of one request',
  async (board, element) => {
    const { page, complaints, close } = await openPage();
    await give(page, 'direccion', await place.host.token('direccion', { boards: ['pulso', board] }));
    const frame = await frameOf(page, 'direccion');
    await frame.locator('select.boards').selectOption(board);
    await frame.locator(element).waitFor();
    const asked: string[] = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (request.frame() === frame && pathname.startsWith('/api/')) asked.push(pathname);
    });
    await setFilters(page, 'direccion', { office: ['NONE'] });
    const notice = frame.getByLabel('Filtros que no dejan ver nada');
    await soon(() => notice.innerText()).toContain('NONE');
    expect(asked.filter((path) => path === '/api/ask')).toEqual(['/api/ask']);
    await setFilters(page, 'direccion', { line: ['AU'] });
    await notice.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
    await close();
  },
);

it('a filter that comes while a board fetches what it stands on is heard of, too', async () => {
  const { page, complaints, close } = await openPage();
  await give(page, 'direccion', await place.host.token('direccion', { boards: ['pulso', 'salud'] }));
  const frame = await frameOf(page, 'direccion');
  await frame.locator('select.boards').selectOption('salud');
  await frame.locator('alturas-health').waitFor();
  let release = (): void => undefined;
  const held = new Promise<void>((done) => {
    release = done;
  });
  let waiting = 0;
  await page.route('**/api/members', async (route) => {
    waiting += 1;
    await held;
    await route.continue();
  });
  await give(page, 'direccion', await place.host.token('direccion', { boards: ['salud'] }));
  await soon(() => waiting).toBe(1);
  await setFilters(page, 'direccion', { office: ['NONE'] });
  release();
  await frame.locator('alturas-health').waitFor();
  const notice = frame.getByLabel('Filtros que no dejan ver nada');
  await soon(() => notice.innerText()).toContain('NONE');
  expect(complaints).toEqual([]);
  await close();
});

it('two boards that a host keeps in step come to rest', async () => {
  const { page, complaints, close } = await openPage();
  const ids = ['direccion', 'medellin'] as const;
  const [one, other] = await Promise.all(ids.map((id) => frameOf(page, id)));
  if (!one || !other) throw new Error('no frames');
  await Promise.all([firstFigure(one), firstFigure(other)]);
  const told = await Promise.all(ids.map((id) => heardOf(page, id, 'filter')));
  await page.evaluate(() => {
    const [left, right] = ['direccion', 'medellin'].map((id) => document.getElementById(id) as BoardElement);
    for (const [from, to] of [
      [left, right],
      [right, left],
    ])
      from?.addEventListener('filter', (event) => to?.setFilters((event as CustomEvent).detail.filters));
  });
  await setFilters(page, 'direccion', { line: ['AU', 'VI'] });
  await setFilters(page, 'medellin', { line: ['AU', 'VI'] });
  for (const frame of [one, other]) await frame.getByText('ramo: Automóviles').first().waitFor();
  await one
    .getByRole('button', { name: /^Quitar el filtro ramo: Auto/ })
    .first()
    .click();
  await soon(() => other.getByText('ramo: Automóviles').count()).toBe(0);
  await other
    .getByRole('button', { name: /^Quitar el filtro ramo/ })
    .first()
    .click();
  await soon(() => one.getByRole('button', { name: /^Quitar el filtro/ }).count()).toBe(0);
  await page.waitForTimeout(SILENCE_MS);
  expect(await Promise.all(told.map((events) => events()))).toEqual([
    [{ filters: { line: ['VI'] }, asOf: null, board: 'pulso' }],
    [{ filters: {}, asOf: null, board: 'pulso' }],
  ]);
  expect(complaints).toEqual([]);
  await close();
});

it('a host chooses the company, and one member without a list; what it names that there is not is told', async () => {
  const { page, complaints, close } = await openPage();
  const frame = await frameOf(page, 'direccion');
  const colombia = await firstFigure(frame);
  const error = await heardOf(page, 'direccion', 'error');
  const filter = await heardOf(page, 'direccion', 'filter');
  await setFilters(page, 'direccion', { company: ['PA'], nonsense: ['x'], office: [] });
  await soon(() => frame.url()).toMatch(/company=PA/);
  await soon(() => firstFigure(frame)).not.toBe(colombia);
  await soon(error).toHaveLength(1);
  expect((await error())[0]).toMatchObject({
    code: 'FILTER_UNKNOWN',
    message: expect.stringContaining('"nonsense"; there are: company, office, line'),
  });
  // The company stays where none is named.
  await setFilters(page, 'direccion', { office: '03' });
  await soon(() => frame.url()).toMatch(/company=PA&office=03&/);
  await setFilters(page, 'direccion', { company: 'CO' });
  await soon(() => firstFigure(frame)).toBe(colombia);
  expect(frame.url()).not.toMatch(/office/);
  await setFilters(page, 'direccion', { office: [3], line: 'AU', company: ['CO', 'PA'] });
  await soon(() => frame.url()).toMatch(/company=CO&line=AU/);
  await setFilters(page, 'direccion', { company: 'XX' });
  await soon(error).toHaveLength(4);
  expect((await error()).map((told) => (told as { code: string }).code)).toEqual([
    'FILTER_UNKNOWN',
    'FILTER_INVALID',
    'FILTER_INVALID',
    'COMPANY_UNKNOWN',
  ]);
  // Of all this the host knows but the last: that company is not on show.
  await soon(filter).toEqual([{ filters: {}, asOf: null, board: 'pulso' }]);
  expect(complaints).toEqual([]);
  // Where nobody listens, or whoever does lets it be, the console has it.
  await setFilters(page, 'medellin', { nonsense: 'x' });
  await soon(() => complaints).toHaveLength(1);
  expect(complaints[0]).toMatch(/^alturas-board: There is no filter "nonsense".*\(FILTER_UNKNOWN\)$/);
  await close();
});

it('a token-url that fails is told, with no unhandled rejection, and asked again until it answers', async () => {
  const { page, close } = await newReader(browser, 1800);
  const crashed: string[] = [];
  page.on('pageerror', (error) => crashed.push(error.message));
  let answer: 'abort' | 500 | 'html' | 'token' = 'abort';
  let asked = 0;
  await page.route('**/token/direccion', (route) => {
    asked++;
    if (answer === 'abort') return route.abort();
    if (answer === 'token') return route.continue();
    return route.fulfill(answer === 'html' ? { body: '<!doctype html>' } : { status: answer });
  });
  await page.addInitScript(() => {
    const heard: unknown[] = [];
    Object.assign(window, { heard });
    window.addEventListener('error', (event) => heard.push((event as unknown as CustomEvent).detail), true);
  });
  await page.goto(place.host.address);
  const told = () =>
    page.evaluate(() =>
      (window as unknown as { heard: { code: string; message: string }[] }).heard.map(
        ({ code, message }) => `${code}: ${message}`,
      ),
    );
  const frame = await frameOf(page, 'direccion');
  await soon(told).toEqual(['TOKEN_UNREACHABLE: token-url /token/direccion cannot be reached.']);
  await frame.locator('.expired').waitFor();
  answer = 500;
  await soon(told).toContain('TOKEN_REFUSED: token-url /token/direccion answered 500.');
  answer = 'token';
  await firstFigure(frame);
  expect(await frame.locator('.expired').count()).toBe(0);
  expect(asked).toBe(3);
  // What will not pass by itself is told, and not asked again; figures stay while their own token is good.
  answer = 'html';
  await give(page, 'direccion', 'not.a.token');
  await soon(told).toContainEqual(expect.stringContaining('TOKEN_UNREADABLE'));
  await page.waitForTimeout(4_000);
  expect(asked).toBe(4);
  expect(crashed).toEqual([]);
  await close();
});

it('every step into a figure is told, not the first alone', async () => {
  const { page, complaints, close } = await openPage();
  const frame = await frameOf(page, 'direccion');
  await firstFigure(frame);
  const drill = await heardOf(page, 'direccion', 'drill');
  const rows = frame.locator(DRILL_ROWS);
  await frame.locator('alturas-tile button.value').first().click();
  await rows.first().click();
  await frame.getByRole('button', { name: 'Recibos', exact: true }).click();
  await frame.locator('alturas-drill .sum .good').waitFor();
  await soon(drill).toHaveLength(3);
  const office = expect.stringMatching(/^\d+$/);
  expect(await drill()).toEqual([
    { kpi: 'gross', by: null, at: {} },
    { kpi: 'gross', by: null, at: { office } },
    { kpi: 'gross', by: 'receipts', at: { office } },
  ]);
  await frame.locator('alturas-drill header button').click();
  await page.waitForTimeout(SILENCE_MS);
  expect(await drill()).toHaveLength(3);
  expect(complaints).toEqual([]);
  await close();
});

it('filters that a host set hold when the board is moved to another place in the page', async () => {
  const { page, complaints, close } = await openPage();
  await firstFigure(await frameOf(page, 'direccion'));
  await setFilters(page, 'direccion', { line: ['AU'] });
  await (await frameOf(page, 'direccion')).getByText('ramo: Automóviles').first().waitFor();
  await page.evaluate(() => {
    const board = document.getElementById('direccion');
    if (board) document.querySelector('.night')?.append(board);
  });
  const moved = await frameOf(page, 'direccion');
  await firstFigure(moved);
  await moved.getByText('ramo: Automóviles').first().waitFor();
  // Set while it is nowhere.
  await page.evaluate(() => {
    const board = document.getElementById('direccion') as BoardElement;
    board.remove();
    board.setFilters({ line: 'VI' });
    document.querySelector('.branch')?.append(board);
  });
  const again = await frameOf(page, 'direccion');
  await firstFigure(again);
  await soon(() => again.url()).toContain('line=VI');
  expect(complaints).toEqual([]);
  await close();
});
