import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AskResponse, askResponse, type QuestionInput } from '../../../functions/serve/api.ts';
import { LOCAL_CLAIMS } from '../../../functions/serve/session.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { type Client, ServedLedger } from '../../support/servedLedger.ts';

const DAY = '2026-06-30';
const BEFORE = '2026-06-28';

let ledger: ServedLedger;
let client: Client;

/** Two offices of pesos and dollars, and a company of dollars; all that the second office has is paid on the last day. */
beforeAll(async () => {
  const plan = new Ledger(daily('2026-06-27', DAY));
  plan.rate('USD', 'COP', '2026-06-27', '4000');
  const co = plan.company('CO');
  const open = { issued: '2026-06-27', due: '2026-06-28' };
  co.receipt('1', { ...open, total: 1_000, office: '01', client: 'C1' });
  co.receipt('2', { ...open, total: 10, office: '01', client: 'C2', currency: 'USD' });
  co.receipt('3', { ...open, total: 300, office: '02', client: 'C3' }).paid(300, DAY);
  co.receipt('4', { ...open, total: 200, office: '02', client: 'C4' }).paid(200, DAY);
  plan.company('PA', { currency: 'USD' }).receipt('5', { ...open, total: 70, office: '01', client: 'C9' });
  ledger = await ServedLedger.of(plan);
  client = await ledger.as();
}, 300_000);
afterAll(() => ledger.close());

async function told(question: QuestionInput): Promise<AskResponse['answers'][number]> {
  const { status, body } = await client.post('/api/ask', { questions: [question] });
  expect(status).toBe(200);
  const [only] = askResponse.parse(body).answers;
  if (!only) throw new Error('no answer');
  return only;
}

async function answerTo(question: QuestionInput) {
  const only = await told(question);
  if (!('answer' in only)) throw new Error(JSON.stringify(only));
  return only.answer;
}

async function problemOf(question: QuestionInput) {
  const only = await told(question);
  if (!('problem' in only)) throw new Error('it was answered');
  return only.problem;
}

const CO = { column: 'company', members: ['CO'] };

describe('a limit', () => {
  it('leaves the members that stand on a day to compare alone, where the day asked of has none', async () => {
    const filters = [CO, { column: 'office', members: ['02'] }];
    const question = { kpi: 'gross', by: ['client'], filters, as_of: DAY, compare: [BEFORE] };
    for (const sort of ['-value', '-numerator']) {
      const whole = await answerTo({ ...question, sort });
      expect(whole.rows.map(({ dimensions, compare }) => [dimensions.client, compare[0]?.value])).toEqual([
        ['C3', '300.00'],
        ['C4', '200.00'],
      ]);
      expect(await answerTo({ ...question, sort, limit: 10 })).toEqual(whole);
      const cut = await answerTo({ ...question, sort, limit: 1 });
      expect([cut.rows, cut.row_count]).toEqual([whole.rows.slice(0, 1), 2]);
    }
  });
});

describe('what has no sense in a question', () => {
  it('an order by change needs a day to tell it against', async () => {
    const question = { kpi: 'gross', by: ['office'], filters: [CO], as_of: DAY, sort: '-change' };
    expect(await problemOf(question)).toMatchObject({ code: 'BAD_SORT', status: 400, value: '-change' });
    expect((await answerTo({ ...question, compare: [BEFORE] })).rows).toHaveLength(2);
  });

  it('a change until a day to come is told with the days that there are', async () => {
    const { status, body } = await client.post('/api/change', { from: BEFORE, to: '2026-08-01' });
    expect([status, body]).toMatchObject([404, { code: 'DAY_UNKNOWN', expected: `2026-06-27..${DAY}` }]);
    expect((body as { detail: string }).detail).toBe(`No hay datos del 2026-08-01. Hay: 2026-06-27..${DAY}.`);
  });

  it('a change by what every object has is none of its dimensions', async () => {
    for (const column of ['constructor', 'valueOf']) {
      const filters = [{ column, members: ['x'] }];
      const { status, body } = await client.post('/api/change', { from: BEFORE, to: DAY, filters });
      if (column === 'valueOf') expect(status).toBe(400);
      else expect([status, body]).toMatchObject([400, { code: 'UNKNOWN_DIMENSION', value: column }]);
    }
  });

  it('what is known for ever is what is known last', async () => {
    const question = { kpi: 'gross', filters: [CO], as_of: BEFORE };
    const last = await answerTo({ ...question, known_at: '2027-01-01' });
    for (const known_at of ['9999-12-31', '9999-12-31 23:59:59']) {
      const answer = await answerTo({ ...question, known_at });
      expect(answer.total).toEqual({ ...last.total, value: '41500.00' });
      expect(answer.currency).toBe('COP');
    }
  });
});

