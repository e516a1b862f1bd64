import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { AskResponse, ChangeResponse, Members, RefusedResponse } from '../../functions/serve/api.ts';
import { figuresStand, newReader, openBoard, openBrowser, textOf } from './reader.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** Where the parts of a board begin, from the top of the page. */
function places(page: Page): Promise<number[]> {
  return page.locator('alturas-app').evaluate((app) => {
    const board = app.shadowRoot?.querySelector('main > *:not(h1)')?.shadowRoot;
    return [...(board?.querySelectorAll('.tiles, .grid') ?? [])].map((part) =>
      Math.round(part.getBoundingClientRect().top),
    );
  });
}

it.each([
  ['pulso', 1440],
  ['alturas', 1440],
])(
  'while %s loads at %i px it says what is being prepared, and nothing jumps when it comes',
  async (board, width) => {
    const { page, close } = await newReader(browser, width);
    let go: () => void = () => undefined;
    const held = new Promise<void>((release) => {
      go = release;
    });
    await page.route('**/api/ask', async (route: Route) => {
      // The first question, which lays the ground, is let through.
      if ((route.request().postData() ?? '').includes('"compare"')) await held;
      await route.continue();
    });
    await page.goto(`${inject('boards')}?board=${board}`);
    await page.getByText('Preparamos las cifras al 30 jun 2026').waitFor();
    const before = await places(page);
    go();
    await figuresStand(page);
    expect(await page.getByText('Preparamos las cifras').count()).toBe(0);
    expect(before.length).toBeGreaterThan(1);
    const after = await places(page);
    // What stands under a table that has fewer rows than places may come up; nothing above it moves.
    const still = board === 'alturas' ? 1 : before.length;
    expect(after.slice(0, still)).toEqual(before.slice(0, still));
    await close();
  },
);

it('says plainly when a day is seen with later knowledge, and that this takes longer', async () => {
  const { page, complaints, close } = await newReader(browser);
  const known = 'board=pulso&as_of=2026-06-15&known_at=2026-06-30';
  let held = true;
  await page.route('**/api/ask', async (route: Route) => {
    if (held && (route.request().postData() ?? '').includes('known_at')) return;
    await route.continue();
  });
  await page.goto(`${inject('boards')}?${known}`);
  await page.getByText('con lo que se sabía el 30 jun 2026').waitFor();
  expect(await textOf(page, 'alturas-control-bar')).toContain('Como se conocía el 30 jun 2026');
  expect(await textOf(page, 'footer')).toContain('conocido al 30 jun 2026');
  held = false;
  await page.getByRole('button', { name: 'Volver a lo entregado ese día' }).click();
  await expect.poll(() => page.url()).not.toContain('known_at');
  await figuresStand(page);
  expect(await textOf(page, 'alturas-control-bar')).not.toContain('Como se conocía el 30');
  expect(complaints).toEqual([]);
  await close();
});

it.each(['pulso', 'alturas', 'rotacion', 'tableros'])(
  'without any receivables there are words and no empty charts on %s',
  async (board) => {
    const { page, complaints, close } = await newReader(browser);
    await openBoard(page, inject('boards'), `board=${board}&office=99`);
    expect(await textOf(page, 'main')).toContain('No hay cartera con estos filtros');
    expect(await page.locator('alturas-chart, alturas-tile, alturas-table').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  },
);

it('filters that leave nothing are taken away by one button', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=pulso&office=99&line=AU');
  await page.getByRole('button', { name: 'Quitar los filtros' }).click();
  await page.locator('alturas-tile button.value').first().waitFor();
  expect(page.url()).not.toMatch(/office|line/);
  expect(complaints).toEqual([]);
  await close();
});

