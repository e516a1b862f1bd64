import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { AskResponse } from '../../functions/serve/api.ts';
import { DRILL_ROWS, figuresStand, newReader, openBoard, openBrowser } from './reader.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const DRILL = 'alturas-drill';

/** Cents of a figure as es-CO writes it: `$ 82.856.443,70`. */
function centsOf(text: string): bigint {
  const digits = text.replace('−', '-').replace(/[^\d,-]/g, '');
  const [whole = '0', fraction = ''] = digits.split(',');
  return BigInt(whole + fraction.padEnd(2, '0'));
}

/** Amounts of the receipts on show, all pages. */
async function amounts(page: Page): Promise<bigint[]> {
  const more = page.locator(`${DRILL} dialog > .more`);
  while (await more.isVisible()) {
    const rows = page.locator(`${DRILL} tbody tr`);
    const before = await rows.count();
    await more.click();
    await expect.poll(() => rows.count()).toBeGreaterThan(before);
  }
  const cells = await page.locator(`${DRILL_ROWS} td:nth-child(2)`).allInnerTexts();
  return cells.map(centsOf);
}

it('a tile opens its parts, a part its receipts, and their sum is the figure to the cent', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=pulso');
  await page.locator('alturas-tile button.value').first().click();
  await page.locator(DRILL_ROWS).first().waitFor();
  await page.locator(DRILL_ROWS).first().click();
  await page.getByRole('button', { name: 'Recibos', exact: true }).click();
  await page.locator(`${DRILL} .sum .good`).waitFor();
  const figure = centsOf(await page.locator(`${DRILL} dialog > p.soft`).first().innerText());
  const sum = (await amounts(page)).reduce((total, amount) => total + amount, 0n);
  expect(sum).toBe(figure);
  expect(sum > 0n).toBe(true);
  expect(complaints).toEqual([]);
  await close();
});

it.each([
  ['overdue', ''],
  ['overdue_share', '&part=denominator'],
  ['collected', ''],
  ['cancelled', '&basis=non_payment'],
])('the receipts of %s%s add up to what the page says', async (kpi, more) => {
  const { page, close } = await newReader(browser);
  const opened = new URLSearchParams({ open: `kpi=${kpi}&by=receipts${more}` });
  await openBoard(page, inject('boards'), `board=pulso&${opened}`);
  await page.locator(`${DRILL} .sum .good`).waitFor();
  const said = /: ([^.]*[\d.]+,\d\d)/.exec(await page.locator(`${DRILL} .sum`).innerText())?.[1] ?? '';
  const sum = (await amounts(page)).reduce((total, amount) => total + amount, 0n);
  expect(sum).toBe(centsOf(said));
  await close();
});

it('the causes of the change add up, and so do the offices of the table', async () => {
  const { page, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=pulso');
  await page.locator('alturas-pulso alturas-chart').first().getByRole('button').first().click();
  const rows = page.locator('alturas-pulso alturas-chart').first().locator('tbody tr td:nth-child(2)');
  await rows.first().waitFor();
  const steps = (await rows.allInnerTexts()).map(centsOf);
  const closing = steps.pop();
  expect(steps.reduce((sum, step) => sum + step, 0n)).toBe(closing);
  await figuresStand(page);
  await close();
});

it.each([
  ['late_share', 'es', 'Cantidad', /^[\d.]+ ÷ [\d.]+$/, ['', '']],
  ['wadpd', 'es', 'Valor, $·días', /^\$ [\d.,]+( M)?·días ÷ \$ [\d.,]+( M)?$/, [', $ M·días', ', $ M']],
  ['days_to_pay', 'en', 'Amount, $·days', /^[−\d$ .,M]+·days ÷ \$[\d.,]+( M)?$/, [', $ M·days', ', $ M']],
])('the parts of %s (%s) are told in their own units', async (kpi, language, head, figure, units) => {
  const { page, complaints, close } = await newReader(browser);
  const open = async (by: string): Promise<string[]> => {
    const opened = new URLSearchParams({ lang: language, open: `kpi=${kpi}&by=${by}` });
    await openBoard(page, inject('boards'), `board=pulso&${opened}`);
    await page.locator(DRILL_ROWS).first().waitFor();
    const heads = await page.locator(`${DRILL} thead th`).allInnerTexts();
    return heads.map((text) => text.replaceAll('\u00a0', ' ').trim());
  };
  const parts = (await open('office')).slice(2, 4);
  expect(parts.map((text) => text.replace(/^[^,]*/, ''))).toEqual(units);
  const said = await page.locator(`${DRILL} dialog > p.soft`).first().innerText();
  expect(said.replaceAll('\u00a0', ' ')).toMatch(figure);
  expect((await open('receipts'))[1]).toBe(head);
  const sum = await page.locator(`${DRILL} .sum`).innerText();
  expect(sum.includes('$')).toBe(kpi !== 'late_share');
  expect(/·d(ías|ays)/.test(sum)).toBe(kpi !== 'late_share');
  expect(await page.locator(`${DRILL} .sum .good`).count()).toBe(1);
  expect(complaints).toEqual([]);
  await close();
});

it('a part of a month stands beside no whole one, and says how much of it there is', async () => {
  const { page, complaints, close } = await newReader(browser);
  const open = async (kpi: string, day: string): Promise<string[]> => {
    const opened = new URLSearchParams({ as_of: day, open: `kpi=${kpi}&by=office` });
    await openBoard(page, inject('boards'), `board=pulso&${opened}`);
    await page.locator(DRILL_ROWS).first().waitFor();
    return (await page.locator(`${DRILL} thead th`).allInnerTexts()).map((text) => text.trim());
  };
  const note = page
    .locator(`${DRILL} dialog`)
    .getByText('Mes parcial, 15 días: no se compara con meses completos');
  expect(await open('collected', '2026-06-15')).not.toContain('Δ mes');
  expect(await note.count()).toBe(1);
  expect(await page.locator(`${DRILL} .change`).count()).toBe(0);
  expect(await open('collected', '2026-06-30')).toContain('Δ mes');
  expect(await note.count()).toBe(0);
  // What is owed on a day is a whole figure on any day.
  expect(await open('overdue', '2026-06-15')).toContain('Δ mes');
  expect(await note.count()).toBe(0);
  expect(complaints).toEqual([]);
  await close();
});

it('a receipt that is not overdue has no days of it', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openBoard(page, inject('boards'), `board=pulso&open=${encodeURIComponent('kpi=gross&by=receipts')}`);
  const rows = page.locator(DRILL_ROWS);
  const days = (): Promise<string[]> => rows.locator('td:nth-child(5)').allInnerTexts();
  await expect.poll(days, { timeout: 15_000 }).toContain('–');
  for (const text of await days()) expect(text).toMatch(/^(–|[\d.]+)$/);
  expect(complaints).toEqual([]);
  await close();
});

