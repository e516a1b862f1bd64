import { afterAll, beforeAll, expect, it } from 'vitest';
import { askResponse, clientResponse } from '../../../functions/serve/api.ts';
import { House } from '../../../functions/serve/house.ts';
import { LOCAL_CLAIMS } from '../../../functions/serve/session.ts';
import { deliveredOn, Ledger } from '../../support/ledgerFixture.ts';
import { type Client, ServedLedger } from '../../support/servedLedger.ts';

/** The first day of the lake, the last on which it is younger than a year, and the day after. */
const FIRST = '2025-05-30';
const YOUNG = '2026-05-29';
const GROWN = '2026-05-30';

let ledger: ServedLedger;
let owner: Client;

/** C1 came with a balance, C2 and C3 came later; C3 has paid nothing. */
beforeAll(async () => {
  const plan = new Ledger(
    deliveredOn(FIRST, '2025-08-20', '2025-11-10', '2026-01-31', '2026-04-20', YOUNG, GROWN),
  );
  const co = plan.company('CO');
  co.receipt('1', { opening: 1_000, issued: '2025-05-01', due: '2026-05-20', client: 'C1' })
    .paid(400, YOUNG)
    .paid(100, GROWN);
  co.receipt('2', { total: 1_000, issued: YOUNG, due: '2026-06-02', client: 'C2' }).paid(300, YOUNG);
  co.receipt('3', { total: 1_000, issued: YOUNG, due: '2026-06-02', client: 'C3' });
  ledger = await ServedLedger.of(plan);
  owner = await ledger.as();
}, 300_000);
afterAll(() => ledger.close());

async function onPage(client: string, day: string, asker = owner) {
  const { body } = await asker.get(`/api/clients/CO~${client}?as_of=${day}`);
  const { days_to_pay: value, days_to_pay_reason: reason } = clientResponse.parse(body).state;
  return { value, reason };
}

async function byKpi(client: string, day: string, asker = owner) {
  const question = {
    ...{ kpi: 'days_to_pay', period: '12m', as_of: day },
    filters: [
      { column: 'company', members: ['CO'] },
      { column: 'client', members: [client] },
    ],
  };
  const { body } = await asker.post('/api/ask', { questions: [question] });
  const [told] = askResponse.parse(body).answers;
  if (!told || !('answer' in told)) throw new Error(JSON.stringify(told));
  return { value: told.answer.total?.value ?? null, reason: told.answer.total?.reason ?? null };
}

it.each([
  ['C1', YOUNG, null, 'INSUFFICIENT_HISTORY'],
  ['C1', GROWN, 9.2, null],
  ['C2', YOUNG, -4, null],
  ['C3', GROWN, null, 'ZERO_DENOMINATOR'],
])('how client %s pays is told on %s as the KPI tells it', async (client, day, value, reason) => {
  expect(await onPage(client, day)).toEqual({ value, reason });
  expect(await byKpi(client, day)).toEqual({ value, reason });
});

it('what is paid early counts as on time where the configuration says so', async () => {
  const house = await House.open(
    ledger.lake,
    { ...ledger.config, floor_early: true },
    `${ledger.directory}/floored`,
  );
  try {
    const floored = await ledger.as(LOCAL_CLAIMS, { house });
    expect(await onPage('C2', YOUNG, floored)).toEqual({ value: 0, reason: null });
    expect(await byKpi('C2', YOUNG, floored)).toEqual({ value: 0, reason: null });
  } finally {
    await house.close();
  }
});

it('nobody knows it where movements never came', async () => {
  const bare = new Ledger(deliveredOn(YOUNG, GROWN));
  bare.company('CO').receipt('1', { opening: 1_000, issued: FIRST, due: '2026-06-02', client: 'C1' });
  const silent = await ServedLedger.of(bare);
  try {
    const asker = await silent.as();
    const told = { value: null, reason: 'FEED_ABSENT' };
    expect(await onPage('C1', GROWN, asker)).toEqual(told);
    expect(await byKpi('C1', GROWN, asker)).toEqual(told);
  } finally {
    await silent.close();
  }
});
