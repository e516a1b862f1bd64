import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { canonicalJson, sha256 } from '../core/canonical.ts';
import type { Config } from '../core/config.ts';
import { addDays, type BusinessDate, type LocalTimestamp } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { identifier, literal } from '../engine/duckdb.ts';
import type { DuckEngine } from '../engine/duckEngine.ts';
import type { Relation } from '../engine/engine.ts';
import { dateList, type PlannedDay, type PlannedPeriod, periodOf } from './days.ts';
import { type Beside, type Order, OrderQueue } from './orderQueue.ts';
import { chunks } from './plan.ts';
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

/** Receipts that one statement holds at most unless told otherwise. */
const ROWS_AT_ONCE = 500_000;

/** What on-demand runs stand on. */
export interface Workshop {
  readonly engine: DuckEngine;
  readonly project: Project;
  readonly ledger: Ledger;
  readonly published: PublishedIndex;
  readonly config: Config;
  /** A local directory for the files it makes. */
  readonly scratch: string;
  /** Receipts that one statement may hold at most, roughly. */
  readonly rowsAtOnce?: number;
}

/** Orders that one pass carries out: alike but for their days, each day the version that its successors stand on. */
interface Batch {
  readonly model: string;
  /** Ascending. */
  readonly days: readonly { readonly asOf: BusinessDate; readonly knownAt: LocalTimestamp }[];
  readonly restatedAt: LocalTimestamp | null;
  readonly periods: readonly PlannedPeriod[];
  readonly views: ReadonlyMap<string, string>;
  readonly beside: ReadonlyMap<string, Beside>;
}

/**
 * Runs the same model texts over other days, another knowledge or other periods, and gives the rows as local Parquet
 * files. What is published and unaffected is read, not made again. Repeated orders are answered from the files of the
 * first; orders that differ in their day alone are made in one pass, as a build makes a range of days (OrderQueue).
 */
export class Materializer {
  readonly #workshop: Workshop;
  /** By what the rows of a day stand on (see `#key`), the file that holds them. */
  readonly #made = new Map<string, string>();
  readonly #reads = new Map<string, ReadonlySet<string>>();
  readonly #lines = new WeakMap<Batch, ReadonlyMap<BusinessDate, LocalTimestamp>>();
  readonly #orders: OrderQueue;
  #stopped = false;

  constructor(workshop: Workshop) {
    this.#workshop = workshop;
    this.#orders = new OrderQueue(workshop.ledger.calendar, (alike) => this.#carryOut(batchOf(alike)));
  }

  /**
   * By order, the file that holds its rows; a file may hold other days, too.
   * @throws AlturasError `DAY_UNKNOWN`, `SQL_FAILED`
   */
  makeAll(orders: readonly Order[]): Promise<string[]> {
    return this.#orders.files(orders);
  }

  /** Ends the statement at work; orders that wait, and those that come later, fail with `STOPPED`. */
  stop(): void {
    this.#stopped = true;
    this.#workshop.engine.interrupt();
  }

  #refuseStopped(): void {
    if (this.#stopped) throw new AlturasError('internal', 'STOPPED', 'The server is closing.');
  }

