import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peersPlace } from '../../../dashboards/boards/tableros/peersPlace.ts';
import { besides, groupOf } from '../../../functions/query/peers.ts';
import { peersResponse } from '../../../functions/serve/api.ts';
import { LOCAL_CLAIMS } from '../../../functions/serve/session.ts';
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
  pa.receipt('2', { total: 7_000, issued: '2026-06-27', due, line: 'AU' });
  for (const [at, line] of ['B', 'C', 'D', 'E'].entries())
    pa.receipt(`3${line}`, { total: 1_234 + at, issued: '2026-06-27', due, line, client: 'C2' });
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
      own: { value: '7005.00' },
      currency: 'USD',
      company: { members: 5, percentile: 1, median: '1236.00' },
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
    expect(then.own.value).toBe('7000.00');
    expect(then.known_at).toMatch(/^2026-06-28/);
  });
});

describe('a member of a scope', () => {
  it('is told a rounded median: to the cent it would be the figure of another', async () => {
    const scoped = await ledger.as({
      ...LOCAL_CLAIMS,
      role: 'analyst',
      scope: { company: ['PA'], line: ['AU'] },
    });
    const { body } = await scoped.post('/api/peers', AU);
    expect(peersResponse.parse(body)).toMatchObject({
      own: { value: '7005.00' },
      company: { members: 5, percentile: 1, median: '1240.00', suppressed: false },
    });
  });

  it('has no place without a figure, however many there are', () => {
    const figures = new Map([1, 2, 3, 4, 5].map((one) => [`A${one}`, one]));
    expect(groupOf(figures, 'B', 1)).toMatchObject({ members: 5, percentile: null, suppressed: false });
    figures.delete('A5');
    expect(groupOf(figures, 'A1', 1)).toMatchObject({ members: null, percentile: null, suppressed: true });
  });

  it('is told no place in an office beside which the company has but a few', () => {
    const group = { members: 5, median: 3, percentile: 0.5, band: 'second', suppressed: false } as const;
    expect(besides(group, 10)).toMatchObject({ suppressed: false });
    expect(besides(group, 5)).toMatchObject({ suppressed: false });
    for (const members of [6, 7, 9]) expect(besides(group, members)).toMatchObject({ suppressed: true });
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
