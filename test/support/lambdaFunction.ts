import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entryOf, type FunctionName } from '../../infra/artefacts.ts';

const BOOTSTRAP = fileURLToPath(new URL('./lambdaBootstrap.mjs', import.meta.url));

/** How Lambda tells that a function failed: the error's name and message, or what became of its process. */
export class LambdaError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export interface LambdaSettings {
  readonly name: FunctionName;
  /** The artefact, unpacked: all the function can see of the repository. */
  readonly task: string;
  /** The function's own disk; it outlives the process. */
  readonly disk: string;
  /** Node that runs it. */
  readonly node: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** How long it is told that it has, where that is not `timeoutMs`. */
  readonly toldMs?: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** What one call took. `initMs` from the start of the process to its first event, where it was started for the call. */
export interface Measured {
  readonly initMs: number | null;
  readonly ms: number;
  /** Most memory that the process has held until now. */
  readonly peakMb: number;
}

interface Call {
  readonly id: string;
  readonly event: unknown;
  readonly settle: (error: LambdaError | null, result?: unknown) => void;
}

/**
 * A function as Lambda runs it: its artefact in a process of its own with nothing of this one's environment, fed by a
 * Runtime API on loopback, started when it is first called and again after it died. One call at a time.
 */
export class LambdaFunction {
  readonly settings: LambdaSettings;
  /** What it wrote to its log. */
  readonly log: string[] = [];
  readonly #api: Server;
  #process: ChildProcess | null = null;
  #initMs: number | null = null;
  /** The request for the next event, which waits until there is one. */
  #waiting: ServerResponse | null = null;
  #call: Call | null = null;
  #sent = false;
  #began = 0;

  private constructor(settings: LambdaSettings) {
    this.settings = settings;
    this.#api = createServer((request, answer) => {
      this.#serve(request, answer).catch((error: unknown) => answer.destroy(error as Error));
    });
  }

  static async of(settings: LambdaSettings): Promise<LambdaFunction> {
    await mkdir(join(settings.disk, 'tmp'), { recursive: true });
    const one = new LambdaFunction(settings);
    await new Promise<void>((listening) => one.#api.listen(0, '127.0.0.1', listening));
    return one;
  }

  /** @throws LambdaError as the function failed; `Runtime.ExitError` when its process died, `Sandbox.Timedout` */
  async invoke<Result>(event: unknown): Promise<{ readonly result: Result; readonly measured: Measured }> {
    if (this.#call) throw new Error(`${this.settings.name} is at work`);
    const cold = this.#process === null;
    let started = performance.now();
    const timer = setTimeout(() => {
      this.#settle(new LambdaError('Sandbox.Timedout', `no answer within ${this.settings.timeoutMs} ms`));
      this.kill();
    }, this.settings.timeoutMs);
    try {
      const result = await new Promise<unknown>((resolve, reject) => {
        const settle: Call['settle'] = (error, value) => (error ? reject(error) : resolve(value));
        this.#call = { id: randomUUID(), event, settle };
        if (cold) this.#start();
        this.#send();
      });
      if (cold) started += this.#initMs ?? 0;
      const ms = performance.now() - started;
      return {
        result: result as Result,
        measured: { initMs: cold ? this.#initMs : null, ms, peakMb: await this.#peakMb() },
      };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whether it has a process that waits for its next call, or works. */
  get isRunning(): boolean {
    return this.#process !== null;
  }

  /** Ends its process at once, whatever it does. @returns whether there was one */
  kill(): boolean {
    return this.#process?.kill('SIGKILL') ?? false;
  }

  async close(): Promise<void> {
    const child = this.#process;
    const gone = child && new Promise((resolve) => child.once('close', resolve));
    this.kill();
    await gone;
    this.#api.closeAllConnections();
    await new Promise((closed) => this.#api.close(closed));
  }

  #start(): void {
    const { name, task, disk, node, memoryMb, environment } = this.settings;
    const { port } = this.#api.address() as AddressInfo;
    const started = performance.now();
    this.#initMs = null;
    const child = spawn(node, [BOOTSTRAP], {
      cwd: task,
      env: {
        PATH: '/usr/bin:/bin',
        TZ: ':UTC',
        LANG: 'en_US.UTF-8',
        TMPDIR: join(disk, 'tmp'),
        ALTURAS_CACHE: join(disk, 'tmp', 'alturas'),
        LAMBDA_TASK_ROOT: task,
        _HANDLER: entryOf(name),
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_LAMBDA_FUNCTION_NAME: `alturas-${name}`,
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr])
      stream
        .setEncoding('utf8')
        .on('data', (text: string) => this.log.push(...text.split('\n').filter(Boolean)));
    child.once('close', (code, signal) => {
      if (this.#process === child) this.#process = null;
      this.#waiting = null;
      this.#settle(new LambdaError('Runtime.ExitError', `the process ended with ${signal ?? code}`));
    });
    child.once('error', (error) => this.#settle(new LambdaError('Runtime.ExitError', error.message)));
    this.#began = started;
  }

  #settle(error: LambdaError | null, result?: unknown): void {
    const call = this.#call;
    this.#call = null;
    this.#sent = false;
    call?.settle(error, result);
  }

  #send(): void {
    const [call, answer] = [this.#call, this.#waiting];
    if (!call || !answer || this.#sent) return;
    this.#waiting = null;
    this.#sent = true;
    answer.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': call.id,
      'lambda-runtime-deadline-ms': String(Date.now() + (this.settings.toldMs ?? this.settings.timeoutMs)),
      'lambda-runtime-invoked-function-arn': `arn:aws:lambda:us-east-1:000000000000:function:alturas-${this.settings.name}`,
      'lambda-runtime-trace-id': `Root=1-${randomUUID().replaceAll('-', '').slice(0, 8)}-${randomUUID().replaceAll('-', '').slice(0, 24)};Parent=${randomUUID().replaceAll('-', '').slice(0, 16)};Sampled=1`,
    });
    answer.end(JSON.stringify(call.event));
  }

  async #serve(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace('/2018-06-01/runtime/', '');
    if (path === 'invocation/next') {
      this.#initMs ??= performance.now() - this.#began;
      this.#waiting = answer;
      this.#send();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const told: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    answer.writeHead(202).end();
    if (path.endsWith('/response')) this.#settle(null, told);
    else {
      const { errorType, errorMessage } = told as { errorType: string; errorMessage: string };
      this.#settle(new LambdaError(errorType, errorMessage));
    }
  }

  async #peakMb(): Promise<number> {
    const status = await readFile(`/proc/${this.#process?.pid}/status`, 'utf8').catch(() => '');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  }
}
