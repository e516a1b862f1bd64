import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from '@uwdata/flechette';
import { readSheet } from 'read-excel-file/node';
import { expect } from 'vitest';
import { run } from '../../functions/cli/main.ts';
import { Session } from '../../functions/engine/duckdb.ts';
import type { Row } from '../../functions/engine/engine.ts';
import {
  askResponse,
  changeResponse,
  clientResponse,
  clientsResponse,
  daysResponse,
  healthResponse,
  membersResponse,
  peersResponse,
  proofResponse,
  receiptsResponse,
  refusedResponse,
} from '../../functions/serve/api.ts';
import type { RouteName } from '../../functions/serve/handlers.ts';
import type { Claims } from '../../functions/serve/session.ts';
import { type Person, sees, seesRefused, visibleAmounts, visibleReceipts } from './servedCallers.ts';
import type { RawRows } from './servedDemo.ts';

/** A person at an exit. */
export interface Asking {
  readonly person: Person;
  readonly raw: RawRows;
  readonly day: string;
  readonly lake: string;
  /** The terminal forgets who asks. */
  readonly forgetful: boolean;
  get(path: string): Promise<Response> | Response;
  post(path: string, body: unknown): Promise<Response> | Response;
}

export interface Exit {
  /** The route whose desk serves it. */
  readonly route: RouteName | 'cli';
  /** Who is asked in the mutation check, where an advisor may not use it or sees nothing there to lose. */
  readonly unmasked?: string;
  /** The board that a session must have; left out: several boards show what comes out, and it is open to all. */
  readonly board?: NonNullable<Claims['boards']>[number];
  /** @throws when the rows that come out are not exactly those of the scope */
  check(asking: Asking): Promise<void>;
}

const COMPANIES = ['CO', 'PA'] as const;
const isGross = (row: Row): boolean => row.class === 'GROSS';
const cents = (text: unknown): bigint => BigInt(String(text).replace('.', ''));
const total = (amounts: Iterable<bigint>): bigint => [...amounts].reduce((sum, amount) => sum + amount, 0n);

/** A role without the exit is refused; others go on. */
async function mayUse({ person }: Asking, response: Response, ...exits: string[]): Promise<boolean> {
  if (exits.every((exit) => person.exits.includes(exit))) return true;
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({ code: 'EXIT_DENIED' });
  return false;
}

function ofCompany(amounts: ReadonlyMap<string, bigint>, company: string): Map<string, bigint> {
  return new Map([...amounts].filter(([key]) => key.startsWith(`${company}|`)));
}

const byLine = ({ company, line }: Readonly<Record<string, unknown>>): string => `${company}|${line}`;

/** Amounts of receipts, summed by company and line. */
function inLines({ position }: RawRows, amounts: ReadonlyMap<string, bigint>): Map<string, bigint> {
  const lines = new Map<string, bigint>();
  for (const row of position) {
    const amount = amounts.get(`${row.company}|${row.receipt_no}`) ?? 0n;
    if (amount !== 0n) lines.set(byLine(row), (lines.get(byLine(row)) ?? 0n) + amount);
  }
  return lines;
}

/** Amounts of the receipts of one client. */
function ofClient(
  { position }: RawRows,
  amounts: ReadonlyMap<string, bigint>,
  company: string | undefined,
  client: string | undefined,
): bigint {
  const own = position.filter((row) => row.company === company && row.client_id === client);
  return total(own.map((row) => amounts.get(`${row.company}|${row.receipt_no}`) ?? 0n));
}

const gross = (company: string) => ({
  question: { kpi: 'gross', filters: [{ column: 'company', members: [company] }] },
});

/** Clients whose receipts lie in several hands first: of them a caller sees a part. */
function sharedFirst({ flow }: RawRows, ids: readonly string[]): string[] {
  const hands = new Map<string, Set<string>>();
  for (const { company, client_id: client, line, office, advisor, clerk, intermediary } of flow) {
    const id = `${company}~${client}`;
    const known = hands.get(id) ?? new Set();
    hands.set(id, known.add(`${line} ${office} ${advisor} ${clerk} ${intermediary}`));
  }
  const count = (id: string): number => hands.get(id)?.size ?? 0;
  return [...ids].sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1));
}

