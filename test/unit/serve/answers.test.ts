import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moneyText } from '../../../functions/core/money.ts';
import { Desk } from '../../../functions/query/desk.ts';
import { groupOf } from '../../../functions/query/peers.ts';
import {
  type AskResponse,
  askResponse,
  catalogueResponse,
  changeResponse,
  clientResponse,
  daysResponse,
  healthResponse,
  proofResponse,
  type QuestionInput,
  receiptsResponse,
} from '../../../functions/serve/api.ts';
import { verify } from '../../../functions/serve/proof.ts';
import { isSigned } from '../../../functions/serve/signer.ts';
import { eventfulLedger } from '../../support/eventfulLedger.ts';
import { type Client, ServedLedger } from '../../support/servedLedger.ts';

/** The days of the ledger on which something stands. */
const DAYS = ['2026-06-24', '2026-06-27', '2026-06-28', '2026-06-30', '2026-07-03'] as const;
const UNO = { column: 'company', members: ['UNO'] };
const cents = (text: string | number | null): bigint => BigInt(String(text ?? '0.00').replace('.', ''));
const sum = (texts: readonly string[]): bigint => texts.reduce((all, text) => all + cents(text), 0n);

let ledger: ServedLedger;
let owner: Client;

beforeAll(async () => {
  ledger = await ServedLedger.of(eventfulLedger());
  owner = await ledger.as();
}, 300_000);
afterAll(() => ledger.close());

async function ask(...questions: QuestionInput[]): Promise<AskResponse['answers']> {
  const { status, body } = await owner.post('/api/ask', { questions });
  expect(status).toBe(200);
  return askResponse.parse(body).answers;
}

async function answerTo(question: QuestionInput) {
  const [only] = await ask(question);
  if (!only || !('answer' in only)) throw new Error(JSON.stringify(only));
  return only.answer;
}

