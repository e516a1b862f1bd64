import { addDays, type BusinessDate, businessDate } from '../../../functions/core/dates.ts';
import type { Amount, Ledger } from '../../support/ledgerFixture.ts';

/** Days past due at the end of May, and so of June (30 days on), of a receipt that rolls from a bucket to the next. */
const ROLLING: Readonly<Record<string, string>> = {
  'Cur>Cur': '2026-08-01',
  'Cur>1-30': '2026-06-15',
  '1-30>31-60': '2026-05-20',
  '31-60>61-90': '2026-04-20',
  '61-90>90+': '2026-03-20',
  '90+>90+': '2026-01-10',
};

/** One row of a transition matrix in money: what stays open by closing bucket, and what was paid, cancelled, written off. */
export interface RollRow {
  readonly from: string;
  readonly open: Readonly<Record<string, Amount>>;
  readonly paid: Amount;
  readonly cancelled?: Amount;
  readonly writtenOff?: Amount;
}

/**
 * The opening balances of a month and where they go (domain §1.4). Part of each payment is on a receipt that stays
 * open, so that a balance must be split; and June sells something new, which belongs to no row.
 */
export function addRolls(ledger: Ledger, name: string, rows: readonly RollRow[], sold: Amount): void {
  const company = ledger.company(name);
  for (const { from, open, paid, cancelled = 0, writtenOff = 0 } of rows) {
    const [[first, kept] = ['', 0], ...others] = Object.entries(open);
    const due = ROLLING[`${from}>${first}`] ?? '';
    const receipt = company.receipt(`${from}>${first}`, {
      total: add(kept, paid, cancelled, writtenOff),
      issued: '2025-12-20',
      due,
    });
    receipt.paid(paid, '2026-06-10');
    if (Number(cancelled) > 0) receipt.cancelled(cancelled, '2026-06-12', { reason: 'NON_PAYMENT' });
    if (Number(writtenOff) > 0) receipt.writtenOff(writtenOff, '2026-06-15');
    for (const [to, amount] of others) {
      company.receipt(`${from}>${to}`, {
        total: amount,
        issued: '2025-12-20',
        due: ROLLING[`${from}>${to}`] ?? '',
      });
    }
  }
  company.receipt('new', { total: sold, issued: '2026-06-05', due: '2026-06-12' }).paid(sold, '2026-06-20');
}

function add(...amounts: readonly Amount[]): string {
  return `${amounts.reduce<number>((sum, amount) => sum + Math.round(Number(amount) * 100), 0) / 100}`;
}

export const DOMAIN_ROLLS: readonly RollRow[] = [
  { from: 'Cur', open: { Cur: 700, '1-30': 700 }, paid: 3_500, cancelled: 100 },
  { from: '1-30', open: { '31-60': 750 }, paid: 600, cancelled: 150 },
  { from: '31-60', open: { '61-90': 560 }, paid: 160, cancelled: 80 },
  { from: '61-90', open: { '90+': 320 }, paid: 40, cancelled: 40 },
  { from: '90+', open: { '90+': 255 }, paid: 15, writtenOff: 30 },
];

export const TWIN_ROLLS: readonly RollRow[] = [
  { from: 'Cur', open: { Cur: '811.11', '1-30': '422.02' }, paid: '2903.03', cancelled: '17.71' },
  { from: '1-30', open: { '31-60': '655.55' }, paid: '401.99', cancelled: '33.30' },
  { from: '61-90', open: { '90+': '123.45' }, paid: '76.54', writtenOff: '6.78' },
  { from: '90+', open: { '90+': '99.01' }, paid: '0.99' },
];

/** A middle day of each state: 0 is not past due, 1 is 1 to 30 days, 2 is 31 to 60, and so on. */
export function dueInState(state: number, on: BusinessDate): BusinessDate {
  return addDays(on, state === 0 ? 10 : -(30 * state - 15));
}

/**
 * Debts that are in a given state on each of some days: their due date is moved to put them there. Debts of one
 * history are one receipt, whose balance is their number.
 */
export function addHistories(
  ledger: Ledger,
  name: string,
  days: readonly string[],
  histories: readonly {
    readonly name?: string;
    readonly states: readonly number[];
    readonly count: number;
  }[],
): void {
  const company = ledger.company(name);
  for (const { name: receiptNo, states, count } of histories) {
    const due = (index: number) => dueInState(states[index] ?? 0, businessDate(days[index] ?? ''));
    const receipt = company.receipt(receiptNo ?? states.join('-'), {
      opening: count,
      total: count,
      issued: '2025-01-01',
      due: due(0),
    });
    for (const [index, day] of days.entries()) {
      if (index > 0) receipt.amended({ dueDate: due(index) }, day);
    }
  }
}

/** Invoices by customer and age in days: aged by invoice date, so due on the day they were made (AGE-1). */
export function addAges(
  ledger: Ledger,
  name: string,
  on: string,
  customers: Readonly<Record<string, readonly (readonly [age: number, amount: Amount])[]>>,
): void {
  const company = ledger.company(name);
  for (const [customer, invoices] of Object.entries(customers)) {
    for (const [index, [age, amount]] of invoices.entries()) {
      const made = addDays(businessDate(on), -age);
      company.receipt(`${customer}${index}`, {
        opening: amount,
        total: amount,
        client: customer,
        issued: made,
        due: made,
      });
    }
  }
}
