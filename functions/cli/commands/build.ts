import { type Command, Option } from 'commander';
import { build } from '../../build/build.ts';
import { refuseBroken } from '../../build/refusal.ts';
import type { Config } from '../../core/config.ts';
import { businessDate } from '../../core/dates.ts';
import type { Lake } from '../../lake/lake.ts';
import { checkModels } from '../../warehouse/check.ts';
import { refuseFindings } from '../../warehouse/finding.ts';
import type { BuildReport } from '../../warehouse/report.ts';
import type { EngineRequest } from '../../warehouse/router.ts';
import { openContext } from '../context.ts';
import { Progress, rowsAndSeconds } from '../progress.ts';
import { terminal } from '../terminal.ts';

interface BuildFlags {
  readonly from?: string;
  readonly to?: string;
  readonly stale?: boolean;
  readonly engine?: EngineRequest;
}

/** `build` and `check`: the days of the warehouse, and the models themselves. */
export function addBuildCommands(program: Command): void {
  program
    .command('build')
    .description(
      'builds the days that are missing, checks the laws, and publishes all of it at once or nothing',
    )
    .option('--from <day>', 'first day (default: the first day delivered)')
    .option('--to <day>', 'last day (default: the newest day delivered)')
    .option('--stale', 'also rebuild the days that no longer match a changed model, header or configuration')
    .addOption(
      new Option('--engine <name>', 'who runs the SQL; auto decides by what the range needs')
        .choices(['auto', 'duckdb', 'athena'])
        .default('auto'),
    )
    .action(async (options: BuildFlags, command: Command) => {
      const { lake, config, json } = await openContext(command);
      const report = await buildWithProgress(lake, config, options);
      if (json) terminal.json(report);
      else printReport(report);
      refuseBroken(report);
    });

  program
    .command('check')
    .description(
      'checks every model, header and law without running them: all errors at once, with file and line',
    )
    .action(async (_options: object, command: Command) => {
      const { json } = await openContext(command);
      const { models, laws, findings } = await checkModels();
      if (json) terminal.json({ models, laws, findings });
      refuseFindings(findings);
      if (!json) terminal.line(`${models} models and ${laws} laws: no fault`);
    });
}

/** Runs a build and tells on standard error how every model gets on. */
export async function buildWithProgress(
  lake: Lake,
  config: Config,
  options: BuildFlags,
): Promise<BuildReport> {
  const progress = new Progress();
  const report = await build(lake, {
    config,
    ...(options.from === undefined ? {} : { from: businessDate(options.from) }),
    ...(options.to === undefined ? {} : { to: businessDate(options.to) }),
    ...(options.stale === undefined ? {} : { stale: options.stale }),
    engine: options.engine,
    onProgress: (step) => {
      const where = step.passes > 1 ? ` (pass ${step.pass} of ${step.passes})` : '';
      if (step.done)
        progress.done(
          `  ${step.model.padEnd(20)} ${rowsAndSeconds(step.done.rows, step.done.seconds)}${where}`,
        );
      else progress.doing(`  ${step.model} … ${step.days} days${where}`);
    },
  });
  progress.clear();
  return report;
}

/** What a build did, for people. */
export function printReport(report: BuildReport): void {
  if (report.status === 'unchanged') {
    terminal.line(
      report.deliveries === 0
        ? 'Nothing to build: nothing has been delivered yet. Try: alturas land DIR, or alturas demo'
        : 'Nothing to build: every delivered day is published.',
    );
    if (report.outdated.length > 0)
      terminal.line(
        `  But the newest day of ${report.outdated.length} models no longer matches their text or the configuration (${report.outdated.slice(0, 3).join(', ')}${report.outdated.length > 3 ? ', …' : ''}): alturas build --stale`,
      );
    return;
  }
  const rows = report.models.reduce((sum, model) => sum + model.rows, 0);
  terminal.line(
    `Build ${report.build}: ${report.days?.count} days from ${report.days?.from} to ${report.days?.to}, ${rowsAndSeconds(rows, report.seconds)}.`,
  );
  if (report.engine) terminal.line(`  engine: ${report.engine.engine}, because ${report.engine.reason}`);
  for (const law of report.broken) {
    terminal.line(
      `  ${law.severity === 'error' ? 'BROKEN' : 'warning'} ${law.law}: ${law.rows} rows. ${law.en} (${law.evidence})`,
    );
  }
  terminal.line(
    report.status === 'published'
      ? 'Published: all tables and days of it are visible.'
      : 'Nothing was published.',
  );
}