describe('asking', () => {
  it('gives the values of several days with one question, a gap where a day is not known', async () => {
    const compare = ['2026-06-27', '2020-01-01'];
    const answer = await answerTo({
      kpi: 'gross',
      by: ['line'],
      filters: [UNO],
      as_of: '2026-06-30',
      compare,
    });
    const before = await answerTo({ kpi: 'gross', by: ['line'], filters: [UNO], as_of: '2026-06-27' });
    expect(answer.compare.map(({ reason }) => reason)).toEqual([null, 'DAY_UNKNOWN']);
    for (const row of answer.rows) {
      const then = before.rows.find(({ dimensions }) => dimensions.line === row.dimensions.line);
      expect(row.compare[0]?.value).toBe(then?.value ?? '0.00');
      expect(row.compare[1]).toMatchObject({ value: null, reason: 'DAY_UNKNOWN' });
    }
    expect(answer.total?.compare[0]?.value).toBe(before.total?.value);
  });

  it('stands by what was known then, when asked as known at a moment', async () => {
    const question = { kpi: 'gross', filters: [UNO], as_of: '2026-06-27' };
    const first = await answerTo({ ...question, known_at: '2026-06-28' });
    const later = await answerTo({ ...question, known_at: '2026-07-03' });
    expect(first.known_at).not.toBe(later.known_at);
    expect(first.total?.value).not.toBe(later.total?.value);
  });

  it('sorts, cuts, and still counts all', async () => {
    const answer = await answerTo({
      kpi: 'gross',
      by: ['client', 'policy'],
      filters: [UNO],
      sort: '-value',
      limit: 2,
    });
    expect(answer.rows.length).toBe(2);
    expect(answer.row_count).toBeGreaterThan(2);
    expect(Number(answer.rows[0]?.value)).toBeGreaterThanOrEqual(Number(answer.rows[1]?.value));
  });

  it('cuts to what the whole list begins with, whatever figure it is sorted by', async () => {
    const compare = ['2026-06-28', '2020-01-01'];
    for (const by of [['client'], ['policy', 'line'], ['receipt']])
      for (const sort of ['-value', '-numerator', '-denominator'])
        for (const kpi of ['gross', 'wadpd', 'net']) {
          const question = { kpi, by, filters: [UNO], as_of: '2026-07-03', compare, sort };
          const whole = await answerTo(question);
          for (const limit of [1, 3, whole.row_count]) {
            const cut = await answerTo({ ...question, limit });
            expect(cut).toEqual({ ...whole, rows: whole.rows.slice(0, limit), labels: cut.labels });
          }
        }
  });

  it.each([
    ['gross', undefined, 'money', null],
    ['overdue_share', undefined, 'money', 'money'],
    ['wadpd', undefined, 'money_days', 'money'],
    ['days_to_pay', 'items', 'count', 'count'],
    ['late_share', undefined, 'count', 'count'],
    ['open_items', undefined, 'count', null],
    ['hhi', undefined, 'number', 'number'],
    // A target's column does not say of what it is one.
    ['attainment', 'full', 'money', 'money'],
    ['attainment', 'to_date', 'money_days', 'money_days'],
    ['attainment', 'dso', 'number', null],
  ])('says of what the parts of %s (%s) are', async (kpi, basis, over, under) => {
    const asked = { kpi, filters: [UNO], ...(basis === undefined ? {} : { basis }) };
    expect(await answerTo(asked)).toMatchObject({ numerator_unit: over, denominator_unit: under });
  });

  it('answers the others when one question is wrong, and says in Spanish what is wrong', async () => {
    const [wrong, right] = await ask({ id: 'a', kpi: 'mora' }, { id: 'b', kpi: 'gross' });
    expect(wrong).toMatchObject({ id: 'a', problem: { code: 'UNKNOWN_KPI', status: 400, value: 'mora' } });
    expect(wrong && 'problem' in wrong && wrong.problem.detail).toContain(
      'No hay un indicador llamado «mora»',
    );
    expect(right && 'answer' in right && right.answer.id).toBe('b');
  });

  it('carries what stands behind it', async () => {
    const answer = await answerTo({ kpi: 'gross', filters: [UNO] });
    expect(answer).toMatchObject({ tie_out: 'unchecked', publish: 1, filters: [UNO], as_of: '2026-07-03' });
    expect(answer.build).toMatch(/^[0-9a-f]{16}$/);
    expect(answer.engine).toMatch(/^duckdb /);
  });
});

describe('what changed', () => {
  it('adds up to the cent, between any two days, for each measure and each member', async () => {
    for (const measure of ['balance', 'gross', 'overdue'] as const)
      for (const [at, from] of DAYS.entries())
        for (const to of DAYS.slice(at + 1)) {
          const totals: unknown[] = [];
          for (const by of [undefined, 'office', 'clerk', 'client', 'intermediary'] as const) {
            const { body } = await owner.post('/api/change', { measure, from, to, ...(by && { by }) });
            const { blocks } = changeResponse.parse(body);
            if (by !== 'intermediary') totals.push(blocks.map(({ total }) => total));
            for (const { total, members } of blocks) {
              const what = `${measure} ${from} ${to} ${by}`;
              for (const one of [total, ...members]) {
                expect(sum(Object.values(one.causes)), what).toBe(cents(one.closing) - cents(one.opening));
                expect(one.change, what).toBe(moneyText(cents(one.closing) - cents(one.opening)));
              }
              if (members.length > 0) {
                expect(sum(members.map(({ closing }) => closing)), what).toBe(cents(total.closing));
                expect(sum(members.map(({ opening }) => opening)), what).toBe(cents(total.opening));
              }
            }
          }
          // By client every receipt is a row of its own; by the others, those alike are one.
          for (const total of totals) expect(total, `${measure} ${from} ${to}`).toEqual(totals[3]);
        }
  }, 300_000);

  it('opens and closes with the figures that the boards show on those days', async () => {
    for (const [measure, kpi] of [
      ['gross', 'gross'],
      ['overdue', 'overdue'],
    ] as const) {
      const { body } = await owner.post('/api/change', {
        measure,
        from: '2026-06-27',
        to: '2026-06-30',
        filters: [UNO],
      });
      const [block] = changeResponse.parse(body).blocks;
      const answer = await answerTo({ kpi, filters: [UNO], as_of: '2026-06-30', compare: ['2026-06-27'] });
      expect(block?.total.closing).toBe(answer.total?.value);
      expect(block?.total.opening).toBe(answer.total?.compare[0]?.value);
    }
  });

  it('says that a receipt changed hands instead of calling it collected', async () => {
    const { body } = await owner.post('/api/change', {
      measure: 'balance',
      from: '2026-06-24',
      to: '2026-06-30',
      by: 'clerk',
      filters: [UNO],
    });
    const members = changeResponse.parse(body).blocks[0]?.members ?? [];
    const hands = (member: string) => members.find((one) => one.member === member)?.causes.reassigned;
    expect(cents(hands('ANA') ?? '0')).toBeLessThan(0n);
    expect(cents(hands('LUZ') ?? '0')).toBe(-cents(hands('ANA') ?? '0'));
  });

  it('refuses dates in the wrong order', async () => {
    const { status, body } = await owner.post('/api/change', { from: '2026-06-30', to: '2026-06-24' });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'BAD_SPAN' });
  });
});

