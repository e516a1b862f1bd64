import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLake } from '../../functions/lake/openLake.ts';
import { Cloud } from '../support/cloud.ts';
import { LakeReader, type LakeState } from '../support/lakeState.ts';
import type { LambdaFunction } from '../support/lambdaFunction.ts';
import { deliveredAgain, deliveredOn, Ledger } from '../support/ledgerFixture.ts';
import { writeDeliveries } from '../support/ledgerFixtureFiles.ts';
import { runPipeline } from '../support/stateMachine.ts';

const SCHEDULE = { source: 'alturas.schedule' };

let cloud: Cloud;
let directory: string;
let reader: LakeReader;
/** Of 29 June; of 30 June, where a policy's shares sum to 90 %; of 30 June again, where they sum to 100 %. */
let deliveries: readonly string[];

beforeAll(async () => {
  cloud = await Cloud.start();
  directory = await mkdtemp(join(tmpdir(), 'alturas-outcomes-'));
  reader = await LakeReader.open(join(directory, 'reader'));
  const ledger = new Ledger([
    ...deliveredOn('2026-06-29', '2026-06-30'),
    deliveredAgain('2026-06-30', '2026-07-01 12:00'),
  ]);
  const company = ledger.company('UNO');
  company.shares('P1', { A: '60', B: '30' }, '2026-06-30', '2026-06-30');
  company.shares('P1', { C: '10' }, '2026-06-30', '2026-06-30 again');
  company.receipt('R1', { total: 1_000, policy: 'P1', issued: '2026-06-01', due: '2026-06-28' });
  company.receipt('R2', { total: 500, policy: 'P2', issued: '2026-06-01', due: '2026-07-28' });
  deliveries = await writeDeliveries(ledger, join(directory, 'deliveries'));
});

afterAll(async () => {
  reader?.close();
  await cloud?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** What a lake holds, without faults. */
async function stateOf(lake: string): Promise<LakeState> {
  const state = await reader.state(await openLake(lake));
  expect(state.faults).toEqual([]);
  return state;
}

/** A function that notes what its calls said. */
function noted(one: LambdaFunction, said: string[]): Pick<LambdaFunction, 'invoke'> {
  return {
    invoke: async <Result>(event: unknown) => {
      const answer = await one.invoke<Result>(event);
      said.push((answer.result as { status: string }).status);
      return answer;
    },
  };
}

it('a law that a delivery breaks stops the bundled build: told, nothing published, and the day delivered again completes', async () => {
  const inbox = cloud.inbox('law');
  const lake = await cloud.lake('law');
  const strict = {
    ALTURAS_LAKE: lake,
    ALTURAS_INBOX: inbox,
    ALTURAS_CONFIG_YAML: JSON.stringify({ laws: { shares_sum_to_100: 'error' } }),
  };
  const functions = {
    LandFunctionArn: await cloud.function('land', strict),
    BuildFunctionArn: await cloud.function('build', strict),
  };
  const [first = '', bad = '', corrected = ''] = deliveries;

  await cloud.deliver(inbox, first);
  expect(await runPipeline(functions, SCHEDULE)).toMatchObject({ status: 'SUCCEEDED', notices: [] });
  const before = await stateOf(lake);
  expect(before.seq).toBe(1);

  const broken = await runPipeline(functions, await cloud.deliver(inbox, bad));
  expect(broken.status).toBe('FAILED');
  expect(broken.tasks).toEqual(['Find', 'LandBatch', 'Build', 'NotifyBrokenLaws']);
  expect(broken.notices.map(({ Subject }) => Subject)).toEqual([
    'Alturas: a law is broken, nothing was published',
  ]);
  expect(JSON.stringify(broken.notices)).toMatch(/shares_sum_to_100: 1 rows.*builds\/.*\/laws\//);
  const refused = await stateOf(lake);
  expect(refused.deliveries.length).toBe(2);
  expect([refused.seq, refused.published]).toEqual([before.seq, before.published]);

  // What the first delivery of the day said is built, too, as it was known; corrected, it stops nobody.
  const good = await runPipeline(functions, await cloud.deliver(inbox, corrected));
  expect(good).toMatchObject({
    status: 'SUCCEEDED',
    notices: [],
    tasks: ['Find', 'LandBatch', 'Build', 'KeepServing'],
  });
  const after = await stateOf(lake);
  expect(after.seq).toBe(before.seq + 1);
  expect(after.deliveries.length).toBe(3);
  const versions = after.published.filter(
    ({ table_name: table, period }) => table === 'aging' && period === '2026-06-30',
  );
  expect(versions.map(({ known_from: known }) => known.slice(0, 10))).toEqual(['2026-06-30', '2026-07-01']);
});

it('a bundled build that runs out of time leaves the rest to its next call, until nothing is left', async () => {
  const inbox = cloud.inbox('slow');
  const [whole, lake] = [await cloud.lake('whole'), await cloud.lake('slow')];
  for (const delivery of deliveries) await cloud.deliver(inbox, delivery);
  const settings = { ALTURAS_INBOX: inbox, ALTURAS_SLICE_ROWS: '1' };

  /** Runs the pipeline over a lake with a build that is told it has so long. @returns what its calls said */
  const runOver = async (place: string, toldMs: number): Promise<string> => {
    const own = { ...settings, ALTURAS_LAKE: place };
    const said: string[] = [];
    const execution = await runPipeline(
      {
        LandFunctionArn: await cloud.function('land', own),
        BuildFunctionArn: noted(await cloud.function('build', own, { toldMs }), said),
      },
      SCHEDULE,
    );
    expect(execution).toMatchObject({ status: 'SUCCEEDED', notices: [] });
    return said.join();
  };
  expect(await runOver(whole, 3_600_000)).toBe('published,kept');
  // A first slice always begins; after it nothing is left of a second, which no slice takes.
  expect(await runOver(lake, 1_000)).toBe('more,published,kept');
  expect((await stateOf(lake)).published).toEqual((await stateOf(whole)).published);
});
