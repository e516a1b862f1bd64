import type { Amount, Ledger } from '../../support/ledgerFixture.ts';

/** A June in which old and new debt was collected, and some of it cancelled (domain §1.3 C3). */
export interface CollectedJune {
  readonly overdueA: Amount;
  readonly overdueB: Amount;
  readonly dueA: Amount;
  readonly dueB: Amount;
  readonly collectedOverdue: Amount;
  readonly collectedA: Amount;
  readonly collectedB: Amount;
  readonly cancelled: Amount;
  /** Not due yet, paid early: outside every rate of this kind. */
  readonly notDue: Amount;
  readonly paidEarly: Amount;
}

export function addCollectedJune(ledger: Ledger, name: string, f: CollectedJune): void {
  const company = ledger.company(name);
  company
    .receipt('X1', { total: f.overdueA, issued: '2026-04-15', due: '2026-05-15' })
    .paid(f.collectedOverdue, '2026-06-05');
  company.receipt('X2', { total: f.overdueB, issued: '2026-04-20', due: '2026-05-20' });
  company
    .receipt('F1', { total: f.dueA, issued: '2026-05-10', due: '2026-06-10' })
    .paid(f.collectedA, '2026-06-18')
    .cancelled(f.cancelled, '2026-06-25', { reason: 'NON_PAYMENT' });
  company
    .receipt('F2', { total: f.dueB, issued: '2026-06-05', due: '2026-06-20' })
    .paid(f.collectedB, '2026-06-15');
  company
    .receipt('N1', { total: f.notDue, issued: '2026-06-01', due: '2026-07-30' })
    .paid(f.paidEarly, '2026-06-28');
}

export const DOMAIN_JUNE: CollectedJune = {
  overdueA: 1_200,
  overdueB: 800,
  dueA: 1_800,
  dueB: 1_200,
  collectedOverdue: 1_100,
  collectedA: 1_400,
  collectedB: 900,
  cancelled: 200,
  notDue: 500,
  paidEarly: 100,
};

export const TWIN_JUNE: CollectedJune = {
  overdueA: '1717.17',
  overdueB: '93.31',
  dueA: '2500.50',
  dueB: '777.77',
  collectedOverdue: '1000.01',
  collectedA: '1300.13',
  collectedB: '777.77',
  cancelled: '321.09',
  notDue: '640.64',
  paidEarly: '64.06',
};

/** Everything current, and more collected than sold (C4). */
export function addAllCurrent(
  ledger: Ledger,
  name: string,
  f: {
    readonly opening: Amount;
    readonly sales: Amount;
    readonly collectedOld: Amount;
    readonly collectedNew: Amount;
  },
): void {
  const company = ledger.company(name);
  company
    .receipt('A', { total: f.opening, issued: '2026-05-10', due: '2026-07-31' })
    .paid(f.collectedOld, '2026-06-10');
  company
    .receipt('B', { total: f.sales, issued: '2026-06-05', due: '2026-07-31' })
    .paid(f.collectedNew, '2026-06-20');
}

/** Nothing collected, and a payment of before taken back: more open than the period explains (C5). */
export function addReturnedCheque(
  ledger: Ledger,
  name: string,
  f: { readonly total: Amount; readonly paid: Amount; readonly bounced: Amount; readonly sales: Amount },
): void {
  const company = ledger.company(name);
  const receipt = company.receipt('A', { total: f.total, issued: '2026-05-05', due: '2026-07-31' });
  receipt.paid(f.paid, '2026-05-20', { id: 'A-payment' });
  if (Number(f.bounced) !== 0) receipt.bounced(f.bounced, '2026-06-10', { reversalOf: 'A-payment' });
  company.receipt('B', { total: f.sales, issued: '2026-06-05', due: '2026-07-31' });
}

/** What a clerk was given to collect, and collected (C6). */
export function addAssigned(
  ledger: Ledger,
  name: string,
  f: {
    readonly overdue: Amount;
    readonly due: Amount;
    readonly collectedOverdue: Amount;
    readonly collectedDue: Amount;
  },
): void {
  const company = ledger.company(name);
  company.assigned('OFFICE', '01', 'CLERK', 'AUX1', '2026-01-01');
  company
    .receipt('A', { total: f.overdue, issued: '2026-04-10', due: '2026-05-10' })
    .paid(f.collectedOverdue, '2026-06-11');
  company
    .receipt('B', { total: f.due, issued: '2026-05-15', due: '2026-06-15' })
    .paid(f.collectedDue, '2026-06-20');
}

/** What fell due in June, paid in time, late, or not at all (C7). */
export function addDueInJune(
  ledger: Ledger,
  name: string,
  f: { readonly inTime: Amount; readonly late: Amount; readonly unpaid: Amount },
): void {
  const company = ledger.company(name);
  // The last day counts: a payment on the due date is in time.
  company
    .receipt('A', { total: f.inTime, issued: '2026-05-15', due: '2026-06-15' })
    .paid(f.inTime, '2026-06-15');
  company.receipt('B', { total: f.late, issued: '2026-05-12', due: '2026-06-12' }).paid(f.late, '2026-06-20');
  company.receipt('C', { total: f.unpaid, issued: '2026-05-25', due: '2026-06-25' });
}

/** Clerks whose receipts fall due in June, so many in all and so many paid in time (§1.9: Wilson). */
export function addClerks(
  ledger: Ledger,
  name: string,
  clerks: Readonly<Record<string, readonly [inTime: number, all: number]>>,
): void {
  const company = ledger.company(name);
  for (const [clerk, [inTime, all]] of Object.entries(clerks)) {
    for (let item = 1; item <= all; item += 1) {
      const receiptNo = `${clerk}-${item}`;
      company.assigned('RECEIPT', receiptNo, 'CLERK', clerk, '2026-01-01');
      const receipt = company.receipt(receiptNo, {
        total: 100 + item,
        issued: '2026-05-20',
        due: '2026-06-20',
      });
      if (item <= inTime) receipt.paid(100 + item, '2026-06-18');
    }
  }
}

/** Receipts that fall due in one month, and what came of them (§1.6). */
export function addCohort(
  ledger: Ledger,
  name: string,
  f: {
    readonly amount: Amount;
    readonly cash: readonly [Amount, Amount, Amount, Amount];
    readonly cancelledInSecond: Amount;
  },
): void {
  const [m0, m1, m2, m3] = f.cash;
  ledger
    .company(name)
    .receipt('A', { total: f.amount, issued: '2026-02-20', due: '2026-03-20' })
    .paid(m0, '2026-03-10')
    .paid(m1, '2026-04-15')
    .paid(m2, '2026-05-15')
    .cancelled(f.cancelledInSecond, '2026-05-20')
    .paid(m3, '2026-06-10');
}

/** Payments of June, each so many days after its due date (§1.7). */
export function addPayments(
  ledger: Ledger,
  name: string,
  payments: readonly { readonly amount: Amount; readonly due: string; readonly paid: string }[],
): void {
  const company = ledger.company(name);
  for (const [index, { amount, due, paid }] of payments.entries()) {
    company
      .receipt(`R${index + 1}`, { total: amount, issued: '2026-01-02', due, client: `C${index + 1}` })
      .paid(amount, paid);
  }
}
