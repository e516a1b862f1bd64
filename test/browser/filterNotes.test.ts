import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { BOARDS } from '../../dashboards/app/place.ts';
import { figuresStand, newReader, openBoard, openBrowser } from './reader.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const LABEL = { es: 'Filtros que no dejan ver nada', en: 'Filters that leave nothing' };

/** What the page asks of the server from here on. */
function asked(page: Page): string[] {
  const paths: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/api/')) paths.push(pathname);
  });
  return paths;
}

it.each(BOARDS)(
  'on %s a filter of which there is nothing is named, costs no request, and can be taken away',
  async (board) => {
    const { page, complaints, close } = await newReader(browser);
    const requests = asked(page);
    await openBoard(page, inject('boards'), `board=${board}`);
    const before = requests.splice(0).sort();
    await openBoard(page, inject('boards'), `board=${board}&office=NONE`);
    const notice = page.getByLabel(LABEL.es);
    await notice.waitFor();
    expect((await notice.innerText()).replace(/\s+/g, ' ').trim()).toBe(
      'En la cartera que usted ve no hay «oficina: NONE». Quitar filtro',
    );
    // A board whose filters leave nothing may ask for less; none asks for more.
    expect(before).toEqual(expect.arrayContaining(requests));
    expect(requests.length).toBeLessThanOrEqual(before.length);
    await notice.getByRole('button').click();
    await notice.waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.has('office')).toBe(false);
    await figuresStand(page);
    expect(await notice.count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  },
);

it('what there is beside it stays chosen, and the notice goes from board to board', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=pulso&lang=en&line=AU&line=ZZ&office=NONE');
  const notice = page.getByLabel(LABEL.en);
  await notice.waitFor();
  expect(await notice.innerText()).toContain(
    'In the portfolio that you see there is no “office: NONE” or “line: ZZ”.',
  );
  await page.getByRole('link', { name: 'Dictionary' }).click();
  await figuresStand(page);
  expect(await notice.count()).toBe(1);
  await page.getByRole('button', { name: 'Remove the filter office: NONE' }).click();
  await expect.poll(() => notice.innerText()).toMatch(/no “line: ZZ”\. The rest of what you chose counts\./);
  await notice.getByRole('button', { name: 'Remove filter' }).click();
  await notice.waitFor({ state: 'detached' });
  expect(new URL(page.url()).searchParams.getAll('line')).toEqual(['AU']);
  expect(complaints).toEqual([]);
  await close();
});

it('a filter that excludes what the board is about is named, too', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=tableros&x.by=office&x.member=01&office=02');
  const notice = page.getByLabel(LABEL.es);
  await notice.waitFor();
  expect(await notice.innerText()).toMatch(/^Nada de lo que aquí se muestra cumple «oficina: \D+»\./);
  await notice.getByRole('button').click();
  await notice.waitFor({ state: 'detached' });
  await figuresStand(page);
  expect(await notice.count()).toBe(0);
  expect(new URL(page.url()).searchParams.get('x.member')).toBe('01');
  expect(complaints).toEqual([]);
  await close();
});
