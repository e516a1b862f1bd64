import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../../functions/core/config.ts';
import { settingsOf } from '../../../functions/warehouse/relations.ts';
import { type Given, MartHouse } from './mart-house.ts';

let house: MartHouse;
beforeAll(async () => {
  house = await MartHouse.open();
});
beforeEach(() => house.clear());
afterAll(() => house.close());

const MAY = '2026-05-31';
const JUNE = '2026-06-30';

describe('scorecards (domain 1.9)', () => {
  const target = (kpi: string, value: string, more: Given = {}): Given => ({
    month: '2026-06-01',
    dimension: 'office',
    member: '07',
    kpi,
    value,
    ...more,
  });
  async function build(): Promise<void> {
    for (const mart of ['month_total', 'aging', 'recovery', 'scorecards', 'attainment'])
      await house.build(mart);
  }

  test('26 of 40 stands above 3 of 3', async () => {
    await house.theseDays([JUNE]);
    const due = '2026-06-15';
    const receipts = [
      ...Array.from({ length: 40 }, (_, n) => ({ no: `A${n}`, clerk: 'many', paid: n < 26 })),
      ...Array.from({ length: 3 }, (_, n) => ({ no: `B${n}`, clerk: 'few', paid: true })),
    ];
    await house.give(
      'position',
      receipts.map(({ no, clerk }) => ({ as_of: MAY, receipt_no: no, open_total: 10, due_date: due, clerk })),
    );
    await house.give(
      'flow',
      receipts
        .filter(({ paid }) => paid)
        .map(({ no, clerk }) => ({
          as_of: '2026-06-10',
          receipt_no: no,
          cause: 'COLLECTED',
          total: -10,
          due_date: due,
          clerk,
        })),
    );
    await build();
    const rows =
      await house.rows(`select member, n, k, on_time_share, wilson_low, wilson_high, place, peers, percentile
      from scorecards where dimension = 'clerk' order by place`);
    expect(rows).toMatchObject([
      { member: 'many', n: '40', k: '26', on_time_share: 0.65, place: '1', peers: '2', percentile: 1 },
      { member: 'few', n: '3', k: '3', on_time_share: 1, place: '2', peers: '2', percentile: 0 },
    ]);
    const bounds = rows.map(({ wilson_low, wilson_high }) =>
      [wilson_low, wilson_high].map((bound) => Number(bound).toFixed(3)),
    );
    expect(bounds).toEqual([
      ['0.495', '0.779'],
      ['0.439', '1.000'],
    ]);
  });

  test('the newest version of a target known on the day counts; a later one does not', async () => {
    await house.theseDays([JUNE]);
    await house.give('flow', [
      { as_of: '2026-06-10', receipt_no: 'R1', cause: 'COLLECTED', total: -4400, office: '07' },
    ]);
    await house.give('targets', [
      target('collected', '8000'),
      target('collected', '5000', { target_version: 2 }),
      target('collected', '1', { target_version: 3, known_from: '2026-07-02' }),
    ]);
    await build();
    expect(await house.row("select attainment, reason from attainment where dimension = 'office'")).toEqual({
      attainment: 0.88,
      reason: null,
    });
    expect(await house.row("select attainment, reason from attainment where dimension = 'total'")).toEqual({
      attainment: null,
      reason: 'NO_TARGET',
    });
  });

  test('the target of a company is that of its total, and of no other company', async () => {
    await house.theseDays([JUNE]);
    await house.give('flow', [
      { as_of: '2026-06-10', receipt_no: 'R1', cause: 'COLLECTED', total: -400 },
      { as_of: '2026-06-10', receipt_no: 'R1', cause: 'COLLECTED', total: -300, company: 'B' },
      { as_of: '2026-06-10', receipt_no: 'R1', cause: 'COLLECTED', total: -200, company: 'C' },
    ]);
    await house.give('targets', [
      target('collected', '500', { dimension: 'company', member: 'A' }),
      target('collected', '600', { company: 'B', dimension: 'total', member: 'total' }),
      target('collected', '100', { company: 'B', dimension: 'company', member: 'A' }),
    ]);
    await build();
    for (const dimension of ['total', 'company'])
      expect(
        await house.rows(
          `select company, attainment as share, reason from attainment where dimension = '${dimension}' order by 1`,
        ),
      ).toEqual([
        { company: 'A', share: 0.8, reason: null },
        { company: 'B', share: 0.5, reason: null },
        { company: 'C', share: null, reason: 'NO_TARGET' },
      ]);
  });

  test('lower is better: target over actual, at most the cap; a target of 0 has no attainment', async () => {
    await house.theseDays([JUNE]);
    await house.give('position', [
      { as_of: JUNE, receipt_no: 'R1', open_total: 100, due_date: '2026-07-15', office: '07' },
      { as_of: JUNE, receipt_no: 'R2', open_total: 100, due_date: '2026-06-15', office: '08' },
    ]);
    await house.give('settings', [{ key: 'attainment_cap', value: '1.5' }]);
    await house.give('targets', [
      target('overdue_share', '0.2'),
      target('overdue_share', '0', { member: '08' }),
    ]);
    await build();
    expect(
      await house.rows(
        "select member, attainment as share, reason from attainment where dimension = 'office' and kpi = 'overdue_share' order by 1",
      ),
    ).toEqual([
      { member: '07', share: 1.5, reason: null },
      { member: '08', share: null, reason: 'ZERO_TARGET' },
    ]);
  });

  test('business days leave out weekends and the holidays known', async () => {
    await house.theseDays(['2026-06-10']);
    await house.give('position', [
      { as_of: '2026-06-10', receipt_no: 'R1', open_total: 1, due_date: '2026-07-15' },
    ]);
    await house.give('companies', [{}]);
    await house.give('holidays', [
      { holiday: '2026-06-08' },
      { holiday: '2026-06-15' },
      { holiday: '2026-06-29', country: 'PA' },
    ]);
    await build();
    expect(
      await house.row(
        "select business_days, business_days_elapsed from attainment where dimension = 'total'",
      ),
    ).toEqual({
      business_days: '20',
      business_days_elapsed: '7',
    });
  });

  test('a calendar tells the weekend of a country, and whose holidays it keeps', async () => {
    await house.theseDays(['2026-06-10']);
    await house.give(
      'position',
      ['A', 'B', 'C'].map((company) => ({
        company,
        as_of: '2026-06-10',
        receipt_no: 'R1',
        open_total: 1,
        due_date: '2026-07-15',
      })),
    );
    await house.give('companies', [
      { company: 'A', country: 'CO' },
      { company: 'B', country: 'AE' },
      { company: 'C', country: 'MX' },
    ]);
    await house.give(
      'settings',
      settingsOf(
        readConfig(
          'alturas.yml',
          'calendars:\n  CO: {weekend: [7]}\n  AE: {weekend: [5, 6], holidays: PA}\n  CL: {weekend: []}\n',
        ),
      ),
    );
    await house.give('holidays', [
      { holiday: '2026-06-08' },
      { holiday: '2026-06-09', country: 'AE' },
      { holiday: '2026-06-14', country: 'PA' },
      { holiday: '2026-06-15', country: 'MX' },
    ]);
    await build();
    // June 2026 begins on a Monday: 4 Saturdays, 4 Sundays, 4 Fridays.
    expect(
      await house.rows(
        "select company, business_days as days, business_days_elapsed as elapsed from attainment where dimension = 'total' order by 1",
      ),
    ).toEqual([
      { company: 'A', days: '25', elapsed: '8' },
      { company: 'B', days: '21', elapsed: '8' },
      { company: 'C', days: '21', elapsed: '8' },
    ]);
  });

  test('debt that was past due before the clerk came is inherited, and no line inherits', async () => {
    await house.theseDays([JUNE]);
    const held = { clerk: 'K1', clerk_since: '2026-06-01', line: '10' };
    await house.give('position', [
      { as_of: JUNE, receipt_no: 'R1', open_total: 500, due_date: MAY, ...held },
      { as_of: JUNE, receipt_no: 'R2', open_total: 300, due_date: '2026-06-01', ...held },
    ]);
    await build();
    const own = 'select overdue_own, overdue_inherited from scorecards where dimension =';
    expect(await house.row(`${own} 'clerk'`)).toEqual({ overdue_own: '300.00', overdue_inherited: '500.00' });
    expect(await house.row(`${own} 'line'`)).toEqual({ overdue_own: '800.00', overdue_inherited: '0.00' });
  });
});

