import { type Command, Option } from 'commander';
import type { Config } from '../../core/config.ts';
import { type BusinessDate, businessDate, knownAt, type LocalTimestamp } from '../../core/dates.ts';
import { AlturasError } from '../../core/errors.ts';
import type { Answer } from '../../query/answer.ts';
import { filterText, passesNothing, refuseContradictions } from '../../query/askedMembers.ts';
import { configured, readCatalogue } from '../../query/catalogue.ts';
import { Desk } from '../../query/desk.ts';
import { answer as answerOf, type Question } from '../../query/kpi.ts';
import { type PartUnits, partUnits } from '../../query/partUnit.ts';
import { requireExit } from '../../query/policy.ts';
import { receiptsOf } from '../../query/receipts.ts';
import type { Filter } from '../../query/select.ts';
import { type Context, openContext } from '../context.ts';
import { callerOf, type Eyes, scopeWords, withEyes } from '../eyes.ts';
import { answerCsv, csvLine, figureText, groupedMoney, partHead, partText, remarkText } from '../figures.ts';
import { terminal } from '../terminal.ts';

interface KpiOptions extends Eyes {
  readonly asOf?: string;
  readonly knownAt?: string;
  readonly period?: string;
  readonly basis?: string;
  readonly by?: string;
  readonly where: readonly Filter[];
  readonly format: 'table' | 'json' | 'csv';
  readonly part: 'numerator' | 'denominator';
}

const JSON_SHAPE = `
JSON (--format json, or --json): one object
  kpi, as_of, known_at, period, basis, unit, currency, build, on_demand, carried, inferred, filters
  rows[]: dimensions, value, numerator, denominator, reason (why the value is null), currency (of its money), notes
  total: the same figure without the dimensions
Money is a decimal string, a count a string of digits; a ratio is a number as a fraction (0.314 is 31.4 %),
and days, times and an index are numbers.
`;

/** `kpi` and `receipts`: a figure, and the receipts behind it. */
export function addKpiCommands(program: Command): void {
  withQuestion(
    program
      .command('kpi')
      .description(
        'a figure by any dimensions, as of any day, as known at any moment; alone: the list of figures',
      )
      .argument('[name]', 'a KPI, with its parameter stuck to it: par75, vintage_gross')
      .addHelpText(
        'after',
        `
Examples:
  $ alturas kpi overdue_share --as-of 2026-06-30 --by office
  $ alturas kpi par30 --basis policy --where line=SOAT
  $ alturas kpi dso --period quarter --as-of 2026-06-30
  $ alturas kpi gross --as-of 2026-06-30 --known-at 2026-07-05      with what became known later
${JSON_SHAPE}`,
      ),
  ).action(async (kpi: string | undefined, options: KpiOptions, command: Command) => {
    const context = await openContext(command);
    if (kpi === undefined) return printCatalogue(context.config, context.json || options.format === 'json');
    const question = questionOf(kpi, options);
    refuseContradictions(question.filters);
    const { answer, units, isEmpty } = await atDesk(context, options, 'view', async (desk) => {
      const answer = await answerOf(desk, question);
      const isEmpty = await passesNothing(desk, question, answer);
      return { answer, units: partUnits(desk, answer), isEmpty };
    });
    print(answer, units, context.json ? 'json' : options.format);
    if (isEmpty) terminal.note(nothingPasses(answer, options));
  });

  withQuestion(
    program
      .command('receipts')
      .description('the receipts behind a figure: their sum is the figure, to the cent')
      .argument('<name>', 'a KPI')
      .addOption(
        new Option('--part <part>', 'of a ratio: its numerator or its denominator')
          .choices(['numerator', 'denominator'])
          .default('numerator'),
      ),
    new Option('--by <dimensions>').hideHelp(),
  ).action(async (kpi: string, options: KpiOptions, command: Command) => {
    if (options.by !== undefined) {
      throw new AlturasError('usage', 'RECEIPTS_BY', 'Receipts are told one by one, not by dimensions.', {
        value: options.by,
        expected: '--where dimension=member, for the receipts of one of its members',
        hint: 'Leave --by out; `alturas kpi` tells a figure by dimensions.',
      });
    }
    const context = await openContext(command);
    const question = questionOf(kpi, options);
    refuseContradictions(question.filters);
    const answer = await atDesk(context, options, 'drill', async (desk) => {
      const behind = await receiptsOf(desk, question, options.part);
      if (question.filters.length > 0) await passesNothing(desk, question, await answerOf(desk, question));
      return behind;
    });
    if (answer.receipts.length === 0 && (question.filters.length > 0 || scopeWords(options).length > 0))
      terminal.note(nothingPasses({ ...answer.answer, filters: question.filters }, options));
    const format = context.json ? 'json' : options.format;
    if (format === 'json') return terminal.json(answer);
    if (format === 'csv') {
      terminal.line(csvLine(['company', 'receipt', options.part]));
      for (const row of answer.receipts) terminal.line(csvLine([row.company, row.receipt, row.amount]));
      return;
    }
    terminal.table(
      ['company', 'receipt', partHead(options.part, answer.unit, answer.currency)],
      [
        ...answer.receipts.map((row) => [
          row.company ?? '',
          row.receipt ?? '',
          groupedMoney(String(row.amount)),
        ]),
        ['', `${answer.receipts.length} receipts`, groupedMoney(String(answer.sum))],
      ],
      ['left', 'left', 'right'],
    );
  });
}

