import type { Config } from '../../functions/core/config.ts';
import { type BusinessDate, isMonthEnd, knownAt } from '../../functions/core/dates.ts';
import type { AnswerRow } from '../../functions/query/answer.ts';
import { type Catalogue, type Kpi, readCatalogue } from '../../functions/query/catalogue.ts';
import { isOrigin } from '../../functions/query/origin.ts';
import { Book } from '../reference/book.ts';
import { addedUp, type FigureCell } from '../reference/cells.ts';
import { knownBy } from '../reference/clock.ts';
import { expectedRows, KPI_REFERENCE, membersIn, type Slice } from '../reference/kpi.ts';
import { monthCells } from '../reference/monthTotal.ts';
import { openedOf } from '../reference/period.ts';
import { recoveryCells } from '../reference/recovery.ts';
import { rollCells } from '../reference/roll.ts';
import type { KpiLake } from './kpiLake.ts';
import type { LedgerPlan } from './ledgerFixture.ts';
import { compared, placeOf } from './twins.ts';

/** A view of the lake: the business day, and what was known; without it, as delivered. */
export interface View {
  readonly asOf: BusinessDate;
  readonly knownAt?: string;
  /** Dimensions by whose members it is looked at as well, where a KPI has them. */
  readonly by?: readonly string[];
  /** The first day of a period of its own; without it those that KPIs have by default, and the month. */
  readonly from?: BusinessDate;
  /** The KPIs to ask for; without it every one. */
  readonly only?: readonly string[];
}

/** A mart, the reference's cells of it, and the columns by which both are added up. */
interface Comparison {
  readonly mart: string;
  readonly by: readonly string[];
  readonly period?: string;
  readonly where?: string;
  readonly cells: (book: Book) => readonly FigureCell[];
}

const DIMS = ['company', 'office', 'advisor', 'clerk', 'line', 'intermediary', 'currency'] as const;

const AGING_DIMS = [
  'held_by',
  'class',
  'altura',
  'altura_original',
  'altura_covered',
  'policy_altura',
  'overdue',
  'overdue_original',
  'inherited_office',
  'inherited_advisor',
  'inherited_clerk',
  'disputed',
] as const;

const inPeriod = (kind: string): readonly Comparison[] => [
  {
    mart: 'month_total',
    by: DIMS,
    period: kind,
    cells: (book) => monthCells(book.company, book.flowsSince(openedOf(kind, book.asOf).opened)),
  },
  {
    mart: 'recovery',
    by: DIMS,
    period: kind,
    cells: (book) => recoveryCells(book, openedOf(kind, book.asOf).opened),
  },
];

const COMPARISONS: readonly Comparison[] = [
  {
    mart: 'aging',
    by: [...DIMS, ...AGING_DIMS],
    where: "class <> 'UNAPPLIED'",
    cells: (book) => book.aging().filter(({ dims }) => dims.class !== 'UNAPPLIED'),
  },
  {
    mart: 'aging',
    by: DIMS,
    where: "class = 'UNAPPLIED'",
    cells: (book) => book.aging().filter(({ dims }) => dims.class === 'UNAPPLIED'),
  },
  ...inPeriod('month'),
  ...inPeriod('quarter'),
];

const AT_MONTH_END: readonly Comparison[] = [
  {
    mart: 'roll_rates',
    by: [...DIMS, 'from_altura', 'to_state'],
    period: 'month',
    cells: (book) => {
      const { opened } = openedOf('month', book.asOf);
      const opening = book.view(opened);
      return opening === null
        ? []
        : rollCells(book.plan, book.company, opening, book.last, book.flowsSince(opened), book.alturas);
    },
  },
];

/** A figure that the catalogue defines. */
interface CatalogueFigure {
  /** The id, its parameter stuck to it. */
  readonly name: string;
  readonly basis: string;
  readonly kpi: Kpi;
  readonly dimensions: readonly string[];
}