describe('filters that no row passes', () => {
  const office = (...members: (string | null)[]) => ({ column: 'office', members });
  const notesOf = async (filters: QuestionInput['filters'], more: Partial<QuestionInput> = {}) =>
    (await answerTo({ kpi: 'gross', filters, as_of: DAY, ...more })).filter_notes;

  it('are answered, and told beside the answer', async () => {
    const unknown = [{ code: 'UNKNOWN_MEMBER', column: 'office', members: ['TYPO'] }];
    expect(await notesOf([CO, office('TYPO')])).toEqual(unknown);
    expect(await notesOf([CO, office('01', 'TYPO', null)])).toEqual(unknown);
    expect(await notesOf([CO, office('01'), office('02')])).toEqual([
      { code: 'CONTRADICTORY_FILTERS', column: 'office', members: [] },
    ]);
    const { body } = await client.post('/api/change', { from: BEFORE, filters: [office('TYPO')] });
    expect(body).toMatchObject({ filter_notes: unknown });
  });

  it('are not told of where a member has no rows on the day, or is listed nowhere', async () => {
    expect(await notesOf([CO, office('02', '01')])).toEqual([]);
    expect(await notesOf([office('02')], { compare: [BEFORE] })).toEqual([]);
    expect(await notesOf([{ column: 'client', members: ['C77'] }])).toEqual([]);
    expect(await notesOf([])).toEqual([]);
  });

  it('say nothing to the scoped of what lies outside: it is told as what does not exist', async () => {
    const scoped = await ledger.as({ ...LOCAL_CLAIMS, role: 'office_manager', scope: { office: ['02'] } });
    for (const hidden of ['01', 'TYPO']) {
      const { body } = await scoped.post('/api/ask', {
        questions: [{ kpi: 'gross', filters: [office('02', hidden)] }],
      });
      const [told] = askResponse.parse(body).answers;
      expect(told && 'answer' in told && told.answer.filter_notes).toEqual([
        { code: 'UNKNOWN_MEMBER', column: 'office', members: [hidden] },
      ]);
    }
  });
});

describe('the currency of a row', () => {
  it('stands in it, where rows mix companies and where they do not', async () => {
    const currencies = async (question: Partial<QuestionInput>) => {
      const { rows, total, currency } = await answerTo({ kpi: 'gross', as_of: DAY, ...question });
      return [rows.map((row) => row.currency), total?.currency ?? null, currency];
    };
    expect(await currencies({ by: ['company', 'office'] })).toEqual([['COP', 'USD'], null, null]);
    expect(await currencies({ by: ['office'], compare: [BEFORE] })).toEqual([
      ['COP', 'USD', 'COP'],
      null,
      null,
    ]);
    expect(await currencies({ filters: [CO] })).toEqual([['COP'], 'COP', 'COP']);
    expect(await currencies({ filters: [CO], basis: 'document' })).toEqual([['COP', 'USD'], null, null]);
    expect(await currencies({ kpi: 'overdue_share', filters: [CO] })).toEqual([['COP'], 'COP', null]);
    expect(await currencies({ kpi: 'open_items', filters: [CO] })).toEqual([[null], null, null]);
  });
});
