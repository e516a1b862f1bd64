import type { Config } from '../core/config.ts';
import { type BusinessDate, FOREVER, type LocalTimestamp } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import type { Cell, Row } from '../engine/engine.ts';
import type { Lake } from '../lake/lake.ts';
import type { PlannedPeriod } from '../warehouse/days.ts';
import type { Answer, AnswerRow } from './answer.ts';
import { type Basis, findBasis, findKpi, type Kpi } from './catalogue.ts';
import { Desk } from './desk.ts';
import { cubeLens, longQuestion, membersOf } from './lens.ts';
import { readPeriod } from './period.ts';
import { answerDimensions, type Filter, martOf, type Selection, selectKpi } from './select.ts';
import { join, name, type Statement, sql, value } from './statement.ts';

/** A question to the warehouse, in the caller's words. */
export interface Question {
  /** Id of a KPI, its parameter stuck to it: `par75`. */
  readonly kpi: string;
  /** Default: the newest day known. */
  readonly asOf?: BusinessDate;
  /** Default: as delivered. */
  readonly knownAt?: LocalTimestamp;
  readonly period?: string;
  readonly basis?: string;
  readonly by: readonly string[];
  readonly filters: readonly Filter[];
}

/** Opens a desk, asks one question and leaves. For several questions open a Desk. */
export async function askKpi(lake: Lake, config: Config, question: Question): Promise<Answer> {
  const desk = await Desk.open(lake, config);
  try {
    return await answer(desk, question);
  } finally {
    await desk.close();
  }
}

/**
 * The one way to a number: KPI x dimensions x filters x as-of x known-at x period x the scope of the desk's caller.
 * @throws AlturasError `UNKNOWN_KPI`, `UNKNOWN_BASIS`, `UNKNOWN_DIMENSION`, `BAD_PERIOD`, `DAY_UNKNOWN`, `NOT_BUILT`
 */
export async function answer(desk: Desk, question: Question): Promise<Answer> {
  const [only] = await answersOf(desk, question, [understand(desk, question)]);
  if (!only) throw new AlturasError('internal', 'NO_ANSWER', `${question.kpi} was not answered.`);
  return only;
}

/** A day of a series that has no answer, and why. */
export interface NoAnswer {
  readonly as_of: BusinessDate;
  readonly reason: string;
}

/**
 * The same question of several days, in their order. Days whose rows are published are answered by one statement.
 * A day that the lake does not know is no error here, but a gap.
 */
export async function answerSeries(
  desk: Desk,
  question: Question,
  days: readonly BusinessDate[],
): Promise<(Answer | NoAnswer)[]> {
  const asked = days.map((asOf): Understood | NoAnswer => {
    try {
      return understand(desk, { ...question, asOf });
    } catch (error) {
      if (!(error instanceof AlturasError) || error.kind !== 'missing') throw error;
      return { as_of: asOf, reason: error.code };
    }
  });
  const known = asked.filter((one): one is Understood => 'asOf' in one);
  const answers = await answersOf(desk, question, known);
  return asked.map((one) => ('asOf' in one ? (answers[known.indexOf(one)] ?? gap(one)) : one));
}

const gap = ({ asOf }: Understood): NoAnswer => ({ as_of: asOf, reason: 'NO_DATA' });

/** Answers one question on days that were understood already. */
async function answersOf(desk: Desk, question: Question, asked: readonly Understood[]): Promise<Answer[]> {
  const [first] = asked;
  if (!first) return [];
  const { kpi, basis } = first;
  const filters = [...question.filters, ...desk.scope];
  const companies = filters
    .filter(({ column }) => column === 'company')
    .map(({ members }) => members)
    .reduce<readonly (string | null)[] | null>(
      (both, members) => (both === null ? members : both.filter((member) => members.includes(member))),
      null,
    );
  const known = await Promise.all(asked.map(({ knownAt }) => desk.companies(knownAt, companies)));
  const currencies = [...new Set(known.flatMap((one) => one.currencies))].sort();
  const inferred = known.some((one) => one.inferred);
  // Functional currencies do not add up: several companies that differ in theirs are told apart.
  const apart = currencies.length > 1 && !basis.by_currency && !question.by.includes('company');
  const by = apart ? ['company', ...question.by] : question.by;
  const dimensions = answerDimensions(kpi, basis, by);
  const sumsUp = dimensions.length > 0 && currencies.length <= 1 && !basis.by_currency;
  const common = (one: Understood) => ({
    kpi: question.kpi,
    as_of: one.asOf,
    known_at: one.knownAt,
    period:
      one.period === null
        ? null
        : { kind: one.period.period, opened: one.period.opened, days: one.period.days },
    basis: one.basisName,
    unit: kpi.unit,
    currency:
      kpi.unit === 'money' && !basis.by_currency && currencies.length === 1 ? (currencies[0] ?? null) : null,
    carried: one.carried,
    inferred: inferred && desk.standsOnMovements(kpi.from),
    filters: question.filters,
  });
  const present = asked.filter((one) => absentFeeds(desk, one).length === 0);
  const shapes = await prepare(desk, present, by, filters);
  const found = new Map<Understood, Answer>();
  for (const shape of shapes) {
    const [rows, totals] = await Promise.all([
      shape.rows(dimensions),
      sumsUp ? shape.rows([]) : Promise.resolve(null),
    ]);
    for (const [one, build] of shape.days) {
      const mine = rows.get(one.asOf) ?? [];
      const [total] = totals?.get(one.asOf) ?? (dimensions.length === 0 ? mine : []);
      found.set(one, { ...common(one), build, on_demand: shape.onDemand, rows: mine, total: total ?? null });
    }
  }
  return asked.map((one) => found.get(one) ?? { ...common(one), ...absent(desk, one) });
}

