import { rm } from 'node:fs/promises';
import type { DeliveryEntry } from '../contracts/delivery.ts';
import { canonicalJson, sha256 } from '../core/canonical.ts';
import type { Config } from '../core/config.ts';
import { addDays, type BusinessDate, eachDay, FOREVER, type LocalTimestamp } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { literal } from '../engine/duckdb.ts';
import type { Column, RelationFile, Row } from '../engine/engine.ts';
import type { Lake } from '../lake/lake.ts';
import type { Published, PublishedRow } from '../lake/published.ts';
import type { DayVersion, PlannedPeriod } from '../warehouse/days.ts';
import type { Manifests } from '../warehouse/manifest.ts';
import { madeSelect } from '../warehouse/materialize.ts';
import type { Beside, Order } from '../warehouse/orderQueue.ts';
import type { Project } from '../warehouse/project.ts';
import { EVERY_DAY, type PublishedIndex } from '../warehouse/publishedIndex.ts';
import type { Ledger } from '../warehouse/relations.ts';
import type { Catalogue } from './catalogue.ts';
import type { DayMemory } from './dayMemory.ts';
import { type Caller, OWNER, policyId, scopeFilters } from './policy.ts';
import { feedOfAll, openRoom, type Room } from './room.ts';
import type { Filter } from './select.ts';
import { daysByFile, type FileDays, servedRows } from './servedRows.ts';
import { FILE_COLUMN, isServed, type Serving } from './serving.ts';
import { join, name, type Statement, sql, trusted } from './statement.ts';

/** Which rows of a mart a question needs, and with what knowledge. */
export interface Wanted {
  readonly mart: string;
  readonly asOf: BusinessDate;
  readonly knownAt: LocalTimestamp;
  /** The knowledge to restate with; null: as delivered. */
  readonly restatedAt: LocalTimestamp | null;
  readonly period: PlannedPeriod | null;
  readonly views: ReadonlyMap<string, string>;
  /** What the views name beside their relations. */
  readonly beside?: ReadonlyMap<string, Beside>;
}

export interface Supplied {
  readonly build: string;
  readonly onDemand: boolean;
  /** A SELECT of the rows, all columns of the mart; it does not know who asks. */
  readonly from: Statement;
}

/** A day as it was known at a moment. */
export interface KnownDay {
  readonly asOf: BusinessDate;
  readonly knownAt: LocalTimestamp;
}

/** A day as delivered (`restatedAt` is null), or seen again with the knowledge of a moment. */
export type SeenDay = KnownDay & Pick<Wanted, 'restatedAt'>;

/**
 * One reader's place at the warehouse: the delivery index, what is published, and an engine, opened once for any
 * number of questions at the same time. All questions see the same publish, and only rows of the caller's scope:
 * whatever leaves the warehouse leaves through a desk.
 */
export class Desk {
  readonly caller: Caller;
  readonly #room: Room;
  readonly #trace: ((sql: string) => void) | undefined;

  private constructor(room: Room, caller: Caller, trace?: (sql: string) => void) {
    this.#room = room;
    this.caller = caller;
    this.#trace = trace;
  }

