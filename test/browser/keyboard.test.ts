import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { DRILL_ROWS, figuresStand, newReader, openBoard, openBrowser } from './reader.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const MOST_TABS = 80;

/** What has the focus, through all shadow roots: its name, as far as it has one. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return `${at?.getAttribute('aria-label') ?? at?.getAttribute('title') ?? ''} ${at?.textContent ?? ''}`
      .replace(/\s+/g, ' ')
      .trim();
  });
}

async function tabTo(page: Page, wanted: RegExp): Promise<void> {
  for (let step = 0; step < MOST_TABS; step++) {
    await page.keyboard.press('Tab');
    if (wanted.test(await focused(page))) return;
  }
  throw new Error(`no ${wanted} within ${MOST_TABS} tabs`);
}

it('with the keyboard alone: open a figure, follow a row, close, change the date', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=pulso');
  await tabTo(page, /^Por recaudar: .*Ver de qué se compone/);
  await page.keyboard.press('Enter');
  const row = page.locator(DRILL_ROWS);
  await row.first().waitFor();
  await tabTo(page, /^Cartera bruta: oficina/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const member = await focused(page);
  await page.keyboard.press('Enter');
  await page.locator('alturas-drill .step').waitFor();
  expect(member).toContain((await page.locator('alturas-drill .step').innerText()).split(': ')[1]?.trim());
  await page.keyboard.press('Escape');
  await expect.poll(() => new URL(page.url()).searchParams.has('open')).toBe(false);
  await openBoard(page, inject('boards'), 'board=pulso');
  await tabTo(page, /^Elegir la fecha de corte/);
  await page.keyboard.press('Enter');
  await tabTo(page, /^Cierre de mes/);
  await page.keyboard.press('Enter');
  await expect.poll(() => new URL(page.url()).searchParams.get('as_of')).toBe('2026-05-31');
  await figuresStand(page);
  expect(complaints).toEqual([]);
  await close();
});

it('a table is copied as text that a spreadsheet takes', async () => {
  const { page, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=pulso');
  await page.locator('alturas-pulso alturas-table').first().getByRole('button', { name: 'Copiar' }).click();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  const [head = '', total = ''] = text.split('\n');
  expect(head.split('\t').slice(0, 2)).toEqual(['Oficina', 'Saldo ($)']);
  expect(head).not.toMatch(/ M\)|%|pp/);
  expect(total).toMatch(/^Total\t\d+,\d\d\t\d+,\d\d\t0,\d+/);
  await close();
});
