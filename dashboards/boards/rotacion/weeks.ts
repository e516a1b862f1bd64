import { addDays, type Day, daysBetween } from '../../format/days.ts';

/** A week and its amounts in functional currency; null: not known of it, or not yet. */
export interface Week {
  readonly monday: Day;
  readonly fell: string | null;
  readonly arrived: string | null;
  readonly due: string | null;
}

const MONDAY = '1970-01-05';

export function mondayOf(day: Day): Day {
  return addDays(day, -(daysBetween(MONDAY, day) % 7));
}

/** Mondays of the weeks that are over, oldest first: a week is over on its Sunday. */
export function pastMondays(asOf: Day, count: number, first: Day): Day[] {
  const last = addDays(mondayOf(addDays(asOf, 1)), -7);
  return Array.from({ length: count }, (_, at) => addDays(last, -7 * (count - 1 - at))).filter(
    (monday) => monday >= first,
  );
}

/**
 * The weeks that are not over, one after the other: where nothing falls due, nothing does.
 * @param due what falls due, by Monday
 */
export function comingWeeks(asOf: Day, due: ReadonlyMap<Day, string>, count: number): Week[] {
  const first = mondayOf(addDays(asOf, 1));
  return Array.from({ length: count }, (_, at): Week => {
    const monday = addDays(first, 7 * at);
    return { monday, fell: null, arrived: null, due: due.get(monday) ?? '0.00' };
  });
}

/** The Mondays of the week of a day and of the one after it: on a Sunday its week has that day left. */
export function soonMondays(asOf: Day): readonly [now: Day, next: Day] {
  const now = mondayOf(asOf);
  return [now, addDays(now, 7)];
}
