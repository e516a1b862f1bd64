import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../functions/build/build.ts';
import { defaultConfig } from '../../functions/core/config.ts';
import { writeDemo } from '../../functions/demo/demo.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { landDeliveries } from '../../functions/land/land.ts';
import { Cloud, type HttpAnswer, httpEvent, jsonOf } from '../support/cloud.ts';
import { LambdaError, type LambdaFunction } from '../support/lambdaFunction.ts';
import { type Asking, figuresOf, servedHere } from '../support/servedFigures.ts';
import { runPipeline } from '../support/stateMachine.ts';

/** A backfill of so many days, and the day after. */
const DAYS = 60;
/** What the schedule says. */
const SCHEDULE = { source: 'alturas.schedule' };

let cloud: Cloud;
let directory: string;
/** Delivery folders in the order of their cut-offs. */
let folders: readonly string[];
let lake: string;
let inbox: string;
let functions: { LandFunctionArn: LambdaFunction; BuildFunctionArn: LambdaFunction };
let serve: LambdaFunction;
let ask: Asking;

beforeAll(async () => {
  cloud = await Cloud.start();
  directory = await mkdtemp(join(tmpdir(), 'alturas-pipeline-'));
  const { deliveries } = await writeDemo(join(directory, 'demo'), { receipts: 120, days: DAYS + 1 });
  folders = await inOrder(deliveries);
  lake = await cloud.lake('pipeline');
  inbox = cloud.inbox('pipeline');
  functions = {
    // Several batches, and several slices.
    LandFunctionArn: await cloud.function('land', {
      ALTURAS_LAKE: lake,
      ALTURAS_INBOX: inbox,
      ALTURAS_BATCH_SIZE: '25',
    }),
    BuildFunctionArn: await cloud.function('build', { ALTURAS_LAKE: lake, ALTURAS_SLICE_ROWS: '4000' }),
  };
  serve = await cloud.function('serve', { ALTURAS_LAKE: lake });
  ask = async (method, path, body) =>
    jsonOf((await serve.invoke<HttpAnswer>(await httpEvent(method, path, body))).result);
});

afterAll(async () => {
  await cloud?.stop();
  await rm(directory, { recursive: true, force: true });
});

async function inOrder(deliveries: string): Promise<string[]> {
  const names = await readdir(deliveries);
  const dated = names.map(async (name) => {
    const text = await readFile(join(deliveries, name, 'control.json'), 'utf8');
    return [(JSON.parse(text) as { cutoff_at: string }).cutoff_at, join(deliveries, name)] as const;
  });
  return (await Promise.all(dated)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([, folder]) => folder);
}

/** The same deliveries, landed and built by the ordinary jobs, on a lake in a folder. */
async function expected(count: number, days: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
  const place = await openLake(join(directory, 'ordinary'));
  const config = defaultConfig();
  await landDeliveries(place, folders.slice(0, count), { config });
  await build(place, { config });
  const here = await servedHere(place);
  const figures = await figuresOf(here.ask, days);
  await here.close();
  return figures;
}

const DAY = /\d{4}-\d{2}-\d{2}/;
const dayOf = (folder: string | undefined): string => DAY.exec(folder?.split('/').at(-1) ?? '')?.[0] ?? '';

describe('from a delivery in the inbox to the served boards', () => {
  it(`a backfill of ${DAYS} days, then one day by its S3 event, give the figures of the ordinary jobs`, async () => {
    const first = folders.slice(0, -1);
    for (const folder of first) await cloud.deliver(inbox, folder);
    const backfill = await runPipeline(functions, SCHEDULE);
    expect(backfill).toMatchObject({ status: 'SUCCEEDED', notices: [] });
    expect(backfill.tasks).toEqual(['Find', 'LandBatch', 'LandBatch', 'LandBatch', 'Build', 'KeepServing']);
    expect((backfill.output as { built: { builds: string[] } }).built.builds.length).toBeGreaterThan(1);
    const newest = dayOf(first.at(-1));
    const days = [dayOf(first[20]), newest];
    const figures = await figuresOf(ask, days);
    expect(figures.size).toBeGreaterThan(100);
    const ordinary = await expected(first.length, days);
    expect([...figures.values()].filter((one) => typeof one !== 'string').length).toBeGreaterThan(100);
    for (const [question, figure] of ordinary) expect(figures.get(question), question).toEqual(figure);
    expect([...figures.keys()]).toEqual([...ordinary.keys()]);

    const last = folders.at(-1) ?? '';
    const event = await cloud.deliver(inbox, last);
    const daily = await runPipeline(functions, event);
    expect(daily).toMatchObject({
      status: 'SUCCEEDED',
      notices: [],
      tasks: ['Find', 'LandBatch', 'Build', 'KeepServing'],
    });
    // What is served is at most so old.
    await new Promise((resolve) => setTimeout(resolve, 5_100));
    const next = await figuresOf(ask, [dayOf(last)]);
    const nextOrdinary = await expected(folders.length, [dayOf(last)]);
    for (const [question, figure] of nextOrdinary) expect(next.get(question), question).toEqual(figure);
    process.stdout.write(
      `${first.length} deliveries, then 1: ${figures.size} and ${next.size} figures equal those of the ordinary jobs\n`,
    );

    const idle = await runPipeline(functions, SCHEDULE);
    expect(idle).toMatchObject({ status: 'SUCCEEDED', notices: [], tasks: ['Find', 'Build', 'KeepServing'] });
  });

  it('a delivery whose totals do not hold is told of, and the rest goes on', async () => {
    const broken = join(directory, 'broken');
    const [folder = ''] = folders.slice(-1);
    await cp(folder, broken, { recursive: true });
    const file = join(broken, 'control.json');
    const told = JSON.parse(await readFile(file, 'utf8')) as { cutoff_at: string; files: { rows: number }[] };
    told.cutoff_at = '2026-07-02 22:00:00';
    for (const one of told.files) one.rows += 1;
    await writeFile(file, JSON.stringify(told));
    const execution = await runPipeline(functions, await cloud.deliver(inbox, broken));
    expect(execution.status).toBe('SUCCEEDED');
    expect(execution.notices.map(({ Subject }) => Subject)).toEqual(['Alturas: deliveries were rejected']);
    expect(JSON.stringify(execution.notices)).toContain('broken');
  });

  it('a delivery that comes too late is told of when its event names it, and is no news afterwards', async () => {
    const late = join(directory, 'late');
    await cp(folders[3] ?? '', late, { recursive: true });
    const file = join(late, 'control.json');
    const told = JSON.parse(await readFile(file, 'utf8')) as { delivery_number: number };
    told.delivery_number += 9_000;
    await writeFile(file, JSON.stringify(told));
    const event = await cloud.deliver(inbox, late);
    const named = await runPipeline(functions, event);
    expect(JSON.stringify(named.notices)).toContain('DELIVERY_BACKWARDS');
    const { result } = await functions.LandFunctionArn.invoke({ find: { named: [] } });
    expect(result).toMatchObject({ late: 1 });
  });
});