/** The rows of a file of the receipts behind the gross of each company. */
function file(
  format: string,
  read: (bytes: Uint8Array) => Promise<{ key: string; amount: bigint; name: unknown }[]>,
): Exit {
  return {
    route: 'export',
    ...(format === 'parquet' || format === 'arrow' ? { unmasked: 'analyst of one company' } : {}),
    check: async (asking) => {
      const expected = visibleAmounts(asking.person, asking.raw, isGross);
      for (const company of COMPANIES) {
        const response = await asking.post('/api/export', {
          format,
          source: { of: 'receipts', ...gross(company) },
        });
        if (!(await mayUse(asking, response, format, 'drill'))) continue;
        expect(response.status).toBe(200);
        const rows = await read(new Uint8Array(await response.arrayBuffer()));
        expect(new Map(rows.map(({ key, amount }) => [key, amount]))).toEqual(ofCompany(expected, company));
        expect(rows.every(({ name }) => (name === '•••') === !asking.person.personal)).toBe(true);
        if (asking.person.exits.includes('refused')) await refusedFile(asking, format, company);
      }
    },
  };
}

async function refusedFile(asking: Asking, format: string, company: string): Promise<void> {
  const response = await asking.post('/api/export', { format, source: { of: 'refused' } });
  if (asking.person.claims.boards?.includes('salud') === false) {
    expect(await response.json()).toMatchObject({ status: 403, code: 'BOARD_DENIED', value: 'salud' });
    return;
  }
  expect(Number(response.headers.get('x-alturas-rows')), company).toBe(
    asking.raw.refused.filter((row) => seesRefused(asking.person, row)).length,
  );
}