it('before anything is known the page shows where it will stand', async () => {
  const { page, close } = await newReader(browser);
  let go: () => void = () => undefined;
  const held = new Promise<void>((release) => {
    go = release;
  });
  await page.route('**/api/**', async (route: Route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${inject('boards')}?board=pulso`);
  await page.locator('main .place .waiting').waitFor();
  const bar = async () => (await page.locator('.bar').boundingBox())?.height;
  const before = await bar();
  go();
  await figuresStand(page);
  expect(await page.locator('main .place').count()).toBe(0);
  expect(await bar()).toBe(before);
  await close();
});

it('old data lead to the board that tells why', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=pulso');
  await page.locator('.notice').getByRole('link', { name: 'Salud de datos' }).click();
  await page.locator('alturas-health').waitFor();
  await figuresStand(page);
  expect(await page.locator('.notice a').count(), 'it is here already').toBe(0);
  // Amounts below each other are written alike: their currency has a column.
  const effects = page
    .locator('alturas-health alturas-table', { hasText: 'Conocido tarde' })
    .locator('td:last-child');
  for (const text of await effects.allInnerTexts()) expect(text).toMatch(/^−?[\d.]+,\d\d$/);
  expect(complaints).toEqual([]);
  await close();
});

it('where the share and the amount of what is overdue go apart, the sentence says so', async () => {
  const { page, close } = await newReader(browser);
  const said: boolean[] = [];
  for (const before of [0.001, 0.999]) {
    await page.unrouteAll();
    await page.route('**/api/ask', async (route: Route) => {
      const response = await route.fetch();
      const told = (await response.json()) as AskResponse;
      for (const found of told.answers)
        if ('answer' in found && found.answer.kpi === 'overdue_share')
          for (const compared of found.answer.total?.compare.slice(0, 1) ?? []) compared.value = before;
      await route.fulfill({ response, json: told });
    });
    await openBoard(page, inject('boards'), 'board=pulso');
    said.push((await page.locator('alturas-pulso .lead p').innerText()).includes('En valor, lo vencido sí'));
  }
  expect(said.filter(Boolean)).toHaveLength(1);
  await close();
});

it('a day before the first closing is told, with those that there are and a way to the newest', async () => {
  const { page, complaints, close } = await newReader(browser);
  await page.goto(`${inject('boards')}?board=rotacion&as_of=2020-01-01`);
  await page.getByText('No hay datos al 1 ene 2020').waitFor();
  expect(await textOf(page, 'main')).toContain('30 jun 2026');
  expect(await page.locator('.waiting').count()).toBe(0);
  await page.getByRole('main').getByRole('button', { name: 'Último corte' }).click();
  await figuresStand(page);
  expect(page.url()).not.toContain('as_of');
  expect(await textOf(page, 'main')).toContain('en volverse caja');
  expect(complaints).toEqual([]);
  await close();
});

it('a day that there are no data of yet shows the newest at once, and says so', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=pulso');
  const newest = await page.locator('alturas-tile button.value').allInnerTexts();
  const days: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/api/ask'))
      days.push(...(request.postData()?.match(/"as_of":"[^"]*"/g) ?? []));
  });
  for (const ahead of ['2026-07-05', '2027-12-31']) {
    await openBoard(page, inject('boards'), `board=pulso&as_of=${ahead}`);
    expect(await page.locator('alturas-tile button.value').allInnerTexts()).toEqual(newest);
    expect(await page.locator('.notice').innerText()).toContain('se muestra el último corte, 30 jun 2026');
    expect(await textOf(page, 'footer')).toContain('Corte 30 jun 2026');
  }
  expect(new Set(days)).toEqual(new Set(['"as_of":"2026-06-30"']));
  await openBoard(page, inject('boards'), 'board=pulso&as_of=2026-06-30');
  expect(await page.locator('.notice').innerText()).not.toContain('se muestra el último corte');
  expect(complaints).toEqual([]);
  await close();
});

it('who or what an address names and nobody knows is told in words', async () => {
  const { page, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=tableros&x.by=office&x.member=NOPE');
  expect(await textOf(page, 'main')).toContain('«NOPE» no está entre las oficinas que usted ve');
  expect(await textOf(page, 'main')).toContain('Todas las oficinas');
  expect(await page.locator('alturas-tile').count()).toBe(0);
  await openBoard(page, inject('boards'), 'board=cliente&x.client=');
  expect(await textOf(page, 'main')).toContain('Los que más deben vencido');
  await openBoard(page, inject('boards'), 'board=diccionario&x.kpi=NOPE');
  expect(await textOf(page, 'article')).toContain('Nada coincide');
  await close();
});

it('clients of one name are told apart by their codes, and on a phone no name is cut', async () => {
  const { page, complaints, close } = await newReader(browser, 390);
  const name = 'Empresa de Servicios Públicos de Santa Rita de Oriente';
  await page.route('**/api/ask', async (route: Route) => {
    const response = await route.fetch();
    const told = (await response.json()) as AskResponse;
    for (const found of told.answers)
      if ('answer' in found && found.answer.labels?.client)
        for (const client of Object.keys(found.answer.labels.client))
          found.answer.labels.client[client] = name;
    await route.fulfill({ response, json: told });
  });
  await openBoard(page, inject('boards'), 'board=cliente');
  const names = page.locator('alturas-table tbody tr.opens th');
  const said = (await names.allTextContents()).map((text) => text.trim());
  expect(said.length).toBeGreaterThan(1);
  expect(new Set(said).size).toBe(said.length);
  for (const text of said) expect(text.startsWith(`${name} · `)).toBe(true);
  const cut = await names.evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length);
  expect(cut).toBe(0);
  expect(complaints).toEqual([]);
  await close();
});

it('a mark that opens or closes a figure in a sentence stays on its line', async () => {
  const { page, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=pulso&lang=en');
  for (const width of [1440, 1000, 700, 390, 360]) {
    await page.setViewportSize({ width, height: 900 });
    const lines = await page.locator('.lead .keep').evaluateAll((all) =>
      all.map((one) => {
        const mark = document.createRange();
        const last = [...one.childNodes].findLast((node) => (node.textContent ?? '').trim() !== '');
        if (last) mark.selectNodeContents(last);
        const link = one.querySelector('button')?.getBoundingClientRect();
        return mark.getBoundingClientRect().bottom - (link?.bottom ?? 0);
      }),
    );
    expect(lines.length).toBeGreaterThan(0);
    for (const below of lines) expect(below).toBeLessThan(6);
    const bracket = page.locator('.lead .keep', { hasText: /^\(/ });
    expect(
      await bracket.evaluate((one) => new Set([...one.getClientRects()].map(({ top }) => top)).size),
    ).toBe(1);
  }
  await close();
});

it('on a Spanish page the units of columns are Spanish, and on an English one a publish has an English number', async () => {
  const { page, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=diccionario&x.model=position&lang=es');
  expect(await textOf(page, 'article')).toContain('moneda del recibo');
  expect(await textOf(page, 'article')).not.toMatch(/(document|functional) currency/);
  await openBoard(page, inject('boards'), 'board=diccionario&x.kpi=overdue_share&lang=es');
  const worked = await textOf(page, 'article');
  for (const said of ['77,61\u00a0%', '15 jul 2026', 'Nombre técnico']) expect(worked).toContain(said);
  expect(worked).not.toMatch(/domain|2026-07-15/);
  await openBoard(page, inject('boards'), 'board=salud&lang=en');
  expect(await textOf(page, 'main')).toContain('No. 1');
  await close();
});

it('a month that is not over is hatched, called partial, and compared with no whole one', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=rotacion&as_of=2026-06-15');
  const split = page.locator('alturas-chart').first();
  await split.locator('svg text', { hasText: 'parcial' }).waitFor();
  expect(await split.locator('svg pattern').count()).toBeGreaterThan(0);
  const main = await textOf(page, 'main');
  expect(main).toContain('En lo que va del mes');
  expect(main).toContain('Mes parcial, 15 días: no se compara con meses completos');
  expect(await page.locator('alturas-table').first().locator('.change.good, .change.bad').count()).toBe(0);
  const taken = page.waitForRequest('**/api/export');
  await page.getByRole('button', { name: 'Descargar', exact: true }).click();
  await page.getByRole('button', { name: 'CSV' }).click();
  const { source } = (await taken).postDataJSON() as { readonly source: { readonly question: object } };
  expect(source.question).toMatchObject({ as_of: '2026-06-15', compare: [] });
  expect(complaints).toEqual([]);
  await openBoard(page, inject('boards'), 'board=rotacion&as_of=2026-06-30');
  expect(await textOf(page, 'main')).not.toContain('parcial');
  await close();
});

it('a week in which nothing falls due is an empty place among the others', async () => {
  const { page, complaints, close } = await newReader(browser);
  const none = '2026-07-13';
  await page.route('**/api/ask', async (route) => {
    const response = await route.fetch();
    const told = (await response.json()) as AskResponse;
    for (const entry of told.answers)
      if ('answer' in entry && entry.answer.kpi === 'falls_due')
        entry.answer.rows = entry.answer.rows.filter(({ dimensions }) => dimensions.week !== none);
    await route.fulfill({ response, json: told });
  });
  await openBoard(page, inject('boards'), 'board=rotacion');
  const chart = page.locator('alturas-chart').nth(1);
  await chart.getByRole('button', { name: /^Ver como tabla/ }).click();
  const weeks = await chart.locator('tbody th').allInnerTexts();
  expect(weeks.slice(-8).map((text) => text.trim())).toEqual([
    '29 jun',
    '6 jul',
    '13 jul',
    '20 jul',
    '27 jul',
    '3 ago',
    '10 ago',
    '17 ago',
  ]);
  const row = chart.locator('tbody tr', { hasText: '13 jul' });
  expect((await row.locator('td').last().innerText()).trim()).toBe('0,0');
  const calendar = page.locator('section', { hasText: '¿Qué vence ahora?' }).locator('alturas-table');
  const heads = await calendar.locator('thead th').allInnerTexts();
  expect(heads.map((text) => text.replace(/,.*/s, '').trim()).slice(2, 7)).toEqual([
    '29 jun',
    '6 jul',
    '13 jul',
    '20 jul',
    '27 jul',
  ]);
  expect(complaints).toEqual([]);
  await close();
});

it('a place among peers is drawn on a phone, too', async () => {
  const { page, close } = await newReader(browser, 390);
  await openBoard(page, inject('boards'), 'board=tableros&x.by=advisor');
  await page.locator('alturas-scorecards tbody tr.opens').first().click();
  await page.locator('alturas-scorecards alturas-tile').first().waitFor();
  await figuresStand(page);
  const strips = page.locator('alturas-scorecards tbody .mark');
  expect(await strips.count()).toBeGreaterThan(3);
  for (const strip of await strips.all()) expect((await strip.boundingBox())?.width).toBeGreaterThan(60);
  await close();
});

it('a place among peers is drawn over the whole of its column', async () => {
  const { page, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=tableros&x.by=advisor');
  await page.locator('alturas-scorecards tbody tr.opens').first().click();
  await page.locator('alturas-scorecards tbody .strip').first().waitFor();
  await figuresStand(page);
  const part = await page
    .locator('alturas-scorecards tbody td:has(.strip)')
    .first()
    .evaluate(
      (cell) =>
        (cell.querySelector('.strip')?.getBoundingClientRect().width ?? 0) /
        cell.getBoundingClientRect().width,
    );
  expect(part).toBeGreaterThan(0.85);
  await close();
});

it('who turns over best is told by the length of their days, on the scale of the slowest', async () => {
  const { page, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=rotacion&x.by=line&lang=en');
  const rows = await page.locator('alturas-turnover tbody tr:not(.total):has(.track)').evaluateAll((all) =>
    all.map((row) => {
      const track = row.querySelector('.track');
      return {
        days: Number.parseFloat(track?.parentElement?.textContent ?? ''),
        length: (track?.firstElementChild?.clientWidth ?? 0) / (track?.clientWidth ?? 1),
      };
    }),
  );
  expect(await page.locator('alturas-turnover thead th.barred').allInnerTexts()).toEqual(['DSO, d']);
  expect(rows.length).toBeGreaterThan(5);
  const slowest = Math.max(...rows.map(({ days }) => days));
  for (const { days, length } of rows) expect(length).toBeCloseTo(days / slowest, 1);
  await close();
});

it('a change names apart what became known late, where there is such', async () => {
  const { page, close } = await newReader(browser);
  const range = () => page.locator('alturas-pulso .charts .title').first().innerText();
  let late = '-1.00';
  await page.route('**/api/change', async (route) => {
    const response = await route.fetch();
    const told = (await response.json()) as ChangeResponse;
    for (const { total } of told.blocks) total.causes.late = late;
    await route.fulfill({ response, json: told });
  });
  await openBoard(page, inject('boards'), 'board=pulso');
  expect(await range()).toContain('; lo conocido tarde va aparte');
  late = '0.00';
  await openBoard(page, inject('boards'), 'board=pulso&lang=en');
  expect(await range()).toContain('→ 30 Jun 2026');
  expect(await range()).not.toContain('late');
  await close();
});

it('the columns of the matrix show which colour of the profile is theirs', async () => {
  const { page, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=alturas');
  const inks = (selector: string) =>
    page
      .locator(`alturas-buckets section.paper ${selector}`)
      .evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundColor));
  const heads = await inks('thead .swatch');
  expect(heads.length).toBeGreaterThan(3);
  expect(await inks('tr.total .profile > span')).toEqual(heads);
  await close();
});

it('how much of what was not due fell overdue is told of the month that it is of', async () => {
  const { page, close } = await newReader(browser);
  const sentence = () => page.locator('alturas-buckets .lead').innerText();
  await openBoard(page, inject('boards'), 'board=alturas&as_of=2026-06-15');
  expect(await sentence()).toMatch(/En mayo de 2026, el\s[\d,]+\s%/);
  expect(await sentence()).not.toContain('En el mes');
  await openBoard(page, inject('boards'), 'board=alturas&as_of=2026-06-30&lang=en');
  expect(await sentence()).toMatch(/In June 2026, [\d.]+\s?%/);
  await close();
});

it('a scorecard of a month that is not over says so beside the target of the whole month', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=tableros&as_of=2026-06-15');
  const main = () => textOf(page, 'main');
  expect(await main()).toContain('En lo que va de junio de 2026');
  expect(await main()).toContain('Mes parcial, 15 días; la meta es la del mes completo');
  await page.locator('alturas-scorecards tbody tr.opens').first().click();
  await page.locator('alturas-scorecards alturas-tile button.value').first().waitFor();
  await figuresStand(page);
  expect(await main()).toMatch(/recaudados en el mes \(parcial, 15 días\)/);
  expect(await page.locator('alturas-tile .changes').first().innerText()).toContain('parcial, 15 días');
  await openBoard(page, inject('boards'), 'board=tableros&as_of=2026-06-30');
  expect(await main()).not.toContain('parcial');
  expect(complaints).toEqual([]);
  await close();
});

it('refused rows say why in the language of the reader', async () => {
  const { page, close } = await newReader(browser);
  // The small insurer of these tests sends nothing wrong.
  await page.route('**/api/refused*', async (route) => {
    const response = await route.fetch();
    const row = {
      feed: 'receipts',
      day: '2026-06-30',
      company: 'CO',
      file: 'receipts.csv',
      line: '7',
      column: 'open_total',
      value: '1',
      code: 'TOTAL_MISMATCH',
      reason: 'the components do not add up to the total',
      reason_es: 'los componentes no suman el total',
      raw: 'CO,R1',
    };
    await route.fulfill({
      response,
      json: { ...((await response.json()) as RefusedResponse), total: 1, rows: [row] },
    });
  });
  await openBoard(page, inject('boards'), 'board=salud');
  const spanish = await textOf(page, 'main');
  expect(spanish).toContain('los componentes no suman el total');
  expect(spanish).not.toContain('do not add up');
  await openBoard(page, inject('boards'), 'board=salud&lang=en');
  expect(await textOf(page, 'main')).toContain('the components do not add up');
  await close();
});

const LONG =
  `<img src=x onerror="window.broken=1">${'Compañía Aseguradora de Riesgos & Cía. '.repeat(2)}`.slice(0, 100);
const MANY = 400;

it('stands names of markup and eighty characters, amounts of thirteen digits and four hundred offices', async () => {
  for (const width of [1440, 390]) {
    const { page, complaints, close } = await newReader(browser, width);
    await page.route('**/api/members', async (route) => {
      const response = await route.fetch();
      const members = (await response.json()) as Members;
      for (const list of Object.values(members.dimensions)) for (const one of list) one.name = LONG;
      await route.fulfill({ response, json: members });
    });
    await page.route('**/api/ask', async (route) => {
      const response = await route.fetch();
      const told = (await response.json()) as AskResponse;
      for (const entry of told.answers) {
        if (!('answer' in entry)) continue;
        const { answer } = entry;
        answer.labels = {};
        const swollen = (figure: string | number | null) =>
          answer.unit === 'money' && figure !== null ? '9876543210123.45' : figure;
        for (const row of [...answer.rows, ...(answer.total ? [answer.total] : [])])
          for (const cell of [row, ...row.compare]) cell.value = swollen(cell.value);
        const [row] = answer.rows;
        if (answer.by.join() === 'office' && row)
          answer.rows = Array.from({ length: MANY }, (_, at) => ({
            ...row,
            dimensions: { office: `${at}` },
            numerator: '9876543210123.45',
            denominator: '9876543210123.45',
          }));
      }
      await route.fulfill({ response, json: told });
    });
    await openBoard(page, inject('boards'), 'board=pulso&lang=es');
    expect(await page.evaluate(() => 'broken' in window)).toBe(false);
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
    ).toBeLessThanOrEqual(0);
    const cut = await page.locator('alturas-tile').evaluateAll((tiles) =>
      tiles.flatMap((tile) => {
        const value = tile.shadowRoot?.querySelector('.value');
        return value && value.getBoundingClientRect().right > tile.getBoundingClientRect().right + 1
          ? [value.textContent?.trim()]
          : [];
      }),
    );
    expect(cut, 'figures that leave their tile').toEqual([]);
    const table = page.locator('alturas-table').first();
    expect(await table.locator('tbody tr').count()).toBeLessThan(20);
    await table.getByRole('button', { name: `Ver ${MANY - 10} más` }).click();
    expect(await table.locator('tbody tr').count()).toBeGreaterThanOrEqual(MANY);
    expect(complaints).toEqual([]);
    await close();
  }
});
