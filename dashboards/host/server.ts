import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { stringify } from 'yaml';
import type { Session } from '../../functions/serve/api.ts';

const ISSUER = 'host-sample';
const TOKEN_SECONDS = 300;

/** What each tenant of this application may see. A real one reads it from its own users; a browser never says it. */
export const TENANTS = {
  direccion: { name: 'Dirección financiera', role: 'executive', scope: 'all', personal: false },
  medellin: { name: 'Gerencia Medellín', role: 'office_manager', scope: { office: ['03'] }, personal: true },
  panama: { name: 'Panamá', role: 'executive', scope: { company: ['PA'] }, personal: false, locale: 'en' },
} as const satisfies Record<
  string,
  Pick<Session, 'name' | 'role' | 'scope' | 'personal'> & { readonly locale?: Session['locale'] }
>;

export interface HostOptions {
  readonly port: number;
  /** Origin of the boards. */
  readonly boards: string;
  /** Where the access file for the boards' server goes. */
  readonly folder: string;
  readonly tokenSeconds?: number;
  /** Whether a token is given now; a host whose own session ended refuses. */
  readonly gives?: () => boolean;
}

/**
 * A small application that embeds boards: it signs tokens on its own server, for the tenant that it knows.
 * The key is made at every start; `access` is the file that tells the boards' server to trust it.
 */
export async function startHost(options: HostOptions): Promise<{
  readonly address: string;
  readonly access: string;
  /** A token of a tenant, with claims that are others than usual. */
  token(tenant: keyof typeof TENANTS, claims: Partial<Session>): Promise<string>;
  close(): Promise<void>;
}> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://host').pathname;
    response.setHeader(
      'content-security-policy',
      `default-src 'self'; script-src 'self' ${options.boards}; frame-src ${options.boards}; style-src 'self'`,
    );
    const tenant = /^\/token\/(\w+)$/.exec(path)?.[1] as keyof typeof TENANTS | undefined;
    if (request.method === 'POST' && tenant !== undefined && tenant in TENANTS) {
      if (options.gives?.() === false) {
        response.writeHead(403).end();
        return;
      }
      const token = await sign(privateKey, tenant, options.tokenSeconds ?? TOKEN_SECONDS);
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ token }));
      return;
    }
    const file = {
      '/': 'page.html',
      '/page.js': 'page.js',
      '/page.css': 'page.css',
    }[path];
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    const type = file.endsWith('.html') ? 'text/html' : file.endsWith('.js') ? 'text/javascript' : 'text/css';
    const text = await readFile(fileURLToPath(new URL(file, import.meta.url)), 'utf8');
    response
      .setHeader('content-type', `${type}; charset=utf-8`)
      .end(text.replaceAll('{boards}', options.boards));
  });
  await new Promise<void>((listening) => {
    server.listen(options.port, '127.0.0.1', listening);
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await mkdir(options.folder, { recursive: true });
  const access = join(options.folder, 'access.yml');
  const { kty, crv, x } = await exportJWK(publicKey);
  await writeFile(
    access,
    stringify({
      issuers: [{ issuer: ISSUER, algorithm: 'EdDSA', key: { kty, crv, x } }],
      frame_ancestors: [address],
    }),
  );
  return {
    address,
    access,
    token: (tenant, claims) => sign(privateKey, tenant, TOKEN_SECONDS, claims),
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => {
        server.close(closed);
      });
    },
  };
}

function sign(
  key: CryptoKey,
  tenant: keyof typeof TENANTS,
  seconds: number,
  claims: Partial<Session> = {},
): Promise<string> {
  return new SignJWT({ ...TENANTS[tenant], boards: ['pulso', 'alturas', 'rotacion'], ...claims })
    .setProtectedHeader({ alg: 'EdDSA' })
    .setIssuer(ISSUER)
    .setAudience('alturas')
    .setSubject(tenant)
    .setIssuedAt()
    .setExpirationTime(`${seconds}s`)
    .sign(key);
}
