import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { businessDate } from '../../../functions/core/dates.ts';
import { readCatalogue } from '../../../functions/query/catalogue.ts';
import { change, MEASURES } from '../../../functions/query/change.ts';
import { clientRows, findClients } from '../../../functions/query/clients.ts';
import { OWNER, type Scope } from '../../../functions/query/policy.ts';
import { receiptDetails } from '../../../functions/query/receiptDetails.ts';
import { receiptsOf } from '../../../functions/query/receipts.ts';
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
      // DOS joins on the 27th, which is compared with the 26th; a change on the 29th needs where receipts stood before.
      const isRead = model === 'position';
      const [last, first] = isRead ? ['2026-06-25', '2026-06-26'] : ['2026-06-28', '2026-06-29'];
      expect(await few.published(model, '2026-06-25', last), model).toEqual([]);
      expect(await few.published(model, first, '2026-07-03'), model).toEqual(
        await all.published(model, first, '2026-07-03'),
      );
    }
  });

  it('tells what changed between any two days, for everybody and for those who see a part of it', async () => {
    const scopes: readonly Scope[] = ['all', { office: ['01'] }, { intermediary: ['A'] }];
    let moved = 0;
    for (const scope of scopes)
      for (const measure of MEASURES)
        for (const by of [null, 'client', 'intermediary', 'clerk'] as const)
          for (const [from, to] of [
            ['2026-06-24', '2026-06-25'],
            ['2026-06-25', '2026-06-27'],
            ['2026-06-25', '2026-07-01'],
            ['2026-06-28', '2026-07-03'],
          ] as const) {
            const question = { measure, from: businessDate(from), to: businessDate(to), by, filters: [] };
            const [made, stored] = await Promise.all(
              [few, all].map(({ desk }) => change(desk.for({ ...OWNER, scope }), question)),
            );
            moved += stored?.flatMap(({ total }) => Object.keys(total.causes)).length ?? 0;
            expect(made, `${measure} by ${by} from ${from} to ${to}`).toEqual(stored);
          }
    expect(moved).toBeGreaterThan(100);
  });

  it('shows clients and the receipts behind a figure as they were', async () => {
    for (const asOf of OLD) {
      const look = { asOf: businessDate(asOf) };
      const [made, stored] = await Promise.all(
        [few, all].map(async ({ desk }) => {
          const found = await findClients(desk, 'c', look, 20);
          const rows = await Promise.all(
            found.clients.map(({ company, client }) => clientRows(desk, company, client, look)),
          );
          const question = {
            kpi: 'gross',
            ...look,
            by: [],
            filters: [{ column: 'currency', members: ['COP'] }],
          };
          const behind = await receiptsOf(desk, question, 'numerator');
          const details = await receiptDetails(desk, behind.answer, behind.receipts);
          return { found, rows, sum: behind.sum, receipts: behind.receipts, details };
        }),
      );
      expect(stored?.rows.length, asOf).toBeGreaterThan(0);
      expect(stored?.receipts.length, asOf).toBeGreaterThan(0);
      expect(made, asOf).toEqual(stored);
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
    const told: string[] = [];
    for (const { id, from, periods } of asked) {
      const period = periods.find((one) => one === 'month');
      if (periods.length > 0 && period === undefined) continue;
      const by = marts[from]?.form === 'cube' ? ['company', 'line'] : ['company'];
      const question = { asOf: '2026-06-27', by, ...(period !== undefined && { period }) };
      const [made, stored] = [await few.answer(id, question), await all.answer(id, question)];
      if (stored.build === '') {
        // The month begins before what came in was first told: no day of any model is read.
        expect(made, id).toEqual(stored);
        told.push(id);
        continue;
      }
      expect([made.on_demand, stored.on_demand], id).toEqual([true, false]);
      expect(made.rows, id).toEqual(stored.rows);
      expect(made.total, id).toEqual(stored.total);
    }
    expect(told).toEqual(['cash_received']);
  });

  it('reads what is kept from the files', async () => {
    for (const asOf of KEPT) expect((await few.answer('net', { asOf })).on_demand, asOf).toBe(false);
  });
});
