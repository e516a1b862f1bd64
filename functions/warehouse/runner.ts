import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { sha256 } from '../core/canonical.ts';
import type { BusinessDate } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import type { Column, Engine, Relation, Row, Written } from '../engine/engine.ts';
import type { PlannedDay } from './days.ts';
import { isMoneyUnit } from './header.ts';
import { type Law, type Model, needsOf, type Project, viewRelation, viewsOf } from './project.ts';
import type { PublishedIndex } from './publishedIndex.ts';
import { feedRelation, type Pass, storedRelation, suppliedRelations } from './relations.ts';

/** A file that a model's pass wrote on local disk. */
export interface WrittenPart {
  readonly period: string;
  readonly days: readonly PlannedDay[];
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}

/** Runs the models and laws of a project on one engine, pass by pass. */
export class Runner {
  readonly engine: Engine;
  readonly #project: Project;
  /** What the engine has been given, by name: a relation that did not change is not supplied again. */
  readonly #supplied = new Map<string, string>();
  /** Models whose columns were seen to be as their headers promise. */
  readonly #typed = new Set<string>();
  #pass: Pass | undefined;

  constructor(engine: Engine, project: Project) {
    this.engine = engine;
    this.#project = project;
  }

  /**
   * Gives the engine every relation that a model or law names, directly or through views, and no more days than it
   * reads.
   * @param inputs those with files
   */
  async prepare(file: Model | Law, pass: Pass, inputs: readonly Relation[]): Promise<void> {
    for (const relation of inputs) await this.supply(relation);
    if (this.#pass !== pass) {
      for (const relation of suppliedRelations(pass)) await this.supply(relation);
      this.#pass = pass;
    }
    for (const view of viewsOf(file, this.#project)) await this.#supplyView(view);
  }

  /** The relations with files that a model or law needs for a pass. */
  inputs(file: Model | Law, pass: Pass, published: PublishedIndex): Relation[] {
    return [...needsOf(file, this.#project)].map(([name, spans]) => {
      const model = this.#project.models.find((candidate) => candidate.name === name);
      return model
        ? storedRelation(pass, { name, columns: model.header.columns }, spans, published)
        : feedRelation(pass, name, spans);
    });
  }

  /** A view is supplied again when anything that it rests on has changed: one that is kept holds rows. */
  async #supplyView(view: Model): Promise<void> {
    const relation = viewRelation(view);
    const text = sha256(
      JSON.stringify([relation, ...view.tables.map((table) => this.#supplied.get(table) ?? '')]),
    );
    if (this.#supplied.get(view.name) === text) return;
    await this.engine.supply(relation);
    this.#supplied.set(view.name, text);
  }

  async supply(relation: Relation): Promise<void> {
    const text = JSON.stringify(relation);
    if (this.#supplied.get(relation.name) === text) return;
    await this.engine.supply(relation);
    this.#supplied.set(relation.name, text);
  }

  /**
   * Runs a prepared model and writes its rows, one file a period.
   * @throws AlturasError `MODEL_TYPES` when the files do not hold the columns that the header promises,
   *   `MODEL_FAILED` when the SELECT cannot be run
   */
  async write(
    model: Model,
    parts: readonly {
      readonly period: string;
      readonly days: readonly PlannedDay[];
      readonly path: string;
    }[],
  ): Promise<WrittenPart[]> {
    const { order } = model.header;
    return this.#explained(model, async () => {
      const [only] = parts;
      const written =
        parts.length === 1 && only
          ? [await this.engine.write(model.sql, order, only.path)]
          : await this.engine.split(
              model.sql,
              order,
              'as_of',
              parts.map(({ days, path }) => ({ ...bounds(days), path })),
            );
      await this.#refuseTypes(model, written);
      return written.map((file, index) => {
        const part = parts[index];
        if (!part) throw new AlturasError('internal', 'MODEL_PARTS', `${model.name} wrote too many files.`);
        return { ...part, rows: file.rows, bytes: file.bytes };
      });
    });
  }

  /**
   * What the engine made of the SELECT is seen in a file that it wrote: one statement gives all of them. What the
   * SELECT gives over relations of the promised types was checked before any engine saw it (check.ts).
   */
  async #refuseTypes(model: Model, [file]: readonly Written[]): Promise<void> {
    if (!file || this.#typed.has(model.name)) return;
    const differences = columnDifferences(model, await this.engine.shape(file.path));
    if (differences.length > 0)
      throw new AlturasError(
        'input',
        'MODEL_TYPES',
        `${model.name} does not give the columns of its header.`,
        { file: model.file, causes: differences, safe: 'what is published stays as it is' },
      );
    this.#typed.add(model.name);
  }

  /** At most `limit` rows that break a prepared law. */
  async offenders(law: Law, limit: number): Promise<Row[]> {
    return this.#explained(law, () => this.engine.rows(`SELECT * FROM (${law.sql}\n) LIMIT ${limit}`));
  }

  async #explained<T>(file: Model | Law, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof AlturasError) || !error.code.startsWith('SQL_')) throw error;
      throw new AlturasError(
        error.kind,
        error.code === 'SQL_FAILED' ? 'MODEL_FAILED' : error.code,
        `${file.name}: ${error.message}`,
        {
          ...(error.details.hint === undefined ? {} : { hint: error.details.hint }),
          file: file.file,
          line: file.sqlLine + errorLine(error.message) - 1,
          safe: 'what is published stays as it is',
        },
        error,
      );
    }
  }
}

/** How what a SELECT gives differs from what its header promises: names, order and types. */
export function columnDifferences(model: Model, actual: readonly Column[]): string[] {
  const declared = model.header.columns;
  const names = new Map(actual.map((column) => [column.name, column.type]));
  const differences: string[] = [];
  for (const column of declared) {
    const type = names.get(column.name);
    if (type === undefined) differences.push(`${column.name} is declared, but the SELECT does not give it`);
    else if (type !== column.type)
      differences.push(`${column.name} is ${type}, but declared ${column.type}${advice(type, column)}`);
  }
  for (const column of actual)
    if (!declared.some(({ name }) => name === column.name))
      differences.push(`${column.name} (${column.type}) is given, but not declared`);
  if (differences.length === 0 && declared.some(({ name }, index) => actual[index]?.name !== name))
    differences.push(`the columns come in the order ${actual.map(({ name }) => name).join(', ')}`);
  return differences;
}

function advice(actual: string, column: { readonly type: string; readonly unit?: string }): string {
  if (actual === 'HUGEINT') return ': Parquet would hold it as a float; cast it as bigint';
  if (actual === 'DOUBLE' && (isMoneyUnit(column.unit) || column.type.startsWith('DECIMAL')))
    return ': money is never a float';
  if (actual.startsWith('TIMESTAMP') && column.type === 'DATE') return ': cast it as date';
  return '';
}

/** DuckDB's messages say `LINE 12: ...` of the statement; the SELECT stands on its first line. */
export function errorLine(message: string): number {
  return Number(/\bLINE (\d+):/.exec(message)?.[1] ?? 1);
}

function bounds(days: readonly PlannedDay[]): { readonly from: BusinessDate; readonly to: BusinessDate } {
  const first = days[0]?.asOf;
  const last = days.at(-1)?.asOf;
  if (first === undefined || last === undefined)
    throw new AlturasError('internal', 'MODEL_PARTS', 'A file without days.');
  return { from: first, to: last };
}

/** SHA-256 of a file, in lower-case hex. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
