import { readFileSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBResult,
  type DuckDBValue,
  type Json,
} from '@duckdb/node-api';
import { AlturasError } from '../core/errors.ts';
import { HOME } from '../core/home.ts';
import type { Cell, Column, Row, Written } from './engine.ts';
import { limits } from './limits.ts';

/** A value bound to `$1`, `$2`, ...: text, whole numbers and booleans only, so that no amount passes through a float. */
export type Parameter = string | bigint | boolean | null | number;

export interface SessionOptions {
  /** An existing or creatable local directory; DuckDB spills under it. */
  readonly scratch: string;
  /** DuckDB's buffer limit, e.g. `2GB`. It bounds buffers, not the process: leave room. Default: see limits. */
  readonly memoryLimit?: string;
  /** Default: see limits. */
  readonly threads?: number;
  /** Loads Trino's functions (trinoMacros.sql), which models need. Default true. */
  readonly trino?: boolean;
  /** A database file instead of memory. */
  readonly database?: string;
  /** Opens `database` for reading only. */
  readonly readOnly?: boolean;
}

export interface ParquetOptions {
  /** Rows per row group; default 122,880, DuckDB's own. */
  readonly rowGroupSize?: number;
  /** Words of the file's own about itself. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Options of every Parquet file that we write: a version that every engine reads. Dictionaries pay for columns of few
 * values; those of many, such as keys and amounts, are smaller and a third faster to write without one.
 */
const ANY_PARQUET = 'FORMAT parquet, PARQUET_VERSION v1, DICTIONARY_SIZE_LIMIT 800';

/** What is written once and asked from afar is small before all. */
const PARQUET = `${ANY_PARQUET}, COMPRESSION zstd, COMPRESSION_LEVEL 1`;

/**
 * What is landed is written every day and read by every build, most of it in files of a few rows, each column of which
 * costs zstd more to begin than to write; beside the delivered bytes, a half more of so little is nothing.
 */
export const LEDGER_PARQUET = `${ANY_PARQUET}, COMPRESSION snappy`;

/** Timestamps are local and without a zone; a fixed session zone keeps any cast to text the same everywhere. */
const UTC = "SET TimeZone = 'UTC'";

const TRINO_MACROS = readFileSync(join(HOME, 'functions/engine/trinoMacros.sql'), 'utf8');

/**
 * `text` as an SQL string literal.
 * @throws AlturasError `BAD_TEXT` for a zero byte: the engine would take the statement to end there
 */
export function literal(text: string): string {
  if (text.includes('\0'))
    throw new AlturasError('usage', 'BAD_TEXT', 'A text holds a zero byte.', {
      value: text.replaceAll('\0', '\\0'),
      expected: 'text without it',
    });
  return `'${text.replaceAll("'", "''")}'`;
}

/** `name` as a quoted SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * A connection to a DuckDB of its own: nothing is shared with other sessions but those made by `beside`, no extension
 * is ever downloaded, and every error carries the SQL that caused it.
 *
 * Statements run one after another, streams beside them; `interrupt` ends what runs with `SQL_INTERRUPTED`.
 */
export class Session {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  readonly #owner: boolean;
  /** Where names without one stand; null: in the database's own. */
  readonly #schema: string | null;
  readonly #streams = new Set<DuckDBConnection>();

  private constructor(
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    owner = true,
    schema: string | null = null,
  ) {
    this.#instance = instance;
    this.#connection = connection;
    this.#owner = owner;
    this.#schema = schema;
  }

  static async open(options: SessionOptions): Promise<Session> {
    await mkdir(options.scratch, { recursive: true });
    const instance = await DuckDBInstance.create(options.database ?? ':memory:', {
      threads: String(options.threads ?? limits().threads),
      memory_limit: options.memoryLimit ?? `${limits().memoryMb}MB`,
      temp_directory: options.scratch,
      allow_community_extensions: 'false',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      ...(options.readOnly ? { access_mode: 'READ_ONLY' } : {}),
    });
    const session = new Session(instance, await instance.connect());
    await session.run(UTC);
    if (options.trino !== false && !options.readOnly) await session.run(TRINO_MACROS);
    return session;
  }

  /**
   * Another connection to the same tables, for a statement at the same time. Close it before this one.
   * @param schema a new schema: what the connection creates stands there, and hides what has the same name here
   */
  async beside(schema?: string): Promise<Session> {
    if (schema !== undefined) await this.run(`CREATE SCHEMA ${identifier(schema)}`);
    const own = schema ?? this.#schema;
    return new Session(this.#instance, await this.#connect(own), false, own);
  }

  async #connect(schema = this.#schema): Promise<DuckDBConnection> {
    const connection = await this.#instance.connect();
    await connection.run(UTC);
    if (schema !== null) await connection.run(`USE ${identifier(schema)}`);
    return connection;
  }

