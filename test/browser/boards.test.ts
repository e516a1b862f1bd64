import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { AskResponse } from '../../functions/serve/api.ts';
import { figuresStand, newReader, openBoard, openBrowser, textOf } from './reader.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const BOARDS = ['pulso', 'alturas', 'rotacion', 'tableros', 'cliente', 'salud', 'diccionario'] as const;
/** One wide in Spanish and light, one narrow in English and dark. */
const LOOKS = [
  { width: 1440, query: 'lang=es&theme=light' },
  { width: 390, query: 'lang=en&theme=dark' },
] as const;

interface AxeFinding {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary: string }[];
}

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

describe.each(LOOKS)('at $width px, $query', ({ width, query }) => {
  it.each(BOARDS)('%s shows figures, complains of nothing, and axe finds nothing', async (board) => {
    const { page, complaints, close } = await newReader(browser, width);
    // What has not faded in yet would be judged as pale as it is then.
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await openBoard(page, inject('boards'), `board=${board}&${query}`);
    const text = await textOf(page, 'main');
    expect(text).toMatch(/\d/);
    expect(text).not.toMatch(/undefined|NaN|\[object|Oops/);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wider, 'the page scrolls sideways').toBeLessThanOrEqual(0);
    // Through the debugger, so that the page's own policy stays as it is.
    await page.evaluate(AXE);
    const found = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run(options: object): Promise<{ violations: AxeFinding[] }> };
      };
      return (await axe.run({ resultTypes: ['violations'] })).violations;
    });
    const told = found.map(({ id, nodes }) => ({
      id,
      nodes: nodes.slice(0, 3).map((node) => [node.target, node.failureSummary]),
    }));
    expect(told).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });
});

it('a client, and one person’s scorecard, show figures and complain of nothing', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=cliente');
  await page.locator('alturas-client alturas-table tbody tr.opens').first().click();
  await page.locator('alturas-client .state').waitFor();
  expect(await page.locator('alturas-client dl').innerText()).toMatch(/\$/);
  await openBoard(page, inject('boards'), 'board=tableros&x.by=advisor');
  await page.locator('alturas-scorecards alturas-table tbody tr.opens').first().click();
  await page.locator('alturas-scorecards alturas-tile').first().waitFor();
  expect(complaints).toEqual([]);
  await close();
});

it('the tile of a person’s collections says that person’s share of the target, as the sentence does', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=tableros&x.by=advisor');
  const rows = page.locator('alturas-scorecards alturas-table tbody tr.opens');
  const shares: (string | undefined)[] = [];
  for (const row of [0, 1]) {
    await rows.nth(row).click();
    await page.locator('alturas-scorecards alturas-tile').first().waitFor();
    await figuresStand(page);
    const share = (text: string): string | undefined => /(\d+)\s%\sde la meta/.exec(text)?.[1];
    const lead = await page.locator('alturas-scorecards .lead').innerText();
    expect(lead).toMatch(
      /De sus \d+ recibos, el \d+\s% se pagó a tiempo \(entre \d+\s% y \d+\s%, con 95\s% de/,
    );
    expect(await page.locator('alturas-scorecards .lead .link').count(), 'own and inherited open, too').toBe(
      3,
    );
    const said = share(lead);
    expect(said).toBeDefined();
    const tile = page.locator('alturas-scorecards alturas-tile').first().locator('.changes');
    expect(share(await tile.innerText())).toBe(said);
    shares.push(said);
    await page.locator('alturas-scorecards .back').click();
  }
  expect(shares[0], 'two people with one share would prove nothing').not.toBe(shares[1]);
  expect(complaints).toEqual([]);
  await close();
});

it('people without a target show what they collected, also where no targets were ever delivered', async () => {
  const { page, complaints, close } = await newReader(browser);
  const rows = page.locator('alturas-scorecards tbody tr');
  const collected = () =>
    rows.evaluateAll((all) => all.map((row) => row.querySelector('td .show')?.textContent?.trim()));
  await openBoard(page, inject('boards'), 'board=tableros&x.by=advisor');
  const told = new Map((await rows.locator('th').allInnerTexts()).map((name, at) => [name.trim(), at]));
  const before = await collected();
  await page.route('**/api/ask', async (route) => {
    const response = await route.fetch();
    const answers = (await response.json()) as AskResponse;
    for (const entry of answers.answers) {
      if (!('answer' in entry) || entry.answer.kpi !== 'attainment') continue;
      const unknown = { value: null, numerator: null, denominator: null, currency: null };
      const none = { ...unknown, reason: 'FEED_ABSENT', compare: [] };
      entry.answer.rows = [{ dimensions: {}, ...none }];
      entry.answer.total = { dimensions: {}, ...none };
    }
    await route.fulfill({ response, json: answers });
  });
  await openBoard(page, inject('boards'), 'board=tableros&x.by=advisor&theme=light');
  const names = (await rows.locator('th').allInnerTexts()).map((name) => name.trim());
  const after = await collected();
  expect(names.length).toBeGreaterThan(10);
  expect(after.filter((text) => text === '–').length).toBeLessThan(3);
  for (const [at, name] of names.entries()) expect(after[at], name).toBe(before[told.get(name) ?? -1]);
  expect(await page.locator('alturas-scorecards tbody tr').first().innerText()).toContain('sin esa entrega');
  expect(complaints).toEqual([]);
  await close();
});

it('a figure says what it is, as often as it is asked', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=pulso');
  for (let time = 0; time < 2; time++) {
    await page.getByRole('button', { name: 'Qué es Índice de mora' }).click();
    const definition = page.locator('alturas-definition dialog[open]');
    await definition.getByText('cartera vencida ÷ cartera bruta').waitFor();
    await page.keyboard.press('Escape');
    await definition.waitFor({ state: 'detached' });
  }
  expect(complaints).toEqual([]);
  await close();
});

it('when an answer fails, the board says what is safe and what to do, and works again on request', async () => {
  const { page, close } = await newReader(browser);
  await page.route('**/api/ask', (route) => route.abort(), { times: 2 });
  await page.goto(`${inject('boards')}?board=pulso`);
  const trouble = page.getByRole('alert');
  await trouble.getByText('Nada se ha perdido').waitFor();
  // Nothing came back: there is no code to give to anybody.
  await trouble.getByText('El servidor no respondió').waitFor();
  expect(await trouble.innerText()).not.toContain('Código');
  await trouble.getByRole('button', { name: 'Volver a intentar' }).click();
  await trouble.getByRole('button', { name: 'Volver a intentar' }).click();
  await page.locator('alturas-tile button.value').first().waitFor();
  await close();
});