// The 28th is a Sunday: of its week that day is left.
it.each(['2026-06-30', '2026-06-28'])(
  'what falls due this week and the next opens into receipts that add up to it, on %s',
  async (day) => {
    const { page, complaints, close } = await newReader(browser);
    await openBoard(page, inject('boards'), `board=rotacion&as_of=${day}`);
    const sentence = page.locator('alturas-turnover .lead p');
    // Whatever figure the sentence has, it is a link.
    const plain = await sentence.evaluate((element) => {
      const copy = element.cloneNode(true) as Element;
      for (const link of copy.querySelectorAll('button')) link.remove();
      return copy.textContent ?? '';
    });
    expect(plain).not.toContain('$');
    expect(await sentence.innerText()).toMatch(
      /Esta semana (aún vencen \$|ya no vence nada y la próxima vencen \$)/,
    );
    const links = await sentence.locator('button').allInnerTexts();
    const money = links.filter((text) => text.includes('$')).slice(0, -1);
    expect(money.length).toBeGreaterThan(0);
    const weeks: string[] = [];
    for (const shown of money) {
      await sentence.getByRole('button', { name: shown, exact: true }).click();
      await page.getByRole('button', { name: 'Recibos', exact: true }).click();
      await page.locator(`${DRILL} .sum .good`).waitFor();
      expect(await page.locator(`${DRILL} .value`).innerText()).toBe(shown);
      const figure = centsOf(await page.locator(`${DRILL} dialog > p.soft`).first().innerText());
      const sum = (await amounts(page)).reduce((total, amount) => total + amount, 0n);
      expect(sum).toBe(figure);
      weeks.push((await page.locator(`${DRILL} .step`).allInnerTexts()).join(' ').trim());
      await page.keyboard.press('Escape');
      await page.locator(`${DRILL} dialog`).waitFor({ state: 'hidden' });
    }
    expect(weeks.at(-1)).toBe(
      day === '2026-06-30'
        ? 'vence: en 13 semanas semana: 6 jul 2026'
        : 'vence: en 13 semanas semana: 29 jun 2026',
    );
    expect(complaints).toEqual([]);
    await close();
  },
);

it.each([
  ['', ['2026-06-29'], 'Esta semana ya no vence nada y la próxima vencen $'],
  ['', ['2026-06-29', '2026-07-06'], 'Ni en lo que queda de esta semana ni en la próxima vence nada; $'],
  ['&lang=en', ['2026-07-06'], 'is still to fall due this week and nothing next week; $'],
])('a week of which nothing falls due is said in words%s', async (language, empty, said) => {
  const { page, close } = await newReader(browser);
  await page.route('**/api/ask', async (route) => {
    const response = await route.fetch();
    const told = (await response.json()) as AskResponse;
    for (const entry of told.answers)
      if ('answer' in entry && entry.answer.kpi === 'falls_due')
        entry.answer.rows = entry.answer.rows.filter(
          ({ dimensions }) => !empty.includes(dimensions.week ?? ''),
        );
    await route.fulfill({ response, json: told });
  });
  await openBoard(page, inject('boards'), `board=rotacion${language}`);
  expect((await page.locator('alturas-turnover .lead p').innerText()).replace(/\s+/g, ' ')).toContain(said);
  await close();
});

it.each([
  ['overdue_share', 'es', 'Cartera vencida', 'Cartera bruta'],
  ['par90', 'en', 'Open of receipts with dpd > 90', 'Gross'],
  // Of what the catalogue has no name for it is said where it stands.
  ['par90&basis=policy', 'es', 'Numerador', 'Denominador'],
])('the columns of %s (%s) are headed by what it is made of', async (kpi, language, over, under) => {
  const { page, complaints, close } = await newReader(browser);
  const opened = new URLSearchParams({ lang: language, open: `kpi=${kpi}&by=office` });
  await openBoard(page, inject('boards'), `board=pulso&${opened}`);
  await page.locator(DRILL_ROWS).first().waitFor();
  const heads = await page.locator(`${DRILL} thead th`).allInnerTexts();
  expect(heads.slice(2, 4).map((head) => head.replace(/, .*/s, '').trim())).toEqual([over, under]);
  await page.getByRole('button', { name: language === 'es' ? 'Recibos' : 'Receipts', exact: true }).click();
  for (const name of [over, under])
    await page.locator(`${DRILL} dialog`).getByRole('button', { name, exact: true }).waitFor();
  expect(complaints).toEqual([]);
  await close();
});
