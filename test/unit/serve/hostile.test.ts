import { join } from 'node:path';
import { tableFromIPC } from '@uwdata/flechette';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Session } from '../../../functions/engine/duckdb.ts';
import {
  type AskResponse,
  askResponse,
  peersResponse,
  problem,
  provenance,
  ROUTES,
} from '../../../functions/serve/api.ts';
import { createApp } from '../../../functions/serve/app.ts';
import { type Claims, Guard } from '../../../functions/serve/session.ts';
import { Signer } from '../../../functions/serve/signer.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { ServedLedger } from '../../support/servedLedger.ts';

const SECRET = Buffer.alloc(32, 7);
const DAY = '2026-07-01';
const ADVISORS = ['ana', 'beto', 'caro', 'dani', 'elsa', 'fer'];
const ADVISOR: Claims = { sub: 'ana', role: 'advisor', scope: { advisor: ['ana'] } };
const CLERK: Claims = { sub: 'cl', role: 'clerk', scope: { clerk: ['cl1'] } };
const OWNER: Claims = { sub: 'o', role: 'executive', scope: 'all' };

let ledger: ServedLedger;

beforeAll(async () => {
  const plan = new Ledger(daily('2026-06-28', DAY));
  const one = plan.company('UNO');
  for (const [at, advisor] of ADVISORS.entries()) {
    const total = 1_000 * (at + 1);
    one.receipt(`${at}`, {
      total,
      issued: '2026-06-28',
      due: '2026-06-29',
      office: `0${at}`,
      client: `C${at}`,
    });
    one.assigned('OFFICE', `0${at}`, 'ADVISOR', advisor, '2026-01-01');
    one.assigned('OFFICE', `0${at}`, 'CLERK', at % 2 === 0 ? 'cl1' : 'cl2', '2026-01-01');
  }
  // The first advisor's receipts lie with two clerks: neither holds all of hers.
  one.receipt('x', { total: 500, issued: '2026-06-28', due: '2026-06-29', office: '09', client: 'C0' });
  one.assigned('OFFICE', '09', 'ADVISOR', 'ana', '2026-01-01');
  one.assigned('OFFICE', '09', 'CLERK', 'cl2', '2026-01-01');
  plan.company('DOS').receipt('9', { total: 7, issued: '2026-06-28', due: '2026-06-29', client: 'C0' });
  ledger = await ServedLedger.of(plan);
}, 600_000);
afterAll(() => ledger.close());

/** The app with tokens of a host. */
async function guarded() {
  const key = { kty: 'oct', k: SECRET.toString('base64url') };
  const guard = await Guard.of({ issuers: [{ issuer: 'hs', algorithm: 'HS256', key }] });
  return createApp({ house: ledger.house, guard, signer: await Signer.open(ledger.directory) });
}

interface Facts {
  readonly [claim: string]: unknown;
}

function token(facts: Facts, at = Math.floor(Date.now() / 1000), seconds = 600): Promise<string> {
  return new SignJWT({ role: 'analyst', scope: 'all', ...facts })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('hs')
    .setAudience('alturas')
    .setSubject('eve')
    .setIssuedAt(at)
    .setExpirationTime(at + seconds)
    .sign(SECRET);
}

