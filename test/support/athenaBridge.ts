import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AlturasError } from '../../functions/core/errors.ts';
import { literal } from '../../functions/engine/duckdb.ts';
import type { Column } from '../../functions/engine/engine.ts';
import { TrinoClient } from './trino-client.ts';

/** What the bridge does wrong, once each, in the order given. */
export interface BridgeFaults {
  /** So many requests are refused with ThrottlingException. */
  throttle: number;
  /** So many starts take the query, and lose their answer. */
  lose: number;
  /** The next queries fail with these reasons instead of running. */
  readonly fail: { readonly reason: string; readonly retryable: boolean }[];
  /** Every query waits so long in the queue. */
  queueMs: number;
}

/** What was asked of the bridge. */
export interface BridgeSeen {
  readonly started: string[];
  readonly stopped: string[];
  /** Bytes of the longest text. */
  longest: number;
  throttled: number;
}

export interface AthenaBridge {
  readonly url: string;
  readonly faults: BridgeFaults;
  readonly seen: BridgeSeen;
  stop(): Promise<void>;
}

type State = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

interface Query {
  readonly id: string;
  readonly sql: string;
  readonly cancel: AbortController;
  state: State;
  reason?: string;
  retryable?: boolean;
  columns: readonly Column[];
  rows: readonly (readonly unknown[])[];
}

const UNLOAD = /^\s*UNLOAD\s*\(\n(?<select>[\s\S]*)\n\)\s*TO\s*'(?<to>[^']+)'\s*WITH\s*\([^()]*\)\s*$/;
const DECIMAL = /^decimal\((\d+), ?(\d+)\)$/;

/**
 * Athena's JSON API in front of a Trino: start, look, results, stop, and the workgroup. UNLOAD becomes a table as
 * select in the catalogue that writes, dropped afterwards: its files stay.
 */
