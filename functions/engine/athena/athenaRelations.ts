import { createHash, randomUUID } from 'node:crypto';
import path from 'node:path';
import { identifier, literal, type Session } from '../duckdb.ts';
import { valuesSelect } from '../duckEngine.ts';
import type { Column, Relation, RelationFile } from '../engine.ts';
import type { AthenaScratch } from './athenaScratch.ts';
import type { GlueTables } from './glueTables.ts';
import { trinoType } from './types.ts';

/** Partition key that tells the files of a relation apart. */
const PART = 'file_part';

type FilesRelation = Extract<Relation, { kind: 'files' }>;
type Run = NonNullable<RelationFile['only']>;

/**
 * Lets Athena read the relations of a run: the same Parquet files, listed one by one in manifests, as tables that go
 * when the run ends. Which files make a relation is the delivery index's and the published pointer's to say, not a
 * folder listing's. Rows that the warehouse makes itself become small files too: as VALUES, the planner would rewrite
 * every one of their expressions at every reference, which took half of all planning.
 */
export class AthenaRelations {
  readonly #glue: GlueTables;
  readonly #scratch: AthenaScratch;
  readonly #session: Session;
  readonly #local: string;
  readonly #tables = new Map<string, Promise<string>>();
  readonly #created: string[] = [];
  readonly #run = randomUUID().slice(0, 8);

  /** @param local a directory on local disk for the moments of the small files; `session` writes them */
  constructor(glue: GlueTables, scratch: AthenaScratch, session: Session, local: string) {
    this.#glue = glue;
    this.#scratch = scratch;
    this.#session = session;
    this.#local = local;
  }

  /** A SELECT of the rows of a relation of files or rows, for the body of a common table expression. */
  async select(relation: Exclude<Relation, { kind: 'sql' }>): Promise<string> {
    const columns = relation.columns.map((column) => identifier(column.name)).join(', ');
    if (relation.kind === 'rows')
      return relation.rows.length === 0
        ? emptySelect(relation.columns)
        : `select ${columns} from ${await this.#rows(relation)}`;
    const { files } = relation;
    if (files.length === 0) return emptySelect(relation.columns);
    const table = await this.#files(relation);
    if (!files.some((file) => file.only)) return `select ${columns} from ${table}`;
    const runs = partsOf(files).map(({ only }, part) => {
      const ranges = only.map((run) => between(run, relation.columns));
      const within = ranges.length === 0 ? '' : ` and (${ranges.join(' or ')})`;
      return `(${PART} = '${part}'${within})`;
    });
    return `select ${columns} from ${table} where ${runs.join(' or ')}`;
  }

  /** A table over all files of a folder. */
  async folder(name: string, columns: readonly Column[], folder: string): Promise<string> {
    const table = this.#name(name, [folder]);
    await this.#create(table, columns, [], folder, 'files');
    return identifier(table);
  }

  /** Drops every table of the run. */
  async clear(): Promise<void> {
    await this.#glue.drop(this.#created.splice(0));
  }

  /**
   * The table over exactly these files; the same files again are the same table. Where only some days of a file
   * belong to the relation, a partition key of our own tells the files apart.
   */
  #files(relation: FilesRelation): Promise<string> {
    const parted = relation.files.some((file) => file.only);
    const listed = parted
      ? partsOf(relation.files).map(({ key, partition }, part) => ({
          key,
          partition: { ...partition, [PART]: String(part) },
        }))
      : relation.files.map(({ key, partition }) => ({ key, partition }));
    const columns = parted ? [...relation.columns, { name: PART, type: 'VARCHAR' }] : relation.columns;
    return this.#once(relation.name, [columns, listed], (table) => this.#list(table, columns, listed));
  }

  /** The table over a small file of these rows. */
  #rows({ name, columns, rows }: Extract<Relation, { kind: 'rows' }>): Promise<string> {
    return this.#once(name, [columns, rows], async (table) => {
      const folder = this.#scratch.folder(`rows-${name}`);
      const file = path.join(this.#local, `${randomUUID()}.parquet`);
      await this.#session.copyToParquet(valuesSelect(columns, rows), file);
      await this.#scratch.putFile(`${folder}rows.parquet`, file);
      await this.#create(table, columns, [], folder, 'files');
    });
  }

  #once(name: string, content: unknown, make: (table: string) => Promise<void>): Promise<string> {
    const table = this.#name(name, content);
    const making = this.#tables.get(table) ?? make(table).then(() => identifier(table));
    this.#tables.set(table, making);
    return making;
  }

  /** Every run has its own tables; they sort after those of the warehouse. */
  #name(name: string, content: unknown): string {
    const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
    return `run_${this.#run}_${name.replace(/^_+/, '')}_${hash}`;
  }

  async #list(
    table: string,
    columns: readonly Column[],
    files: readonly { readonly key: string; readonly partition: Readonly<Record<string, string>> }[],
  ): Promise<void> {
    const keys = Object.keys(files[0]?.partition ?? {});
    const listed = new Map<string, { readonly values: string[]; readonly addresses: string[] }>();
    for (const { key, partition } of files) {
      const values = keys.map((name) => partition[name] ?? '');
      const id = JSON.stringify(values);
      const some = listed.get(id) ?? { values, addresses: [] };
      some.addresses.push(this.#scratch.address(key));
      listed.set(id, some);
    }
    const root = this.#scratch.folder(`files-${table}`);
    const partitions = [...listed.values()].map(({ values, addresses }, at) => ({
      values,
      addresses,
      folder: keys.length === 0 ? root : `${root}${at}/`,
    }));
    await Promise.all(
      partitions.map(({ folder, addresses }) =>
        this.#scratch.put(`${folder}manifest`, `${addresses.join('\n')}\n`),
      ),
    );
    const keyColumns = keys.map(
      (name) => columns.find((column) => column.name === name) ?? { name, type: 'VARCHAR' },
    );
    const inFiles = columns.filter(({ name }) => !keys.includes(name));
    await this.#create(table, inFiles, keyColumns, root, 'listed');
    if (keys.length > 0)
      await this.#glue.addPartitions(
        { name: table, columns: inFiles, format: 'listed' },
        partitions.map(({ values, folder }) => ({ values, location: this.#scratch.address(folder) })),
      );
  }

  async #create(
    name: string,
    columns: readonly Column[],
    keys: readonly Column[],
    folder: string,
    format: 'files' | 'listed',
  ): Promise<void> {
    this.#created.push(name);
    await this.#glue.create({ name, columns, keys, location: this.#scratch.address(folder), format });
  }
}

/** A file of a relation, with the days of it that belong there; none means all of them. */
interface FilePart {
  readonly key: string;
  readonly partition: Readonly<Record<string, string>>;
  readonly only: readonly Run[];
}

function partsOf(files: readonly RelationFile[]): FilePart[] {
  const parts = new Map<string, FilePart>();
  for (const { key, partition, only } of files) {
    const runs = [...(parts.get(key)?.only ?? []), ...(only ? [only] : [])];
    parts.set(key, { key, partition, only: runs });
  }
  return [...parts.values()];
}

function between(only: Run, columns: readonly Column[]): string {
  const type = trinoType(columns.find((column) => column.name === only.column)?.type ?? 'VARCHAR');
  const bound = (value: string) => `cast(${literal(value)} as ${type})`;
  return `(${identifier(only.column)} between ${bound(only.from)} and ${bound(only.to)})`;
}

function emptySelect(columns: readonly Column[]): string {
  const nulls = columns.map(({ name, type }) => `cast(null as ${trinoType(type)}) as ${identifier(name)}`);
  return `select ${nulls.join(', ')} where false`;
}