const bare = (text: string): string[][] =>
  text
    .replace('\ufeff', '')
    .trim()
    .split('\r\n')
    .map((line) => line.match(/("([^"]|"")*"|[^,]*)(,|$)/g)?.map((cell) => cell.replace(/,$/, '')) ?? []);

export const MATRIX: Readonly<Record<string, Exit>> = {
  '/api/ask': {
    route: 'ask',
    check: async (asking) => {
      const expected = visibleAmounts(asking.person, asking.raw, isGross);
      const questions = [
        { kpi: 'gross', by: ['company', 'receipt'] },
        { kpi: 'gross', by: ['company'] },
        { kpi: 'overdue', by: ['company', 'office'], compare: ['2026-06-29'] },
        // Of marts that keep one dimension at a time: these are made for whoever asks.
        { kpi: 'overdue_own', by: ['company', 'line'] },
        { kpi: 'top_share', by: ['company', 'line'] },
      ];
      const response = await asking.post('/api/ask', { questions });
      expect(response.status).toBe(200);
      const { answers } = askResponse.parse(await response.json());
      const [receipts, companies, offices, scorecards, concentration] = answers.map((one) =>
        'answer' in one ? one.answer.rows : [],
      );
      const told = new Map(
        receipts?.map(({ dimensions, value }) => [
          `${dimensions.company}|${dimensions.receipt}`,
          cents(value),
        ]),
      );
      expect(told).toEqual(expected);
      for (const company of COMPANIES) {
        const row = companies?.find(({ dimensions }) => dimensions.company === company);
        expect(cents(row?.value ?? '0')).toBe(total(ofCompany(expected, company).values()));
      }
      const overdue = visibleAmounts(asking.person, asking.raw, (row) => isGross(row) && Number(row.dpd) > 0);
      expect(total(offices?.map(({ value }) => cents(value ?? '0.00')) ?? [])).toBe(total(overdue.values()));
      const sums = (part: 'value' | 'denominator', rows: typeof offices) =>
        new Map(
          rows
            ?.map(({ dimensions, [part]: sum }) => [byLine(dimensions), cents(sum ?? '0.00')] as const)
            .filter(([, sum]) => sum !== 0n),
        );
      expect(sums('value', scorecards)).toEqual(inLines(asking.raw, overdue));
      expect(sums('denominator', concentration)).toEqual(inLines(asking.raw, expected));
    },
  },
  '/api/members': {
    route: 'members',
    check: async (asking) => {
      const response = await asking.get('/api/members');
      const { dimensions } = membersResponse.parse(await response.json());
      const rows = [
        ...visibleReceipts(asking.person, asking.raw).filter((row) => sees(asking.person, row)),
        ...asking.raw.unapplied.filter((row) => sees(asking.person, row)),
      ];
      const shared = visibleAmounts(asking.person, asking.raw, () => true);
      for (const column of ['office', 'advisor', 'clerk', 'line']) {
        const mine = [
          ...rows,
          ...asking.raw.position.filter((row) => shared.has(`${row.company}|${row.receipt_no}`)),
        ].flatMap((row) => (typeof row[column] === 'string' ? [row[column]] : []));
        expect(dimensions[column]?.map(({ member }) => member)).toEqual([...new Set(mine)].sort());
      }
    },
  },
  '/api/change': {
    route: 'change',
    check: async (asking) => {
      const response = await asking.post('/api/change', {
        measure: 'gross',
        from: '2026-06-20',
        by: 'client',
      });
      const { blocks } = changeResponse.parse(await response.json());
      const clients = new Map(
        asking.raw.position.map((row) => [
          `${row.company}|${row.receipt_no}`,
          `${row.functional_currency}|${row.client_id}`,
        ]),
      );
      const byClient = new Map<string, bigint>();
      for (const [receipt, amount] of visibleAmounts(asking.person, asking.raw, isGross)) {
        const key = clients.get(receipt) ?? '';
        byClient.set(key, (byClient.get(key) ?? 0n) + amount);
      }
      const told = blocks.flatMap(({ currency, members }) =>
        members.flatMap(({ member, closing }) =>
          closing === '0.00' ? [] : [[`${currency}|${member}`, cents(closing)] as const],
        ),
      );
      expect(new Map(told)).toEqual(byClient);
      for (const { total: whole, members } of blocks)
        for (const one of [whole, ...members])
          expect(total(Object.values(one.causes).map(cents))).toBe(cents(one.closing) - cents(one.opening));
    },
  },
  '/api/receipts': {
    route: 'receipts',
    check: async (asking) => {
      const expected = visibleAmounts(asking.person, asking.raw, isGross);
      for (const company of COMPANIES) {
        const response = await asking.post('/api/receipts', { ...gross(company), limit: 1000 });
        const page = receiptsResponse.parse(await response.json());
        const told = page.receipts.map(
          ({ company: of, receipt, amount }) => [`${of}|${receipt}`, cents(amount)] as const,
        );
        expect(new Map(told)).toEqual(ofCompany(expected, company));
        expect(page.equal).toBe(true);
        // What is open of a receipt, in its own currency, is no more than the part of it that is told.
        for (const { currency, open_total, amount } of page.receipts)
          if (currency === page.currency) expect(open_total).toBe(amount);
        expect(
          page.receipts.every(({ client_name: name }) => (name === '•••') === !asking.person.personal),
        ).toBe(true);
      }
    },
  },
  '/api/clients': {
    route: 'clients',
    board: 'cliente',
    check: async (asking) => {
      const find = 'C1';
      const response = await asking.get(`/api/clients?find=${find}&limit=50`);
      const { clients } = clientsResponse.parse(await response.json());
      const all = asking.person.claims.scope === 'all' && !['advisor'].includes(asking.person.claims.role);
      const candidates = all ? asking.raw.clients : visibleReceipts(asking.person, asking.raw);
      const expected = new Set(
        candidates.flatMap(({ company, client_id: client }) =>
          String(client).startsWith(find) ? [`${company}~${client}`] : [],
        ),
      );
      if (expected.size <= 50) expect(new Set(clients.map(({ id }) => id))).toEqual(expected);
      else for (const { id } of clients) expect(expected).toContain(id);
      for (const { name } of clients) expect(name === '•••').toBe(!asking.person.personal);
      const amounts = visibleAmounts(asking.person, asking.raw, isGross);
      for (const { company, client, open } of clients)
        expect(cents(open), `${company}~${client}`).toBe(ofClient(asking.raw, amounts, company, client));
      // A mask would not hide what was searched for.
      const [one] = visibleReceipts(asking.person, asking.raw);
      const client = asking.raw.clients.find(
        (row) => row.company === one?.company && row.client_id === one?.client_id,
      );
      if (!client) return;
      const byNumber = await asking.get(`/api/clients?find=${client.id_number}&limit=50`);
      const found = clientsResponse.parse(await byNumber.json()).clients.map(({ id }) => id);
      if (asking.person.personal) expect(found).toContain(`${client.company}~${client.client_id}`);
      else expect(found).toEqual([]);
    },
  },
  '/api/clients/:id': {
    route: 'client',
    board: 'cliente',
    check: async (asking) => {
      const mine = visibleReceipts(asking.person, asking.raw);
      const ids = new Set(asking.raw.position.map((row) => `${row.company}~${row.client_id}`));
      const payers = asking.raw.unapplied.map((row) => `${row.company}~${row.client_id}`);
      for (const id of new Set([...sharedFirst(asking.raw, [...ids]).slice(0, 15), ...payers.slice(0, 15)])) {
        const [company, client] = id.split('~');
        const expected = mine.filter((row) => row.company === company && row.client_id === client);
        const response = await asking.get(`/api/clients/${id}`);
        if (response.status === 404) {
          expect(expected).toEqual([]);
          continue;
        }
        const told = clientResponse.parse(await response.json());
        expect(told.receipts.map(({ receipt }) => receipt).sort()).toEqual(
          expected.map((row) => String(row.receipt_no)).sort(),
        );
        const amounts = visibleAmounts(asking.person, asking.raw, isGross);
        expect(cents(told.state.gross), id).toBe(ofClient(asking.raw, amounts, company, client));
        const unapplied = asking.raw.unapplied.filter(
          (row) => row.company === company && row.client_id === client && sees(asking.person, row),
        );
        expect(cents(told.state.unapplied), id).toBe(
          total(unapplied.map((row) => cents(row.closing_unapplied))),
        );
        if (asking.person.claims.scope !== 'all' && asking.person.claims.role !== 'intermediary') {
          const theirs = new Set(expected.map((row) => row.receipt_no));
          const paid = [
            ...asking.raw.flow.filter(
              (row) =>
                row.company === company && (sees(asking.person, row) || theirs.has(row.receipt_no ?? null)),
            ),
            ...unapplied,
          ].map((row) => row.payment_no);
          for (const { payment } of told.payments) expect(paid, `${id} ${payment}`).toContain(payment);
        }
        const { name, id_type, id_number, email, phone } = told.client;
        const notes = told.contacts.map(({ note }) => note);
        const personal = [name, id_type, id_number, email, phone, ...notes].flatMap((text) => text ?? []);
        expect(personal.filter((text) => (text === '•••') === asking.person.personal)).toEqual([]);
        if (expected.length === 0 && asking.person.claims.scope !== 'all')
          expect(told.timeline.length).toBeGreaterThan(0);
        // What hangs on a receipt comes with it, and with no other: of those seen now or when something happened.
        const seen = new Set(
          [...mine, ...asking.raw.flow.filter((row) => sees(asking.person, row))].map(
            (row) => `${row.company}|${row.receipt_no}`,
          ),
        );
        for (const { receipt } of [...told.promises, ...told.contacts, ...told.timeline])
          if (receipt !== null) expect(seen, `${id} ${receipt}`).toContain(`${company}|${receipt}`);
      }
    },
  },
  '/api/peers': {
    route: 'peers',
    board: 'tableros',
    check: async (asking) => {
      const advisors = new Set(
        asking.raw.position.flatMap((row) => (typeof row.advisor === 'string' ? [row.advisor] : [])),
      );
      for (const member of [...advisors].slice(0, 12)) {
        const response = await asking.post('/api/peers', { kpi: 'gross', dimension: 'advisor', member });
        const expected = visibleAmounts(
          asking.person,
          asking.raw,
          (row) => isGross(row) && row.advisor === member,
        );
        if (response.status !== 200) {
          expect(expected.size).toBe(0);
          const { scope } = asking.person.claims;
          if (scope !== 'all' && scope.advisor?.includes(member) === false) expect(response.status).toBe(403);
          continue;
        }
        const text = await response.text();
        const told = peersResponse.parse(JSON.parse(text));
        expect(cents(told.own.value ?? '0.00')).toBe(total(expected.values()));
        for (const other of advisors) if (other !== member) expect(text).not.toContain(`"${other}"`);
      }
    },
  },
  '/api/days': {
    route: 'days',
    check: async (asking) => {
      const { days } = daysResponse.parse(await (await asking.get('/api/days')).json());
      const mine = asking.raw.restatements.filter(
        (row) => row.affects_from !== null && sees(asking.person, row),
      );
      const expected = days.filter(({ day }) =>
        mine.some(
          (row) =>
            String(row.affects_from) <= day &&
            day <= String(row.affects_to ?? row.affects_from) &&
            day < String(row.as_of),
        ),
      );
      expect(days.filter(({ restated }) => restated)).toEqual(expected);
    },
  },
  '/api/health': {
    route: 'health',
    board: 'salud',
    check: async (asking) => {
      const told = healthResponse.parse(await (await asking.get('/api/health')).json());
      const { role, scope } = asking.person.claims;
      const everybody = scope === 'all' && role !== 'advisor';
      const messages = told.deliveries.flatMap(({ findings }) => findings.map(({ message }) => message));
      expect(messages.length).toBeGreaterThan(0);
      if (!everybody) expect(new Set(messages)).toEqual(new Set(['']));
      // How much there is of all is nobody's part of it.
      const counts = told.deliveries.flatMap(({ feeds, findings }) => [
        ...Object.values(feeds).flatMap(({ rows, accepted, refused }) => [rows, accepted, refused]),
        ...findings.map(({ count }) => count),
      ]);
      if (!everybody) expect(new Set(counts)).toEqual(new Set([null]));
      else expect(counts).not.toContain(null);
      expect(told.refused.rows).toBe(
        asking.raw.refused.filter((row) => seesRefused(asking.person, row)).length,
      );
      const restated = asking.raw.restatements.filter(
        (row) => Number(row.days_affected) > 0 && sees(asking.person, row),
      );
      expect(told.restatements.movements).toBe(
        new Set(restated.map((row) => `${row.company}|${row.kind}|${row.movement_id}`)).size,
      );
    },
    unmasked: 'advisor',
  },
  '/api/refused': {
    route: 'refused',
    board: 'salud',
    unmasked: 'analyst of one company',
    check: async (asking) => {
      const response = await asking.get('/api/refused?limit=1000');
      if (!(await mayUse(asking, response, 'refused'))) return;
      const told = refusedResponse.parse(await response.json());
      const expected = asking.raw.refused.filter((row) => seesRefused(asking.person, row));
      const key = (row: Row) => [row.company, row.line, row.column, row.code].join('|');
      expect(told.rows.map((row) => key(row)).sort()).toEqual(expected.map(key).sort());
      expect(told.rows.every((row) => row.reason_es !== null && row.reason_es !== row.reason)).toBe(true);
      expect(told.rows.every(({ raw }) => (raw === '•••') === !asking.person.personal)).toBe(true);
      const values = told.rows.flatMap(({ value }) => value ?? []);
      expect(values.every((value) => (value === '•••') === !asking.person.personal)).toBe(true);
    },
  },
  '/api/export csv': file('csv', async (bytes) => {
    const [header = [], ...lines] = bare(new TextDecoder().decode(bytes));
    const at = (line: string[], name: string) => line[header.indexOf(name)] ?? '';
    return lines.map((line) => ({
      key: `${at(line, 'company')}|${at(line, 'receipt')}`,
      amount: cents(at(line, 'amount')),
      name: at(line, 'client_name'),
    }));
  }),
  '/api/export xlsx': file('xlsx', async (bytes) => {
    const rows = await readSheet(Buffer.from(bytes), 'Datos');
    const [header = [], ...lines] = rows as unknown as unknown[][];
    const at = (line: unknown[], name: string) => line[header.indexOf(name)];
    return lines.map((line) => ({
      key: `${at(line, 'Compañía')}|${at(line, 'Recibo')}`,
      amount: BigInt(Math.round(Number(at(line, 'Importe')) * 100)),
      name: at(line, 'Nombre del cliente'),
    }));
  }),
  '/api/export parquet': file('parquet', async (bytes) => {
    const folder = await mkdtemp(join(tmpdir(), 'alturas-matrix-'));
    const session = await Session.open({ scratch: folder, trino: false });
    try {
      await writeFile(join(folder, 'rows.parquet'), bytes);
      const rows = await session.rows(`select * from read_parquet('${folder}/rows.parquet')`);
      return rows.map((row) => ({
        key: `${row.company}|${row.receipt}`,
        amount: cents(row.amount),
        name: row.client_name,
      }));
    } finally {
      session.close();
      await rm(folder, { recursive: true });
    }
  }),
  '/api/export arrow': file('arrow', async (bytes) => {
    const table = tableFromIPC(bytes, { useDecimalInt: true });
    return table.toArray().map((row) => ({
      key: `${row.company}|${row.receipt}`,
      amount: BigInt(row.amount),
      name: row.client_name,
    }));
  }),
  '/api/proof': {
    route: 'proof',
    check: async (asking) => {
      const expected = visibleAmounts(asking.person, asking.raw, isGross);
      for (const company of COMPANIES) {
        const response = await asking.post('/api/proof', gross(company));
        const { receipt } = proofResponse.parse(await response.json());
        const mine = ofCompany(expected, company);
        expect(cents(receipt.cell.value ?? '0.00')).toBe(total(mine.values()));
        expect(receipt.receipts).toBe(mine.size);
      }
    },
  },
  'alturas kpi': {
    route: 'cli',
    check: async (asking) => {
      const expected = visibleAmounts(asking.person, asking.raw, isGross);
      const { rows } = (await terminalOf(asking, ['kpi', 'gross', '--by', 'company'])) as {
        rows: { dimensions: { company: string }; value: string }[];
      };
      for (const company of COMPANIES) {
        const row = rows.find(({ dimensions }) => dimensions.company === company);
        expect(cents(row?.value ?? '0')).toBe(total(ofCompany(expected, company).values()));
      }
    },
  },
  'alturas receipts': {
    route: 'cli',
    check: async (asking) => {
      const told: [string, bigint][] = [];
      for (const only of COMPANIES) {
        const words = ['receipts', 'gross', '--where', `company=${only}`];
        const { receipts = [], error } = (await terminalOf(asking, words, [0, 2])) as {
          receipts?: { company: string; receipt: string; amount: string }[];
          error?: { code: string };
        };
        // Of whom a person sees nothing, the terminal knows nothing: as of one that there is not.
        if (error) expect([error.code, receipts]).toEqual(['UNKNOWN_MEMBER', []]);
        for (const { company, receipt, amount } of receipts)
          told.push([`${company}|${receipt}`, cents(amount)]);
      }
      expect(new Map(told)).toEqual(visibleAmounts(asking.person, asking.raw, isGross));
    },
  },
  'alturas restatements': {
    route: 'cli',
    check: async (asking) => {
      const { rows } = (await terminalOf(asking, ['restatements'])) as { rows: Row[] };
      const expected = asking.raw.restatements.filter((row) => sees(asking.person, row));
      expect(rows.map((row) => String(row.movement_id)).sort()).toEqual(
        expected.map((row) => String(row.movement_id)).sort(),
      );
    },
  },
  'alturas serve': {
    route: 'cli',
    check: async (asking) => {
      // The claims that the terminal hands to the server are those that the routes above were asked with.
      const { eyesOf } = await import('../../functions/cli/eyes.ts');
      const { role, scope } = asking.person.claims;
      const flags = asking.forgetful ? { scope: {} } : { role, scope: scope === 'all' ? {} : scope };
      const eyes = eyesOf(flags as Parameters<typeof eyesOf>[0]);
      expect(eyes?.role).toBe(role);
      // Nothing named at a terminal is everything; a token must say so.
      if (scope === 'all' || Object.keys(scope).length > 0) expect(eyes?.scope).toEqual(scope);
    },
  },
};

/** What a command prints as JSON with the eyes of a person. */
async function terminalOf(
  { person, lake, forgetful }: Asking,
  words: readonly string[],
  codes: readonly number[] = [0],
): Promise<unknown> {
  const { role, scope } = person.claims;
  const scopes =
    scope === 'all'
      ? []
      : Object.entries(scope).flatMap(([column, some]) => ['--scope', `${column}=${some?.join(',')}`]);
  const nobody = scope !== 'all' && Object.keys(scope).length === 0 ? ['--scope', 'company='] : [];
  const eyes = forgetful ? [] : ['--role', role, ...scopes, ...nobody];
  const printed: string[] = [];
  const { write } = process.stdout;
  process.stdout.write = ((text: string) => printed.push(text) > 0) as typeof write;
  try {
    expect(codes).toContain(await run([...words, ...eyes, '--lake', lake, '--json']));
  } finally {
    process.stdout.write = write;
  }
  return JSON.parse(printed.join(''));
}
