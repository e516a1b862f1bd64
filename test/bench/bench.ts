import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addDays, businessDate } from '../../functions/core/dates.ts';
import { literal, Session } from '../../functions/engine/duckdb.ts';
import { dayCost } from './dayCost.ts';
import { dbtRows, installDbt, runDbt, writeDbtProject } from './dbt.ts';
import { type Measure, machine, measure, median, say } from './measure.ts';
import { PortfolioWriter } from './portfolio.ts';

/**
 * `npm run bench -- million [receipts] [runs]`: landing and building one day of a million open receipts, beside bare
 * DuckDB doing the same reads and writes without checks, and beside dbt-duckdb building the same models, alternately
 * in one run; medians and their ratios.
 * `npm run bench -- day-cost [receipts] [days] [folder]`: what the build of a late day costs, beside that of day 30;
 * with a folder, what was landed and built there is kept, and a run that was cut short goes on.
 */
const FIRST = businessDate('2026-01-01');

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

const [, , what = 'million', first, second, kept] = process.argv;
const folder = mkdtempSync(join(tmpdir(), 'alturas-bench-'));
try {
  if (what === 'million') await million(folder, Number(first ?? 1_000_000), Number(second ?? 3));
  else if (what === 'day-cost')
    await dayCost(kept ?? folder, Number(first ?? 100_000), Number(second ?? 500));
  else throw new Error(`no bench "${what}": million or day-cost`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
