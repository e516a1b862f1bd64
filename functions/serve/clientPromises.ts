import { type BusinessDate, businessDate } from '../core/dates.ts';
import { cents, moneyText } from '../core/money.ts';
import type { Row } from '../engine/engine.ts';
import { type ClientRows, promiseEnds } from '../query/clients.ts';
import type { Desk } from '../query/desk.ts';
import type { ClientResponse } from './api.ts';

/**
 * Promises with the cash that counts for each: of payments on the receipt within its days, what older promises on the
 * same receipt did not take, each up to its amount (domain 1.8).
 */
export function promisesOf(desk: Desk, rows: ClientRows): ClientResponse['promises'] {
  const age = (row: Row): string => `${row.created_on} ${row.promise_id}`;
  const oldestFirst = [...rows.promises].sort((a, b) => (age(a) < age(b) ? -1 : 1));
  const cash = rows.movements
    .filter(({ cause }) => cause === 'COLLECTED' || cause === 'REVERSED')
    .map(
      (row): Cash => ({
        receipt: String(row.receipt_no),
        on: String(row.business_date),
        left: -cents(String(row.total)),
      }),
    )
    .sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
  const told = new Map(oldestFirst.map((row) => [row, promiseOf(desk, rows, row, cash)]));
  return rows.promises.flatMap((row) => told.get(row) ?? []);
}

/** Money that came in on a receipt (less than 0: was taken back), and what of it no promise took yet. */
interface Cash {
  readonly receipt: string;
  readonly on: string;
  left: bigint;
}

function promiseOf(
  desk: Desk,
  rows: ClientRows,
  row: Row,
  cash: readonly Cash[],
): ClientResponse['promises'][number] {
  const defaults = desk.config.promises;
  const rule = {
    graceDays: Number(row.grace_days ?? defaults.grace_days),
    threshold: Number(row.threshold ?? defaults.threshold),
  };
  const dueOn = businessDate(String(row.due_on));
  const ends: BusinessDate = promiseEnds(dueOn, rule);
  const isVoid = row.status === 'VOID';
  const amount = cents(String(row.amount));
  const within = cash.filter(
    ({ receipt, on }) => receipt === row.receipt_no && on >= String(row.created_on) && on <= ends,
  );
  const paid = within.reduce((sum, { left }) => sum + left, 0n);
  if (!isVoid) take(within, paid < amount ? paid : amount);
  const kept = paid * 10_000n >= amount * BigInt(Math.round(rule.threshold * 100));
  // Of a receipt that was open before, the opening says what was left, not what was paid.
  const isSeenWhole = String(row.created_on) >= rows.paymentsSince;
  return {
    promise: String(row.promise_id),
    receipt: String(row.receipt_no),
    created_on: String(row.created_on),
    due_on: String(row.due_on),
    amount: String(row.amount),
    currency: String(row.currency),
    paid: moneyText(paid),
    state: promiseState(isVoid, kept, rows.asOf >= ends, isSeenWhole),
  };
}

/** A promise that was made before the lake may have been paid before it: of one not kept since, nobody knows. */
function promiseState(
  isVoid: boolean,
  isKept: boolean,
  isOver: boolean,
  isSeenWhole: boolean,
): ClientResponse['promises'][number]['state'] {
  if (isVoid) return 'void';
  if (isKept) return 'kept';
  if (!isOver) return 'open';
  return isSeenWhole ? 'broken' : 'unknown';
}

/** Takes an amount out of what came in, the first first; what was taken back meanwhile goes with it. */
function take(cash: readonly Cash[], amount: bigint): void {
  if (amount <= 0n) return;
  let wanted = amount;
  for (const one of cash.filter(({ left }) => left < 0n)) {
    wanted -= one.left;
    one.left = 0n;
  }
  for (const one of cash) {
    const part = one.left < wanted ? one.left : wanted;
    one.left -= part;
    wanted -= part;
  }
}
