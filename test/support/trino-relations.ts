import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AlturasError } from '../../functions/core/errors.ts';
import { identifier, literal } from '../../functions/engine/duckdb.ts';
import type { Cell, Column, Relation, RelationFile, Row } from '../../functions/engine/engine.ts';
import type { GlueCatalogue, GluePartition } from './glue.ts';

/** A bucket of the S3 server that is also a folder here: what is written there is an object at once. */
export interface Bucket {
  readonly name: string;
  readonly folder: string;
}

/** The Glue database that the relations of a test are registered in. */
const DATABASE = 'alturas';

/** Lets Trino read the relations of the engine: the same Parquet files, listed one by one in manifests. */
export class TrinoRelations {
  readonly #glue: GlueCatalogue;
  readonly #bucket: Bucket;
  readonly #lake: string;
  readonly #tables = new Map<string, Promise<string>>();

  /** @param lake prefix of the lake's keys within the bucket, without a slash at its end */
  constructor(glue: GlueCatalogue, bucket: Bucket, lake: string) {
    this.#glue = glue;
    this.#bucket = bucket;
    this.#lake = lake;
  }

  /** The database must exist before the first relation is named. */
  static async prepare(glue: GlueCatalogue): Promise<void> {
    await glue.createDatabase(DATABASE);
  }

  /** A SELECT of the relation's rows, for the body of a common table expression. */
  async select(relation: Relation): Promise<string> {
    if (relation.kind === 'sql') return relation.sql;
    if (relation.kind === 'rows') return valuesOf(relation.columns, relation.rows);
    const columns = relation.columns.map((column) => identifier(column.name)).join(', ');
    const whole = relation.files.filter((file) => !file.only);
    const partial = new Map<string, RelationFile[]>();
    for (const file of relation.files)
      if (file.only) partial.set(file.key, [...(partial.get(file.key) ?? []), file]);
    const parts: string[] = [];
    if (whole.length > 0)
      parts.push(`select ${columns} from ${await this.#table(relation.name, relation.columns, whole)}`);
    for (const files of partial.values()) {
      const [first] = files;
      if (!first) continue;
      const runs = files.map(({ only }) => only && between(only, relation.columns));
      parts.push(
        `select ${columns} from ${await this.#table(relation.name, relation.columns, [first])} where ${runs.join(' or ')}`,
      );
    }
    return parts.length === 0 ? valuesOf(relation.columns, []) : parts.join('\nunion all\n');
  }

  /** The table over exactly these files; the same files again are the same table. */
  #table(name: string, columns: readonly Column[], files: readonly RelationFile[]): Promise<string> {
    const listed = files.map(({ key, partition }) => ({ key, partition }));
    const identity = JSON.stringify([this.#lake, columns, listed]);
    const table = `${name}_${createHash('sha256').update(identity).digest('hex').slice(0, 16)}`;
    let registration = this.#tables.get(table);
    if (!registration) {
      registration = this.#register(table, columns, files).then(
        () => `lake.${DATABASE}.${identifier(table)}`,
      );
      this.#tables.set(table, registration);
    }
    return registration;
  }

  async #register(table: string, columns: readonly Column[], files: readonly RelationFile[]): Promise<void> {
    const keys = Object.keys(files[0]?.partition ?? {});
    const typeOf = new Map(columns.map((column) => [column.name, hiveType(column.type)]));
    const paths = new Map<string, string[]>();
    for (const file of files) {
      const values = JSON.stringify(keys.map((key) => file.partition[key] ?? ''));
      const path = `s3://${this.#bucket.name}/${this.#lake}/${file.key}`;
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

function between(only: NonNullable<RelationFile['only']>, columns: readonly Column[]): string {
  const type = trinoType(columns.find((column) => column.name === only.column)?.type ?? 'VARCHAR');
  const bound = (value: string) => `cast(${literal(value)} as ${type})`;
  return `(${identifier(only.column)} between ${bound(only.from)} and ${bound(only.to)})`;
}

/** Typed rows as SQL. Every value travels as text and is cast, so that no literal is read as another type. */
export function valuesOf(columns: readonly Column[], rows: readonly Row[]): string {
  const names = columns.map((column) => identifier(column.name));
  const typed = (value: string, at: number) =>
    `cast(${value} as ${trinoType(columns[at]?.type ?? '')}) as ${names[at]}`;
  if (rows.length === 0) return `select ${names.map((_, at) => typed('null', at)).join(', ')} where false`;
  const lines = rows.map((row) => `(${columns.map((column) => text(row[column.name] ?? null)).join(', ')})`);
  return `select ${names.map(typed).join(', ')}\nfrom (values\n${lines.join(',\n')}\n) as given (${names.join(', ')})`;
}

function text(cell: Cell): string {
  return cell === null ? 'cast(null as varchar)' : literal(String(cell));
}

/** How Trino spells a type of a header. Timestamps are kept to the millisecond. */
export function trinoType(type: string): string {
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
export function hiveType(type: string): string {
  const found = type.startsWith('DECIMAL(') ? type.toLowerCase() : HIVE_TYPES[type];
  if (found === undefined)
    throw new AlturasError(
      'internal',
      'TYPE_NOT_SHARED',
      `Type ${type} has no spelling in the Glue catalogue.`,
    );
  return found;
}
