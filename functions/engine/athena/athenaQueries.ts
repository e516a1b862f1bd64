import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  GetWorkGroupCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { AlturasError } from '../../core/errors.ts';
import type { Column } from '../engine.ts';
import { clientSettings } from './clients.ts';
import type { AthenaSettings } from './settings.ts';
import { sqlType } from './types.ts';

/** Athena's own limit, in bytes of UTF-8. */
const MAX_QUERY_BYTES = 262_144;
const TIMEOUT_MS = 30 * 60_000;

/** Attempts of a query that Athena calls retryable. */
const QUERY_ATTEMPTS = 4;
const RETRY_MS = 500;

const FIRST_POLL_MS = 100;
const LAST_POLL_MS = 2_000;

/** A query that succeeded. */
export interface FinishedQuery {
  readonly id: string;
  readonly scannedBytes: number;
}

/**
 * Queries of one workgroup: started once each however often a request is sent, waited for, stopped when they are not
 * wanted any more.
 *
 * Errors: AlturasError `SQL_FAILED` with Athena's reason, the query's id and the bytes it read, `SQL_TOO_LONG`,
 * `SQL_TIMEOUT`, `SQL_INTERRUPTED`, `ATHENA_REFUSED` when Athena does not take the request at all. Each has the SQL as
 * `details.value`.
 */
export class AthenaQueries {
  readonly #client: AthenaClient;
  readonly #settings: AthenaSettings;
  readonly #output: string;
  readonly #running = new Set<AbortController>();

  /** @param output `s3://bucket/prefix/` for what Athena itself writes down; the workgroup may say otherwise */
  constructor(settings: AthenaSettings, output: string) {
    this.#client = new AthenaClient(clientSettings());
    this.#settings = settings;
    this.#output = output;
  }

  /** The engine that runs the workgroup's queries: `Athena engine version 3`. */
  async version(): Promise<string> {
    const { workgroup } = this.#settings;
    const { WorkGroup } = await this.#sent('', () =>
      this.#client.send(new GetWorkGroupCommand({ WorkGroup: workgroup })),
    );
    return WorkGroup?.Configuration?.EngineVersion?.EffectiveEngineVersion ?? 'Athena';
  }

  /** Runs a query to its end; what Athena says may be tried again is, as a query of its own. */
  async run(sql: string): Promise<FinishedQuery> {
    refuseLong(sql);
    const running = new AbortController();
    this.#running.add(running);
    try {
      for (let attempt = 1; ; attempt += 1) {
        const execution = await this.#once(sql, running.signal);
        const { id, scannedBytes } = facts(execution);
        if (execution.Status?.State === 'SUCCEEDED') return { id, scannedBytes };
        if (execution.Status?.AthenaError?.Retryable !== true || attempt === QUERY_ATTEMPTS)
          throw failed(sql, execution);
        await pause(Math.random() * RETRY_MS * 2 ** attempt, running.signal);
        if (running.signal.aborted) throw interrupted(sql, id);
      }
    } finally {
      this.#running.delete(running);
    }
  }

  /** Names and types of what a finished SELECT gave; no cell is read. */
  async columns({ id }: FinishedQuery, sql: string): Promise<Column[]> {
    const { ResultSet } = await this.#sent(sql, () =>
      this.#client.send(new GetQueryResultsCommand({ QueryExecutionId: id, MaxResults: 1 })),
    );
    return (ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name, Type, Precision, Scale }) => ({
      name: Name ?? '',
      type: sqlType(Type ?? '', Precision, Scale),
    }));
  }

  /** Stops every running query; whoever waits for one gets `SQL_INTERRUPTED`. */
  interrupt(): void {
    for (const running of this.#running) running.abort();
  }

  close(): void {
    this.interrupt();
    this.#client.destroy();
  }

  /** One query to its end, whatever that is; stopped when nobody waits for it any more. */
  async #once(sql: string, signal: AbortSignal): Promise<QueryExecution> {
    const id = await this.#start(sql);
    const until = Date.now() + (this.#settings.timeoutMs ?? TIMEOUT_MS);
    let ended = false;
    try {
      for (let wait = FIRST_POLL_MS; ; wait = Math.min(LAST_POLL_MS, wait * 1.5)) {
        await pause(wait * (0.5 + Math.random() / 2), signal);
        if (signal.aborted) throw interrupted(sql, id);
        const { QueryExecution: execution } = await this.#sent(sql, () =>
          this.#client.send(new GetQueryExecutionCommand({ QueryExecutionId: id })),
        );
        const state = execution?.Status?.State;
        ended = state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELLED';
        if (ended && execution) return execution;
        if (Date.now() > until) throw timedOut(sql, id, execution);
      }
    } finally {
      if (!ended) await this.#stop(id);
    }
  }

  /** The token makes a start whose answer was lost, and is sent again, the same query. */
  async #start(sql: string): Promise<string> {
    const { database, workgroup } = this.#settings;
    const command = new StartQueryExecutionCommand({
      QueryString: sql,
      ClientRequestToken: randomUUID(),
      QueryExecutionContext: { Database: database },
      WorkGroup: workgroup,
      ResultConfiguration: { OutputLocation: this.#output },
    });
    const { QueryExecutionId } = await this.#sent(sql, () => this.#client.send(command));
    if (QueryExecutionId === undefined)
      throw new AlturasError('internal', 'ATHENA_REFUSED', 'Athena gave no query id.', { value: sql });
    return QueryExecutionId;
  }

  /** Best effort: the query may have ended meanwhile, and the error that led here matters more. */
  async #stop(id: string): Promise<void> {
    await this.#client.send(new StopQueryExecutionCommand({ QueryExecutionId: id })).catch(() => undefined);
  }

  async #sent<T>(sql: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (cause) {
      const { name, message } = cause instanceof Error ? cause : { name: 'Error', message: String(cause) };
      throw new AlturasError(
        'internal',
        'ATHENA_REFUSED',
        `Athena: ${message} (${name}, workgroup ${this.#settings.workgroup})`,
        { value: sql, hint: 'look at the name of the workgroup, and at what the role may do' },
        cause,
      );
    }
  }
}