describe('concentration', () => {
  test('who is not assigned is no one, and large balances do not overflow', async () => {
    await house.theseDays([JUNE]);
    await house.give(
      'position',
      [700, 600, 500, 400, 300, 200, 100].map((share, n) => ({
        as_of: JUNE,
        receipt_no: `R${n}`,
        client_id: `C${n}`,
        intermediary: n === 0 ? null : 'I1',
        open_total: `${share}000000000.00`,
        due_date: '2026-07-15',
      })),
    );
    await house.build('concentration');
    expect(
      await house.rows(
        "select among, members, gross, top_1, top_5, top_10, sum_squares from concentration where dimension = 'total' and among in ('client', 'intermediary') order by 1",
      ),
    ).toEqual([
      {
        among: 'client',
        members: '7',
        gross: '2800000000000.00',
        top_1: '700000000000.00',
        top_5: '2500000000000.00',
        top_10: '2800000000000.00',
        sum_squares: '1400000000000000000000000.0000',
      },
      {
        among: 'intermediary',
        members: '1',
        gross: '2100000000000.00',
        top_1: '2100000000000.00',
        top_5: '2100000000000.00',
        top_10: '2100000000000.00',
        sum_squares: '4410000000000000000000000.0000',
      },
    ]);
  });
});

describe('concentration within a member', () => {
  test('is told among all that the member is not itself', async () => {
    await house.theseDays([JUNE]);
    const due_date = '2026-07-15';
    await house.give('position', [
      { as_of: JUNE, receipt_no: 'R1', open_total: 300, due_date, office: '01', line: '10', advisor: 'A1' },
      { as_of: JUNE, receipt_no: 'R2', open_total: 100, due_date, office: '01', line: '20', advisor: 'A2' },
      { as_of: JUNE, receipt_no: 'R3', open_total: 600, due_date, office: '02', line: '10', advisor: 'A2' },
    ]);
    await house.build('concentration');
    const largest = (dimension: string, member: string) =>
      house.rows(
        `select among, gross, top_1 from concentration where dimension = '${dimension}' and member = '${member}' and among in ('line', 'office', 'advisor') order by 1`,
      );
    expect(await largest('office', '01')).toEqual([
      { among: 'advisor', gross: '400.00', top_1: '300.00' },
      { among: 'line', gross: '400.00', top_1: '300.00' },
    ]);
    expect(await largest('line', '10')).toEqual([
      { among: 'advisor', gross: '900.00', top_1: '600.00' },
      { among: 'office', gross: '900.00', top_1: '600.00' },
    ]);
  });
});