describe('the state machine', () => {
  const found = { batches: [{ deliveries: ['a'] }, { deliveries: ['b'] }], waiting: 2, late: 0 };
  const landed = { accepted: 1, unchanged: 0, rejections: 0, rejected: [], rows: 1, refused: 0 };
  const built = { status: 'published', builds: ['x'], days: null, left: 0, warnings: [] };
  const kept = { status: 'kept', key: 'serving/x' };

  /** Functions that answer, or fail, as told, one after another. */
  function told(answers: readonly unknown[]): Pick<LambdaFunction, 'invoke'> {
    const left = [...answers];
    return {
      invoke: async <Result>() => {
        const answer = left.shift();
        if (answer instanceof Error) throw answer;
        if (answer === undefined) throw new LambdaError('Unexpected', 'called once more');
        return { result: answer as Result, measured: { initMs: null, ms: 0, peakMb: 0 } };
      },
    };
  }

  it('tries again what passes: a lost race, a process that died, a lake that does not answer', async () => {
    const { status, tasks, notices } = await runPipeline(
      {
        LandFunctionArn: told([
          new LambdaError('LAKE_UNREACHABLE', ''),
          found,
          landed,
          new LambdaError('DELIVERY_RACE', ''),
          new LambdaError('Runtime.ExitError', ''),
          landed,
        ]),
        BuildFunctionArn: told([new LambdaError('PUBLISH_CONFLICT', ''), built, kept]),
      },
      SCHEDULE,
    );
    expect(notices).toEqual([]);
    expect(status).toBe('SUCCEEDED');
    expect(tasks.join()).toBe('Find,Find,LandBatch,LandBatch,LandBatch,LandBatch,Build,Build,KeepServing');
  });

  it('builds slice by slice until nothing is left', async () => {
    const more = { ...built, status: 'more', left: 5 };
    const { tasks } = await runPipeline(
      {
        LandFunctionArn: told([{ ...found, batches: [] }]),
        BuildFunctionArn: told([more, more, built, kept]),
      },
      SCHEDULE,
    );
    expect(tasks.join()).toBe('Find,Build,Build,Build,KeepServing');
  });

  it('ends well without a file for serve, which is a help and no more', async () => {
    const { status, tasks, notices } = await runPipeline(
      {
        LandFunctionArn: told([{ ...found, batches: [] }]),
        BuildFunctionArn: told([built, new LambdaError('SQL_FAILED', 'a defect')]),
      },
      SCHEDULE,
    );
    expect({ status, notices, tasks: tasks.join() }).toEqual({
      status: 'SUCCEEDED',
      notices: [],
      tasks: 'Find,Build,KeepServing',
    });
  });

  it('tells of a broken law with its reason, and does not try again', async () => {
    const { status, tasks, notices } = await runPipeline(
      {
        LandFunctionArn: told([{ ...found, batches: [] }]),
        BuildFunctionArn: told([new LambdaError('LAW_BROKEN', 'buckets_sum_to_gross: 3 rows')]),
      },
      SCHEDULE,
    );
    expect(status).toBe('FAILED');
    expect(tasks.join()).toBe('Find,Build,NotifyBrokenLaws');
    expect(JSON.stringify(notices)).toContain('buckets_sum_to_gross: 3 rows');
  });

  it('lands nothing after a batch that failed, and tells of the failure', async () => {
    const { status, notices } = await runPipeline(
      {
        LandFunctionArn: told([found, new LambdaError('SQL_FAILED', 'a defect')]),
        BuildFunctionArn: told([]),
      },
      SCHEDULE,
    );
    expect(status).toBe('FAILED');
    expect(notices.map(({ Subject }) => Subject)).toEqual(['Alturas: the pipeline failed']);
    expect(JSON.stringify(notices)).toContain('a defect');
  });
});
