import fc from 'fast-check';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { BOARDS, FILTERS, type Place, readPlace, writePlace } from '../../dashboards/app/place.ts';
import { figuresStand, newReader, openBoard, openBrowser, textOf } from './reader.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const word = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter((text) => text !== '~');
const day = fc.constantFrom('2026-06-30', '2025-02-28', '2024-12-31');
const members = fc.uniqueArray(word, { minLength: 1, maxLength: 3 });
const name = fc.stringMatching(/^[a-z]{1,8}$/).filter((text) => !['constructor', 'toString'].includes(text));
const place: fc.Arbitrary<Place> = fc.record({
  board: fc.constantFrom(...BOARDS),
  asOf: fc.option(day),
  knownAt: fc.option(day),
  company: fc.option(word),
  filters: fc.record(Object.fromEntries(FILTERS.map((column) => [column, members])), { requiredKeys: [] }),
  language: fc.constantFrom('es' as const, 'en' as const, null),
  theme: fc.constantFrom('light' as const, 'dark' as const, null),
  opened: fc.option(
    fc
      .record(
        { by: word, part: fc.constant('denominator' as const), basis: word, period: word, as_of: day },
        { requiredKeys: [] },
      )
      .chain((rest) =>
        fc
          .record({ kpi: word, at: fc.dictionary(name, fc.option(word)) })
          .map((known) => ({ ...rest, ...known })),
      ),
  ),
  own: fc.dictionary(name, word),
});

it('an address says the whole place, and reads back as it', () => {
  fc.assert(
    fc.property(place, (given) => {
      expect(readPlace(writePlace(given))).toEqual({
        ...given,
        filters: { ...given.filters },
        own: { ...given.own },
      });
    }),
  );
});

it('what is not understood in an address is left out', () => {
  const read = readPlace('?board=nada&as_of=ayer&lang=fr&theme=pink&open=zzz&office=03&otro=1');
  expect(read).toEqual({ ...readPlace(''), filters: { office: ['03'] } });
});

it.each(['2026-06-31', '2026-13-01', '2025-02-29', '2026-00-10', '2026-06-00', '2026-6-1', '+02026-06-01'])(
  '%s is no day of the calendar and is left out of an address',
  (none) => {
    const read = readPlace(
      `?as_of=${none}&known_at=${none}&open=${encodeURIComponent(`kpi=gross&as_of=${none}`)}`,
    );
    expect(read).toEqual({ ...readPlace(''), opened: { kpi: 'gross', at: {} } });
  },
);

it('an address with a day that there is not shows the newest', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=pulso&as_of=2026-13-01');
  expect(await textOf(page, 'footer')).toContain('Corte 30 jun 2026');
  expect(complaints).toEqual([]);
  await close();
});

it('filters, date, board and drill stand in the address: reload and back bring them again', async () => {
  const { page, complaints, close } = await newReader(browser);
  const bar = page.locator('alturas-control-bar');
  await openBoard(page, inject('boards'), 'board=pulso');
  const before = await page.locator('alturas-tile button.value').first().innerText();
  await bar.getByRole('button', { name: 'Filtro' }).click();
  await bar.getByRole('button', { name: 'ramo' }).click();
  await bar.getByRole('button', { name: /^Automóviles/ }).click();
  await bar.getByText('ramo: Automóviles').waitFor();
  await figuresStand(page);
  const filtered = await page.locator('alturas-tile button.value').first().innerText();
  expect(filtered).not.toBe(before);
  expect(new URL(page.url()).searchParams.get('line')).toBe('AU');
  await page.reload();
  await figuresStand(page);
  expect(await page.locator('alturas-tile button.value').first().innerText()).toBe(filtered);
  await page.locator('nav a', { hasText: 'Alturas' }).click();
  await page.locator('alturas-buckets').waitFor();
  await figuresStand(page);
  expect(await bar.getByText('ramo: Automóviles').isVisible()).toBe(true);
  await page.goBack();
  await page.locator('alturas-pulso').waitFor();
  await page.goBack();
  await bar.getByText('ramo: Automóviles').waitFor({ state: 'detached' });
  await figuresStand(page);
  expect(await page.locator('alturas-tile button.value').first().innerText()).toBe(before);
  expect(complaints).toEqual([]);
  await close();
});