describe('rotation', () => {
  async function countback(
    days: readonly string[],
    deliveries: readonly string[],
    position: readonly Given[],
    flow: readonly Given[],
  ) {
    await house.theseDays(days);
    await house.give(
      'deliveries',
      deliveries.map((as_of) => ({ as_of })),
    );
    await house.give('position', position);
    await house.give('flow', flow);
    for (const mart of ['month_total', 'month_opening', 'aging', 'recovery', 'scorecards', 'rotation'])
      await house.build(mart);
    return house.row(
      `select countback_days, countback_reason, countback_lower_bound, flat_months from rotation
       where dimension = 'total' and as_of = date '${days.at(-1)}'`,
    );
  }

  test('a month that the lake saw only in part is no history', async () => {
    const sold = { receipt_no: 'R1', cause: 'ISSUED', due_date: '2026-07-15' };
    expect(
      await countback(
        [MAY, JUNE],
        ['2026-05-15', JUNE],
        [{ as_of: JUNE, receipt_no: 'R1', open_total: 900, due_date: '2026-07-15' }],
        [
          { ...sold, as_of: '2026-05-20', total: 600 },
          { ...sold, as_of: '2026-06-20', total: 600 },
        ],
      ),
    ).toEqual({
      countback_days: null,
      countback_reason: 'INSUFFICIENT_HISTORY',
      countback_lower_bound: '30',
      flat_months: null,
    });
  });

  test('the current month counts its days so far', async () => {
    expect(
      await countback(
        ['2026-06-10'],
        ['2026-06-01'],
        [{ as_of: '2026-06-10', receipt_no: 'R1', open_total: 150, due_date: '2026-07-15' }],
        [{ as_of: '2026-06-05', receipt_no: 'R1', cause: 'ISSUED', total: 600, due_date: '2026-07-15' }],
      ),
    ).toMatchObject({ countback_days: 2.5, countback_reason: null });
  });

  test('nothing open takes no days', async () => {
    expect(
      await countback(
        [JUNE],
        ['2026-06-01'],
        [],
        [{ as_of: '2026-06-05', receipt_no: 'R1', cause: 'ISSUED', total: 600 }],
      ),
    ).toMatchObject({ countback_days: 0, countback_reason: null });
  });
});

describe('due calendar', () => {
  test('13 weeks ahead by their Mondays, then LATER; credits stay out; no due date is told apart', async () => {
    const receipt = (receipt_no: string, due_date: string | null, open_total = 1): Given => ({
      as_of: JUNE,
      receipt_no,
      due_date,
      open_total,
    });
    await house.give('position', [
      receipt('R1', '2026-09-27'),
      receipt('R2', '2026-09-28'),
      receipt('R3', null),
      receipt('R4', '2026-07-01', -9),
    ]);
    await house.build('due_calendar');
    expect(await house.rows('select falls, week, items from due_calendar order by 1')).toEqual([
      { falls: 'LATER', week: null, items: '1' },
      { falls: 'NO_DATE', week: null, items: '1' },
      { falls: 'WEEK', week: '2026-09-21', items: '1' },
    ]);
  });
});

