import type { Command } from 'commander';
import { compareBuilds, type ParityReport, parity } from '../../build/parity.ts';
import { businessDate } from '../../core/dates.ts';
import { AlturasError } from '../../core/errors.ts';
import { type ParityLine, parityTotal } from '../../warehouse/parityLines.ts';
import { openContext } from '../context.ts';
import { Progress } from '../progress.ts';
import { terminal } from '../terminal.ts';

interface ParityFlags {
  readonly from?: string;
  readonly to?: string;
  readonly builds?: [string, string];
  readonly kpis: boolean;
}

/** `parity`: the same days by each engine, every cell compared. */
export function addParityCommand(program: Command): void {
  program
    .command('parity')
    .description(
      'builds the same days by DuckDB and by Athena, where nobody else sees them, and compares every cell of every mart, of the rows that break each law, and of every KPI (amounts and counts exactly, ratios to 1e-12)',
    )
    .option('--from <day>', 'first day, over what is published before it (default: the first day delivered)')
    .option('--to <day>', 'last day (default: the newest day delivered)')
    .option('--builds <ids...>', 'compare two builds of the same days that are there, instead')
    .option('--no-kpis', 'leave out the KPIs')
    .addHelpText(
      'after',
      '\nAthena is where ALTURAS_GLUE_DATABASE and ALTURAS_ATHENA_WORKGROUP say; the exit code is 5 when a cell differs.',
    )
    .action(async (options: ParityFlags, command: Command) => {
      const { lake, config, json } = await openContext(command);
      const progress = new Progress();
      const { builds } = options;
      if (builds && builds.length !== 2)
        throw new AlturasError('usage', 'TWO_BUILDS', 'Name two builds to compare.', {
          value: builds.join(' '),
        });
      const report = builds
        ? await compareBuilds({ lake, build: builds[0] }, { lake, build: builds[1] })
        : await parity(lake, {
            config,
            kpis: options.kpis,
            ...(options.from === undefined ? {} : { from: businessDate(options.from) }),
            ...(options.to === undefined ? {} : { to: businessDate(options.to) }),
            onProgress: (engine, step) => {
              if (!step.done)
                progress.doing(`  ${engine}: ${step.model} (pass ${step.pass} of ${step.passes})`);
            },
          });
      progress.clear();
      if (json) terminal.json(report);
      else for (const line of parityTable(report)) terminal.line(line);
      refuseDifferences(report);
    });
}

/** One line a model, law and KPI, the sums, and where cells differ. */
export function parityTable(report: ParityReport): string[] {
  const groups = [
    ['models', report.models],
    ['laws', report.laws],
    ['KPIs', report.kpis],
  ] as const;
  const rows = groups.flatMap(([what, lines]) =>
    lines.length === 0
      ? []
      : [
          [what, 'rows', 'cells', 'differ'],
          ...lines.map(cells),
          cells(parityTotal(lines, `${lines.length} ${what}`)),
          ['', '', '', ''],
        ],
  );
  const widths = [0, 1, 2, 3].map((at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const pad = (text: string, at: number) =>
    at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0);
  const took = (seconds: number | null) => (seconds === null ? '' : ` in ${seconds.toFixed(1)} s`);
  return [
    ...rows.map((row) => row.map(pad).join('  ').trimEnd()),
    ...groups.flatMap(([, lines]) =>
      lines.flatMap(({ name, examples }) => examples.map((example) => `  ${name}: ${example}`)),
    ),
    `${report.days} days: ${report.left.engine} (build ${report.left.build}${took(report.left.seconds)}) and ` +
      `${report.right.engine} (build ${report.right.build}${took(report.right.seconds)}): ${whole(report.differences)} differences`,
  ];
}

function cells({ name, rows, cells: compared, differences }: ParityLine): string[] {
  return [name, whole(rows), whole(compared), whole(differences)];
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}

/** @throws AlturasError `ENGINES_DIFFER` */
function refuseDifferences({ differences, models, laws, kpis }: ParityReport): void {
  if (differences === 0) return;
  const wrong = [...models, ...laws, ...kpis].filter((line) => line.differences > 0);
  throw new AlturasError('law', 'ENGINES_DIFFER', `${whole(differences)} cells differ.`, {
    causes: wrong.map(({ name, differences: some }) => `${name}: ${whole(some)}`),
    safe: 'what is published was not touched',
    hint: 'look at the places above; the traps of both engines are listed with the linter',
  });
}
