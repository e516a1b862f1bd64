import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_CLAIMS } from '../../../functions/serve/session.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { type Client, ServedLedger } from '../../support/servedLedger.ts';

const FIRST = '2026-06-29';
const LAST = '2026-06-30';

let ledger: ServedLedger;
let client: Client;

beforeAll(async () => {
  const plan = new Ledger(daily(FIRST, LAST));
  plan.company('UNO').receipt('1', { total: 1_000, issued: FIRST, due: LAST, client: 'C1' });
  ledger = await ServedLedger.of(plan);
  client = await ledger.as();
}, 300_000);
afterAll(() => ledger.close());

describe('a parameter of an address that is not known', () => {
  const english = () => ledger.as(LOCAL_CLAIMS, {}, 'en');

  it('is refused, with those that are', async () => {
    const slips: readonly (readonly [string, string, string | undefined, string])[] = [
      [`/api/clients/UNO~C1?as-of=${FIRST}`, 'as-of', 'as_of, known_at', 'Did you mean "as_of"?'],
      [
        '/api/clients?find=C1&limits=3',
        'limits',
        'find, client, as_of, known_at, limit',
        'Did you mean "limit"?',
      ],
      ['/api/refused?feeed=receipts', 'feeed', 'feed, day, code, offset, limit', 'Did you mean "feed"?'],
      ['/api/refused?x=1', 'x', 'feed, day, code, offset, limit', 'Take it away, or write one of these.'],
      [`/api/members?as_of=${FIRST}`, 'as_of', undefined, 'Take it away.'],
      ['/api/days?constructor=1', 'constructor', undefined, 'Take it away.'],
    ];
    const asked = await english();
    for (const [path, value, expected, action] of slips) {
      const { status, body } = await asked.get(path);
      expect([path, status, body]).toMatchObject([path, 400, { code: 'UNKNOWN_PARAMETER', value, action }]);
      expect((body as { expected?: string }).expected).toBe(expected);
    }
    const { body } = await client.get(`/api/clients/UNO~C1?as-of=${FIRST}`);
    expect(body).toMatchObject({
      detail: 'La dirección trae «as-of», que aquí no existe. Hay: as_of, known_at.',
      action: '¿Quiso decir «as_of»?',
    });
  });

  it('is refused beside a question, too, and so is one that stands there twice', async () => {
    const path = `/api/ask?as_of=${FIRST}`;
    expect((await client.post(path, { questions: [{ kpi: 'gross' }] })).body).toMatchObject({
      code: 'UNKNOWN_PARAMETER',
    });
    expect((await client.get(`/api/clients/UNO~C1?as_of=${FIRST}&as_of=${LAST}`)).body).toMatchObject({
      code: 'BAD_REQUEST',
      causes: ['as_of: 2 values instead of one'],
    });
  });
});
