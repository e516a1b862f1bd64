import { addMonths, type BusinessDate, isMonthEnd, monthEnd } from '../core/dates.ts';
import type { Answer } from '../query/answer.ts';
import { findKpi } from '../query/catalogue.ts';
import { Desk } from '../query/desk.ts';
import { answerSeries } from '../query/kpi.ts';
import type { Context } from './context.ts';
import { figureText } from './figures.ts';
import { heading, Progress } from './progress.ts';
import { sparkline, terminal } from './terminal.ts';

/** The figures by which a portfolio is judged at a glance, in the order of the executive page. */
const FIGURES = [
  'gross',
  'overdue_share',
  'par90',
  'dso',
  'add',
  'collected',
  'cei',
  'cancelled_np_rate',
] as const;
const MONTHS = 13;

/** The newest day and the month ends before it, oldest first: as many as the lake has, thirteen at most. */
function sampleDays(desk: Desk): BusinessDate[] {
  const newest = desk.newestDay();
  const first = desk.ledger.calendar.first ?? newest;
  const ends = Array.from({ length: MONTHS }, (_, back) =>
    monthEnd(addMonths(`${newest.slice(0, 7)}-01` as BusinessDate, -back)),
  );
  const closed = ends
    .filter((day) => day < newest && day >= first)
    .slice(0, isMonthEnd(newest) ? MONTHS - 1 : MONTHS);
  return [...closed.reverse(), newest];
}

/**
 * Prints the health of the portfolio: each figure today, a month and a year ago, and its last thirteen month ends as
 * a line of bars. One table per company, for their currencies do not add up.
 */
export async function printHealth(context: Context): Promise<void> {
  const desk = await Desk.open(context.lake, context.config);
  const progress = new Progress();
  try {
    const days = sampleDays(desk);
    const tables = new Map<
      string,
      { readonly id: string; readonly answers: Answer[]; readonly values: (string | number | null)[] }[]
    >();
    for (const id of FIGURES) {
      progress.doing(`  ${id} …`);
      const series = await answerSeries(desk, { kpi: id, by: ['company'], filters: [] }, days);
      const answers = series.filter((one): one is Answer => 'rows' in one);
      const companies = new Set(
        answers.flatMap(({ rows }) => rows.map(({ dimensions }) => dimensions.company ?? '')),
      );
      for (const company of companies) {
        const values = answers.map(
          ({ rows }) => rows.find(({ dimensions }) => dimensions.company === company)?.value ?? null,
        );
        tables.set(company, [...(tables.get(company) ?? []), { id, answers, values }]);
      }
    }
    progress.clear();
    const newest = days.at(-1) ?? '';
    if (context.json) {
      terminal.json({
        as_of: newest,
        days,
        companies: [...tables].map(([company, rows]) => ({
          company,
          figures: rows.map(({ id, values }) => ({ kpi: id, values })),
        })),
      });
      return;
    }
    for (const [company, rows] of [...tables].sort(([a], [b]) => (a < b ? -1 : 1))) {
      terminal.line(`\n${heading(`${company}: health of the portfolio at ${newest}`)}   (M = millions)`);
      terminal.table(
        ['', 'indicador', 'today', 'month before', 'year before', `${days[0]} to ${newest}`],
        rows.map(({ id, values, answers }) => {
          const { kpi, parameter } = findKpi(desk.catalogue, id);
          const named = (name: string): string =>
            parameter === null ? name : name.replace(/\bx\b/, String(parameter));
          const unit = answers.at(-1)?.unit ?? kpi.unit;
          const show = (value: string | number | null | undefined): string => short(value ?? null, unit);
          const year = values.length >= MONTHS ? values[0] : null;
          return [
            named(kpi.en),
            named(kpi.es),
            show(values.at(-1)),
            show(values.at(-2)),
            show(year),
            sparkline(values.map((value) => (value === null ? null : Number(value)))),
          ];
        }),
        ['left', 'left', 'right', 'right', 'right', 'left'],
      );
    }
  } finally {
    progress.clear();
    await desk.close();
  }
}

const MILLIONS = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** A glance needs no cents: money in millions, shares with one decimal. */
function short(value: string | number | null, unit: Answer['unit']): string {
  if (value === null) return '–';
  switch (unit) {
    case 'money':
      return `${MILLIONS.format(Number(value) / 1e6)} M`;
    case 'ratio':
      return `${MILLIONS.format(Number(value) * 100)} %`;
    case 'days':
      return `${MILLIONS.format(Number(value))} d`;
    case 'times':
      return `${MILLIONS.format(Number(value))} x`;
    default:
      return figureText(value, unit);
  }
}
