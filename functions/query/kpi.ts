import type { Config } from '../core/config.ts';
import { type BusinessDate, isMonthEnd, type LocalTimestamp } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import type { Lake } from '../lake/lake.ts';
import type { Answer, AnswerRow, FigureRow } from './answer.ts';
import { companiesAt, companiesNamed, functionalCurrencies } from './companies.ts';
import { Desk } from './desk.ts';
import { SMALLEST_GROUP } from './policy.ts';
import { prepare } from './prepare.ts';
import { sumsMoney } from './rates.ts';
import { answerDimensions, type Filter } from './select.ts';
import { type Question, refuseUnknownBound, type Understood, understand } from './understand.ts';

export { type Question, understand } from './understand.ts';

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

/**
 * Why a question has no answer, whatever rows there are: a feed that never came, a period that the lake does not know.
 * Null where it has one.
 */
export async function whySilent(
  desk: Desk,
  asked: Understood,
  filters: readonly Filter[],
): Promise<string | null> {
  const companies = companiesNamed([...filters, ...desk.scope]);
  const { delivered } = await companiesAt(desk, asked.knownAt, companies);
  return silent(desk, asked, delivered)?.reason ?? null;
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
  await Promise.all(asked.map((one) => refuseUnknownBound(desk, question.kpi, one)));
  const { kpi, basis } = first;
  const filters = [...question.filters, ...desk.scope];
  const companies = companiesNamed(filters);
  const known = await Promise.all(asked.map(({ knownAt }) => companiesAt(desk, knownAt, companies)));
  const currencies = [...new Set(known.flatMap((one) => one.currencies))].sort();
  const inferred = known.some((one) => one.inferred);
  const silence = new Map(
    asked.map((one, at) => [one, silent(desk, one, known[at]?.delivered ?? false)] as const),
  );
  // Functional currencies do not add up: several companies that differ in theirs are told apart.
  const apart = currencies.length > 1 && !basis.by_currency && !question.by.includes('company');
  const by = apart ? ['company', ...question.by] : question.by;
  const dimensions = answerDimensions(kpi, basis, by);
  const sumsUp =
    dimensions.length > 0 &&
    currencies.length <= 1 &&
    !basis.by_currency &&
    !dimensions.some((dimension) => kpi.cumulative_over.includes(dimension));
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
  const present = asked.filter((one) => !silence.get(one));
  const told = await tell(desk, present, { question, by, filters, dimensions, sumsUp });
  return Promise.all(
    asked.map(async (one) => {
      const day = told[present.indexOf(one)];
      const found = day ?? nothingBut(silence.get(one) ?? { reason: 'NO_DATA' });
      const figures = isBetweenMonths(desk, one, found)
        ? nothingBut({ reason: 'MONTH_ENDS_ONLY' })
        : ofNobody(one, found, dimensions, sumsUp);
      const currencyOf = await currencyByRow(desk, one, currencies);
      const inCurrency = (row: FigureRow): AnswerRow => ({ ...row, currency: currencyOf(row) });
      return quietAmongFew(desk, {
        ...common(one),
        ...figures,
        rows: figures.rows.map(inCurrency),
        total: figures.total && inCurrency(figures.total),
      });
    }),
  );
}

/** By the row, the currency of its money: of its documents, or that of its company. */
async function currencyByRow(
  desk: Desk,
  asked: Understood,
  currencies: readonly string[],
): Promise<(row: FigureRow) => string | null> {
  if (asked.basis.by_currency) return ({ dimensions }) => dimensions.currency ?? null;
  if (!sumsMoney(desk, asked)) return () => null;
  const functional = await functionalCurrencies(desk, asked.knownAt);
  const common = currencies.length === 1 ? (currencies[0] ?? null) : null;
  return ({ dimensions }) => functional.get(dimensions.company ?? '') ?? common;
}

/**
 * Feeds without which a figure says nothing. Movements are needed of companies that say they deliver them: those of
 * the others are told from their snapshots. What was paid on a day is unknown before the first delivery of payments.
 */
function absentFeeds(desk: Desk, { kpi, asOf, knownAt }: Understood, delivered: boolean): string[] {
  return kpi.feeds.filter((feed) => {
    if (feed === 'movements' && !delivered) return false;
    const first = firstOf(desk, feed, knownAt);
    return first === null || (feed === 'payments' && first > asOf);
  });
}

/** Why a day says nothing at all, before it is looked at. */
function silent(desk: Desk, one: Understood, delivered: boolean): Pick<FigureRow, 'reason' | 'notes'> | null {
  const feeds = absentFeeds(desk, one, delivered);
  if (feeds.length > 0) return { reason: 'FEED_ABSENT', notes: { feed: feeds.join(', ') } };
  if (one.period === null) return null;
  // A stock is carried beyond the newest day; what happens after it nobody knows.
  if (one.period.opened >= desk.newestDelivered(one.knownAt)) return { reason: 'NOT_YET_KNOWN' };
  const { first } = desk.ledger.calendar;
  if (one.kpi.from_opening && first !== null && one.period.opened < first)
    return { reason: 'INSUFFICIENT_HISTORY' };
  // Cash that stood unapplied before payments were ever delivered is no cash of the period that brings it.
  const cash = one.kpi.feeds.includes('payments') ? firstOf(desk, 'payments', one.knownAt) : null;
  return cash !== null && one.period.opened < cash
    ? { reason: 'INSUFFICIENT_HISTORY', notes: { feed: 'payments' } }
    : null;
}