describe('restatements', () => {
  test('of a shared receipt stand with each intermediary, with its own part', async () => {
    const late = {
      as_of: JUNE,
      receipt_no: 'R1',
      movement_id: 'M1',
      business_date: '2026-06-29',
      late: true,
    };
    await house.give('deliveries', [{ as_of: JUNE }]);
    await house.give('flow', [
      { ...late, cause: 'COLLECTED', type: 'APPLICATION', total: -100, shared: true, intermediary: 'I1' },
    ]);
    await house.give(
      'flow_part',
      [-60, -40].map((total, at) => ({
        as_of: JUNE,
        movement_id: 'M1',
        known_from: `${JUNE} 22:00:00`,
        intermediary: `I${at + 1}`,
        place: at + 1,
        total,
        booked_net: total,
        booked_total: total,
        cash_total: total,
      })),
    );
    await house.build('restatements');
    expect(await house.rows('select intermediary, effect from restatements order by 1')).toEqual([
      { intermediary: 'I1', effect: '-60.00' },
      { intermediary: 'I2', effect: '-40.00' },
    ]);
  });

  test('names what changed the past, when it became known, and which days it touches', async () => {
    const paid = { cause: 'COLLECTED', type: 'APPLICATION', total: -10 };
    await house.give('deliveries', [
      { as_of: '2026-06-28' },
      { as_of: JUNE },
      { as_of: '2026-06-28', cutoff_at: '2026-06-30 23:00:00' },
    ]);
    await house.give('flow', [
      { as_of: JUNE, receipt_no: 'LATE', business_date: '2026-06-27', late: true, ...paid },
      {
        as_of: JUNE,
        receipt_no: 'BACK',
        business_date: '2026-06-20',
        late: true,
        cause: 'ISSUED',
        type: 'ISSUE',
        total: 60,
      },
      { as_of: JUNE, receipt_no: 'CHEQUE', cause: 'REVERSED', type: 'REVERSAL', total: 10 },
      { as_of: JUNE, receipt_no: 'GONE', business_date: '2026-06-28', weight: -1, ...paid, total: 10 },
      {
        as_of: JUNE,
        receipt_no: 'RESENT',
        business_date: '2026-06-28',
        known_from: '2026-06-30 23:00:00',
        ...paid,
      },
      { as_of: JUNE, receipt_no: 'USUAL', ...paid },
      ...['-1', '1'].map((weight) => ({
        as_of: JUNE,
        receipt_no: 'TOLD_AGAIN',
        movement_id: 'same',
        business_date: '2026-06-28',
        known_from: weight === '1' ? '2026-06-30 23:00:00' : '2026-06-28 22:00:00',
        ...paid,
        weight,
        total: weight === '1' ? -10 : 10,
      })),
      {
        as_of: JUNE,
        receipt_no: 'FIRST',
        business_date: '2026-06-20',
        cause: 'OPENING',
        type: 'OPENING',
        total: 60,
      },
    ]);
    await house.build('restatements');
    expect(
      await house.rows(
        'select receipt_no, kind, affects_from, affects_to, days_affected, effect from restatements order by 1',
      ),
    ).toEqual([
      {
        receipt_no: 'BACK',
        kind: 'BACKDATED',
        affects_from: '2026-06-20',
        affects_to: '2026-06-29',
        days_affected: '10',
        effect: '60.00',
      },
      {
        receipt_no: 'CHEQUE',
        kind: 'REVERSED',
        affects_from: null,
        affects_to: null,
        days_affected: '0',
        effect: '10.00',
      },
      {
        receipt_no: 'GONE',
        kind: 'RETRACTED',
        affects_from: '2026-06-28',
        affects_to: '2026-06-29',
        days_affected: '2',
        effect: '10.00',
      },
      {
        receipt_no: 'LATE',
        kind: 'LATE',
        affects_from: '2026-06-27',
        affects_to: '2026-06-29',
        days_affected: '3',
        effect: '-10.00',
      },
      {
        receipt_no: 'RESENT',
        kind: 'REDELIVERED',
        affects_from: '2026-06-28',
        affects_to: '2026-06-29',
        days_affected: '2',
        effect: '-10.00',
      },
    ]);
  });
});
