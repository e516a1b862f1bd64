import { join } from 'node:path';
import { type DeliveryEntry, type Finding, MISDATED, type MisdatedCode } from '../contracts/delivery.ts';
import type { Config } from '../core/config.ts';
import {
  addDays,
  type BusinessDate,
  businessDate,
  dayIn,
  daysBetween,
  FIRST_YEAR,
  LAST_YEAR,
  type LocalTimestamp,
} from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import type { OfferedDelivery } from './offered.ts';
import { UNTOUCHED } from './reasons.ts';

/** What is accepted so far, as far as order and days are concerned. */
export interface Accepted {
  readonly asOf: BusinessDate;
  readonly cutoffAt: LocalTimestamp;
  readonly number: number;
}

export function acceptedBefore(entries: readonly DeliveryEntry[]): Accepted[] {
  return entries.map((entry) => ({
    asOf: entry.as_of as BusinessDate,
    cutoffAt: entry.cutoff_at as LocalTimestamp,
    number: entry.delivery_number,
  }));
}

/** How far a delivery may lie from those before it, and from today. */
export interface Reach {
  readonly config: Pick<Config, 'delivery_gap_days' | 'delivery_ahead_days'>;
  readonly today: BusinessDate;
}

const inYears = (text: string): boolean => {
  const year = Number(text.slice(0, 4));
  return year >= FIRST_YEAR && year <= LAST_YEAR;
};

/**
 * Days of no year that anybody delivers, and a cut-off before the day that it closes.
 * @returns what is wrong with the days of the control file; null when nothing is
 */
export function implausible({ folder, control }: OfferedDelivery): AlturasError | null {
  const { business_date, cutoff_at } = control;
  const year = `a day of the calendar from the year ${FIRST_YEAR} to ${LAST_YEAR}`;
  const faults = [
    ...(inYears(business_date) ? [] : [{ column: 'business_date', value: business_date, expected: year }]),
    ...(inYears(cutoff_at) ? [] : [{ column: 'cutoff_at', value: cutoff_at, expected: year }]),
  ];
  if (faults.length === 0 && cutoff_at.slice(0, 10) < business_date) {
    const expected = 'a cut-off that is not before its business day';
    faults.push({ column: 'cutoff_at', value: cutoff_at, expected });
  }
  const [first] = faults;
  if (!first) return null;
  const file = join(folder, 'control.json');
  const [count, them] = faults.length === 1 ? ['a fault', 'it'] : [`${faults.length} faults`, 'them'];
  return new AlturasError('input', 'CONTROL_INVALID', `${file} has ${count}.`, {
    file,
    ...first,
    causes: faults.map(({ column, value, expected }) => `${column}: "${value}" instead of ${expected}`),
    safe: UNTOUCHED,
    hint: `correct ${them} and run the command again; \`alturas contract control\` shows what it may say`,
  });
}

/**
 * Cut-offs only go forward.
 * @returns why the delivery may not follow those accepted before; null when it may
 */
export function backwards(offer: OfferedDelivery, accepted: readonly Accepted[]): AlturasError | null {
  const newest = accepted[accepted.length - 1];
  if (!newest || offer.cutoffAt > newest.cutoffAt) return null;
  return new AlturasError(
    'rejected',
    'DELIVERY_BACKWARDS',
    `The delivery of ${offer.asOf} has its cut-off at ${offer.cutoffAt}, not after ${newest.cutoffAt}, the newest accepted.`,
    {
      file: offer.folder,
      value: offer.cutoffAt,
      expected: `a cut-off after ${newest.cutoffAt}`,
      safe: UNTOUCHED,
      hint: 'a correction of an earlier day needs a cut-off of its own, later than all before',
    },
  );
}

/** A delivery with a date too far away. */
export interface OutOfReach {
  readonly error: AlturasError;
  /** False where it lies far away only because deliveries before it were refused. */
  readonly stays: boolean;
}

/**
 * A mistyped date far ahead would close the lake to every delivery before it, and one far behind would carry years of
 * days. The first delivery of a lake is measured by the clock alone.
 * @param offered those accepted before, and those that landing would accept if nothing else were wrong with them
 * @returns why the delivery lies too far from today or from those accepted before; null when it does not
 */
