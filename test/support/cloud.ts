import { cpSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { SignJWT } from 'jose';
import type { Lake } from '../../functions/lake/lake.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { artefact, FUNCTIONS, type FunctionName } from '../../infra/artefacts.ts';
import type { Arch } from '../../infra/elf.ts';
import { LambdaFunction } from './lambdaFunction.ts';
import { installLambdaNode } from './lambdaNode.ts';
import type { S3Server } from './s3Server.ts';
import { startVersitygw } from './versitygw.ts';

const BUCKET = 'alturas-arrivals';
const INBOX = 'core/inbox';
const SECRET = Buffer.alloc(32, 3);
const ISSUER = 'https://host.example';

/** Memory of the functions, as infra deploys them at first. */
const MEMORY_MB: Readonly<Record<FunctionName, number>> = { land: 1769, build: 3538, serve: 1769 };

export const ARCH: Arch = process.arch === 'arm64' ? 'arm64' : 'x64';

/** What a bucket's event says, as EventBridge brings it to the state machine. */
export interface ArrivalEvent {
  readonly 'detail-type': 'Object Created';
  readonly detail: { readonly bucket: { readonly name: string }; readonly object: { readonly key: string } };
}

/** A small AWS on this machine: a real S3 server, and the artefacts of the functions, unpacked alone in a folder. */
export class Cloud {
  readonly server: S3Server;
  readonly #node: string;
  readonly #directory: string;
  readonly #running: LambdaFunction[] = [];

  private constructor(server: S3Server, node: string, directory: string) {
    this.server = server;
    this.#node = node;
    this.#directory = directory;
  }

  static async start(): Promise<Cloud> {
    const [server, node] = [await startVersitygw(), await installLambdaNode()];
    const directory = await mkdtemp(join(tmpdir(), 'alturas-cloud-'));
    // For the lakes that this process opens itself.
    Object.assign(process.env, server.environment, { ALTURAS_CACHE: join(directory, 'cache') });
    await server.createBucket(BUCKET);
    for (const name of FUNCTIONS)
      cpSync(await artefact(name, { arch: ARCH }), join(directory, 'tasks', name), { recursive: true });
    return new Cloud(server, node, directory);
  }

  /** A bucket for a lake. @returns its address */
  async lake(name: string): Promise<string> {
    await this.server.createBucket(`alturas-lake-${name}`);
    return `s3://alturas-lake-${name}/lake`;
  }

  /** The place where deliveries of a name arrive. */
  inbox(name: string): string {
    return `s3://${BUCKET}/${INBOX}/${name}`;
  }

  /** A function, with a disk of its own. */
  async function(
    name: FunctionName,
    environment: Readonly<Record<string, string>> & { readonly ALTURAS_LAKE: string },
    { toldMs }: { readonly toldMs?: number } = {},
  ): Promise<LambdaFunction> {
    const one = await LambdaFunction.of({
      name,
      task: join(this.#directory, 'tasks', name),
      disk: await mkdtemp(join(this.#directory, `disk-${name}-`)),
      node: this.#node,
      memoryMb: MEMORY_MB[name],
      timeoutMs: 300_000,
      ...(toldMs === undefined ? {} : { toldMs }),
      environment: {
        ...this.server.environment,
        ...environment,
        ...(name === 'serve' ? { ALTURAS_ACCESS_YAML: JSON.stringify(ACCESS) } : {}),
      },
    });
    this.#running.push(one);
    return one;
  }

  /**
   * Puts a delivery's files into an inbox, the control file last.
   * @returns what the bucket tells of it
   */
  async deliver(inbox: string, folder: string): Promise<ArrivalEvent> {
    const place = await openLake(inbox);
    const name = basename(folder);
    const files = (await readdir(folder)).sort(
      (a, b) => Number(a === 'control.json') - Number(b === 'control.json'),
    );
    for (const file of files) await put(place, `${name}/${file}`, join(folder, file));
    const key = `${inbox.replace(`s3://${BUCKET}/`, '')}/${name}/control.json`;
    return { 'detail-type': 'Object Created', detail: { bucket: { name: BUCKET }, object: { key } } };
  }

  async stop(): Promise<void> {
    for (const one of this.#running) await one.close();
    await this.server.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

async function put(place: Lake, key: string, path: string): Promise<void> {
  await place.putFile(key, path);
}

/** Who may sign tokens for the served boards. */
export const ACCESS = {
  audience: 'alturas',
  issuers: [
    { issuer: ISSUER, algorithm: 'HS256' as const, key: { kty: 'oct', k: SECRET.toString('base64url') } },
  ],
  frame_ancestors: [],
};

/** A token of an executive who sees all. */
export async function executiveToken(): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ role: 'executive', scope: 'all', personal: true })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(ISSUER)
    .setAudience(ACCESS.audience)
    .setSubject('ana')
    .setIssuedAt(now)
    .setExpirationTime(now + 3_000)
    .sign(SECRET);
}

/** A request as an HTTP API brings it to a function (payload version 2.0). */
export async function httpEvent(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: {
      host: 'boards.example',
      authorization: `Bearer ${await executiveToken()}`,
      'content-type': 'application/json',
      'accept-language': 'en',
    },
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'boards.example',
      domainPrefix: 'boards',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: 'request',
      routeKey: '$default',
      stage: '$default',
      time: '01/Jul/2026:00:00:00 +0000',
      timeEpoch: 0,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    isBase64Encoded: false,
  };
}

/** What a function answers an HTTP API with. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** The JSON of an answer. @throws Error when it is none of status 200 */
export function jsonOf(answer: HttpAnswer): unknown {
  const text = answer.isBase64Encoded ? Buffer.from(answer.body, 'base64').toString('utf8') : answer.body;
  if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}: ${text}`);
  return JSON.parse(text);
}
