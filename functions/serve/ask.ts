import { type BusinessDate, businessDate, knownAt as knownAtOf } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import type { Answer, AnswerRow } from '../query/answer.ts';
import { findKpi } from '../query/catalogue.ts';
import type { Desk } from '../query/desk.ts';
import { answerSeries, type NoAnswer, type Question, understand } from '../query/kpi.ts';
import { labelsOf } from '../query/names.ts';
import { partUnits } from '../query/partUnit.ts';
import { rangeDays } from '../query/range.ts';
import { RATE_MISSING } from '../query/rates.ts';
import type { Top } from '../query/select.ts';
import { PERIODS } from '../warehouse/days.ts';
import type { AskAnswer, AskQuestion, AskRow, Cell } from './api.ts';
import { provenanceOf } from './provenance.ts';

/** A question of the interface in the words of the query room. */
export function questionOf(
  asked: Omit<AskQuestion, 'id' | 'compare' | 'range' | 'sort' | 'limit'>,
): Question {
  return {
    kpi: asked.kpi,
    by: asked.by,
    filters: asked.filters,
    ...(asked.as_of === undefined ? {} : { asOf: businessDate(asked.as_of) }),
    ...(asked.known_at === undefined ? {} : { knownAt: knownAtOf(asked.known_at) }),
    ...(asked.period === undefined ? {} : { period: asked.period }),
    ...(asked.basis === undefined ? {} : { basis: asked.basis }),
  };
}

/** A question whose range is told as its last day and the days to compare with. */
function ranged(desk: Desk, { range, ...asked }: AskQuestion): Omit<AskQuestion, 'range'> {
  if (range === undefined) return asked;
  if (asked.as_of !== undefined || asked.compare.length > 0 || asked.period?.includes('..'))
    throw new AlturasError('usage', 'BAD_RANGE', 'A range stands in the place of as_of, compare and A..B.', {
      value: asked.as_of ?? asked.compare[0] ?? asked.period ?? '',
      variant: 'alone',
    });
  const [last, ...others] = rangeDays({
    from: businessDate(range.from),
    to: range.to === undefined ? desk.newestDay() : businessDate(range.to),
    every: range.every,
  });
  return { ...asked, as_of: last, compare: others };
}

/** One question with its compare days, as one answer. */
export async function ask(desk: Desk, given: AskQuestion): Promise<AskAnswer> {
  const asked = ranged(desk, given);
  const question = questionOf(asked);
  const { asOf } = understand(desk, question);
  if (asked.compare.length > 0 && asked.period?.includes('..')) {
    throw new AlturasError('usage', 'BAD_PERIOD', 'A fixed span has no other days to compare with.', {
      value: asked.period,
      expected: PERIODS.join(', '),
      variant: 'fixed',
    });
  }
  if (asked.sort?.endsWith('change') && asked.compare.length === 0) {
    throw new AlturasError('usage', 'BAD_SORT', 'There is no day to tell a change against.', {
      value: asked.sort,
      expected: 'value, numerator, denominator, member',
      hint: 'Name a day in compare, or sort by something else.',
    });
  }
  const days = [asOf, ...(asked.period?.includes('..') ? [] : asked.compare.map(businessDate))];
  const [main, ...others] =
    (await largest(desk, asked, question, days)) ?? (await answerSeries(desk, question, days));
  if (!main || 'reason' in main)
    throw new AlturasError('missing', main?.reason ?? 'NO_DATA', `Nothing was known of ${asOf}.`, {
      value: asOf,
      expected: `${desk.ledger.calendar.first ?? '–'}..${desk.newestDay()}`,
    });
  const rows = withCompare(main, others);
  const sorted = sortRows(rows, asked.sort);
  const shown = asked.limit === undefined ? sorted : sorted.slice(0, asked.limit);
  const { kpi } = findKpi(desk.catalogue, asked.kpi);
  const by = Object.keys((main.rows[0] ?? firstRow(others))?.dimensions ?? {});
  const day = { carried: main.carried, inferred: main.inferred };
  return {
    ...(await provenanceOf(desk, {
      asOf: main.as_of,
      knownAt: main.known_at,
      build: main.build,
      filters: asked.filters,
      rows: main.members ?? rows.length,
      ...day,
    })),
    ...day,
    id: asked.id ?? null,
    kpi: main.kpi,
    by: by.length > 0 ? by : [...asked.by],
    period: main.period,
    basis: main.basis,
    unit: main.unit,
    ...partUnits(desk, main),
    direction: kpi.direction,
    currency: main.currency,
    on_demand: main.on_demand,
    compare: others.map((one) =>
      'reason' in one
        ? { as_of: one.as_of, known_at: null, build: null, carried: false, reason: one.reason }
        : { as_of: one.as_of, known_at: one.known_at, build: one.build, carried: one.carried, reason: null },
    ),
    rows: shown,
    total: totalOf(main, others),
    labels: await labelsOf(
      desk,
      Object.fromEntries(by.map((dimension) => [dimension, shown.map((row) => row.dimensions[dimension])])),
      main.filters,
    ),
  };
}

