import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { AskResponse, Days } from '../../functions/serve/api.ts';
import { figuresStand, newReader, openBoard, openBrowser, textOf } from './reader.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** The days are told as they were before the newest publish, until it is `published`. */
async function tellYesterday(page: Page): Promise<{ publish: () => void }> {
  let old = true;
  await page.route('**/api/days', async (route) => {
    const response = await route.fetch();
    const days = (await response.json()) as Days;
    const before = { ...days, newest: '2026-05-31', publish: days.publish - 1 };
    await route.fulfill({ response, json: old ? before : days });
  });
  return {
    publish: () => {
      old = false;
    },
  };
}

async function choose(page: Page): Promise<void> {
  const bar = page.locator('alturas-control-bar');
  await bar.getByRole('button', { name: 'Filtro' }).click();
  await bar.getByRole('button', { name: 'ramo' }).click();
  await bar.getByRole('button', { name: /^Automóviles/ }).click();
  await bar.getByText('ramo: Automóviles').waitFor();
}

it('a page left open follows a newer publish to its newest day; a day that was chosen stays', async () => {
  for (const [chosen, shown] of [
    ['', 'Corte 30 jun 2026'],
    ['&as_of=2026-05-31', 'Corte 31 may 2026'],
  ]) {
    const { page, complaints, close } = await newReader(browser);
    const { publish } = await tellYesterday(page);
    await openBoard(page, inject('boards'), `board=pulso${chosen}`);
    expect(await textOf(page, 'footer')).toContain('Corte 31 may 2026');
    publish();
    const laid = page.waitForResponse('**/api/days');
    await choose(page);
    await laid;
    await expect.poll(() => textOf(page, 'footer')).toContain(shown);
    await figuresStand(page);
    expect(await page.locator('alturas-control-bar .day').innerText()).toBe(shown?.replace('Corte ', ''));
    expect(complaints).toEqual([]);
    await close();
  }
});

it('an answer for other rights takes the figures away and lays the ground again; one of an older publish does not', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=pulso');
  let said: Partial<AskResponse> = {};
  let go: () => void = () => undefined;
  const held = new Promise<void>((release) => {
    go = release;
  });
  let laid = 0;
  await page.route('**/api/session', async (route) => {
    laid++;
    await held;
    await route.continue();
  });
  await page.route('**/api/ask', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...((await response.json()) as AskResponse), ...said } });
    said = {};
  });
  said = { publish: 0 };
  await choose(page);
  await figuresStand(page);
  expect(laid).toBe(0);
  said = { policy: 'another' };
  await page.getByRole('button', { name: /^Quitar el filtro/ }).click();
  await expect.poll(() => page.locator('alturas-tile, footer').count()).toBe(0);
  go();
  await figuresStand(page);
  expect(laid).toBe(1);
  expect(complaints).toEqual([]);
  await close();
});

it('a page that nobody looked at for long looks for newer days when it is looked at again', async () => {
  const { page, complaints, close } = await newReader(browser);
  const { publish } = await tellYesterday(page);
  await openBoard(page, inject('boards'), 'board=diccionario');
  publish();
  const look = (minutes: number): Promise<void> =>
    page.evaluate((past) => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + past * 60_000;
      document.dispatchEvent(new Event('visibilitychange'));
      Date.now = now;
    }, minutes);
  let asked = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('/api/days')) asked++;
  });
  await look(2);
  expect(asked).toBe(0);
  await look(60);
  await expect.poll(() => textOf(page, 'footer')).toContain('Corte 30 jun 2026');
  expect(asked).toBe(1);
  expect(complaints).toEqual([]);
  await close();
});
