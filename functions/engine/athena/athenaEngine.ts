import { createHash } from 'node:crypto';
import { AlturasError } from '../../core/errors.ts';
import type { Lake } from '../../lake/lake.ts';
import { identifier, literal, Session, type SessionOptions } from '../duckdb.ts';
import { fileShape, fileSums, orderBy, valuesSelect } from '../duckEngine.ts';
import type { Column, Engine, Relation, Row, Written } from '../engine.ts';
import { parseSql, tablesOf } from '../syntax.ts';
import { AthenaQueries, type FinishedQuery } from './athenaQueries.ts';
import { AthenaRelations } from './athenaRelations.ts';
import { AthenaScratch } from './athenaScratch.ts';
import { GlueTables } from './glueTables.ts';
import type { AthenaSettings } from './settings.ts';

/** A text for Athena, and the line on which the SELECT stands that it was made of. */
interface Wrapped {
  readonly sql: string;
  readonly line: number;
}

interface Parts {
  readonly queries: AthenaQueries;
  readonly relations: AthenaRelations;
  readonly scratch: AthenaScratch;
  readonly glue: GlueTables;
  readonly session: Session;
  readonly version: string;
}

/**
 * Athena over the files of a lake in S3. What a SELECT names is put in front of it as `WITH`; its own text stays as it
 * is. Results come by UNLOAD as Parquet and are read typed; an order asked for within a SELECT is not kept, that of
 * `write` and `split` is.
 *
 * Scanning and joining is Athena's; the rows of a result pass through DuckDB here, which puts them in order, one file
 * a part, within its memory limit: UNLOAD promises neither an order nor a number of files.
 *
 * A view that is kept becomes a table first. Trino runs a common table expression again at every reference, and
 * refuses a statement of more than 150 stages: with all views inlined, `position` would read 221 relations.
 */
export class AthenaEngine implements Engine {
  readonly version: string;
  /** Doubles are added up in any order, so their last digits may differ from run to run. */
  readonly repeatable = false;
  readonly #parts: Parts;
  readonly #supplied = new Map<string, Relation>();
  readonly #named = new Map<string, readonly string[]>();
  readonly #views: Map<string, Promise<string>>;

  private constructor(parts: Parts, views = new Map<string, Promise<string>>()) {
    this.#parts = parts;
    this.#views = views;
    this.version = parts.version;
  }

  /** @throws AlturasError `ATHENA_NEEDS_S3`; `ATHENA_REFUSED` when there is no such workgroup */
  static async open(lake: Lake, options: SessionOptions, settings: AthenaSettings): Promise<AthenaEngine> {
    const scratch = new AthenaScratch(lake);
    const queries = new AthenaQueries(settings, scratch.address(scratch.folder('results')));
    const glue = new GlueTables(settings.database);
    const version = await queries.version();
    const session = await Session.open({ ...options, trino: false });
    const relations = new AthenaRelations(glue, scratch, session, options.scratch);
    return new AthenaEngine({ queries, relations, scratch, glue, session, version });
  }

  async supply(relation: Relation): Promise<void> {
    this.#supplied.set(relation.name, relation);
  }

