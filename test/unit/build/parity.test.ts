import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { compareBuilds } from '../../../functions/build/parity.ts';
import { BranchLake } from '../../../functions/lake/branchLake.ts';
import { PUBLISHED_KEY } from '../../../functions/lake/published.ts';
import type { Manifest } from '../../../functions/warehouse/manifest.ts';
import { compareRows, sameCell } from '../../../functions/warehouse/parityLines.ts';
import { MODELS, movement, OPEN_IS_POSITIVE, receipt, ToyLake } from '../warehouse/toyLake.ts';

const RATIO = `/*
grain: [as_of, company]
reads: {position: day}
en: a ratio
es: una razón
columns:
  as_of: {type: DATE, en: day, es: día}
  company: {type: VARCHAR, en: company, es: compañía}
  ratio: {type: DOUBLE, en: ratio, es: razón}
*/
select as_of, company, cast(sum(open_total) as double) / 3e0 as ratio from position group by as_of, company
`;

const made: ToyLake[] = [];
afterEach(async () => {
  for (const lake of made.splice(0)) await lake.close();
});

/** A lake with one build, and a copy of that build in which a mart's files were changed by hand. */
async function copied(
  changes: Readonly<Record<string, string>>,
  change: (manifest: Manifest) => Manifest = (m) => m,
) {
  const toy = await ToyLake.make({ ...MODELS, 'marts/ratio.sql': RATIO });
  made.push(toy);
  for (const day of ['2026-05-30', '2026-05-31', '2026-06-01'])
    await toy.deliver(day, `${day} 22:00`, {
      receipts: [receipt('R1', '100.00'), receipt('R2', '50.00')],
      movements: [movement(`M${day}`, '10.00', day)],
    });
  const { build } = await toy.build();
  const { lake, session } = toy;
  const stored = await lake.get(`builds/${build}/manifest.json`);
  const manifest = JSON.parse(Buffer.from(stored?.body ?? []).toString('utf8')) as Manifest;
  const inCopy = (key: string) => key.replace(`build=${build}`, 'build=copy');
  for (const { path: key } of manifest.outputs) {
    const [local = ''] = await lake.localPaths([key]);
    const file = path.join(toy.folder, 'copy.parquet');
    const select = changes[key.split('/')[1] ?? ''] ?? 'select * from mart';
    await session.copyToParquet(
      `with mart as (select * from read_parquet('${local}', hive_partitioning = false)) ${select}`,
      file,
    );
    await lake.putFile(inCopy(key), file, { move: true });
  }
  const copy = change({
    ...manifest,
    build: 'copy',
    outputs: manifest.outputs.map((one) => ({ ...one, path: inCopy(one.path) })),
  });
  await lake.put('builds/copy/manifest.json', JSON.stringify(copy));
  const report = await compareBuilds({ lake, build: build ?? '' }, { lake, build: 'copy' }, toy.models);
  const line = (name: string) => [...report.models, ...report.laws].find((one) => one.name === name);
  return { report, line };
}