/** Dimensions of which there are as many members as an insurer has clients. */
const MANY: readonly string[] = ['client', 'policy', 'receipt'];
/** Members that are looked for at least: boards list ten or twenty of them, and these are the same ones. */
const LIST = 20;
const LARGEST_BY: Readonly<Record<string, Top['figure']>> = {
  '-value': 'value',
  '-numerator': 'numerator',
  '-denominator': 'denominator',
};

/**
 * The answers of the largest members alone, where no more are shown: of a million receipts, hundreds of thousands of
 * others never leave the engine. Null where that is not the question, or where those shown would not be known from them:
 * a member that the day does not have stands for nothing, which comes before what is less.
 */
async function largest(
  desk: Desk,
  { sort, limit }: Pick<AskQuestion, 'sort' | 'limit'>,
  question: Question,
  days: readonly BusinessDate[],
): Promise<(Answer | NoAnswer)[] | null> {
  const figure = LARGEST_BY[sort ?? ''];
  const [day] = days;
  if (figure === undefined || limit === undefined || day === undefined) return null;
  if (!question.by.some((dimension) => MANY.includes(dimension))) return null;
  const count = Math.max(limit, LIST);
  const answers = await answerSeries(desk, { ...question, top: { day, figure, count } }, days);
  const [main] = answers;
  if (main === undefined || 'reason' in main || main.members === undefined) return answers;
  const isAll = main.rows.length === main.members;
  // Where no amount is known, as a rate is missing, none of the others would be better.
  const isTold = (row: AnswerRow): boolean => row.reason === RATE_MISSING || Number(row[figure] ?? 0) > 0;
  return isAll || main.rows.filter(isTold).length >= limit ? answers : null;
}

function firstRow(answers: readonly (Answer | NoAnswer)[]): AnswerRow | undefined {
  return answers.flatMap((one) => ('reason' in one ? [] : one.rows))[0];
}

/** Rows of all days by their members; a member without rows on a day has nothing there. */
function withCompare(main: Answer, others: readonly (Answer | NoAnswer)[]): AskRow[] {
  const key = (row: AnswerRow) => JSON.stringify(Object.values(row.dimensions));
  const byDay = [main, ...others].map((one) =>
    'reason' in one ? one : new Map(one.rows.map((row) => [key(row), row])),
  );
  const members = new Map<string, AnswerRow>();
  for (const one of byDay)
    if (one instanceof Map) for (const [at, row] of one) if (!members.has(at)) members.set(at, row);
  const ratio = [main, ...others].some(
    (one) => !('reason' in one) && one.rows.some((row) => row.denominator !== null),
  );
  const at = (day: (typeof byDay)[number] | undefined, row: string): Cell => {
    if (!(day instanceof Map)) return empty(day?.reason ?? 'NO_DATA');
    const found = day.get(row);
    return found ? cellOf(found) : empty('NO_DATA', main, ratio);
  };
  return [...members].map(([member, any]) => {
    const [mine] = byDay;
    const row = mine instanceof Map ? mine.get(member) : undefined;
    return {
      dimensions: any.dimensions,
      ...at(mine, member),
      currency: any.currency,
      ...(row?.notes === undefined ? {} : { notes: row.notes }),
      compare: byDay.slice(1).map((day) => at(day, member)),
    };
  });
}

function totalOf(main: Answer, others: readonly (Answer | NoAnswer)[]): AskRow | null {
  if (main.total === null) return null;
  return {
    dimensions: {},
    ...cellOf(main.total),
    currency: main.total.currency,
    ...(main.total.notes === undefined ? {} : { notes: main.total.notes }),
    compare: others.map((one) =>
      'reason' in one ? empty(one.reason) : one.total === null ? empty('NO_DATA') : cellOf(one.total),
    ),
  };
}

function cellOf({ value, numerator, denominator, reason }: AnswerRow): Cell {
  return { value, numerator, denominator, reason };
}

/** Where a day is known and a member has no row, a sum is nothing; all else is unknown. */
function empty(reason: string, main?: Answer, ratio = true): Cell {
  if (main && !ratio && (main.unit === 'money' || main.unit === 'count')) {
    const zero = main.unit === 'money' ? '0.00' : '0';
    return { value: zero, numerator: zero, denominator: null, reason: null };
  }
  return { value: null, numerator: null, denominator: null, reason };
}

function sortRows(rows: readonly AskRow[], sort: string | undefined): AskRow[] {
  if (sort === undefined) return [...rows];
  const sign = sort.startsWith('-') ? -1 : 1;
  const field = sort.replace(/^-/, '');
  if (field === 'member') {
    const text = (row: AskRow) =>
      Object.values(row.dimensions)
        .map((one) => one ?? '\uffff')
        .join('\u001f');
    return [...rows].sort((a, b) => sign * (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
  }
  const weight = (row: AskRow): number | null => {
    if (field === 'change') {
      const before = row.compare[0]?.value ?? null;
      return row.value === null || before === null ? null : Number(row.value) - Number(before);
    }
    const figure =
      field === 'numerator' ? row.numerator : field === 'denominator' ? row.denominator : row.value;
    return figure === null ? null : Number(figure);
  };
  // What has no value stands last, whichever way the others go.
  return [...rows].sort((a, b) => {
    const [x, y] = [weight(a), weight(b)];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    return sign * (x - y);
  });
}