  async describe(select: string): Promise<Column[]> {
    const { queries } = this.#parts;
    const { sql, line } = await this.#wrap(select);
    const query = `${sql}\nlimit 0`;
    return queries.columns(await this.#run({ sql: query, line }), query);
  }

  async rows(select: string): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const batch of this.stream(select)) rows.push(...batch);
    return rows;
  }

  async *stream(select: string): AsyncGenerator<readonly Row[]> {
    const { scratch, session } = this.#parts;
    const { paths, discard } = await scratch.fetch(await this.#unload(select));
    try {
      if (paths.length > 0) yield* session.stream(`SELECT * FROM ${parquet(paths)}`);
    } finally {
      await discard();
    }
  }

  async write(select: string, order: readonly string[], path: string): Promise<Written> {
    const [written] = await this.#written(select, order, [{ where: '', path }]);
    if (!written) throw new AlturasError('internal', 'NOT_WRITTEN', `${path} was not written.`);
    return written;
  }

  split(
    select: string,
    order: readonly string[],
    column: string,
    parts: readonly { readonly from: string; readonly to: string; readonly path: string }[],
  ): Promise<Written[]> {
    const where = (from: string, to: string) =>
      ` WHERE ${identifier(column)} BETWEEN ${literal(from)} AND ${literal(to)}`;
    return this.#written(
      select,
      order,
      parts.map(({ from, to, path }) => ({ where: where(from, to), path })),
    );
  }

  sums: Engine['sums'] = (paths, columns) => fileSums(this.#parts.session, paths, columns);

  shape: Engine['shape'] = (path) => fileShape(this.#parts.session, path);

  async beside(): Promise<Engine> {
    return new AthenaEngine(this.#parts, this.#views);
  }

  interrupt(): void {
    this.#parts.queries.interrupt();
    this.#parts.session.interrupt();
  }

  /** Ends what runs, and removes the tables and files of the run. */
  async close(): Promise<void> {
    const { queries, relations, scratch, glue, session } = this.#parts;
    queries.close();
    try {
      await relations.clear();
      await scratch.clear();
    } finally {
      glue.close();
      session.close();
    }
  }

  async #written(
    select: string,
    order: readonly string[],
    parts: readonly { readonly where: string; readonly path: string }[],
  ): Promise<Written[]> {
    const { scratch, session } = this.#parts;
    const { paths, discard } = await scratch.fetch(await this.#unload(select));
    try {
      // Of no rows, UNLOAD writes no file that would tell their types.
      const from = paths.length === 0 ? `(${valuesSelect(await this.describe(select), [])})` : parquet(paths);
      const written: Written[] = [];
      for (const { where, path } of parts)
        written.push(await session.copyToParquet(`SELECT * FROM ${from}${where}${orderBy(order)}`, path));
      return written;
    } finally {
      await discard();
    }
  }

  /** Runs a SELECT; the rows lie as Parquet under the folder of the lake that it gives. */
  async #unload(select: string): Promise<string> {
    const { scratch } = this.#parts;
    const { sql, line } = await this.#wrap(select);
    const folder = scratch.folder('unload');
    await this.#run({
      sql: `UNLOAD (\n${sql}\n)\nTO ${literal(scratch.address(folder))}\nWITH (format = 'PARQUET', compression = 'ZSTD')`,
      line: line + 1,
    });
    return folder;
  }

  async #run({ sql, line }: Wrapped): Promise<FinishedQuery> {
    try {
      return await this.#parts.queries.run(sql);
    } catch (error) {
      throw error instanceof AlturasError ? atOwnLine(error, line) : error;
    }
  }

  /** The text that Athena runs: only what the SELECT needs, as it is supplied now. */
  async #wrap(select: string): Promise<Wrapped> {
    const expressions: string[] = [];
    const done = new Set<string>();
    const need = async (sql: string): Promise<void> => {
      for (const name of await this.#names(sql)) {
        const relation = this.#supplied.get(name);
        if (!relation || done.has(name)) continue;
        done.add(name);
        if (relation.kind === 'sql' && !relation.kept) await need(relation.sql);
        expressions.push(`${identifier(name)} as (\n${await this.#rowsOf(relation)}\n)`);
      }
    };
    await need(select);
    const before = `${expressions.length === 0 ? '' : `with ${expressions.join(',\n')}\n`}select * from (\n`;
    return { sql: `${before}${select}\n) as final`, line: before.split('\n').length };
  }

  async #rowsOf(relation: Relation): Promise<string> {
    if (relation.kind !== 'sql') return this.#parts.relations.select(relation);
    return relation.kept ? `select * from ${await this.#kept(relation)}` : relation.sql;
  }

  /** The table of a view's rows; the same text over the same files is the same table. */
  async #kept({ name, sql }: Extract<Relation, { kind: 'sql' }>): Promise<string> {
    const wrapped = await this.#wrap(sql);
    const hash = createHash('sha256').update(wrapped.sql).digest('hex');
    const making =
      this.#views.get(hash) ??
      Promise.all([this.#unload(sql), this.describe(sql)]).then(([folder, columns]) =>
        this.#parts.relations.folder(name, columns, folder),
      );
    this.#views.set(hash, making);
    return making;
  }

  async #names(sql: string): Promise<readonly string[]> {
    const known = this.#named.get(sql);
    if (known) return known;
    const syntax = await parseSql(this.#parts.session, sql);
    if (!syntax.ok)
      throw new AlturasError('internal', 'SQL_FAILED', `LINE ${syntax.line}: ${syntax.message}`, {
        value: sql,
      });
    const names = syntax.statements.flatMap((statement) => tablesOf(statement).map(({ name }) => name));
    this.#named.set(sql, names);
    return names;
  }
}

function parquet(paths: readonly string[]): string {
  return `read_parquet([${paths.map(literal).join(', ')}], hive_partitioning = false)`;
}

/** Trino's `line 57:9` of the whole text becomes `LINE 12:` of the SELECT, where it is within it. */
function atOwnLine(error: AlturasError, first: number): AlturasError {
  const message = error.message.replace(/\bline (\d+):(\d+)/, (place, line: string, column: string) =>
    Number(line) < first ? place : `LINE ${Number(line) - first + 1}: at ${column}`,
  );
  return new AlturasError(error.kind, error.code, message, error.details, error);
}