/** Every KPI of the catalogue with each value of its parameter on each basis. */
function figuresOf({ kpis, marts }: Catalogue, config: Config): CatalogueFigure[] {
  return kpis.flatMap((kpi) =>
    namesOf(kpi, config).flatMap((name) =>
      Object.keys(kpi.bases).map((basis) => ({
        name,
        basis,
        kpi,
        dimensions: Object.keys(marts[kpi.from]?.dimensions ?? {}),
      })),
    ),
  );
}

function namesOf({ id, parameter }: Kpi, config: Config): string[] {
  if (parameter === undefined) return [id];
  const choices = parameter.choices === 'bucket_bounds' ? config.buckets : parameter.choices;
  return choices.map((choice) => (id.includes('_') ? id.replace('_', `${choice}_`) : `${id}${choice}`));
}

/** What the catalogue defines and the reference does not: a KPI and a basis each. */
export function unreferenced(config: Config): string[] {
  return figuresOf(readCatalogue(), config)
    .filter(({ name, basis }) => KPI_REFERENCE[name]?.[basis] === undefined)
    .map(({ name, basis }) => `${name} ${basis}`);
}

/** What the reference tells by company and line only: whose a policy counts as is no question of its receipts. */
const BY_LINE_ONLY = ['cancelled_np_rate policies'];

/** The dimensions of a view that a figure is compared by, beside the company itself. */
function dimensionsOf({ name, basis, kpi, dimensions }: CatalogueFigure, view: View): (string | null)[] {
  const kept = (view.by ?? []).filter(
    (one) =>
      (dimensions.includes(one) || isOrigin(one)) &&
      !(one === 'currency' && kpi.bases[basis]?.by_currency) &&
      !(BY_LINE_ONLY.includes(`${name} ${basis}`) && one !== 'line'),
  );
  return [null, ...kept];
}

/** The periods of a view that a figure is asked for; undefined for a stock. */
function periodsOf({ kpi: { periods } }: CatalogueFigure, { from }: View): (string | undefined)[] {
  if (from !== undefined) return periods.includes('custom') ? [from] : [];
  return [...new Set([periods[0], periods.includes('month') ? 'month' : periods[0]])];
}

/** What was compared: how many figures, how many of each that are not nothing, and what differed. */
export interface Agreement {
  readonly compared: number;
  /** By KPI and basis: figures that have a value other than zero. */
  readonly told: ReadonlyMap<string, number>;
  readonly found: readonly string[];
}

/**
 * How the answers of every KPI that the catalogue defines, company by company and by members of some dimensions, differ
 * from the reference's, one line each.
 * @throws Error for a KPI or basis that the reference does not define
 */
export async function kpiDisagreements(
  lake: KpiLake,
  plan: LedgerPlan,
  views: readonly View[],
): Promise<Agreement> {
  const figures = figuresOf(readCatalogue(), lake.config);
  const monthly = lake.desk.project.models.filter(({ header }) => header.cadence === 'month');
  const told = new Map(figures.map(({ name, basis }) => [`${name} ${basis}`, 0]));
  const found: string[] = [];
  let count = 0;
  for (const view of views) {
    const at = view.knownAt === undefined ? null : knownBy(plan, knownAt(view.knownAt));
    const books = plan.companies.map((company) => new Book(plan, company, view.asOf, at));
    for (const figure of figures) {
      const { name, basis, kpi } = figure;
      if (view.only && !view.only.includes(name)) continue;
      if (!isMonthEnd(view.asOf) && monthly.some((model) => model.name === kpi.from)) continue;
      for (const period of periodsOf(figure, view)) {
        for (const dimension of dimensionsOf(figure, view)) {
          const answers = await answersOf(lake, figure, view, period, dimension);
          for (const book of books) {
            const { company } = book.company;
            const ours = answers.get(company) ?? new Map<string, Map<string, AnswerRow>>();
            const members = dimension === null ? [''] : membersAmong(book, period, dimension, ours);
            for (const member of members) {
              const slice: Slice = dimension === null ? {} : { [dimension]: member === '-' ? null : member };
              const expected = expectedRows(book, name, basis, period, slice);
              const actual = ours.get(member) ?? new Map<string, AnswerRow>();
              count += Math.max(expected.size, actual.size);
              const valued = [...expected.values()].filter(({ value }) => value !== null && !value.isZero());
              told.set(`${name} ${basis}`, (told.get(`${name} ${basis}`) ?? 0) + valued.length);
              const on = `${name} ${basis} ${period ?? ''}, ${view.asOf} known at ${view.knownAt ?? 'delivery'}`;
              const whose = dimension === null ? company : `${company} ${dimension} ${member}`;
              found.push(...compared(`${on}, ${whose}`, expected, actual));
            }
          }
        }
      }
    }
  }
  return { compared: count, told, found };
}

