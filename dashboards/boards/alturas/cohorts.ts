import type { AskAnswer } from '../../../functions/serve/api.ts';

/** Months that are told. */
export const AGES = 12;
const COHORTS = 12;
/** A cohort that began before the first delivery: what was paid of it before is not known. */
const MOST_UNKNOWN = 0.05;

interface Point {
  readonly value: number;
  readonly collected: number;
  readonly due: number;
}

export interface Cohort {
  readonly cohort: string;
  readonly base: string;
  /** By months elapsed; null is what has not happened yet. */
  readonly points: readonly (Point | null)[];
}

/** Cohorts that are known from their first day, oldest first. */
export function cohortsOf(answer: Pick<AskAnswer, 'rows'>): Cohort[] {
  const found = new Map<string, { base: string; points: (Point | null)[]; unknown: number }>();
  for (const { dimensions, value, numerator, denominator, notes } of answer.rows) {
    const cohort = dimensions.cohort ?? '';
    const age = Number(dimensions.age);
    if (age > AGES) continue;
    const known = found.get(cohort) ?? {
      base: '0',
      points: Array.from({ length: AGES + 1 }, () => null),
      unknown: 0,
    };
    const due = Number(denominator ?? 0);
    known.points[age] =
      value === null ? null : { value: Number(value), collected: Number(numerator ?? 0), due };
    known.base = String(denominator ?? known.base);
    known.unknown = Math.max(known.unknown, Number(notes?.from_opening ?? 0) / Math.max(due, 1));
    found.set(cohort, known);
  }
  return [...found]
    .filter(([, { unknown, points }]) => unknown <= MOST_UNKNOWN && points.some((point) => point !== null))
    .map(([cohort, { base, points }]) => ({ cohort, base, points }))
    .sort((a, b) => (a.cohort < b.cohort ? -1 : 1))
    .slice(-COHORTS);
}

/** The newest cohort of which a month has passed, and what those before it had brought at each age, all of them together. */
export interface Comparison {
  readonly told: Cohort;
  readonly age: number;
  readonly value: number;
  /** By months elapsed; null where none of those before has come so far. */
  readonly before: readonly (number | null)[];
}

export function comparisonOf(cohorts: readonly Cohort[]): Comparison | null {
  const at = cohorts.findLastIndex(({ points }) => points.slice(1).some((point) => point !== null));
  const told = cohorts[at];
  const age = told?.points.findLastIndex((point) => point !== null) ?? -1;
  const value = told?.points[age]?.value;
  if (told === undefined || value === undefined) return null;
  const before = Array.from({ length: AGES + 1 }, (_, month) => {
    const points = cohorts.slice(0, at).flatMap(({ points: { [month]: point } }) => point ?? []);
    const due = points.reduce((sum, point) => sum + point.due, 0);
    return due === 0 ? null : points.reduce((sum, point) => sum + point.collected, 0) / due;
  });
  return { told, age, value, before };
}
