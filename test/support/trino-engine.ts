import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { identifier, literal } from '../../functions/engine/duckdb.ts';
import type { Relation } from '../../functions/engine/engine.ts';
import { parseSql, type SqlParser, tablesOf } from '../../functions/engine/syntax.ts';
import type { TrinoClient, TrinoResult } from './trino-client.ts';
import type { Bucket, TrinoRelations } from './trino-relations.ts';

/**
 * Runs the SELECTs of the warehouse on Trino as they stand: what they name is put in front as `WITH`.
 *
 * A view that is kept becomes a table first. Trino runs a common table expression again at every reference, and
 * refuses a statement of more than 150 stages: with all views inlined, `position` would read 221 relations.
 */
export class TrinoEngine {
  readonly #client: TrinoClient;
  readonly #relations: TrinoRelations;
  readonly #bucket: Bucket;
  readonly #parser: SqlParser;
  readonly #supplied = new Map<string, Relation>();
  readonly #views = new Map<string, Promise<string>>();
  #unloads = 0;

  constructor(client: TrinoClient, relations: TrinoRelations, bucket: Bucket, parser: SqlParser) {
    this.#client = client;
    this.#relations = relations;
    this.#bucket = bucket;
    this.#parser = parser;
  }

  /** The schema of the catalogue that writes; once per server. */
  static async prepare(client: TrinoClient): Promise<void> {
    await client.query('create schema unload.alturas');
  }

  supply(relation: Relation): void {
    this.#supplied.set(relation.name, relation);
  }

  /** Runs a text that `statement` made. */
  run(statement: string): Promise<TrinoResult> {
    return this.#client.query(statement);
  }

  /**
   * Writes the rows of a text that `statement` made to Parquet, as Athena's UNLOAD does.
   * @returns the local paths of the files; none when there were no rows.
   */
  async unload(statement: string): Promise<string[]> {
    this.#unloads += 1;
    const folder = `unload/${process.pid}-${this.#unloads}-${Date.now()}`;
    const table = folder.replace(/\W/g, '_');
    await this.#create(table, folder, statement);
    // The table is external: its files stay.
    await this.#client.query(`drop table unload.alturas.${identifier(table)}`);
    const path = join(this.#bucket.folder, folder);
    const files = await readdir(path).catch(() => []);
    return files
      .filter((name) => !name.startsWith('.'))
      .sort()
      .map((name) => join(path, name));
  }

  /** The text that Trino runs: only what the SELECT needs, as it is supplied now. */
  async statement(select: string): Promise<string> {
    const expressions: string[] = [];
    const done = new Set<string>();
    const need = async (sql: string): Promise<void> => {
      for (const name of await this.#named(sql)) {
        const relation = this.#supplied.get(name);
        if (!relation || done.has(name)) continue;
        done.add(name);
        if (relation.kind === 'sql' && !relation.kept) await need(relation.sql);
        expressions.push(`${identifier(name)} as (\n${await this.#rowsOf(relation)}\n)`);
      }
    };
    await need(select);
    const body = `select * from (\n${select}\n) as final`;
    return expressions.length === 0 ? body : `with ${expressions.join(',\n')}\n${body}`;
  }

  async #rowsOf(relation: Relation): Promise<string> {
    return relation.kind === 'sql' && relation.kept
      ? `select * from ${await this.#view(relation.name, await this.statement(relation.sql))}`
      : this.#relations.select(relation);
  }

  /** The table of a view's rows; the same text over the same files is the same table. */
  #view(name: string, statement: string): Promise<string> {
    const hash = createHash('sha256').update(statement).digest('hex').slice(0, 16);
    const table = `${name}_${hash}`;
    const stored =
      this.#views.get(table) ??
      this.#create(table, `views/${table}`, statement).then(() => `unload.alturas.${identifier(table)}`);
    this.#views.set(table, stored);
    return stored;
  }

  async #create(table: string, folder: string, statement: string): Promise<void> {
    await this.#client.query(
      `create table unload.alturas.${identifier(table)} with (external_location = ${literal(`s3://${this.#bucket.name}/${folder}/`)}, format = 'PARQUET')` +
        ` as ${statement}`,
    );
  }

  async #named(sql: string): Promise<string[]> {
    const syntax = await parseSql(this.#parser, sql);
    if (!syntax.ok) throw new SyntaxError(syntax.message);
    return syntax.statements.flatMap((statement) => tablesOf(statement).map((table) => table.name));
  }
}
