import { afterAll, beforeAll, expect, it } from 'vitest';
import { askResponse, type ChangeResponse, changeResponse } from '../../../functions/serve/api.ts';
import { deliveredOn, Ledger } from '../../support/ledgerFixture.ts';
import { type Client, ServedLedger } from '../../support/servedLedger.ts';

const DAYS = ['2026-06-24', '2026-06-26', '2026-06-28', '2026-06-30'] as const;
const cents = (text: string | number | null | undefined): bigint =>
  BigInt(String(text ?? '0.00').replace('.', ''));
const sum = (texts: readonly (string | undefined)[]): bigint =>
  texts.reduce((all, text) => all + cents(text), 0n);

let ledger: ServedLedger;
let owner: Client;

/** Thirds that never come out even, a share that changes while the receipt is open, and another currency. */
beforeAll(async () => {
  const plan = new Ledger(deliveredOn(...DAYS));
  plan.rate('USD', 'COP', '2026-06-01', '4000.00');
  plan.rate('USD', 'COP', '2026-06-27', '4101.37');
  const company = plan.company('UNO');
  company.shares('THIRDS', { A: '33.333333', B: '33.333333', C: '33.333334' }, '2026-01-01');
  company.shares('MOVES', { A: '60', B: '40' }, '2026-01-01');
  company.shares('MOVES', { A: '25.5', B: '44.5', C: '30' }, '2026-06-27');
  company.shares('ONE', { D: '100' }, '2026-01-01');
  const thirds = { policy: 'THIRDS', line: 'HOGAR', issued: '2026-06-24' };
  company
    .receipt('R1', { ...thirds, total: '1000.01', due: '2026-06-27' })
    .paid('100.10', '2026-06-26')
    .paid('50.05', '2026-06-28');
  company
    .receipt('R2', { ...thirds, total: '777.77', currency: 'USD', due: '2026-07-24' })
    .paid('333.31', '2026-06-28', { rate: '4055.50' });
  company.receipt('R3', { ...thirds, total: '-10.01', type: 'RETURN', due: '2026-06-24' });
  const moves = { policy: 'MOVES', line: 'AUTOS', issued: '2026-06-24' };
  company
    .receipt('R4', { ...moves, total: '500.55', currency: 'USD', due: '2026-06-25' })
    .paid('0.07', '2026-06-30', { rate: '4055.50' });
  company.receipt('R5', { ...moves, total: '900.09', due: '2026-06-29' }).paid('900.09', '2026-06-30');
  company.receipt('R6', { ...moves, total: '321', office: '02', due: '2026-06-25' });
  company
    .receipt('R7', { policy: 'ONE', line: 'AUTOS', total: '50', issued: '2026-06-26', due: '2026-06-28' })
    .cancelled(50, '2026-06-30', { reason: 'NON_PAYMENT' });
  company.receipt('R8', {
    policy: 'NOBODY',
    line: 'AUTOS',
    total: '80',
    issued: '2026-06-24',
    due: '2026-06-25',
  });
  ledger = await ServedLedger.of(plan);
  owner = await ledger.as();
}, 300_000);
afterAll(() => ledger.close());

const MEASURES = ['balance', 'gross', 'overdue'] as const;
const SPANS = DAYS.flatMap((from, at) => DAYS.slice(at + 1).map((to) => [from, to] as const));

async function blockOf(
  request: Record<string, unknown>,
  client = owner,
): Promise<ChangeResponse['blocks'][number]> {
  const { status, body } = await client.post('/api/change', request);
  expect(status, JSON.stringify(body)).toBe(200);
  const [block] = changeResponse.parse(body).blocks;
  if (!block) throw new Error('no block');
  return block;
}

it('adds up for every intermediary, and all of them make the change of the whole, cause by cause', async () => {
  let shifted = 0n;
  for (const measure of MEASURES)
    for (const [from, to] of SPANS) {
      const what = `${measure} ${from} ${to}`;
      const whole = await blockOf({ measure, from, to });
      const { members, total } = await blockOf({ measure, from, to, by: 'intermediary' });
      expect(members.length, what).toBeGreaterThan(2);
      for (const one of members)
        expect(sum(Object.values(one.causes)), `${what} ${one.member}`).toBe(
          cents(one.closing) - cents(one.opening),
        );
      for (const cause of new Set([...Object.keys(whole.total.causes), ...Object.keys(total.causes)]))
        expect(sum(members.map(({ causes }) => causes[cause])), `${what} ${cause}`).toBe(
          cents(whole.total.causes[cause]),
        );
      const lost = cents(members.find(({ member }) => member === 'A')?.causes.reassigned);
      if (lost < 0n) shifted += lost;
      // A change of shares on 27 June: nothing changes hands in a span that ends before it.
      if (to < '2026-06-27')
        expect(members.every(({ causes }) => causes.reassigned === undefined)).toBe(true);
    }
  expect(shifted).toBeLessThan(0n);
}, 300_000);

it('opens and closes with the figures that the boards show by intermediary', async () => {
  for (const kpi of ['gross', 'overdue'] as const)
    for (const [from, to] of SPANS) {
      const { members } = await blockOf({ measure: kpi, from, to, by: 'intermediary' });
      const { body } = await owner.post('/api/ask', {
        questions: [{ kpi, by: ['intermediary'], as_of: to, compare: [from] }],
      });
      const [first] = askResponse.parse(body).answers;
      if (!first || !('answer' in first)) throw new Error(JSON.stringify(first));
      const rows = first.answer.rows.filter(
        ({ value, compare }) => cents(value) || cents(compare[0]?.value ?? null),
      );
      expect(
        new Map(
          members.flatMap(({ member, opening, closing }) =>
            cents(opening) || cents(closing) ? [[member, [cents(opening), cents(closing)]]] : [],
          ),
        ),
        `${kpi} ${from} ${to}`,
      ).toEqual(
        new Map(
          rows.map(({ dimensions, value, compare }) => [
            dimensions.intermediary,
            [cents(compare[0]?.value ?? null), cents(value)],
          ]),
        ),
      );
    }
}, 300_000);

it('tells an intermediary its own part, by another dimension too', async () => {
  const [from, to] = ['2026-06-24', '2026-06-30'];
  const intermediary = await ledger.as({
    sub: 'b',
    role: 'intermediary',
    scope: { intermediary: ['B'] },
  });
  const { members } = await blockOf({ from, to, by: 'intermediary' });
  const own = members.find(({ member }) => member === 'B');
  const { total, members: lines } = await blockOf({ from, to, by: 'line' }, intermediary);
  expect(total).toEqual({
    opening: own?.opening,
    closing: own?.closing,
    change: own?.change,
    causes: own?.causes,
  });
  expect(lines.map(({ member }) => member).sort()).toEqual(['AUTOS', 'HOGAR']);
  for (const one of lines)
    expect(sum(Object.values(one.causes))).toBe(cents(one.closing) - cents(one.opening));
});
