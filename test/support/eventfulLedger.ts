import { deliveredAgain, deliveredOn, Ledger } from './ledgerFixture.ts';

/**
 * A fortnight around a month end in which everything awkward happens: days without a delivery, a day that comes late,
 * a day told twice, movements known late, dated ahead, or taken back by the second telling.
 */
export function eventfulLedger(): Ledger {
  const ledger = new Ledger([
    // 26 and 28 June and 2 July bring nothing.
    ...deliveredOn(
      '2026-06-24',
      '2026-06-25',
      '2026-06-27',
      '2026-06-29',
      '2026-06-30',
      '2026-07-01',
      '2026-07-03',
    ),
    deliveredAgain('2026-06-27', '2026-06-30 12:00', '27 June again'),
    deliveredAgain('2026-06-28', '2026-07-01 12:00', '28 June at last'),
  ]);
  ledger.rate('USD', 'COP', '2026-06-01', '4000.00');
  ledger.rate('USD', 'COP', '2026-06-29', '4100.00');
  const company = ledger.company('UNO');
  company.shares('P2', { A: '60', B: '40' }, '2026-01-01');
  company.assigned('OFFICE', '01', 'CLERK', 'ANA', '2026-01-01');
  company.assigned('OFFICE', '01', 'CLERK', 'ANA', '2026-01-01', { to: '2026-06-27', known: '2026-06-29' });
  company.assigned('OFFICE', '01', 'CLERK', 'LUZ', '2026-06-27', { known: '2026-06-29' });
  company
    .receipt('R1', { opening: 1_000, policy: 'P1', line: 'AUTOS', issued: '2026-05-10', due: '2026-06-10' })
    .paid(100, '2026-06-25')
    .paid(200, '2026-06-24', { known: '2026-06-27', until: '27 June again', id: 'a mistake' })
    .paid(50, '2026-06-27', { known: '27 June again', id: 'told the second time' });
  company
    .receipt('R2', {
      total: '765.43',
      policy: 'P2',
      line: 'HOGAR',
      issued: '2026-06-25',
      due: '2026-06-28',
      vat: '65.43',
    })
    .paid('300.01', '2026-06-28', { known: '28 June at last', id: 'cheque' })
    .bounced('300.01', '2026-07-01', { id: 'cheque back', reversalOf: 'cheque' });
  company
    .receipt('R3', {
      total: 900,
      policy: 'P3',
      line: 'AUTOS',
      currency: 'USD',
      issued: '2026-06-27',
      due: '2026-07-27',
    })
    .paid(400, '2026-07-03', { known: '2026-06-30', rate: '4055.50', id: 'dated ahead' })
    .endorsed(120, '2026-06-29')
    .endorsed(-20, '2026-06-28', { known: '2026-06-30' });
  company.receipt('R4', {
    total: -80,
    policy: 'P1',
    line: 'AUTOS',
    type: 'RETURN',
    issued: '2026-06-29',
    due: '2026-06-29',
  });
  company
    .receipt('R5', {
      total: 500,
      policy: 'P4',
      line: 'HOGAR',
      office: '02',
      issued: '2026-06-24',
      due: '2026-06-26',
    })
    .cancelled(500, '2026-06-30', { reason: 'NON_PAYMENT' });
  company.receipt('R6', {
    total: 60,
    policy: 'P5',
    line: 'HOGAR',
    issued: '2026-06-26',
    due: '2026-06-30',
    known: '2026-07-01',
  });
  company.cash('CASH1', 350, '2026-06-25', { client: 'C9' });
  const other = ledger.company('DOS', { futureDated: 'INCLUDED', known: '2026-06-27' });
  other
    .receipt('R1', { opening: 300, issued: '2026-06-01', due: '2026-06-20' })
    .paid(100, '2026-06-30', { known: '2026-06-27', id: 'promised' })
    .writtenOff(20, '2026-07-01');
  return ledger;
}
