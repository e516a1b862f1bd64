import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { businessDate } from '../../../functions/core/dates.ts';
import { cellReceipts } from '../../../functions/query/cell.ts';
import { answer, type Question } from '../../../functions/query/kpi.ts';
import { receiptsOf } from '../../../functions/query/receipts.ts';
import { problemOf } from '../../../functions/serve/problems.ts';
import { KpiLake } from '../../support/kpiLake.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';

let lake: KpiLake;

const LAST = '2026-06-30';

/** Eva takes a clerk's and Luis an advisor's receipts over in June: some were past due by then, others became so. */
beforeAll(async () => {
  const ledger = new Ledger(daily('2026-05-30', LAST));
  const co = ledger.company('CO');
  co.shares('P-1', { I1: '60', I2: '40' }, '2026-01-01');
  const of = { issued: '2026-05-30', office: 'N', line: 'AUTOS' };
  co.receipt('1', { ...of, total: '500.01', due: '2026-06-02' }).paid('100.01', '2026-06-20');
  co.receipt('2', { ...of, total: 300, due: '2026-06-15', line: 'HOGAR' });
  co.receipt('3', { ...of, total: 200, due: '2026-06-12' }).paid(50, '2026-06-21');
  co.receipt('4', { ...of, total: 900, due: '2026-07-15' }).paid(70, '2026-06-22');
  co.receipt('5', { ...of, total: 80, due: '2026-06-05', office: 'S' });
  co.assigned('OFFICE', 'N', 'CLERK', 'ana', '2026-01-01', { to: '2026-06-10' });
  co.assigned('OFFICE', 'N', 'CLERK', 'eva', '2026-06-10');
  co.assigned('OFFICE', 'N', 'ADVISOR', 'luis', '2026-06-14');
  co.target('2026-06-01', 'clerk', 'eva', 'collected', '1000');
  co.target('2026-06-01', 'clerk', 'eva', 'written', '4000');
  co.target('2026-06-01', 'clerk', 'eva', 'overdue_share', '0.2');
  lake = await KpiLake.of(ledger);
});

afterAll(() => lake.close());

const EVA = { column: 'clerk', members: ['eva'] };
const LUIS = { column: 'advisor', members: ['luis'] };
const AUTOS = { column: 'line', members: ['AUTOS'] };

const asked = (kpi: string, more: Partial<Question> = {}): Question => ({
  kpi,
  asOf: businessDate(LAST),
  by: [],
  filters: [],
  ...more,
});

const told = async (question: Question) => {
  const behind = await receiptsOf(lake.desk, question, 'numerator');
  const [row] = (await answer(lake.desk, question)).rows;
  expect(behind.sum).toBe(row?.numerator);
  expect(behind).toMatchObject({ unit: 'money', currency: 'COP', answer: { kpi: question.kpi } });
  return behind.receipts.map(({ receipt, amount }) => `${receipt} ${amount}`);
};

describe('the receipts of own overdue', () => {
  it('are those that fell due with who holds them now; of the inherited, those that came past due', async () => {
    const inherited = { basis: 'inherited' };
    expect(await told(asked('overdue_own', { filters: [EVA] }))).toEqual(['2 300.00', '3 150.00']);
    expect(await told(asked('overdue_own', { filters: [EVA], ...inherited }))).toEqual(['1 400.00']);
    expect(await told(asked('overdue_own', { filters: [LUIS] }))).toEqual(['2 300.00']);
    expect(await told(asked('overdue_own', { filters: [LUIS], ...inherited }))).toEqual([
      '1 400.00',
      '3 150.00',
    ]);
    // Nobody takes over as a whole, a line or an intermediary.
    const all = ['1 400.00', '2 300.00', '3 150.00', '5 80.00'];
    expect(await told(asked('overdue_own', { period: 'month' }))).toEqual(all);
    expect(await told(asked('overdue_own', inherited))).toEqual([]);
    expect(await told(asked('overdue_own', { filters: [AUTOS] }))).toEqual([
      '1 400.00',
      '3 150.00',
      '5 80.00',
    ]);
    expect(
      await told(asked('overdue_own', { filters: [{ column: 'intermediary', members: ['I1'] }] })),
    ).toEqual(['1 240.00']);
  });

  it.each([
    [{ clerk: 'eva' }, [], 'closing'],
    [{ clerk: 'eva' }, [AUTOS], 'closing'],
    [{ clerk: 'eva' }, [AUTOS], 'inherited'],
    [{ clerk: 'eva' }, [LUIS], 'inherited'],
    [{ clerk: 'eva', line: 'AUTOS' }, [], 'inherited'],
    [{ clerk: 'eva', advisor: 'luis' }, [], 'closing'],
    [{ clerk: null }, [], 'closing'],
    [{ line: 'HOGAR' }, [EVA], 'closing'],
    [{ client: 'C1' }, [], 'closing'],
    [{}, [EVA, AUTOS], 'closing'],
  ])('add up to the cell at %o among %o (%s)', async (at, filters, basis) => {
    const question = asked('overdue_own', { filters, basis });
    const { equal, behind, row } = await cellReceipts(lake.desk, { question, at }, 'numerator');
    expect([behind.sum, equal]).toEqual([row.numerator, true]);
    expect(Number(behind.sum)).toBeGreaterThan(0);
  });

  it('are none where nobody tells who holds what', async () => {
    const young = new Ledger(daily('2026-06-28', LAST));
    young.company('CO').receipt('1', { opening: 100, issued: '2026-05-01', due: '2026-06-01' });
    const bare = await KpiLake.of(young);
    try {
      const behind = await receiptsOf(bare.desk, asked('overdue_own'), 'numerator');
      expect(behind).toMatchObject({
        sum: '0.00',
        receipts: [],
        answer: { total: { reason: 'FEED_ABSENT' } },
      });
    } finally {
      await bare.close();
    }
  });
});

describe('the receipts of an attainment', () => {
  it('are those of the amount that was reached', async () => {
    expect(await told(asked('attainment', { filters: [EVA] }))).toEqual(['1 100.01', '3 50.00', '4 70.00']);
    expect(await told(asked('attainment', { filters: [EVA], basis: 'written' }))).toEqual([]);
  });

  it.each([
    ['to_date', 'collected'],
    ['overdue_share', 'overdue_share'],
    ['dso', 'dso'],
  ])('on %s are none: those of %s say what is asked for', async (basis, instead) => {
    const refused: unknown = await receiptsOf(
      lake.desk,
      asked('attainment', { filters: [EVA], basis }),
      'numerator',
    ).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'NOT_ADDITIVE',
      details: { expected: instead, hint: expect.stringContaining(`\`alturas receipts ${instead}\``) },
    });
    expect(problemOf(refused, 'es')).toMatchObject({
      action: `Pida los recibos de lo que mide: ${instead}.`,
    });
  });

  it('has no target made of receipts', async () => {
    await expect(
      receiptsOf(lake.desk, asked('attainment', { filters: [EVA] }), 'denominator'),
    ).rejects.toMatchObject({ code: 'NOT_ADDITIVE', details: { expected: 'collected' } });
  });
});
