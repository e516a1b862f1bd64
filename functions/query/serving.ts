import { identifier, literal, Session } from '../engine/duckdb.ts';
import type { DuckEngine } from '../engine/duckEngine.ts';
import type { Column, Relation, RelationFile } from '../engine/engine.ts';
import { limits } from '../engine/limits.ts';
import type { Model, Project } from '../warehouse/project.ts';
import type { PublishedIndex } from '../warehouse/publishedIndex.ts';
import { Readers } from './readers.ts';

/** Rows of a block that the engine can skip: about a day of a mart, where its own default is a hundred of them. */
const BLOCK_ROWS = 8_192;

/** Connections that answer at once. */
const READERS = 4;

/** Files that come in by one statement. */
const FILES_AT_ONCE = 200;

/** Feeds that are read over all their deliveries. */
const FEEDS_SERVED = ['payments', 'contacts'] as const;

/** Which published file each row is from, and the columns that each table was made with. */
const FILES = '__published_files';
const LAYOUTS = '__layouts';

/** A stored file and the table whose rows it holds. */
export interface ServedFile {
  readonly table: string;
  readonly columns: readonly Column[];
  readonly file: RelationFile;
}

/** The stored files of a lake that a serving file holds: marts of every day, and a few feeds. */
export function servedFiles(
  project: Project,
  published: PublishedIndex,
  feed: (name: string) => Relation,
): ServedFile[] {
  return [
    ...servedMarts(project, published),
    ...FEEDS_SERVED.flatMap((name) => {
      const relation = feed(name);
      if (relation.kind !== 'files') return [];
      return relation.files.map((file) => ({ table: name, columns: relation.columns, file }));
    }),
  ];
}

/** Those of them that a build wrote. */
export function servedMarts(project: Project, published: PublishedIndex): ServedFile[] {
  const models = new Map(project.models.filter(isMart).map((model) => [model.name, model.header.columns]));
  return published.holders().flatMap(({ table_name: table, path: key }) => {
    const columns = models.get(table);
    return columns === undefined ? [] : [{ table, columns, file: { key, partition: {} } }];
  });
}

function isMart({ file, header }: Model): boolean {
  return !header.view && file.startsWith('marts/');
}

/** Whether rows of a table have a place in the serving file. */
export function isServed(project: Project, table: string): boolean {
  return project.models.some((model) => model.name === table && isMart(model));
}

/** Rows of a mart in the serving file are told apart by the file that they were published in. */
export const FILE_COLUMN = '__file';

/**
 * One DuckDB file with the published marts. A row knows the published file that it came from, and a question names
 * the files of its own publish: whatever a refresh adds or removes meanwhile, it sees one build whole.
 */
export class Serving {
  readonly readers: Readers;
  readonly #session: Session;
  /** Number of each published file that is here, by its path. */
  #files: ReadonlyMap<string, number>;
  /** Files that the publish before this one named: their readers may still be at it. */
  #before: ReadonlySet<string> = new Set();

  /** One writes at a time. */
  #writing: Promise<unknown> = Promise.resolve();
  #refreshes = 0;

  readonly #afterwards: () => Promise<void>;

  private constructor(
    session: Session,
    readers: Readers,
    files: ReadonlyMap<string, number>,
    afterwards: () => Promise<void>,
  ) {
    this.#afterwards = afterwards;
    this.#session = session;
    this.readers = readers;
    this.#files = files;
  }

  /**
   * @param database path of the file, made when it is not there; only one process can have it open
   * @param afterwards what remains to be done when it is closed
   */
  static async open(
    database: string,
    scratch: string,
    afterwards: () => Promise<void> = async () => undefined,
  ): Promise<Serving> {
    // Many small statements at once: one thread each gives half as many answers again as two for every one of them.
    // The engine that answers from the lake's own files takes the other half.
    const memoryLimit = `${Math.floor(limits().memoryMb / 2)}MB`;
    const session = await Session.open({ scratch, trino: false, memoryLimit, threads: 1 });
    try {
      await session.run(`attach ${literal(database)} as serving (row_group_size ${BLOCK_ROWS})`);
      await session.run('use serving');
      await session.run(
        `create table if not exists ${FILES} (path varchar primary key, table_name varchar not null, file integer not null);
         create table if not exists ${LAYOUTS} (table_name varchar primary key, columns varchar not null)`,
      );
    } catch (error) {
      session.close();
      throw error;
    }
    const rows = await session.rows(`select path, file from ${FILES}`);
    const files = new Map(rows.map(({ path, file }) => [String(path), Number(file)]));
    return new Serving(session, await Readers.beside(session, READERS, 'use serving'), files, afterwards);
  }

  /** Which number a published file has here; undefined when it is not here. */
  fileNumber(path: string): number | undefined {
    return this.#files.get(path);
  }