function absentFeeds(desk: Desk, { kpi, knownAt }: Understood): string[] {
  return kpi.feeds.filter(
    (feed) => !desk.ledger.calendar.deliveriesOf(feed).some(({ cutoff }) => cutoff <= knownAt),
  );
}

function absent(desk: Desk, asked: Understood): Pick<Answer, 'build' | 'on_demand' | 'rows' | 'total'> {
  const row: AnswerRow = {
    dimensions: {},
    value: null,
    numerator: null,
    denominator: null,
    reason: 'FEED_ABSENT',
    notes: { feed: absentFeeds(desk, asked).join(', ') },
  };
  return { build: '', on_demand: false, rows: [row], total: row };
}

/** A question whose words were checked. */
export interface Understood {
  readonly kpi: Kpi;
  readonly parameter: number | null;
  readonly basis: Basis;
  readonly basisName: string;
  readonly period: PlannedPeriod | null;
  readonly asOf: BusinessDate;
  readonly knownAt: LocalTimestamp;
  readonly restatedAt: LocalTimestamp | null;
  readonly carried: boolean;
}

export function understand(desk: Desk, question: Question): Understood {
  const { catalogue } = desk;
  const { kpi, parameter } = findKpi(catalogue, question.kpi);
  refuseUnknownBound(desk.config, kpi, parameter, question.kpi);
  const { name: basisName, basis } = findBasis(kpi, question.basis);
  const words = question.period ?? kpi.periods[0];
  if (question.period !== undefined && kpi.periods.length === 0) {
    throw new AlturasError('usage', 'BAD_PERIOD', `${kpi.id} is a stock: it has a day, not a period.`, {
      value: question.period,
      hint: 'Leave --period out.',
    });
  }
  const custom = words?.includes('..') ? readPeriod(words, desk.newestDay()) : null;
  const asOf = custom?.asOf ?? question.asOf ?? desk.newestDay(question.knownAt ?? FOREVER);
  const period = words === undefined ? null : (custom ?? readPeriod(words, asOf));
  if (period && !kpi.periods.some((kind) => kind === period.period)) {
    throw new AlturasError('usage', 'BAD_PERIOD', `${kpi.id} is not kept for "${words}".`, {
      value: words ?? '',
      expected: kpi.periods.join(', '),
    });
  }
  return {
    kpi,
    parameter,
    basis,
    basisName,
    period,
    asOf,
    ...desk.knowledge(asOf, question.knownAt),
  };
}

function refuseUnknownBound(config: Config, kpi: Kpi, parameter: number | null, name: string): void {
  if (kpi.parameter?.choices !== 'bucket_bounds' || parameter === null || config.buckets.includes(parameter))
    return;
  throw new AlturasError('usage', 'BAD_PARAMETER', `${parameter} is no bound of the configured buckets.`, {
    value: name,
    expected: config.buckets.join(', '),
    hint: 'Add it to buckets in alturas.yml and build with --stale, or ask for a bound.',
  });
}

/** Rows that one statement can be asked of. */
interface Prepared {
  readonly onDemand: boolean;
  /** The days that it answers, and the build that each is read from. */
  readonly days: ReadonlyMap<Understood, string>;
  rows(by: readonly string[]): Promise<ReadonlyMap<BusinessDate, AnswerRow[]>>;
}

