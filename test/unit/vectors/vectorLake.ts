import { deliveredOn, Ledger } from '../../support/ledgerFixture.ts';
import {
  addDebtors,
  addForeign,
  addOffice,
  addRollForward,
  addShared,
  addSigns,
} from './balanceScenarios.ts';
import {
  addAllCurrent,
  addAssigned,
  addClerks,
  addCohort,
  addCollectedJune,
  addDueInJune,
  addPayments,
  addReturnedCheque,
  DOMAIN_JUNE,
  TWIN_JUNE,
} from './recoveryScenarios.ts';
import {
  addNegativeMonth,
  addPeriod,
  addSilentCompany,
  addTwoInvoices,
  addYearOfSales,
  DOMAIN_YEAR,
  TWIN_YEAR,
} from './rotationScenarios.ts';

/** Month ends of a year, and the days around the end of June on which the vectors hinge. */
const DAYS = [
  '2025-06-30',
  '2025-07-31',
  '2025-08-31',
  '2025-09-30',
  '2025-10-31',
  '2025-11-30',
  '2025-12-31',
  '2026-01-31',
  '2026-02-28',
  '2026-03-31',
  '2026-04-30',
  '2026-05-31',
  '2026-06-10',
  '2026-06-20',
  '2026-06-29',
  '2026-06-30',
  '2026-07-01',
  '2026-07-02',
] as const;

/** The close that the vectors are asked for. */
export const CLOSE = '2026-06-30';

/** The published examples that are asked of the engine (domain §1.11), a company each. */
export function publishedLedger(): Ledger {
  const ledger = new Ledger(deliveredOn('2026-01-01', '2026-03-31', '2026-05-31', '2026-06-30'));
  addPeriod(ledger, 'CEI-1', {
    opening: 6_200,
    sales: 10_890,
    collected: 10_750,
    overdue: 2_750,
    opened: '2026-04-01',
  });
  addPeriod(ledger, 'CEI-1b', {
    opening: 6_200,
    sales: 10_890,
    collected: 10_750,
    overdue: 2_750,
    opened: '2026-06-02',
  });
  addPeriod(ledger, 'ADD-1', {
    opening: 5_000,
    sales: 10_000,
    collected: 0,
    overdue: 6_000,
    opened: '2026-06-02',
  });
  addPayments(ledger, 'DBT-1', [
    { amount: 4_000, due: '2026-01-31', paid: '2026-01-31' },
    { amount: 6_000, due: '2026-02-04', paid: '2026-02-10' },
    { amount: 2_000, due: '2026-01-25', paid: '2026-02-02' },
  ]);
  addPayments(ledger, 'DBT-2', [
    { amount: 100, due: '2026-06-25', paid: '2026-06-15' },
    { amount: 200, due: '2026-06-20', paid: '2026-06-15' },
    { amount: 300, due: '2026-06-15', paid: '2026-06-15' },
    { amount: 400, due: '2026-06-10', paid: '2026-06-15' },
    { amount: 500, due: '2026-06-05', paid: '2026-06-15' },
  ]);
  return ledger;
}