describe('two builds of the same days', () => {
  it('that hold the same have no difference, and every cell of every mart was looked at', async () => {
    const { report, line } = await copied({});
    expect(report.differences).toBe(0);
    expect(line('position')).toMatchObject({ rows: 6, cells: 30, differences: 0 });
    expect(report.models.map(({ name }) => name).sort()).toEqual(['change', 'month', 'position', 'ratio']);
    expect(report.laws.map(({ name }) => name)).toContain('open_is_positive');
  });

  it('differ by a cent, and the place is named', async () => {
    const { report, line } = await copied({
      position: `select * replace (cast(open_total + case when receipt_no = 'R2' and as_of = date '2026-05-31' then 0.01 else 0 end as decimal(18,2)) as open_total) from mart`,
    });
    expect(report.differences).toBe(1);
    expect(line('position')?.examples).toEqual(['open_total of 2026-05-31 CO R2: 50.00 against 50.01']);
  });

  it('may differ in the last digits of a ratio, not before', async () => {
    const near = await copied({ ratio: 'select * replace (ratio * (1 + 5e-13) as ratio) from mart' });
    expect(near.report.differences).toBe(0);
    const far = await copied({ ratio: 'select * replace (ratio * (1 + 5e-12) as ratio) from mart' });
    expect(far.line('ratio')?.differences).toBe(3);
  });

  it('differ by a row that one lacks, a row that is there twice, and a column of another type', async () => {
    const lacking = await copied({ position: `select * from mart where receipt_no = 'R1'` });
    expect(lacking.line('position')).toMatchObject({ cells: 15, differences: 15 });
    expect(lacking.line('position')?.examples[0]).toMatch(/^only on the left: 2026-0.-.. CO R2$/);
    const twice = await copied({ position: 'select * from mart union all select * from mart' });
    expect(twice.line('position')?.differences).toBe(30);
    const typed = await copied({
      position: 'select * replace (cast(open_total as decimal(19,2)) as open_total) from mart',
    });
    expect(typed.line('position')?.examples).toEqual([
      'open_total is stored as DECIMAL(19,2), declared DECIMAL(18,2)',
    ]);
    expect(typed.report.differences).toBe(1);
  });

  it('differ by what a law found', async () => {
    const { report, line } = await copied({}, (manifest) => ({
      ...manifest,
      checks: manifest.checks.map((check) => ({
        ...check,
        rows: check.law === 'open_is_positive' ? 2 : check.rows,
      })),
    }));
    expect(report.differences).toBe(1);
    expect(line('open_is_positive')?.examples).toEqual(['0 rows against 2']);
  });

  it('differ by a cell of a row that breaks a law, though as many break it', async () => {
    const toy = await ToyLake.make({
      ...MODELS,
      'laws/open_is_positive.sql': OPEN_IS_POSITIVE.replace('severity: error', 'severity: warning'),
    });
    made.push(toy);
    await toy.deliver('2026-06-01', '2026-06-01 22:00', {
      receipts: [receipt('R1', '-5.00'), receipt('R2', '-7.00')],
    });
    const { build } = await toy.build();
    const { lake } = toy;
    const read = async (key: string) => Buffer.from((await lake.get(key))?.body ?? []).toString('utf8');
    const [evidence, manifest] = await Promise.all(
      [`builds/${build}/laws/open_is_positive.json`, `builds/${build}/manifest.json`].map(read),
    );
    await lake.put(
      'builds/copy/manifest.json',
      (manifest ?? '').replace(`"build": "${build}"`, '"build": "copy"'),
    );
    const compare = async (changed: string) => {
      await lake.put('builds/copy/laws/open_is_positive.json', changed);
      const sides = [
        { lake, build: build ?? '' },
        { lake, build: 'copy' },
      ] as const;
      const report = await compareBuilds(...sides, toy.models);
      return report.laws.find(({ name }) => name === 'open_is_positive');
    };
    expect(await compare(evidence ?? '')).toMatchObject({ rows: 2, differences: 0 });
    const changed = await compare((evidence ?? '').replace('-7.00', '-7.01'));
    expect(changed).toMatchObject({ rows: 2, differences: 1 });
    expect(changed?.examples).toEqual([expect.stringContaining('-7.01')]);
  });
});

describe('a branch of a lake', () => {
  it('builds what is published already, out of sight, and leaves nothing when it goes', async () => {
    const toy = await ToyLake.make(MODELS);
    made.push(toy);
    await toy.deliver('2026-05-31', '2026-05-31 22:00', {
      receipts: [receipt('R1', '100.00')],
      movements: [],
    });
    const { build } = await toy.build();
    const keys = async () => {
      const found: string[] = [];
      for await (const { key, etag } of toy.lake.list('')) found.push(`${key} ${etag}`);
      return found;
    };
    const before = await keys();
    const branch = new BranchLake(toy.lake, 'parity/x', [PUBLISHED_KEY]);
    expect(await branch.get(PUBLISHED_KEY)).toBeNull();
    const report = await toy.build({}, branch);
    expect(report).toMatchObject({ status: 'published', build });
    expect(await branch.get(PUBLISHED_KEY)).not.toBeNull();
    expect((await keys()).filter((key) => !key.startsWith('parity/x/'))).toEqual(before);
    const [output = ''] = await branch.localPaths([
      `marts/position/period=2026-05-31/build=${build}/part-0.parquet`,
    ]);
    expect(output).toContain('/parity/x/marts/');
    expect(branch.address('ledger/x')).toBe(`${toy.lake.location}/ledger/x`);
    await branch.clear();
    expect(await keys()).toEqual(before);
  });
});

describe('rows without a key', () => {
  it('are compared in an order of their own, and counted', () => {
    const rows = [
      { a: '1.00', b: 2 },
      { a: null, b: 3 },
    ];
    expect(compareRows('law', rows, [...rows].reverse())).toMatchObject({
      rows: 2,
      cells: 4,
      differences: 0,
    });
    expect(compareRows('law', rows, rows.slice(0, 1)).differences).toBe(2);
    expect(
      compareRows('law', rows, [
        { a: '1.00', b: 2 },
        { a: null, b: 4 },
      ]).examples,
    ).toEqual(['b: 3 against 4']);
  });

  it('know which cells are the same value written twice', () => {
    expect(sameCell('7', 7)).toBe(true);
    expect(sameCell('2026-06-30 22:00:00', '2026-06-30 22:00:00.000')).toBe(true);
    expect(sameCell('', null)).toBe(false);
    expect(sameCell('1.00', '1.01')).toBe(false);
  });
});
