import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLake } from '../../functions/lake/openLake.ts';
import { Cloud, type HttpAnswer, httpEvent, jsonOf } from '../support/cloud.ts';
import { type FaultProxy, startFaultProxy } from '../support/faultProxy.ts';
import { roomOf } from '../support/killedJobs.ts';
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

/** What the kills must have met; where a room or a function was spared so far, they go on, up to some times as many. */
const ROOMS = ['landing', 'ledger', 'deliveries', 'marts', 'builds', 'published'] as const;
const MOST_KILLS = 4 * KILLS;

/** Rooms of the lake that a second run leaves as they are: no write to wait for. */
const WRITTEN_ONCE: readonly string[] = ['models', 'configs'];

/** A function, and what it writes to its lake. */
interface Watched {
  readonly lambda: LambdaFunction;
  /** Keys written, or about to be, since they were last looked at. */
  readonly writes: string[];
  /** Called at every write. */
  onWrite: (key: string) => void;
}

/** The functions of one lake. */
type House = Readonly<Record<Step, Watched>>;

/** When a function is killed: so long after its call, or so long after its n-th write to a room of the lake. */
type Moment =
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'write'; readonly room: string; readonly number: number; readonly ms: number };

/** The undisturbed lake after each stage: what it holds, what it answers, and how long each function took. */
const whole: {
  readonly state: LakeState;
  readonly answer: unknown;
  readonly took: Readonly<Record<Step, Measured>>;
  /** Rooms that each function writes to, once for every write. */
  readonly rooms: Readonly<Record<Step, readonly string[]>>;
}[] = [];

const proxies: FaultProxy[] = [];

/** A function that reaches S3 through a proxy which tells of its writes. */
async function watched(step: Step, lake: string): Promise<Watched> {
  const prefix = `${lake.replace('s3:/', '')}/`;
  const proxy = await startFaultProxy(
    cloud.server.endpoint,
    () => 1,
    [],
    (path) => {
      if (!path.startsWith(prefix)) return;
      const key = decodeURIComponent(path.slice(prefix.length));
      one.writes.push(key);
      one.onWrite(key);
    },
  );
  proxies.push(proxy);
  const lambda = await cloud.function(step, {
    ALTURAS_LAKE: lake,
    ALTURAS_INBOX: inbox,
    ALTURAS_CONFIG_YAML: CONFIG,
    AWS_ENDPOINT_URL_S3: proxy.endpoint,
  });
  const one: Watched = { lambda, writes: [], onWrite: () => undefined };
  return one;
}

/** How often a served function looks for a publish (functions/serve/handler.ts), and a little more. */
const LOOKS_EVERY_MS = 5_500;

async function houseOf(lake: string): Promise<House> {
  return {
    land: await watched('land', lake),
    build: await watched('build', lake),
    serve: await watched('serve', lake),
  };
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
    const land = await house.land.lambda.invoke(await eventOf('land', stage));
    const build = await house.build.lambda.invoke(await eventOf('build', stage));
    const serve = await house.serve.lambda.invoke<HttpAnswer>(await eventOf('serve', stage));
    const state = await reader.state(await openLake(lake));
    expect(state.faults).toEqual([]);
    expect(state.deliveries.length).toBe(STAGES[stage]);
    const took = { land: land.measured, build: build.measured, serve: serve.measured };
    const roomsOf = (step: Step): string[] => house[step].writes.map(roomOf);
    const rooms = { land: roomsOf('land'), build: roomsOf('build'), serve: roomsOf('serve') };
    whole.push({ state, answer: jsonOf(serve.result), took, rooms });
    for (const step of STEPS) house[step].lambda.kill();
  }
  expect(JSON.stringify(whole[0]?.answer)).not.toBe(JSON.stringify(whole[1]?.answer));
});

afterAll(async () => {
  reader?.close();
  for (const proxy of proxies) await proxy.stop();
  await cloud?.stop();
  await rm(directory, { recursive: true, force: true });
});

/**
 * Whether a stage's figures are served. A server that outlived the publish may still tell those of the stage before,
 * whole, and tells the new ones after its next look.
 */
async function serves(one: Watched, first: HttpAnswer, stage: number): Promise<boolean> {
  const tells = (answer: HttpAnswer, of: number): boolean =>
    JSON.stringify(jsonOf(answer)) === JSON.stringify(whole[of]?.answer);
  if (tells(first, stage)) return true;
  if (!tells(first, stage - 1)) return false;
  await new Promise((resolve) => setTimeout(resolve, LOOKS_EVERY_MS));
  const { result } = await one.lambda.invoke<HttpAnswer>(await eventOf('serve', stage));
  return tells(result, stage);
}

