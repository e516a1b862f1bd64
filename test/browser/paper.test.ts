import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { newReader, openBoard, openBrowser, textOf } from './reader.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** A4 within its margins, in pixels of the print style. */
const PAPER = { width: 690, height: 1000 };

it.each(['pulso', 'rotacion', 'alturas'])(
  '%s on paper is light: sentence, tiles, one table, and a footer that says what it stands on',
  async (board) => {
    const { page, close } = await newReader(browser);
    await openBoard(page, inject('boards'), `board=${board}&theme=dark&line=AU`);
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize(PAPER);
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
      'rgb(253, 253, 251)',
    );
    const seen = (selector: string) =>
      page
        .locator(selector)
        .evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().height > 0).length);
    expect(await seen('alturas-chart')).toBe(0);
    expect(await seen('alturas-table')).toBe(1);
    expect(await seen('nav, alturas-control-bar, .tools button')).toBe(0);
    expect(await seen('.lead p')).toBe(1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PAPER.width);
    const footer = await textOf(page, 'footer');
    for (const said of [
      'Corte 30 jun 2026',
      'ramo: Automóviles',
      'Sin conciliar',
      'construcción',
      'Consultado por',
    ])
      expect(footer).toContain(said);
    await close();
  },
);

it.each(['alturas&x.by=line', 'salud'])(
  'on paper %s says how many rows it leaves out, and fits',
  async (board) => {
    const { page, close } = await newReader(browser);
    await openBoard(page, inject('boards'), `board=${board}`);
    const more = /Ver (\d+) más/.exec(await textOf(page, 'main'))?.[1];
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize(PAPER);
    const left = await page.locator('alturas-table .left').filter({ visible: true }).allInnerTexts();
    expect(left).toEqual(more === undefined ? [] : [`Y ${more} filas más, que no se imprimen.`]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PAPER.width);
    expect(await page.locator('.control').filter({ visible: true }).count()).toBe(0);
    await close();
  },
);

async function taken(
  page: Page,
  open: () => Promise<void>,
  name: string,
): Promise<{ name: string; bytes: Buffer }> {
  await open();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name, exact: true }).filter({ visible: true }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

it('every file that the screen offers opens: CSV, workbook with cover, Parquet, PNG and SVG of a chart', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=pulso&line=AU');
  const table = () => page.getByRole('button', { name: 'Descargar', exact: true }).click();
  const csv = await taken(page, table, 'CSV');
  expect(csv.name).toBe('Pulso.csv');
  const [head = '', ...lines] = csv.bytes.toString('utf8').replace('\ufeff', '').trim().split('\r\n');
  expect(head.split(',')).toContain('office');
  expect(lines.length).toBeGreaterThan(1);

  const workbook = await taken(page, table, 'Excel, con portada');
  const cover = (await readSheet(workbook.bytes, 'Portada')).flat().join(' ');
  for (const said of ['2026-06-30', 'AU', 'sin conciliar', 'todo']) expect(cover).toContain(said);
  expect((await readSheet(workbook.bytes, 'Datos')).length).toBe(lines.length + 1);

  const parquet = await taken(page, table, 'Parquet');
  expect(parquet.bytes.subarray(0, 4).toString()).toBe('PAR1');

  const chart = () => page.getByRole('button', { name: /^Guardar la imagen: ¿Qué cambió/ }).click();
  const png = await taken(page, chart, 'Imagen PNG');
  expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
  expect(png.bytes.readUInt32BE(16), 'twice as sharp as the screen').toBeGreaterThan(800);
  const svg = (await taken(page, chart, 'Imagen SVG')).bytes.toString('utf8');
  expect(svg).toMatch(/^<svg /);
  expect(svg).toContain('Recaudado');
  expect(complaints).toEqual([]);
  await close();
});
