import type { Amount, Ledger } from '../../support/ledgerFixture.ts';

/** A year of sales and collections that ends with a balance, part of it past due (domain §1.2 D1, D2, D4; §1.3 C1, C2). */
export interface YearOfSales {
  /** Open when the twelve months begin; paid in the first of them. */
  readonly opening: Amount;
  /** Sold in the nine months before the last quarter, and what of it was paid before the quarter and in it. */
  readonly before: Amount;
  readonly beforePaid: Amount;
  readonly beforePaidInQuarter: Amount;
  readonly april: Amount;
  readonly aprilPaidInMay: Amount;
  readonly aprilPaidInJune: Amount;
  /** May is sold in two receipts: one past due at the end of June, one not. */
  readonly mayOverdue: Amount;
  readonly mayCurrent: Amount;
  readonly mayPaidInJune: Amount;
  readonly june: Amount;
}

export function addYearOfSales(ledger: Ledger, name: string, f: YearOfSales): void {
  const company = ledger.company(name);
  company
    .receipt('A', { opening: f.opening, total: f.opening, issued: '2025-05-10', due: '2025-07-15' })
    .paid(f.opening, '2025-07-10');
  company
    .receipt('B', { total: f.before, issued: '2025-09-10', due: '2026-05-15' })
    .paid(f.beforePaid, '2025-12-15')
    .paid(f.beforePaidInQuarter, '2026-04-20');
  company
    .receipt('C', { total: f.april, issued: '2026-04-10', due: '2026-07-10' })
    .paid(f.aprilPaidInMay, '2026-05-20')
    .paid(f.aprilPaidInJune, '2026-06-12');
  company.receipt('D', { total: f.mayOverdue, issued: '2026-05-10', due: '2026-06-09' });
  company
    .receipt('E', { total: f.mayCurrent, issued: '2026-05-10', due: '2026-07-09' })
    .paid(f.mayPaidInJune, '2026-06-15');
  company.receipt('F', { total: f.june, issued: '2026-06-10', due: '2026-07-10' });
}

/** Q2 sales 9,000 and AR 6,000 of it 4,500 current; June and May sell 3,100 each; 36,000 in twelve months. */
export const DOMAIN_YEAR: YearOfSales = {
  opening: 5_000,
  before: 27_000,
  beforePaid: 22_000,
  beforePaidInQuarter: 5_000,
  april: 2_800,
  aprilPaidInMay: 100,
  aprilPaidInJune: 2_700,
  mayOverdue: 1_500,
  mayCurrent: 1_600,
  mayPaidInJune: 200,
  june: 3_100,
};

export const TWIN_YEAR: YearOfSales = {
  opening: '4321.09',
  before: '31007.77',
  beforePaid: '20000.01',
  beforePaidInQuarter: '9107.70',
  april: '3333.33',
  aprilPaidInMay: '1111.17',
  aprilPaidInJune: '1902.03',
  mayOverdue: '2718.28',
  mayCurrent: '1414.21',
  mayPaidInJune: '314.15',
  june: '1999.99',
};

/** No sales at all since the first delivery that knows the company (D5). */
export function addSilentCompany(ledger: Ledger, name: string, balance: Amount): void {
  ledger
    .company(name, { known: '2026-04-30' })
    .receipt('A', { opening: balance, total: balance, issued: '2026-03-10', due: '2026-04-10' });
}

/** A month in which more was taken back than sold (D6). */
export function addNegativeMonth(
  ledger: Ledger,
  name: string,
  f: { readonly may: Amount; readonly paid: Amount; readonly takenBack: Amount },
): void {
  const company = ledger.company(name);
  company
    .receipt('A', { total: f.may, issued: '2026-05-04', due: '2026-06-04' })
    .paid(f.paid, '2026-05-20')
    .endorsed(`-${f.takenBack}`, '2026-06-16');
}

/** Two open invoices, and what else was sold in their months (D7). */
export function addTwoInvoices(
  ledger: Ledger,
  name: string,
  f: {
    readonly older: Amount;
    readonly olderRest: Amount;
    readonly newer: Amount;
    readonly newerRest: Amount;
  },
): void {
  const company = ledger.company(name);
  company.receipt('A', { total: f.older, issued: '2026-05-31', due: '2026-07-31' });
  company
    .receipt('B', { total: f.olderRest, issued: '2026-05-12', due: '2026-06-12' })
    .paid(f.olderRest, '2026-06-02');
  company.receipt('C', { total: f.newer, issued: '2026-06-20', due: '2026-08-20' });
  company
    .receipt('D', { total: f.newerRest, issued: '2026-06-08', due: '2026-07-08' })
    .paid(f.newerRest, '2026-06-25');
}

/** One period: opening, sales, closing and how much of the closing is not due (published CEI and ADD examples). */
export function addPeriod(
  ledger: Ledger,
  name: string,
  f: {
    readonly opening: Amount;
    readonly sales: Amount;
    readonly collected: Amount;
    /** Of the sales, what is past due at the end of June. */
    readonly overdue: Amount;
    /** First day of the period. */
    readonly opened: string;
  },
): void {
  const company = ledger.company(name);
  // The opening stock is collected first, so that the closing is made of the period's own sales.
  const opening = Number(f.opening);
  const collected = Number(f.collected);
  const old = company.receipt('A', { opening, total: opening, issued: '2025-06-10', due: '2025-07-10' });
  if (opening > 0) old.paid(Math.min(opening, collected), f.opened);
  company.receipt('B', { total: f.overdue, issued: f.opened, due: '2026-06-20' });
  const rest = company.receipt('C', {
    total: Number(f.sales) - Number(f.overdue),
    issued: f.opened,
    due: '2026-07-20',
  });
  if (collected > opening) rest.paid(collected - opening, '2026-06-22');
}
