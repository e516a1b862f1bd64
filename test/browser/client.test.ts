import type { Browser, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { ClientResponse, ClientsResponse } from '../../functions/serve/api.ts';
import { figuresStand, newReader, openBoard, openBrowser, textOf } from './reader.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** The page of the client who owes most, with something added to what the server tells of it. */
async function openClient(
  page: Page,
  added: (told: ClientResponse) => Partial<ClientResponse>,
): Promise<void> {
  await openBoard(page, inject('boards'), 'board=cliente');
  await page.route('**/api/clients/*', async (route) => {
    const response = await route.fetch();
    const told = (await response.json()) as ClientResponse;
    await route.fulfill({ response, json: { ...told, ...added(told) } });
  });
  await page.locator('alturas-client alturas-table tbody tr.opens').first().click();
  await page.locator('alturas-client .state').waitFor();
  await figuresStand(page);
}

/** The table under a heading: its head and its lines. */
async function tableOf(page: Page, title: string): Promise<{ head: string[]; lines: string[][] }> {
  const section = page.locator('alturas-client section', {
    has: page.getByRole('heading', { name: title, exact: true }),
  });
  const head = await section.locator('thead th').allInnerTexts();
  const lines = await section
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll('.show')].map((cell) => cell.textContent?.trim() ?? '')),
    );
  return { head: head.map((text) => text.trim()), lines };
}

function payment(currency: string, amount: string): ClientResponse['payments'][number] {
  return {
    payment: `P-${currency}`,
    received: '2026-06-15',
    amount,
    unapplied: '0.00',
    currency,
    channel: 'PSE',
    status: 'OK',
    part: false,
  };
}

it('says each amount of a client in its own currency, and names the currency once where there is one only', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openClient(page, () => ({
    payments: [payment('COP', '250000.00'), payment('USD', '1200.50')],
    promises: [],
    plans: [
      {
        plan: 'L1',
        policy: 'PZ1',
        instalment: 1,
        due_on: '2026-07-15',
        amount: '80000.00',
        currency: 'COP',
        status: 'OPEN',
      },
    ],
    timeline: [
      {
        day: '2026-06-15',
        kind: 'payment',
        receipt: null,
        amount: '1200.50',
        currency: 'USD',
        channel: 'PSE',
        detail: null,
        part: false,
      },
      {
        day: '2026-06-14',
        kind: 'payment',
        receipt: null,
        amount: '250000.00',
        currency: 'COP',
        channel: 'PSE',
        detail: null,
        part: false,
      },
    ],
  }));
  const payments = await tableOf(page, 'Pagos');
  expect(payments.head.slice(0, 4)).toEqual(['Fecha', 'Valor', 'Sin aplicar', 'Moneda']);
  expect(payments.lines.map((cells) => cells.slice(1, 4))).toEqual([
    ['250.000,00', '0,00', 'COP'],
    ['1.200,50', '0,00', 'USD'],
  ]);
  expect((await tableOf(page, 'Todo lo ocurrido')).lines.map((cells) => cells.slice(2, 4))).toEqual([
    ['1.200,50', 'USD'],
    ['250.000,00', 'COP'],
  ]);
  const plans = await tableOf(page, 'Plan de pagos');
  expect(plans.head).toContain('Valor, $');
  expect(plans.head).not.toContain('Moneda');
  const tips = (await page.locator('alturas-client .timeline title').allTextContents()).map((tip) =>
    tip.replaceAll('\u00a0', ' '),
  );
  expect(tips).toEqual(['15 jun 2026: Pago USD 1.200,50', '14 jun 2026: Pago $ 250.000,00']);
  expect(complaints).toEqual([]);
  await close();
});

it('says contacts in words and by the names of people, in the language of the reader', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openClient(page, (told) => ({
    contacts: [
      {
        at: '2026-06-15 10:00:00',
        channel: 'CALL',
        person: 'A7',
        outcome: 'NO_ANSWER',
        receipt: null,
        note: null,
      },
    ],
    timeline: [
      {
        day: '2026-06-15',
        kind: 'contact',
        receipt: null,
        amount: null,
        currency: null,
        channel: 'CALL',
        detail: 'NO_ANSWER',
        part: false,
      },
      {
        day: '2026-05-31',
        kind: 'due',
        receipt: null,
        amount: '10.00',
        currency: 'COP',
        channel: null,
        detail: 'AL_DIA',
        part: false,
      },
    ],
    labels: { ...told.labels, clerk: { ...told.labels.clerk, A7: 'Rosa Peña' } },
  }));
  const [contact] = (await tableOf(page, 'Gestiones')).lines;
  expect(contact?.slice(1, 4)).toEqual(['Llamada', 'No contesta', 'Rosa Peña']);
  expect((await tableOf(page, 'Todo lo ocurrido')).lines.map((cells) => cells.at(-1))).toEqual([
    'Llamada · No contesta',
    'Al día',
  ]);
  expect(await textOf(page, 'main')).not.toMatch(/CALL|NO_ANSWER/);
  expect(complaints).toEqual([]);
  await close();
});