/** Supplies the mart's rows for a question, through a lens where the mart does not keep what is asked for. */
async function prepare(
  desk: Desk,
  asked: readonly Understood[],
  by: readonly string[],
  filters: readonly Filter[],
): Promise<Prepared[]> {
  const [first] = asked;
  if (!first) return [];
  const mart = martOf(desk.catalogue, first.kpi);
  const shown = answerDimensions(first.kpi, first.basis, by);
  const form =
    mart.form === 'cube' ? cubeForm(mart, shown, filters, first) : longForm(mart, by, filters, first);
  const supplied = await gather(desk, asked, form.views);
  return supplied.map(({ days, onDemand, from }) => ({
    days,
    onDemand,
    rows: async (dimensions) => {
      const selection = form.selection(dimensions);
      const asking = (source: Statement): Statement =>
        selectKpi(
          {
            ...selection,
            mart: { ...selection.mart, dimensions: { ...selection.mart.dimensions, [DAY]: 'as_of' } },
            by: [DAY, ...selection.by],
          },
          source,
          first.period?.period ?? null,
        );
      const table = sql`select * from ${name(first.kpi.from)} where as_of in (${join(
        [...days.keys()].map(({ asOf }) => sql`date ${value(asOf)}`),
        ', ',
      )})`;
      const told = await desk.rows(asking(from), asking(table));
      const rows = new Map<BusinessDate, AnswerRow[]>([...days.keys()].map(({ asOf }) => [asOf, []]));
      for (const row of told)
        rows
          .get(String(row[`d_${DAY}`]) as BusinessDate)
          ?.push(answerRow(first.kpi, dimensions, form.read(row)));
      if (dimensions.length === 0)
        for (const [day, mine] of rows) if (mine.length === 0) rows.set(day, [nothing(first)]);
      return rows;
    },
  }));
}

/** The day of a row, beside the dimensions asked for. */
const DAY = 'as_of';

/** A sum over no rows is nothing, not unknown; a ratio of nothing has no value. */
function nothing({ kpi, basis }: Understood): AnswerRow {
  const ratio = basis.denominator !== undefined;
  const zero = kpi.unit === 'money' ? '0.00' : '0';
  return {
    dimensions: {},
    value: ratio ? null : zero,
    numerator: ratio ? null : zero,
    denominator: null,
    reason: ratio ? 'ZERO_DENOMINATOR' : null,
  };
}

/** How a mart is asked. */
interface Form {
  readonly views: ReadonlyMap<string, string>;
  selection(by: readonly string[]): Selection;
  read(row: Row): Row;
}

function cubeForm(
  mart: Selection['mart'],
  shown: readonly string[],
  filters: readonly Filter[],
  asked: Understood,
): Form {
  const lens = cubeLens(mart, [...shown, ...filters.map(({ column }) => column)]);
  const shape = lens === null ? mart : { ...mart, dimensions: lens.dimensions };
  return {
    views: lens?.views ?? new Map(),
    selection: (by) => ({ ...asked, mart: shape, by, filters }),
    read: (row) => row,
  };
}

function longForm(
  mart: Selection['mart'],
  by: readonly string[],
  filters: readonly Filter[],
  asked: Understood,
): Form {
  const ask = longQuestion(mart, by, filters);
  return {
    views: ask.lens?.views ?? new Map(),
    selection: (dimensions) => {
      const grouped = dimensions.some((dimension) => ask.members.includes(dimension));
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

/** Published rows of all days at once where no lens is in the way; the others on demand, day by day. */
async function gather(
  desk: Desk,
  asked: readonly Understood[],
  views: ReadonlyMap<string, string>,
): Promise<
  { readonly days: ReadonlyMap<Understood, string>; readonly onDemand: boolean; readonly from: Statement }[]
> {
  const published = new Map<Understood, string>();
  for (const one of asked) {
    const ordinary = one.restatedAt === null && (one.period === null || one.period.period === 'month');
    const build = ordinary && views.size === 0 ? desk.publishedBuild(one.kpi.from, one) : null;
    if (build !== null) published.set(one, build);
  }
  const gathered = [];
  const [first] = published.keys();
  if (first) {
    const from = await desk.stored(first.kpi.from, [...published.keys()]);
    gathered.push({ days: published, onDemand: false, from });
  }
  for (const one of asked) {
    if (published.has(one)) continue;
    const supplied = await desk.supply({ ...one, mart: one.kpi.from, views });
    gathered.push({ ...supplied, days: new Map([[one, supplied.build]]) });
  }
  return gathered;
}

function textOf(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : String(cell);
}

function answerRow(kpi: Kpi, dimensions: readonly string[], row: Row): AnswerRow {
  const notes = Object.fromEntries(
    Object.keys(kpi.notes).flatMap((note) => {
      const cell = row[`n_${note}`];
      return cell === null || cell === undefined
        ? []
        : [[note, typeof cell === 'number' ? cell : String(cell)]];
    }),
  );
  const numerator = figure(row.numerator);
  const denominator = figure(row.denominator);
  return {
    dimensions: Object.fromEntries(dimensions.map((dimension) => [dimension, textOf(row[`d_${dimension}`])])),
    value: figure(row.value),
    numerator,
    denominator,
    reason: row.reason === null || row.reason === undefined ? null : String(row.reason),
    ...(Object.keys(notes).length === 0 ? {} : { notes }),
  };
}

function figure(cell: Cell | undefined): string | number | null {
  if (cell === null || cell === undefined) return null;
  return typeof cell === 'number' ? cell : String(cell);
}