describe('the receipts behind a cell', () => {
  it('add up to it, for stocks, flows, shares of a bucket and both parts of a ratio', async () => {
    const cells = [
      { question: { kpi: 'gross', filters: [UNO] }, at: { line: 'AUTOS' } },
      { question: { kpi: 'net', filters: [UNO] } },
      { question: { kpi: 'aging', filters: [UNO], as_of: '2026-06-30' }, at: { bucket: '001-030' } },
      { question: { kpi: 'aging_share', filters: [UNO], as_of: '2026-06-30' }, at: { bucket: '001-030' } },
      { question: { kpi: 'overdue_share', filters: [UNO] }, at: { office: '01' }, part: 'denominator' },
      { question: { kpi: 'collected', filters: [UNO], as_of: '2026-06-30' } },
      { question: { kpi: 'collection_rate_gross', filters: [UNO], as_of: '2026-06-30' } },
      { question: { kpi: 'gross', filters: [UNO], as_of: '2026-06-27', known_at: '2026-06-28' } },
    ];
    for (const cell of cells) {
      const { status, body } = await owner.post('/api/receipts', cell);
      expect(status, JSON.stringify(cell)).toBe(200);
      const told = receiptsResponse.parse(body);
      expect(told.equal, JSON.stringify([cell, told.sum, told.cell])).toBe(true);
      expect(told.receipts.length).toBeGreaterThan(0);
      expect(sum(told.receipts.map(({ amount }) => String(amount)))).toBe(cents(told.sum));
    }
  });

  it('come in pages that miss nothing', async () => {
    const whole = receiptsResponse.parse(
      (await owner.post('/api/receipts', { question: { kpi: 'gross', filters: [UNO] } })).body,
    );
    const seen: (string | null)[] = [];
    for (let offset: number | null = 0; offset !== null; ) {
      const { body } = await owner.post('/api/receipts', {
        question: { kpi: 'gross', filters: [UNO] },
        offset,
        limit: 2,
      });
      const page = receiptsResponse.parse(body);
      expect(page.sum).toBe(whole.sum);
      seen.push(...page.receipts.map(({ receipt }) => receipt));
      offset = page.next;
    }
    expect(seen).toEqual(whole.receipts.map(({ receipt }) => receipt));
  });

  it('stand beside both parts of their figure, each in its own unit', async () => {
    const units = async (kpi: string, part: string) => {
      const question = { kpi, filters: [UNO], as_of: '2026-06-30' };
      const told = receiptsResponse.parse((await owner.post('/api/receipts', { question, part })).body);
      return [told.amount_unit, told.numerator_unit, told.denominator_unit];
    };
    expect(await units('late_share', 'numerator')).toEqual(['count', 'count', 'count']);
    expect(await units('wadpd', 'numerator')).toEqual(['money_days', 'money_days', 'money']);
    expect(await units('wadpd', 'denominator')).toEqual(['money', 'money_days', 'money']);
  });

  it('are not invented for a figure that is no sum', async () => {
    const { status, body } = await owner.post('/api/receipts', {
      question: { kpi: 'countback_dso', filters: [UNO] },
    });
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'NOT_ADDITIVE' });
  });
});

