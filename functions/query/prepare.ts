import type { BusinessDate } from '../core/dates.ts';
import type { Cell, Row } from '../engine/engine.ts';
import type { FigureRow } from './answer.ts';
import { inBucketOrder } from './bucketOrder.ts';
import type { Desk } from './desk.ts';
import { cubeLens, footingOf, type Lens, longQuestion, membersOf } from './lens.ts';
import { originsBeside } from './origin.ts';
import { RATE_MISSING, type Unrated, unratedRows } from './rates.ts';
import {
  answerDimensions,
  type Filter,
  largestOf,
  martOf,
  type Selection,
  selectKpi,
  sumsItsOwnRows,
  type Top,
} from './select.ts';
import { join, name, type Statement, sql, value } from './statement.ts';
import type { Understood } from './understand.ts';

/** Figures by day. */
export interface Told {
  readonly rows: ReadonlyMap<BusinessDate, FigureRow[]>;
  /** The figure without the dimensions, of days on which there is any row. */
  readonly totals: ReadonlyMap<BusinessDate, FigureRow>;
  /** How many members there are in all, where only some are told of. */
  readonly members: number | null;
}

/** Supplies the mart's rows for a question, through a lens where the mart does not keep what is asked for. */
export async function prepare(
  desk: Desk,
  asked: readonly Understood[],
  by: readonly string[],
  filters: readonly Filter[],
): Promise<Shape[]> {
  const [first] = asked;
  if (!first) return [];
  const mart = martOf(desk.catalogue, first.kpi);
  const shown = answerDimensions(first.kpi, first.basis, by);
  const form =
    mart.form === 'cube'
      ? cubeForm(mart, shown, filters, first)
      : longForm(mart, by, filters, first, footingOf(first.kpi.from, desk.project));
  const [supplied, unrated] = await Promise.all([
    gather(desk, asked, form.lens),
    unratedRows(desk, asked, filters, form.members),
  ]);
  return supplied.map((shape) => new Shape(desk, first, form, unrated, shape));
}

/** Rows supplied for some days of a question. */
export class Shape {
  /** The days that they answer, and the build that each is read from. */
  readonly days: ReadonlyMap<Understood, string>;
  readonly onDemand: boolean;
  readonly #desk: Desk;
  readonly #asked: Understood;
  readonly #form: Form;
  readonly #unrated: Unrated | null;
  readonly #from: Statement;

  constructor(desk: Desk, asked: Understood, form: Form, unrated: Unrated | null, gathered: Gathered) {
    this.days = gathered.days;
    this.onDemand = gathered.onDemand;
    this.#desk = desk;
    this.#asked = asked;
    this.#form = form;
    this.#unrated = unrated;
    this.#from = gathered.from;
  }

  /**
   * @param asked.total whether the figures without the dimensions are wanted, too
   * @param asked.top only the largest members, where its day is among the days
   */
  async tell(
    by: readonly string[],
    { total, top }: { readonly total: boolean; readonly top: Top | undefined },
  ): Promise<Told> {
    if (by.length === 0) {
      const told = await this.#rows([], false);
      return { ...told, totals: onlyRows(told.rows) };
    }
    const isTogether = total && this.#sharesRows(by);
    const [told, whole] = await Promise.all([
      this.#rows(by, isTogether, top),
      total && !isTogether ? this.#rows([], false) : null,
    ]);
    return whole === null ? told : { ...told, totals: onlyRows(whole.rows) };
  }

  /** Whether the total is summed of the rows that its members' figures are: a long mart has others for it. */
  #sharesRows(by: readonly string[]): boolean {
    return !isByMember(this.#form, by) && sumsItsOwnRows(this.#form.selection(by));
  }