export function outOfReach(
  offer: OfferedDelivery,
  accepted: readonly Accepted[],
  offered: readonly Accepted[],
  { config, today }: Reach,
): OutOfReach | null {
  const cutoffDay = dayOf(offer.cutoffAt);
  const ahead = daysBetween(today, cutoffDay);
  if (ahead > config.delivery_ahead_days) {
    const far: Distance = {
      said: () => `has its cut-off on ${cutoffDay}, ${ahead} days after today, ${today}`,
      column: 'cutoff_at',
      expected: `a cut-off by ${addDays(today, config.delivery_ahead_days)}`,
      days: ahead,
    };
    return { error: unreachable(offer, 'DELIVERY_AHEAD', far, correcting(far.column)), stays: true };
  }
  const most = config.delivery_gap_days;
  const farFrom = (others: readonly Accepted[]): Distance | undefined =>
    distances(offer, others, most).find(({ days }) => days > most);
  const far = farFrom(accepted);
  if (!far) return null;
  const stays = farFrom(offered) !== undefined;
  const hint = stays
    ? correcting(far.column)
    : 'correct what the deliveries before it were refused for, and land it with them';
  return { error: unreachable(offer, 'DELIVERY_GAP', far, hint), stays };
}

const correcting = (column: string): string =>
  `correct ${column} in control.json, for as it is it stays refused`;

interface Distance {
  readonly days: number;
  readonly column: 'cutoff_at' | 'business_date';
  readonly said: (days: number) => string;
  readonly expected: string;
}

/** How far a delivery lies from those accepted before, of which none may be further than `most` days. */
function distances(offer: OfferedDelivery, accepted: readonly Accepted[], most: number): Distance[] {
  const cutoffDay = dayOf(offer.cutoffAt);
  const newest = accepted[accepted.length - 1];
  if (!newest) return [];
  const days = accepted.map(({ asOf }) => asOf);
  const first = days.reduce((a, b) => (a < b ? a : b));
  const last = days.reduce((a, b) => (a > b ? a : b));
  return [
    {
      days: daysBetween(dayOf(newest.cutoffAt), cutoffDay),
      column: 'cutoff_at',
      said: (count) =>
        `has its cut-off on ${cutoffDay}, ${count} days after ${dayOf(newest.cutoffAt)}, that of the newest accepted`,
      expected: `a cut-off by ${addDays(dayOf(newest.cutoffAt), most)}`,
    },
    {
      days: daysBetween(last, offer.asOf),
      column: 'business_date',
      said: (count) => `comes ${count} days after ${last}, the last day accepted`,
      expected: `a day by ${addDays(last, most)}`,
    },
    {
      days: daysBetween(offer.asOf, first),
      column: 'business_date',
      said: (count) => `is of ${count} days before ${first}, the first day accepted`,
      expected: `a day from ${addDays(first, -most)} on`,
    },
  ];
}

function unreachable(offer: OfferedDelivery, code: MisdatedCode, far: Distance, hint: string): AlturasError {
  return new AlturasError('rejected', code, `The delivery of ${offer.asOf} ${far.said(far.days)}.`, {
    file: offer.folder,
    column: far.column,
    value: far.column === 'cutoff_at' ? offer.cutoffAt : offer.asOf,
    expected: far.expected,
    safe: UNTOUCHED,
    hint: `${hint}; ${onPurpose(code, far.days)}`,
  });
}

function onPurpose(code: MisdatedCode, days: number): string {
  return `if it is right, land it with a configuration that says ${MISDATED[code]}: ${days}`;
}

/**
 * What was refused for its date stays refused: were it judged anew, it would pass once the clock has come near, and
 * close the lake to the deliveries of the days up to it.
 * @param before how the same bytes were refused, and the days that the configuration allowed then
 */
