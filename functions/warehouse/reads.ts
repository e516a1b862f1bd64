import { addDays, addMonths, type BusinessDate, eachDay, isMonthEnd, monthEnd } from '../core/dates.ts';

const PLAIN = ['day', 'previous', 'compared', 'opening', 'period', 'all'] as const;
type Plain = (typeof PLAIN)[number];

/** Which days of a relation a model needs, relative to the days it is built for. */
export type ReadSpan =
  | { readonly kind: Plain }
  | { readonly kind: 'days' | 'month ends' | 'days before period'; readonly count: number };

/** Null when the text is no span. */
export function parseSpan(text: string): ReadSpan | null {
  if (PLAIN.includes(text as Plain)) return { kind: text as Plain };
  const match = /^([0-9]{1,4}) (?:(days?)( before period)?|month ends?)$/.exec(text);
  if (!match?.[1]) return null;
  const kind = match[3] ? 'days before period' : match[2] ? 'days' : 'month ends';
  return { kind, count: Number(match[1]) };
}

/** What the spans are relative to: the days to build, and per day where its periods opened. */
export interface ReadBase {
  /** Ascending. */
  readonly days: readonly BusinessDate[];
  /** Days before a period's first day, over all periods of all days. */
  readonly opened: readonly { readonly asOf: BusinessDate; readonly opened: BusinessDate }[];
  /** The first day that the lake can say anything about; earlier ones are never asked for. */
  readonly first: BusinessDate;
  /** Of the days to build those on which some company's movements come from two positions that are compared. */
  readonly compared: () => readonly BusinessDate[];
}

/** The days of the relation that a span asks for, ascending, each once. `all` gives every day since the first. */
export function spanDays(span: ReadSpan, base: ReadBase): BusinessDate[] {
  return merged(intervals(span, base)).flatMap(([from, to]) => [...eachDay(from, to)]);
}

type Interval = readonly [from: BusinessDate, to: BusinessDate];

function intervals(span: ReadSpan, base: ReadBase): Interval[] {
  const since = (day: BusinessDate): BusinessDate => (day < base.first ? base.first : day);
  const built = base.days.map((day): Interval => [day, day]);
  const last = base.days.at(-1);
  if (last === undefined) return [];
  switch (span.kind) {
    case 'day':
      return built;
    case 'previous':
      return base.days.map((day) => [since(addDays(day, -1)), day]);
    case 'compared':
      return base.compared().map((day) => [since(addDays(day, -1)), day]);
    case 'days':
      return base.days.map((day) => [since(addDays(day, -span.count)), day]);
    case 'opening':
      return [...built, ...base.opened.map(({ opened }): Interval => [opened, opened])].filter(
        ([day]) => day >= base.first,
      );
    case 'period':
      return [...built, ...base.opened.map(({ asOf, opened }): Interval => [since(opened), asOf])];
    case 'days before period':
      return [
        ...built,
        ...base.opened.map(({ asOf, opened }): Interval => [since(addDays(opened, -span.count)), asOf]),
      ];
    case 'month ends':
      return [
        ...built,
        ...base.days.flatMap((day) =>
          monthEndsBefore(day, span.count)
            .filter((end) => end >= base.first)
            .map((end): Interval => [end, end]),
        ),
      ];
    case 'all':
      return [[base.first, last]];
  }
}

/** Intervals in order, those that touch or overlap joined, so that no day is walked twice. */
function merged(parts: readonly Interval[]): Interval[] {
  const sorted = [...parts].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  const joined: Interval[] = [];
  for (const [from, to] of sorted) {
    const before = joined.at(-1);
    if (!before || from > before[1]) joined.push([from, to]);
    else if (to > before[1]) joined[joined.length - 1] = [before[0], to];
  }
  return joined;
}

/** The last `count` calendar month ends strictly before a day, newest first. */
export function monthEndsBefore(day: BusinessDate, count: number): BusinessDate[] {
  const start = `${day.slice(0, 7)}-01` as BusinessDate;
  return Array.from({ length: count }, (_, index) => monthEnd(addMonths(start, -(index + 1))));
}

/** The days that a model of a cadence is built for. */
export function cadenceDays(cadence: 'day' | 'month', days: readonly BusinessDate[]): BusinessDate[] {
  return cadence === 'day' ? [...days] : days.filter(isMonthEnd);
}
