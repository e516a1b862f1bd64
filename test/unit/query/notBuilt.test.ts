import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defaultConfig } from '../../../functions/core/config.ts';
import { openLake } from '../../../functions/lake/openLake.ts';
import { landDeliveries } from '../../../functions/land/land.ts';
import { Desk } from '../../../functions/query/desk.ts';
import { answer } from '../../../functions/query/kpi.ts';
import { members } from '../../../functions/query/members.ts';
import { daysView } from '../../../functions/serve/days.ts';
import { landAndBuild } from '../../support/kpiLake.ts';
import { deliveredAgain, deliveredOn, Ledger } from '../../support/ledgerFixture.ts';
import { writeDeliveries } from '../../support/ledgerFixtureFiles.ts';

let directory: string;
let desk: Desk;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'alturas-not-built-'));
  const ledger = new Ledger([
    ...deliveredOn('2026-06-28', '2026-06-29'),
    deliveredAgain('2026-06-28', '2026-06-30 09:00'),
  ]);
  ledger.company('CO').receipt('1', { total: 1_000, issued: '2026-06-26', due: '2026-06-28', office: '01' });
  const [first = '', ...others] = await writeDeliveries(ledger, join(directory, 'deliveries'));
  await landAndBuild(directory, [first]);
  const lake = await openLake(join(directory, 'lake'));
  await landDeliveries(lake, others, { config: defaultConfig() });
  desk = await Desk.open(lake, defaultConfig());
});

afterAll(async () => {
  await desk.close();
  await rm(directory, { recursive: true, force: true });
});

it('a day that landed and is not built leaves what is shown as it is, and is told of', async () => {
  expect(desk.newestDay()).toBe('2026-06-28');
  expect(desk.newestDelivered()).toBe('2026-06-29');
  const { asOf, dimensions } = await members(desk);
  expect(asOf).toBe('2026-06-28');
  expect(dimensions.company?.map(({ member }) => member)).toEqual(['CO']);
  const { rows, as_of } = await answer(desk, { kpi: 'gross', by: [], filters: [] });
  expect([as_of, rows[0]?.value]).toEqual(['2026-06-28', '1000.00']);
  const { newest, days, freshness } = await daysView(desk);
  expect([newest, days.at(-1)?.day, freshness.waiting]).toEqual(['2026-06-28', '2026-06-28', '2026-06-29']);
});

it('asked for by its name, it is refused with what to do', async () => {
  const asked = answer(desk, { kpi: 'gross', asOf: desk.newestDelivered(), by: [], filters: [] });
  await expect(asked).rejects.toMatchObject({ code: 'NOT_BUILT', details: { value: '2026-06-29' } });
});

it('a day that was delivered again and is not built again tells which version it shows', async () => {
  const { rows, known_at, build } = await answer(desk, { kpi: 'gross', by: [], filters: [] });
  expect([known_at, rows[0]?.value]).toEqual(['2026-06-28 22:00:00.000', '1000.00']);
  expect(build).not.toBe('');
});