/** Calls a function and kills its process at a moment. @returns null when it was killed */
async function killed(one: Watched, event: unknown, moment: Moment | null): Promise<unknown> {
  let timer: NodeJS.Timeout | null = null;
  const end = (ms: number): void => {
    timer = setTimeout(() => one.lambda.kill(), ms);
  };
  one.writes.length = 0;
  one.onWrite = (key) => {
    if (moment?.kind !== 'write' || roomOf(key) !== moment.room) return;
    if (one.writes.filter((other) => roomOf(other) === moment.room).length === moment.number) end(moment.ms);
  };
  if (moment?.kind === 'time') end(moment.ms);
  try {
    return (await one.lambda.invoke(event)).result;
  } catch (error) {
    if (moment !== null && error instanceof LambdaError && error.name === 'Runtime.ExitError') return null;
    throw error;
  } finally {
    if (timer) clearTimeout(timer);
  }
}

/** The next moment: by the clock, over the whole run, and at a write, the rooms in turn. */
function momentOf(
  one: Watched,
  step: Step,
  stage: number,
  times: number,
  below: (n: number) => number,
): Moment {
  const { took, rooms } = whole[stage] ?? {};
  const written = (rooms?.[step] ?? []).filter((room) => !WRITTEN_ONCE.includes(room));
  if (written.length > 0 && times % 2 === 0) {
    const names = [...new Set(written)];
    const room = names[Math.floor(times / 2) % names.length] ?? '';
    // One of the first half: what a killed run has done is not done again.
    const number = 1 + below(Math.ceil(written.filter((other) => other === room).length / 2));
    return { kind: 'write', room, number, ms: below(4) };
  }
  // Most of the start does nothing to a lake.
  const start = one.lambda.isRunning ? 0 : (took?.[step].initMs ?? 0);
  return {
    kind: 'time',
    ms: Math.floor(start * 0.8) + below(Math.ceil(start * 0.2 + (took?.[step].ms ?? 0))),
  };
}

it(`${KILLS} kills of the bundled functions (seed ${SEED}): the next run completes, nothing is lost, doubled or half`, async () => {
  const faults: string[] = [];
  const kills: Record<Step, number> = { land: 0, build: 0, serve: 0 };
  const hit = new Map<string, number>();
  const seen = { nothing: 0, someDeliveries: 0, published: 0, completed: 0 };
  const count = (): number => kills.land + kills.build + kills.serve;
  const isEnough = (): boolean =>
    count() >= MOST_KILLS ||
    (count() >= KILLS &&
      ROOMS.every((room) => hit.has(room)) &&
      STEPS.every((step) => kills[step] >= KILLS / 10));
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
    const one = house[step];
    for (let done = false, times = 0; !done && faults.length === 0; ) {
      const again = times < KILLS_A_STEP[step] && !isEnough();
      const moment = again ? momentOf(one, step, stage, times, below) : null;
      const result = await killed(one, await eventOf(step, stage), moment);
      done = result !== null;
      if (!done) {
        times += 1;
        kills[step] += 1;
        const last = one.writes.at(-1);
        const room = step === 'serve' ? 'none (serve)' : last === undefined ? 'none yet' : roomOf(last);
        hit.set(room, (hit.get(room) ?? 0) + 1);
      } else seen.completed += 1;
      if (step === 'serve') {
        if (done && !(await serves(one, result as HttpAnswer, stage)))
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
    for (const step of STEPS) house[step].lambda.kill();
  };

  await Promise.all(
    Array.from({ length: LANES }, async () => {
      while (!isEnough() && faults.length === 0) await live(started++);
    }),
  );
  process.stdout.write(
    `${count()} kills of ${started} lakes: ${JSON.stringify(kills)}; seen after: ${JSON.stringify(seen)}; last write before: ${JSON.stringify(Object.fromEntries(hit))}\n`,
  );
  expect(faults.slice(0, 20)).toEqual([]);
  expect(count()).toBeGreaterThanOrEqual(KILLS);
  for (const step of STEPS) expect(kills[step], `kills of ${step}`).toBeGreaterThanOrEqual(KILLS / 10);
  expect(seen.nothing).toBeGreaterThan(0);
  for (const room of ROOMS) expect(hit.get(room) ?? 0, `kills while writing ${room}`).toBeGreaterThan(0);
});
