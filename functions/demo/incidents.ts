import { row } from './deliveryFiles.ts';
import type { Dice } from './dice.ts';
import { CUT_OFF, type Movement } from './ledger.ts';
import type { Payment } from './payment.ts';
import { minus, type Parts, plus, type Receipt, sumOf } from './receipt.ts';
import { type Day, MINUTES, type Timeline } from './timeline.ts';

/** What goes wrong with deliveries: days that never come, a day that is sent again, rows that no contract accepts. */
export interface Incidents {
  readonly missing: ReadonlySet<Day>;
  /** First sent without some payments, then again with them. */
  readonly resent: Day | null;
}

/** A ledger of less than this many days has no incidents. */
const SHORTEST = 40;

export function planIncidents(dice: Dice, timeline: Timeline, from: Day, to: Day): Incidents {
  const days = to - from + 1;
  if (days < SHORTEST) return { missing: new Set(), resent: null };
  // A weekday in the middle of a month: month ends must be there for every reader.
  const quiet = (day: Day) => timeline.dayOfMonth(day) > 6 && timeline.dayOfMonth(day) < 25;
  const near = (part: number, fits: (day: Day) => boolean): Day => {
    let day = from + Math.floor(days * part);
    while (!fits(day) && day < to - 2) day++;
    return day;
  };
  const workday = (day: Day) =>
    quiet(day) && timeline.isBusinessDay('CO', day) && timeline.isBusinessDay('CO', day - 1);
  return {
    missing: new Set([near(dice.between(0.2, 0.35), quiet), near(dice.between(0.55, 0.65), quiet)]),
    resent: near(dice.between(0.72, 0.85), workday),
  };
}

/** Movements, payments and receipts' balances that a day's first version did not know. */
export interface Omission {
  readonly movements: ReadonlySet<Movement>;
  readonly payments: ReadonlySet<Payment>;
  /** What was open of each receipt without them. */
  readonly open: ReadonlyMap<Receipt, Parts>;
  /** By currency: how much more was open. */
  readonly sums: readonly { readonly currency: string; readonly cents: bigint }[];
}

/** Chooses payments of the day whose whole effect can be left out: a bank's file that was loaded too late. */
export function omitPayments(movements: readonly Movement[], today: Day, most: number): Omission {
  const byReceipt = groups(movements, ({ receipt }) => receipt);
  const byPayment = groups(movements, ({ payment }) => payment);
  const omitted = new Set<Movement>();
  const payments = new Set<Payment>();
  const open = new Map<Receipt, Parts>();
  const sums: { currency: string; cents: bigint }[] = [];
  for (const [payment, list] of byPayment) {
    if (payments.size === most) break;
    if (payment === null || payment.receivedDay !== today || payment.recordedAt % MINUTES >= CUT_OFF)
      continue;
    if (list.some(({ receipt, type }) => type !== 'APPLICATION' || byReceipt.get(receipt)?.length !== 1))
      continue;
    payments.add(payment);
    for (const movement of list) {
      const { receipt } = movement;
      omitted.add(movement);
      open.set(receipt, plus(receipt.open, minus(movement.parts)));
      sums.push({ currency: receipt.facts.policy.currency, cents: -sumOf(movement.parts) });
    }
  }
  return { movements: omitted, payments, open, sums };
}

function groups<K>(movements: readonly Movement[], key: (movement: Movement) => K): Map<K, Movement[]> {
  const found = new Map<K, Movement[]>();
  for (const movement of movements) {
    const list = found.get(key(movement));
    if (list) list.push(movement);
    else found.set(key(movement), [movement]);
  }
  return found;
}

/** A receipt row that the contract refuses, made up for no real receipt: its refusal changes no balance. */
export interface BadRow {
  readonly text: string;
  readonly receipt: string;
  readonly column: string;
  readonly why: string;
  readonly currency: string;
  /** Its open total, which the control sums hold like any other row's. */
  readonly cents: bigint;
}

const FLAWS = [
  { column: 'open_total', why: 'the components do not add up to the total' },
  { column: 'issue_date', why: 'not a day of the calendar' },
  { column: 'receipt_type', why: 'a receipt type without a sign rule' },
  { column: 'issued_net', why: 'more than two decimals' },
  { column: 'client_id', why: 'no client' },
  { column: 'held_by', why: 'not a value of the contract' },
] as const;

/** @param like a receipt of the day, whose policy lends the made-up row its dimensions */
export function badRow(dice: Dice, timeline: Timeline, like: Receipt, number: number): BadRow {
  const flaw = dice.pick(FLAWS);
  const { policy, coverStart, coverEnd } = like.facts;
  const text = (day: Day) => timeline.text(day);
  const today = text(like.facts.issueDay);
  const receipt = `T${number}`;
  const net = dice.int(120, 900) * 1000;
  const total = flaw.column === 'open_total' ? net + 10 : net;
  const broken = (column: string, otherwise: string, value: string) =>
    flaw.column === column ? value : otherwise;
  const fields = [
    policy.company.company,
    receipt,
    broken('receipt_type', 'PREMIUM', 'SIMULACION'),
    broken('client_id', policy.client.id, ''),
    policy.no,
    '',
    1,
    policy.line.line,
    policy.office.office,
    broken('issue_date', today, `${today.slice(0, 4)}-02-30`),
    today,
    today,
    today,
    text(coverStart),
    text(coverEnd),
    policy.currency,
    broken('issued_net', String(net), `${net}.125`),
    0,
    0,
    0,
    net,
    net,
    0,
    0,
    0,
    total,
    broken('held_by', 'POLICYHOLDER', 'BANCO'),
    false,
    '',
    policy.channel,
    '',
  ];
  return {
    text: row(fields),
    receipt,
    column: flaw.column,
    why: flaw.why,
    currency: policy.currency,
    cents: BigInt(total) * 100n,
  };
}
