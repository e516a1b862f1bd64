import { addDays, type BusinessDate } from '../../functions/core/dates.ts';
import type { Book } from './book.ts';
import type { FigureCell } from './cells.ts';
import { type Context, type Definitions, type ExpectedRows, type Slice, within } from './figures.ts';
import { originOf } from './holders.ts';
import { cohorts } from './kpiCohorts.ts';
import { flows, rates, turnover } from './kpiFlows.ts';
import { rolls } from './kpiRolls.ts';
import { restatements, scorecards } from './kpiScorecards.ts';
import { stocks } from './kpiStocks.ts';
import { monthCells } from './monthTotal.ts';
import { daysAfter, openedOf } from './period.ts';
import { recoveryCells } from './recovery.ts';
import { restatedCells } from './restated.ts';
import { rollCells } from './roll.ts';
import { timingCells } from './timing.ts';

export type { Expected, ExpectedRows, Slice } from './figures.ts';

/** The reference's figure of every KPI it knows, by id (its parameter stuck to it) and basis. */
export const KPI_REFERENCE: Readonly<Definitions> = {
  ...stocks(),
  ...flows(),
  ...rates(),
  ...turnover(),
  ...rolls(),
  ...cohorts(),
  ...scorecards(),
  ...restatements(),
};

/**
 * @param kind month, quarter, ytd, 12m, or the first day of another period
 * @param slice the members that the figure is of; without it the whole company
 * @throws Error for a KPI or basis that the reference does not define
 */
export function expectedRows(
  book: Book,
  kpi: string,
  basis: string,
  kind = 'month',
  slice: Slice = {},
): ExpectedRows {
  const definition = KPI_REFERENCE[kpi]?.[basis];
  if (!definition) throw new Error(`the reference knows no ${kpi} on ${basis}`);
  return definition(factsOf(book, kind).of(slice));
}

/** The members of a dimension that a book has to do with in a period. */
export function membersIn(book: Book, kind: string | undefined, dimension: string): Set<string | null> {
  return factsOf(book, kind ?? 'month').membersOf(dimension);
}

/** Tests ask many figures of one book: what they share is computed once. */
const known = new WeakMap<Book, Map<string, Facts>>();

function factsOf(book: Book, kind: string): Facts {
  const { opened, months } = /^\d{4}-/.test(kind)
    ? customOf(kind as BusinessDate, book.asOf)
    : openedOf(kind, book.asOf);
  const facts = known.get(book) ?? new Map<string, Facts>();
  known.set(book, facts);
  const found = facts.get(opened) ?? new Facts(book, opened, months);
  facts.set(opened, found);
  return found;
}

/** A period from a day on has as many months as begin in it, at least one. */
function customOf(from: BusinessDate, asOf: BusinessDate) {
  const month = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
  const begun = month(asOf) - month(from) + (from.endsWith('-01') ? 1 : 0);
  return { opened: addDays(from, -1), months: Math.max(begun, 1) };
}

/** Cells of a book over a period, and what a slice keeps of them; each is worked out when first asked for. */
class Facts {
  readonly #book: Book;
  readonly #opened: BusinessDate;
  readonly #months: number;
  readonly #cells = new Map<string, readonly FigureCell[]>();
  readonly #contexts = new Map<string, Context>();
  readonly #members = new Map<string, Set<string | null>>();

  constructor(book: Book, opened: BusinessDate, months: number) {
    this.#book = book;
    this.#opened = opened;
    this.#months = months;
  }

  of(slice: Slice): Context {
    const key = JSON.stringify(slice);
    const found = this.#contexts.get(key) ?? this.#contextOf(slice, key);
    this.#contexts.set(key, found);
    return found;
  }

  /** The members of a dimension among the cells. */
  membersOf(dimension: string): Set<string | null> {
    const found = this.#members.get(dimension);
    if (found) return found;
    const { aging, month, recovery } = this.of({});
    const members = new Set([...aging, ...month, ...recovery].map(({ dims }) => dims[dimension] ?? null));
    this.#members.set(dimension, members);
    return members;
  }

  #contextOf(slice: Slice, key: string): Context {
    const book = this.#book;
    const opened = this.#opened;
    const keep = within(slice);
    const cells = (name: string, make: () => readonly FigureCell[]) => {
      const whole = this.#kept(name, make);
      return Object.keys(slice).length === 0
        ? whole
        : this.#kept(`${name} of ${key}`, () => whole.filter(({ dims }) => keep(dims)));
    };
    const { plan, company, last, alturas } = book;
    const agingOn = (day: BusinessDate) => cells(`aging ${day}`, () => book.aging(day));
    const monthOf = (from: BusinessDate, to: BusinessDate) =>
      cells(`month ${from} ${to}`, () => monthCells(company, book.flowsSince(from, to)));
    return {
      book,
      opened,
      days: daysAfter(opened, book.asOf),
      months: this.#months,
      slice,
      get aging() {
        return agingOn(book.asOf);
      },
      get month() {
        return monthOf(opened, book.asOf);
      },
      get recovery() {
        return cells('recovery', () => recoveryCells(book, opened));
      },
      get timing() {
        return cells('timing', () => timingCells(company.company, book.flowsSince(opened)));
      },
      get restated() {
        return cells('restated', () =>
          restatedCells(plan, company, last, book.flowsSince(addDays(book.asOf, -1))),
        );
      },
      agingOn,
      monthOf,
      rolls: (from, to) =>
        cells(`rolls ${from} ${to}`, () => {
          const [opening, closing] = [book.view(from), book.view(to)];
          if (opening === null || closing === null) return [];
          return rollCells(plan, company, opening, closing, book.flowsSince(from, to), alturas);
        }),
      of: (other) => this.of(other),
    };
  }

  #kept(name: string, make: () => readonly FigureCell[]): readonly FigureCell[] {
    const found = this.#cells.get(name) ?? make().map((cell) => this.#withOrigin(cell));
    this.#cells.set(name, found);
    return found;
  }

  /** A cell of a receipt, with whoever answered for it when it was issued: one in the whole book, as it knows last. */
  #withOrigin(cell: FigureCell): FigureCell {
    const { company, last } = this.#book;
    const receipt = company.receipts.find(({ receiptNo }) => receiptNo === cell.dims.receipt);
    if (!receipt || 'advisor_origin' in cell.dims) return cell;
    const { office, advisor, clerk } = originOf(company, receipt, last.at);
    return {
      ...cell,
      dims: { ...cell.dims, office_origin: office, advisor_origin: advisor, clerk_origin: clerk },
    };
  }
}
