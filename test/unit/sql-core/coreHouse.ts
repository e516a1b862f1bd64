import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { FEED_NAMES, FEEDS, type FeedName, feedOf } from '../../../functions/contracts/feeds.ts';
import { alturasOf, defaultConfig } from '../../../functions/core/config.ts';
import {
  type BusinessDate,
  eachDay,
  FOREVER,
  isMonthEnd,
  monthStart,
} from '../../../functions/core/dates.ts';
import { literal, Session } from '../../../functions/engine/duckdb.ts';
import type { Cell, Column, Row } from '../../../functions/engine/engine.ts';
import {
  Calendar,
  type DayVersion,
  deliveryMoments,
  knowledgeOf,
  type PlannedDay,
  planDays,
  versionBatches,
} from '../../../functions/warehouse/days.ts';
import {
  type Law,
  type Model,
  type Project,
  readProject,
  viewsOf,
} from '../../../functions/warehouse/project.ts';
import { feedColumns, SUPPLIED } from '../../../functions/warehouse/supplied.ts';
import type { LedgerPlan } from '../../support/ledgerFixture.ts';
import { deliveredFiles } from '../../support/ledgerFixtureFiles.ts';
import type { FeedRow } from '../../support/ledgerFixtureRows.ts';

const SQL = new URL('../../../sql/', import.meta.url);

/** The models of sql/position, each after those it reads. */
export const MODELS = [
  'position',
  'intermediary_part',
  'unapplied',
  'flow',
  'flow_part',
  'receipt_change',
] as const;
export type CoreModel = (typeof MODELS)[number];

/** Read once for all houses of a test file. */
let shelf: ReturnType<typeof readProject> | undefined;

/**
 * The core models alone: a ledger's deliveries as rows of the feeds, as landing would leave them, and the models'
 * own texts run over them on DuckDB. Built days replace those built before, as publishing does.
 */
export class CoreHouse {
  readonly calendar: Calendar;
  readonly session: Session;
  readonly project: Project;
  readonly #plan: LedgerPlan;

  private constructor(session: Session, project: Project, plan: LedgerPlan) {
    this.session = session;
    this.project = project;
    this.#plan = plan;
    this.calendar = new Calendar(
      deliveryMoments(
        deliveredFiles(plan).map((files, at) => ({
          seq: at + 1,
          delivery: deliveryId(at),
          as_of: files.plan.businessDate,
          cutoff_at: files.plan.cutoffAt,
          feeds: Object.fromEntries(Object.keys(files.feeds).map((feed) => [feed, {} as never])),
        })),
      ),
    );
  }

  static async open(plan: LedgerPlan): Promise<CoreHouse> {
    const session = await Session.open({ scratch: `${tmpdir()}/alturas-core-house`, threads: 1 });
    shelf ??= readProject(session, fileURLToPath(SQL));
    const { project } = await shelf;
    const house = new CoreHouse(session, project, plan);
    for (const feed of FEED_NAMES) await house.#create(feed, feedColumns(feed) ?? []);
    for (const [name, columns] of Object.entries(SUPPLIED)) await house.#create(name, columns);
    for (const [feed, rows] of landed(plan)) await house.insert(feed, rows);
    await house.insert(
      'alturas',
      alturasOf(defaultConfig()).map(({ ord, altura, lo, hi }) => ({ ord, altura, lo, hi })),
    );
    return house;
  }

  close(): void {
    this.session.close();
  }

  async rows(sql: string): Promise<Row[]> {
    return this.session.rows(sql);
  }

  /** Adds rows to a relation; columns not named are null. */
  async insert(relation: string, rows: readonly Readonly<Record<string, Cell>>[]): Promise<void> {
    for (let at = 0; at < rows.length; at += 500) {
      const batch = rows.slice(at, at + 500);
      const names = [...new Set(batch.flatMap((row) => Object.keys(row)))];
      const values = batch.map((row) => `(${names.map((name) => cell(row[name] ?? null)).join(', ')})`);
      await this.session.run(
        `insert into ${relation} (${names.map((name) => `"${name}"`).join(', ')}) values ${values.join(', ')}`,
      );
    }
  }

  /** Makes a delivery (by its label) one that did not bring a feed. */
  async withoutFeed(feed: FeedName, label: string): Promise<void> {
    const at = this.#plan.deliveries.findIndex((delivery) => delivery.label === label);
    const moment = this.calendar.deliveries[at];
    if (!moment) throw new Error(`no delivery is called ${label}`);
    (moment.feeds as Set<string>).delete(feed);
    await this.session.run(`delete from ${feed} where delivery = ${literal(moment.delivery)}`);
  }

  /** Builds every day version of the lake in the order in which they became known, in as few passes as can be. */
  async buildAll(): Promise<void> {
    for (const batch of versionBatches(this.calendar)) await this.buildVersions(batch);
  }

  /** The same, one day a pass. */
  async buildDayByDay(): Promise<void> {
    for (const version of this.calendar.versions) await this.buildVersions([version]);
  }

  async buildVersions(versions: readonly DayVersion[]): Promise<void> {
    await this.#pass(versions.map(({ asOf, knownAt }) => this.calendar.plan(asOf, knownAt, 'delivered')));
  }

  /** Builds the days from..to with the knowledge of one moment. Nothing built before is kept. */
  async buildRestated(from: string, to: string, knownAt: string): Promise<void> {
    const days = [...eachDay(from as BusinessDate, to as BusinessDate)];
    for (const model of MODELS) await this.session.run(`drop table if exists ${model}`);
    await this.#pass(planDays(this.calendar, days, { restatedAt: knownAt as typeof FOREVER }));
  }

