import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addDays, type BusinessDate, businessDate } from '../../functions/core/dates.ts';
import { literal, Session } from '../../functions/engine/duckdb.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { landDeliveries } from '../../functions/land/land.ts';
import { dbtRows, installDbt, runDbt, writeDbtProject } from './dbt.ts';
import { PortfolioWriter } from './portfolio.ts';

/**
 * `npm run bench -- million [receipts] [runs]`: landing and building one day of a million open receipts, beside bare
 * DuckDB doing the same reads and writes without checks, and beside dbt-duckdb building the same models, alternately
 * in one run; medians and their ratios.
 * `npm run bench -- day-cost [receipts] [days]`: what the build of a late day costs, beside that of day 30.
 */
interface Measure {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

const STEPS = fileURLToPath(new URL('./steps.ts', import.meta.url));
const FIRST = businessDate('2026-01-01');

function measure(step: string, ...args: string[]): Measure {
  const out = execFileSync(process.execPath, ['--import', 'tsx', STEPS, step, ...args], {
    encoding: 'utf8',
    maxBuffer: 1e8,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(out.trim().split('\n').at(-1) ?? '{}');
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function machine(): string {
  return `${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}`;
}

async function million(folder: string, open: number, runs: number): Promise<void> {
  const second = addDays(FIRST, 1);
  const deliveries = join(folder, 'deliveries');
  const writer = await PortfolioWriter.open({ open, first: FIRST, days: 2 }, join(folder, 'scratch'));
  await writer.write(deliveries, FIRST);
  await writer.write(deliveries, second);
  writer.close();
  const base = join(folder, 'base');
  measure('land', base, join(deliveries, FIRST));
  measure('build', base, FIRST);
  const python = await installDbt();
  const kinds = ['land', 'build', 'bare-land', 'bare-build', 'dbt'] as const;
  const found = new Map<string, Measure[]>(kinds.map((kind) => [kind, []]));
  for (let run = 1; run <= runs; run += 1) {
    const lake = join(folder, `lake-${run}`);
    cpSync(base, lake, { recursive: true });
    found.get('bare-land')?.push(measure('bare-land', join(folder, `bare-${run}`), join(deliveries, second)));
    found.get('land')?.push(measure('land', lake, join(deliveries, second)));
    found.get('bare-build')?.push(measure('bare-build', lake, second));
    const peer = join(folder, `dbt-${run}`);
    const models = await writeDbtProject(lake, second, peer);
    found.get('dbt')?.push({ ...runDbt(python, peer), cpuSeconds: Number.NaN });
    await refuseOtherRows(peer, join(lake, 'bare'), models);
    rmSync(peer, { recursive: true });
    found.get('build')?.push(measure('build', lake, second));
    rmSync(lake, { recursive: true });
    say(`run ${run} of ${runs} done`);
  }
  const of = (kind: string, figure: keyof Measure): number =>
    median((found.get(kind) ?? []).map((one) => one[figure]));
  say(`\n${open.toLocaleString('en-US')} open receipts, one day, ${runs} runs, ${machine()}\n`);
  say('| | ours, s | bare DuckDB, s | ratio | ours, peak MB | bare, peak MB |');
  say('|---|---|---|---|---|---|');
  for (const kind of ['land', 'build']) {
    const [ours, bare] = [of(kind, 'seconds'), of(`bare-${kind}`, 'seconds')];
    say(
      `| ${kind} | ${ours.toFixed(1)} | ${bare.toFixed(1)} | ${(ours / bare).toFixed(2)} | ${of(kind, 'peakMb').toFixed(0)} | ${of(`bare-${kind}`, 'peakMb').toFixed(0)} |`,
    );
  }
  const ours = of('land', 'seconds') + of('build', 'seconds');
  const bare = of('bare-land', 'seconds') + of('bare-build', 'seconds');
  const dbt = of('dbt', 'seconds');
  say(`| both | ${ours.toFixed(1)} | ${bare.toFixed(1)} | ${(ours / bare).toFixed(2)} | | |`);
  say(
    `\nThe same models under dbt-duckdb, start included: ${dbt.toFixed(1)} s, peak ${of('dbt', 'peakMb').toFixed(0)} MB; our build takes ${of('build', 'seconds').toFixed(1)} s: ${(dbt / of('build', 'seconds')).toFixed(2)}x faster.`,
  );
}

/** A peer that does something else is no peer: both must have made as many rows of every model. */
async function refuseOtherRows(peer: string, bare: string, models: readonly string[]): Promise<void> {
  const session = await Session.open({ scratch: join(peer, 'spill'), trino: false });
  const theirs = await dbtRows(peer, models);
  for (const model of models) {
    const path = literal(join(bare, `${model}.parquet`));
    const [row] = await session.rows(`SELECT count(*) AS n FROM read_parquet(${path})`);
    if (Number(row?.n) !== theirs[model])
      throw new Error(`${model}: ${row?.n} rows of ours, ${theirs[model]} of dbt's`);
  }
  session.close();
}

async function dayCost(folder: string, open: number, days: number): Promise<void> {
  const writer = await PortfolioWriter.open({ open, first: FIRST, days }, join(folder, 'scratch'));
  const place = join(folder, 'lake');
  const lake = await openLake(place);
  const build = (from: BusinessDate, to: BusinessDate): Measure => measure('build-range', place, from, to);
  const dayOf = (number: number): BusinessDate => addDays(FIRST, number - 1);
  const timed = [28, 29, 30, days - 2, days - 1, days];
  const costs = new Map<number, Measure>();
  let landed = 0;
  for (const stop of timed) {
    while (landed < stop) {
      const batch = join(folder, 'batch');
      mkdirSync(batch, { recursive: true });
      const upTo = Math.min(stop, landed + 20);
      for (let number = landed + 1; number <= upTo; number += 1) await writer.write(batch, dayOf(number));
      await landDeliveries(lake, [batch]);
      rmSync(batch, { recursive: true });
      landed = upTo;
      if (landed < stop) build(FIRST, dayOf(landed));
    }
    if (stop > 1) build(FIRST, dayOf(stop - 1));
    costs.set(stop, build(dayOf(stop), dayOf(stop)));
    say(`day ${stop}: ${costs.get(stop)?.seconds.toFixed(2)} s`);
  }
  writer.close();
  const of = (numbers: readonly number[], figure: keyof Measure): number =>
    median(numbers.map((number) => costs.get(number)?.[figure] ?? 0));
  const early = timed.slice(0, 3);
  const late = timed.slice(3);
  say(
    `\n${open.toLocaleString('en-US')} open receipts a day, build of one day, median of three days, ${machine()}\n`,
  );
  say('| | seconds | CPU seconds | peak MB |');
  say('|---|---|---|---|');
  for (const [name, numbers] of [
    [`days ${early.join(', ')}`, early],
    [`days ${late.join(', ')}`, late],
  ] as const)
    say(
      `| ${name} | ${of(numbers, 'seconds').toFixed(2)} | ${of(numbers, 'cpuSeconds').toFixed(2)} | ${of(numbers, 'peakMb').toFixed(0)} |`,
    );
  say(
    `| ratio | ${(of(late, 'seconds') / of(early, 'seconds')).toFixed(3)} | ${(of(late, 'cpuSeconds') / of(early, 'cpuSeconds')).toFixed(3)} | |`,
  );
}

const [, , what = 'million', first, second] = process.argv;
const folder = mkdtempSync(join(tmpdir(), 'alturas-bench-'));
try {
  if (what === 'million') await million(folder, Number(first ?? 1_000_000), Number(second ?? 3));
  else if (what === 'day-cost') await dayCost(folder, Number(first ?? 100_000), Number(second ?? 500));
  else throw new Error(`no bench "${what}": million or day-cost`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
