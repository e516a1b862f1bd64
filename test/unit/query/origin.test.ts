import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { businessDate } from '../../../functions/core/dates.ts';
import { answer } from '../../../functions/query/kpi.ts';
import { labelsOf } from '../../../functions/query/names.ts';
import { ORIGIN_DIMENSIONS } from '../../../functions/query/origin.ts';
import { OWNER, type Role, type Scope } from '../../../functions/query/policy.ts';
import { receiptsOf } from '../../../functions/query/receipts.ts';
import { catalogueView } from '../../../functions/serve/catalogue.ts';
import { type Asked, KpiLake } from '../../support/kpiLake.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';

/**
 * Ana's client goes to Beto on 10 June, with all that it owes, and from office 01 to office 02; what is issued before
 * stays Ana's by origin. Receipt 3 is paid in part by Beto's work, receipt 9 was issued before anybody was assigned.
 */
function handedOver(): Ledger {
  const ledger = new Ledger(daily('2026-06-01', '2026-06-20'));
  const co = ledger.company('CO');
  for (const [role, before, after] of [
    ['ADVISOR', 'ana', 'beto'],
    ['CLERK', 'carla', 'dario'],
    ['OFFICE', '01', '02'],
  ] as const) {
    co.assigned('CLIENT', 'C1', role, before, '2026-05-01', { to: '2026-06-10' });
    co.assigned('CLIENT', 'C1', role, after, '2026-06-10', { known: '2026-06-10' });
  }
  const receipt = (number: string, total: number, issued: string, more = {}) =>
    co.receipt(number, { client: 'C1', office: '09', total, issued, due: '2026-06-12', ...more });
  receipt('1', 100, '2026-06-02');
  receipt('2', 200, '2026-06-03');
  receipt('3', 400, '2026-06-04').paid(150, '2026-06-15');
  receipt('4', 800, '2026-06-11');
  receipt('9', 1_600, '2026-04-20', { total: undefined, opening: 1_600, due: '2026-05-20' });
  // Told of one receipt alone, which comes before what is told of its client; corrected later.
  receipt('5', 3_200, '2026-06-05', { due: '2026-07-30' });
  co.assigned('RECEIPT', '5', 'ADVISOR', 'eva', '2026-06-01', { to: '2026-06-10' });
  co.assigned('RECEIPT', '5', 'ADVISOR', 'fabio', '2026-06-01', { to: '2026-06-10', known: '2026-06-18' });
  co.cash('K1', 70, '2026-06-14', { client: 'C1', policy: 'P-1' });
  return ledger;
}

let lake: KpiLake;

beforeAll(async () => {
  lake = await KpiLake.of(handedOver());
});

afterAll(() => lake?.close());

const DAY = '2026-06-17';

/** By members, a figure in pesos; without those of whom it is nothing. */
async function figures(kpi: string, asked: Partial<Asked> & Pick<Asked, 'by'>): Promise<object> {
  const rows = await lake.ask(kpi, { asOf: DAY, ...asked });
  return Object.fromEntries(
    rows
      .filter(({ value }) => Number(value) !== 0)
      .map(({ dimensions, value }) => [
        asked.by?.map((dimension) => dimensions[dimension] ?? '-').join('/'),
        Number(value),
      ]),
  );
}

