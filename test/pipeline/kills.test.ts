import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLake } from '../../functions/lake/openLake.ts';
import { Cloud, type HttpAnswer, httpEvent, jsonOf } from '../support/cloud.ts';
import { STAGES, writeKilledLedger } from '../support/killedLedger.ts';
import { faultsAfter, LakeReader, type LakeState } from '../support/lakeState.ts';
import { LambdaError, type LambdaFunction, type Measured } from '../support/lambdaFunction.ts';

const SEED = Number(process.env.ALTURAS_SEED ?? 200);
const KILLS = Number(process.env.ALTURAS_KILLS ?? 200);
/** How often a function is killed before it may end its work on a stage of a lake's life. */
const KILLS_A_STEP = { land: 12, build: 8, serve: 10 } as const;
/** Lakes worked on at once. */
const LANES = 2;

const STEPS = ['land', 'build', 'serve'] as const;
type Step = (typeof STEPS)[number];

/** Some rows are refused on purpose. */
const CONFIG = JSON.stringify({ error_budget: { default: 1 } });
const QUESTIONS = ['gross', 'overdue_share', 'collected', 'par30'].map((kpi) => ({ kpi, by: ['office'] }));

let cloud: Cloud;
let directory: string;
let deliveries: readonly string[];
let inbox: string;
let reader: LakeReader;

/** The functions of one lake. */
type House = Readonly<Record<Step, LambdaFunction>>;

/** The undisturbed lake after each stage: what it holds, what it answers, and how long each function took. */
const whole: {
  readonly state: LakeState;
  readonly answer: unknown;
  readonly took: Readonly<Record<Step, Measured>>;
}[] = [];

async function houseOf(lake: string): Promise<House> {
  const environment = { ALTURAS_LAKE: lake, ALTURAS_INBOX: inbox, ALTURAS_CONFIG_YAML: CONFIG };
  const [land, build, serve] = [
    await cloud.function('land', environment),
    await cloud.function('build', environment),
    await cloud.function('serve', environment),
  ];
  return { land, build, serve };
}

async function eventOf(step: Step, stage: number): Promise<unknown> {
  if (step === 'land') return { deliveries: deliveries.slice(0, STAGES[stage]) };
  return step === 'build' ? {} : httpEvent('POST', '/api/ask', { questions: QUESTIONS });
}

beforeAll(async () => {
  cloud = await Cloud.start();
  directory = await mkdtemp(join(tmpdir(), 'alturas-kills-'));
  inbox = cloud.inbox('kills');
  const folders = await writeKilledLedger(join(directory, 'deliveries'));
  for (const folder of folders) await cloud.deliver(inbox, folder);
  deliveries = folders.map((folder) => basename(folder));
  reader = await LakeReader.open(join(directory, 'reader'));
  const lake = await cloud.lake('undisturbed');
  for (const stage of STAGES.keys()) {
    // Functions that nobody has called yet: so they are after a kill.
    const house = await houseOf(lake);
    const land = await house.land.invoke(await eventOf('land', stage));
    const build = await house.build.invoke(await eventOf('build', stage));
    const serve = await house.serve.invoke<HttpAnswer>(await eventOf('serve', stage));
    const state = await reader.state(await openLake(lake));
    expect(state.faults).toEqual([]);
    expect(state.deliveries.length).toBe(STAGES[stage]);
    const took = { land: land.measured, build: build.measured, serve: serve.measured };
    whole.push({ state, answer: jsonOf(serve.result), took });
    for (const step of STEPS) house[step].kill();
  }
  expect(JSON.stringify(whole[0]?.answer)).not.toBe(JSON.stringify(whole[1]?.answer));
});

afterAll(async () => {
  reader?.close();
  await cloud?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Calls a function and kills its process some milliseconds later. @returns null when it was killed */
async function killed(one: LambdaFunction, event: unknown, afterMs: number | null): Promise<unknown> {
  const timer = afterMs === null ? null : setTimeout(() => one.kill(), afterMs);
  try {
    return (await one.invoke(event)).result;
  } catch (error) {
    if (afterMs !== null && error instanceof LambdaError && error.name === 'Runtime.ExitError') return null;
    throw error;
  } finally {
    if (timer) clearTimeout(timer);
  }
}

it(`${KILLS} kills of the bundled functions (seed ${SEED}): the next run completes, nothing is lost, doubled or half`, async () => {
  const faults: string[] = [];
  const kills: Record<Step, number> = { land: 0, build: 0, serve: 0 };
  const seen = { nothing: 0, someDeliveries: 0, published: 0, completed: 0 };
  const count = (): number => kills.land + kills.build + kills.serve;
  let started = 0;

  /** One function's work on one stage, killed some times, then done. */
  const work = async (
    house: House,
    lake: string,
    step: Step,
    stage: number,
    below: (n: number) => number,
  ) => {
    const around = { before: whole[stage - 1]?.state, after: whole[stage]?.state };
    const { initMs, ms } = whole[stage]?.took[step] ?? { initMs: 0, ms: 0 };
    for (let done = false, times = 0; !done && faults.length === 0; ) {
      const cold = house[step].isRunning ? 0 : (initMs ?? 0);
      // Most of the start does nothing to a lake.
      const moment =
        times < KILLS_A_STEP[step] && count() < KILLS
          ? Math.floor(cold * 0.8) + below(Math.ceil(cold * 0.2 + ms))
          : null;
      const result = await killed(house[step], await eventOf(step, stage), moment);
      done = result !== null;
      if (!done) {
        times += 1;
        kills[step] += 1;
      } else seen.completed += 1;
      if (step === 'serve') {
        if (done && JSON.stringify(jsonOf(result as HttpAnswer)) !== JSON.stringify(whole[stage]?.answer))
          faults.push(`stage ${stage}: other figures are served than of the undisturbed lake`);
        continue;
      }
      const state = await reader.state(await openLake(lake));
      const finished = done && step === 'build';
      faults.push(
        ...faultsAfter(state, { ...around, done: finished }).map((fault) => `${step} ${stage}: ${fault}`),
      );
      if (done && state.deliveries.length !== STAGES[stage])
        faults.push(`${step} ${stage}: done, but not landed`);
      if (done) continue;
      if (state.seq > (around.before?.seq ?? 0)) seen.published += 1;
      else if (state.deliveries.length > (around.before?.deliveries.length ?? 0)) seen.someDeliveries += 1;
      else seen.nothing += 1;
    }
  };

  const live = async (index: number): Promise<void> => {
    const generator = xoroshiro128plus(SEED * 1_000 + index);
    const below = (n: number): number => uniformInt(generator, 0, Math.max(0, n - 1));
    const lake = await cloud.lake(`killed-${index}`);
    const house = await houseOf(lake);
    for (const stage of STAGES.keys()) for (const step of STEPS) await work(house, lake, step, stage, below);
    for (const step of STEPS) house[step].kill();
  };

  await Promise.all(
    Array.from({ length: LANES }, async () => {
      while (count() < KILLS && faults.length === 0) await live(started++);
    }),
  );
  process.stdout.write(
    `${count()} kills of ${started} lakes: ${JSON.stringify(kills)}; seen after: ${JSON.stringify(seen)}\n`,
  );
  expect(faults.slice(0, 20)).toEqual([]);
  expect(count()).toBeGreaterThanOrEqual(KILLS);
  for (const step of STEPS) expect(kills[step], `kills of ${step}`).toBeGreaterThanOrEqual(KILLS / 10);
  expect(seen.nothing).toBeGreaterThan(0);
});
