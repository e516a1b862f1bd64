import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { refuseBroken } from '../../build/refusal.ts';
import { schemaText } from '../../contracts/schemaText.ts';
import { businessDate } from '../../core/dates.ts';
import { AlturasError } from '../../core/errors.ts';
import { Session } from '../../engine/duckdb.ts';
import { landingDay, refuseAhead } from '../../land/order.ts';
import { readReplayMapping, replayMapping } from '../../land/replay/mapping.ts';
import { writeReplay } from '../../land/replay/replay.ts';
import { configWithBuckets, keepBuckets } from '../buckets.ts';
import { type GlobalOptions, openContext } from '../context.ts';
import { landWithProgress, printLanding, refuseRejected } from '../landing.ts';
import { Progress } from '../progress.ts';
import { terminal } from '../terminal.ts';
import { buildWithProgress, printReport } from './build.ts';

interface ReplayFlags {
  readonly mapping: string;
  readonly from: string;
  readonly to: string;
  readonly payments?: string;
  readonly rates?: string;
  readonly buckets?: string;
  readonly out?: string;
}

/** `land` and `replay`: how deliveries come in. */
export function addLandCommands(program: Command): void {
  program
    .command('land')
    .description(
      'lands deliveries: checks every row against its contract, refuses with reasons, loses nothing',
    )
    .argument('<dirs...>', 'a delivery (a folder with control.json), or folders of deliveries')
    .option(
      '--mapping <file>',
      'how to read files that name or write things otherwise (YAML; see `alturas contract mapping`)',
    )
    .action(async (dirs: string[], options: { mapping?: string }, command: Command) => {
      const { lake, config, json } = await openContext(command);
      const report = await landWithProgress(lake, config, dirs, options);
      if (json) terminal.json(report);
      else await printLanding(lake, report);
      refuseRejected(report);
    });

  program
    .command('replay')
    .description('turns a register of invoices or receipts into daily deliveries, lands and builds them')
    .argument('<register>', 'a CSV file with issue, due and payment dates')
    .requiredOption('--mapping <file>', 'what its columns are (YAML; see below)')
    .requiredOption('--from <day>', 'first day: its close is the opening snapshot')
    .requiredOption('--to <day>', 'last day')
    .option('--payments <file>', 'partial payments, several an item')
    .option('--rates <file>', 'exchange rates, when there are several currencies')
    .option(
      '--buckets <bounds>',
      'upper bounds of the alturas in days past due: 0,30,60,90; the lake keeps them for later commands',
    )
    .option('--out <dir>', 'keep the deliveries here')
    .addHelpText('after', () => `\nThe mapping file. ${schemaText(replayMapping)}`)
    .action(async (register: string, options: ReplayFlags, command: Command) => {
      await replay(register, options, command);
    });
}

async function replay(register: string, options: ReplayFlags, command: Command): Promise<void> {
  const context = await openContext(command);
  const { lake, json } = context;
  const config =
    options.buckets === undefined
      ? context.config
      : configWithBuckets(command.optsWithGlobals<GlobalOptions>(), context.config, options.buckets);
  for (const file of [register, options.mapping, options.payments, options.rates]) {
    if (file !== undefined && !existsSync(file)) {
      throw new AlturasError('usage', 'NO_SUCH_FILE', `There is no file ${file}.`, { file });
    }
  }
  const to = businessDate(options.to);
  refuseAhead(to, { config, today: landingDay(config) });
  const scratch = await lake.scratch();
  const directory = options.out ?? join(scratch, 'replay');
  const progress = new Progress();
  const session = await Session.open({ scratch: join(scratch, 'spill'), trino: false });
  try {
    const summary = await writeReplay(session, {
      register,
      ...(options.payments === undefined ? {} : { payments: options.payments }),
      ...(options.rates === undefined ? {} : { rates: options.rates }),
      mapping: readReplayMapping(readFileSync(options.mapping, 'utf8'), options.mapping),
      from: businessDate(options.from),
      to,
      directory,
      onDay: (day, open) => progress.doing(`  ${day}: ${open} open`),
    });
    progress.done(
      `Replayed ${summary.items} items as ${summary.deliveries} deliveries with ${summary.movements} movements; ${summary.openAtEnd} open at the end, ${summary.outside} outside the days.`,
    );
    for (const finding of summary.findings) terminal.note(`  NOTE ${finding}`);
    const landing = await landWithProgress(lake, config, [directory], {});
    if (json) terminal.json({ replay: summary, landing });
    else await printLanding(lake, landing);
    refuseRejected(landing);
    await keepBuckets(lake, config, context.config);
    const report = await buildWithProgress(lake, config, {});
    if (json) terminal.json({ report });
    else printReport(report);
    refuseBroken(report);
  } finally {
    session.close();
    if (options.out === undefined) await rm(directory, { recursive: true, force: true });
  }
}
