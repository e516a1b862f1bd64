import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Asked, Told } from './boardServer.ts';

/** Times of one crowd, ms, and the server's processor time for each of its requests. */
export interface Crowd {
  readonly times: readonly number[];
  readonly cpuEach: number;
}

/** A request as it is sent. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

/** A server in a process of its own, and a browser's connections to it. */
export class ServedLake {
  readonly address: string;
  readonly #child: ChildProcess;
  readonly #agent = new Agent({ keepAlive: true });
  cookie = '';

  private constructor(child: ChildProcess, address: string) {
    this.#child = child;
    this.address = address;
  }

  static async of(place: string, cache: string): Promise<ServedLake> {
    const child = fork(fileURLToPath(new URL('./boardServer.ts', import.meta.url)), [place, cache]);
    const [{ address }] = (await once(child, 'message')) as [Told];
    return new ServedLake(child, address ?? '');
  }

  async #ask(asked: Asked): Promise<Told> {
    this.#child.send(asked);
    const [told] = (await once(this.#child, 'message')) as [Told];
    return told;
  }

  /** Waits for what the server makes beforehand. */
  async warm(): Promise<void> {
    await this.#ask('warm');
  }

  /** Statements since this was asked last. */
  async statements(): Promise<readonly string[]> {
    return (await this.#ask('tell')).statements ?? [];
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    this.#child.send('close' satisfies Asked);
    await once(this.#child, 'exit');
  }

  /** Sends one request and reads its answer, compressed as a browser takes it. @returns ms and bytes */
  send({ method, path, body }: Sent): Promise<{ readonly took: number; readonly bytes: Buffer }> {
    return new Promise((answered, failed) => {
      const start = performance.now();
      const headers = {
        cookie: this.cookie,
        'accept-encoding': path.endsWith('export') ? 'identity' : 'gzip',
        'content-type': 'application/json',
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      };
      const asking = request(
        new URL(path, this.address),
        { agent: this.#agent, method, headers },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', failed);
          answer.on('end', () => {
            if (answer.statusCode === 200)
              answered({ took: performance.now() - start, bytes: Buffer.concat(chunks) });
            else failed(new Error(`${method} ${path}: ${answer.statusCode} ${Buffer.concat(chunks)}`));
          });
        },
      );
      asking.on('error', (error: NodeJS.ErrnoException) => {
        // The server left a connection that stood idle: a browser, too, asks again on another one.
        if (asking.reusedSocket && error.code === 'ECONNRESET')
          this.send({ method, path, ...(body === undefined ? {} : { body }) }).then(answered, failed);
        else failed(error);
      });
      asking.end(body);
    });
  }

  /**
   * Users at once, each sending its pages one after another, every page request by request.
   * @param page the requests of a user's turn; every turn has a number of its own
   * @param reading for how long a page is looked at on average before the next, ms
   */
  async crowd(
    users: number,
    milliseconds: number,
    page: (turn: number) => readonly Sent[],
    reading = 0,
  ): Promise<Crowd> {
    const before = (await this.#ask('cpu')).cpu ?? 0;
    const times: number[] = [];
    const end = performance.now() + milliseconds;
    let turn = 0;
    await Promise.all(
      Array.from({ length: users }, async () => {
        if (reading > 0) await sleep(Math.random() * reading);
        do {
          turn += 1;
          for (const one of page(turn)) times.push((await this.send(one)).took);
          if (reading > 0) await sleep(Math.random() * 2 * reading);
        } while (performance.now() < end);
      }),
    );
    const after = (await this.#ask('cpu')).cpu ?? 0;
    return { times, cpuEach: (after - before) / times.length };
  }
}

/** The value below which a share of some times lies. */
export function quantile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
