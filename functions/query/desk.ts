import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../core/config.ts';
import { type BusinessDate, eachDay, FOREVER, type LocalTimestamp } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { Session } from '../engine/duckdb.ts';
import { DuckEngine } from '../engine/duckEngine.ts';
import { publishedCodec } from '../engine/publishedCodec.ts';
import { DeliveryIndex } from '../lake/deliveries.ts';
import type { Lake } from '../lake/lake.ts';
import { readPublished } from '../lake/published.ts';
import { checkModels } from '../warehouse/check.ts';
import type { PlannedPeriod } from '../warehouse/days.ts';
import { refuseFindings } from '../warehouse/finding.ts';
import { Materializer } from '../warehouse/materialize.ts';
import type { Project } from '../warehouse/project.ts';
import { PublishedIndex } from '../warehouse/publishedIndex.ts';
import { feedRelation, Ledger } from '../warehouse/relations.ts';
import { type Catalogue, readCatalogue } from './catalogue.ts';

/** Which rows of a mart a question needs, and with what knowledge. */
export interface Wanted {
  readonly mart: string;
  readonly asOf: BusinessDate;
  readonly knownAt: LocalTimestamp;
  /** The knowledge to restate with; null: as delivered. */
  readonly restatedAt: LocalTimestamp | null;
  readonly period: PlannedPeriod | null;
  readonly views: ReadonlyMap<string, string>;
}

export interface Supplied {
  readonly build: string;
  readonly onDemand: boolean;
}

/**
 * One reader's place at the warehouse: the delivery index, what is published, and an engine, opened once for any
 * number of questions. All questions see the same publish.
 */
export class Desk {
  readonly config: Config;
  readonly ledger: Ledger;
  readonly engine: DuckEngine;
  readonly catalogue: Catalogue = readCatalogue();
  readonly #project: Project;
  readonly #published: PublishedIndex;
  readonly #seq: number;
  readonly #materializer: Materializer;
  readonly #scratch: string;

  private constructor(parts: {
    readonly config: Config;
    readonly ledger: Ledger;
    readonly engine: DuckEngine;
    readonly project: Project;
    readonly published: PublishedIndex;
    readonly seq: number;
    readonly scratch: string;
  }) {
    this.config = parts.config;
    this.ledger = parts.ledger;
    this.engine = parts.engine;
    this.#project = parts.project;
    this.#published = parts.published;
    this.#seq = parts.seq;
    this.#scratch = parts.scratch;
    this.#materializer = new Materializer(parts);
  }

  static async open(lake: Lake, config: Config): Promise<Desk> {
    const scratch = await lake.scratch();
    const session = await Session.open({ scratch, trino: false, threads: 1 });
    try {
      const { project, findings } = await checkModels();
      refuseFindings(findings);
      const { rows, seq } = await readPublished(lake, publishedCodec(session, scratch));
      const ledger = new Ledger(await new DeliveryIndex(lake).entries());
      const engine = await DuckEngine.open(lake, { scratch: path.join(scratch, 'spill') });
      return new Desk({ config, ledger, engine, project, published: new PublishedIndex(rows), seq, scratch });
    } finally {
      session.close();
    }
  }

