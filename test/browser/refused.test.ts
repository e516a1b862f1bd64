import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { AskResponse, Members, Problem } from '../../functions/serve/api.ts';
import { figuresStand, newReader, openBoard, openBrowser, textOf } from './reader.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const PROBLEMS = {
  es: {
    title: 'Demasiadas dimensiones',
    detail: 'No cabe el canal junto a los demás filtros.',
    action: 'Quite una dimensión o un filtro.',
  },
  en: {
    title: 'Too many dimensions',
    detail: 'There is no room for channel beside the other filters.',
    action: 'Take one dimension or filter away.',
  },
};

function problem(language: string, status: number): Problem {
  const code = status < 500 ? 'TOO_MANY_DIMENSIONS' : 'NOT_BUILT';
  return { type: 'urn:alturas:problem', status, code, ...PROBLEMS[language === 'en' ? 'en' : 'es'] };
}

/** Refuses questions of a page by their ids, in the language that is asked in; tells how often it did. */
async function refuse(
  page: Page,
  refuses: (id: string) => boolean,
  status = 422,
): Promise<{ readonly times: () => number; stop(): void }> {
  let [times, on] = [0, true];
  await page.route('**/api/ask', async (route) => {
    const response = await route.fetch();
    const told = (await response.json()) as AskResponse;
    const answers = told.answers.map((entry): AskResponse['answers'][number] => {
      const id = ('answer' in entry ? entry.answer.id : entry.id) ?? '';
      if (!on || !refuses(id)) return entry;
      times++;
      return { id, problem: problem(route.request().headers()['accept-language'] ?? 'es', status) };
    });
    await route.fulfill({ response, json: { ...told, answers } });
  });
  return {
    times: () => times,
    stop: () => {
      on = false;
    },
  };
}

const PLACES: Readonly<
  Record<
    string,
    {
      readonly query: string;
      readonly ids: readonly string[];
      readonly seen: number;
      readonly names?: readonly string[];
    }
  >
> = {
  pulso: { query: 'board=pulso', ids: ['aging', 'where', 'who'], seen: 3 },
  alturas: { query: 'board=alturas', ids: ['time', 'vintages', 'roll'], seen: 3 },
  'alturas, matrix': { query: 'board=alturas', ids: ['matrix'], seen: 1 },
  rotacion: {
    query: 'board=rotacion',
    ids: ['bpdso', 'weeks', 'rate', 'due', 'fell_due 2026-06-22'],
    seen: 5,
    names: ['Vencerá', 'Venció y se recaudó'],
  },
  'rotacion, columns': {
    query: 'board=rotacion',
    ids: ['dsoBy', 'toPay'],
    seen: 2,
    names: ['DSO', 'Pago tras vencer'],
  },
  tableros: {
    query: 'board=tableros',
    ids: ['by onTime', 'by place'],
    seen: 1,
    names: ['Recibos a tiempo, Puesto'],
  },
};

it.each(Object.entries(PLACES))(
  'what was refused says why in its place on %s, and everything else stands',
  async (_, { query, ids, seen, names = [] }) => {
    const { page, complaints, close } = await newReader(browser);
    await refuse(page, (id) => ids.includes(id));
    await openBoard(page, inject('boards'), query);
    const told = page.locator('.trouble');
    await expect.poll(() => told.count()).toBe(seen);
    for (const name of names)
      expect((await told.allInnerTexts()).join()).toContain(`${name}: ${PROBLEMS.es.title}`);
    for (const text of await told.allInnerTexts()) {
      expect(text).toContain(PROBLEMS.es.title);
      expect(text).toContain(PROBLEMS.es.detail);
      expect(text).toContain(PROBLEMS.es.action);
    }
    // The same question would be refused again.
    expect(await page.getByRole('button', { name: 'Volver a intentar' }).count()).toBe(0);
    expect(await page.getByRole('main').locator('.show, button.value').count()).toBeGreaterThan(3);
    // Nothing refused is told to be empty.
    expect(await textOf(page, 'main')).not.toMatch(
      ids.includes('vintages')
        ? /Todavía no hay cosechas|se calcula en los cierres/
        : /No hay filas|No hay cartera|no hay metas/,
    );
    await page.getByRole('button', { name: /^EN/ }).click();
    await told.getByText(PROBLEMS.en.title).first().waitFor();
    await figuresStand(page);
    expect((await told.allInnerTexts()).join()).not.toContain(PROBLEMS.es.title);
    expect(complaints).toEqual([]);
    await close();
  },
);

it('a figure that is not kept by intermediary says so in words, beside all those that are', async () => {
  const { page, complaints, close } = await newReader(browser);
  const response = page.waitForResponse('**/api/members');
  await openBoard(page, inject('boards'), 'board=rotacion');
  const { dimensions } = (await (await response).json()) as Members;
  const refused = page.locator('.trouble');
  const found = dimensions.intermediary?.find(({ company }) => company === 'CO');
  await openBoard(page, inject('boards'), `board=rotacion&intermediary=${found?.member}`);
  await expect.poll(() => refused.count()).toBe(2);
  expect(await refused.last().innerText()).toContain(
    'Este indicador no se abre por «intermediario». Se abre por: compañía,',
  );
  expect(await page.locator('alturas-turnover .lead').innerText()).not.toContain('No pudimos');
  await openBoard(page, inject('boards'), 'board=rotacion&intermediary=NOBODY');
  expect(await textOf(page, 'main')).toContain('No hay cartera con estos filtros');
  expect(complaints).toEqual([]);
  await close();
});

it('a tile that was refused says so, and is asked again on request', async () => {
  const { page, complaints, close } = await newReader(browser);
  const refused = await refuse(page, (id) => id === 'dso', 503);
  await openBoard(page, inject('boards'), 'board=pulso');
  const tile = page.locator('alturas-tile').nth(4);
  expect(await tile.locator('.changes').innerText()).toContain(PROBLEMS.es.title);
  expect(await tile.locator('[title]', { hasText: PROBLEMS.es.title }).getAttribute('title')).toBe(
    PROBLEMS.es.detail,
  );
  expect(await page.locator('alturas-tile button.value').count()).toBeGreaterThan(4);
  refused.stop();
  await tile.getByRole('button', { name: 'Volver a intentar' }).click();
  await tile.locator('button.value').waitFor();
  expect(refused.times()).toBe(1);
  expect(complaints).toEqual([]);
  await close();
});

it('a table that was refused for the moment is asked again on request', async () => {
  const { page, close } = await newReader(browser);
  const refused = await refuse(page, (id) => id === 'where', 503);
  await openBoard(page, inject('boards'), 'board=pulso');
  refused.stop();
  await page.locator('alturas-table').first().getByRole('button', { name: 'Volver a intentar' }).click();
  await page.locator('alturas-table').first().locator('tbody tr.opens').first().waitFor();
  await close();
});

it('where all is refused for one cause, the board says it once', async () => {
  const { page, close } = await newReader(browser);
  // The question by which the ground is laid has the company for its id.
  await refuse(page, (id) => !/^[A-Z]{2}$/.test(id));
  for (const board of ['pulso', 'alturas', 'rotacion', 'tableros', 'cliente']) {
    await page.goto(`${inject('boards')}?board=${board}`);
    await page.getByRole('alert').getByText(PROBLEMS.es.title).waitFor();
    expect(await page.locator('.trouble').count()).toBe(1);
    expect(await page.locator('[aria-busy="true"], .waiting').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Volver a intentar' }).count()).toBe(0);
  }
  await close();
});
