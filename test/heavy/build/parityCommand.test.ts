import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Session } from '../../../functions/engine/duckdb.ts';
import type { Lake } from '../../../functions/lake/lake.ts';
import { openLake } from '../../../functions/lake/openLake.ts';
import { type Manifest, Manifests } from '../../../functions/warehouse/manifest.ts';
import { alturasProcess, type Ended } from '../../support/commands.ts';
import { leastLake } from '../../support/kpiLake.ts';
import { keysOf } from '../../support/lakeContract.ts';

let directory: string;
let lake: Lake;
let manifest: Manifest;

beforeAll(async () => {
  directory = await leastLake('2026-06-28', '2026-06-29');
  lake = await openLake(join(directory, 'lake'));
  const [key = ''] = (await keysOf(lake, 'builds/')).filter((one) => one.endsWith('manifest.json'));
  const found = await new Manifests(lake).get(key.split('/')[1] ?? '');
  if (!found) throw new Error('nothing was built');
  manifest = found;
}, 300_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Stores the same build under another name, with one file of it as a SELECT over `mart` says. */
async function storeAs(build: string, changed: string, select: string): Promise<void> {
  const outputs = manifest.outputs.map((output) =>
    output.path === changed
      ? { ...output, path: output.path.replace(`build=${manifest.build}`, `build=${build}`) }
      : output,
  );
  const session = await Session.open({ scratch: join(directory, 'spill'), trino: false });
  try {
    const [local = ''] = await lake.localPaths([changed]);
    const file = join(directory, 'changed.parquet');
    await session.copyToParquet(
      `with mart as (select * from read_parquet('${local}', hive_partitioning = false)) ${select}`,
      file,
    );
    await lake.putFile(changed.replace(`build=${manifest.build}`, `build=${build}`), file, { move: true });
  } finally {
    session.close();
  }
  await lake.put(`builds/${build}/manifest.json`, JSON.stringify({ ...manifest, build, outputs }));
}

const parityOf = (build: string): Promise<Ended> =>
  alturasProcess(['--lake', join(directory, 'lake'), 'parity', '--builds', manifest.build, build]);

it('`alturas parity` tells of one changed cell in one file, by its place, and ends with code 5', async () => {
  const file = manifest.outputs.find(({ path }) => path.startsWith('marts/aging/period=2026-06'))?.path ?? '';
  await storeAs('same', file, 'select * from mart');
  await storeAs(
    'spoiled',
    file,
    "select * replace (cast(closing_total + case when as_of = date '2026-06-29' then 0.01 else 0 end as decimal(18,2)) as closing_total) from mart",
  );
  const same = await parityOf('same');
  expect(same.out).toContain(' 0 differences');
  expect(same.code).toBe(0);
  const spoiled = await parityOf('spoiled');
  expect(spoiled.out).toMatch(/aging: closing_total of 2026-06-29 .*: 1000\.00 against 1000\.01/);
  expect(spoiled.err).toContain('ENGINES_DIFFER');
  expect(spoiled.code).toBe(5);
}, 120_000);
