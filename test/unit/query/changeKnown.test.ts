import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { businessDate, knownAt } from '../../../functions/core/dates.ts';
import { type ChangeDimension, change, type Measure } from '../../../functions/query/change.ts';
import { KpiLake } from '../../support/kpiLake.ts';
import { daily, deliveredAgain, Ledger } from '../../support/ledgerFixture.ts';

let lake: KpiLake;

/** A payment of the 29th is known on 1 July, one of the 28th is taken back by a second delivery of that day. */
beforeAll(async () => {
  const ledger = new Ledger([
    ...daily('2026-06-26', '2026-07-02'),
    deliveredAgain('2026-06-28', '2026-06-30 23:30', '28 June again'),
  ]);
  const co = ledger.company('CO');
  co.shares('P1', { I1: '60', I2: '40' }, '2026-01-01');
  const first = { opening: 1_000, issued: '2026-05-01', due: '2026-06-01', policy: 'P1', office: '01' };
  co.receipt('1', first)
    .paid(400, '2026-06-28')
    .paid(50, '2026-06-28', { until: '28 June again' })
    .paid(100, '2026-06-29', { known: '2026-07-01' });
  co.receipt('2', { total: 300, issued: '2026-06-29', due: '2026-06-30', office: '02', client: 'C2' }).paid(
    30,
    '2026-07-01',
  );
  lake = await KpiLake.of(ledger);
});

afterAll(() => lake.close());

const told = async (
  measure: Measure,
  by: ChangeDimension | null,
  from: string,
  to: string,
  known?: string,
) => {
  const question = { measure, by, filters: [], from: businessDate(from), to: businessDate(to) };
  const [block] = await change(lake.desk, {
    ...question,
    ...(known === undefined ? {} : { knownAt: knownAt(known) }),
  });
  return block;
};

describe('what changed, with the knowledge of a moment', () => {
  it.each([
    ['2026-06-29', { issued: '300.00' }],
    // The payment of the 28th is taken back: on the 29th nothing of it happened.
    ['2026-06-30 23:45', { issued: '300.00' }],
    // What was known late lies on its own day, and is not late.
    ['2026-07-01', { collected: '-100.00', issued: '300.00' }],
  ])('of %s', async (known, causes) => {
    const block = await told('gross', null, '2026-06-28', '2026-06-29', known);
    expect(block?.total.causes).toEqual(causes);
  });

  it('says as delivered what became known since', async () => {
    const block = await told('gross', null, '2026-06-29', '2026-07-01');
    expect(block?.total.causes).toMatchObject({ late: expect.any(String), collected: '-30.00' });
    const seen = await told('gross', null, '2026-06-29', '2026-07-01', '2026-07-02');
    expect(seen?.total.causes).toEqual({ collected: '-30.00' });
  });

  it.each([null, 'office', 'client', 'intermediary', 'company'] as const)(
    'adds up between the figures of both days, by %s',
    async (by) => {
      for (const [kpi, measure] of [
        ['gross', 'gross'],
        ['overdue', 'overdue'],
      ] as const)
        for (const known of ['2026-06-29', '2026-06-30 23:45', '2026-07-01', '2026-07-02'])
          for (const [from, to] of [
            ['2026-06-27', '2026-06-29'],
            ['2026-06-28', '2026-06-30'],
          ] as const) {
            const block = await told(measure, by, from, to, known);
            const sides = await Promise.all(
              [from, to].map(async (asOf) => {
                const rows = await lake.ask(kpi, {
                  asOf,
                  knownAt: known,
                  by: by === null ? ['company'] : [by],
                  where: { company: 'CO' },
                });
                return new Map(
                  rows.map(({ dimensions, value }) => [by === null ? null : dimensions[by], String(value)]),
                );
              }),
            );
            const [before, after] = sides;
            const what = `${kpi} ${known} ${from} ${to}`;
            for (const one of by === null ? [{ ...block?.total, member: null }] : (block?.members ?? [])) {
              expect(one.opening, what).toBe(before?.get(one.member) ?? '0.00');
              expect(one.closing, what).toBe(after?.get(one.member) ?? '0.00');
              const sum = Object.values(one.causes ?? {}).reduce((total, cause) => total + Number(cause), 0);
              expect(sum, what).toBeCloseTo(Number(one.closing) - Number(one.opening), 2);
            }
          }
    },
  );

  it('of before anything was known is refused', async () => {
    await expect(told('gross', null, '2026-06-26', '2026-06-28', '2026-06-01')).rejects.toMatchObject({
      code: 'DAY_UNKNOWN',
    });
  });
});