describe('a number receipt', () => {
  it('is equal when it is made again, and is not when anything in it is changed', async () => {
    const { body } = await owner.post('/api/proof', {
      question: { kpi: 'overdue_share', filters: [UNO], as_of: '2026-06-30' },
      at: { office: '01' },
    });
    const { receipt, jws, key } = proofResponse.parse(body);
    expect(await isSigned(jws, receipt, key)).toBe(true);
    expect(await isSigned(jws, { ...receipt, as_of: '2026-06-29' }, key)).toBe(false);
    expect(receipt.sql).toContain('"aging"');
    expect(Object.keys(receipt.models)).toContain('position');
    const desk = await Desk.open(ledger.lake, ledger.config);
    try {
      expect(await verify(desk, receipt)).toMatchObject({ equal: true, differences: [] });
      const false1 = { ...receipt, cell: { ...receipt.cell, numerator: '1.00' } };
      const verdict = await verify(desk, false1);
      expect(verdict.equal).toBe(false);
      expect(verdict.differences.map(({ what }) => what)).toEqual(['numerator']);
    } finally {
      await desk.close();
    }
  });
});

describe('the parts in a number receipt', () => {
  it('have a unit; one of an earlier version says none, and is as good', async () => {
    const { body } = await owner.post('/api/proof', {
      question: { kpi: 'wadpd', filters: [UNO], as_of: '2026-06-30' },
    });
    const { receipt } = proofResponse.parse(body);
    const { numerator_unit: over, denominator_unit: under, ...earlier } = receipt;
    expect([over, under]).toEqual(['money_days', 'money']);
    const desk = await Desk.open(ledger.lake, ledger.config);
    try {
      expect(await verify(desk, earlier)).toMatchObject({ equal: true, differences: [] });
    } finally {
      await desk.close();
    }
  });
});

describe('what the boards look up', () => {
  it('is of the promised shape', async () => {
    catalogueResponse.parse((await owner.get('/api/catalogue')).body);
    healthResponse.parse((await owner.get('/api/health')).body);
    const days = daysResponse.parse((await owner.get('/api/days')).body);
    const state = (day: string) => days.days.find((one) => one.day === day)?.state;
    expect([state('2026-06-24'), state('2026-06-26'), state('2026-07-02')]).toEqual([
      'delivered',
      'carried',
      'carried',
    ]);
    expect(days.days.find(({ day }) => day === '2026-06-27')).toMatchObject({ versions: 2, restated: true });
  });

  it('shows a client as it was on a past day', async () => {
    const id = receiptsResponse
      .parse((await owner.post('/api/receipts', { question: { kpi: 'gross', filters: [UNO] } })).body)
      .receipts.find(({ receipt }) => receipt === 'R1')?.client;
    const on = async (day: string) =>
      clientResponse.parse((await owner.get(`/api/clients/${id}?as_of=${day}`)).body);
    const [before, now] = [await on('2026-06-24'), await on('2026-07-03')];
    const balance = (told: typeof now) => told.receipts.find(({ receipt }) => receipt === 'R1')?.open_total;
    expect(balance(before)).not.toBe(balance(now));
    expect(now.timeline.some(({ kind, receipt }) => kind === 'collected' && receipt === 'R1')).toBe(true);
  });
});

describe('peers', () => {
  it('are told about in groups of five or more only', () => {
    const figures = new Map([...'abcd'].map((name, at) => [name, at] as const));
    expect(groupOf(figures, 'a', 1)).toMatchObject({ suppressed: true, median: null, members: null });
    const five = new Map([...figures, ['e', 4] as const]);
    expect(groupOf(five, 'e', 1)).toMatchObject({ members: 5, median: 2, percentile: 1, band: 'first' });
    expect(groupOf(five, 'e', -1)).toMatchObject({ percentile: 0, band: 'fourth' });
  });
});
