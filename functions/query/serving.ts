import { identifier, literal, Session } from '../engine/duckdb.ts';
import type { DuckEngine } from '../engine/duckEngine.ts';
import type { PublishedRow } from '../lake/published.ts';
import type { Project } from '../warehouse/project.ts';
import { Readers } from './readers.ts';

/** Connections that answer at once. */
const READERS = 4;

/** Tables beside the marts that boards read by the day, too large or too seldom asked for to be others. */
const ALSO = ['receipt_change'] as const;

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

  private constructor(session: Session, readers: Readers, files: ReadonlyMap<string, number>) {
    this.#session = session;
    this.readers = readers;
    this.#files = files;
  }

  /** @param database path of the file, made when it is not there; only one process can have it open */
  static async open(database: string, scratch: string): Promise<Serving> {
    const session = await Session.open({ database, scratch, trino: false, memoryLimit: '1GB' });
    await session.run('create table if not exists __files (path varchar primary key, file integer not null)');
    const rows = await session.rows('select path, file from __files');
    const files = new Map(rows.map(({ path, file }) => [String(path), Number(file)]));
    return new Serving(session, await Readers.beside(session, READERS), files);
  }

  /** Which number a published file has here; undefined when it is not here. */
  fileNumber(path: string): number | undefined {
    return this.#files.get(path);
  }

  /**
   * Brings in what was published since and drops what no reader names any more, in one transaction.
   * @param wanted the published files that hold some day now
   * @returns how many files came and went
   */
  async refresh(
    wanted: readonly PublishedRow[],
    project: Project,
    engine: DuckEngine,
  ): Promise<{ readonly added: number; readonly removed: number }> {
    const served = new Set([
      ...project.models.filter(({ file }) => file.startsWith('marts/')).map(({ name }) => name),
      ...ALSO,
    ]);
    const rows = new Map(wanted.filter((row) => served.has(row.table_name)).map((row) => [row.path, row]));
    const added = [...rows.values()].filter(({ path }) => !this.#files.has(path));
    const removed = [...this.#files.keys()].filter((path) => !rows.has(path) && !this.#before.has(path));
    const files = new Map(this.#files);
    let next = Math.max(0, ...files.values()) + 1;
    await this.#session.run('begin transaction');
    try {
      for (const model of project.models.filter(({ name }) => served.has(name))) {
        const columns = model.header.columns.map(({ name, type }) => `${identifier(name)} ${type}`);
        await this.#session.run(
          `create table if not exists ${identifier(model.name)} (${columns.join(', ')}, ${FILE_COLUMN} integer)`,
        );
        for (const row of added.filter(({ table_name }) => table_name === model.name)) {
          const select = await engine.filesSelect(model.header.columns, [{ key: row.path, partition: {} }]);
          await this.#session.run(`insert into ${identifier(model.name)} select *, ${next} from (${select})`);
          await this.#session.run(`insert into __files values (${literal(row.path)}, ${next})`);
          files.set(row.path, next);
          next += 1;
        }
        const gone = removed.flatMap((path) =>
          path.startsWith(`marts/${model.name}/`) ? [files.get(path) ?? -1] : [],
        );
        if (gone.length > 0)
          await this.#session.run(
            `delete from ${identifier(model.name)} where ${FILE_COLUMN} in (${gone.join(', ')})`,
          );
      }
      for (const path of removed) {
        await this.#session.run(`delete from __files where path = ${literal(path)}`);
        files.delete(path);
      }
      await this.#session.run('commit');
    } catch (error) {
      await this.#session.run('rollback');
      throw error;
    }
    this.#before = new Set(rows.keys());
    this.#files = files;
    return { added: added.length, removed: removed.length };
  }

  close(): void {
    this.readers.close();
    this.#session.close();
  }
}
