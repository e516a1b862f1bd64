import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Guard } from '../../../functions/serve/session.ts';

const POOL = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool';
const CLIENT = 'client-of-the-boards';

let privateKey: CryptoKey;
let guard: Guard;
let asked = 0;
const server = createServer();

beforeAll(async () => {
  const pair = await generateKeyPair('RS256');
  privateKey = pair.privateKey;
  const key = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  server.on('request', (_request, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key] }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const keys = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  guard = await Guard.of({ issuers: [{ issuer: POOL, algorithm: 'RS256', audience: CLIENT, keys }] });
});
afterAll(() => server.close());

function token(claims: Record<string, unknown> = {}, aud = CLIENT, key = privateKey): Promise<string> {
  return new SignJWT({
    token_use: 'id',
    name: 'Ana',
    'custom:role': 'advisor',
    'custom:scope': '{"advisor":["A012"]}',
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .setIssuer(POOL)
    .setAudience(aud)
    .setSubject('5f0c')
    .setIssuedAt()
    .setExpirationTime('60m')
    .sign(key);
}

const codeOf = (given: Promise<string>) =>
  given
    .then((text) => guard.check(text))
    .then(
      () => 'taken',
      (error: { code?: string }) => error.code,
    );

describe('a token of a user pool', () => {
  it('says by the attributes of its person what that person sees', async () => {
    const { session } = await guard.check(await token());
    expect(session).toMatchObject({
      subject: '5f0c',
      name: 'Ana',
      role: 'advisor',
      scope: { advisor: ['A012'] },
      local: false,
    });
    expect(
      (await guard.check(await token({ 'custom:role': 'executive', 'custom:scope': 'all' }))).caller.scope,
    ).toBe('all');
    expect(asked).toBe(1);
  });

  it('is refused for another client, as an access token, by another key, and without a scope', async () => {
    const { privateKey: other } = await generateKeyPair('RS256');
    expect(await codeOf(token())).toBe('taken');
    expect(await codeOf(token({}, 'another-client'))).toBe('TOKEN_INVALID');
    expect(await codeOf(token({ token_use: 'access' }))).toBe('TOKEN_INVALID');
    expect(await codeOf(token({}, CLIENT, other))).toBe('TOKEN_INVALID');
    expect(await codeOf(token({ 'custom:scope': undefined }))).toBe('TOKEN_INVALID');
    expect(await codeOf(token({ 'custom:scope': 'todo' }))).toBe('TOKEN_INVALID');
    // A claim that a host may make says nothing in a token of a pool.
    expect(await codeOf(token({ 'custom:role': undefined, role: 'executive' }))).toBe('TOKEN_INVALID');
  });
});
