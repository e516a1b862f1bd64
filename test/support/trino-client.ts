import { AlturasError } from '../../functions/core/errors.ts';
import type { Cell, Column } from '../../functions/engine/engine.ts';

/** What a statement gave. Cells are exact: decimals and 64-bit integers are digits, doubles numbers, dates ISO text. */
export interface TrinoResult {
  readonly queryId: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  readonly updateType: string | null;
}

interface Page {
  readonly id: string;
  readonly nextUri?: string;
  readonly columns?: readonly Column[];
  readonly data?: readonly (readonly Cell[])[];
  readonly updateType?: string;
  readonly error?: {
    readonly message: string;
    readonly errorName: string;
    readonly errorLocation?: { readonly lineNumber: number; readonly columnNumber: number };
  };
}

/**
 * Trino over its HTTP protocol. The official npm client reads numbers with JSON.parse, which loses 64-bit integers;
 * a parity check may not.
 */
export class TrinoClient {
  readonly #url: string;
  readonly #session: string;
  readonly #place: Readonly<Record<string, string>>;

  /**
   * @param session session properties, e.g. `{ query_max_run_time: '60s' }`
   * @param place where names without catalogue and schema are looked up
   */
  constructor(
    url: string,
    session: Readonly<Record<string, string>> = {},
    place?: { readonly catalogue: string; readonly schema: string },
  ) {
    this.#url = url;
    this.#place = place ? { 'X-Trino-Catalog': place.catalogue, 'X-Trino-Schema': place.schema } : {};
    this.#session = Object.entries(session)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join(',');
  }

  /**
   * Runs one statement to its end.
   * @param signal cancels the query on the server too.
   * @throws AlturasError `TRINO_FAILED` with Trino's reason, line and column; `TRINO_CANCELLED`.
   */
  async query(sql: string, signal?: AbortSignal): Promise<TrinoResult> {
    for (const until = Date.now() + NODE_WAIT_MS; ; ) {
      try {
        return await this.#once(sql, signal);
      } catch (error) {
        if (!(error instanceof NoNode) || Date.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }

  async #once(sql: string, signal?: AbortSignal): Promise<TrinoResult> {
    let page = await this.#send('POST', `${this.#url}/v1/statement`, sql);
    let columns: readonly Column[] = [];
    let updateType: string | null = null;
    const rows: (readonly Cell[])[] = [];
    for (;;) {
      if (page.error) throw failure(sql, page);
      if (page.columns) columns = page.columns.map(({ name, type }) => ({ name, type }));
      if (page.updateType) updateType = page.updateType;
      const types = columns.map((column) => column.type);
      for (const row of page.data ?? []) rows.push(row.map((cell, at) => exactCell(cell, types[at] ?? '')));
      if (page.nextUri === undefined) return { queryId: page.id, columns, rows, updateType };
      if (signal?.aborted) {
        await fetch(page.nextUri, { method: 'DELETE' });
        throw new AlturasError('internal', 'TRINO_CANCELLED', `The Trino query ${page.id} was cancelled.`);
      }
      page = await this.#send('GET', page.nextUri);
    }
  }

  async #send(method: 'GET' | 'POST', url: string, body?: string): Promise<Page> {
    const headers = {
      'X-Trino-User': 'alturas',
      'X-Trino-Time-Zone': 'UTC',
      ...this.#place,
      ...(this.#session === '' ? {} : { 'X-Trino-Session': this.#session }),
    };
    const answer = await fetch(url, body === undefined ? { method, headers } : { method, headers, body });
    // The server asks for patience while it is busy.
    if (answer.status === 502 || answer.status === 503 || answer.status === 504) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return this.#send(method, url, body);
    }
    const text = await answer.text();
    if (!answer.ok)
      throw new AlturasError(
        'internal',
        'TRINO_FAILED',
        `Trino answered ${answer.status}: ${text.slice(0, 500)}`,
      );
    return JSON.parse(quoteLongNumbers(text)) as Page;
  }
}

/** Integers that a double may not hold become strings; text in quotes stays as it is. */
function quoteLongNumbers(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|(?<![\d.])-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
}

/** Doubles come as numbers or, where JSON has none, as `NaN` and `Infinity`; bigint becomes text whatever its size. */
function exactCell(cell: Cell, type: string): Cell {
  if (cell === null) return null;
  if (type === 'bigint') return String(cell);
  if ((type === 'double' || type === 'real') && typeof cell === 'string') return Number(cell);
  return cell;
}

/** A server that has just started, or is out of breath, has not found itself yet: nothing of the statement was run. */
class NoNode extends AlturasError {}

const NODE_WAIT_MS = 60_000;

function failure(sql: string, page: Page): AlturasError {
  const error = page.error;
  const Failure = error?.errorName === 'NO_NODES_AVAILABLE' ? NoNode : AlturasError;
  return new Failure(
    'internal',
    'TRINO_FAILED',
    `Trino: ${error?.message ?? 'unknown'} [${error?.errorName ?? '?'}]`,
    {
      value: sql,
      ...(error?.errorLocation
        ? { line: error.errorLocation.lineNumber, column: String(error.errorLocation.columnNumber) }
        : {}),
    },
  );
}
