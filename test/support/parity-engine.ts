import { link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../../functions/engine/duckdb.ts';
import type { Column, Engine, Relation, Row, Written } from '../../functions/engine/engine.ts';
import { compareTables } from './parity.ts';
import { compareRows, newLine, type ParityLine, timed } from './parity-lines.ts';
import type { TrinoEngine } from './trino-engine.ts';

/** A model or law by its text, with what the comparison needs to know of it. */
export interface ParitySubject {
  readonly name: string;
  readonly sql: string;
  /** Empty for a law. */
  readonly grain: readonly string[];
  readonly columns: readonly Column[];
  /** A law's text over wrong numbers, so that there are rows to compare (`spoiled`). */
  readonly broken?: string;
}

/** Planning a statement keeps one core of Trino busy, so two at a time. */
const AT_ONCE = 2;

/**
 * The embedded engine, with Trino beside it: whatever a build or a check runs on DuckDB runs on Trino too, over the
 * same relations, and every cell is compared. The build goes on with DuckDB's files; `settled` waits for the rest.
 */
export class ParityEngine implements Engine {
  readonly version: string;
  readonly lines = new Map<string, ParityLine>();
  readonly #duckdb: Engine;
  readonly #trino: TrinoEngine;
  readonly #session: Session;
  readonly #subjects: readonly ParitySubject[];
  readonly #folder: string;
  readonly #lanes: Promise<void>[] = Array.from({ length: AT_ONCE }, () => Promise.resolve());
  readonly #failures: unknown[] = [];
  #comparing: Promise<unknown> = Promise.resolve();
  #tasks = 0;

  /**
   * @param session a DuckDB of its own, which compares the files
   * @param folder on the file system of the build's scratch; keeps DuckDB's files until they are compared
   */
  constructor(
    engines: { readonly duckdb: Engine; readonly trino: TrinoEngine },
    session: Session,
    folder: string,
    subjects: readonly ParitySubject[],
  ) {
    this.version = engines.duckdb.version;
    this.#duckdb = engines.duckdb;
    this.#trino = engines.trino;
    this.#session = session;
    this.#folder = folder;
    this.#subjects = subjects;
  }

  async supply(relation: Relation): Promise<void> {
    this.#trino.supply(relation);
    await this.#duckdb.supply(relation);
  }

  describe(select: string): Promise<Column[]> {
    return this.#duckdb.describe(select);
  }

  async rows(select: string): Promise<Row[]> {
    const subject = this.#subject(select);
    if (!subject) return this.#duckdb.rows(select);
    const line = this.#line(subject.name);
    const rows = await timed(line, 'duckdb', () => this.#duckdb.rows(select));
    const statement = await this.#trino.statement(select);
    this.#beside(async () => {
      const trino = await timed(line, 'trino', () => this.#trino.run(statement));
      compareRows(line, rows, trino);
    });
    if (subject.broken !== undefined) await this.#compareBroken(subject.name, subject.broken);
    return rows;
  }

  /** A law that holds gives no rows; over wrong numbers it must give the same offenders on both engines. */
  async #compareBroken(law: string, select: string): Promise<void> {
    const line = this.#line(`${law}, broken`);
    const rows = await timed(line, 'duckdb', () => this.#duckdb.rows(select));
    const statement = await this.#trino.statement(select);
    this.#beside(async () => {
      const trino = await timed(line, 'trino', () => this.#trino.run(statement));
      compareRows(line, rows, trino);
    });
  }

  stream(select: string): AsyncIterable<readonly Row[]> {
    return this.#duckdb.stream(select);
  }

  async write(select: string, order: readonly string[], path: string): Promise<Written> {
    const [written] = await this.#compared(select, async () => [
      await this.#duckdb.write(select, order, path),
    ]);
    if (!written) throw new Error('nothing was written');
    return written;
  }

  split(
    select: string,
    order: readonly string[],
    column: string,
    parts: readonly { readonly from: string; readonly to: string; readonly path: string }[],
  ): Promise<Written[]> {
    return this.#compared(select, () => this.#duckdb.split(select, order, column, parts));
  }

  interrupt(): void {
    this.#duckdb.interrupt();
  }

  async close(): Promise<void> {
    try {
      await this.settled();
    } finally {
      await this.#duckdb.close();
    }
  }

  /** Waits until Trino has answered everything. @throws AggregateError when it refused something */
  async settled(): Promise<void> {
    await Promise.all(this.#lanes);
    if (this.#failures.length > 0)
      throw new AggregateError(this.#failures, this.#failures.map(String).join('\n'));
  }

  async #compared(select: string, write: () => Promise<Written[]>): Promise<Written[]> {
    const subject = this.#subject(select);
    if (!subject) return write();
    const line = this.#line(subject.name);
    const written = await timed(line, 'duckdb', write);
    const left = await this.#keep(written);
    const statement = await this.#trino.statement(select);
    this.#beside(async () => {
      const right = await timed(line, 'trino', () => this.#trino.unload(statement));
      await this.#compareFiles(line, subject, left, right);
    });
    return written;
  }

  /** The lake may take the written files as its own: further names of them stay here. */
  async #keep(written: readonly Written[]): Promise<string[]> {
    const kept: string[] = [];
    for (const { path } of written) {
      const name = join(this.#folder, `kept-${this.#tasks}-${kept.length}.parquet`);
      await link(path, name);
      kept.push(name);
    }
    return kept;
  }

  /** Runs a task beside the build, in the lane that is free first. */
  #beside(task: () => Promise<void>): void {
    const lane = this.#tasks % AT_ONCE;
    this.#tasks += 1;
    this.#lanes[lane] = (this.#lanes[lane] ?? Promise.resolve())
      .then(task)
      .catch((error) => void this.#failures.push(error));
  }

  /** One comparison at a time: the session has one connection. */
  async #compareFiles(
    line: ParityLine,
    subject: ParitySubject,
    left: readonly string[],
    right: readonly string[],
  ): Promise<void> {
    const comparison = this.#comparing.then(async () => {
      const types = await this.#typesThatDiffer(subject, right);
      const { columns, grain } = subject;
      const result = await compareTables(this.#session, { columns, grain, left, right });
      line.passes += 1;
      line.rows += result.left;
      line.cells += result.cells;
      line.differences += result.differences + types.length;
      line.examples.push(...types, ...result.examples);
    });
    this.#comparing = comparison.catch(() => undefined);
    await comparison;
    for (const file of left) await rm(file);
  }

  /** Trino's files must have the types of the header, or Athena's partitions would not be of one table. */
  async #typesThatDiffer(subject: ParitySubject, files: readonly string[]): Promise<string[]> {
    const [file] = files;
    if (file === undefined) return [];
    const types = new Map(
      (await this.#session.describe(`select * from read_parquet('${file}', hive_partitioning = false)`)).map(
        (column) => [column.name, column.type],
      ),
    );
    return subject.columns
      .filter((column) => types.get(column.name) !== column.type)
      .map((column) => `${column.name} is ${types.get(column.name)} on Trino, declared ${column.type}`);
  }

  /** The model or law that a statement runs: its text stands in it as it was written. */
  #subject(select: string): ParitySubject | undefined {
    return this.#subjects.find(({ sql }) => select.includes(sql));
  }

  #line(name: string): ParityLine {
    const line = this.lines.get(name) ?? newLine(name);
    this.lines.set(name, line);
    return line;
  }
}
