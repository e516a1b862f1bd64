import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AskResponse, clientResponse, clientsResponse } from '../../../functions/serve/api.ts';
import { LOCAL_CLAIMS } from '../../../functions/serve/session.ts';
import { daily, deliveredAgain, Ledger } from '../../support/ledgerFixture.ts';
import { ServedLedger } from '../../support/servedLedger.ts';

let ledger: ServedLedger;

/** A payment of the 29th that came to be known on the 1st, and one of the 28th that a second delivery of that day left out. */
beforeAll(async () => {
  const plan = new Ledger([
    ...daily('2026-06-26', '2026-07-02'),
    deliveredAgain('2026-06-28', '2026-06-30 23:30', '28 June again'),
  ]);
  const company = plan.company('CO');
  company.shares('P1', { I1: '60', I2: '40' }, '2026-01-01');
  company
    .receipt('1', {
      opening: 1_000,
      issued: '2026-05-01',
      due: '2026-06-01',
      client: 'C1',
      policy: 'P1',
      office: '01',
    })
    .paid(400, '2026-06-28')
    .paid(50, '2026-06-28', { until: '28 June again' })
    .paid(100, '2026-06-29', { known: '2026-07-01' });
  ledger = await ServedLedger.of(plan);
}, 300_000);
afterAll(() => ledger.close());

const CLAIMS = {
  everybody: LOCAL_CLAIMS,
  office: { ...LOCAL_CLAIMS, scope: { office: ['01'] } },
  intermediary: { ...LOCAL_CLAIMS, scope: { intermediary: ['I2'] } },
  'another office': { ...LOCAL_CLAIMS, scope: { office: ['02'] } },
};

async function seen(asOf: string, knownAt: string | null, claims: keyof typeof CLAIMS = 'everybody') {
  const client = await ledger.as(CLAIMS[claims]);
  const known = knownAt === null ? '' : `&known_at=${encodeURIComponent(knownAt)}`;
  const response = await client.get(`/api/clients/CO~C1?as_of=${asOf}${known}`);
  const told = clientResponse.parse(response.body);
  return {
    gross: told.state.gross,
    receipts: told.receipts.map(({ open_total }) => open_total),
    due: told.timeline.flatMap(({ kind, amount }) => (kind === 'due' ? [amount] : [])),
    collected: told.timeline
      .flatMap(({ kind, day, amount }) => (kind === 'collected' ? [`${day.slice(5)} ${amount}`] : []))
      .sort(),
  };
}

/** The same balance as the figures of all other boards tell it. */
async function asked(
  asOf: string,
  knownAt: string,
  claims: keyof typeof CLAIMS = 'everybody',
): Promise<unknown> {
  const client = await ledger.as(CLAIMS[claims]);
  const filters = [{ column: 'client', members: ['C1'] }];
  const { body } = await client.post('/api/ask', {
    questions: [{ id: 'gross', kpi: 'gross', as_of: asOf, known_at: knownAt, filters }],
  });
  const [entry] = (body as AskResponse).answers;
  return entry && 'answer' in entry ? entry.answer.total?.value : entry;
}

/** Collected amounts stand behind the day that they came in on. */
function view(gross: string, ...collected: string[]) {
  return { gross, receipts: [gross], due: [gross], collected };
}

/** Of all that, the 40 % of one of two intermediaries. */
function partOf({ gross, collected }: ReturnType<typeof view>) {
  const part = (amount: string): string => (Number(amount) * 0.4).toFixed(2);
  return view(part(gross), ...collected.map((one) => `${one.slice(0, 6)}${part(one.slice(6))}`).sort());
}

describe('a client on the 29th of June', () => {
  it('is as delivered where no other knowledge is asked for', async () => {
    expect(await seen('2026-06-29', null)).toEqual(view('550.00', '06-28 -400.00', '06-28 -50.00'));
  });

  it.each(['everybody', 'office', 'intermediary'] as const)(
    'is of the knowledge asked for in its state, its receipts and its timeline, for %s',
    async (claims) => {
      for (const [knownAt, expected] of [
        ['2026-06-29', view('550.00', '06-28 -400.00', '06-28 -50.00')],
        // The 28th was told again, and no later day has taken that in yet.
        ['2026-06-30 23:45', view('600.00', '06-28 -400.00')],
        ['2026-07-01', view('500.00', '06-28 -400.00', '06-29 -100.00')],
        ['2026-07-02', view('500.00', '06-28 -400.00', '06-29 -100.00')],
      ] as const) {
        const own = claims === 'intermediary' ? partOf(expected) : expected;
        expect(await seen('2026-06-29', knownAt, claims), knownAt).toEqual(own);
        expect(await asked('2026-06-29', knownAt, claims), knownAt).toBe(own.gross);
      }
    },
  );

  it('with less knowledge than the day itself brought is carried', async () => {
    expect(await seen('2026-07-01', '2026-06-29')).toEqual(view('550.00', '06-28 -400.00', '06-28 -50.00'));
    expect(await asked('2026-07-01', '2026-06-29')).toBe('550.00');
  });

  it('is found with what it owed then', async () => {
    const client = await ledger.as();
    const owed = async (known: string): Promise<string | undefined> => {
      const { body } = await client.get(`/api/clients?find=C1&as_of=2026-06-29${known}`);
      return clientsResponse.parse(body).clients[0]?.open;
    };
    expect(await owed('')).toBe('550.00');
    expect(await owed('&known_at=2026-07-01')).toBe('500.00');
  });

  it('is not there for whose scope it is not in, with whatever knowledge', async () => {
    const client = await ledger.as(CLAIMS['another office']);
    for (const known of ['', '&known_at=2026-06-30%2023:45', '&known_at=2026-07-01']) {
      const { status, body } = await client.get(`/api/clients/CO~C1?as_of=2026-06-29${known}`);
      expect([status, (body as { code: string }).code]).toEqual([404, 'UNKNOWN_CLIENT']);
    }
  });

  it('before anything was known is refused in words', async () => {
    const client = await ledger.as();
    const { status, body } = await client.get('/api/clients/CO~C1?as_of=2026-06-29&known_at=2026-06-01');
    expect([status, (body as { code: string }).code]).toEqual([404, 'DAY_UNKNOWN']);
  });
});
