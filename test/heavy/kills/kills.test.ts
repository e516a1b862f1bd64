import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Lake } from '../../../functions/lake/lake.ts';
import { openLake } from '../../../functions/lake/openLake.ts';
import { type JobRun, JobRunner, type KillMoment, roomOf } from '../../support/killedJobs.ts';
import { STAGES, writeKilledLedger } from '../../support/killedLedger.ts';
import { objectsOf } from '../../support/lakeContract.ts';
import { faultsAfter, LakeReader, type LakeState } from '../../support/lakeState.ts';

const SEED = Number(process.env.ALTURAS_SEED ?? 200);
const KILLS = 200;
/** A stage of a lake's life is killed so often before it may end. */
const KILLS_A_STAGE = 10;
/** Lakes worked on at once. */
const LANES = 2;

/** What the kills must have met; where a room was spared so far, they go on, up to some times as many. */
const ROOMS = ['landing', 'ledger', 'deliveries', 'marts', 'builds', 'published'] as const;

/** Rooms that a second run leaves as they are: no write to wait for. */
const WRITTEN_ONCE: readonly string[] = ['models', 'configs'];

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
  folders = await writeKilledLedger(join(directory, 'deliveries'));
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
  const faults = faultsAfter(state, { before: whole[stage - 1]?.state, after: whole[stage]?.state, done });
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
      const isEnough = (): boolean =>
        kills >= 2 * KILLS || (kills >= KILLS && ROOMS.every((room) => hit.has(room)));
      while (!isEnough() && faults.length === 0) await live(runner, started++);
      await runner.close();
    }),
  );
  process.stdout.write(
    `${kills} kills of ${started} lakes: ${JSON.stringify(seen)}; last write before: ${JSON.stringify(Object.fromEntries(hit))}\n`,
  );
  expect(faults.slice(0, 20)).toEqual([]);
  expect(kills).toBeGreaterThanOrEqual(KILLS);
  for (const room of ROOMS) expect(hit.get(room) ?? 0, `kills while writing ${room}`).toBeGreaterThan(0);
  expect(seen.nothing).toBeGreaterThan(0);
});
