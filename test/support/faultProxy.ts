import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What may go wrong between a client and an S3 server. */
export type Fault =
  | 'slow-down' // 503 before the server saw the request
  | 'internal-error' // the server did the work, the client hears 500
  | 'conflict' // 409 to a conditional write: S3 says so while another write to the key is under way
  | 'reset-before' // the connection breaks before the server saw the request
  | 'reset-within' // the server sees a part of the request's body
  | 'reset-after' // the server did the work, the connection breaks before the answer
  | 'truncated' // the answer breaks off in the middle of its body
  | 'late' // the answer takes its time, while others overtake it
  | 'duplicate'; // the request reaches the server once more, later

const FAULTS: readonly Fault[] = [
  'slow-down',
  'internal-error',
  'conflict',
  'reset-before',
  'reset-within',
  'reset-after',
  'truncated',
  'late',
  'duplicate',
];
const MAX_DELAY_MS = 300;

export interface FaultProxy {
  readonly endpoint: string;
  /** Part of the requests that meet a fault, 0 to 1. */
  rate: number;
  /** How often each fault happened. */
  readonly happened: Readonly<Record<Fault, number>>;
  readonly requests: () => number;
  /** Requests that are under way. */
  readonly serving: () => number;
  /** Waits for delayed duplicates, then closes. */
  stop(): Promise<void>;
}

interface Message {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/**
 * A proxy in front of an S3 server that spoils some of the requests.
 * @param random numbers from 0 to 1, so that a run can be repeated
 * @param onWrite told of every PUT before the server sees it: the path, `/bucket/key`, and what follows it
 * @param spoils which requests may meet a fault at all
 */
export async function startFaultProxy(
  target: string,
  random: () => number,
  faults: readonly Fault[] = FAULTS,
  onWrite: (path: string, parameters: URLSearchParams) => void = () => undefined,
  spoils: (method: string, parameters: URLSearchParams) => boolean = () => true,
): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const happened = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as Record<Fault, number>;
  const late = new Set<Promise<unknown>>();
  const state = { rate: 0, requests: 0, serving: 0 };

  const serve = async (incoming: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const body = await readAll(incoming);
    state.requests += 1;
    const [path = '', query] = (incoming.url ?? '').split('?');
    const parameters = new URLSearchParams(query);
    if (incoming.method === 'PUT') onWrite(path, parameters);
    const fault =
      spoils(incoming.method ?? '', parameters) && random() < state.rate
        ? pick(faults, incoming, body, random)
        : undefined;
    if (fault) happened[fault] += 1;
    const forward = (part?: number): Promise<Message> => send(agent, target, incoming, body, part);
    switch (fault) {
      case 'slow-down':
        return refuse(answer, 503, 'SlowDown');
      case 'conflict':
        return refuse(answer, 409, 'ConditionalRequestConflict');
      case 'reset-before':
        return drop(incoming);
      case 'reset-within':
        await forward(Math.floor(body.length * random()));
        return drop(incoming);
      case 'reset-after':
        await forward();
        return drop(incoming);
      case 'internal-error':
        await forward();
        return refuse(answer, 500, 'InternalError');
      case 'late': {
        const message = await forward();
        await sleep(random() * MAX_DELAY_MS);
        return reply(answer, message);
      }
      case 'duplicate': {
        reply(answer, await forward());
        const again = sleep(random() * MAX_DELAY_MS).then(() => forward());
        late.add(again);
        again.catch(() => undefined).finally(() => late.delete(again));
        return;
      }
      case 'truncated': {
        const message = await forward();
        answer.writeHead(message.status, [...message.headers]);
        answer.write(message.body.subarray(0, Math.floor(message.body.length * random())), () =>
          drop(incoming),
        );
        return;
      }
      default:
        reply(answer, await forward());
    }
  };

  const server = createServer((incoming, answer) => {
    state.serving += 1;
    serve(incoming, answer)
      .catch(() => drop(incoming))
      .finally(() => {
        state.serving -= 1;
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    get rate() {
      return state.rate;
    },
    set rate(rate: number) {
      state.rate = rate;
    },
    happened,
    requests: () => state.requests,
    serving: () => state.serving,
    stop: async () => {
      await Promise.allSettled(late);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
}

/** A fault that makes sense for the request: no broken body where there is none, no conflict without a condition. */
function pick(
  faults: readonly Fault[],
  incoming: IncomingMessage,
  body: Buffer,
  random: () => number,
): Fault | undefined {
  const conditional = 'if-none-match' in incoming.headers || 'if-match' in incoming.headers;
  const fitting = faults.filter((fault) => {
    if (fault === 'conflict') return conditional && incoming.method !== 'GET';
    if (fault === 'reset-within') return body.length > 0;
    if (fault === 'truncated') return incoming.method === 'GET';
    if (fault === 'duplicate') return incoming.method !== 'GET' && incoming.method !== 'HEAD';
    return true;
  });
  return fitting[Math.floor(random() * fitting.length)];
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Sends a request on; only the first `part` bytes of its body, then breaks off, when given. */
async function send(
  agent: Agent,
  target: string,
  incoming: IncomingMessage,
  body: Buffer,
  part?: number,
): Promise<Message> {
  return new Promise((resolve, reject) => {
    const headers = incoming.rawHeaders.flatMap((name, at, all) =>
      at % 2 === 0 && !/^(expect|connection)$/i.test(name) ? [name, all[at + 1] ?? ''] : [],
    );
    const outgoing = request(`${target}${incoming.url ?? '/'}`, { method: incoming.method, headers, agent });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      readAll(response).then(
        (bytes) => resolve({ status: response.statusCode ?? 0, headers: response.rawHeaders, body: bytes }),
        reject,
      );
    });
    if (part === undefined) outgoing.end(body);
    else outgoing.write(body.subarray(0, part), () => outgoing.destroy(new Error('broken off')));
  });
}

function reply(answer: ServerResponse, message: Message): void {
  answer.writeHead(message.status, [...message.headers]);
  answer.end(message.body);
}

function refuse(answer: ServerResponse, status: number, code: string): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  answer.writeHead(status, { 'content-type': 'application/xml', 'content-length': body.length });
  answer.end(body);
}

function drop(incoming: IncomingMessage): void {
  incoming.socket.destroy();
}