describe('who answered for a receipt when it was issued', () => {
  it('keeps the debt that another has taken over, and adds up to the same', async () => {
    expect(await figures('gross', { by: ['advisor'] })).toEqual({ beto: 6_150 });
    expect(await figures('gross', { by: ['advisor_origin'] })).toEqual({
      ana: 550,
      beto: 800,
      eva: 3_200,
      '-': 1_600,
    });
    expect(await figures('gross', { by: ['clerk'] })).toEqual({ dario: 6_150 });
    expect(await figures('gross', { by: ['clerk_origin'] })).toEqual({
      carla: 3_750,
      dario: 800,
      '-': 1_600,
    });
  });

  it('is the office assigned then; without one, the own office of the receipt, whoever has it now', async () => {
    expect(await figures('gross', { by: ['office'] })).toEqual({ '02': 6_150 });
    expect(await figures('gross', { by: ['office_origin'] })).toEqual({
      '01': 3_750,
      '02': 800,
      '09': 1_600,
    });
  });

  it('keeps what is collected after it, too', async () => {
    expect(await figures('collected', { by: ['advisor'] })).toEqual({ beto: 150 });
    expect(await figures('collected', { by: ['advisor_origin'] })).toEqual({ ana: 150 });
    expect(await figures('collected', { by: ['office'] })).toEqual({ '02': 150 });
    expect(await figures('collected', { by: ['office_origin'] })).toEqual({ '01': 150 });
    const period = '2026-06-14..2026-06-16';
    expect(await figures('collected', { asOf: '2026-06-16', period, by: ['clerk_origin'] })).toEqual({
      carla: 150,
    });
  });

  it('stands beside who holds it now: what each took over from whom', async () => {
    expect(await figures('overdue', { by: ['advisor', 'advisor_origin'] })).toEqual({
      'beto/ana': 550,
      'beto/beto': 800,
      'beto/-': 1_600,
    });
    expect(await figures('overdue', { by: ['advisor_origin'], where: { advisor: 'beto' } })).toEqual({
      ana: 550,
      beto: 800,
      '-': 1_600,
    });
    expect(await figures('overdue', { by: ['advisor'], where: { advisor_origin: 'ana' } })).toEqual({
      beto: 550,
    });
    expect(await figures('gross', { by: ['office_origin', 'advisor_origin', 'clerk_origin'] })).toEqual({
      '01/ana/carla': 550,
      '01/eva/carla': 3_200,
      '02/beto/dario': 800,
      '09/-/-': 1_600,
    });
  });

  it('is told by what the day knows, or what is asked to be known', async () => {
    const by = ['advisor_origin'];
    expect(await figures('gross', { by, where: { receipt: '5' } })).toEqual({ eva: 3_200 });
    expect(await figures('gross', { by, where: { receipt: '5' }, knownAt: '2026-06-19' })).toEqual({
      fabio: 3_200,
    });
    expect(await figures('gross', { by, where: { receipt: '5' }, asOf: '2026-06-19' })).toEqual({
      fabio: 3_200,
    });
    // One answer knows one origin of a receipt, also of what was written before the correction.
    expect(await figures('sales', { by, where: { receipt: '5' }, asOf: '2026-06-19' })).toEqual({
      fabio: 3_200,
    });
  });

  it('is nobody of cash that is not applied, which has no receipt', async () => {
    expect(await figures('unapplied', { by: ['advisor'] })).toEqual({ beto: -70 });
    expect(await figures('unapplied', { by: ['advisor_origin'] })).toEqual({ '-': -70 });
    const [whole] = await lake.ask('net', { asOf: DAY });
    const parts: Record<string, number> = { ...(await figures('net', { by: ['office_origin'] })) };
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(Number(whole?.value));
  });

  it('splits what marts keep one dimension at a time, and inherits nothing', async () => {
    expect(await figures('overdue_own', { by: ['advisor_origin'], basis: 'closing' })).toEqual({
      ana: 550,
      beto: 800,
      '-': 1_600,
    });
    expect(await figures('overdue_own', { by: ['advisor'], basis: 'inherited' })).toEqual({ beto: 1_600 });
    expect(await figures('overdue_own', { by: ['advisor_origin'], basis: 'inherited' })).toEqual({});
  });

  it('rests on what tells holders as position does, on any day', async () => {
    for (const day of ['2026-06-05', '2026-06-10', DAY]) {
      const asOf = businessDate(day);
      const seen = { asOf, ...lake.desk.knowledge(asOf, undefined) };
      const holders = async (table: string) =>
        (await lake.desk.rows(await lake.desk.ofDay(table, seen))).map(
          ({ receipt_no: receipt, office, advisor, clerk }) => `${receipt} ${office} ${advisor} ${clerk}`,
        );
      const told = await holders('receipt_holder');
      expect(told.length).toBeGreaterThan(4);
      expect(told.sort()).toEqual((await holders('position')).sort());
    }
  });

  it('has the names of people and offices', async () => {
    const labels = await labelsOf(lake.desk, {
      advisor_origin: ['ana', null],
      office_origin: ['09'],
      clerk_origin: ['carla'],
    });
    const present = await labelsOf(lake.desk, { advisor: ['ana'], office: ['09'], clerk: ['carla'] });
    expect(present.advisor?.ana).toBeDefined();
    expect(labels).toEqual({
      advisor_origin: present.advisor,
      office_origin: present.office,
      clerk_origin: present.clerk,
    });
  });

  it('has receipts behind it that add up', async () => {
    for (const kpi of ['overdue', 'collected']) {
      const question = {
        kpi,
        asOf: businessDate(DAY),
        by: [],
        filters: [{ column: 'advisor_origin', members: ['ana'] }],
      };
      const behind = await receiptsOf(lake.desk, question, 'numerator');
      expect(behind.receipts.map(({ receipt }) => receipt)).toEqual(
        kpi === 'overdue' ? ['1', '2', '3'] : ['3'],
      );
      expect(Number(behind.sum)).toBe(kpi === 'overdue' ? 550 : 150);
    }
  });
});

