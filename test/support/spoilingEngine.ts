import type { Engine, Relation, Row } from '../../functions/engine/engine.ts';

/**
 * An engine that, whenever it checks a law, runs the law over wrong numbers too and keeps the rows: a law that holds
 * gives none to compare.
 */
export class SpoilingEngine implements Engine {
  readonly version: string;
  readonly repeatable: boolean;
  /** By law: what it said of wrong numbers, over all passes. */
  readonly broken: Map<string, Row[]>;
  readonly #engine: Engine;
  readonly #laws: readonly { readonly name: string; readonly sql: string; readonly broken: string }[];

  constructor(
    engine: Engine,
    laws: readonly { readonly name: string; readonly sql: string; readonly broken: string }[],
    broken = new Map<string, Row[]>(),
  ) {
    this.broken = broken;
    this.version = engine.version;
    this.repeatable = engine.repeatable;
    this.#engine = engine;
    this.#laws = laws;
  }

  async rows(select: string): Promise<Row[]> {
    const law = this.#laws.find(({ sql }) => select.includes(sql));
    if (law) {
      const rows = await this.#engine.rows(law.broken);
      this.broken.set(law.name, [...(this.broken.get(law.name) ?? []), ...rows]);
    }
    return this.#engine.rows(select);
  }

  supply = (relation: Relation) => this.#engine.supply(relation);
  describe = (select: string) => this.#engine.describe(select);
  stream = (select: string) => this.#engine.stream(select);
  write: Engine['write'] = (...what) => this.#engine.write(...what);
  split: Engine['split'] = (...what) => this.#engine.split(...what);
  sums: Engine['sums'] = (...what) => this.#engine.sums(...what);
  shape: Engine['shape'] = (path) => this.#engine.shape(path);
  beside = async () => new SpoilingEngine(await this.#engine.beside(), this.#laws, this.broken);
  interrupt = () => this.#engine.interrupt();
  close = () => this.#engine.close();
}
