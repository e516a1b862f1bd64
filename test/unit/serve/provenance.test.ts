import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import {
  catalogueResponse,
  changeResponse,
  clientResponse,
  clientsResponse,
  daysResponse,
  healthResponse,
  membersResponse,
  peersResponse,
  proofResponse,
  provenance,
  receiptsResponse,
  refusedResponse,
} from '../../../functions/serve/api.ts';
import { deliveredOn, Ledger } from '../../support/ledgerFixture.ts';
import { type Client, ServedLedger } from '../../support/servedLedger.ts';

const FIRST = '2026-06-27';
/** Without a delivery: carried. */
const CARRIED = '2026-06-28';
const LAST = '2026-06-30';

let ledger: ServedLedger;
let client: Client;

/** A company that tells its movements, and one whose movements are inferred. */
beforeAll(async () => {
  const plan = new Ledger(deliveredOn(FIRST, '2026-06-29', LAST));
  const open = { issued: FIRST, due: CARRIED };
  plan.company('UNO').receipt('1', { ...open, total: 1_000, office: '01', client: 'C1' });
  const dos = plan.company('DOS', { currency: 'USD', country: 'PA', movementSource: 'INFERRED' });
  dos.receipt('2', { ...open, total: 70, office: '09', client: 'C9' });
  ledger = await ServedLedger.of(plan);
  client = await ledger.as();
}, 300_000);
afterAll(() => ledger.close());

const only = (company: string) => [{ column: 'company', members: [company] }];

async function told<Shape extends z.ZodType>(
  shape: Shape,
  path: string,
  body?: unknown,
): Promise<z.output<Shape>> {
  const answered = await (body === undefined ? client.get(path) : client.post(path, body));
  expect([path, answered.status, answered.body]).toMatchObject([path, 200, {}]);
  return shape.parse(answered.body);
}

describe('every answer', () => {
  it('says what it stands on, with its own day, build and filters', async () => {
    const filters = only('UNO');
    const question = { kpi: 'gross', filters, as_of: CARRIED };
    const answers = [
      await told(receiptsResponse, '/api/receipts', { question }),
      await told(changeResponse, '/api/change', { from: FIRST, to: CARRIED, filters }),
      await told(peersResponse, '/api/peers', {
        ...{ kpi: 'gross', dimension: 'office', member: '01', company: 'UNO', as_of: CARRIED },
      }),
      await told(clientResponse, `/api/clients/UNO~C1?as_of=${CARRIED}`),
      await told(clientsResponse, `/api/clients?find=C1&as_of=${CARRIED}`),
    ];
    for (const answer of answers) {
      const one = provenance.parse(answer);
      expect(one).toMatchObject({ as_of: CARRIED, carried: true, publish: 1, tie_out: 'unchecked' });
      expect(one.build).toMatch(/^[0-9a-f]{16}$/);
    }
    expect(answers.map(({ filters, inferred }) => [filters, inferred])).toEqual([
      [filters, false],
      [filters, false],
      [[{ column: 'office', members: ['01'] }, ...filters], false],
      [[...filters, { column: 'client', members: ['C1'] }], false],
      // Whoever looks for a client looks at all companies.
      [[], true],
    ]);
  });

  it('says whether movements behind it were inferred', async () => {
    const filters = only('DOS');
    for (const [shape, path, body] of [
      [receiptsResponse, '/api/receipts', { question: { kpi: 'collection_rate_gross', filters } }],
      [changeResponse, '/api/change', { from: FIRST, filters }],
      [clientResponse, '/api/clients/DOS~C9', undefined],
    ] as const)
      expect(await told(shape, path, body)).toMatchObject({ inferred: true, carried: false });
  });

  it('of what tells no figures says so', async () => {
    const day = { as_of: LAST, publish: 1, filters: [], carried: false, inferred: null, row_count: 4 };
    const days = await told(daysResponse, '/api/days');
    expect(days).toMatchObject({ ...day, build: days.published_build, known_at: expect.any(String) });
    expect(await told(membersResponse, '/api/members')).toMatchObject({ ...day, row_count: 7 });
    expect(await told(healthResponse, '/api/health')).toMatchObject({ as_of: LAST, inferred: true });
    const { policy, engine, filters } = days;
    const catalogue = await told(catalogueResponse, '/api/catalogue');
    expect(catalogue).toMatchObject({ policy, engine, filters, publish: 1, as_of: null, build: null });
    expect(catalogue.row_count).toBe(catalogue.kpis.length + catalogue.models.length);
  });

  it('of refused rows names the day and the feed that were asked for', async () => {
    const one = await told(refusedResponse, `/api/refused?feed=receipts&day=${CARRIED}`);
    expect(one).toMatchObject({
      as_of: CARRIED,
      filters: [
        { column: 'feed', members: ['receipts'] },
        { column: 'day', members: [CARRIED] },
      ],
      row_count: 0,
      carried: null,
    });
    expect(one.build).toMatch(/^[0-9a-f]{16}$/);
    // Of a day before all others nothing is known, and no build holds it.
    expect(await told(refusedResponse, '/api/refused?day=2026-01-01')).toMatchObject({
      as_of: '2026-01-01',
      build: null,
    });
  });

  it('of a number receipt counts rows, also of a figure that is no sum over receipts', async () => {
    const question = { kpi: 'hhi', filters: only('UNO') };
    const { receipt } = await told(proofResponse, '/api/proof', { question });
    expect(receipt).toMatchObject({
      ...{ receipts: null, row_count: 1, carried: false, inferred: false },
      ...{ basis: 'client', period: null, question: { filters: only('UNO') } },
    });
  });
});
