import { createHash, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AlturasError } from '../../functions/core/errors.ts';
import { identifier, literal, type Session } from '../../functions/engine/duckdb.ts';
import type { Cell, Column, Relation, RelationFile, Row } from '../../functions/engine/engine.ts';
import type { GlueCatalogue, GluePartition } from './glue.ts';

/** A bucket of the S3 server that is also a folder here: what is written there is an object at once. */
export interface Bucket {
  readonly name: string;
  readonly folder: string;
}

/** The Glue database that the relations of a test are registered in. */
const DATABASE = 'alturas';

/** Partition key that tells the files of a relation apart. */
const PART = 'file_part';

type FilesRelation = Extract<Relation, { kind: 'files' }>;
type Run = NonNullable<RelationFile['only']>;

/**
 * Lets Trino read the relations of the engine: the same Parquet files, listed one by one in manifests. Rows that the
 * warehouse makes itself become small files too: as VALUES, Trino's planner would rewrite every one of their
 * expressions at every reference, which took half of all planning.
 */
export class TrinoRelations {
  readonly #glue: GlueCatalogue;
  readonly #bucket: Bucket;
  readonly #lake: string;
  readonly #session: Session;
  readonly #tables = new Map<string, Promise<string>>();
  /** Each instance registers its own tables. */
  readonly #instance = randomUUID();

  /**
   * @param lake prefix of the lake's keys within the bucket, without a slash at its end
   * @param session writes the small files
   */
  constructor(glue: GlueCatalogue, bucket: Bucket, lake: string, session: Session) {
    this.#glue = glue;
    this.#bucket = bucket;
    this.#lake = lake;
    this.#session = session;
  }

  /** The database must exist before the first relation is named. */
  static async prepare(glue: GlueCatalogue): Promise<void> {
    await glue.createDatabase(DATABASE);
  }

  /** A SELECT of the relation's rows, for the body of a common table expression. */
  async select(relation: Relation): Promise<string> {
    if (relation.kind === 'sql') return relation.sql;
    const columns = relation.columns.map((column) => identifier(column.name)).join(', ');
    if (relation.kind === 'rows') {
      if (relation.rows.length === 0) return emptySelect(relation.columns);
      return `select ${columns} from ${await this.#rows(relation)}`;
    }
    if (relation.files.length === 0) return emptySelect(relation.columns);
    const { files } = relation;
    const table = await this.#table(relation);
    if (!files.some((file) => file.only)) return `select ${columns} from ${table}`;
    const runs = partsOf(files).map(({ only }, part) => {
      const ranges = only.map((run) => between(run, relation.columns));
      const within = ranges.length === 0 ? '' : ` and (${ranges.join(' or ')})`;
      return `(${PART} = '${part}'${within})`;
    });
    return `select ${columns} from ${table} where ${runs.join(' or ')}`;
  }