describe('a scope is of whoever holds a receipt now', () => {
  const asks = (role: Role, scope: Scope, more: object) =>
    answer(lake.desk.for({ ...OWNER, role, scope }), {
      kpi: 'gross',
      asOf: businessDate(DAY),
      by: [],
      filters: [],
      ...more,
    });
  const own: Readonly<Partial<Record<Role, Scope>>> = {
    advisor: { advisor: ['beto'] },
    clerk: { clerk: ['dario'] },
    office_manager: { office: ['02'] },
    intermediary: { intermediary: ['I1'] },
    analyst: { office: ['02'] },
  };

  for (const [role, scope] of Object.entries(own) as [Role, Scope][])
    it(`so ${role} of ${JSON.stringify(scope)} is told nobody's name who held it before`, async () => {
      for (const dimension of ['office_origin', 'advisor_origin', 'clerk_origin'])
        for (const more of [{ by: [dimension] }, { filters: [{ column: dimension, members: ['ana'] }] }])
          await expect(asks(role, scope, more), dimension).rejects.toMatchObject({
            kind: 'denied',
            code: 'EXIT_DENIED',
            details: { value: dimension },
          });
    });

  it('and is listed to nobody who may not ask for it', () => {
    const listed = (role: Role, scope: Scope) =>
      catalogueView(lake.desk.for({ ...OWNER, role, scope })).kpis.map(({ dimensions }) =>
        ORIGIN_DIMENSIONS.every((one) => dimensions.includes(one)),
      );
    expect(new Set(listed('executive', 'all'))).toEqual(new Set([true]));
    for (const [role, scope] of Object.entries(own) as [Role, Scope][])
      expect(new Set(listed(role, scope)), role).toEqual(new Set([false]));
  });

  it('and whoever sees whole companies, or lines of them, is', async () => {
    for (const scope of ['all', { company: ['CO'] }, { company: ['CO'], line: ['AUTOS'] }] as const) {
      const { rows } = await asks('analyst', scope, { by: ['advisor_origin'] });
      expect(rows.map(({ dimensions }) => dimensions.advisor_origin)).toEqual(['ana', 'beto', 'eva', null]);
    }
    expect((await asks('analyst', { line: ['HOGAR'] }, { by: ['advisor_origin'] })).rows).toEqual([]);
  });
});