function nothingPasses(
  { as_of, filters, period }: Pick<Answer, 'as_of' | 'filters' | 'period'>,
  eyes: Eyes,
): string {
  const span = period === null ? `on ${as_of}` : `after ${period.opened} until ${as_of}`;
  const words = [...filters.map((filter) => `--where ${filterText(filter)}`), ...scopeWords(eyes)];
  return `Nothing ${span} passes ${words.join(' ')}.`;
}

/** A desk of the lake for whoever asks, for the length of an action. */
async function atDesk<T>(
  context: Context,
  eyes: Eyes,
  exit: 'view' | 'drill',
  action: (desk: Desk) => Promise<T>,
): Promise<T> {
  const caller = callerOf(eyes);
  requireExit(caller, exit);
  const desk = await Desk.open(context.lake, context.config);
  try {
    return await action(desk.for(caller));
  } finally {
    await desk.close();
  }
}

function withQuestion(
  command: Command,
  by = new Option(
    '--by <dimensions>',
    'comma-separated: office,line; also client, policy, receipt, advisor_origin (who answered at issue)',
  ),
): Command {
  return withEyes(command)
    .option('--as-of <day>', 'business date (default: the newest day built)')
    .option(
      '--known-at <moment>',
      'what was known by the end of a day, or by a local timestamp (default: as delivered)',
    )
    .option('--period <span>', "month, quarter, ytd, 12m or A..B (flows only; default: the KPI's first)")
    .option(
      '--basis <basis>',
      'one of the bases of the KPI (default: its first, as the configuration has it)',
    )
    .addOption(by)
    .option(
      '--where <filter>',
      'dimension=member[,member]; repeat for several; dimension= is "not assigned"',
      filterOf,
      [],
    )
    .addOption(new Option('--format <format>').choices(['table', 'json', 'csv']).default('table'));
}

function filterOf(text: string, before: readonly Filter[]): Filter[] {
  const at = text.indexOf('=');
  if (at < 1) {
    throw new AlturasError('usage', 'BAD_FILTER', `"${text}" is not a filter.`, {
      value: text,
      expected: 'dimension=member, for example office=MED or office=MED,BOG',
    });
  }
  const members = text
    .slice(at + 1)
    .split(',')
    .map((member) => (member === '' ? null : member));
  return [...before, { column: text.slice(0, at), members }];
}

