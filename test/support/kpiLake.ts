import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../../functions/build/build.ts';
import { type Config, defaultConfig } from '../../functions/core/config.ts';
import { businessDate, knownAt } from '../../functions/core/dates.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { landDeliveries } from '../../functions/land/land.ts';
import type { Answer, AnswerRow } from '../../functions/query/answer.ts';
import { findBasis, findKpi, readCatalogue } from '../../functions/query/catalogue.ts';
import { Desk } from '../../functions/query/desk.ts';
import { answer } from '../../functions/query/kpi.ts';
import { readPeriod } from '../../functions/query/period.ts';
import { trusted } from '../../functions/query/statement.ts';
import { daily, Ledger, type LedgerPlan } from './ledgerFixture.ts';
import { writeDeliveries } from './ledgerFixtureFiles.ts';

const CATALOGUE = readCatalogue();

/** Lands and builds the least that can be: one receipt over some days. @returns the directory; its `lake` is the lake */
export async function leastLake(first: string, last: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'alturas-least-'));
  const plan = new Ledger(daily(first, last));
  plan.company('CO').receipt('1', { total: 1_000, issued: '2026-06-26', due: '2026-06-28', office: '01' });
  await landAndBuild(directory, await writeDeliveries(plan, join(directory, 'deliveries')));
  return directory;
}

/** What is asked of a KPI; dates as a user writes them. */
export interface Asked {
  readonly asOf: string;
  readonly knownAt?: string;
  readonly period?: string;
  readonly basis?: string;
  readonly by?: readonly string[];
  readonly where?: Readonly<Record<string, string | null>>;
}

/** A lake on disk into which a ledger was delivered as files, landed and built by the ordinary jobs. */
export class KpiLake {
  readonly config: Config;
  readonly #directory: string;
  readonly #desk: Desk;

  private constructor(directory: string, config: Config, desk: Desk) {
    this.#directory = directory;
    this.config = config;
    this.#desk = desk;
  }

  get desk(): Desk {
    return this.#desk;
  }