it('what is taken out of a client’s page is of the client’s own company, whatever the place is narrowed to', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=cliente&company=PA');
  await page.locator('alturas-client alturas-table tbody tr.opens').first().click();
  await page.locator('alturas-client .state').waitFor();
  const id = new URL(page.url()).searchParams.get('x.client') ?? '';
  expect(id).toMatch(/^PA~/);
  await openBoard(
    page,
    inject('boards'),
    `board=cliente&company=CO&office=03&x.client=${encodeURIComponent(id)}`,
  );
  const asked = page.waitForRequest('**/api/export');
  await page.getByRole('button', { name: 'Descargar', exact: true }).click();
  await page.getByRole('button', { name: 'CSV' }).click();
  const { source } = (await asked).postDataJSON() as {
    readonly source: { readonly question: { readonly filters: unknown } };
  };
  expect(source.question.filters).toEqual([
    { column: 'company', members: ['PA'] },
    { column: 'client', members: [id.split('~')[1]] },
  ]);
  expect(complaints).toEqual([]);
  await close();
});

it('a client is seen with the knowledge that the address asks for, and so are those who are found', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=cliente&as_of=2026-05-31');
  await page.locator('alturas-client alturas-table tbody tr.opens').first().click();
  await page.locator('alturas-client .state').waitFor();
  const id = new URL(page.url()).searchParams.get('x.client') ?? '';
  const asked: (string | null)[] = [];
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname.startsWith('/api/clients'))
      asked.push(searchParams.get('as_of'), searchParams.get('known_at'));
  });
  // Read as it comes: a browser does not keep what it was told for long, nor what the page before it was told.
  const isKnownThen = (answer: Response): boolean => {
    const { pathname, searchParams } = new URL(answer.url());
    return pathname.startsWith('/api/clients/') && searchParams.has('known_at');
  };
  const response = page.waitForResponse(isKnownThen).then((answer) => answer.json());
  await openBoard(
    page,
    inject('boards'),
    `board=cliente&as_of=2026-05-31&known_at=2026-06-30&x.client=${encodeURIComponent(id)}`,
  );
  const told = (await response) as ClientResponse;
  expect(told.known_at).toBe('2026-06-30 23:59:59.999');
  expect(asked).toEqual(['2026-05-31', '2026-06-30']);
  expect(await textOf(page, 'footer')).toContain('conocido al 30 jun 2026');
  await page.getByRole('combobox').fill(id.split('~')[1] ?? '');
  await page.getByRole('option').first().waitFor();
  expect(asked.slice(2)).toEqual(['2026-05-31', '2026-06-30']);
  expect(complaints).toEqual([]);
  await close();
});

it.each([
  ['NONE', 'es', 'Cliente no encontrado', 'No hay un cliente «NONE» en la cartera que usted ve.'],
  ['CO~NONE', 'en', 'Client not found', 'There is no client "CO~NONE" in the portfolio that you see.'],
])(
  'an address with a client %s that there is not says so, and lists those that there are',
  async (id, lang, title, detail) => {
    const { page, complaints, close } = await newReader(browser);
    const lines = page.locator('alturas-client alturas-table tbody tr.opens');
    await openBoard(page, inject('boards'), `board=cliente&lang=${lang}`);
    const listed = await lines.allInnerTexts();
    await openBoard(page, inject('boards'), `board=cliente&lang=${lang}&x.client=${id}`);
    expect(await page.getByRole('alert').count()).toBe(0);
    const said = await page.locator('alturas-client .trouble[role="status"]').innerText();
    expect(said).toContain(title);
    expect(said).toContain(detail);
    expect(listed.length).toBeGreaterThan(1);
    expect(await lines.allInnerTexts()).toEqual(listed);
    await lines.first().click();
    await page.locator('alturas-client .state').waitFor();
    expect(await page.locator('alturas-client .trouble').count()).toBe(0);
    // The answer itself is the one thing that a browser notes.
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
    await close();
  },
);

it.each([
  [{ days_to_pay: null, days_to_pay_reason: 'INSUFFICIENT_HISTORY' }, 'falta historia'],
  [{ days_to_pay: null, days_to_pay_reason: 'ZERO_DENOMINATOR' }, 'sin base para calcular'],
  [{ days_to_pay: 9.4, days_to_pay_reason: null }, '9 d tras vencer'],
])('how a client pays is said, or why nobody can say it: %j', async (timing, said) => {
  const { page, complaints, close } = await newReader(browser);
  await openClient(page, ({ state }) => ({ state: { ...state, ...timing } }));
  const pays = page.locator('alturas-client dl > div', { has: page.getByText('Paga', { exact: true }) });
  expect((await pays.locator('dd').innerText()).replaceAll('\u00a0', ' ')).toBe(said);
  expect(complaints).toEqual([]);
  await close();
});