export function stillOutOfReach(
  offer: OfferedDelivery,
  accepted: readonly Accepted[],
  { today }: Reach,
  before: {
    readonly code: MisdatedCode;
    readonly at: string;
    readonly message: string;
    readonly limit: number;
  },
): AlturasError {
  const { code, limit } = before;
  const days =
    code === 'DELIVERY_AHEAD'
      ? [daysBetween(today, dayOf(offer.cutoffAt))]
      : distances(offer, accepted, limit).map((distance) => distance.days);
  const reaching = onPurpose(code, Math.max(limit + 1, ...days));
  return new AlturasError('rejected', code, `These bytes were refused at ${before.at}: ${before.message}`, {
    file: offer.folder,
    value: `business_date ${offer.asOf}, cutoff_at ${offer.cutoffAt}`,
    expected: `other dates, or a configuration that says more than ${limit} of ${MISDATED[code]}`,
    safe: UNTOUCHED,
    hint: `correct the dates in control.json, for as it is it stays refused; ${reaching}`,
  });
}

/**
 * Refuses a last day that no cut-off may have yet.
 * @throws AlturasError `DELIVERY_AHEAD`
 */
export function refuseAhead(day: BusinessDate, { config, today }: Reach): void {
  const ahead = daysBetween(today, day);
  if (ahead <= config.delivery_ahead_days) return;
  throw new AlturasError('usage', 'DELIVERY_AHEAD', `${day} is ${ahead} days after today, ${today}.`, {
    value: day,
    expected: `a day by ${addDays(today, config.delivery_ahead_days)}`,
    safe: 'Nothing was written.',
    hint: `Give an earlier day, or a configuration that says delivery_ahead_days: ${ahead}.`,
  });
}

/** The local day on which a landing takes place. */
export function landingDay(config: Config, now: Date = new Date()): BusinessDate {
  return dayIn(config.time_zone, now);
}

function dayOf(at: LocalTimestamp): BusinessDate {
  return businessDate(at.slice(0, 10));
}

/** What is worth knowing about the day and the number of a delivery that follows those accepted before. */
export function orderFindings(offer: OfferedDelivery, accepted: readonly Accepted[]): Finding[] {
  return [...dayFindings(offer, accepted), ...numberFindings(offer, accepted)];
}

function dayFindings(offer: OfferedDelivery, accepted: readonly Accepted[]): Finding[] {
  const days = accepted.map(({ asOf }) => asOf);
  const last = days.reduce<BusinessDate | null>((max, day) => (max === null || day > max ? day : max), null);
  if (last === null) return [];
  const versions = days.filter((day) => day === offer.asOf).length;
  if (versions > 0) {
    return [
      info(
        'REDELIVERY',
        `${offer.asOf} was delivered before; this is version ${versions + 1} of it`,
        versions,
      ),
    ];
  }
  if (offer.asOf < last) {
    return [
      info('LATE_DAY', `${offer.asOf} arrives after ${last} and fills a gap`, daysBetween(offer.asOf, last)),
    ];
  }
  const missing = daysBetween(last, offer.asOf) - 1;
  if (missing === 0) return [];
  const first = addDays(last, 1);
  const until = addDays(offer.asOf, -1);
  const span = missing === 1 ? first : `${first} to ${until}`;
  return [
    warning(
      'MISSING_DAYS',
      `no delivery for ${span}: ${missing === 1 ? 'it is' : 'they are'} carried until one arrives`,
      missing,
    ),
  ];
}

/** Order goes by the cut-offs; a number that does not count up says that the sender may have lost or repeated something. */
function numberFindings(offer: OfferedDelivery, accepted: readonly Accepted[]): Finding[] {
  const number = offer.control.delivery_number;
  const same = accepted.findLast((one) => one.number === number);
  if (same) {
    const { asOf, cutoffAt } = same;
    const message = `delivery number ${number} was that of ${asOf}, cut-off ${cutoffAt}, before`;
    return [warning('NUMBER_REPEATED', message, 1)];
  }
  const newest = accepted[accepted.length - 1];
  if (!newest || number > newest.number) return [];
  return [warning('NUMBER_BACK', `delivery number ${number} comes after ${newest.number}`, 1)];
}

function info(code: string, message: string, count: number): Finding {
  return { code, severity: 'info', message, count };
}

function warning(code: string, message: string, count: number): Finding {
  return { code, severity: 'warning', message, count };
}
