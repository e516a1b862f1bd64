import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Lake } from '../../../functions/lake/lake.ts';
import { openLake } from '../../../functions/lake/openLake.ts';
import { type JobRun, JobRunner, type KillMoment, roomOf } from '../../support/killedJobs.ts';
import { objectsOf } from '../../support/lakeContract.ts';
import { LakeReader, type LakeState } from '../../support/lakeState.ts';
import { deliveredAgain, deliveredOn, Ledger } from '../../support/ledgerFixture.ts';
import { writeDeliveries } from '../../support/ledgerFixtureFiles.ts';

const SEED = Number(process.env.ALTURAS_SEED ?? 200);
const KILLS = 200;
/** A stage of a lake's life is killed so often before it may end. */
const KILLS_A_STAGE = 10;
/** Lakes worked on at once. */
const LANES = 2;

/** Rooms that a second run leaves as they are: no write to wait for. */
const WRITTEN_ONCE: readonly string[] = ['models', 'configs'];

/** A month end and the day before; then the month end again, and the day after. */
const DELIVERIES = [
  ...deliveredOn('2026-06-29', '2026-06-30'),
  deliveredAgain('2026-06-30', '2026-07-01 12:00'),
  ...deliveredOn('2026-07-01'),
];
/** How many of the deliveries each stage is given. What was there before is offered again. */
const STAGES = [2, 4] as const;

function smallLedger(): Ledger {
  const ledger = new Ledger(DELIVERIES);
  ledger.rate('USD', 'COP', '2026-06-01', '4000.00');
  const company = ledger.company('UNO');
  company.shares('P2', { A: '60', B: '40' }, '2026-01-01');
  company.assigned('OFFICE', '01', 'CLERK', 'ANA', '2026-01-01');
  for (let at = 1; at <= 40; at += 1) {
    const receipt = company.receipt(`R${at}`, {
      opening: 1_000 + at,
      policy: `P${at % 7}`,
      client: `C${at % 5}`,
      line: at % 2 === 0 ? 'AUTOS' : 'HOGAR',
      currency: at % 9 === 0 ? 'USD' : 'COP',
      issued: '2026-05-10',
      due: `2026-06-${String(1 + (at % 28)).padStart(2, '0')}`,
    });
    if (at % 2 === 0) receipt.paid(10 * at, '2026-06-30', { rate: '4050' });
    if (at % 3 === 0) receipt.paid(at, '2026-06-29', { known: '2026-06-30 again', rate: '4050' });
    if (at % 5 === 0) receipt.paid(7, '2026-07-01', { rate: '4050' });
  }
  company.cash('CASH1', 350, '2026-06-30', { client: 'C9' });
  return ledger;
}

/** Every delivery brings a client without a name, too: a refused row. */
async function refusable(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const file = join(folder, 'clients.csv');
    const columns = (await readFile(file, 'utf8').catch(() => '')).split('\n')[0]?.split(',').length ?? 0;
    if (columns < 2) continue;
    await appendFile(file, `UNO,NOBODY${','.repeat(columns - 2)}\n`);
    const control = join(folder, 'control.json');
    const told = JSON.parse(await readFile(control, 'utf8')) as { files: { name: string; rows: number }[] };
    for (const one of told.files) if (one.name === 'clients.csv') one.rows += 1;
    await writeFile(control, JSON.stringify(told));
  }
}

let directory: string;
let folders: readonly string[];
let reader: LakeReader;
/** The undisturbed lake after each stage, and how its run went. */
const whole: { readonly state: LakeState; readonly run: JobRun; readonly keys: readonly string[] }[] = [];

async function keysOf(lake: Lake): Promise<string[]> {
  return (await objectsOf(lake, '')).map(({ key }) => key);
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'alturas-kills-'));
  folders = await writeDeliveries(smallLedger(), join(directory, 'deliveries'));
  await refusable(folders);
  reader = await LakeReader.open(join(directory, 'reader'));
  const runner = new JobRunner();
  const lake = await openLake(join(directory, 'undisturbed'));
  for (const count of STAGES) {
    const run = await runner.run({ lake: lake.location, deliveries: folders.slice(0, count) }, null);
    const state = await reader.state(lake);
    expect(state.faults).toEqual([]);
    expect(state.deliveries.length).toBe(count);
    whole.push({ state, run, keys: await keysOf(lake) });
  }
  await runner.close();
});

afterAll(async () => {
  reader?.close();
  await rm(directory, { recursive: true, force: true });
});

/**
 * The moments of a stage's kills: in turn by the clock, over the whole run, and at a write. Every room of the lake is
 * as likely, so that the one write that publishes is met as often as the hundred before it.
 * @returns the next moment, for a lake on which all deliveries have landed, or not
 */