function questionOf(kpi: string, options: KpiOptions): Question {
  const asOf: BusinessDate | undefined = options.asOf === undefined ? undefined : businessDate(options.asOf);
  const known: LocalTimestamp | undefined =
    options.knownAt === undefined ? undefined : knownAt(options.knownAt);
  return {
    kpi,
    by: options.by === undefined ? [] : options.by.split(',').map((dimension) => dimension.trim()),
    filters: options.where,
    ...(asOf === undefined ? {} : { asOf }),
    ...(known === undefined ? {} : { knownAt: known }),
    ...(options.period === undefined ? {} : { period: options.period }),
    ...(options.basis === undefined ? {} : { basis: options.basis }),
  };
}

function printCatalogue(config: Config, json: boolean): void {
  const { kpis } = configured(readCatalogue(), config);
  if (json) {
    terminal.json(
      kpis.map(({ id, es, en, formula, unit, direction, source, periods, bases }) => ({
        id,
        es,
        en,
        formula,
        unit,
        direction,
        source,
        periods,
        bases: Object.keys(bases),
      })),
    );
    return;
  }
  terminal.table(
    ['kpi', 'English', 'español', 'unit', 'periods', 'bases'],
    kpis.map((kpi) => [
      kpi.parameter === undefined ? kpi.id : `${kpi.id} (${kpi.parameter.name} = ${kpi.parameter.default})`,
      kpi.en,
      kpi.es,
      kpi.unit,
      kpi.periods.join(' ') || 'stock',
      Object.keys(kpi.bases).join(' '),
    ]),
  );
}

function print(answer: Answer, units: PartUnits, format: KpiOptions['format']): void {
  if (format === 'json') terminal.json(answer);
  else if (format === 'csv') terminal.line(answerCsv(answer));
  else printTable(answer, units);
}

function printTable(answer: Answer, units: PartUnits): void {
  const period =
    answer.period === null
      ? ''
      : `, ${answer.period.kind}: after ${answer.period.opened}, ${answer.period.days} days`;
  const flags = [
    answer.carried ? 'carried: no delivery that day' : '',
    answer.inferred ? 'movements inferred' : '',
    answer.on_demand ? 'on demand' : '',
  ]
    .filter(Boolean)
    .join(', ');
  terminal.line(
    `${answer.kpi} (${answer.basis}${answer.currency === null ? '' : `, ${answer.currency}`}) as of ${answer.as_of}, known at ${answer.known_at}${period}`,
  );
  terminal.line(`build ${answer.build}${flags === '' ? '' : `; ${flags}`}\n`);
  const dimensions = Object.keys(answer.rows[0]?.dimensions ?? {});
  const ratio = answer.rows.some((row) => row.denominator !== null);
  // One currency of all rows stands above them.
  const currencies = new Set(answer.rows.map(({ currency }) => currency));
  const each = answer.unit === 'money' && currencies.size > 1 && !dimensions.includes('currency');
  const rows = [...(answer.total === null || dimensions.length === 0 ? [] : [answer.total]), ...answer.rows];
  terminal.table(
    [
      ...dimensions,
      answer.unit,
      ...(each ? ['currency'] : []),
      ...(ratio
        ? [
            partHead('numerator', units.numerator_unit, null),
            partHead('denominator', units.denominator_unit, null),
          ]
        : []),
      '',
    ],
    rows.map((row) => [
      ...dimensions.map((name, at) =>
        row === answer.total ? (at === 0 ? 'TOTAL' : '') : (row.dimensions[name] ?? '(none)'),
      ),
      figureText(row.value, answer.unit),
      ...(each ? [row.currency ?? ''] : []),
      ...(ratio ? [partText(row.numerator), partText(row.denominator)] : []),
      remarkText(row),
    ]),
    [
      ...dimensions.map(() => 'left' as const),
      'right',
      ...(each ? (['left'] as const) : []),
      ...(ratio ? (['right', 'right'] as const) : []),
    ],
  );
}