  /** Where its lake lies, for other jobs. */
  get place(): string {
    return join(this.#directory, 'lake');
  }

  /** @throws Error when a row was refused, a delivery rejected, or a law broken: a fixture is a correct source. */
  static async of(plan: LedgerPlan, config: Config = defaultConfig()): Promise<KpiLake> {
    const directory = await mkdtemp(join(tmpdir(), 'alturas-kpi-'));
    const folders = await writeDeliveries(plan, join(directory, 'deliveries'));
    await landAndBuild(directory, folders, config);
    return KpiLake.open(directory, config);
  }

  /** A lake that landAndBuild made under a directory; closing it removes the directory. */
  static async open(directory: string, config: Config = defaultConfig()): Promise<KpiLake> {
    const desk = await Desk.open(await openLake(join(directory, 'lake')), config);
    return new KpiLake(directory, config, desk);
  }

  /** Leaves the lake as it is on disk. */
  async leave(): Promise<void> {
    await this.#desk.close();
  }

  async close(): Promise<void> {
    await this.#desk.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** The rows of an answer. */
  async ask(kpi: string, asked: Asked): Promise<readonly AnswerRow[]> {
    return (await this.answer(kpi, asked)).rows;
  }

  /** An answer with all that it says of itself. */
  answer(kpi: string, asked: Asked): Promise<Answer> {
    return answer(this.#desk, {
      kpi,
      asOf: businessDate(asked.asOf),
      ...(asked.knownAt !== undefined && { knownAt: knownAt(asked.knownAt) }),
      ...(asked.period !== undefined && { period: asked.period }),
      ...(asked.basis !== undefined && { basis: asked.basis }),
      by: asked.by ?? [],
      filters: Object.entries(asked.where ?? {}).map(([column, member]) => ({ column, members: [member] })),
    });
  }

  defaultBasis(kpi: string): string {
    return findBasis(findKpi(CATALOGUE, kpi).kpi).name;
  }

  /** The first period that a KPI is kept for; a stock has none. */
  defaultPeriod(kpi: string): string | undefined {
    return findKpi(CATALOGUE, kpi).kpi.periods[0];
  }

  /** The only row of an answer about one company. */
  async figure(kpi: string, company: string, asked: Asked): Promise<AnswerRow> {
    const rows = await this.ask(kpi, { ...asked, where: { ...asked.where, company } });
    const [row] = rows;
    if (!row || rows.length !== 1) throw new Error(`${kpi} of ${company} has ${rows.length} rows`);
    return row;
  }

  /** All rows of a model on a day as text, in the order of all their columns; nothing where it is not kept. */
  async rows(name: string, asked: Pick<Asked, 'asOf' | 'knownAt'>): Promise<readonly string[]> {
    const asOf = businessDate(asked.asOf);
    const at = asked.knownAt === undefined ? undefined : knownAt(asked.knownAt);
    const { from } = await this.#desk.supply({
      mart: name,
      asOf,
      ...this.#desk.knowledge(asOf, at),
      period: null,
      views: new Map(),
    });
    const rows = await this.#desk.rows(from);
    return rows.map((row) => JSON.stringify(row)).sort();
  }

  /** All published rows of a model over a span of days, as delivered, as text in the order of all their columns. */
  async published(name: string, from: string, to: string): Promise<readonly string[]> {
    const rows = await this.#desk.rows(
      await this.#desk.storedSpan(name, businessDate(from), businessDate(to)),
    );
    return rows.map((row) => JSON.stringify(row)).sort();
  }

  /**
   * Figures of a mart added up by some of its columns, in cents (counts as they are), whatever clock and period are
   * asked for. Key: the members joined by `|`, a null as `-`.
   */
  async mart(
    name: string,
    asked: Pick<Asked, 'asOf' | 'knownAt' | 'period'> & { readonly where?: string },
    by: readonly string[],
    figures: readonly string[],
  ): Promise<Map<string, Record<string, bigint>>> {
    const asOf = businessDate(asked.asOf);
    const knowledge = this.#desk.knowledge(
      asOf,
      asked.knownAt === undefined ? undefined : knownAt(asked.knownAt),
    );
    const period = asked.period === undefined ? null : readPeriod(asked.period, asOf);
    const { from } = await this.#desk.supply({ mart: name, asOf, ...knowledge, period, views: new Map() });
    const keys = by.map((column, index) => `coalesce(cast("${column}" as varchar), '-') as k${index}`);
    const sums = figures.map(
      (column, index) => `cast(coalesce(sum("${column}"), 0) as varchar) as f${index}`,
    );
    const rows = await this.#desk.rows(
      trusted(`select ${[...keys, ...sums].join(', ')} from (${from.render()}) where true
        ${period === null ? '' : `and period = '${period.period}'`} ${asked.where ? `and (${asked.where})` : ''}
        group by ${by.map((_, index) => index + 1).join(', ')}`),
    );
    return new Map(
      rows.map((row) => [
        by.map((_, index) => row[`k${index}`]).join('|'),
        Object.fromEntries(figures.map((figure, index) => [figure, wholeUnits(String(row[`f${index}`]))])),
      ]),
    );
  }
}

/**
 * Lands delivery folders into the lake under a directory and builds what they bring.
 * @param models the folder of the models; those of the house unless given
 * @throws Error when a delivery was rejected, a row refused or a law broken: a fixture is a correct source
 */
export async function landAndBuild(
  directory: string,
  folders: readonly string[],
  config: Config = defaultConfig(),
  models?: string,
): Promise<void> {
  const lake = await openLake(join(directory, 'lake'));
  const { outcomes } = await landDeliveries(lake, folders, { config });
  for (const delivery of outcomes) {
    if (delivery.outcome === 'rejected') throw new Error(delivery.error.toString());
    for (const [feed, { refused }] of Object.entries(delivery.entry.feeds)) {
      if (refused > 0) throw new Error(`${delivery.folder}: ${refused} rows of ${feed} were refused`);
    }
  }
  const report = await build(lake, { config, models });
  if (report.status === 'refused') throw new Error(`laws broken: ${JSON.stringify(report.broken, null, 1)}`);
}

/** `123.45` as 12345 cents, `7` as 7. */
function wholeUnits(text: string): bigint {
  return BigInt(text.replace('.', ''));
}