  async close(): Promise<void> {
    await this.engine.close();
    await rm(this.#scratch, { recursive: true, force: true });
  }

  /** The newest day that was known at a moment. @throws AlturasError `EMPTY_LAKE` */
  newestDay(knownAt: LocalTimestamp = FOREVER): BusinessDate {
    const last = this.ledger.calendar.versions
      .filter((version) => version.knownAt <= knownAt)
      .reduce<BusinessDate | null>(
        (newest, { asOf }) => (newest === null || asOf > newest ? asOf : newest),
        null,
      );
    if (last !== null) return last;
    throw new AlturasError('missing', 'EMPTY_LAKE', 'Nothing has been delivered yet.', {
      hint: 'Land a delivery (`alturas land DIR`), or make the demo (`alturas demo`).',
    });
  }

  /**
   * How a day is seen: as it was delivered, when no delivery in between changed what was known; else restated.
   * @throws AlturasError `DAY_UNKNOWN`
   */
  knowledge(
    asOf: BusinessDate,
    knownAt: LocalTimestamp | undefined,
  ): Pick<Wanted, 'knownAt' | 'restatedAt'> & { readonly carried: boolean } {
    const { calendar } = this.ledger;
    const moment = knownAt ?? FOREVER;
    const version = calendar.versionAt(asOf, moment);
    if (
      version &&
      (knownAt === undefined ||
        !calendar.deliveries.some(({ cutoff }) => cutoff > version.knownAt && cutoff <= moment))
    ) {
      return {
        knownAt: version.knownAt,
        restatedAt: null,
        carried: calendar.plan(asOf, version.knownAt, 'delivered').carried,
      };
    }
    const newest = calendar.deliveries.findLast(({ cutoff }) => cutoff <= moment);
    if (!newest) throw calendar.unknownDay(asOf, moment);
    // Beyond the newest delivery nothing more is known: the last snapshot is carried.
    const restatedAt = knownAt ?? newest.cutoff;
    return { knownAt: restatedAt, restatedAt, carried: calendar.plan(asOf, restatedAt, 'restated').carried };
  }

  /** Puts the rows of a mart under its name: those published, or the same model run on demand. */
  async supply(wanted: Wanted): Promise<Supplied> {
    const { mart, asOf, period } = wanted;
    const publishedPeriod = period === null || period.period === 'month';
    if (wanted.restatedAt === null && wanted.views.size === 0 && publishedPeriod) {
      const row = this.#published.at(mart, asOf, wanted.knownAt);
      if (row) {
        const model = this.#project.models.find(({ name }) => name === mart);
        const files = this.#published.files(mart, [asOf], wanted.knownAt);
        await this.engine.supply({ kind: 'files', name: mart, columns: model?.header.columns ?? [], files });
        return { build: row.build, onDemand: false };
      }
    }
    this.#refuseUnbuilt(wanted);
    await this.#materializer.supply({
      model: mart,
      asOf,
      restatedAt: wanted.restatedAt,
      knownAt: wanted.knownAt,
      periods: period === null ? [] : [period],
      views: wanted.views,
    });
    const row = this.#published.at('position', asOf, wanted.knownAt);
    return { build: row?.build ?? `on demand at publish ${this.#seq}`, onDemand: true };
  }

  /** Puts the published rows of a mart for every day of a span under its name, as delivered. */
  async supplySpan(mart: string, from: BusinessDate, to: BusinessDate): Promise<void> {
    const model = this.#project.models.find(({ name }) => name === mart);
    const files = this.#published.files(mart, [...eachDay(from, to)]);
    await this.engine.supply({ kind: 'files', name: mart, columns: model?.header.columns ?? [], files });
  }

  #refuseUnbuilt(wanted: Wanted): void {
    if (wanted.restatedAt !== null || this.#published.at('position', wanted.asOf, wanted.knownAt)) return;
    throw new AlturasError('missing', 'NOT_BUILT', `${wanted.asOf} was delivered, but is not built.`, {
      value: wanted.asOf,
      hint: 'Run `alturas build`.',
    });
  }

  /** The functional currencies of companies, and whether their movements are inferred, as known at a moment. */
  async companies(
    knownAt: LocalTimestamp,
    members: readonly (string | null)[] | null,
  ): Promise<{ readonly currencies: readonly string[]; readonly inferred: boolean }> {
    const pass = {
      ledger: this.ledger,
      config: this.config,
      days: [],
      periods: [],
      knownAt,
      mode: 'restated' as const,
    };
    await this.engine.supply({ ...feedRelation(pass, 'companies', [{ kind: 'all' }]), name: '__companies' });
    const rows = await this.engine.rows(
      `select company, functional_currency, movement_source from "__companies" where known_from <= timestamp '${knownAt}' and timestamp '${knownAt}' < known_to order by company`,
    );
    const some = rows.filter((row) => members === null || members.includes(String(row.company)));
    return {
      currencies: [...new Set(some.map((row) => String(row.functional_currency)))].sort(),
      inferred: some.some((row) => row.movement_source === 'INFERRED'),
    };
  }

  /** Whether a model's rows stand on movements. */
  standsOnMovements(mart: string): boolean {
    const visit = (name: string): boolean => {
      if (name === 'flow') return true;
      const model = this.#project.models.find((candidate) => candidate.name === name);
      return model?.tables.some(visit) ?? false;
    };
    return visit(mart);
  }
}
