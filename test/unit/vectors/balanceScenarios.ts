import type { Amount, Ledger } from '../../support/ledgerFixture.ts';

/** Four clients who owe (domain §1.9: concentration). */
export function addDebtors(ledger: Ledger, name: string, owed: readonly Amount[]): void {
  const company = ledger.company(name);
  for (const [index, amount] of owed.entries()) {
    company.receipt(`R${index + 1}`, {
      total: amount,
      client: `C${index + 1}`,
      issued: '2026-06-01',
      due: '2026-07-01',
    });
  }
}

/** A policy shared by intermediaries (§1.9: the parts add up to the receipt). */
export function addShared(
  ledger: Ledger,
  name: string,
  total: Amount,
  shares: Readonly<Record<string, string>>,
): void {
  const company = ledger.company(name);
  company.shares('P1', shares, '2026-01-01');
  company.receipt('R1', { total, policy: 'P1', issued: '2026-05-10', due: '2026-06-10' });
}

/** An office, what it collected in June and what it was to collect. */
export function addOffice(
  ledger: Ledger,
  name: string,
  f: { readonly collected: Amount; readonly target: string | null; readonly kpi: string },
): void {
  const company = ledger.company(name);
  if (f.target !== null) company.target('2026-06-01', 'office', '01', f.kpi, f.target);
  company
    .receipt('R1', { total: Number(f.collected) + 1_000, issued: '2026-05-10', due: '2026-06-10' })
    .paid(f.collected, '2026-06-15');
}

/** A receipt in another currency: issued, partly paid and valued at three rates (§1.10). */
export function addForeign(
  ledger: Ledger,
  name: string,
  f: {
    readonly functional: string;
    readonly total: Amount;
    readonly paid: Amount;
    readonly issueRate: string;
    readonly paymentRate: string;
    readonly closingRate: string;
    readonly paidOn?: string;
    readonly paidKnown?: string;
    readonly known?: string;
  },
): void {
  ledger.rate('USD', f.functional, '2026-06-02', f.issueRate);
  ledger.rate('USD', f.functional, '2026-06-30', f.closingRate);
  const receipt = ledger.company(name, { currency: f.functional }).receipt('R1', {
    total: f.total,
    currency: 'USD',
    issued: '2026-06-02',
    due: '2026-07-02',
    ...(f.known !== undefined && { known: f.known }),
  });
  if (Number(f.paid) > 0)
    receipt.paid(f.paid, f.paidOn ?? '2026-06-20', {
      rate: f.paymentRate,
      known: f.paidKnown ?? f.paidOn ?? '2026-06-20',
    });
}

/** Receipts of a type that the source stores positive and everybody must negate (§3.5). */
export function addSigns(ledger: Ledger, name: string, premium: Amount, returned: Amount): void {
  const company = ledger.company(name);
  company.receipt('R1', { total: premium, issued: '2026-06-02', due: '2026-07-02' });
  company.receipt('R2', { total: `-${returned}`, type: 'RETURN', issued: '2026-06-03', due: '2026-07-03' });
}

/** A month with every cause of the roll-forward (§4 RF1), in the order opening ... transfers. */
export function addRollForward(
  ledger: Ledger,
  name: string,
  f: {
    readonly opening: Amount;
    readonly issued: Amount;
    readonly up: Amount;
    readonly down: Amount;
    readonly collected: Amount;
    readonly cancelledNp: Amount;
    readonly cancelledOther: Amount;
    readonly writtenOff: Amount;
    readonly transferred: Amount;
  },
): void {
  const company = ledger.company(name);
  company
    .receipt('A', { total: f.opening, issued: '2026-04-10', due: '2026-05-10' })
    .paid(f.collected, '2026-06-04')
    .cancelled(f.cancelledNp, '2026-06-09', { reason: 'NON_PAYMENT' })
    .cancelled(f.cancelledOther, '2026-06-10', { reason: 'REQUESTED' })
    .writtenOff(f.writtenOff, '2026-06-11');
  company
    .receipt('B', { total: f.issued, issued: '2026-06-02', due: '2026-07-02' })
    .endorsed(f.up, '2026-06-12')
    .endorsed(`-${f.down}`, '2026-06-16')
    .other('TRANSFER', f.transferred, '2026-06-18');
}
