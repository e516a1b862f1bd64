import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { canonicalJson, sha256 } from '../core/canonical.ts';
import type { Config } from '../core/config.ts';
import type { BusinessDate, LocalTimestamp } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { identifier, literal } from '../engine/duckdb.ts';
import type { DuckEngine } from '../engine/duckEngine.ts';
import type { Relation } from '../engine/engine.ts';
import { type PlannedDay, type PlannedPeriod, periodOf } from './days.ts';
import { type Model, needsOf, type Project, viewRelation, viewsOf } from './project.ts';
import type { PublishedIndex } from './publishedIndex.ts';
import {
  feedRelation,
  type Ledger,
  type Pass,
  storedRelation,
  suppliedRelations,
  wantedDays,
} from './relations.ts';

/** What on-demand runs stand on. */
export interface Workshop {
  readonly engine: DuckEngine;
  readonly project: Project;
  readonly ledger: Ledger;
  readonly published: PublishedIndex;
  readonly config: Config;
  /** A local directory for the files it makes. */
  readonly scratch: string;
}

/** Rows of one model that nobody published: another knowledge, another period, other columns in a holder's place. */
export interface Order {
  readonly model: string;
  readonly asOf: BusinessDate;
  /** The knowledge behind every day of it; null: each day as it was delivered, by `knownAt`. */
  readonly restatedAt: LocalTimestamp | null;
  readonly knownAt: LocalTimestamp;
  /** Periods of `asOf`; every other day has its month to date. */
  readonly periods: readonly PlannedPeriod[];
  /** By stored relation, the SELECT that stands in for it; it reads the relation itself as `__name`. */
  readonly views: ReadonlyMap<string, string>;
}

/**
 * Runs the same model texts over other days, another knowledge or other periods, and gives the rows as a local
 * Parquet file. What is published and unaffected is read, not made again. Repeated orders are answered from the
 * files of the first; one order is carried out at a time.
 */
