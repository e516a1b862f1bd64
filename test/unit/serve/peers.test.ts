import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peersPlace } from '../../../dashboards/boards/tableros/peersPlace.ts';
import { peersResponse } from '../../../functions/serve/api.ts';
import { deliveredAgain, deliveredOn, Ledger } from '../../support/ledgerFixture.ts';
import { type Client, ServedLedger } from '../../support/servedLedger.ts';

let ledger: ServedLedger;
let owner: Client;

/** Two companies with a line of the same name; PA's is told to be larger when 28 June is delivered again. */
beforeAll(async () => {
  const plan = new Ledger([
    ...deliveredOn('2026-06-27', '2026-06-28', '2026-06-29'),
    deliveredAgain('2026-06-28', '2026-06-29 23:30', '28 June again'),
  ]);
  const [co, pa] = [plan.company('CO'), plan.company('PA', { currency: 'USD', country: 'PA' })];
  const due = '2026-06-28';
  co.receipt('1', { total: 1_000, issued: '2026-06-27', due, line: 'AU' });
  pa.receipt('2', { total: 70, issued: '2026-06-27', due, line: 'AU' });
  for (const [at, line] of ['B', 'C', 'D', 'E'].entries())
    pa.receipt(`3${line}`, { total: 10 + at, issued: '2026-06-27', due, line, client: 'C2' });
  pa.receipt('4', { total: 5, issued: '2026-06-28', due, line: 'AU', known: '28 June again' });
  ledger = await ServedLedger.of(plan);
  owner = await ledger.as();
}, 300_000);
afterAll(() => ledger.close());

const AU = { kpi: 'gross', dimension: 'line', member: 'AU', as_of: '2026-06-28' };
const told = async (place: object) =>
  peersResponse.parse((await owner.post('/api/peers', { ...AU, ...place })).body);

describe('a member that two companies have', () => {
  it('is told among the peers of the company that was asked for', async () => {
    expect(await told({ company: 'CO' })).toMatchObject({ own: { value: '1000.00' }, currency: 'COP' });
    expect(await told({ company: 'PA' })).toMatchObject({
      own: { value: '75.00' },
      currency: 'USD',
      company: { members: 5, percentile: 1, median: '12.00' },
    });
  });

  it('is not chosen for the caller', async () => {
    const { status, body } = await owner.post('/api/peers', AU);
    expect(status).toBe(422);
    expect(body).toMatchObject({
      code: 'MEMBER_AMBIGUOUS',
      detail: '«AU» existe en varias compañías: CO, PA.',
    });
    expect((await owner.post('/api/peers', { ...AU, member: 'B' })).status).toBe(200);
  });

  it('is told as it was known at the moment that was asked for', async () => {
    const then = await told({ company: 'PA', known_at: '2026-06-28' });
    expect(then.own.value).toBe('70.00');
    expect(then.known_at).toMatch(/^2026-06-28/);
  });
});

describe('the scorecards', () => {
  it('ask about peers with the company, the day and the knowledge of the page', () => {
    const page = { asOf: '2026-06-28', company: 'PA', place: { knownAt: '2026-06-28' } };
    expect(peersPlace(page)).toEqual({ as_of: '2026-06-28', company: 'PA', known_at: '2026-06-28' });
    expect(peersPlace({ ...page, place: { knownAt: null } })).toEqual({
      as_of: '2026-06-28',
      company: 'PA',
    });
  });
});
