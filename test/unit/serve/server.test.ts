import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Access, readAccess } from '../../../functions/serve/access.ts';
import { daysResponse, problem, ROUTES, sessionResponse } from '../../../functions/serve/api.ts';
import { type Running, startServer } from '../../../functions/serve/server.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { ServedLedger } from '../../support/servedLedger.ts';

const SECRET = Buffer.alloc(32, 7);
const HOST_APP = 'https://host.example';

let ledger: ServedLedger;
let own: Running;
let guarded: Running;
let pair: Awaited<ReturnType<typeof generateKeyPair>>;

beforeAll(async () => {
  const plan = new Ledger(daily('2026-06-27', '2026-06-29'));
  plan.company('CO').receipt('1', { total: 1_000, issued: '2026-06-27', due: '2026-06-28', office: '01' });
  ledger = await ServedLedger.of(plan);
  const boards = join(ledger.directory, 'boards');
  await mkdir(join(boards, 'assets'), { recursive: true });
  await writeFile(join(boards, 'index.html'), '<!doctype html><title>Alturas</title>');
  await writeFile(join(boards, 'assets', 'a-1.js'), `export const text = '${'a'.repeat(20_000)}';`);
  pair = await generateKeyPair('EdDSA', { extractable: true });
  const access: Access = {
    audience: 'boards',
    issuers: [
      { issuer: 'hs', algorithm: 'HS256', key: { kty: 'oct', k: SECRET.toString('base64url') } },
      { issuer: 'ed', algorithm: 'EdDSA', key: await exportJWK(pair.publicKey) },
    ],
    frame_ancestors: [HOST_APP],
  };
  const options = { lake: ledger.lake, config: ledger.config, port: 0, boards };
  own = await startServer({ ...options, cache: join(ledger.directory, 'one') });
  guarded = await startServer({ ...options, cache: join(ledger.directory, 'two'), access });
}, 300_000);

afterAll(async () => {
  await own.close();
  await guarded.close();
  await ledger.close();
});

interface Facts {
  readonly iss?: string;
  readonly aud?: string;
  readonly seconds?: number;
  readonly issued?: number;
}

/** A token of the first host application, or one with something wrong. */
async function token({ iss = 'hs', aud = 'boards', seconds = 600, issued = 0 }: Facts = {}): Promise<string> {
  const at = Math.floor(Date.now() / 1000) + issued;
  return new SignJWT({ role: 'analyst', scope: { company: ['CO'] }, locale: 'en', boards: ['pulso'] })
    .setProtectedHeader({ alg: iss === 'ed' ? 'EdDSA' : 'HS256' })
    .setIssuer(iss)
    .setAudience(aud)
    .setSubject('ana')
    .setIssuedAt(at)
    .setExpirationTime(at + seconds)
    .sign(iss === 'ed' ? pair.privateKey : SECRET);
}

const session = (bearer: string, language = 'es') =>
  fetch(`${guarded.address}api/session`, {
    headers: { authorization: `Bearer ${bearer}`, 'accept-language': language },
  });

async function codeOf(response: Response): Promise<string> {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const told = problem.parse(await response.json());
  expect(told.status).toBe(response.status);
  return told.code;
}

describe('on its own machine', () => {
  it('signs a session for whoever sits there, in a cookie that no script reads', async () => {
    const response = await fetch(`${own.address}api/session`);
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^alturas_session_\d+=.*HttpOnly.*SameSite=Strict/);
    expect(sessionResponse.parse(await response.json())).toMatchObject({ role: 'executive', local: true });
    const days = await fetch(`${own.address}api/days`, { headers: { cookie: cookie.split(';')[0] ?? '' } });
    expect(daysResponse.parse(await days.json()).newest).toBe('2026-06-29');
  });

  it('asks for a session everywhere else, in the language of the reader', async () => {
    const spanish = await fetch(`${own.address}api/days`);
    expect(spanish.status).toBe(401);
    expect(await spanish.json()).toMatchObject({ title: 'Sesión requerida', code: 'TOKEN_MISSING' });
    const english = await fetch(`${own.address}api/days`, {
      headers: { 'accept-language': 'en-GB,es;q=0.5' },
    });
    expect(await english.json()).toMatchObject({ title: 'A session is needed' });
  });

  it('answers to its own names only: another page cannot borrow the browser', async () => {
    const status = await new Promise<number>((answered) => {
      request(`${own.address}api/session`, { headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        answered(response.statusCode ?? 0);
      }).end();
    });
    expect(status).toBe(421);
  });

  it('takes no form of another page for a question', async () => {
    const { headers } = await fetch(`${own.address}api/session`);
    const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
    const ask = (type: string, body: string) =>
      fetch(`${own.address}api/ask`, { method: 'POST', headers: { cookie, 'content-type': type }, body });
    expect(await codeOf(await ask('text/plain', '{"questions":[{"kpi":"gross"}]}'))).toBe('BAD_REQUEST');
    expect(await codeOf(await ask('application/json', '{"questions":[{"kpi":"gross","x":1}]}'))).toBe(
      'BAD_REQUEST',
    );
    expect((await ask('application/json', `{"questions":"${'x'.repeat(1_100_000)}"}`)).status).toBe(413);
    expect((await ask('application/json', '{"questions":[{"kpi":"gross"}]}')).status).toBe(200);
  });

  it('does not open itself to a network without somebody who signs tokens', async () => {
    const opening = startServer({ lake: ledger.lake, config: ledger.config, port: 0, host: '0.0.0.0' });
    await expect(opening).rejects.toMatchObject({ code: 'ISSUER_REQUIRED' });
  });

  it('says that a port is taken', async () => {
    const port = Number(new URL(own.address).port);
    const opening = startServer({
      lake: ledger.lake,
      config: ledger.config,
      port,
      cache: join(ledger.directory, 'x'),
    });
    await expect(opening).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  });
});