export class Materializer {
  readonly #workshop: Workshop;
  readonly #made = new Map<string, string>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(workshop: Workshop) {
    this.#workshop = workshop;
  }

  /**
   * The file that holds the rows of an order.
   * @throws AlturasError `DAY_UNKNOWN`, `SQL_FAILED`
   */
  make(order: Order): Promise<string> {
    const done = this.#made.get(this.#newestKey(order, order.model));
    if (done !== undefined) return Promise.resolve(done);
    const making = this.#last.then(() => this.#carryOut(order));
    this.#last = making.catch(() => undefined);
    return making;
  }

  async #carryOut(order: Order): Promise<string> {
    const { project } = this.#workshop;
    const making = this.#affected(order);
    const days = this.#neededDays(order, making);
    for (const model of project.models) {
      if ((days.get(model.name)?.size ?? 0) === 0) continue;
      await this.#make(order, model, days, making);
    }
    const made = this.#made.get(this.#key(order, order.model, days.get(order.model)));
    if (made === undefined) throw new AlturasError('internal', 'NOT_MADE', `${order.model} was not made.`);
    return made;
  }

  /** Models that must run: all that the model stands on when restated, else those that a period or a view reaches. */
  #affected(order: Order): Set<string> {
    const { project } = this.#workshop;
    const custom = order.periods.some(({ period }) => period !== 'month');
    const reached = new Map<string, boolean>();
    const isReached = (model: Model): boolean => {
      const known = reached.get(model.name);
      if (known !== undefined) return known;
      const names = new Set([...needsOf(model, project).keys()]);
      const texts = [model, ...viewsOf(model, project)];
      const answer =
        order.restatedAt !== null ||
        (custom && texts.some(({ tables }) => tables.includes('periods'))) ||
        [...names].some((name) => {
          const other = project.models.find((candidate) => candidate.name === name);
          return (
            (order.views.has(name) && !order.views.has(model.name)) ||
            (other !== undefined && isReached(other))
          );
        });
      reached.set(model.name, answer);
      return answer;
    };
    const making = new Set<string>([order.model]);
    const visit = (model: Model): void => {
      for (const name of needsOf(model, project).keys()) {
        const other = project.models.find((candidate) => candidate.name === name);
        if (!other || making.has(name) || !isReached(other)) continue;
        making.add(name);
        visit(other);
      }
    };
    visit(this.#model(order.model));
    return making;
  }

  /**
   * The days of each model to make, from the day asked for back through what every reader reads. Of a model that
   * need not run anew, those days that it does not keep.
   */
  #neededDays(order: Order, making: ReadonlySet<string>): Map<string, Set<BusinessDate>> {
    const { project } = this.#workshop;
    const days = new Map<string, Set<BusinessDate>>([[order.model, new Set([order.asOf])]]);
    for (const model of [...project.models].reverse()) {
      const mine = days.get(model.name);
      if (!mine || mine.size === 0) continue;
      const pass = this.#pass(order, [...mine].sort());
      for (const [name, spans] of needsOf(model, project)) {
        const other = project.models.find((candidate) => candidate.name === name);
        if (!making.has(name) && (other?.header.dailyFor ?? null) === null) continue;
        const known = days.get(name) ?? new Set();
        for (const day of wantedDays(pass, spans)) {
          const plan = this.#plan(order, day);
          if (plan !== null && (making.has(name) || !this.#isKept(name, plan))) known.add(day);
        }
        days.set(name, known);
      }
    }
    return days;
  }

  #isKept(name: string, { asOf, knownAt }: PlannedDay): boolean {
    return this.#workshop.published.at(name, asOf, knownAt) !== undefined;
  }

  #plan(order: Order, day: BusinessDate): PlannedDay | null {
    const { calendar } = this.#workshop.ledger;
    if (order.restatedAt !== null) {
      return calendar.snapshotAt('receipts', day, order.restatedAt) === null
        ? null
        : calendar.plan(day, order.restatedAt, 'restated');
    }
    const asked = calendar.versionAt(order.asOf, order.knownAt);
    const knownAt = asked && calendar.stands(asked, day).get(day);
    return knownAt === null || knownAt === undefined ? null : calendar.plan(day, knownAt, 'delivered');
  }

  #pass(order: Order, days: readonly BusinessDate[]): Pass {
    const { ledger, config } = this.#workshop;
    const planned = days.flatMap((day) => this.#plan(order, day) ?? []);
    if (planned.length === 0) throw ledger.calendar.unknownDay(order.asOf, order.knownAt);
    return {
      ledger,
      config,
      days: planned,
      periods: planned.flatMap(({ asOf }) => {
        const month = periodOf('month', asOf);
        if (asOf !== order.asOf) return [month];
        return order.periods.some(({ period }) => period === 'month')
          ? order.periods
          : [...order.periods, month];
      }),
      knownAt: order.restatedAt ?? order.knownAt,
      mode: order.restatedAt === null ? 'delivered' : 'restated',
    };
  }

  async #make(
    order: Order,
    model: Model,
    needed: ReadonlyMap<string, ReadonlySet<BusinessDate>>,
    making: ReadonlySet<string>,
  ): Promise<void> {
    const { engine, project, published, scratch } = this.#workshop;
    const days = [...(needed.get(model.name) ?? [])].sort();
    const key = this.#key(order, model.name, new Set(days));
    const before = this.#made.get(key);
    if (before !== undefined) {
      // Made for another order: this order's readers must find it too.
      this.#made.set(this.#newestKey(order, model.name), before);
      return;
    }
    const pass = this.#pass(order, days);
    for (const relation of suppliedRelations(pass)) await engine.supply(relation);
    for (const [name, spans] of needsOf(model, project)) {
      const other = project.models.find((candidate) => candidate.name === name);
      const view = order.views.has(model.name) ? undefined : order.views.get(name);
      const shown = view === undefined ? name : `__${name}`;
      const made = (needed.get(name)?.size ?? 0) > 0 ? this.#newest(order, name) : undefined;
      if (made !== undefined && making.has(name)) {
        await engine.supply(fileRelation(shown, made));
      } else {
        const stored = {
          ...(other
            ? storedRelation(pass, { name, columns: other.header.columns }, spans, published)
            : feedRelation(pass, name, spans)),
          name: made === undefined ? shown : `__kept_${name}`,
        };
        await engine.supply(stored);
        if (made !== undefined)
          await engine.supply({
            kind: 'sql',
            name: shown,
            sql: `select * from ${identifier(stored.name)} union all ${fileRelation(shown, made).sql}`,
          });
      }
      if (view !== undefined) await engine.supply({ kind: 'sql', name, sql: view });
    }
    for (const view of viewsOf(model, project)) await engine.supply(viewRelation(view));
    const file = path.join(scratch, `${randomUUID()}.parquet`);
    await engine.write(model.sql, model.header.order, file);
    this.#made.set(key, file);
    this.#made.set(this.#newestKey(order, model.name), file);
  }

  #model(name: string): Model {
    const model = this.#workshop.project.models.find((candidate) => candidate.name === name);
    if (!model) throw new AlturasError('internal', 'UNKNOWN_MODEL', `There is no model ${name}.`);
    return model;
  }

  #newest(order: Order, name: string): string | undefined {
    return this.#made.get(this.#newestKey(order, name));
  }

  #newestKey(order: Order, name: string): string {
    return `${name} of ${this.#key(order, order.model, new Set())}`;
  }

  #key(order: Order, name: string, days: ReadonlySet<BusinessDate> | undefined): string {
    // A base relation is the same whatever view its readers look through.
    const views = order.views.has(name) ? [] : [...order.views];
    return sha256(
      canonicalJson({
        ...order,
        model: name,
        periods: [...order.periods],
        views,
        days: [...(days ?? [])].sort(),
      }),
    );
  }
}

function fileRelation(name: string, file: string): Extract<Relation, { kind: 'sql' }> {
  return {
    kind: 'sql',
    name,
    sql: `select * from read_parquet(${literal(file)}, hive_partitioning = false)`,
  };
}
