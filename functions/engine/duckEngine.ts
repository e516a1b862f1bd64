import { allEnded } from '../core/allEnded.ts';
import { AlturasError } from '../core/errors.ts';
import type { Lake } from '../lake/lake.ts';
import { identifier, literal, Session, type SessionOptions } from './duckdb.ts';
import type { Column, Engine, Relation, RelationFile, Row, Written } from './engine.ts';

type Part = { readonly from: string; readonly to: string; readonly path: string };

/** A file of the lake and its local copy. */
interface LocatedFile {
  readonly file: RelationFile;
  readonly path: string;
}

/** The embedded engine: DuckDB over files that the lake brings to local disk. */
export class DuckEngine implements Engine {
  readonly version: string;
  readonly repeatable = true;
  readonly #session: Session;
  readonly #lake: Pick<Lake, 'localPaths'>;
  readonly #kinds = new Map<string, 'VIEW' | 'TABLE'>();
  /** What stands under a name, where it is the same whenever it is made: rows, or rows of files. */
  readonly #bodies = new Map<string, string>();
  readonly #besides: DuckEngine[] = [];

  private constructor(session: Session, lake: Pick<Lake, 'localPaths'>, version: string) {
    this.#session = session;
    this.#lake = lake;
    this.version = version;
  }

  static async open(lake: Pick<Lake, 'localPaths'>, options: SessionOptions): Promise<DuckEngine> {
    return DuckEngine.over(lake, await Session.open(options));
  }

  /** An engine whose session is open already: it closes with the engine. */
  static async over(lake: Pick<Lake, 'localPaths'>, session: Session): Promise<DuckEngine> {
    const [row] = await session.rows('SELECT version() AS version');
    return new DuckEngine(session, lake, `duckdb ${String(row?.version).replace(/^v/, '')}`);
  }

