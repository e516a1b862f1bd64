import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askResponse, receiptsResponse } from '../../../functions/serve/api.ts';
import { FORMATS } from '../../../functions/serve/formats.ts';
import { type Claims, LOCAL_CLAIMS } from '../../../functions/serve/session.ts';
import type { Table } from '../../../functions/serve/table.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { ServedLedger } from '../../support/servedLedger.ts';

let ledger: ServedLedger;

/** Receipt 1 is shared by I1 and I2; I3 alone has one in dollars, which have no rate. */
beforeAll(async () => {
  const plan = new Ledger(daily('2026-06-28', '2026-06-30'));
  const company = plan.company('CO');
  company.shares('P1', { I1: '60', I2: '40' }, '2026-01-01').shares('P2', { I3: '100' }, '2026-01-01');
  const open = { issued: '2026-06-28', due: '2026-06-29' };
  company.receipt('1', { ...open, total: 100, policy: 'P1' });
  company.receipt('SECRET2', { ...open, total: 10, policy: 'P2', currency: 'USD' });
  const other = plan.company('OTHER');
  other.receipt('9', { ...open, total: 7, client: 'C1' });
  ledger = await ServedLedger.of(plan);
}, 300_000);
afterAll(() => ledger.close());

const intermediary = (member: string): Claims => ({
  sub: member,
  role: 'intermediary',
  scope: { intermediary: [member] },
});

const CHANGE = { measure: 'gross', from: '2026-06-28', to: '2026-06-30' };

describe('a receipt without a rate', () => {
  it.each(['I1', 'I2'])('is no matter of %s, who has no part in it, nor named to them', async (member) => {
    const client = await ledger.as(intermediary(member));
    const { status, body } = await client.post('/api/change', CHANGE);
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toContain('SECRET2');
  });

  it('is told to whoever has a part in it', async () => {
    const client = await ledger.as(intermediary('I3'));
    const { status, body } = await client.post('/api/change', CHANGE);
    expect(status).toBe(404);
    expect(body).toMatchObject({ code: 'RATE_MISSING' });
    expect(JSON.stringify(body)).toContain('SECRET2');
  });
});

describe('clients of two companies with the same code', () => {
  const OTHER = { filters: [{ column: 'company', members: ['OTHER'] }] };

  it('are told apart in what is asked, and in the receipts behind it', async () => {
    const client = await ledger.as();
    const asked = await client.post('/api/ask', {
      questions: [{ kpi: 'gross', by: ['client'], ...OTHER }],
    });
    expect(askResponse.parse(asked.body).answers[0]).toMatchObject({
      answer: { labels: { client: { C1: 'Cliente C1 of OTHER' } } },
    });
    const drilled = await client.post('/api/receipts', { question: { kpi: 'gross', ...OTHER } });
    expect(receiptsResponse.parse(drilled.body).receipts).toMatchObject([
      { client: 'OTHER~C1', client_name: 'Cliente C1 of OTHER' },
    ]);
  });
});

describe('a file', () => {
  const receipts = { of: 'receipts', question: { kpi: 'gross' } };
  it.each([
    [['view', 'csv'], 'csv', receipts],
    [['view', 'csv'], 'csv', { of: 'refused' }],
    [['csv', 'drill'], 'csv', { of: 'ask', question: { kpi: 'gross' } }],
    [['csv', 'drill'], 'csv', { of: 'change', change: CHANGE }],
    [['view', 'drill', 'refused'], 'csv', receipts],
    [['view', 'drill', 'refused', 'csv'], 'xlsx', receipts],
  ] as const)('is refused to whoever may use %j, as %s of %j', async (exits, format, source) => {
    const client = await ledger.as({ ...LOCAL_CLAIMS, exits: [...exits] });
    const { status, body } = await client.post('/api/export', { format, source });
    expect([status, (body as { code: string }).code]).toEqual([403, 'EXIT_DENIED']);
  });

  it('holds no text that a spreadsheet would run', async () => {
    const texts = ['=1+1', '+1', '-1', '@sum', '\tx', 'AU'];
    const table = {
      title: 't',
      cover: [],
      columns: [{ name: 'line', title: 'Ramo', kind: 'text' }],
      rows: texts.map((text) => [text]),
    } as unknown as Table;
    const told = new TextDecoder().decode(await FORMATS.csv.write(table));
    expect(told.trim().split('\r\n')).toEqual([
      'line',
      ...texts.map((text) => (text === 'AU' ? text : `'${text}`)),
    ]);
  });
});