it('a code that one company has opens its client, and the address is written out in the same step of the history', async () => {
  const { page, complaints, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=cliente');
  await page.locator('alturas-client alturas-table tbody tr.opens').first().click();
  await page.locator('alturas-client .state').waitFor();
  const address = page.url();
  const id = new URL(address).searchParams.get('x.client') ?? '';
  const code = id.split('~')[1] ?? '';
  await page.route('**/api/clients?client=*', async (route) => {
    const response = await route.fetch();
    const told = (await response.json()) as ClientsResponse;
    await route.fulfill({
      response,
      json: { ...told, clients: told.clients.filter((client) => client.id === id) },
    });
  });
  await openBoard(page, inject('boards'), 'board=cliente');
  const steps = await page.evaluate(() => history.length);
  await openBoard(page, inject('boards'), `board=cliente&x.client=${code}`);
  await page.locator('alturas-client .state').waitFor();
  expect(page.url()).toBe(address);
  expect(await page.evaluate(() => history.length)).toBe(steps + 1);
  expect(complaints).toEqual([]);
  await close();
});

it.each([
  ['es', 'Varias compañías tienen un cliente', 'Compañía'],
  ['en', 'Several companies have a client', 'Company'],
])('of a code that several companies have (%s) one is chosen', async (lang, said, head) => {
  const { page, complaints, close } = await newReader(browser);
  await openBoard(page, inject('boards'), 'board=cliente');
  await page.locator('alturas-client alturas-table tbody tr.opens').first().click();
  await page.locator('alturas-client .state').waitFor();
  const id = new URL(page.url()).searchParams.get('x.client') ?? '';
  const code = id.split('~')[1] ?? '';
  await page.route('**/api/clients?client=*', async (route) => {
    const response = await route.fetch();
    const told = (await response.json()) as ClientsResponse;
    const one = told.clients.filter((client) => client.id === id);
    const other = one.map((client) => ({
      ...client,
      ...{ id: `PA~${code}`, company: 'PA', name: 'Otro', open: '70.50', overdue: '0.00', currency: 'USD' },
    }));
    await route.fulfill({ response, json: { ...told, clients: [...one, ...other] } });
  });
  await openBoard(page, inject('boards'), `board=cliente&lang=${lang}&x.client=${code}`);
  expect(await page.getByRole('alert').count()).toBe(0);
  expect(await page.locator('alturas-client .lead p').innerText()).toContain(said);
  const table = page.locator('alturas-client alturas-table');
  expect((await table.locator('thead th').first().innerText()).trim()).toBe(head);
  const lines = await table.locator('tbody tr.opens').allInnerTexts();
  expect(lines.length).toBe(2);
  expect(lines[1]).toContain('USD');
  await table.locator('tbody tr.opens').first().click();
  await page.locator('alturas-client .state').waitFor();
  expect(new URL(page.url()).searchParams.get('x.client')).toBe(id);
  await page.goBack();
  await page.locator('alturas-client .lead p').getByText(said).waitFor();
  expect(complaints).toEqual([]);
  await close();
});

it('of a payment that others share it says that the amount is the part of who looks', async () => {
  const { page, complaints, close } = await newReader(browser);
  const note = 'De un pago que también fue a recibos que usted no ve, su parte: lo aplicado a los que sí ve.';
  const part = { ...payment('COP', '120000.00'), unapplied: null, part: true };
  await openClient(page, () => ({
    payments: [payment('COP', '250000.00'), part],
    timeline: [
      {
        day: '2026-06-15',
        kind: 'payment',
        receipt: null,
        amount: '120000.00',
        currency: 'COP',
        channel: 'PSE',
        detail: null,
        part: true,
      },
    ],
  }));
  const paid = await tableOf(page, 'Pagos');
  expect(paid.head.slice(1, 4)).toEqual([
    expect.stringMatching(/^Valor/),
    'Se muestra',
    expect.stringMatching(/^Sin aplicar/),
  ]);
  expect(paid.lines.map((line) => line.slice(1, 4))).toEqual([
    ['250.000,00', 'todo', '0,00'],
    ['120.000,00', 'su parte', '–'],
  ]);
  expect(await page.getByText(note).count()).toBe(1);
  expect((await tableOf(page, 'Todo lo ocurrido')).lines.map((line) => line.at(-1))).toEqual([
    'su parte · PSE',
  ]);
  expect(complaints).toEqual([]);
  await close();
  const other = await newReader(browser);
  await openClient(other.page, () => ({ payments: [payment('COP', '250000.00')] }));
  expect((await tableOf(other.page, 'Pagos')).head).not.toContain('Se muestra');
  expect(await other.page.getByText(note).count()).toBe(0);
  await other.close();
});