/** An answer's rows by company, then member of a dimension (a null as `-`), then the KPI's own dimensions. */
async function answersOf(
  lake: KpiLake,
  { name, basis }: CatalogueFigure,
  view: View,
  period: string | undefined,
  dimension: string | null,
): Promise<Map<string, Map<string, Map<string, AnswerRow>>>> {
  const { asOf, from } = view;
  const rows = await lake.ask(name, {
    asOf,
    ...(view.knownAt !== undefined && { knownAt: view.knownAt }),
    ...(period !== undefined && { period: from === undefined ? period : `${from}..${asOf}` }),
    basis,
    by: dimension === null ? ['company'] : ['company', dimension],
  });
  const answers = new Map<string, Map<string, Map<string, AnswerRow>>>();
  for (const row of rows) {
    const { company, ...others } = row.dimensions;
    const own = Object.entries(others).filter(([one]) => one !== dimension);
    const member = dimension === null ? '' : (others[dimension] ?? '-');
    const ofCompany = answers.get(company ?? '') ?? new Map<string, Map<string, AnswerRow>>();
    const ofMember = ofCompany.get(member) ?? new Map<string, AnswerRow>();
    answers.set(company ?? '', ofCompany.set(member, ofMember.set(placeOf(Object.fromEntries(own)), row)));
  }
  return answers;
}

/** Members that the reference or the answer tells of. */
function membersAmong(
  book: Book,
  period: string | undefined,
  dimension: string,
  answers: ReadonlyMap<string, unknown>,
): Set<string> {
  const known = [...membersIn(book, period, dimension)].map((member) => member ?? '-');
  return new Set([...known, ...answers.keys()]);
}

/** How the SQL's figures differ from the reference's, one line each; and how many were compared. */
export async function martDisagreements(
  lake: KpiLake,
  plan: LedgerPlan,
  views: readonly View[],
): Promise<{ readonly compared: number; readonly found: readonly string[] }> {
  let count = 0;
  const found: string[] = [];
  for (const view of views) {
    const at = view.knownAt === undefined ? null : knownBy(plan, knownAt(view.knownAt));
    const books = plan.companies.map((company) => new Book(plan, company, view.asOf, at));
    for (const comparison of [...COMPARISONS, ...(isMonthEnd(view.asOf) ? AT_MONTH_END : [])]) {
      const cells = books.flatMap((book) => comparison.cells(book));
      const figures = [...new Set(cells.flatMap((cell) => Object.keys(cell.figures)))].sort();
      if (figures.length === 0) continue;
      const expected = addedUp(cells, comparison.by, figures);
      const actual = await lake.mart(comparison.mart, { ...view, ...comparison }, comparison.by, figures);
      for (const key of new Set([...expected.keys(), ...actual.keys()])) {
        for (const figure of figures) {
          count += 1;
          const [want, got] = [expected.get(key)?.[figure] ?? 0n, actual.get(key)?.[figure] ?? 0n];
          if (want !== got) {
            const on = `${comparison.mart} ${view.asOf} known at ${view.knownAt ?? 'delivery'}`;
            found.push(`${on}, ${comparison.period ?? 'stock'}, ${key}: ${figure} is ${got}, not ${want}`);
          }
        }
      }
    }
  }
  return { compared: count, found };
}
