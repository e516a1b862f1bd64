import type { Dice } from './dice.ts';
import type { Day, Timeline } from './timeline.ts';

/** Colombian pesos per dollar, in hundredths of a peso, for every day: the last business day's rate holds. */
export class Rates {
  readonly #timeline: Timeline;
  readonly #byDay: number[] = [];

  constructor(dice: Dice, timeline: Timeline, last: Day) {
    this.#timeline = timeline;
    let rate = 412_500;
    for (let day = 0; day <= last; day++) {
      if (timeline.isBusinessDay('CO', day)) {
        const pull = (405_000 - rate) * 0.004;
        rate = Math.round(rate + pull + dice.normal() * 2_600);
      }
      this.#byDay.push(rate);
    }
  }

  /** Hundredths of a peso per dollar. */
  on(day: Day): bigint {
    return BigInt(this.#byDay[day] ?? 0);
  }

  text(day: Day): string {
    const rate = String(this.#byDay[day] ?? 0);
    return `${rate.slice(0, -2)}.${rate.slice(-2)}`;
  }

  isPublished(day: Day): boolean {
    return this.#timeline.isBusinessDay('CO', day);
  }
}

/** Cents of pesos for cents of dollars at a rate in hundredths; halves round up. */
export function inPesos(dollars: bigint, rate: bigint): bigint {
  return (dollars * rate + 50n) / 100n;
}
