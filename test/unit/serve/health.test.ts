import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { verdictOf } from '../../../dashboards/boards/salud/verdict.ts';
import { build } from '../../../functions/build/build.ts';
import { defaultConfig } from '../../../functions/core/config.ts';
import { openLake } from '../../../functions/lake/openLake.ts';
import { landDeliveries } from '../../../functions/land/land.ts';
import { Desk } from '../../../functions/query/desk.ts';
import { daysResponse, healthResponse, refusedResponse } from '../../../functions/serve/api.ts';
import { healthView } from '../../../functions/serve/health.ts';
import { LOCAL_CLAIMS } from '../../../functions/serve/session.ts';
import { landAndBuild } from '../../support/kpiLake.ts';
import { daily, deliveredAgain, Ledger } from '../../support/ledgerFixture.ts';
import { writeDeliveries } from '../../support/ledgerFixtureFiles.ts';
import { type Client, ServedLedger } from '../../support/servedLedger.ts';

/** @param total of the one receipt, whose issue is told on the first day alone */
function planOf(total: number): Ledger {
  const plan = new Ledger([
    ...daily('2026-06-26', '2026-06-30'),
    deliveredAgain('2026-06-30', '2026-06-30 23:30', '30 June again'),
  ]);
  plan.company('CO').receipt('1', { total, issued: '2026-06-26', due: '2026-06-28' });
  return plan;
}

const MODELS = join(import.meta.dirname, '../../../sql');
const STRICT = { ...defaultConfig(), laws: { snapshot_and_movements_agree: 'error' as const } };

let ledger: ServedLedger;
let owner: Client;

beforeAll(async () => {
  ledger = await ServedLedger.of(planOf(1_000), 3);
  owner = await ledger.as();
}, 300_000);
afterAll(() => ledger.close());

const health = async (client = owner) => healthResponse.parse((await client.get('/api/health')).body);
/** A law that only a corrected day breaks warns: see BuildRun. */
const brokenLaws = async () =>
  (await health()).laws
    .filter(({ rows, severity }) => rows > 0 && severity === 'error')
    .map(({ law }) => law);
const verdict = async () => verdictOf(await health());
/** Lands, and has the house look: by itself it does so every two seconds. */
async function land(folder: string): Promise<void> {
  await landDeliveries(ledger.lake, [folder], { config: ledger.config });
  await ledger.house.refresh();
}

/** The next delivery that was held back, with something else in its control file. */
async function changed(
  name: string,
  change: (control: Record<string, unknown> & { files: { rows: number }[] }) => void,
): Promise<string> {
  const folder = join(ledger.directory, name);
  await cp(ledger.waiting[0] ?? '', folder, { recursive: true });
  const path = join(folder, 'control.json');
  const control = JSON.parse(await readFile(path, 'utf8'));
  change(control);
  await writeFile(path, JSON.stringify(control));
  return folder;
}

const wronglyStated = () =>
  changed('wrong', ({ files }) => {
    for (const file of files) file.rows += 1;
  });
const misdated = () =>
  changed('misdated', (control) =>
    Object.assign(control, { business_date: '2062-06-29', cutoff_at: '2062-06-29 22:00:00' }),
  );

