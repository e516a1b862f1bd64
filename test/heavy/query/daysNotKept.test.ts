import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readCatalogue } from '../../../functions/query/catalogue.ts';
import { checkModels, MODELS } from '../../../functions/warehouse/check.ts';
import { eventfulLedger } from '../../support/eventfulLedger.ts';
import { KpiLake, landAndBuild } from '../../support/kpiLake.ts';
import { writeDeliveries } from '../../support/ledgerFixtureFiles.ts';

/** A machine that does other things meanwhile must not fail them; alone they take seconds. */
vi.setConfig({ hookTimeout: 600_000, testTimeout: 600_000 });

/** Carried days, a day that came late and one told twice, all more than four days before the newest. */
const OLD = ['2026-06-25', '2026-06-26', '2026-06-27', '2026-06-28'];
const KEPT = ['2026-06-29', '2026-06-30', '2026-07-03'];

const { marts, kpis } = readCatalogue();
let directory: string;
/** Models whose headers keep days for a while only. */
let limited: readonly string[];
/** The lake that keeps four days, and the one that keeps all. */
let few: KpiLake;
let all: KpiLake;

/** The models of the house with another `daily_for` in every header that has one. */
async function modelsKeeping(folder: string, line: string): Promise<string> {
  await cp(MODELS, folder, { recursive: true });
  for (const file of await readdir(folder, { recursive: true })) {
    if (!file.endsWith('.sql')) continue;
    const text = await readFile(join(folder, file), 'utf8');
    await writeFile(join(folder, file), text.replace(/^daily_for: .*\n/m, line));
  }
  return folder;
}

async function built(name: string, folders: readonly string[], line: string): Promise<KpiLake> {
  const lake = join(directory, name);
  await landAndBuild(lake, folders, undefined, await modelsKeeping(join(directory, `${name}-models`), line));
  return KpiLake.open(lake);
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'alturas-kept-'));
  const { project } = await checkModels();
  limited = project.models.filter(({ header }) => header.dailyFor !== null).map(({ name }) => name);
  const folders = await writeDeliveries(eventfulLedger(), join(directory, 'deliveries'));
  few = await built('few', folders, 'daily_for: 4 days\n');
  all = await built('all', folders, '');
});

afterAll(async () => {
  await few?.leave();
  await all?.leave();
  await rm(directory, { recursive: true, force: true });
});

describe('a model that keeps every day for four days, then month ends alone', () => {
  it('does not store the days before, but month ends and the newest days', async () => {
    expect(limited.length).toBeGreaterThan(4);
    for (const model of limited) {
      expect(await few.published(model, '2026-06-25', '2026-06-28'), model).toEqual([]);
      expect(await few.published(model, '2026-06-29', '2026-07-03'), model).toEqual(
        await all.published(model, '2026-06-29', '2026-07-03'),
      );
    }
  });

  it('answers those days on demand with the rows that a build would have stored', async () => {
    let rows = 0;
    for (const model of limited) {
      for (const asOf of OLD) {
        const stored = await all.rows(model, { asOf });
        rows += stored.length;
        expect(await few.rows(model, { asOf }), `${model} of ${asOf}`).toEqual(stored);
      }
      const first = { asOf: '2026-06-27', knownAt: '2026-06-27 22:00' };
      expect(await few.rows(model, first), `${model} of 27 June as first told`).toEqual(
        await all.rows(model, first),
      );
    }
    expect(rows).toBeGreaterThan(100);
  });

  it('gives the same figures for every KPI that stands on one', async () => {
    // The ledger has no targets.
    const asked = kpis.filter(({ from, feeds }) => limited.includes(from) && !feeds.includes('targets'));
    expect(asked.length).toBeGreaterThan(30);
    for (const { id, from, periods } of asked) {
      const period = periods.find((one) => one === 'month');
      if (periods.length > 0 && period === undefined) continue;
      const by = marts[from]?.form === 'cube' ? ['company', 'line'] : ['company'];
      const question = { asOf: '2026-06-27', by, ...(period !== undefined && { period }) };
      const [made, stored] = [await few.answer(id, question), await all.answer(id, question)];
      expect([made.on_demand, stored.on_demand], id).toEqual([true, false]);
      expect(made.rows, id).toEqual(stored.rows);
      expect(made.total, id).toEqual(stored.total);
    }
  });

  it('reads what is kept from the files', async () => {
    for (const asOf of KEPT) expect((await few.answer('net', { asOf })).on_demand, asOf).toBe(false);
  });
});
