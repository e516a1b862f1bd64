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
 * The one way to a number: KPI x dimensions x filters x as-of x known-at x period.
 * @throws AlturasError `UNKNOWN_KPI`, `UNKNOWN_BASIS`, `UNKNOWN_DIMENSION`, `BAD_PERIOD`, `DAY_UNKNOWN`, `NOT_BUILT`
 */
export async function answer(desk: Desk, question: Question): Promise<Answer> {
  const asked = understand(desk, question);
  const { kpi, basis, period, asOf } = asked;
  const company = question.filters.find(({ column }) => column === 'company');
  const { currencies, inferred } = await desk.companies(asked.knownAt, company?.members ?? null);
  // Functional currencies do not add up: several companies that differ in theirs are told apart.
  const apart = currencies.length > 1 && !basis.by_currency && !question.by.includes('company');
  const by = apart ? ['company', ...question.by] : question.by;
  const common = {
    kpi: question.kpi,
    as_of: asOf,
    known_at: asked.knownAt,
    period: period === null ? null : { kind: period.period, opened: period.opened, days: period.days },
    basis: asked.basisName,
    unit: kpi.unit,
    currency:
      kpi.unit === 'money' && !basis.by_currency && currencies.length === 1 ? (currencies[0] ?? null) : null,
    carried: asked.carried,
    inferred: inferred && desk.standsOnMovements(kpi.from),
    filters: question.filters,
  };
  const absent = kpi.feeds.filter(
    (feed) => !desk.ledger.calendar.deliveriesOf(feed).some(({ cutoff }) => cutoff <= asked.knownAt),
  );
  if (absent.length > 0) {
    const row: AnswerRow = {
      dimensions: {},
      value: null,
      numerator: null,
      denominator: null,
      reason: 'FEED_ABSENT',
      notes: { feed: absent.join(', ') },
    };
    return { ...common, build: '', on_demand: false, rows: [row], total: row };
  }
  const dimensions = answerDimensions(kpi, basis, by);
  const shape = await prepare(desk, asked, by, question.filters);
  const rows = await shape.rows(dimensions);
  const sumsUp = dimensions.length > 0 && currencies.length <= 1 && !basis.by_currency;
  const [total] = sumsUp ? await shape.rows([]) : dimensions.length === 0 ? rows : [];
  return { ...common, build: shape.build, on_demand: shape.onDemand, rows, total: total ?? null };
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

interface Prepared {
  readonly build: string;
  readonly onDemand: boolean;
  rows(by: readonly string[]): Promise<AnswerRow[]>;
}

/** Supplies the mart's rows for a question, through a lens where the mart does not keep what is asked for. */
async function prepare(
  desk: Desk,
  asked: Understood,
  by: readonly string[],
  filters: readonly Filter[],
): Promise<Prepared> {
  const { kpi, basis, asOf, period } = asked;
  const mart = martOf(desk.catalogue, kpi);
  const wanted = { mart: kpi.from, asOf, knownAt: asked.knownAt, restatedAt: asked.restatedAt, period };
  const run = async (selection: Selection): Promise<Row[]> =>
    desk.engine.rows(selectKpi(selection, asOf, period?.period ?? null).render());
  if (mart.form === 'cube') {
    const lens = cubeLens(mart, [
      ...answerDimensions(kpi, basis, by),
      ...filters.map(({ column }) => column),
    ]);
    const supplied = await desk.supply({ ...wanted, views: lens?.views ?? new Map() });
    const shape = lens === null ? mart : { ...mart, dimensions: lens.dimensions };
    return {
      ...supplied,
      rows: async (dimensions) =>
        (await run({ ...asked, mart: shape, by: dimensions, filters })).map((row) =>
          answerRow(kpi, dimensions, row),
        ),
    };
  }
  const ask = longQuestion(mart, by, filters);
  const supplied = await desk.supply({ ...wanted, views: ask.lens?.views ?? new Map() });
  return {
    ...supplied,
    rows: async (dimensions) => {
      const grouped = dimensions.some((dimension) => ask.members.includes(dimension));
      const company = dimensions.includes('company');
      const inner = [
        ...(company ? ['company'] : []),
        ...(grouped ? ['member'] : []),
        ...kpi.always_by.filter((name) => dimensions.includes(name)),
      ];
      const rows = await run({
        ...asked,
        mart: {
          ...mart,
          dimensions: { ...mart.dimensions, company: 'company', member: 'member', dimension: 'dimension' },
        },
        by: inner,
        filters: [
          { column: 'dimension', members: [grouped || ask.memberFilter ? ask.dimension : 'total'] },
          ...(ask.memberFilter ? [{ column: 'member', members: ask.memberFilter.members }] : []),
          ...filters.filter(({ column }) => column === 'company'),
        ],
      });
      return rows.map((row) => {
        const members = membersOf(textOf(row.d_member), ask.members.length);
        const told = Object.fromEntries(ask.members.map((name, at) => [`d_${name}`, members[at] ?? null]));
        return answerRow(kpi, dimensions, { ...row, ...told });
      });
    },
  };
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
