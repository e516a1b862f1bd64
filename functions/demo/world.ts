import { Agenda } from './agenda.ts';
import { Assignments } from './assignments.ts';
import { ClientBook } from './clients.ts';
import { Dice } from './dice.ts';
import { Ledger } from './ledger.ts';
import { Rates } from './rates.ts';
import { hireStaff, type Staff } from './staff.ts';
import { type Day, Timeline } from './timeline.ts';

/** The days that the simulation lives before the first delivery, so that the first portfolio has a past. */
export const WARM_UP = 340;

/** What every part of the simulation shares. */
export interface World {
  readonly size: number;
  readonly seed: number;
  readonly dice: Dice;
  readonly timeline: Timeline;
  readonly agenda: Agenda;
  readonly ledger: Ledger;
  readonly rates: Rates;
  readonly clients: ClientBook;
  readonly staff: Staff;
  readonly assignments: Assignments;
  /** First day that is simulated. */
  readonly start: Day;
  /** First day that is delivered. */
  readonly from: Day;
  /** Last day that is delivered. */
  readonly to: Day;
}

/** @param size about how many receipts shall be open on a day */
export function createWorld(seed: number, size: number, days: number, lastDay: string): World {
  const lastYear = Number(lastDay.slice(0, 4));
  const firstYear = lastYear - Math.ceil((days + WARM_UP) / 365) - 2;
  const timeline = new Timeline(firstYear, lastYear + 3);
  const to = timeline.dayOf(lastDay);
  const from = to - days + 1;
  const start = from - WARM_UP;
  const dice = new Dice(seed, 'world');
  return {
    size,
    seed,
    dice,
    timeline,
    agenda: new Agenda(start),
    ledger: new Ledger(timeline, dice.fork('ledger')),
    rates: new Rates(dice.fork('rates'), timeline, to + 30),
    clients: new ClientBook(dice.fork('clients')),
    staff: hireStaff(dice.fork('staff'), size),
    assignments: new Assignments(),
    start,
    from,
    to,
  };
}