describe('with tokens of a host application', () => {
  it('takes them by both algorithms, with what they say', async () => {
    for (const iss of ['hs', 'ed']) {
      const told = sessionResponse.parse(await (await session(await token({ iss }))).json());
      expect(told).toMatchObject({
        role: 'analyst',
        scope: { company: ['CO'] },
        personal: false,
        locale: 'en',
        boards: ['pulso'],
        local: false,
      });
    }
  });

  it('gives nobody a session without one', async () => {
    expect(await codeOf(await fetch(`${guarded.address}api/session`))).toBe('TOKEN_MISSING');
  });

  it('refuses what is expired, for somebody else, too long-lived, unsigned, or signed by a stranger', async () => {
    const expired = await session(await token({ issued: -3600 }));
    expect(expired.status).toBe(401);
    expect(await codeOf(expired)).toBe('TOKEN_EXPIRED');
    const [header, body] = (await token()).split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`;
    const stranger = await new SignJWT({ role: 'executive', scope: 'all' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('hs')
      .setAudience('boards')
      .setSubject('eve')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(Buffer.alloc(32, 8));
    // The public key of the one issuer as the secret of the other.
    const confused = (await token({ iss: 'ed' })).replace(/^[^.]+/, header ?? '');
    for (const bad of [
      await token({ aud: 'elsewhere' }),
      await token({ seconds: 7200 }),
      await token({ iss: 'nobody' }),
      none,
      stranger,
      confused,
      'not.a.token',
    ]) {
      const response = await session(bad);
      expect(response.status).toBe(401);
      expect(await codeOf(response)).toBe('TOKEN_INVALID');
    }
  });

  it('reads who may sign from a file, strictly', () => {
    const file = (key: string) => `issuers:\n  - {issuer: a, algorithm: HS256, key: ${key}}\n`;
    const secret = `{kty: oct, k: ${SECRET.toString('base64url')}}`;
    expect(readAccess('a.yml', file(secret))).toMatchObject({ audience: 'alturas', frame_ancestors: [] });
    for (const text of [
      file('{kty: oct, k: c2hvcnQ}'),
      `${file(secret)}frame_ancestors: ["'none'; script-src *"]\n`,
      `${file(secret)}cors: "*"\n`,
      'issuers: []\n',
    ])
      expect(() => readAccess('a.yml', text)).toThrowError(/a\.yml|not valid|issuer|key/i);
  });
});

describe('the boards', () => {
  it('come under a strict policy that names who may frame them', async () => {
    const page = await fetch(guarded.address);
    expect(await page.text()).toContain('Alturas');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'; script-src 'self'; style-src 'self'");
    expect(policy).toContain(`frame-ancestors 'self' ${HOST_APP}`);
    expect(policy).not.toContain('unsafe');
    expect(page.headers.get('access-control-allow-origin')).toBeNull();
    expect((await fetch(own.address)).headers.get('content-security-policy')).toContain(
      "frame-ancestors 'self'",
    );
  });

  it('are sent compressed, and once', async () => {
    const asset = await fetch(`${own.address}assets/a-1.js`);
    expect(asset.headers.get('content-encoding')).toBe('gzip');
    expect(asset.headers.get('cache-control')).toContain('immutable');
    const api = await fetch(`${own.address}api/openapi.json`);
    const tag = api.headers.get('etag') ?? '';
    const again = await fetch(`${own.address}api/openapi.json`, { headers: { 'if-none-match': tag } });
    expect(again.status).toBe(304);
  });

  it('have a document of every route, made of the schemas', async () => {
    const document = (await (await fetch(`${own.address}api/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { operationId: string; responses: object }>>;
    };
    expect(document.openapi).toBe('3.1.0');
    for (const [name, { method, path }] of Object.entries(ROUTES))
      expect(document.paths[path.replace(':id', '{id}')]?.[method]?.operationId).toBe(name);
    expect(JSON.stringify(document.paths['/api/ask'])).toContain('known_at');
  });

  it('say so when there is no such endpoint', async () => {
    expect(await codeOf(await fetch(`${own.address}api/nothing`))).toBe('NOT_FOUND');
  });
});