export async function startAthenaBridge(trinoUrl: string): Promise<AthenaBridge> {
  const faults: BridgeFaults = { throttle: 0, lose: 0, fail: [], queueMs: 0 };
  const seen: BridgeSeen = { started: [], stopped: [], longest: 0, throttled: 0 };
  const queries = new Map<string, Query>();
  const tokens = new Map<string, string>();
  const running = new Set<Promise<void>>();

  const start = (asked: Record<string, unknown>): Query => {
    const token = String(asked.ClientRequestToken ?? '');
    const known = queries.get(tokens.get(token) ?? '');
    if (known) return known;
    const sql = String(asked.QueryString ?? '');
    const query: Query = {
      id: randomUUID(),
      sql,
      cancel: new AbortController(),
      state: 'QUEUED',
      columns: [],
      rows: [],
    };
    queries.set(query.id, query);
    tokens.set(token, query.id);
    seen.started.push(sql);
    seen.longest = Math.max(seen.longest, Buffer.byteLength(sql));
    const { Database } = (asked.QueryExecutionContext ?? {}) as { Database?: string };
    const client = new TrinoClient(
      trinoUrl,
      {},
      { catalogue: 'awsdatacatalog', schema: Database ?? 'default' },
    );
    const work = execute(query, client, faults).finally(() => running.delete(work));
    running.add(work);
    return query;
  };

  const answer = (action: string, asked: Record<string, unknown>): unknown => {
    if (action === 'GetWorkGroup') {
      if (asked.WorkGroup !== 'primary') throw refusal('InvalidRequestException', 'WorkGroup is not found.');
      const EngineVersion = { EffectiveEngineVersion: 'Athena engine version 3' };
      return { WorkGroup: { Name: 'primary', State: 'ENABLED', Configuration: { EngineVersion } } };
    }
    if (action === 'StartQueryExecution') return { QueryExecutionId: start(asked).id };
    const query = queries.get(String(asked.QueryExecutionId));
    if (!query)
      throw refusal(
        'InvalidRequestException',
        `QueryExecution ${String(asked.QueryExecutionId)} was not found`,
      );
    if (action === 'GetQueryExecution') return { QueryExecution: execution(query) };
    if (action === 'GetQueryResults') return results(query, asked);
    if (action === 'StopQueryExecution') {
      seen.stopped.push(query.id);
      query.cancel.abort();
      if (query.state === 'QUEUED' || query.state === 'RUNNING') query.state = 'CANCELLED';
      return {};
    }
    throw refusal('InvalidRequestException', `no action ${action}`);
  };

  const server = createServer((request, response) => {
    void body(request).then((text) => {
      const action = String(request.headers['x-amz-target']).replace('AmazonAthena.', '');
      try {
        if (faults.throttle > 0) {
          faults.throttle -= 1;
          seen.throttled += 1;
          throw refusal('ThrottlingException', 'Rate exceeded');
        }
        const result = answer(action, JSON.parse(text) as Record<string, unknown>);
        if (action === 'StartQueryExecution' && faults.lose > 0) {
          faults.lose -= 1;
          response.destroy();
          return;
        }
        send(response, 200, result);
      } catch (error) {
        const { code, message } = error as AlturasError;
        send(response, 400, { __type: code, message, Message: message });
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    seen,
    stop: async () => {
      for (const query of queries.values()) query.cancel.abort();
      await Promise.all(running);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function execute(query: Query, trino: TrinoClient, faults: BridgeFaults): Promise<void> {
  if (faults.queueMs > 0) await new Promise((resolve) => setTimeout(resolve, faults.queueMs));
  if (query.cancel.signal.aborted) return;
  const fault = faults.fail.shift();
  if (fault) {
    Object.assign(query, { state: 'FAILED', ...fault });
    return;
  }
  query.state = 'RUNNING';
  try {
    const { columns, rows } = await run(query, trino);
    if (query.cancel.signal.aborted) return;
    Object.assign(query, { columns, rows, state: 'SUCCEEDED' });
  } catch (error) {
    if (query.cancel.signal.aborted) return;
    const { message } = error as Error;
    Object.assign(query, { state: 'FAILED', reason: message.replace(/^Trino: /, ''), retryable: false });
  }
}

async function run(query: Query, trino: TrinoClient) {
  const { select, to } = UNLOAD.exec(query.sql)?.groups ?? {};
  if (select === undefined || to === undefined) return trino.query(query.sql, query.cancel.signal);
  const table = `unload.alturas."${query.id}"`;
  // One line before the SELECT, as in the text that came in: places in messages stay what they are.
  await trino.query(
    `create table ${table} with (external_location = ${literal(to)}, format = 'PARQUET') as\n${select}`,
    query.cancel.signal,
  );
  await trino.query(`drop table ${table}`);
  return { columns: [], rows: [] };
}

function execution(query: Query): unknown {
  const failed = query.state === 'FAILED';
  return {
    QueryExecutionId: query.id,
    Query: query.sql,
    WorkGroup: 'primary',
    Status: {
      State: query.state,
      ...(failed ? { StateChangeReason: query.reason } : {}),
      ...(failed
        ? {
            AthenaError: {
              ErrorCategory: query.retryable ? 1 : 2,
              ErrorType: 1001,
              Retryable: query.retryable,
              ErrorMessage: query.reason,
            },
          }
        : {}),
    },
    Statistics: { DataScannedInBytes: 0, TotalExecutionTimeInMillis: 1 },
  };
}

/** As Athena: text cells, and a first row of names. */
function results(query: Query, asked: Record<string, unknown>): unknown {
  if (query.state !== 'SUCCEEDED')
    throw refusal(
      'InvalidRequestException',
      `Query did not finish successfully. Final query state: ${query.state}`,
    );
  const from = Number(asked.NextToken ?? 0);
  const size = Number(asked.MaxResults ?? 1000);
  const all = [query.columns.map(({ name }) => name), ...query.rows];
  const page = all.slice(from, from + size);
  return {
    ResultSet: {
      Rows: page.map((row) => ({
        Data: row.map((cell) => (cell === null ? {} : { VarCharValue: String(cell) })),
      })),
      ResultSetMetadata: { ColumnInfo: query.columns.map(columnInfo) },
    },
    ...(from + size < all.length ? { NextToken: String(from + size) } : {}),
  };
}

function columnInfo({ name, type }: Column): unknown {
  const [, precision, scale] = DECIMAL.exec(type) ?? [];
  return {
    Name: name,
    Type: type.replace(/\(.*$/, ''),
    Precision: Number(precision ?? 0),
    Scale: Number(scale ?? 0),
    Nullable: 'UNKNOWN',
  };
}

function refusal(code: string, message: string): AlturasError {
  return new AlturasError('internal', code, message);
}

function send(response: ServerResponse, status: number, content: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(content));
}

async function body(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