  /**
   * Says how many statements run at a time. Each runs on a thread of its caller: DuckDB keeps fewer of its own, or there
   * would be more than processors, and a statement that waits for another thread's part of it turns in circles.
   */
  async shareThreads(statements: number): Promise<void> {
    const [row] = await this.rows("SELECT current_setting('threads') AS threads");
    await this.run(`SET external_threads = ${Math.min(statements, Number(row?.threads))}`);
  }

  /** Runs one statement or several; answers how many rows the last one changed. */
  async run(sql: string, parameters: readonly Parameter[] = []): Promise<number> {
    return this.#guard(sql, async () => (await this.#connection.run(sql, bind(parameters))).rowsChanged);
  }

  /** Runs an action in one transaction: all of it stays, or nothing. */
  async transaction(action: () => Promise<void>): Promise<void> {
    await this.run('begin transaction');
    try {
      await action();
      await this.run('commit');
    } catch (error) {
      await this.run('rollback');
      throw error;
    }
  }

  /** All rows, as exact JSON cells. For small results: rows lie outside DuckDB's memory limit. */
  async rows(sql: string, parameters: readonly Parameter[] = []): Promise<Row[]> {
    return this.#guard(sql, async () => {
      const reader = await this.#connection.runAndReadAll(sql, bind(parameters));
      return reader.getRowObjectsJson().map(exactRow);
    });
  }

  /**
   * The rows in batches of about 2,048, never all in memory; leaving the loop early ends the statement. Each has a
   * connection of its own: another statement on the same one would end it, and its rows would be missing without an
   * error.
   */
  async *stream(sql: string, parameters: readonly Parameter[] = []): AsyncGenerator<readonly Row[]> {
    const connection = await this.#connect();
    this.#streams.add(connection);
    try {
      const result = await this.#guard<DuckDBResult>(sql, () => connection.stream(sql, bind(parameters)));
      const batches = result.yieldRowObjectJson()[Symbol.asyncIterator]();
      for (;;) {
        const batch = await this.#guard(sql, () => batches.next());
        if (batch.done) return;
        yield batch.value.map(exactRow);
      }
    } finally {
      this.#streams.delete(connection);
      connection.closeSync();
    }
  }

  /** Names and types of what a SELECT gives, without running it. */
  async describe(select: string): Promise<Column[]> {
    const rows = await this.rows(`DESCRIBE ${select}`);
    return rows.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
  }

  /**
   * Writes a SELECT to one Parquet file that Athena, Spark and Trino can read (format v1, zstd). The rows keep the
   * SELECT's order, so the same rows give the same bytes.
   */
  async copyToParquet(select: string, path: string, options: ParquetOptions = {}): Promise<Written> {
    const rows = await this.run(
      `COPY (${select}\n) TO ${literal(path)} (${PARQUET}` +
        `${options.rowGroupSize === undefined ? '' : `, ROW_GROUP_SIZE ${options.rowGroupSize}`}` +
        `${options.metadata === undefined ? '' : `, KV_METADATA {${metadataText(options.metadata)}}`})`,
    );
    return { path, rows, bytes: (await stat(path)).size };
  }

  /** How much of the running statement is done, 0 to 1, or null when DuckDB cannot tell. */
  get progress(): number | null {
    const { percentage } = this.#connection.progress;
    return percentage < 0 ? null : percentage / 100;
  }

  interrupt(): void {
    for (const connection of [this.#connection, ...this.#streams]) connection.interrupt();
  }

  close(): void {
    this.#connection.closeSync();
    if (this.#owner) this.#instance.closeSync();
  }

  async #guard<T>(sql: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (cause) {
      throw sqlError(sql, cause);
    }
  }
}

function metadataText(metadata: Readonly<Record<string, string>>): string {
  return Object.entries(metadata)
    .map(([key, value]) => `${identifier(key)}: ${literal(value)}`)
    .join(', ');
}

/** The SQL, shortened for people; the whole text stays reachable as `details.value`. */
function sqlError(sql: string, cause: unknown): AlturasError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const interrupted = message.startsWith('INTERRUPT');
  const memory = message.startsWith('Out of Memory');
  return new AlturasError(
    'internal',
    interrupted ? 'SQL_INTERRUPTED' : memory ? 'SQL_OUT_OF_MEMORY' : 'SQL_FAILED',
    `DuckDB: ${message}`,
    {
      value: sql,
      ...(memory ? { hint: 'Give the session a larger memory limit, or build fewer days at a time.' } : {}),
    },
    cause,
  );
}

function bind(parameters: readonly Parameter[]): DuckDBValue[] | undefined {
  return parameters.length === 0 ? undefined : [...parameters];
}

function exactRow(row: Readonly<Record<string, Json>>): Row {
  const cells: Record<string, Cell> = {};
  for (const [name, value] of Object.entries(row)) cells[name] = exactCell(value);
  return cells;
}

/** A struct or map becomes its JSON text: models give scalars and lists only. */
function exactCell(value: Json): Cell {
  if (Array.isArray(value)) return value.map(exactCell);
  if (value !== null && typeof value === 'object') return JSON.stringify(value);
  return value;
}
