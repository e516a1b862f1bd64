import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { defaultConfig } from '../../../functions/core/config.ts';
import { type BusinessDate, businessDate, knownAt } from '../../../functions/core/dates.ts';
import { literal, Session } from '../../../functions/engine/duckdb.ts';
import { DuckEngine } from '../../../functions/engine/duckEngine.ts';
import { openLake } from '../../../functions/lake/openLake.ts';
import { Desk } from '../../../functions/query/desk.ts';
import { Materializer } from '../../../functions/warehouse/materialize.ts';
import type { Order } from '../../../functions/warehouse/orderQueue.ts';
import { landAndBuild } from '../../support/kpiLake.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { writeDeliveries } from '../../support/ledgerFixtureFiles.ts';

const MOMENT = knownAt('2026-06-09');
const DAYS = ['2026-06-04', '2026-06-05', '2026-06-06'].map(businessDate);

/** A payment of 3 June is told on the 8th. */
function toldLate(): Ledger {
  const ledger = new Ledger(daily('2026-06-01', '2026-06-10'));
  const co = ledger.company('CO');
  const bill = { issued: '2026-06-01', due: '2026-06-03', office: 'N' };
  co.receipt('1', { ...bill, total: 1_000 }).paid(400, '2026-06-03', { known: '2026-06-08' });
  co.receipt('2', { ...bill, total: 50 });
  return ledger;
}

describe('days seen with a later knowledge', () => {
  let directory: string;
  let desk: Desk;
  let engine: DuckEngine;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'alturas-back-'));
    await landAndBuild(directory, await writeDeliveries(toldLate(), join(directory, 'deliveries')));
    const lake = await openLake(join(directory, 'lake'));
    desk = await Desk.open(lake, defaultConfig());
    engine = await DuckEngine.open(lake, { scratch: join(directory, 'spill') });
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(async () => {
    await engine?.close();
    await desk?.close();
    await rm(directory, { recursive: true, force: true });
  });

  const workshop = (rowsAtOnce: number): Materializer =>
    new Materializer({
      engine,
      project: desk.project,
      ledger: desk.ledger,
      published: desk.publishedIndex,
      config: desk.config,
      scratch: directory,
      rowsAtOnce,
    });

  const order = (model: string, asOf: BusinessDate): Order => ({
    model,
    asOf,
    restatedAt: MOMENT,
    knownAt: MOMENT,
    periods: [],
    views: new Map(),
    beside: new Map(),
  });

  async function rowsOf(files: readonly string[], days: readonly BusinessDate[]): Promise<unknown[]> {
    const session = await Session.open({ scratch: directory, trino: false });
    const rows = await session.rows(
      `select * from read_parquet([${[...new Set(files)].map(literal).join(', ')}]) where as_of in (${days.map((day) => `date ${literal(day)}`).join(', ')}) order by all`,
    );
    session.close();
    return rows;
  }

  /** How often a model ran. */
  const runs = (
    writes: { readonly mock: { readonly calls: readonly (readonly unknown[])[] } },
    model: string,
  ) =>
    writes.mock.calls.filter(([text]) => text === desk.project.models.find(({ name }) => name === model)?.sql)
      .length;

  it('are the same whether a statement holds all of them or one', async () => {
    const writes = vi.spyOn(DuckEngine.prototype, 'write');
    const whole = await workshop(1_000).makeAll(DAYS.map((day) => order('recovery', day)));
    expect(runs(writes, 'position')).toBe(1);
    const single = await workshop(1).makeAll(DAYS.map((day) => order('recovery', day)));
    expect(runs(writes, 'position')).toBeGreaterThan(1 + DAYS.length);
    const rows = await rowsOf(whole, DAYS);
    expect(rows).toMatchObject(DAYS.map((day) => ({ as_of: day, closing: '650.00', collected: '400.00' })));
    expect(await rowsOf(single, DAYS)).toEqual(rows);
  });

  it('are made once, whatever is made of them', async () => {
    const writes = vi.spyOn(DuckEngine.prototype, 'write');
    const materializer = workshop(1_000);
    await materializer.makeAll(DAYS.map((day) => order('recovery', day)));
    const before = runs(writes, 'position');
    await materializer.makeAll(DAYS.map((day) => order('concentration', day)));
    expect(runs(writes, 'concentration')).toBe(1);
    expect(runs(writes, 'position')).toBe(before);
  });
});
