import { createHash } from 'node:crypto';
import { AlturasError } from '../../functions/core/errors.ts';
import { identifier, literal } from '../../functions/engine/duckdb.ts';
import type { Cell, Column, Relation } from '../../functions/engine/engine.ts';
import type { GlueCatalogue, GluePartition } from './glue.ts';

/** The Glue database that the relations of a test are registered in. */
const DATABASE = 'alturas';

type FilesRelation = Extract<Relation, { kind: 'files' }>;

/** Lets Trino read the relations of the engine: the same Parquet files, listed one by one in manifests. */
export class TrinoRelations {
  readonly #glue: GlueCatalogue;
  readonly #bucket: string;
  readonly #put: (key: string, text: string) => Promise<void>;
  readonly #registered = new Map<string, Promise<string>>();

  /**
   * @param bucket where the lake's keys are objects
   * @param put writes a manifest into that bucket
   */
  constructor(glue: GlueCatalogue, bucket: string, put: (key: string, text: string) => Promise<void>) {
    this.#glue = glue;
    this.#bucket = bucket;
    this.#put = put;
  }

  async prepare(): Promise<void> {
    await this.#glue.createDatabase(DATABASE);
  }

  /** `select` with its relations in front, in the order given: later ones may name earlier ones. */
  async statement(relations: readonly Relation[], select: string): Promise<string> {
    const ctes: string[] = [];
    for (const relation of relations)
      ctes.push(`${identifier(relation.name)} as (\n${await this.#body(relation)}\n)`);
    const inner = `select * from (\n${select}\n) as final`;
    return ctes.length === 0 ? inner : `with ${ctes.join(',\n')}\n${inner}`;
  }

  async #body(relation: Relation): Promise<string> {
    if (relation.kind === 'sql') return relation.sql;
    if (relation.kind === 'rows') return valuesOf(relation.columns, relation.rows);
    if (relation.files.length === 0) return valuesOf(relation.columns, []);
    const columns = relation.columns.map((column) => identifier(column.name)).join(', ');
    return `select ${columns} from ${await this.#table(relation)}`;
  }

  /** The table over exactly these files; the same files again are the same table. */
  #table(relation: FilesRelation): Promise<string> {
    const hash = createHash('sha256').update(JSON.stringify(relation)).digest('hex').slice(0, 16);
    const name = `${relation.name}_${hash}`;
    let registration = this.#registered.get(name);
    if (!registration) {
      registration = this.#register(name, relation).then(() => `lake.${DATABASE}.${identifier(name)}`);
      this.#registered.set(name, registration);
    }
    return registration;
  }

  async #register(name: string, relation: FilesRelation): Promise<void> {
    const keys = Object.keys(relation.files[0]?.partition ?? {}).filter((key) =>
      relation.columns.some((column) => column.name === key),
    );
    const typeOf = new Map(relation.columns.map((column) => [column.name, hiveType(column.type)]));
    const paths = new Map<string, string[]>();
    for (const file of relation.files) {
      const values = JSON.stringify(keys.map((key) => file.partition[key] ?? ''));
      const listed = paths.get(values);
      const path = `s3://${this.#bucket}/${file.key}`;
      if (listed) listed.push(path);
      else paths.set(values, [path]);
    }
    const root = `trino/manifests/${name}`;
    const partitions: GluePartition[] = [];
    for (const [values, files] of paths) {
      const folder = keys.length === 0 ? root : `${root}/${partitions.length}`;
      await this.#put(`${folder}/manifest`, `${files.join('\n')}\n`);
      partitions.push({
        values: JSON.parse(values) as string[],
        location: `s3://${this.#bucket}/${folder}/`,
      });
    }
    await this.#glue.createTable({
      database: DATABASE,
      name,
      columns: relation.columns
        .filter((column) => !keys.includes(column.name))
        .map((column) => ({ name: column.name, type: hiveType(column.type) })),
      keys: keys.map((key) => ({ name: key, type: typeOf.get(key) ?? 'string' })),
      location: `s3://${this.#bucket}/${root}/`,
      partitions: keys.length === 0 ? [] : partitions,
    });
  }
}

/** Typed rows as SQL that both engines read. */
export function valuesOf(
  columns: readonly Column[],
  rows: readonly Readonly<Record<string, Cell>>[],
): string {
  const names = columns.map((column) => identifier(column.name));
  const casts = columns.map(
    (column, at) => `cast(${names[at]} as ${trinoType(column.type)}) as ${names[at]}`,
  );
  if (rows.length === 0) {
    const nulls = columns.map((column, at) => `cast(null as ${trinoType(column.type)}) as ${names[at]}`);
    return `select ${nulls.join(', ')} where false`;
  }
  const lines = rows.map((row) => `(${columns.map((column) => text(row[column.name] ?? null)).join(', ')})`);
  return `select ${casts.join(', ')}\nfrom (values\n${lines.join(',\n')}\n) as rows_given (${names.join(', ')})`;
}

/** Every value travels as text and is cast: no literal is read as another type by one of the engines. */
function text(cell: Cell): string {
  return cell === null ? 'cast(null as varchar)' : literal(String(cell));
}

/** How Trino spells a type of a header. Timestamps are kept to the millisecond. */
export function trinoType(type: string): string {
  const spelled: Readonly<Record<string, string>> = { TIMESTAMP: 'timestamp(3)' };
  return spelled[type] ?? type.toLowerCase();
}

/** How the Glue catalogue spells a type of a header. */
export function hiveType(type: string): string {
  const spelled: Readonly<Record<string, string>> = {
    VARCHAR: 'string',
    INTEGER: 'int',
    BIGINT: 'bigint',
    DOUBLE: 'double',
    BOOLEAN: 'boolean',
    DATE: 'date',
    TIMESTAMP: 'timestamp',
  };
  const found = type.startsWith('DECIMAL(') ? type.toLowerCase() : spelled[type];
  if (found === undefined)
    throw new AlturasError(
      'internal',
      'TYPE_NOT_SHARED',
      `Type ${type} has no spelling in the Glue catalogue.`,
    );
  return found;
}
