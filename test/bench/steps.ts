import { readFileSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from '../../functions/build/build.ts';
import { type Control, control } from '../../functions/contracts/delivery.ts';
import { feedOf } from '../../functions/contracts/feeds.ts';
import { defaultConfig } from '../../functions/core/config.ts';
import { businessDate } from '../../functions/core/dates.ts';
import { literal, Session } from '../../functions/engine/duckdb.ts';
import { DuckEngine } from '../../functions/engine/duckEngine.ts';
import { publishedCodec } from '../../functions/engine/publishedCodec.ts';
import { DeliveryIndex } from '../../functions/lake/deliveries.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { readPublished } from '../../functions/lake/published.ts';
import { writeLedger } from '../../functions/land/draft.ts';
import { landDeliveries } from '../../functions/land/land.ts';
import { checkModels } from '../../functions/warehouse/check.ts';
import { partOf, planPasses } from '../../functions/warehouse/plan.ts';
import { PublishedIndex } from '../../functions/warehouse/publishedIndex.ts';
import { Ledger } from '../../functions/warehouse/relations.ts';
import type { BuildReport } from '../../functions/warehouse/report.ts';
import { Runner } from '../../functions/warehouse/runner.ts';
import { signatures } from '../../functions/warehouse/signatures.ts';

/**
 * One measured step, run by bench.ts in a process of its own. The `bare` steps are the baseline: DuckDB doing the
 * same reads and writes without contracts, quarantine, laws, hashes, manifest or publish.
 */
const steps: Readonly<Record<string, (...args: string[]) => Promise<void>>> = {
  async land(lake, delivery) {
    const report = await landDeliveries(await openLake(lake ?? ''), [delivery ?? '']);
    if (report.rejected > 0) throw new Error(JSON.stringify(report.outcomes));
  },

  async build(lake, day) {
    const only = businessDate(day ?? '');
    const report = await build(await openLake(lake ?? ''), { config: defaultConfig(), from: only, to: only });
    if (report.status !== 'published') throw new Error(JSON.stringify(report.broken));
  },

  /** Every CSV file of a delivery as typed Parquet, by DuckDB's own casts. */
  async 'bare-land'(out, delivery) {
    const folder = delivery ?? '';
    await mkdir(out ?? '', { recursive: true });
    const session = await Session.open({ scratch: join(out ?? '', 'spill'), trino: false });
    const { files }: Control = control.parse(JSON.parse(readFileSync(join(folder, 'control.json'), 'utf8')));
    for (const { feed, name } of files) {
      const columns = feedOf(feed).columns.map(
        (column) => `${literal(column.name)}: ${literal(column.sqlType)}`,
      );
      await writeLedger(
        session,
        `select * from read_csv(${literal(join(folder, name))}, header = true, auto_detect = false, delim = ',', quote = '"', columns = {${columns.join(', ')}})`,
        join(out ?? '', `${feed}.parquet`),
      );
    }
    session.close();
  },

  /** Every model of one day, each as one COPY, over the same files. */
  async 'bare-build'(place, day) {
    const lake = await openLake(place ?? '');
    const scratch = join(place ?? '', 'bare-scratch');
    const only = businessDate(day ?? '');
    const config = defaultConfig();
    const { project } = await checkModels();
    const engine = await DuckEngine.open(lake, { scratch });
    const codecSession = await Session.open({ scratch, trino: false });
    const { rows } = await readPublished(lake, publishedCodec(codecSession, scratch));
    codecSession.close();
    const ledger = new Ledger(await new DeliveryIndex(lake).entries());
    const published = new PublishedIndex(rows);
    const plan = planPasses({
      project,
      ledger,
      published,
      config,
      from: only,
      to: only,
      rowsPerPass: 1e9,
      isStale: () => false,
    });
    const runner = new Runner(engine, project);
    signatures(project, config);
    await mkdir(join(place ?? '', 'bare'), { recursive: true });
    for (const planned of plan) {
      for (const { model, days } of planned.models) {
        const part = partOf(planned.pass, days);
        await runner.prepare(model, part, runner.inputs(model, part, published));
        const path = `bare/${model.name}.parquet`;
        await engine.write(model.sql, model.header.order, join(place ?? '', path));
        const [first] = days;
        if (!first) continue;
        published.add([
          {
            seq: 1e9,
            table_name: model.name,
            period: first.asOf,
            first_day: first.asOf,
            last_day: first.asOf,
            build: 'bare',
            known_from: first.knownAt,
            path,
          },
        ]);
      }
    }
    await engine.close();
    await rm(scratch, { recursive: true, force: true });
  },

  /** As `build-range`, where all of it may be there already. */
  async grow(lake, from, to) {
    const { broken } = await buildRange(lake, from, to);
    if (broken.length > 0) throw new Error(JSON.stringify(broken));
  },

  async 'build-range'(lake, from, to) {
    const report = await buildRange(lake, from, to);
    if (report.status !== 'published') throw new Error(JSON.stringify(report.broken));
  },
};

async function buildRange(lake = '', from = '', to = ''): Promise<BuildReport> {
  return build(await openLake(lake), {
    config: defaultConfig(),
    from: businessDate(from),
    to: businessDate(to),
    rowsPerPass: 3_000_000,
  });
}

const [, , name = '', ...args] = process.argv;
const step = steps[name];
if (!step) throw new Error(`no step ${name}`);
const began = performance.now();
await step(...args);
const used = process.resourceUsage();
process.stdout.write(
  `\n${JSON.stringify({
    step: name,
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: (used.userCPUTime + used.systemCPUTime) / 1e6,
    peakMb: used.maxRSS / 1024,
    bytes: args[0] === undefined ? 0 : (await stat(args[0])).size,
  })}\n`,
);