function refuseLong(sql: string): void {
  const bytes = Buffer.byteLength(sql);
  if (bytes <= MAX_QUERY_BYTES) return;
  throw new AlturasError('internal', 'SQL_TOO_LONG', `The query has ${bytes} bytes, too many for Athena.`, {
    value: sql,
    expected: `at most ${MAX_QUERY_BYTES} bytes`,
    safe: 'nothing was started',
    hint: 'keep a view that the model names (kept: true), or cut the model in two',
  });
}

/** Waits, or returns at once when interrupted. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

function facts(execution: QueryExecution | undefined): FinishedQuery {
  return {
    id: execution?.QueryExecutionId ?? '?',
    scannedBytes: execution?.Statistics?.DataScannedInBytes ?? 0,
  };
}

function failed(sql: string, execution: QueryExecution): AlturasError {
  const { id, scannedBytes } = facts(execution);
  const { State, StateChangeReason, AthenaError } = execution.Status ?? {};
  const reason = StateChangeReason ?? AthenaError?.ErrorMessage ?? 'no reason given';
  const who = ['', 'a fault of the service', 'a fault of the query'][AthenaError?.ErrorCategory ?? 0] ?? '';
  const about = [`query ${id}`, `${scannedBytes} bytes read`, who].filter(Boolean).join(', ');
  const memory = /EXCEEDED_(LOCAL_)?MEMORY|exhausted resources/i.test(reason);
  return new AlturasError(
    'internal',
    memory ? 'SQL_OUT_OF_MEMORY' : 'SQL_FAILED',
    `Athena: ${reason} (${about})`,
    {
      value: sql,
      ...(memory ? { hint: 'Build fewer days at a time.' } : {}),
      ...(State === 'CANCELLED' ? { hint: 'look at the scan cap of the workgroup' } : {}),
    },
  );
}

function interrupted(sql: string, id: string): AlturasError {
  return new AlturasError('internal', 'SQL_INTERRUPTED', `Athena: interrupted (query ${id})`, { value: sql });
}

function timedOut(sql: string, id: string, execution: QueryExecution | undefined): AlturasError {
  const state = execution?.Status?.State ?? 'unknown';
  const seconds = Math.round((execution?.Statistics?.TotalExecutionTimeInMillis ?? 0) / 1000);
  return new AlturasError(
    'internal',
    'SQL_TIMEOUT',
    `Athena: not done in time (query ${id}, ${state} for ${seconds} s, ${facts(execution).scannedBytes} bytes read)`,
    { value: sql, hint: 'Build fewer days at a time, or look at the queue of the workgroup.' },
  );
}