  /** The rows that break a law, over what the last pass built. */
  async law(name: string): Promise<Row[]> {
    const law = this.project.laws.find((candidate) => candidate.name === name);
    if (!law) throw new Error(`no law is called ${name}`);
    return this.session.rows(this.selectOf(law));
  }

  /** A model, view or law with the views that it names in front, as the warehouse runs it. */
  selectOf(file: Model | Law): string {
    const views = viewsOf(file, this.project).map(({ name, sql }) => `${name} as (${sql}\n)`);
    return `${views.length === 0 ? '' : `with ${views.join(', ')} `}select * from (${file.sql}\n)`;
  }

  model(name: string): Model {
    const model = this.project.models.find((candidate) => candidate.name === name);
    if (!model) throw new Error(`no model is called ${name}`);
    return model;
  }

  async #pass(days: readonly PlannedDay[]): Promise<void> {
    const knowledge = knowledgeOf(days);
    await this.session.run('delete from days; delete from deliveries');
    await this.insert(
      'days',
      days.map((day) => ({
        as_of: day.asOf,
        known_at: day.knownAt,
        snapshot_as_of: day.snapshotAsOf,
        snapshot_delivery: day.snapshotDelivery,
        snapshot_cutoff: day.snapshotCutoff,
        carried: day.carried,
        previous: day.previous,
        previous_known_at: day.previousKnownAt,
        month_start: monthStart(day.asOf),
        month_end: isMonthEnd(day.asOf),
      })),
    );
    await this.insert(
      'deliveries',
      this.calendar.deliveries
        .filter(({ cutoff }) => cutoff <= knowledge)
        .map((delivery) => ({
          as_of: delivery.asOf,
          delivery: delivery.delivery,
          cutoff_at: delivery.cutoff,
          superseded_at: delivery.superseded,
          seq: delivery.seq,
          has_receipts: delivery.feeds.has('receipts'),
          has_movements: delivery.feeds.has('movements'),
          has_payments: delivery.feeds.has('payments'),
        })),
    );
    for (const model of MODELS) {
      await this.session.run(`create or replace temp table built as ${this.selectOf(this.model(model))}`);
      const [exists] = await this.session.rows(
        `select 1 as yes from duckdb_tables() where table_name = ${literal(model)}`,
      );
      await this.session.run(
        exists
          ? `delete from ${model} where as_of in (select as_of from days); insert into ${model} select * from built`
          : `create table ${model} as select * from built`,
      );
    }
  }

  async #create(name: string, columns: readonly Column[]): Promise<void> {
    await this.session.run(
      `create table ${name} (${columns.map((column) => `"${column.name}" ${column.type}`).join(', ')})`,
    );
  }
}

/** Looks at a house of its own. */
export async function within<T>(plan: LedgerPlan, look: (house: CoreHouse) => Promise<T>): Promise<T> {
  const house = await CoreHouse.open(plan);
  try {
    return await look(house);
  } finally {
    house.close();
  }
}

function deliveryId(at: number): string {
  return `d${String(at + 1).padStart(4, '0')}`;
}

function cell(value: Cell): string {
  return value === null ? 'null' : typeof value === 'boolean' ? String(value) : literal(String(value));
}

/** The feeds as landing leaves them: signed, movements with their receipt's attributes, reference rows with a life. */
function landed(plan: LedgerPlan): Map<FeedName, Record<string, Cell>[]> {
  const feeds = new Map<FeedName, Record<string, Cell>[]>();
  const living = new Map<string, Record<string, Cell>>();
  for (const [at, files] of deliveredFiles(plan).entries()) {
    const receipts = new Map(
      (files.feeds.receipts ?? []).map((row) => [`${row.company}|${row.receipt_no}`, row] as const),
    );
    for (const feed of FEED_NAMES) {
      const kept = feeds.get(feed) ?? [];
      feeds.set(feed, kept);
      for (const given of files.feeds[feed] ?? []) {
        const row = landedRow(feed, given, receipts);
        if (FEEDS[feed].kind === 'reference') {
          const key = `${feed}|${keyOf(feed, row)}`;
          const before = living.get(key);
          if (before) before.known_to = files.plan.cutoffAt;
          const state = { ...row, known_from: files.plan.cutoffAt, known_to: FOREVER };
          living.set(key, state);
          kept.push(state);
        } else kept.push({ ...row, as_of: files.plan.businessDate, delivery: deliveryId(at) });
      }
    }
  }
  return feeds;
}

function landedRow(
  feed: FeedName,
  given: FeedRow,
  receipts: ReadonlyMap<string, FeedRow>,
): Record<string, Cell> {
  const receipt = receipts.get(`${given.company}|${given.receipt_no}`);
  const { columns, ledgerColumns, signed } = feedOf(feed);
  const own = new Set(columns.map(({ name }) => name));
  const type = feed === 'receipts' ? given.receipt_type : receipt?.receipt_type;
  return Object.fromEntries(
    ledgerColumns.map(({ name }) => {
      const value = (own.has(name) ? given[name] : receipt?.[name]) ?? null;
      return [name, value !== null && type === 'RETURN' && signed.includes(name) ? negated(value) : value];
    }),
  );
}

function negated(amount: string): string {
  return amount.startsWith('-') ? amount.slice(1) : `-${amount}`;
}

function keyOf(feed: FeedName, row: Readonly<Record<string, Cell>>): string {
  return feedOf(feed)
    .columns.filter(({ key }) => key)
    .map(({ name }) => String(row[name]))
    .join('|');
}
