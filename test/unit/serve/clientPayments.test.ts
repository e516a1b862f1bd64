import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientResponse } from '../../../functions/serve/api.ts';
import { type Claims, LOCAL_CLAIMS } from '../../../functions/serve/session.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { ServedLedger } from '../../support/servedLedger.ts';

let ledger: ServedLedger;

beforeAll(async () => {
  const plan = new Ledger(daily('2026-06-26', '2026-06-29'));
  const company = plan.company('CO');
  const old = { opening: 1_000, issued: '2026-05-01', due: '2026-06-01' };
  // Two offices: P1 pays in both, and 50 of it are left; P2 pays in the first alone.
  company
    .receipt('1', { ...old, client: 'C1', office: '01', policy: 'PA' })
    .paid(300, '2026-06-27', { payment: 'P1' })
    .paid(80, '2026-06-28', { payment: 'P2' });
  company
    .receipt('2', { ...old, client: 'C1', office: '02', policy: 'PB' })
    .paid(150, '2026-06-27', { payment: 'P1' });
  company.cash('P1', 500, '2026-06-27', { client: 'C1' }).cash('P2', 80, '2026-06-28', { client: 'C1' });
  // One office has all of C2, and holds nothing of the rest of P3, which names no policy.
  company
    .receipt('3', { ...old, client: 'C2', office: '01', policy: 'PC' })
    .paid(60, '2026-06-27', { payment: 'P3' });
  company.cash('P3', 100, '2026-06-27', { client: 'C2' });
  // Two intermediaries share C3; the rest of P4 is of the policy.
  company
    .receipt('4', { ...old, client: 'C3', office: '01', policy: 'PD' })
    .paid(200, '2026-06-27', { payment: 'P4' });
  company.shares('PD', { K1: '60', K2: '40' }, '2026-01-01');
  company.cash('P4', 210, '2026-06-27', { client: 'C3', policy: 'PD' });
  // Paid to another client's receipt in another office, too, and taken back there.
  company
    .receipt('5', { ...old, client: 'C4', office: '01', policy: 'PE' })
    .paid(70, '2026-06-27', { payment: 'P5' });
  company
    .receipt('6', { ...old, client: 'C5', office: '02', policy: 'PF' })
    .paid(30, '2026-06-27', { payment: 'P5' })
    .bounced(30, '2026-06-28', { payment: 'P5' });
  company.cash('P5', 100, '2026-06-27', { client: 'C4' });
  // Nobody is named as its payer.
  company
    .receipt('7', { ...old, client: 'C6', office: '01', policy: 'PG' })
    .paid(40, '2026-06-27', { payment: 'P6' });
  company.receipt('8', { ...old, client: 'C6', office: '02', policy: 'PH' });
  company.cash('P6', 60, '2026-06-27');
  ledger = await ServedLedger.of(plan);
}, 300_000);
afterAll(() => ledger.close());

async function paymentsOf(client: string, claims: Partial<Claims> = {}) {
  const asking = await ledger.as({ ...LOCAL_CLAIMS, ...claims });
  const told = clientResponse.parse((await asking.get(`/api/clients/CO~${client}`)).body);
  const events = told.timeline.filter(({ kind }) => kind === 'payment');
  // The line of time tells the same amounts.
  expect(events.map(({ amount, part }) => [amount, part]).sort()).toEqual(
    told.payments.map(({ amount, part }) => [amount, part]).sort(),
  );
  return Object.fromEntries(
    told.payments.map(({ payment, amount, unapplied, part }) => [
      payment,
      [amount, unapplied, part ? 'part' : 'whole'],
    ]),
  );
}
const office = (member: string): Partial<Claims> => ({ role: 'office_manager', scope: { office: [member] } });
const intermediary = (member: string): Partial<Claims> => ({
  role: 'intermediary',
  scope: { intermediary: [member] },
});

describe('payments on a client’s page', () => {
  it('are whole for whoever sees everything', async () => {
    expect(await paymentsOf('C1')).toEqual({
      P1: ['500.00', '50.00', 'whole'],
      P2: ['80.00', '0.00', 'whole'],
    });
    expect(await paymentsOf('C1', { role: 'analyst', scope: { company: ['CO'] } })).toEqual({
      P1: ['500.00', '50.00', 'whole'],
      P2: ['80.00', '0.00', 'whole'],
    });
  });

  it('that went to receipts of two offices are to each what it applied to its own, and to none what is left', async () => {
    expect(await paymentsOf('C1', office('01'))).toEqual({
      P1: ['300.00', null, 'part'],
      P2: ['80.00', '0.00', 'whole'],
    });
    expect(await paymentsOf('C1', office('02'))).toEqual({ P1: ['150.00', null, 'part'] });
  });

  it('are whole with what is left of them for an office that has the whole client', async () => {
    expect(await paymentsOf('C2', office('01'))).toEqual({ P3: ['100.00', '40.00', 'whole'] });
  });

  it('of a shared receipt are each intermediary’s part', async () => {
    const [one, other] = [
      await paymentsOf('C3', intermediary('K1')),
      await paymentsOf('C3', intermediary('K2')),
    ];
    // What is left is held by the one who leads the policy.
    expect(one).toEqual({ P4: ['130.00', '10.00', 'part'] });
    expect(other).toEqual({ P4: ['80.00', null, 'part'] });
  });

  it('of another payer, and taken back since, are no more than what is left applied', async () => {
    expect(await paymentsOf('C4', office('01'))).toEqual({ P5: ['100.00', '30.00', 'part'] });
    expect(await paymentsOf('C5', office('02'))).toEqual({ P5: ['0.00', null, 'part'] });
  });

  it('of no named payer keep what is left of them from those who hold a part of the client', async () => {
    expect(await paymentsOf('C6', office('01'))).toEqual({ P6: ['40.00', null, 'part'] });
    expect(await paymentsOf('C6')).toEqual({ P6: ['60.00', '20.00', 'whole'] });
  });
});
