import { deliveredOn, Ledger } from './ledgerFixture.ts';

/** The days on which something about G1 became known. */
export const G1_DELIVERIES = [
  '2026-05-31',
  '2026-06-01',
  '2026-06-20',
  '2026-06-25',
  '2026-06-28',
  '2026-06-29',
  '2026-06-30',
  '2026-07-02',
  '2026-07-03',
  '2026-07-05',
] as const;

/**
 * Golden ledger G1 (domain reference §1.0), each fact with the delivery that brought it; what was issued before June
 * comes as the opening snapshot.
 */
export function addGoldenLedger(ledger: Ledger, company = 'G1'): void {
  const g1 = ledger.company(company);
  g1.receipt('R1', { policy: 'P1', client: 'C1', total: 1_000, issued: '2026-06-01', due: '2026-07-15' });
  g1.receipt('R2', { policy: 'P1', client: 'C1', opening: 500, issued: '2026-05-02', due: '2026-06-30' });
  g1.receipt('R3', {
    policy: 'P2',
    client: 'C2',
    opening: 800,
    issued: '2026-05-02',
    due: '2026-06-10',
  }).paid(300, '2026-06-20');
  g1.receipt('R4', { policy: 'P3', client: 'C3', opening: 1_200, issued: '2026-05-02', due: '2026-05-31' });
  g1.receipt('R5', { policy: 'P3', client: 'C3', opening: 400, issued: '2026-05-02', due: '2026-05-30' });
  g1.receipt('R6', { policy: 'P4', client: 'C4', opening: 2_000, issued: '2026-03-16', due: '2026-04-16' })
    .paid(500, '2026-06-25')
    .paid(250, '2026-06-29', { known: '2026-07-02' })
    .paid(600, '2026-07-03');
  g1.receipt('R7', { policy: 'P5', client: 'C5', opening: 700, issued: '2026-03-16', due: '2026-04-15' });
  g1.receipt('R8', { policy: 'P6', client: 'C6', opening: 900, issued: '2026-01-05', due: '2026-01-31' });
  g1.receipt('R9', { policy: 'P2', client: 'C2', total: -200, issued: '2026-06-01', due: '2026-06-15' });
  g1.cash('CASH1', 350, '2026-06-28', { client: 'C7' });
  g1.receipt('R11', {
    policy: 'P8',
    client: 'C8',
    total: 600,
    issued: '2026-06-20',
    effective: '2026-06-20',
    due: '2026-07-20',
    known: '2026-07-02',
  });
}

export function goldenLedger(): Ledger {
  const ledger = new Ledger(deliveredOn(...G1_DELIVERIES));
  addGoldenLedger(ledger);
  return ledger;
}