  async supply(relation: Relation): Promise<void> {
    const name = identifier(relation.name);
    const kind = relation.kind === 'rows' || (relation.kind === 'sql' && relation.kept) ? 'TABLE' : 'VIEW';
    const body =
      relation.kind === 'sql'
        ? relation.sql
        : relation.kind === 'rows'
          ? valuesSelect(relation.columns, relation.rows)
          : await this.filesSelect(relation.columns, relation.files);
    if (this.#bodies.get(relation.name) === body) return;
    this.#bodies.delete(relation.name);
    const before = this.#kinds.get(relation.name);
    if (before) await this.#session.run(`DROP ${before} ${name}`);
    this.#kinds.delete(relation.name);
    await this.#session.run(`CREATE ${kind} ${name} AS ${body}`);
    this.#kinds.set(relation.name, kind);
    if (relation.kind !== 'sql') this.#bodies.set(relation.name, body);
  }

  describe(select: string): Promise<Column[]> {
    return this.#session.describe(select);
  }

  rows(select: string): Promise<Row[]> {
    return this.#session.rows(select);
  }

  stream(select: string): AsyncIterable<readonly Row[]> {
    return this.#session.stream(select);
  }

  write(select: string, order: readonly string[], path: string): Promise<Written> {
    return this.#session.copyToParquet(`SELECT * FROM (${select}\n)${orderBy(order)}`, path);
  }

  async split(
    select: string,
    order: readonly string[],
    column: string,
    parts: readonly Part[],
  ): Promise<Written[]> {
    const table = identifier('__split');
    await this.#session.run(`CREATE TABLE ${table} AS SELECT * FROM (${select}\n)${orderBy(order)}`);
    const beside = await this.#session.beside();
    try {
      const written = new Array<Written>(parts.length);
      const waiting = parts.entries();
      // A file of one or two row groups keeps one thread busy: two are written at a time.
      const writer = async (session: Session): Promise<void> => {
        for (const [index, part] of waiting)
          written[index] = await session.copyToParquet(
            `SELECT * FROM ${table} WHERE ${between(column, part.from, part.to)}`,
            part.path,
          );
      };
      // Before the table goes, also when one of them failed.
      await allEnded([writer(this.#session), writer(beside)]);
      return written;
    } finally {
      beside.close();
      await this.#session.run(`DROP TABLE ${table}`);
    }
  }

  sums: Engine['sums'] = (paths, columns) => fileSums(this.#session, paths, columns);

  shape: Engine['shape'] = (path) => fileShape(this.#session, path);

  async beside(): Promise<Engine> {
    const session = await this.#session.beside(`beside_${this.#besides.length + 1}`);
    const engine = new DuckEngine(session, this.#lake, this.version);
    this.#besides.push(engine);
    await this.#session.shareThreads(this.#besides.length + 1);
    return engine;
  }

  interrupt(): void {
    for (const engine of this.#besides) engine.interrupt();
    this.#session.interrupt();
  }

  async close(): Promise<void> {
    for (const engine of this.#besides) await engine.close();
    this.#session.close();
  }

  /** The SELECT of whole Parquet files of one table, each row with the number of its file in a last column. */
  async numberedSelect(
    columns: readonly Column[],
    files: readonly { readonly file: RelationFile; readonly number: number }[],
  ): Promise<string> {
    const { inPlace, displaced } = await this.#located(files);
    const list = columns.map((column) => `f.${identifier(column.name)}`).join(', ');
    const named = inPlace.map(({ path, number }) => `(${literal(path)}, ${number})`).join(', ');
    const source = `read_parquet([${inPlace.map(({ path }) => literal(path)).join(', ')}], filename = true, ${hive(columns, files[0]?.file)})`;
    return [
      ...(inPlace.length > 0
        ? [
            `SELECT ${list}, n.number FROM ${source} f JOIN (VALUES ${named}) n(path, number) ON f.filename = n.path`,
          ]
        : []),
      ...displaced.map((one) => `SELECT *, ${one.number} AS number FROM (${displacedSelect(columns, one)})`),
    ].join('\nUNION ALL\n');
  }

  /** The SELECT of some rows of Parquet files, readable by any session of this process; of no file, no rows. */
  async filesSelect(columns: readonly Column[], files: readonly RelationFile[]): Promise<string> {
    if (files.length === 0) return valuesSelect(columns, []);
    const { inPlace, displaced } = await this.#located(files.map((file) => ({ file })));
    const list = columns.map((column) => identifier(column.name)).join(', ');
    const select = (some: readonly LocatedFile[]) => {
      const paths = some.map(({ path }) => literal(path)).join(', ');
      return `SELECT ${list} FROM read_parquet([${paths}], ${hive(columns, some[0]?.file)})`;
    };
    const whole = inPlace.filter(({ file }) => !file.only);
    const partial = inPlace.filter(({ file }) => file.only);
    return [
      ...(whole.length > 0 ? [select(whole)] : []),
      ...(partial.length > 0 ? [runsSelect(columns, partial)] : []),
      ...displaced.map((one) => displacedSelect(columns, one)),
    ].join('\nUNION ALL\n');
  }

  /** Files with their local paths: those whose path still carries the values of the key, and those written anew. */
  async #located<T extends { readonly file: RelationFile }>(
    files: readonly T[],
  ): Promise<{ readonly inPlace: (T & LocatedFile)[]; readonly displaced: (T & LocatedFile)[] }> {
    const paths = await this.#lake.localPaths(files.map(({ file }) => file.key));
    const inPlace: (T & LocatedFile)[] = [];
    const displaced: (T & LocatedFile)[] = [];
    for (const [index, one] of files.entries()) {
      const { key, partition } = one.file;
      const path = paths[index];
      if (path === undefined)
        throw new AlturasError('internal', 'LOCAL_PATH', `No local copy of ${key}.`, { file: key });
      const carries = Object.keys(partition).length === 0 || path.endsWith(key);
      (carries ? inPlace : displaced).push({ ...one, path });
    }
    return { inPlace, displaced };
  }
}

/** How the values that stand in the path of a file are read. */
function hive(columns: readonly Column[], file: RelationFile | undefined): string {
  const types = Object.keys(file?.partition ?? {}).map((key) => {
    const column = columns.find(({ name }) => name === key);
    return `${literal(key)}: ${column?.type ?? 'VARCHAR'}`;
  });
  return types.length === 0
    ? 'hive_partitioning = false'
    : `hive_partitioning = true, hive_types = {${types.join(', ')}}`;
}

/**
 * The SELECT of runs of rows of files, all of one column; a file may come several times. One read of many files is
 * planned in the time of one file's: which run a row belongs to, its file's name tells.
 */
function runsSelect(columns: readonly Column[], runs: readonly LocatedFile[]): string {
  const list = columns.map(({ name }) => `f.${identifier(name)}`).join(', ');
  const paths = [...new Set(runs.map(({ path }) => path))];
  const found = runs.flatMap(({ file: { only }, path }) => (only ? [{ ...only, path }] : []));
  const wanted = [...new Set(found.map(({ column, from, to }) => between(column, from, to)))].join(' OR ');
  const source = `read_parquet([${paths.map(literal).join(', ')}], filename = true, ${hive(columns, runs[0]?.file)})`;
  if (paths.length === 1) return `SELECT ${list} FROM ${source} f WHERE ${wanted}`;
  const named = found.map(({ path, from, to }) => `(${literal(path)}, ${literal(from)}, ${literal(to)})`);
  const column = found[0]?.column ?? '';
  const type = columns.find(({ name }) => name === column)?.type ?? 'VARCHAR';
  return (
    `SELECT ${list} FROM ${source} f JOIN (VALUES ${named.join(', ')}) n(path, first, last) ON f.filename = n.path` +
    ` AND f.${identifier(column)} BETWEEN CAST(n.first AS ${type}) AND CAST(n.last AS ${type}) WHERE ${wanted}`
  );
}

/** The SELECT of a file whose path does not carry the values of its key: they stand in the text. */
function displacedSelect(columns: readonly Column[], { file, path }: LocatedFile): string {
  const { partition, only } = file;
  const list = columns.map(({ name, type }) => {
    const value = partition[name];
    return value === undefined
      ? identifier(name)
      : `CAST(${literal(value)} AS ${type}) AS ${identifier(name)}`;
  });
  const where = only ? ` WHERE ${between(only.column, only.from, only.to)}` : '';
  return `SELECT ${list.join(', ')} FROM read_parquet(${literal(path)}, hive_partitioning = false)${where}`;
}

/** Names and types of the columns of a local Parquet file. */
export function fileShape(session: Session, path: string): Promise<Column[]> {
  return session.describe(`SELECT * FROM read_parquet(${literal(path)}, hive_partitioning = false)`);
}

/** Exact sums of decimal columns of each local Parquet file, in one look; null where there is nothing to add up. */
export async function fileSums(
  session: Session,
  paths: readonly string[],
  columns: readonly string[],
): Promise<Record<string, string | null>[]> {
  if (columns.length === 0) return paths.map(() => ({}));
  const sums = columns.map((column) => `sum(${identifier(column)}) AS ${identifier(column)}`).join(', ');
  const files = paths.map(literal).join(', ');
  const rows = await session.rows(
    `SELECT filename AS __file, ${sums} FROM read_parquet([${files}], filename = true, hive_partitioning = false) GROUP BY ALL`,
  );
  const byFile = new Map(rows.map(({ __file, ...row }) => [__file, row]));
  return paths.map((file) =>
    Object.fromEntries(
      columns.map((column) => {
        const sum = byFile.get(file)?.[column];
        return [column, sum == null ? null : String(sum)];
      }),
    ),
  );
}

/** `ORDER BY` these columns, or nothing. */
export function orderBy(columns: readonly string[]): string {
  return columns.length === 0 ? '' : ` ORDER BY ${columns.map(identifier).join(', ')}`;
}

function between(column: string, from: string, to: string): string {
  return `(${identifier(column)} BETWEEN ${literal(from)} AND ${literal(to)})`;
}

/**
 * Rows written out as DuckDB's SQL: for the few, small relations that the warehouse makes itself. They stand in one
 * text: the engine takes eight times as long over as many cells written as values.
 */
export function valuesSelect(columns: readonly Column[], rows: readonly Row[]): string {
  const casts = columns.map(
    ({ name, type }, index) => `CAST(r[${index + 1}] AS ${type}) AS ${identifier(name)}`,
  );
  const text = JSON.stringify(rows.map((row) => columns.map(({ name }) => row[name] ?? null)));
  return `SELECT ${casts.join(', ')} FROM (SELECT unnest(from_json(${literal(text)}, '[["VARCHAR"]]')) AS r)`;
}