/** One lake for all vectors of the domain and their twins: a company each, so that nothing touches another's figures. */
export function vectorLedger(): Ledger {
  const ledger = new Ledger(deliveredOn(...DAYS));
  addYearOfSales(ledger, 'YEAR', DOMAIN_YEAR);
  addYearOfSales(ledger, 'YEAR-TWIN', TWIN_YEAR);
  addSilentCompany(ledger, 'SILENT', 6_000);
  addSilentCompany(ledger, 'SILENT-TWIN', '717.17');
  addNegativeMonth(ledger, 'NEGATIVE', { may: 4_000, paid: 1_800, takenBack: 200 });
  addNegativeMonth(ledger, 'NEGATIVE-TWIN', { may: '3210.98', paid: '1234.56', takenBack: '77.07' });
  addTwoInvoices(ledger, 'INVOICES', { older: 100, olderRest: 200, newer: 200, newerRest: 200 });
  addTwoInvoices(ledger, 'INVOICES-TWIN', {
    older: '123.45',
    olderRest: 66,
    newer: '987.65',
    newerRest: '11.11',
  });
  addCollectedJune(ledger, 'JUNE', DOMAIN_JUNE);
  addCollectedJune(ledger, 'JUNE-TWIN', TWIN_JUNE);
  addAllCurrent(ledger, 'CURRENT', { opening: 1_000, sales: 500, collectedOld: 800, collectedNew: 300 });
  addAllCurrent(ledger, 'CURRENT-TWIN', {
    opening: '901.23',
    sales: '455.05',
    collectedOld: 900,
    collectedNew: '1.01',
  });
  addReturnedCheque(ledger, 'CHEQUE', { total: 600, paid: 100, bounced: 100, sales: 100 });
  addReturnedCheque(ledger, 'NOTHING', { total: 600, paid: 100, bounced: 0, sales: 100 });
  addReturnedCheque(ledger, 'CHEQUE-TWIN', { total: 700, paid: '99.99', bounced: '12.34', sales: '0.05' });
  addAssigned(ledger, 'ASSIGNED', { overdue: 700, due: 500, collectedOverdue: 180, collectedDue: 120 });
  addAssigned(ledger, 'ASSIGNED-TWIN', {
    overdue: '713.31',
    due: '400.04',
    collectedOverdue: '99.09',
    collectedDue: 7,
  });
  addDueInJune(ledger, 'DUE', { inTime: 600, late: 250, unpaid: 150 });
  addDueInJune(ledger, 'DUE-TWIN', { inTime: '123.45', late: '678.90', unpaid: '1.01' });
  addClerks(ledger, 'CLERKS', { ANA: [26, 40], LUZ: [3, 3] });
  addClerks(ledger, 'CLERKS-TWIN', { ANA: [5, 17], LUZ: [11, 12], EVA: [0, 4] });
  addCohort(ledger, 'COHORT', { amount: 1_000, cash: [500, 200, 100, 50], cancelledInSecond: 80 });
  addCohort(ledger, 'COHORT-TWIN', {
    amount: '2345.67',
    cash: ['12.34', 0, '1500.05', '7.07'],
    cancelledInSecond: '333.33',
  });
  addPayments(ledger, 'PAYERS', [
    { amount: 100, due: '2026-06-12', paid: '2026-06-10' },
    { amount: 200, due: '2026-06-10', paid: '2026-06-15' },
    { amount: 100, due: '2026-05-16', paid: '2026-06-15' },
  ]);
  addPayments(ledger, 'PAYERS-TWIN', [
    { amount: '123.45', due: '2026-06-30', paid: '2026-06-02' },
    { amount: '700.70', due: '2026-03-10', paid: '2026-06-29' },
    { amount: '0.01', due: '2026-06-18', paid: '2026-06-18' },
  ]);
  addDebtors(ledger, 'DEBTORS', [3_000, 2_000, 1_000, 700]);
  addDebtors(ledger, 'DEBTORS-TWIN', ['111.11', '2222.22', '33.33', '4444.44', '0.07']);
  addShared(ledger, 'SHARED', '10000.01', { AGENTE: '60', BROKER: '40' });
  addShared(ledger, 'THIRDS', 1, { A: '33.33', B: '33.33', C: '33.34' });
  addShared(ledger, 'SHARED-TWIN', '98765.43', { A: '12.5', B: '37.25', C: '50.25' });
  addOffice(ledger, 'TARGET', { collected: 4_400, target: '5000', kpi: 'collected' });
  addOffice(ledger, 'TARGET-TWIN', { collected: '1234.56', target: '987.65', kpi: 'collected' });
  addOffice(ledger, 'TARGET-NONE', { collected: 100, target: null, kpi: 'collected' });
  addOffice(ledger, 'TARGET-ZERO', { collected: 100, target: '0', kpi: 'collected' });
  const dollars = { total: 1_000, paid: 400 };
  addForeign(ledger, 'DOLLARS', {
    ...dollars,
    functional: 'COP',
    issueRate: '4000',
    paymentRate: '4050',
    closingRate: '4100',
  });
  addForeign(ledger, 'DOLLARS-TWIN', {
    functional: 'CLP',
    total: '765.43',
    paid: '321.09',
    issueRate: '912.34567',
    paymentRate: '899.1',
    closingRate: '931.00000001',
  });
  addSigns(ledger, 'SIGNS', 1_000, 200);
  addSigns(ledger, 'SIGNS-TWIN', '345.67', '1000.01');
  addRollForward(ledger, 'FORWARD', {
    opening: 5_800,
    issued: 3_100,
    up: 250,
    down: 150,
    collected: 2_700,
    cancelledNp: 200,
    cancelledOther: 50,
    writtenOff: 60,
    transferred: 10,
  });
  return ledger;
}
