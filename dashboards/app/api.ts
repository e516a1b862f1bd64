import type {
  AskAnswer,
  AskResponse,
  Catalogue,
  ChangeRequest,
  ChangeResponse,
  ClientResponse,
  ClientsResponse,
  Days,
  ExportRequest,
  HealthResponse,
  Members,
  PeersRequest,
  PeersResponse,
  Problem,
  ProofRequest,
  ProofResponse,
  QuestionInput,
  ReceiptsRequest,
  ReceiptsResponse,
  RefusedResponse,
  Session,
} from '../../functions/serve/api.ts';
import type { Language } from '../words/words.ts';

/** What the server said no with. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null) {
    super(problem?.detail ?? problem?.title ?? `HTTP ${status}`);
    this.status = status;
    this.code = problem?.code ?? String(status);
    this.problem = problem;
  }

  /** Whether the same question may be answered another time: what it asks is not what it was refused for. */
  get isPassing(): boolean {
    return this.status < 400 || this.status >= 500;
  }
}

/** Where the caller's token comes from: a host page, or the cookie of a server on loopback (null). */
export interface Keyring {
  token(): string | null;
  /** Asks for another token; false when there is none to be had. */
  renew(): Promise<boolean>;
}

type Noted = Partial<Pick<AskAnswer, 'filters' | 'filter_notes'>>;

/** What an answer says of itself; not every answer says all. */
export interface Told extends Noted {
  /** Number of the publish that it was read from. */
  readonly publish?: number;
  /** Policy of the caller whom it was read for. */
  readonly policy?: string;
  /** Those of a batch; a question that was refused has none. */
  readonly answers?: readonly { readonly answer?: Noted }[];
}

/** On which day, and with the knowledge of which (null: as delivered), clients are looked at. */
export interface Look {
  readonly as_of: string;
  readonly known_at: string | null;
}

/** The server's endpoints. A refused token is renewed once, then the refusal is the caller's. */
export class Api {
  readonly #keys: Keyring;
  readonly #root: string;
  language: Language = 'es';
  /** Hears of every answer, from which publish and for whom it was read. */
  heard: (told: Told) => void = () => undefined;

  constructor(keys: Keyring, root = '') {
    this.#keys = keys;
    this.#root = root;
  }

  /** @param renews whether another token is asked for where this one is refused */
  session(renews = true): Promise<Session> {
    return this.#json('/api/session', undefined, undefined, renews);
  }

  catalogue(): Promise<Catalogue> {
    return this.#json('/api/catalogue');
  }

  members(): Promise<Members> {
    return this.#json('/api/members');
  }

  days(): Promise<Days> {
    return this.#json('/api/days');
  }

  ask(questions: readonly QuestionInput[], signal?: AbortSignal): Promise<AskResponse> {
    return this.#json('/api/ask', { questions }, signal);
  }

  change(request: ChangeRequest, signal?: AbortSignal): Promise<ChangeResponse> {
    return this.#json('/api/change', request, signal);
  }

  receipts(request: ReceiptsRequest, signal?: AbortSignal): Promise<ReceiptsResponse> {
    return this.#json('/api/receipts', request, signal);
  }

  /** @param by what is looked for, or a whole code */
  clients(
    by: { readonly find: string } | { readonly client: string },
    look: Look,
    signal?: AbortSignal,
  ): Promise<ClientsResponse> {
    return this.#json(`/api/clients?${query({ ...by, ...look, limit: '12' })}`, undefined, signal);
  }

  client(id: string, look: Look, signal?: AbortSignal): Promise<ClientResponse> {
    return this.#json(`/api/clients/${encodeURIComponent(id)}?${query({ ...look })}`, undefined, signal);
  }

  health(signal?: AbortSignal): Promise<HealthResponse> {
    return this.#json('/api/health', undefined, signal);
  }

  refused(
    words: { readonly feed: string | null; readonly day: string | null; readonly offset: number },
    signal?: AbortSignal,
  ): Promise<RefusedResponse> {
    const text = query({ feed: words.feed, day: words.day, offset: String(words.offset) });
    return this.#json(`/api/refused?${text}`, undefined, signal);
  }

  peers(request: PeersRequest, signal?: AbortSignal): Promise<PeersResponse> {
    return this.#json('/api/peers', request, signal);
  }

  proof(request: ProofRequest): Promise<ProofResponse> {
    return this.#json('/api/proof', request);
  }

  async export(request: ExportRequest): Promise<{ readonly name: string; readonly bytes: Blob }> {
    const response = await this.#send('/api/export', request);
    const named = /filename="?([^";]+)"?/.exec(response.headers.get('content-disposition') ?? '');
    return { name: named?.[1] ?? `alturas.${request.format}`, bytes: await response.blob() };
  }

  async #json<T>(path: string, body?: unknown, signal?: AbortSignal, renews = true): Promise<T> {
    const answer = (await (await this.#send(path, body, signal, renews)).json()) as T;
    this.heard(answer as Told);
    return answer;
  }

  async #send(path: string, body?: unknown, signal?: AbortSignal, renews = true): Promise<Response> {
    const token = this.#keys.token();
    const response = await fetch(`${this.#root}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      credentials: 'same-origin',
      headers: {
        'accept-language': this.language,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (response.ok) return response;
    if (response.status === 401 && renews && (await this.#keys.renew()))
      return this.#send(path, body, signal, false);
    throw new Refusal(response.status, (await response.json().catch(() => null)) as Problem | null);
  }
}

function query(words: Readonly<Record<string, string | null>>): string {
  const known = Object.entries(words).filter((entry): entry is [string, string] => entry[1] !== null);
  return new URLSearchParams(known).toString();
}

/** The answers of a batch by id. A question that failed alone is a Refusal in its place. */
export function answersOf(response: AskResponse): Map<string, AskAnswer | Refusal> {
  return new Map<string, AskAnswer | Refusal>(
    response.answers.map((entry) =>
      'answer' in entry
        ? [entry.answer.id ?? '', entry.answer]
        : [entry.id ?? '', new Refusal(entry.problem.status, entry.problem)],
    ),
  );
}

type Answers = ReadonlyMap<string, AskAnswer | Refusal>;

/** As `answersOf`, for a board: where every question was refused for one cause, the board is. */
export function boardAnswers(response: AskResponse): Answers {
  const answers = answersOf(response);
  const [first, ...others] = answers.values();
  if (first instanceof Refusal && others.every((one) => one instanceof Refusal && one.code === first.code))
    throw first;
  return answers;
}

/** The answer to one question of a batch; null before it comes, and where it was refused. */
export function answerOf(answers: Answers | undefined, id: string): AskAnswer | null {
  const found = answers?.get(id);
  return found instanceof Refusal ? null : (found ?? null);
}

/** What one question of a batch was refused with. */
export function refusalOf(answers: Answers | undefined, id: string): Refusal | null {
  const found = answers?.get(id);
  return found instanceof Refusal ? found : null;
}
