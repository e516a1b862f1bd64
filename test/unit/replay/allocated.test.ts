import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultConfig } from '../../../functions/core/config.ts';
import { businessDate } from '../../../functions/core/dates.ts';
import { AlturasError } from '../../../functions/core/errors.ts';
import { askKpi } from '../../../functions/query/kpi.ts';
import { replayRegister } from '../../support/replayRegister.ts';

/** Payments that name a policy alone (domain.md 1.0: oldest due first, then by number; the source's own always win). */
const MAPPING = `
company: {company: ACME, name: Acme, country: CO, currency: COP}
register:
  columns: {receipt_no: item, client_id: client, policy_no: policy, issue_date: issued, due_date: due, amount: amount, currency: currency}
payments:
  columns: {receipt_no: item, policy_no: policy, payment_no: payment, paid_on: paid, amount: amount}
`;
const REGISTER = [
  'item,client,policy,issued,due,amount,currency',
  'R3,C1,P1,2026-06-01,2026-07-10,300.00,COP',
  'R2,C1,P1,2026-06-01,2026-06-10,200.00,COP',
  'R1,C1,P1,2026-06-01,2026-06-10,100.00,COP',
  'R0,C1,P1,2026-06-01,,50.00,COP',
  'R9,C1,P1,2026-06-01,2026-06-01,-40.00,COP',
  'S1,C2,P2,2026-06-01,2026-06-05,70.00,COP',
  'R4,C1,P1,2026-06-04,2026-06-02,60.00,COP',
].join('\n');

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alturas-allocated-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function replayed(name: string, ...payments: string[]) {
  await writeFile(join(folder, 'register.csv'), REGISTER);
  await writeFile(join(folder, `${name}.csv`), ['item,policy,payment,paid,amount', ...payments].join('\n'));
  const place = join(folder, name);
  const { lake, landing } = await replayRegister(place, {
    register: join(folder, 'register.csv'),
    payments: join(folder, `${name}.csv`),
    mapping: MAPPING,
    from: '2026-06-02',
    to: '2026-06-06',
  });
  expect(landing).toMatchObject({ accepted: 5, rejected: 0, refused: 0 });
  const figure = async (kpi: string, day: string, by: readonly string[] = [], period?: string) =>
    askKpi(lake, defaultConfig(), {
      kpi,
      asOf: businessDate(day),
      by,
      filters: [],
      ...(period === undefined ? {} : { period }),
    });
  return {
    /** By item, what is open. */
    open: async (day: string) =>
      Object.fromEntries(
        (await figure('gross', day, ['receipt'])).rows.map((row) => [row.dimensions.receipt, row.value]),
      ),
    total: async (kpi: string, day: string) => (await figure(kpi, day)).total?.value,
    /** Since the day after the opening. */
    since: async (kpi: string, day: string) =>
      (await figure(kpi, day, [], `2026-06-03..${day}`)).total?.value,
    movements: async (day: string) =>
      (await readFile(join(place, 'deliveries-2026-06-02', day, 'movements.csv'), 'utf8'))
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split(','))
        .map((cell) => [cell[1], cell[2], cell[3], cell[10], cell[12], cell[13], cell[15]].join(' ').trim()),
  };
}

describe('a payment that names a policy alone', () => {
  it('pays its items, the oldest due first, then by number, those without a due date last', async () => {
    const { open, total, since, movements } = await replayed('oldest', ',P1,K1,2026-06-03,330.00');
    expect(await open('2026-06-02')).toEqual({
      R0: '50.00',
      R1: '100.00',
      R2: '200.00',
      R3: '300.00',
      S1: '70.00',
    });
    // R4 was older by its due date, and not issued yet.
    expect(await open('2026-06-03')).toEqual({ R0: '50.00', R3: '270.00', S1: '70.00' });
    expect(await movements('2026-06-03')).toEqual([
      'OURS:K1/R1/1 R1 APPLICATION -100.00 K1  true',
      'OURS:K1/R2/1 R2 APPLICATION -200.00 K1  true',
      'OURS:K1/R3/1 R3 APPLICATION -30.00 K1  true',
    ]);
    expect(await total('unapplied', '2026-06-03')).toBe('0.00');
    expect(await total('credits', '2026-06-03')).toBe('-40.00');
    expect(await since('collected', '2026-06-03')).toBe('330.00');
  });

  it('leaves unapplied what no item of the policy takes', async () => {
    const { open, total, since } = await replayed('rest', ',P2,K1,2026-06-03,100.00');
    expect(await open('2026-06-03')).not.toHaveProperty('S1');
    expect(await total('unapplied', '2026-06-03')).toBe('-30.00');
    expect(await total('unapplied', '2026-06-05')).toBe('-30.00');
    expect(await total('net', '2026-06-03')).toBe('580.00');
    expect(await since('cash_received', '2026-06-03')).toBe('100.00');
  });

  it('makes way for what the register itself applies: the newest part goes elsewhere', async () => {
    const { open, total, since, movements } = await replayed(
      'wins',
      ',P1,K1,2026-06-03,120.00',
      ',P1,K2,2026-06-03,30.00',
      'R2,P1,K3,2026-06-05,190.00',
    );
    expect(await open('2026-06-03')).toMatchObject({ R2: '150.00', R3: '300.00' });
    expect(await movements('2026-06-05')).toEqual([
      'PAY:K3/R2/1 R2 APPLICATION -190.00 K3',
      'OURS:K2/R2/1/back/1 R2 REVERSAL 30.00 K2 OURS:K2/R2/1 true',
      'OURS:K1/R2/1/back/1 R2 REVERSAL 10.00 K1 OURS:K1/R2/1 true',
      'OURS:K2/R4/1 R4 APPLICATION -30.00 K2  true',
      'OURS:K1/R4/1 R4 APPLICATION -10.00 K1  true',
    ]);
    expect(await open('2026-06-05')).toEqual({ R0: '50.00', R3: '300.00', R4: '20.00', S1: '70.00' });
    expect(await total('credits', '2026-06-05')).toBe('-40.00');
    expect(await since('collected', '2026-06-05')).toBe('340.00');
  });

  it('is refused with its line where it cannot be placed', async () => {
    const error = await replayed(
      'unplaced',
      ',P9,K1,2026-06-03,1.00',
      ',,K2,2026-06-03,1.00',
      ',P1,K3,2026-06-03,-1.00',
      ',P1,K4,2026-06-03,1.00',
      ',P2,K4,2026-06-03,1.00',
    ).catch((caught: unknown) => caught);
    if (!(error instanceof AlturasError)) throw error;
    expect(error.code).toBe('PAYMENT_UNPLACED');
    expect(error.details).toMatchObject({ file: 'unplaced.csv', line: 2, column: 'policy', value: 'P9' });
    expect(error.details.causes).toEqual([
      'line 2: no item of the register has policy P9',
      'line 3: names neither an item nor a policy',
      'line 4: what is not positive must name the item that it takes back',
      'line 6: payment K4 stands in line 5 already',
    ]);
  });
});