  async #carryOut(batch: Batch): Promise<string[]> {
    const { project } = this.#workshop;
    const making = this.#affected(batch);
    const days = this.#neededDays(batch, making);
    for (const model of project.models) await this.#make(batch, model, days, making);
    const model = this.#model(batch.model);
    return batch.days.map(({ asOf }) => {
      const file = this.#file(batch, model, asOf);
      if (file === undefined) throw notMade(batch.model);
      return file;
    });
  }

  /** Models that must run: all that the model stands on when restated, else those that a period or a view reaches. */
  #affected(order: Batch): Set<string> {
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
  #neededDays(order: Batch, making: ReadonlySet<string>): Map<string, Set<BusinessDate>> {
    const { project } = this.#workshop;
    const days = new Map<string, Set<BusinessDate>>([
      [order.model, new Set(order.days.map(({ asOf }) => asOf))],
    ]);
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
    const { ledger, published } = this.#workshop;
    const version = ledger.calendar.versionAt(asOf, knownAt);
    return version !== null && published.holding(name, version) !== undefined;
  }

  #plan(order: Batch, day: BusinessDate): PlannedDay | null {
    const { calendar } = this.#workshop.ledger;
    if (order.restatedAt !== null) {
      return calendar.snapshotAt('receipts', day, order.restatedAt) === null
        ? null
        : calendar.plan(day, order.restatedAt, 'restated');
    }
    const knownAt = this.#line(order).get(day);
    return knownAt === undefined ? null : calendar.plan(day, knownAt, 'delivered');
  }

  /** The version of every day that the days of a batch stand on: from each back to the one before it. */
  #line(order: Batch): ReadonlyMap<BusinessDate, LocalTimestamp> {
    const drawn = this.#lines.get(order);
    if (drawn) return drawn;
    const { calendar } = this.#workshop.ledger;
    const line = new Map<BusinessDate, LocalTimestamp>();
    for (const [index, { asOf, knownAt }] of order.days.entries()) {
      const before = order.days[index - 1];
      const since = before === undefined ? calendar.first : addDays(before.asOf, 1);
      const asked = calendar.versionAt(asOf, knownAt);
      if (asked === null || since === null) continue;
      for (const [day, at] of calendar.stands(asked, since)) line.set(day, at);
    }
    this.#lines.set(order, line);
    return line;
  }

  #pass(order: Batch, days: readonly BusinessDate[]): Pass {
    const { ledger, config } = this.#workshop;
    const planned = days.flatMap((day) => this.#plan(order, day) ?? []);
    const newest = order.days.at(-1);
    if (!newest) throw notMade(order.model);
    if (planned.length === 0) throw ledger.calendar.unknownDay(newest.asOf, newest.knownAt);
    return {
      ledger,
      config,
      days: planned,
      periods: planned.flatMap(({ asOf }) => this.#periodsOf(order, asOf)),
      knownAt: order.restatedAt ?? newest.knownAt,
      mode: order.restatedAt === null ? 'delivered' : 'restated',
    };
  }

  /** The periods of a day: of one that is ordered those asked for, of all others the month to date. */
  #periodsOf(order: Batch, day: BusinessDate): readonly PlannedPeriod[] {
    const month = periodOf('month', day);
    const asked = order.days.some(({ asOf }) => asOf === day)
      ? order.periods.filter((one) => one.asOf === day)
      : [];
    return asked.some(({ period }) => period === 'month') ? asked : [...asked, month];
  }

  /** Makes what nobody made before, in statements that hold so many receipts at most, or one day. */
  async #make(
    order: Batch,
    model: Model,
    needed: ReadonlyMap<string, ReadonlySet<BusinessDate>>,
    making: ReadonlySet<string>,
  ): Promise<void> {
    const { ledger, rowsAtOnce: rowsPerPass = ROWS_AT_ONCE } = this.#workshop;
    const missing = [...(needed.get(model.name) ?? [])]
      .sort()
      .filter((day) => this.#file(order, model, day) === undefined)
      .flatMap((day) => this.#plan(order, day) ?? []);
    for (const days of chunks(missing, { ledger, rowsPerPass }))
      await this.#makeDays(
        order,
        model,
        days.map(({ asOf }) => asOf),
        needed,
        making,
      );
  }

  async #makeDays(
    order: Batch,
    model: Model,
    days: readonly BusinessDate[],
    needed: ReadonlyMap<string, ReadonlySet<BusinessDate>>,
    making: ReadonlySet<string>,
  ): Promise<void> {
    this.#refuseStopped();
    const { engine, project, published, scratch } = this.#workshop;
    const pass = this.#pass(order, days);
    const views = viewsOf(model, project);
    const read = new Set([model, ...views].flatMap(({ tables }) => tables));
    for (const relation of suppliedRelations(pass, read)) await engine.supply(relation);
    const seen: Relation[] = [];
    for (const [name, spans] of needsOf(model, project)) {
      const other = project.models.find((candidate) => candidate.name === name);
      const view = order.views.has(model.name) ? undefined : order.views.get(name);
      const shown = view === undefined ? name : `__${name}`;
      const made = other ? this.#madeRows(order, other, wantedDays(pass, spans), needed) : undefined;
      if (other && making.has(name)) {
        await engine.supply(
          made === undefined
            ? { kind: 'files', name: shown, columns: other.header.columns, files: [] }
            : { kind: 'sql', name: shown, sql: made },
        );
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
            sql: `select * from ${identifier(stored.name)} union all ${made}`,
          });
      }
      if (view === undefined) continue;
      const beside = order.beside.get(name);
      for (const feed of beside?.feeds ?? [])
        await engine.supply(feedRelation(pass, feed, [{ kind: 'all' }]));
      if (beside !== undefined)
        seen.push({ kind: 'sql', name: `__beside_${name}`, sql: beside.sql, kept: true });
      seen.push({ kind: 'sql', name, sql: view });
    }
    // One may look at several relations.
    for (const view of seen) await engine.supply(view);
    for (const view of views) await engine.supply(viewRelation(view));
    const file = path.join(scratch, `${randomUUID()}.parquet`);
    this.#refuseStopped();
    // Whoever reads it sums it up: its order is nobody's.
    await engine.write(model.sql, [], file);
    for (const day of days) this.#made.set(this.#key(order, model, day), file);
  }

  /** A SELECT of the rows made of some days; undefined when none of them had to be. */
  #madeRows(
    order: Batch,
    model: Model,
    days: readonly BusinessDate[],
    needed: ReadonlyMap<string, ReadonlySet<BusinessDate>>,
  ): string | undefined {
    const files = new Map<string, BusinessDate[]>();
    for (const day of days.filter((one) => needed.get(model.name)?.has(one))) {
      const file = this.#file(order, model, day);
      if (file === undefined) throw notMade(model.name);
      files.set(file, [...(files.get(file) ?? []), day]);
    }
    return files.size === 0 ? undefined : madeSelect(files);
  }

  #model(name: string): Model {
    const model = this.#workshop.project.models.find((candidate) => candidate.name === name);
    if (!model) throw new AlturasError('internal', 'UNKNOWN_MODEL', `There is no model ${name}.`);
    return model;
  }

  #file(order: Batch, model: Model, day: BusinessDate): string | undefined {
    return this.#made.get(this.#key(order, model, day));
  }

  /** All that the rows of a model on a day depend on: whoever orders them under the same key is given the same file. */
  #key(order: Batch, model: Model, day: BusinessDate): string {
    const plan = this.#plan(order, day);
    const reads = this.#readsOf(model);
    const looksThrough =
      !order.views.has(model.name) && [...order.views.keys()].some((name) => reads.has(name));
    return sha256(
      canonicalJson({
        model: model.name,
        day,
        knownAt: plan?.knownAt ?? null,
        restated: order.restatedAt !== null,
        views: looksThrough ? [...order.views] : [],
        beside: looksThrough ? [...order.beside] : [],
        periods: reads.has('periods') ? this.#periodsOf(order, day) : [],
      }),
    );
  }

  /** Every relation beneath a model. */
  #readsOf(model: Model): ReadonlySet<string> {
    const known = this.#reads.get(model.name);
    if (known) return known;
    const { project } = this.#workshop;
    const reads = new Set<string>();
    for (const name of [...model.tables, ...viewsOf(model, project).flatMap(({ tables }) => tables)]) {
      reads.add(name);
      const other = project.models.find((candidate) => candidate.name === name);
      for (const beneath of other ? this.#readsOf(other) : []) reads.add(beneath);
    }
    this.#reads.set(model.name, reads);
    return reads;
  }
}

/** A SELECT of the rows of files that were made, each file with the days that are wanted of it. */
export function madeSelect(byFile: ReadonlyMap<string, readonly BusinessDate[]>): string {
  return [...byFile]
    .map(
      ([file, days]) =>
        `select * from read_parquet(${literal(file)}, hive_partitioning = false) where as_of in (${dateList(days)})`,
    )
    .join(' union all ');
}

function batchOf(orders: readonly Order[]): Batch {
  const [first] = orders;
  if (!first) throw new AlturasError('internal', 'NOT_MADE', 'Nothing was ordered.');
  const { model, restatedAt, views, beside } = first;
  return {
    model,
    restatedAt,
    views,
    beside,
    days: orders.map(({ asOf, knownAt }) => ({ asOf, knownAt })),
    periods: orders.flatMap(({ periods }) => periods),
  };
}

function notMade(model: string): AlturasError {
  return new AlturasError('internal', 'NOT_MADE', `${model} was not made.`);
}