/** The earliest day of which a feed was delivered by a moment. */
function firstOf(desk: Desk, feed: string, knownAt: LocalTimestamp): BusinessDate | null {
  let first: BusinessDate | null = null;
  for (const { asOf, cutoff } of desk.ledger.calendar.deliveriesOf(feed))
    if (cutoff <= knownAt && (first === null || asOf < first)) first = asOf;
  return first;
}

function nothingBut(why: Pick<FigureRow, 'reason' | 'notes'>): DayFigures {
  const row: FigureRow = { dimensions: {}, value: null, numerator: null, denominator: null, ...why };
  return { build: '', on_demand: false, rows: [row], total: row };
}

/** Whether a day has no rows as its mart is kept of month ends alone. */
function isBetweenMonths(desk: Desk, { asOf, kpi }: Understood, { rows }: DayFigures): boolean {
  const model = desk.project.models.find(({ name }) => name === kpi.from);
  return rows.length === 0 && model?.header.cadence === 'month' && !isMonthEnd(asOf);
}

/** A sum over no rows is nothing, not unknown; a ratio of nothing has no value. */
function nothing({ kpi, basis }: Understood): FigureRow {
  const ratio = basis.denominator !== undefined || kpi.of_nobody !== undefined;
  const zero = kpi.unit === 'money' ? '0.00' : kpi.unit === 'count' ? '0' : 0;
  return {
    dimensions: {},
    value: ratio ? null : zero,
    numerator: ratio ? null : zero,
    denominator: null,
    reason: ratio ? (kpi.of_nobody ?? 'ZERO_DENOMINATOR') : null,
  };
}

/** What a day says on which there may be no row: the figure without dimensions is told all the same. */
function ofNobody(
  asked: Understood,
  { rows, total, ...rest }: DayFigures,
  dimensions: readonly string[],
  sumsUp: boolean,
): DayFigures {
  if (dimensions.length > 0) return { ...rest, rows, total: total ?? (sumsUp ? nothing(asked) : null) };
  const [only = nothing(asked)] = rows;
  return { ...rest, rows: [only], total: only };
}

/** What one day says, without the words that are common to all days. */
interface DayFigures extends Pick<Answer, 'build' | 'on_demand' | 'members'> {
  readonly rows: readonly FigureRow[];
  readonly total: FigureRow | null;
}

interface Telling {
  readonly question: Question;
  readonly by: readonly string[];
  readonly filters: readonly Filter[];
  readonly dimensions: readonly string[];
  /** Whether the figure without the dimensions makes sense. */
  readonly sumsUp: boolean;
}

/** The figures of some days: those that this publish told before to an equal policy are remembered. */
async function tell(desk: Desk, asked: readonly Understood[], telling: Telling): Promise<DayFigures[]> {
  const { asOf: _, ...question } = telling.question;
  const days = asked.map(({ asOf, knownAt, restatedAt }) => [asOf, knownAt, restatedAt]);
  const asking = { ...telling, question };
  if (question.top === undefined) {
    const keys = days.map((day) => [asking, ...day]);
    return desk.days.rememberAll(desk, keys, (missing) =>
      tellAnew(
        desk,
        missing.flatMap((at) => asked[at] ?? []),
        telling,
      ),
    );
  }
  // Which members the days tell of depends on one of them: they are told, and remembered, together.
  const [all] = await desk.days.rememberAll(desk, [[asking, days]], async () => {
    const told = await tellAnew(desk, asked, telling);
    return [{ told, rows: told.flatMap(({ rows }) => rows) }];
  });
  return all?.told ?? [];
}

async function tellAnew(
  desk: Desk,
  asked: readonly Understood[],
  { question, by, filters, dimensions, sumsUp }: Telling,
): Promise<DayFigures[]> {
  const shapes = await prepare(desk, asked, by, filters);
  // Days that are not read together cannot be told together: then all members are.
  const top = shapes.length === 1 && dimensions.length > 0 ? question.top : undefined;
  const found = new Map<Understood, DayFigures>();
  for (const shape of shapes) {
    const { rows, totals, members } = await shape.tell(dimensions, { total: sumsUp, top });
    for (const [one, build] of shape.days) {
      found.set(one, {
        build,
        on_demand: shape.onDemand,
        rows: rows.get(one.asOf) ?? [],
        total: totals.get(one.asOf) ?? null,
        ...(members === null ? {} : { members }),
      });
    }
  }
  return asked.map((one) => {
    const day = found.get(one);
    if (!day) throw new AlturasError('internal', 'NO_ANSWER', `${one.kpi.id} has no answer of ${one.asOf}.`);
    return day;
  });
}

/** A place among others says something about them: among few, too much. */
const AMONG_PEERS: readonly string[] = ['on_time_place', 'on_time_percentile'];

function quietAmongFew(desk: Desk, one: Answer): Answer {
  if (desk.scope.length === 0 || !AMONG_PEERS.includes(one.kpi)) return one;
  const quiet = (row: AnswerRow): AnswerRow =>
    row.reason === null && Number(row.notes?.peers ?? 0) < SMALLEST_GROUP
      ? {
          dimensions: row.dimensions,
          value: null,
          numerator: null,
          denominator: null,
          reason: 'FEW_PEERS',
          currency: row.currency,
        }
      : row;
  return { ...one, rows: one.rows.map(quiet), total: one.total && quiet(one.total) };
}