function moments(lake: number, stage: number): (landed: boolean) => KillMoment {
  const generator = xoroshiro128plus(SEED * 1_000 + lake * STAGES.length + stage);
  const below = (n: number): number => uniformInt(generator, 0, n - 1);
  const { ms, writes } = whole[stage]?.run ?? { ms: 0, writes: [] };
  const building = writes.slice(writes.findLastIndex((key) => roomOf(key) === 'deliveries') + 1);
  let at = lake;
  return (landed) => {
    at += 1;
    if (at % 2 === 0) return { kind: 'time', ms: below(Math.ceil(ms)) };
    const left = (landed ? building : writes).map(roomOf).filter((room) => !WRITTEN_ONCE.includes(room));
    const rooms = [...new Set(left)];
    const room = rooms[below(rooms.length)] ?? '';
    // One of the first half: what a killed run has done is not done again.
    const number = 1 + below(Math.ceil(left.filter((one) => one === room).length / 2));
    return { kind: 'write', room, number, ms: below(4) };
  };
}

/** What a reader of a lake must see after a run of a stage, whether it was killed or not. */
async function judge(
  lake: Lake,
  stage: number,
  done: boolean,
): Promise<{ faults: string[]; state: LakeState }> {
  const state = await reader.state(lake);
  const faults = [...state.faults];
  const [before, after] = [whole[stage - 1]?.state, whole[stage]?.state];
  const seen = state.deliveries;
  const expected = after?.deliveries.slice(0, seen.length) ?? [];
  if (seen.join() !== expected.join()) faults.push(`deliveries ${seen.join()} instead of ${expected.join()}`);
  if (seen.length < (before?.deliveries.length ?? 0)) faults.push('a delivery is gone');
  // All of the stage's build or nothing of it, and as the undisturbed lake has it, to the byte.
  const should = state.seq > (before?.seq ?? 0) ? after : before;
  if (state.seq !== (should?.seq ?? 0)) faults.push(`publish ${state.seq} is none of the undisturbed lake's`);
  if (JSON.stringify(state.published) !== JSON.stringify(should?.published ?? []))
    faults.push('other rows are published than in the undisturbed lake');
  for (const [path, sha256] of state.files)
    if (should?.files.get(path) !== sha256)
      faults.push(`${path} has other bytes than in the undisturbed lake`);
  if ((done || should === after) && seen.length !== after?.deliveries.length)
    faults.push(`${seen.length} deliveries, but all are built`);
  if (done && should !== after) faults.push('done, but not published');
  return { faults, state };
}

it(`${KILLS} kills across land, build and publish (seed ${SEED}): whole or nothing, and the same in the end`, async () => {
  const faults: string[] = [];
  const hit = new Map<string, number>();
  const seen = { nothing: 0, published: 0, someDeliveries: 0, completed: 0 };
  let kills = 0;
  let started = 0;
  const live = async (runner: JobRunner, index: number): Promise<void> => {
    const lake = await openLake(join(directory, `lake-${index}`));
    for (const [stage, count] of STAGES.entries()) {
      const task = { lake: lake.location, deliveries: folders.slice(0, count) };
      const next = moments(index, stage);
      let landed = false;
      for (let killed = 0, done = false; !done; ) {
        const moment = killed < KILLS_A_STAGE ? next(landed) : null;
        const run = await runner.run(task, moment);
        done = run.done !== null;
        const judged = await judge(lake, stage, done);
        landed = judged.state.deliveries.length === count;
        faults.push(...judged.faults.map((fault) => `lake ${index}, stage ${stage}: ${fault}`));
        if (done) {
          seen.completed += 1;
          continue;
        }
        killed += 1;
        kills += 1;
        const last = run.writes.at(-1);
        const room = last === undefined ? 'before any write' : roomOf(last);
        hit.set(room, (hit.get(room) ?? 0) + 1);
        if (judged.state.seq === (whole[stage - 1]?.state.seq ?? 0)) seen.nothing += 1;
        else seen.published += 1;
        if (
          judged.state.deliveries.length < count &&
          judged.state.deliveries.length > (STAGES[stage - 1] ?? 0)
        )
          seen.someDeliveries += 1;
      }
    }
    await lake.sweep(0);
    const keys = await keysOf(lake);
    const extra = keys.filter((key) => !whole.at(-1)?.keys.includes(key));
    if (extra.length > 0) faults.push(`lake ${index}: left over ${extra.join(', ')}`);
    await rm(lake.location, { recursive: true, force: true });
  };
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      const runner = new JobRunner();
      while (kills < KILLS && faults.length === 0) await live(runner, started++);
      await runner.close();
    }),
  );
  process.stdout.write(
    `${kills} kills of ${started} lakes: ${JSON.stringify(seen)}; last write before: ${JSON.stringify(Object.fromEntries(hit))}\n`,
  );
  expect(faults.slice(0, 20)).toEqual([]);
  expect(kills).toBeGreaterThanOrEqual(KILLS);
  // The kills must have met every part of the work.
  for (const room of ['landing', 'ledger', 'deliveries', 'marts', 'builds', 'published'])
    expect(hit.get(room) ?? 0, `kills while writing ${room}`).toBeGreaterThan(0);
  expect(seen.nothing).toBeGreaterThan(0);
});
