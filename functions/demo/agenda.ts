import type { Day } from './timeline.ts';

/** What will happen on which day, in the order it was written down. */
export class Agenda {
  readonly #days: (undefined | (() => void)[])[] = [];
  #today: Day;

  constructor(today: Day) {
    this.#today = today;
  }

  get today(): Day {
    return this.#today;
  }

  /** A past day means today: nothing can be known earlier. */
  at(day: Day, happening: () => void): void {
    const when = Math.max(day, this.#today);
    const list = this.#days[when];
    if (list) list.push(happening);
    else this.#days[when] = [happening];
  }

  /** Lives through a day; happenings may add others to the same day. */
  live(day: Day): void {
    this.#today = day;
    const list = this.#days[day] ?? [];
    this.#days[day] = list;
    for (let i = 0; i < list.length; i++) list[i]?.();
    this.#days[day] = undefined;
  }
}
