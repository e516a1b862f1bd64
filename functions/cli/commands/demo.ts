import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { refuseBroken } from '../../build/refusal.ts';
import type { DemoSummary } from '../../demo/demo.ts';
import { LAST_DAY } from '../../demo/lastDay.ts';
import { DemoProduction } from '../../demo/production.ts';
import { Landings } from '../../land/land.ts';
import { type LandingReport, type Outcome, reportOf } from '../../land/report.ts';
import { configOf, type GlobalOptions, isEmptyFolder, openContext, wholeFrom } from '../context.ts';
import { printHealth } from '../health.ts';
import { printLanding, refuseRejected } from '../landing.ts';
import { Progress } from '../progress.ts';
import { terminal } from '../terminal.ts';
import { buildWithProgress, printReport } from './build.ts';
import { DEFAULT_PORT, portOf } from './serve.ts';

interface DemoFlags {
  readonly seed: number;
  readonly receipts: number;
  readonly days: number;
  readonly out?: string;
  readonly only?: boolean;
}

const DEMO = { seed: 1, receipts: 8000, days: 548 } as const;

/** `demo` and `start`: a fictional insurer, from nothing to figures. */
export function addDemoCommands(program: Command): void {
  program
    .command('demo')
    .description(
      'makes a fictional Colombian insurer with a branch in Panama, lands its deliveries and builds them',
    )
    .option('--seed <n>', 'the same seed gives the same bytes', wholeFrom(0), DEMO.seed)
    .option('--receipts <n>', 'about how many receipts are open on a day', wholeFrom(1), DEMO.receipts)
    .option('--days <n>', 'days of deliveries', wholeFrom(1), DEMO.days)
    .option('--out <dir>', 'keep the delivered files here (default: beside the lake, removed once landed)')
    .option('--only', 'write the deliveries, do not land them (needs --out)')
    .action(async (options: DemoFlags, command: Command) => {
      if (options.only) {
        await writeDeliveries(options, options.out ?? 'demo');
        return;
      }
      await demonstrate(options, command);
      if (!command.optsWithGlobals<GlobalOptions>().json) terminal.line('\nNext: alturas kpi, or npm start');
    });

  program
    .command('start')
    .description(
      'builds the demo if the lake is empty, shows the health of the portfolio, and serves the boards',
    )
    .option('--no-serve', 'end when the health has been shown')
    .option('--port <n>', 'port of the boards; 0 for any free one', portOf, DEFAULT_PORT)
    .action(async (options: { serve: boolean; port: number }, command: Command) => {
      const { lake } = command.optsWithGlobals<GlobalOptions>();
      if (isEmptyFolder(lake)) await demonstrate(DEMO, command);
      const context = await openContext(command);
      await printHealth(context);
      if (!options.serve) return;
      const { serveUntilStopped } = await import('../serving.ts');
      await serveUntilStopped(command, { port: options.port, scope: {} });
    });
}

async function writeDeliveries(options: DemoFlags, directory: string): Promise<void> {
  const progress = new Progress();
  progress.doing('Making the deliveries of a fictional insurer …');
  // Loaded only here: it draws its holidays from a library larger than all the rest.
  const { writeDemo } = await import('../../demo/demo.ts');
  const made = await writeDemo(directory, options);
  progress.done(`${madeText(made)}, ${progress.seconds.toFixed(1)} s`);
}

/** Deliveries that land together while the next ones are made. */
const BATCH = 90;

async function demonstrate(options: DemoFlags, command: Command): Promise<void> {
  const { lake, json } = await openContext(command);
  const config = configOf(command.optsWithGlobals<GlobalOptions>());
  const directory = options.out ?? join(await lake.scratch(), 'demo');
  const progress = new Progress();
  progress.doing('Making the deliveries of a fictional insurer …');
  const production = new DemoProduction(directory, options, BATCH);
  const through = { read: '', stored: '' };
  const landings = new Landings(lake, {
    config,
    today: LAST_DAY,
    progress: ({ phase, asOf }) => {
      if (asOf > through[phase]) through[phase] = asOf;
      const stored = through.stored === '' ? '' : `, stored through ${through.stored}`;
      progress.doing(`  read through ${through.read}${stored}`);
    },
  });
  const landed: Promise<LandingReport>[] = [];
  const outcomes: Outcome[] = [];
  try {
    for await (const folders of production.batches()) {
      landed.push(landings.land(folders));
      // One is read while the one before is stored, and no more.
      await landed.at(-2);
    }
    for (const one of landed) outcomes.push(...(await one).outcomes);
    progress.done(madeText(production.summary));
  } finally {
    await production.close();
    await landings.close();
    if (options.out === undefined) await rm(directory, { recursive: true, force: true });
  }
  const landing = reportOf(outcomes, progress.seconds);
  if (json) terminal.json({ landing });
  else await printLanding(lake, landing);
  refuseRejected(landing);
  const report = await buildWithProgress(lake, config, {});
  if (json) terminal.json({ report });
  else printReport(report);
  refuseBroken(report);
}

function madeText(made: DemoSummary): string {
  return `Made ${made.folders} deliveries from ${made.from} to ${made.to}: ${made.receiptRows.toLocaleString('en-US')} receipt rows, ${(made.bytes / 1e6).toFixed(0)} MB`;
}