  async #rows(by: readonly string[], withTotals: boolean, top?: Top): Promise<Told> {
    const [desk, asked, form] = [this.#desk, this.#asked, this.#form];
    const days = [...this.days.keys()].map(({ asOf }) => asOf);
    const selection = form.selection(by);
    const asking = (source: Statement): Statement =>
      selectKpi(
        {
          ...selection,
          mart: { ...selection.mart, dimensions: { ...selection.mart.dimensions, [DAY]: 'as_of' } },
          by: [DAY, ...selection.by],
          unrated: this.#unrated?.(isByMember(form, by)) ?? null,
          ...(withTotals && { totalBy: [DAY] }),
        },
        source,
        asked.period?.period ?? null,
      );
    const table = sql`select * from ${name(asked.kpi.from)} where as_of in (${join(
      days.map((day) => sql`date ${value(day)}`),
      ', ',
    )})`;
    const few = (all: Statement): Statement =>
      top === undefined ? all : largestOf(all, DAY, selection.by, top, withTotals);
    const largest = await desk.rows(few(asking(this.#from)), few(asking(table)));
    // Where its day has no member, those of the others are not told of, and not counted: all are.
    const first = largest.find((row) => row.is_total !== true);
    const isCut = top !== undefined && first !== undefined;
    const told = top === undefined || isCut ? largest : await desk.rows(asking(this.#from), asking(table));
    const rows = new Map<BusinessDate, FigureRow[]>(days.map((day) => [day, []]));
    const totals = new Map<BusinessDate, FigureRow>();
    for (const row of told) {
      const day = String(row[`d_${DAY}`]) as BusinessDate;
      if (row.is_total === true) totals.set(day, answerRow(asked, [], form.read(row)));
      else rows.get(day)?.push(answerRow(asked, by, form.read(row)));
    }
    for (const mine of rows.values()) inBucketOrder(mine, by);
    return { rows, totals, members: isCut ? Number(first.members) : null };
  }
}

/** By day, its only row. */
function onlyRows(rows: ReadonlyMap<BusinessDate, readonly FigureRow[]>): Map<BusinessDate, FigureRow> {
  return new Map([...rows].flatMap(([day, [row]]) => (row ? [[day, row] as const] : [])));
}

/** The day of a row, beside the dimensions asked for. */
const DAY = 'as_of';

/** How a mart is asked. */
interface Form {
  readonly lens: Lens | null;
  /** The dimensions that the `member` of a long mart holds. */
  readonly members: readonly string[];
  selection(by: readonly string[]): Selection;
  read(row: Row): Row;
}

const isByMember = ({ members }: Pick<Form, 'members'>, dimensions: readonly string[]): boolean =>
  dimensions.some((dimension) => members.includes(dimension));

/** The words of a formula: the columns that it reads, and the members that it tells apart. */
function wordsOf({ kpi, basis }: Understood): ReadonlySet<string> {
  const { numerator, denominator = '', scale = '', where = '' } = basis;
  return new Set([numerator, denominator, scale, where, kpi.reason ?? ''].join(' ').match(/\w+/g));
}

function cubeForm(
  mart: Selection['mart'],
  shown: readonly string[],
  filters: readonly Filter[],
  asked: Understood,
): Form {
  const lens = cubeLens(mart, [...shown, ...filters.map(({ column }) => column)], wordsOf(asked));
  const shape = lens === null ? mart : { ...mart, dimensions: lens.dimensions };
  return {
    lens,
    members: [],
    selection: (by) => ({ ...asked, mart: shape, by, filters }),
    read: (row) => row,
  };
}

function longForm(
  mart: Selection['mart'],
  by: readonly string[],
  filters: readonly Filter[],
  asked: Understood,
  footing: ReadonlySet<string>,
): Form {
  const ask = longQuestion(mart, by, filters, footing, wordsOf(asked));
  return {
    lens: ask.lens,
    members: ask.members,
    selection: (dimensions) => {
      const grouped = isByMember(ask, dimensions);
      return {
        ...asked,
        mart: {
          ...mart,
          dimensions: { ...mart.dimensions, company: 'company', member: 'member', dimension: 'dimension' },
        },
        by: [
          ...(dimensions.includes('company') ? ['company'] : []),
          ...(grouped ? ['member'] : []),
          ...asked.kpi.always_by.filter((one) => dimensions.includes(one)),
        ],
        filters: [
          {
            column: 'dimension',
            members: [grouped || ask.memberFilters.length > 0 ? ask.dimension : 'total'],
          },
          ...ask.memberFilters.map(({ members }) => ({ column: 'member', members })),
          ...filters.filter(({ column }) => column === 'company'),
        ],
      };
    },
    read: (row) => {
      const members = membersOf(textOf(row.d_member), ask.members.length);
      return {
        ...row,
        ...Object.fromEntries(ask.members.map((one, at) => [`d_${one}`, members[at] ?? null])),
      };
    },
  };
}

/** Rows of days that are read together, and the build that each is read from. */
interface Gathered {
  readonly days: ReadonlyMap<Understood, string>;
  readonly onDemand: boolean;
  readonly from: Statement;
}

/** Published rows of all days at once where no lens is in the way; the others on demand, all at once, too. */
async function gather(desk: Desk, asked: readonly Understood[], lens: Lens | null): Promise<Gathered[]> {
  const published = new Map<Understood, string>();
  for (const one of asked) {
    const ordinary = one.restatedAt === null && (one.period === null || one.period.period === 'month');
    const build = ordinary && lens === null ? desk.publishedBuild(one.kpi.from, one) : null;
    if (build !== null) published.set(one, build);
  }
  const gathered = [];
  const [first] = published.keys();
  if (first) {
    const from = await desk.stored(first.kpi.from, [...published.keys()]);
    gathered.push({ days: published, onDemand: false, from });
  }
  const others = asked.filter((one) => !published.has(one));
  if (others.length > 0) {
    const from = await desk.made(
      others.map((one) => ({
        ...one,
        mart: one.kpi.from,
        views: lens?.views ?? new Map(),
        ...(lens?.origins === true ? { beside: originsBeside(desk.project, one) } : {}),
      })),
    );
    gathered.push({ days: new Map(others.map((one) => [one, desk.madeFrom(one)])), onDemand: true, from });
  }
  return gathered;
}

function textOf(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : String(cell);
}

function answerRow({ kpi, basis }: Understood, dimensions: readonly string[], row: Row): FigureRow {
  const notes = Object.fromEntries(
    Object.keys(kpi.notes).flatMap((note) => {
      const cell = row[`n_${note}`];
      return cell === null || cell === undefined
        ? []
        : [[note, typeof cell === 'number' ? cell : String(cell)]];
    }),
  );
  const reason = textOf(row.reason);
  // Without a rate a sum leaves amounts out, and what is no sum is not known at all: no part of either is shown.
  const isNoSum = basis.denominator === undefined && kpi.unit !== 'money';
  const [numerator, denominator] =
    reason === RATE_MISSING || (reason !== null && isNoSum)
      ? [null, null]
      : [figure(row.numerator), figure(row.denominator)];
  return {
    dimensions: Object.fromEntries(dimensions.map((dimension) => [dimension, textOf(row[`d_${dimension}`])])),
    value: figure(row.value),
    numerator,
    denominator,
    reason,
    ...(Object.keys(notes).length === 0 ? {} : { notes }),
  };
}

function figure(cell: Cell | undefined): string | number | null {
  if (cell === null || cell === undefined) return null;
  return typeof cell === 'number' ? cell : String(cell);
}