  /**
   * Brings in what was published since and drops what no reader names any more, in one transaction.
   * @param wanted the files that the newest publish names
   * @param stands whether what was made on demand and kept under a key still holds
   * @returns how many files came and went
   */
  async refresh(
    wanted: readonly ServedFile[],
    engine: DuckEngine,
    stands: (key: string) => boolean = () => false,
  ): Promise<{ readonly added: number; readonly removed: number }> {
    this.#refreshes += 1;
    const refreshing = this.#writing
      .then(() => this.#refresh(wanted, engine, stands))
      .finally(() => {
        this.#refreshes -= 1;
      });
    this.#writing = refreshing.catch(() => undefined);
    return refreshing;
  }

  /** Whether what is published is still coming in: what is to be kept besides would wait for it. */
  get isRefreshing(): boolean {
    return this.#refreshes > 0;
  }

  async #refresh(wanted: readonly ServedFile[], engine: DuckEngine, stands: (key: string) => boolean) {
    for (const [table, [first]] of byTable(wanted)) if (first) await this.#layOut(table, first.columns);
    const byPath = new Map(wanted.map((one) => [one.file.key, one]));
    const added = [...byPath.values()].filter(({ file }) => !this.#files.has(file.key));
    const holds = (path: string): boolean => byPath.has(path) || stands(path);
    const removed = [...this.#files.keys()].filter((path) => !holds(path) && !this.#before.has(path));
    for (const [table, some] of byTable(added)) await this.#add(table, some, engine);
    const files = new Map(this.#files);
    await this.#session.transaction(async () => {
      for (const path of removed) {
        const number = files.get(path);
        const [row] = await this.#session.rows(
          `delete from ${FILES} where path = ${literal(path)} returning table_name`,
        );
        await this.#session.run(
          `delete from ${identifier(String(row?.table_name))} where ${FILE_COLUMN} = ${number}`,
        );
        files.delete(path);
      }
    });
    this.#before = new Set([...files.keys()].filter(holds));
    this.#files = files;
    return { added: added.length, removed: removed.length };
  }

  /** Brings in files of one table: they can be read at once, those of other tables come after them. */
  async #add(table: string, added: readonly ServedFile[], engine: DuckEngine): Promise<void> {
    const columns = added[0]?.columns ?? [];
    const files = new Map(this.#files);
    let next = Math.max(0, ...files.values()) + 1;
    await this.#session.transaction(async () => {
      for (let at = 0; at < added.length; at += FILES_AT_ONCE) {
        const batch = added
          .slice(at, at + FILES_AT_ONCE)
          .map(({ file }, index) => ({ file, number: next + index }));
        next += batch.length;
        const select = await engine.numberedSelect(columns, batch);
        await this.#session.run(`insert into ${identifier(table)} ${select}`);
        await this.#session.run(
          `insert into ${FILES} values ${batch.map(({ file, number }) => `(${literal(file.key)}, ${literal(table)}, ${number})`).join(', ')}`,
        );
        for (const { file, number } of batch) files.set(file.key, number);
      }
    });
    this.#files = files;
  }

  /**
   * Takes in rows of a mart that were made on demand, under a key for each of their days; the publish after the
   * one in which they no longer hold drops them.
   */
  async keep(
    table: string,
    columns: readonly Column[],
    made: readonly { readonly key: string; readonly day: string; readonly path: string }[],
  ): Promise<void> {
    const keeping = this.#writing.then(() => this.#keep(table, columns, made));
    this.#writing = keeping.catch(() => undefined);
    await keeping;
  }

  async #keep(
    table: string,
    columns: readonly Column[],
    made: readonly { readonly key: string; readonly day: string; readonly path: string }[],
  ): Promise<void> {
    await this.#layOut(table, columns);
    const fresh = made.filter(({ key }) => !this.#files.has(key));
    const files = new Map(this.#files);
    let next = Math.max(0, ...files.values()) + 1;
    const list = columns.map(({ name }) => identifier(name)).join(', ');
    await this.#session.transaction(async () => {
      for (const { key, day, path } of fresh) {
        await this.#session.run(
          `insert into ${identifier(table)} select ${list}, ${next} from read_parquet(${literal(path)}, hive_partitioning = false) where as_of = date ${literal(day)}`,
        );
        await this.#session.run(`insert into ${FILES} values (${literal(key)}, ${literal(table)}, ${next})`);
        files.set(key, next);
        next += 1;
      }
    });
    this.#files = files;
  }

  /** Makes a table, anew where older models or an older program gave it other columns: its rows come again. */
  async #layOut(table: string, columns: readonly Column[]): Promise<void> {
    const list = columns.map(({ name, type }) => `${identifier(name)} ${type}`).join(', ');
    const [known] = await this.#session.rows(
      `select columns from ${LAYOUTS} where table_name = ${literal(table)}`,
    );
    if (known?.columns === list) return;
    await this.#session.transaction(async () => {
      await this.#session.run(
        `drop table if exists ${identifier(table)};
         create table ${identifier(table)} (${list}, ${FILE_COLUMN} integer);
         insert or replace into ${LAYOUTS} values (${literal(table)}, ${literal(list)})`,
      );
      const gone = await this.#session.rows(
        `delete from ${FILES} where table_name = ${literal(table)} returning path`,
      );
      const paths = new Set(gone.map(({ path }) => String(path)));
      this.#files = new Map([...this.#files].filter(([path]) => !paths.has(path)));
    });
  }

  /** Ends what is read and written now; what was not committed is not there. */
  interrupt(): void {
    this.readers.interrupt();
    this.#session.interrupt();
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    this.readers.close();
    this.#session.close();
    await this.#afterwards();
  }
}

function byTable(files: readonly ServedFile[]): Map<string, ServedFile[]> {
  const tables = new Map<string, ServedFile[]>();
  for (const one of files) tables.set(one.table, [...(tables.get(one.table) ?? []), one]);
  return tables;
}
