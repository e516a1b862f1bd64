import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsResponse } from '../../../functions/serve/api.ts';
import { LOCAL_CLAIMS } from '../../../functions/serve/session.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { ServedLedger } from '../../support/servedLedger.ts';

const LAST = '2026-06-30';

let ledger: ServedLedger;

/** Two companies have a client C1, one of which owes nothing any more; one alone has C2 and C11. */
beforeAll(async () => {
  const plan = new Ledger(daily('2026-06-28', LAST));
  const open = { issued: '2026-06-28', due: '2026-06-29' };
  const uno = plan.company('UNO');
  uno.receipt('1', { ...open, total: 1_000, client: 'C1', office: '01' });
  uno.receipt('2', { ...open, total: 10, client: 'C2', office: '02' });
  uno.receipt('3', { ...open, total: 10, client: 'C11', office: '02' });
  const dos = plan.company('DOS', { currency: 'USD', country: 'PA' });
  dos.receipt('4', { ...open, total: 70, client: 'C1', office: '09' }).paid(70, '2026-06-29');
  ledger = await ServedLedger.of(plan);
}, 300_000);
afterAll(() => ledger.close());

const CLAIMS = {
  everybody: LOCAL_CLAIMS,
  'one company': { ...LOCAL_CLAIMS, scope: { company: ['UNO'] } },
  'an office of the other': { ...LOCAL_CLAIMS, scope: { office: ['09'] } },
  'another office': { ...LOCAL_CLAIMS, scope: { office: ['02'] } },
};

async function found(code: string, who: keyof typeof CLAIMS = 'everybody') {
  const client = await ledger.as(CLAIMS[who]);
  const { status, body } = await client.get(`/api/clients?client=${code}`);
  expect(status).toBe(200);
  return clientsResponse.parse(body).clients.map(({ id, open, currency }) => `${id} ${open} ${currency}`);
}

describe('a client code', () => {
  it('finds the clients of every company that has it, and none whose code only begins so', async () => {
    expect(await found('C1')).toEqual(['UNO~C1 1000.00 COP', 'DOS~C1 0.00 USD']);
    expect(await found('C2')).toEqual(['UNO~C2 10.00 COP']);
    expect(await found('C')).toEqual([]);
  });

  it('finds whom the caller may see: of others it says what it says of none', async () => {
    expect(await found('C1', 'one company')).toEqual(['UNO~C1 1000.00 COP']);
    // Nothing is open any more, and yet the page opens.
    expect(await found('C1', 'an office of the other')).toEqual(['DOS~C1 0.00 USD']);
    const client = await ledger.as(CLAIMS['another office']);
    const [hidden, none] = await Promise.all(
      ['C1', 'NONE'].map((code) => client.get(`/api/clients?client=${code}`)),
    );
    expect(hidden).toEqual(none);
    expect(clientsResponse.parse(hidden?.body).clients).toEqual([]);
  });

  it('stands in the place of what is looked for, never beside it', async () => {
    const client = await ledger.as();
    for (const asked of ['', '?find=C1&client=C1', '?client='])
      expect([asked, (await client.get(`/api/clients${asked}`)).status]).toEqual([asked, 400]);
  });
});