  /**
   * @param options.serving a file of published marts to read from, which this refreshes
   * @param options.before a desk whose unchanged parts are taken over
   * @param options.fillsLater answers before that file holds all that is published (see `filled`)
   */
  static async open(
    lake: Lake,
    config: Config,
    options: { readonly serving?: Serving; readonly before?: Desk; readonly fillsLater?: boolean } = {},
  ): Promise<Desk> {
    const { serving, before, fillsLater = false } = options;
    const room = await openRoom(lake, config, {
      fillsLater,
      ...(serving === undefined ? {} : { serving }),
      ...(before === undefined ? {} : { before: before.#room }),
    });
    return new Desk(room, OWNER);
  }

  /** The same desk for somebody else. */
  for(caller: Caller): Desk {
    return new Desk(this.#room, caller);
  }

  /** Settles when the serving file holds all that is published. */
  get filled(): Promise<void> {
    return this.#room.filled;
  }

  /** Ends what is made on demand, now and from now on (`STOPPED`). */
  stop(): void {
    this.#room.materializer.stop();
  }

  async close(): Promise<void> {
    this.#room.leave();
    await this.#room.engine.close();
    await rm(this.#room.scratch, { recursive: true, force: true });
  }

  get lake(): Lake {
    return this.#room.lake;
  }

  get config(): Config {
    return this.#room.config;
  }

  get ledger(): Ledger {
    return this.#room.ledger;
  }

  /** Every accepted delivery until now, in the order of acceptance: `ledger` ends where this publish was opened. */
  arrived(): Promise<readonly DeliveryEntry[]> {
    return this.#room.deliveries.entries();
  }

  get catalogue(): Catalogue {
    return this.#room.catalogue;
  }

  get project(): Project {
    return this.#room.project;
  }

  get manifests(): Manifests {
    return this.#room.manifests;
  }

  get published(): Published {
    return this.#room.published;
  }

  get publishedIndex(): PublishedIndex {
    return this.#room.publishedIndex;
  }

  get engineVersion(): string {
    return this.#room.engine.version;
  }

  get policy(): string {
    return policyId(this.caller);
  }

  /** What days of this publish said before, by policy. */
  get days(): DayMemory {
    return this.#room.days;
  }

  get isTraced(): boolean {
    return this.#trace !== undefined;
  }

  /** Filters that every row must pass for this caller, whatever the question asks for. */
  get scope(): readonly Filter[] {
    return scopeFilters(this.caller);
  }

  /** The same desk, telling every statement that it runs. */
  traced(trace: (sql: string) => void): Desk {
    return new Desk(this.#room, this.caller, trace);
  }

  /** @param shown the statement as a person would write it, where it names files instead of tables */
  rows(statement: Statement, shown: Statement = statement): Promise<Row[]> {
    this.#trace?.(shown.render());
    const text = statement.render();
    return this.#room.serving?.readers.rows(text) ?? this.#room.engine.rows(text);
  }

  /**
   * A SELECT of the rows of a statement on which many questions stand: it runs once a publish, and its rows are kept.
   * Nothing in it may depend on who asks.
   */
  async kept(statement: Statement): Promise<Statement> {
    if (this.isTraced) return statement;
    const file = await this.#room.kept.file(statement.render());
    return trusted(`select * from read_parquet(${literal(file)}, hive_partitioning = false)`);
  }

  /**
   * The newest day whose figures are published, of those known at a moment; the newest delivered while none is. A day
   * that was delivered and is not built yet, or was refused by a law, leaves what is shown as it is.
   * @throws AlturasError `EMPTY_LAKE`
   */
  newestDay(knownAt: LocalTimestamp = FOREVER): BusinessDate {
    return this.#newest(knownAt, true) ?? this.newestDelivered(knownAt);
  }

  /** The newest day that was delivered by a moment. @throws AlturasError `EMPTY_LAKE` */
  newestDelivered(knownAt: LocalTimestamp = FOREVER): BusinessDate {
    const newest = this.#newest(knownAt, false);
    if (newest !== null) return newest;
    const { calendar } = this.ledger;
    if (calendar.first !== null) throw calendar.unknownDay(calendar.first, knownAt);
    throw new AlturasError('missing', 'EMPTY_LAKE', 'Nothing has been delivered yet.', {
      hint: 'Land a delivery (`alturas land DIR`), or make the demo (`alturas demo`).',
    });
  }

  #newest(knownAt: LocalTimestamp, published: boolean): BusinessDate | null {
    const { calendar } = this.ledger;
    const { first } = calendar;
    const known = calendar.newestAt(knownAt);
    if (!published || known === null || first === null) return known;
    for (let day = known; day >= first; day = addDays(day, -1)) {
      const version = calendar.versionAt(day, knownAt);
      if (version && this.publishedIndex.at(EVERY_DAY, day, version.knownAt)) return day;
    }
    return null;
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
    const version = this.shownVersion(asOf, moment);
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

  /** The newest version of a day that was known at a moment and is published; without one, the newest known. */
  shownVersion(asOf: BusinessDate, moment: LocalTimestamp = FOREVER): DayVersion | null {
    const known = this.ledger.calendar.versionsOf(asOf).filter(({ knownAt }) => knownAt <= moment);
    const isPublished = (version: DayVersion) =>
      this.publishedIndex.holding(EVERY_DAY, version) !== undefined;
    return known.findLast(isPublished) ?? known.at(-1) ?? null;
  }

  /** The rows of a mart: those published, or the same model run on demand. */
  async supply(wanted: Wanted): Promise<Supplied> {
    const { mart, asOf, knownAt, period } = wanted;
    const publishedPeriod = period === null || period.period === 'month';
    if (wanted.restatedAt === null && wanted.views.size === 0 && publishedPeriod) {
      const build = this.publishedBuild(mart, { asOf, knownAt });
      if (build !== null)
        return { build, onDemand: false, from: await this.stored(mart, [{ asOf, knownAt }]) };
    }
    return { build: this.madeFrom(wanted), onDemand: true, from: await this.made([wanted]) };
  }

  /** A SELECT of a table's rows of a day: those published, or made where the table does not keep them. */
  async ofDay(table: string, { asOf, knownAt, restatedAt }: SeenDay): Promise<Statement> {
    const wanted = { mart: table, asOf, knownAt, restatedAt, period: null, views: new Map() };
    return (await this.supply(wanted)).from;
  }

  /** A SELECT of a table's rows of days that are all seen alike, of a table that keeps every day. */
  async ofDays(table: string, days: readonly SeenDay[]): Promise<Statement> {
    if (days.every(({ restatedAt }) => restatedAt === null)) return this.stored(table, days);
    return this.made(days.map((day) => ({ ...day, mart: table, period: null, views: new Map() })));
  }

  /** What rows that are made on demand stand on. */
  madeFrom({ asOf, knownAt }: KnownDay): string {
    return (
      this.publishedIndex.at(EVERY_DAY, asOf, knownAt)?.build ?? `on demand at publish ${this.published.seq}`
    );
  }

  /**
   * A SELECT of rows of one mart that the same model makes on demand, for days that are all wanted alike. What every
   * caller would be given (no lens, as delivered) is kept with the published rows while it stands on the same ones.
   */
  async made(wanted: readonly Wanted[]): Promise<Statement> {
    for (const one of wanted) this.#refuseUnbuilt(one);
    const { serving } = this.#room;
    // While what is published comes in, nobody waits for it: the next who asks has them kept.
    const kept =
      serving && !serving.isRefreshing
        ? wanted.filter(
            ({ mart, views, restatedAt }) =>
              views.size === 0 && restatedAt === null && isServed(this.project, mart),
          )
        : [];
    const others = wanted.filter((one) => !kept.includes(one));
    const parts: Statement[] = [];
    if (serving && kept.length > 0) parts.push(await this.#keptRows(serving, kept));
    const files = await this.#room.materializer.makeAll(others.map(orderOf));
    if (others.length > 0) parts.push(trusted(madeSelect(daysByFile(files, others))));
    return join(parts, ' union all ');
  }

  async #keptRows(serving: Serving, wanted: readonly Wanted[]): Promise<Statement> {
    const mart = wanted[0]?.mart ?? '';
    const orders = wanted.map((one) => ({
      order: orderOf(one),
      key: this.#room.standing.prefix(one.asOf, one.knownAt) + sha256(canonicalJson(orderOf(one))),
    }));
    const missing = orders.filter(({ key }) => serving.fileNumber(key) === undefined);
    if (missing.length > 0) {
      const files = await this.#room.materializer.makeAll(missing.map(({ order }) => order));
      await serving.keep(
        mart,
        this.#columns(mart),
        missing.map(({ key, order }, at) => ({ key, day: order.asOf, path: files[at] ?? '' })),
      );
    }
    const byFile = new Map(
      orders.map(({ key, order }) => [serving.fileNumber(key) ?? 0, { days: [order.asOf], others: [] }]),
    );
    return servedRows(mart, byFile);
  }

  /** The build whose rows of a table hold a day in the version that was known at its moment; null where none is published. */
  publishedBuild(table: string, day: KnownDay): string | null {
    const version = this.ledger.calendar.versionAt(day.asOf, day.knownAt);
    return (version && this.publishedIndex.holding(table, version)?.build) ?? null;
  }

  /** A SELECT of a published table's rows of some days, each as known at its moment. It does not know who asks. */
  async stored(table: string, days: readonly KnownDay[]): Promise<Statement> {
    const served = this.#served(table, days);
    if (served) return served;
    const moments = new Map(days.map(({ asOf, knownAt }) => [asOf, knownAt]));
    const sorted = [...moments.keys()].sort();
    const files = this.publishedIndex.files(table, sorted, (day) => moments.get(day) ?? FOREVER);
    return this.#files(this.#columns(table), files);
  }

  #served(table: string, days: readonly KnownDay[]): Statement | null {
    const { serving } = this.#room;
    if (!serving) return null;
    const byFile = new Map<number, FileDays & { readonly row: PublishedRow }>();
    for (const { asOf, knownAt } of days) {
      const row = this.publishedIndex.at(table, asOf, knownAt);
      const file = row && serving.fileNumber(row.path);
      if (row && file === undefined) return null;
      if (!row || file === undefined) continue;
      const known = byFile.get(file) ?? { days: [], others: [], row };
      byFile.set(file, known);
      known.days.push(asOf);
    }
    if (byFile.size === 0) return null;
    // A day of one file may stand in another one, too, in a version that is not wanted.
    for (const [file, { others, row }] of byFile)
      for (const [other, { days: elsewhere }] of byFile)
        if (other !== file) others.push(...elsewhere.filter((day) => day.startsWith(row.period)));
    return servedRows(table, byFile);
  }

  /** A SELECT of a published table's rows for every day of a span, as delivered. */
  storedSpan(table: string, from: BusinessDate, to: BusinessDate): Promise<Statement> {
    return this.stored(
      table,
      [...eachDay(from, to)].map((asOf) => ({ asOf, knownAt: FOREVER })),
    );
  }

  /** A SELECT of a feed as known at a moment: a reference feed's states, or every delivery of the others. */
  async feed(feed: string, knownAt: LocalTimestamp): Promise<Statement> {
    const relation = feedOfAll(this.ledger, this.config, feed, knownAt);
    if (relation.kind !== 'files') return this.#files(relation.kind === 'rows' ? relation.columns : [], []);
    const numbers = relation.files.map(({ key }) => this.#room.serving?.fileNumber(key));
    return numbers.length > 0 && numbers.every((number) => number !== undefined)
      ? sql`select * from ${name(feed)} where ${trusted(`${FILE_COLUMN} in (${numbers.join(', ')})`)}`
      : this.#files(relation.columns, relation.files);
  }

  /** A SELECT of rows of Parquet files of the lake that are neither a model's nor a feed's. It does not know who asks. */
  files(columns: readonly Column[], files: readonly RelationFile[]): Promise<Statement> {
    return this.#files(columns, files);
  }

  async #files(columns: readonly Column[], files: readonly RelationFile[]): Promise<Statement> {
    return trusted(await this.#room.engine.filesSelect(columns, files));
  }

  #columns(table: string): readonly Column[] {
    return this.project.models.find((model) => model.name === table)?.header.columns ?? [];
  }

  #refuseUnbuilt(wanted: Wanted): void {
    if (wanted.restatedAt !== null || this.publishedIndex.at(EVERY_DAY, wanted.asOf, wanted.knownAt)) return;
    throw new AlturasError('missing', 'NOT_BUILT', `${wanted.asOf} was delivered, but is not built.`, {
      value: wanted.asOf,
      hint: 'Run `alturas build`.',
    });
  }

  /** Whether a model's rows stand on movements. */
  standsOnMovements(mart: string): boolean {
    const visit = (table: string): boolean => {
      if (table === 'flow') return true;
      const model = this.project.models.find((candidate) => candidate.name === table);
      return model?.tables.some(visit) ?? false;
    };
    return visit(mart);
  }
}

function orderOf({ mart, asOf, knownAt, restatedAt, period, views, beside = new Map() }: Wanted): Order {
  return { model: mart, asOf, restatedAt, knownAt, periods: period === null ? [] : [period], views, beside };
}