async function appAs(claims: Claims) {
  const guard = await Guard.of({ local: claims });
  const app = createApp({ house: ledger.house, guard, signer: await Signer.open(ledger.directory) });
  const authorization = `Bearer ${await guard.localToken()}`;
  return (path: string, body?: unknown, headers: Record<string, string> = {}, method?: string) =>
    app.request(path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { authorization, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
}

async function only(response: Response): Promise<AskResponse['answers'][number]> {
  const [first] = askResponse.parse(await response.json()).answers;
  if (!first) throw new Error('no answer');
  return first;
}

describe('a token that lies', () => {
  it('about when it was issued does not live longer for it', async () => {
    const app = await guarded();
    const now = Math.floor(Date.now() / 1000);
    const status = async (text: string) =>
      (await app.request('/api/session', { headers: { authorization: `Bearer ${text}` } })).status;
    expect(await status(await token({}, now))).toBe(200);
    expect(await status(await token({}, now + 30))).toBe(200);
    expect(await status(await token({}, now + 365 * 86_400))).toBe(401);
  });

  it('about the column of its scope is refused, not taken for all', async () => {
    const app = await guarded();
    for (const scope of [{ ofice: ['00'] }, { company: 'UNO' }, { company: [null] }, [], null, 'ALL']) {
      const text = await token({ scope });
      const response = await app.request('/api/days', { headers: { authorization: `Bearer ${text}` } });
      expect(response.status, JSON.stringify(scope)).toBe(401);
    }
  });

  it('about its boards is refused: none, or one that there is not, is not taken for all', async () => {
    const app = await guarded();
    for (const boards of [[], ['nomina'], 'salud', null]) {
      const text = await token({ boards });
      const response = await app.request('/api/health', { headers: { authorization: `Bearer ${text}` } });
      expect(response.status, JSON.stringify(boards)).toBe(401);
    }
  });
});

describe('sessions of one machine', () => {
  it('of two servers stand side by side: a cookie does not know ports', async () => {
    const guard = await Guard.of({ local: OWNER });
    const app = createApp({ house: ledger.house, guard, signer: await Signer.open(ledger.directory) });
    const cookie = async (host: string) =>
      (await app.request(`http://${host}/api/session`, { headers: { host } })).headers
        .get('set-cookie')
        ?.split('=')[0];
    expect(await cookie('localhost:4310')).not.toBe(await cookie('localhost:4311'));
  });
});

describe('a place among peers', () => {
  const asked = { kpi: 'gross', dimension: 'advisor', member: 'ana' };
  it('is told of a whole figure', async () => {
    const told = peersResponse.parse(await (await (await appAs(ADVISOR))('/api/peers', asked)).json());
    expect(told.own.value).toBe('1500.00');
    expect(told.company).toMatchObject({ members: 6, percentile: 0, suppressed: false });
  });

  it('as a figure of its own is told to the scoped among five or more, to others always', async () => {
    const place = async (claims: Claims, by: string, member: string) => {
      const app = await appAs(claims);
      const questions = [{ kpi: 'on_time_place', by: [by], as_of: '2026-06-30' }];
      const told = await only(await app('/api/ask', { questions }));
      if (!('answer' in told)) throw new Error(JSON.stringify(told));
      return told.answer.rows.find(({ dimensions }) => dimensions[by] === member);
    };
    expect(await place(ADVISOR, 'advisor', 'ana')).toMatchObject({ reason: null, notes: { peers: '6' } });
    expect(await place(CLERK, 'clerk', 'cl1')).toMatchObject({ value: null, reason: 'FEW_PEERS' });
    expect(await place(OWNER, 'clerk', 'cl1')).toMatchObject({ reason: null, notes: { peers: '2' } });
  });

  it('is not told to whoever holds a part of that figure only', async () => {
    const told = peersResponse.parse(await (await (await appAs(CLERK))('/api/peers', asked)).json());
    expect(told.own.value).toBe('1000.00');
    expect(told.company).toEqual({
      members: null,
      median: null,
      percentile: null,
      band: null,
      suppressed: true,
    });
  });
});

describe('names', () => {
  it('of another company do not come along with a code that both have', async () => {
    const names = async (claims: Claims) => {
      const answer = await only(
        await (await appAs(claims))('/api/ask', { questions: [{ kpi: 'gross', by: ['client'] }] }),
      );
      return 'answer' in answer ? answer.answer.labels.client?.C0 : answer.problem.code;
    };
    expect(await names(OWNER)).toBe('Cliente C0 of DOS / Cliente C0 of UNO');
    expect(await names(ADVISOR)).toBe('Cliente C0 of UNO');
    expect(await names({ sub: 'a', role: 'finance', scope: { company: ['DOS'] } })).toBe('Cliente C0 of DOS');
  });
});

describe('what is asked without sense', () => {
  it('is refused by its name, and nothing of it is a defect of ours', async () => {
    const ask = await appAs(ADVISOR);
    const questions = [
      { kpi: 'gross', by: ['constructor'] },
      { kpi: 'gross', filters: [{ column: 'constructor', members: ['x'] }] },
      { kpi: '__proto__' },
      { kpi: 'gross', basis: 'constructor' },
      { kpi: 'par1e3' },
      { kpi: `par${'9'.repeat(70)}` },
      { kpi: 'gross', as_of: '9999-12-31' },
      { kpi: 'gross', as_of: '0001-01-01' },
      { kpi: 'gross', known_at: '2026-13-45' },
      { kpi: 'gross', known_at: '0000-00-00 99:99' },
      { kpi: 'collected', period: '0001-01-01..9999-12-31' },
      { kpi: 'collected', period: "month' or '1'='1" },
      { kpi: 'gross', filters: [{ column: 'office', members: ['a\0b'] }] },
      { kpi: 'gross', by: ['client'], filters: [{ column: 'client', members: ["' or 1=1 --"] }] },
      { kpi: 'gross', filters: [{ column: 'office', members: ['\ud800', '\u001f', 'ñ"\\'] }] },
      { kpi: 'gross', limit: 1e3 },
      { kpi: 'gross', limit: '1e3' },
      { kpi: 'gross', range: { from: '2026-07-01', to: '2026-06-28' } },
      { kpi: 'gross', range: { from: '2000-01-01' } },
      { kpi: 'gross', range: { from: '0001-01-01', every: 'month_end' } },
      { kpi: 'gross', range: { from: '2026-06-28' }, compare: ['2026-06-28'] },
    ];
    for (const question of questions) {
      const response = await ask('/api/ask', { questions: [question] });
      expect(response.status, JSON.stringify(question)).toBeLessThan(500);
      if (response.status !== 200) {
        expect(problem.parse(await response.json()).code).toBe('BAD_REQUEST');
        continue;
      }
      const told = await only(response);
      if ('problem' in told) expect(told.problem.status, JSON.stringify(question)).toBeLessThan(500);
      else expect(Number(told.answer.total?.value ?? 0)).toBeLessThanOrEqual(1_500);
    }
  });

  it('goes for every endpoint and every odd request', async () => {
    const ask = await appAs(ADVISOR);
    const odd = [
      '',
      'null',
      '[]',
      '"x"',
      '{"__proto__":{"questions":[]}}',
      '['.repeat(50_000),
      '{"a":NaN}',
      '\0',
    ];
    for (const { method, path } of Object.values(ROUTES)) {
      const place = path.replace(':id', `UNO~C1%00' or 1=1`);
      for (const body of method === 'post' ? odd : [undefined])
        expect((await ask(place, body)).status, `${path} ${body?.slice(0, 20)}`).toBeLessThan(500);
      for (const other of ['OPTIONS', 'PUT', 'DELETE', 'PATCH'])
        expect((await ask(place, undefined, {}, other)).status).toBe(404);
      const asked = await ask(place, undefined, { origin: 'https://evil.example' }, 'OPTIONS');
      expect([...asked.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    for (const path of [
      '/api/clients?find=%00%00',
      '/api/clients?find=%25%25',
      `/api/clients?find=${'a'.repeat(80)}&limit=1e1`,
      '/api/clients?find=aa&limit=NaN',
      '/api/refused?offset=-1',
      '/api/refused?offset=9007199254740991',
      '/api/clients/%E0%A4%A',
      '/api/clients/..%2f..%2fpackage.json',
      '//api/ask',
    ])
      expect((await ask(path)).status, path).toBeLessThan(500);
  });
});

describe('an answer that is asked for again', () => {
  it('is the same without being sent, for the same caller alone', async () => {
    const [ana, owner] = [await appAs(ADVISOR), await appAs(OWNER)];
    const first = await ana('/api/members');
    const tag = first.headers.get('etag') ?? '';
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    for (const word of ['Authorization', 'Cookie', 'Accept-Language'])
      expect(first.headers.get('vary')).toContain(word);
    const again = await ana('/api/members', undefined, { 'if-none-match': tag });
    expect(again.status).toBe(304);
    expect(again.headers.get('cache-control')).toBe('private, no-cache');
    expect((await owner('/api/members', undefined, { 'if-none-match': tag })).status).toBe(200);
  });

  it('is told in the language of whoever asks, also what went wrong in it', async () => {
    const ask = await appAs(ADVISOR);
    const title = async (language: string) => {
      const told = await only(
        await ask('/api/ask', { questions: [{ kpi: 'nothing' }] }, { 'accept-language': language }),
      );
      return 'problem' in told ? told.problem.title : '';
    };
    const [es, en] = [await title('es-CO'), await title('en')];
    expect(es).not.toBe(en);
    expect(await title('es')).toBe(es);
  });
});

describe('a range of days', () => {
  it('is one question: as of its last day, with the others', async () => {
    const ask = await appAs(ADVISOR);
    const range = { from: '2026-06-27', to: '2026-06-30' };
    const told = await only(await ask('/api/ask', { questions: [{ kpi: 'overdue', range }] }));
    if (!('answer' in told)) throw new Error(JSON.stringify(told));
    const { answer } = told;
    expect([answer.as_of, ...answer.compare.map(({ as_of }) => as_of)]).toEqual([
      '2026-06-30',
      '2026-06-29',
      '2026-06-28',
      '2026-06-27',
    ]);
    expect([answer.total, ...(answer.total?.compare ?? [])].map((cell) => cell?.value ?? null)).toEqual([
      '1500.00',
      '0.00',
      '0.00',
      null,
    ]);
    expect(answer.compare.at(-1)?.reason).toBe('DAY_UNKNOWN');
    const ends = await only(
      await ask('/api/ask', {
        questions: [{ kpi: 'gross', range: { from: '2026-06-28', every: 'month_end' } }],
      }),
    );
    if (!('answer' in ends)) throw new Error(JSON.stringify(ends));
    expect([ends.answer.as_of, ...ends.answer.compare.map(({ as_of }) => as_of)]).toEqual([
      DAY,
      '2026-06-30',
    ]);
  });
});

describe('every file', () => {
  it('says what it stands on', async () => {
    const ask = await appAs(OWNER);
    const source = {
      of: 'ask',
      question: { kpi: 'gross', by: ['client'], filters: [{ column: 'company', members: ['UNO', 'ñ'] }] },
    };
    for (const format of ['csv', 'xlsx', 'parquet', 'arrow'] as const) {
      const response = await ask('/api/export', { format, source });
      const told: unknown = JSON.parse(response.headers.get('x-alturas-provenance') ?? '');
      const { build } = provenance.parse(told);
      expect(told).toMatchObject({
        kpi: 'gross',
        currency: 'COP',
        as_of: DAY,
        tie_out: 'unchecked',
        row_count: 6,
        filters: source.question.filters,
      });
      expect(build).toMatch(/^[0-9a-f]{16}$|^on demand/);
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (format === 'arrow')
        expect(JSON.parse(tableFromIPC(bytes).schema.metadata?.get('alturas') ?? '')).toEqual(told);
      if (format === 'parquet') {
        const { writeFile } = await import('node:fs/promises');
        const file = join(ledger.directory, 'told.parquet');
        await writeFile(file, bytes);
        const session = await Session.open({ scratch: ledger.directory, trino: false });
        const [row] = await session.rows(
          `select decode(value) as value from parquet_kv_metadata('${file}') where decode(key) = 'alturas'`,
        );
        session.close();
        expect(JSON.parse(String(row?.value))).toEqual(told);
      }
    }
  });
});