describe('health between two publishes', () => {
  it('tells of a delivery that was rejected, and why, until that day is accepted', async () => {
    expect(await verdict()).toEqual({ isTrusted: true, broken: 0, held: false, waiting: 0 });
    await landDeliveries(ledger.lake, [await wronglyStated()], { config: ledger.config });
    // Nobody tells the house: it looks by itself.
    await vi.waitFor(async () => expect((await verdict()).isTrusted).toBe(false), {
      timeout: 5_000,
      interval: 200,
    });
    const [rejected] = (await health()).rejected;
    expect(rejected).toMatchObject({ day: '2026-06-29', code: 'CONTROL_ROWS_DIFFER' });
    expect(rejected?.reasons.join()).toContain('the control file states');
    const scoped = await ledger.as({ ...LOCAL_CLAIMS, role: 'analyst', scope: { company: ['CO'] } });
    expect((await health(scoped)).rejected).toEqual([
      { day: '2026-06-29', id: rejected?.id, code: 'CONTROL_ROWS_DIFFER', message: '', reasons: [] },
    ]);
    await land(await misdated());
    expect((await health()).rejected.map(({ day, code }) => [day, code])).toEqual([
      ['2062-06-29', 'DELIVERY_AHEAD'],
      ['2026-06-29', 'CONTROL_ROWS_DIFFER'],
    ]);
    await land(ledger.waiting.shift() ?? '');
    expect((await health()).rejected).toEqual([]);
    expect(await verdict()).toMatchObject({ isTrusted: true, waiting: 1 });
  }, 120_000);

  it('shows what arrived and is not built yet', async () => {
    const newest = async () => (await health()).deliveries.map(({ day, built }) => [day, built])[0];
    const waiting = async () => [
      (await health()).freshness.waiting,
      daysResponse.parse((await owner.get('/api/days')).body).freshness.waiting,
    ];
    expect(await newest()).toEqual(['2026-06-29', false]);
    expect(await waiting()).toEqual(['2026-06-29', '2026-06-29']);
    await build(ledger.lake, { config: ledger.config });
    await ledger.house.refresh();
    expect(await newest()).toEqual(['2026-06-29', true]);
    expect(await waiting()).toEqual([null, null]);
  }, 120_000);

  it('says which law stopped a build, until something is published in its place', async () => {
    expect(await brokenLaws()).toEqual([]);
    const folders = await writeDeliveries(planOf(1_100), join(ledger.directory, 'unexplained'));
    await land(folders[4] ?? '');
    expect((await build(ledger.lake, { config: STRICT })).status).toBe('refused');
    await ledger.house.refresh();
    expect(await brokenLaws()).toContain('snapshot_and_movements_agree');
    expect(await verdict()).toEqual({ isTrusted: false, broken: 1, held: true, waiting: 1 });
    const [first, second] = (await health()).builds;
    expect(first).toMatchObject({ publish: null, refused: true, last_day: '2026-06-30' });
    expect(first?.laws_broken).toContain('snapshot_and_movements_agree');
    expect(second).toMatchObject({ publish: 2, refused: false });

    await land(ledger.waiting[1] ?? '');
    expect((await build(ledger.lake, { config: STRICT })).status).toBe('published');
    await ledger.house.refresh();
    expect(await brokenLaws()).toEqual([]);
    expect(await verdict()).toEqual({ isTrusted: true, broken: 0, held: false, waiting: 0 });
  }, 120_000);

  it('counts what was refused of a delivery that is not built yet', async () => {
    const folder = join(ledger.directory, 'one bad row');
    const [made] = await writeDeliveries(next(), folder);
    const path = join(made ?? '', 'receipts.csv');
    const [head, row = ''] = (await readFile(path, 'utf8')).trim().split('\n');
    await writeFile(path, `${head}\n${row}\n${row}\n`);
    const control = JSON.parse(await readFile(join(made ?? '', 'control.json'), 'utf8'));
    for (const file of control.files)
      if (file.feed === 'receipts') Object.assign(file, { rows: 2, sums: { COP: '2000.00' } });
    await writeFile(join(made ?? '', 'control.json'), JSON.stringify(control));
    const config = { ...ledger.config, error_budget: { default: 0.9, feeds: {} } };
    const { outcomes } = await landDeliveries(ledger.lake, [made ?? ''], { config });
    await ledger.house.refresh();
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['accepted']);
    expect((await health()).refused.rows).toBe(1);
    const listed = refusedResponse.parse((await owner.get('/api/refused')).body);
    expect(listed.rows.map(({ day, code }) => [day, code])).toEqual([['2026-07-01', 'DUPLICATE_KEY']]);
  }, 120_000);
});

describe('a build of other models that a law stops', () => {
  it('is told though its days are published: they are of the models before', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'alturas-before-'));
    const models = join(directory, 'models');
    await cp(MODELS, models, { recursive: true });
    const gap = join(models, 'ledger/delivery_gap.sql');
    await writeFile(gap, (await readFile(gap, 'utf8')).replace(/^select/m, 'select  '));
    await rm(join(models, 'laws/month_rolls_forward.sql'));
    const folders = await writeDeliveries(planOf(1_000), join(directory, 'deliveries'));
    const unexplained = await writeDeliveries(planOf(1_100), join(directory, 'unexplained'));
    await landAndBuild(directory, [folders[0] ?? '', unexplained[1] ?? ''], defaultConfig(), models);
    const lake = await openLake(join(directory, 'lake'));
    const told = async (name = 'snapshot_and_movements_agree') => {
      const desk = await Desk.open(lake, STRICT);
      const { laws } = await healthView(desk);
      await desk.close();
      return laws.find(({ law }) => law === name);
    };
    expect(await told()).toMatchObject({ severity: 'warning', rows: 1 });
    // What no build has checked yet neither holds nor is broken.
    expect(await told('month_rolls_forward')).toBeUndefined();
    expect((await build(lake, { config: STRICT, stale: true })).status).toBe('refused');
    expect(await told()).toMatchObject({ severity: 'error', rows: 1 });
    expect(await told('month_rolls_forward')).toMatchObject({ rows: 0 });
    await rm(directory, { recursive: true });
  }, 120_000);
});

/** The day after all others, the receipt's issue told before. */
function next(): Ledger {
  const plan = new Ledger(daily('2026-07-01', '2026-07-01'));
  plan.company('CO').receipt('1', { opening: 1_000, issued: '2026-06-26', due: '2026-06-28' });
  return plan;
}

describe('the age of the newest delivery', () => {
  afterEach(() => void vi.useRealTimers());

  it('grows when the day ends where the lake is, not in Greenwich', async () => {
    const ages = async (moment: string) => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(moment) });
      const client = await ledger.as();
      const days = daysResponse.parse((await client.get('/api/days')).body);
      return [(await health(client)).freshness.age_days, days.freshness.age_days];
    };
    expect(ledger.config.time_zone).toBe('America/Bogota');
    // 23:30 and 00:30 in Bogotá: one day of Greenwich.
    expect(await ages('2026-07-04T04:30:00Z')).toEqual([3, 3]);
    expect(await ages('2026-07-04T05:30:00Z')).toEqual([4, 4]);
    expect(await ages('2026-07-05T04:30:00Z')).toEqual([4, 4]);
  }, 60_000);
});