  /**
   * The table over exactly these files; the same files again are the same table. Where only some days of a file
   * belong to the relation, a partition key of our own tells the files apart.
   */
  #table(relation: FilesRelation): Promise<string> {
    const parted = relation.files.some((file) => file.only);
    const listed = parted
      ? partsOf(relation.files).map(({ key, partition }, part) => ({
          path: `${this.#lake}/${key}`,
          partition: { ...partition, [PART]: String(part) },
        }))
      : relation.files.map(({ key, partition }) => ({ path: `${this.#lake}/${key}`, partition }));
    const columns = parted ? [...relation.columns, { name: PART, type: 'VARCHAR' }] : relation.columns;
    return this.#once(relation.name, [columns, listed], (table) => this.#register(table, columns, listed));
  }

  /** The table over a small file of these rows. */
  #rows({ name, columns, rows }: Extract<Relation, { kind: 'rows' }>): Promise<string> {
    return this.#once(name, [columns, rows], async (table) => {
      const path = `rows/${table}.parquet`;
      await mkdir(join(this.#bucket.folder, 'rows'), { recursive: true });
      await this.#session.copyToParquet(valuesSelect(columns, rows), join(this.#bucket.folder, path));
      await this.#register(table, columns, [{ path, partition: {} }]);
    });
  }

  #once(name: string, content: unknown, register: (table: string) => Promise<void>): Promise<string> {
    const hash = createHash('sha256').update(JSON.stringify([this.#instance, this.#lake, content]));
    const table = `${name}_${hash.digest('hex').slice(0, 16)}`;
    const registration =
      this.#tables.get(table) ?? register(table).then(() => `lake.${DATABASE}.${identifier(table)}`);
    this.#tables.set(table, registration);
    return registration;
  }

  async #register(
    table: string,
    columns: readonly Column[],
    files: readonly { readonly path: string; readonly partition: Readonly<Record<string, string>> }[],
  ): Promise<void> {
    const keys = Object.keys(files[0]?.partition ?? {});
    const typeOf = new Map(columns.map((column) => [column.name, hiveType(column.type)]));
    const paths = new Map<string, string[]>();
    for (const file of files) {
      const values = JSON.stringify(keys.map((key) => file.partition[key] ?? ''));
      const path = `s3://${this.#bucket.name}/${file.path}`;
      paths.set(values, [...(paths.get(values) ?? []), path]);
    }
    const root = `manifests/${table}`;
    const partitions: GluePartition[] = [];
    for (const [values, listed] of paths) {
      const folder = keys.length === 0 ? root : `${root}/${partitions.length}`;
      const manifest = join(this.#bucket.folder, folder, 'manifest');
      await mkdir(dirname(manifest), { recursive: true });
      await writeFile(manifest, `${listed.join('\n')}\n`);
      partitions.push({
        values: JSON.parse(values) as string[],
        location: `s3://${this.#bucket.name}/${folder}/`,
      });
    }
    await this.#glue.createTable({
      database: DATABASE,
      name: table,
      columns: columns
        .filter((column) => !keys.includes(column.name))
        .map((column) => ({ name: column.name, type: hiveType(column.type) })),
      keys: keys.map((key) => ({ name: key, type: typeOf.get(key) ?? 'string' })),
      location: `s3://${this.#bucket.name}/${root}/`,
      partitions: keys.length === 0 ? [] : partitions,
    });
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

/** Typed rows as DuckDB's SQL. Every value travels as text and is cast, so that none is read as another type. */
function valuesSelect(columns: readonly Column[], rows: readonly Row[]): string {
  const names = columns.map((column) => identifier(column.name));
  const typed = columns.map(({ type }, at) => `cast(${names[at]} as ${type}) as ${names[at]}`);
  const lines = rows.map((row) => `(${columns.map((column) => text(row[column.name] ?? null)).join(', ')})`);
  return `select ${typed.join(', ')} from (values ${lines.join(', ')}) as given (${names.join(', ')})`;
}

function text(cell: Cell): string {
  return cell === null ? 'null' : literal(String(cell));
}

/** How Trino spells a type of a header. Timestamps are kept to the millisecond. */
function trinoType(type: string): string {
  return type === 'TIMESTAMP' ? 'timestamp(3)' : type.toLowerCase();
}

const HIVE_TYPES: Readonly<Record<string, string>> = {
  VARCHAR: 'string',
  INTEGER: 'int',
  BIGINT: 'bigint',
  DOUBLE: 'double',
  BOOLEAN: 'boolean',
  DATE: 'date',
  TIMESTAMP: 'timestamp',
};

/** How the Glue catalogue spells a type of a header. */
function hiveType(type: string): string {
  const found = type.startsWith('DECIMAL(') ? type.toLowerCase() : HIVE_TYPES[type];
  if (found === undefined)
    throw new AlturasError(
      'internal',
      'TYPE_NOT_SHARED',
      `Type ${type} has no spelling in the Glue catalogue.`,
    );
  return found;
}
