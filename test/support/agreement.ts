import type { Config } from '../../functions/core/config.ts';
import { type BusinessDate, isMonthEnd, knownAt } from '../../functions/core/dates.ts';
import type { AnswerRow } from '../../functions/query/answer.ts';
import { Book } from '../reference/book.ts';
import { addedUp, type FigureCell } from '../reference/cells.ts';
import { knownBy } from '../reference/clock.ts';
import { expectedRows, KPI_REFERENCE } from '../reference/kpi.ts';
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
    by: ['company', 'line', 'currency'],
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
    by: ['company', 'currency'],
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

/** KPIs that are kept at month ends only. */
const MONTHLY = ['roll_rate', 'roll_forward', 'roll_paid', 'flow_to_worst', 'vintage_gross', 'vintage_net'];

/** Every KPI and basis that the reference defines, but document amounts (whose marts are compared by currency). */
function kpisOn(asOf: BusinessDate, config: Config): readonly (readonly [kpi: string, basis: string])[] {
  return Object.entries(KPI_REFERENCE)
    .filter(([kpi]) => isMonthEnd(asOf) || !MONTHLY.includes(kpi))
    .filter(([kpi]) => !/^par\d/.test(kpi) || config.buckets.includes(Number(kpi.slice(3))))
    .flatMap(([kpi, bases]) => Object.keys(bases).map((basis) => [kpi, basis] as const))
    .filter(([, basis]) => basis !== 'document');
}

/** How the answers of every KPI, company by company, differ from the reference's, one line each. */
export async function kpiDisagreements(
  lake: KpiLake,
  plan: LedgerPlan,
  views: readonly View[],
): Promise<{ readonly compared: number; readonly found: readonly string[] }> {
  let count = 0;
  const found: string[] = [];
  for (const view of views) {
    const at = view.knownAt === undefined ? null : knownBy(plan, knownAt(view.knownAt));
    const books = plan.companies.map((company) => new Book(plan, company, view.asOf, at));
    for (const [kpi, basis] of kpisOn(view.asOf, lake.config)) {
      const answers = new Map<string, Map<string, AnswerRow>>();
      for (const row of await lake.ask(kpi, { ...view, basis, by: ['company'] })) {
        const { company, ...rest } = row.dimensions;
        const rows = answers.get(company ?? '') ?? new Map<string, AnswerRow>();
        answers.set(company ?? '', rows.set(placeOf(rest), row));
      }
      for (const book of books) {
        const expected = expectedRows(book, kpi, basis, lake.defaultPeriod(kpi));
        const actual = answers.get(book.company.company) ?? new Map<string, AnswerRow>();
        count += Math.max(expected.size, actual.size);
        const on = `${kpi} ${basis}, ${view.asOf} known at ${view.knownAt ?? 'delivery'}, ${book.company.company}`;
        found.push(...compared(on, expected, actual));
      }
    }
  }
  return { compared: count, found };
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
