import { addMonths, type BusinessDate, isMonthEnd, monthEnd } from '../core/dates.ts';
import type { Answer } from '../query/answer.ts';
import { findKpi } from '../query/catalogue.ts';
import { functionalCurrencies } from '../query/companies.ts';
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
    const currencies = await functionalCurrencies(desk, desk.knowledge(desk.newestDay(), undefined).knownAt);
    if (context.json) {
      terminal.json({
        as_of: newest,
        days,
        companies: [...tables].map(([company, rows]) => ({
          company,
          currency: currencies.get(company) ?? null,
          figures: rows.map(({ id, values }) => ({ kpi: id, values })),
        })),
      });
      return;
    }
    for (const [company, rows] of [...tables].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const currency = currencies.get(company) ?? '';
      const money = rows.flatMap(({ answers, values }) =>
        answers.at(-1)?.unit === 'money' ? values.map((value) => Number(value ?? 0)) : [],
      );
      const scale = moneyScale(Math.max(0, ...money.map(Math.abs)));
      const legend = [scale.legend, currency].filter(Boolean).join(' of ');
      terminal.line(`\n${heading(`${company}: health of the portfolio at ${newest}`)}   (${legend})`);
      terminal.table(
        ['', 'indicador', 'today', 'month before', 'year before', `${days[0]} to ${newest}`],
        rows.map(({ id, values, answers }) => {
          const { kpi, parameter } = findKpi(desk.catalogue, id);
          const named = (name: string): string =>
            parameter === null ? name : name.replace(/\bx\b/, String(parameter));
          const unit = answers.at(-1)?.unit ?? kpi.unit;
          const show = (value: string | number | null | undefined): string =>
            short(value ?? null, unit, scale);
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

const ONE_PLACE = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** In what a company's money is told at a glance: large portfolios in millions, small ones in thousands or as they are. */
export interface MoneyScale {
  readonly sign: string;
  readonly factor: number;
  readonly legend: string;
}

const SCALES: readonly (MoneyScale & { readonly from: number })[] = [
  { from: 10_000_000, sign: ' M', factor: 1_000_000, legend: 'M = millions' },
  { from: 10_000, sign: ' k', factor: 1_000, legend: 'k = thousands' },
];

/** The scale in which the largest amount of a table has at least two digits before the point. */
export function moneyScale(largest: number): MoneyScale {
  return SCALES.find(({ from }) => largest >= from) ?? { sign: '', factor: 1, legend: '' };
}

/** A glance needs no cents: money in its scale, shares with one decimal. */
export function short(value: string | number | null, unit: Answer['unit'], scale: MoneyScale): string {
  if (value === null) return '–';
  switch (unit) {
    case 'money':
      return `${ONE_PLACE.format(Number(value) / scale.factor)}${scale.sign}`;
    case 'ratio':
      return `${ONE_PLACE.format(Number(value) * 100)} %`;
    case 'days':
      return `${ONE_PLACE.format(Number(value))} d`;
    case 'times':
      return `${ONE_PLACE.format(Number(value))} x`;
    default:
      return figureText(value, unit);
  }
}
