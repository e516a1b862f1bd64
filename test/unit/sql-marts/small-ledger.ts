import {
  addDays,
  addMonths,
  type BusinessDate,
  daysBetween,
  eachDay,
} from '../../../functions/core/dates.ts';
import { cents, moneyText, splitByLargestRemainder } from '../../../functions/core/money.ts';
import type { Given } from './mart-house.ts';

/** What the marts read, for a small company that has everything happen to it. */
export interface SmallLedger {
  readonly position: readonly Given[];
  readonly intermediary_part: readonly Given[];
  readonly flow: readonly Given[];
  readonly flow_part: readonly Given[];
  readonly unapplied: readonly Given[];
}

interface Fact {
  readonly on: BusinessDate;
  readonly cause: string;
  readonly amount: bigint;
  readonly late?: number;
}

/** Whole numbers below `limit`, the same for the same seed. */
function dice(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * limit);
  };
}

/** `receipts` receipts from `from` to `to`: paid, part paid, late, undone, cancelled, endorsed, shared, in dollars. */
export function smallLedger(
  seed: number,
  receipts: number,
  from: BusinessDate,
  to: BusinessDate,
): SmallLedger {
  const roll = dice(seed);
  const ledger = { position: [], intermediary_part: [], flow: [], flow_part: [], unapplied: [] } as {
    [key in keyof SmallLedger]: Given[];
  };
  const span = daysBetween(from, to);
  for (let n = 0; n < receipts; n += 1) {
    const issued = addDays(from, roll(span));
    const due = roll(12) === 0 ? null : addDays(issued, roll(50));
    const usd = roll(5) === 0;
    const credit = roll(10) === 0;
    const shared = roll(6) === 0;
    const total = BigInt(10_00 + roll(500_000)) * (credit ? -1n : 1n);
    const moved = addMonths(from, 1 + roll(2));
    const holderOn = (day: BusinessDate) => ({
      policy_no: `P${n % 11}`,
      client_id: `C${n % 7}`,
      office: n % 3 === 0 ? null : `O${n % 3}`,
      advisor: `V${n % 4}`,
      clerk: day < moved ? 'K1' : 'K2',
      line: `L${n % 2}`,
      intermediary: n % 5 === 0 ? null : 'I1',
      shared,
      currency: usd ? 'USD' : 'COP',
    });
    const facts: Fact[] = [{ on: issued, cause: 'ISSUED', amount: total }];
    let open = total;
    const add = (after: number, cause: string, amount: bigint) => {
      facts.push({
        on: addDays(issued, after),
        cause,
        amount,
        ...(roll(4) === 0 ? { late: 1 + roll(9) } : {}),
      });
      open += amount;
    };
    const part = -(total * BigInt(1 + roll(9))) / 10n;
    if (roll(3) > 0) add(1 + roll(40), 'COLLECTED', part);
    if (roll(6) === 0) add(42, 'REVERSED', -part);
    if (roll(5) === 0) add(43, 'ENDORSED_UP', 123_45n);
    if (roll(7) === 0) add(44, 'ENDORSED_DOWN', -50_01n);
    if (roll(3) === 0) add(45 + roll(20), roll(2) === 0 ? 'COLLECTED' : 'CANCELLED_NP', -open);
    else if (roll(9) === 0) add(60, 'WRITTEN_OFF', -open);
    const rate = (rateOf: bigint, amount: bigint) => (usd ? (amount * rateOf) / 100n : amount);
    const split = (amount: bigint) => splitByLargestRemainder(amount, [60n, 40n]);
    const shareOut = (amounts: Readonly<Record<string, bigint>>, key: Given): Given[] =>
      ['I1', 'I2'].map((intermediary, place) => ({
        ...key,
        intermediary,
        place: place + 1,
        ...Object.fromEntries(
          Object.entries(amounts).map(([name, amount]) => [name, moneyText(split(amount)[place] ?? 0n)]),
        ),
      }));
    const entered = facts.map((fact) => ({ ...fact, at: addDays(fact.on, fact.late ?? 0) }));
    for (const [index, fact] of entered.entries()) {
      if (fact.at > to) continue;
      const key = { as_of: fact.at, movement_id: `M${n}-${index}`, known_from: `${fact.at} 22:00:00` };
      const booked = rate(4000_00n, fact.amount) / (usd ? 1n : 1n);
      const amounts = { total: fact.amount, booked_total: booked, booked_net: booked };
      const paid = fact.cause === 'COLLECTED' || fact.cause === 'REVERSED';
      const cash = rate(4050_00n, fact.amount);
      ledger.flow.push({
        ...key,
        ...holderOn(fact.on),
        receipt_no: `R${n}`,
        cause: fact.cause,
        type: fact.cause === 'ISSUED' ? 'ISSUE' : fact.cause === 'REVERSED' ? 'REVERSAL' : 'APPLICATION',
        business_date: fact.on,
        late: fact.late !== undefined,
        due_date: due,
        issue_date: issued,
        ...Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, moneyText(amount)])),
        cash_total: paid ? moneyText(cash) : null,
      });
      if (shared) ledger.flow_part.push(...shareOut(paid ? { ...amounts, cash_total: cash } : amounts, key));
    }
    for (const day of eachDay(issued, to)) {
      const balance = entered.filter(({ at }) => at <= day).reduce((sum, { amount }) => sum + amount, 0n);
      if (balance === 0n) continue;
      const key = { as_of: day, receipt_no: `R${n}` };
      const amounts = {
        open_total: balance,
        booked_total: rate(4000_00n, balance),
        closing_total: rate(4100_00n, balance),
        closing_net: rate(4100_00n, balance),
      };
      ledger.position.push({
        ...key,
        ...holderOn(day),
        clerk_since: day < moved ? from : moved,
        due_date: due,
        issue_date: issued,
        closing_rate: usd ? 4100 : 1,
        ...Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, moneyText(amount)])),
      });
      if (shared) ledger.intermediary_part.push(...shareOut(amounts, key));
    }
  }
  for (const day of eachDay(addDays(from, 20), to))
    ledger.unapplied.push({
      as_of: day,
      payment_no: 'CASH1',
      office: 'O1',
      unapplied: moneyText(-cents(day < addDays(from, 50) ? '350.00' : '120.50')),
      received_date: addDays(from, 20),
    });
  return ledger;
}
