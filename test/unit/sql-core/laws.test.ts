import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { CoreHouse } from './coreHouse.ts';

/**
 * Every law over a sound build, and over the same build with one thing broken. Marts are rows here, as their headers
 * describe them: what a law compares is what counts, not who made it.
 */
const LAWS = [
  'roll_forward_closes',
  'month_rolls_forward',
  'snapshot_and_movements_agree',
  'parts_add_up',
  'flow_parts_add_up',
  'shares_sum_to_100',
  'one_holder_a_day',
  'rate_is_known',
  'flow_rate_is_known',
  'components_sum_to_total',
  'flow_components_sum_to_total',
  'post_dated_within_reach',
  'buckets_equal_gross',
  'marts_agree_with_position',
  'totals_agree_with_flow',
  'transition_rows_sum',
] as const;

let house: CoreHouse;

beforeAll(async () => {
  const ledger = new Ledger(daily('2026-06-29', '2026-07-01'));
  ledger.rate('USD', 'COP', '2026-06-29', '4000');
  const company = ledger.company('A');
  company
    .shares('P1', { I1: '60', I2: '40' }, '2026-01-01')
    .assigned('OFFICE', '01', 'CLERK', 'ANA', '2026-01-01');
  company
    .receipt('R1', {
      total: 1_000,
      policy: 'P1',
      issued: '2026-06-29',
      due: '2026-06-01',
      coverageStart: '2026-01-01',
    })
    .paid(100, '2026-06-30')
    .paid(200, '2026-07-01');
  company.receipt('R2', { total: 50, vat: 8, currency: 'USD', issued: '2026-06-29', due: null });
  company.receipt('R3', { total: -70, issued: '2026-06-30', due: '2026-07-15' });
  // Payments are numbered by themselves: one may have the number of a shared receipt.
  company.cash('R1', 40, '2026-06-30');
  house = await CoreHouse.open(ledger);
  await house.buildAll();
  await house.insert('periods', [
    {
      as_of: '2026-06-30',
      period: 'month',
      opened: '2026-06-29',
      days: 1,
      months: 1,
      first_day: '2026-06-30',
    },
  ]);
  for (const mart of ['aging', 'month_total', 'roll_rates'])
    await house.session.run(`create table ${mart} as ${house.selectOf(house.model(mart))}`);
});

afterAll(() => house.close());

/** Breaks something, asks every law, and mends it again. */
async function whatBreaks(statement: string): Promise<string[]> {
  await house.session.run('begin');
  try {
    await house.session.run(statement);
    const broken: string[] = [];
    for (const law of LAWS) if ((await house.law(law)).length > 0) broken.push(law);
    return broken;
  } finally {
    await house.session.run('rollback');
  }
}

test('there is a case for every law', () => {
  expect(house.project.laws.map(({ name }) => name).sort()).toEqual([...LAWS].sort());
});

test('a sound build breaks none', async () => {
  expect(await whatBreaks('select 1')).toEqual([]);
  expect(await house.rows("select count(*) as n from roll_rates where as_of = '2026-06-30'")).not.toEqual([
    { n: '0' },
  ]);
  expect(await house.rows("select count(*) as n from intermediary_part where as_of = '2026-07-01'")).toEqual([
    { n: '2' },
  ]);
});

describe('arithmetic that went wrong blocks a build', () => {
  test.each([
    [
      'a flow that was counted twice',
      "update receipt_change set collected = collected * 2, residual = residual + 300 where receipt_no = 'R1'",
      ['roll_forward_closes'],
    ],
    [
      'a part that lost a cent',
      "update intermediary_part set closing_total = closing_total - 0.01 where intermediary = 'I2'",
      ['parts_add_up', 'marts_agree_with_position'],
    ],
    [
      'a flow part that lost a cent',
      "update flow_part set booked_total = booked_total - 0.01 where intermediary = 'I2'",
      ['flow_parts_add_up'],
    ],
    [
      'a shared receipt without parts',
      "delete from intermediary_part where as_of = '2026-07-01'",
      ['parts_add_up', 'marts_agree_with_position'],
    ],
    [
      'a component that is not in the total',
      "update position set open_vat = open_vat + 1 where receipt_no = 'R2'",
      ['components_sum_to_total'],
    ],
    [
      'a functional component that is not in the total',
      "update position set booked_vat = booked_vat + 1 where receipt_no = 'R2'",
      ['components_sum_to_total'],
    ],
    ['a flow whose components do not sum', 'update flow set other = 1', ['flow_components_sum_to_total']],
    [
      'an amount in another bucket',
      "update aging set altura = '>360' where altura = '001-030'",
      ['buckets_equal_gross'],
    ],
    [
      'the same on the clock of coverage only',
      "update aging set altura_covered = '>360' where altura_covered is not null and class = 'GROSS'",
      ['buckets_equal_gross'],
    ],
    [
      'a bucket that the configuration does not have',
      "update position set altura = '1-30', altura_original = '1-30' where altura = '001-030'; update aging set altura = '1-30', altura_original = '1-30' where altura = '001-030'",
      ['buckets_equal_gross', 'transition_rows_sum'],
    ],
    [
      'a receipt without a due date that was dropped',
      "delete from aging where altura = 'SIN_VENCIMIENTO'",
      ['buckets_equal_gross', 'marts_agree_with_position'],
    ],
    [
      "a clerk's balance under another name",
      "update aging set clerk = 'LUZ' where as_of = '2026-07-01' and class = 'CREDIT'",
      ['marts_agree_with_position'],
    ],
    [
      'an intermediary with the whole',
      "update aging set intermediary = 'I1' where intermediary = 'I2'",
      ['marts_agree_with_position'],
    ],
    ['cash netted away', "delete from aging where class = 'UNAPPLIED'", ['marts_agree_with_position']],
    [
      'a transition that lost a peso',
      "update roll_rates set amount = amount - 1 where to_state = 'PAID'",
      ['transition_rows_sum'],
    ],
    [
      'a total that lost a movement',
      "update month_total set written = written - 1 where office = '01'",
      ['totals_agree_with_flow'],
    ],
    [
      'what was collected told as cancelled',
      'update month_total set collected = collected + 5, cancelled_other = cancelled_other - 5',
      ['totals_agree_with_flow'],
    ],
    ['a month end without its matrix', 'delete from roll_rates', ['transition_rows_sum']],
    [
      'a payment below nothing that another cell makes up for',
      `insert into roll_rates select r.* replace (s.to_state as to_state, s.amount as amount, 0 as items)
      from (select * from roll_rates limit 1) r
      cross join (values ('PAID', -400.00), ('091-180', 400.00)) as s (to_state, amount)`,
      ['transition_rows_sum'],
    ],
    ['a transition row that lost its receipt', 'update roll_rates set items = 0', ['transition_rows_sum']],
  ])('%s', async (_, statement, laws) => {
    expect(await whatBreaks(statement)).toEqual(laws);
    for (const law of laws)
      expect(house.project.laws.find(({ name }) => name === law)?.header.severity).toBe('error');
  });
});

test('a flow that is lost between two month ends is told, beside what the day itself says', async () => {
  const lost = await whatBreaks("delete from flow where receipt_no = 'R1' and as_of = '2026-06-30'");
  expect(lost).toContain('month_rolls_forward');
  const closing =
    "update position set open_total = open_total + 1 where receipt_no = 'R2' and as_of = '2026-06-30'";
  expect(await whatBreaks(closing)).toContain('month_rolls_forward');
});

describe('input that contradicts itself is told and blocks nobody', () => {
  test.each([
    [
      'shares of 90 %',
      "update intermediary_shares set share = 30 where intermediary = 'I2'",
      ['shares_sum_to_100'],
    ],
    [
      'one intermediary of 60 %',
      "delete from intermediary_shares where intermediary = 'I2'",
      ['shares_sum_to_100'],
    ],
    [
      'two clerks',
      "insert into assignments select company, scope, scope_id, role, valid_from, 'LUZ', valid_to, known_from, known_to from assignments",
      ['one_holder_a_day'],
    ],
    ['no closing rate', "update position set closing_rate = null where currency = 'USD'", ['rate_is_known']],
    [
      'a movement without a booked rate',
      "update flow set booked_rate = null where currency = 'USD'",
      ['flow_rate_is_known'],
    ],
    ['cash without a rate', 'update unapplied set booked_unapplied = null', ['rate_is_known']],
    [
      'a movement for next year',
      "update movements set business_date = '2027-07-01' where type = 'APPLICATION'",
      ['snapshot_and_movements_agree', 'post_dated_within_reach'],
    ],
    [
      'a movement ten weeks ahead',
      "update movements set business_date = '2026-09-09' where type = 'APPLICATION'",
      ['snapshot_and_movements_agree'],
    ],
    [
      'a movement ten weeks ahead where the configuration allows sixty days',
      "update movements set business_date = '2026-09-09' where type = 'APPLICATION'; insert into settings values ('post_dated_days', '60')",
      ['snapshot_and_movements_agree', 'post_dated_within_reach'],
    ],
  ])('%s', async (_, statement, laws) => {
    // the models are not built again here, so what they took from the broken input stands as it was
    const told = (await whatBreaks(statement)).filter((law) => law !== 'roll_forward_closes');
    expect(told).toEqual(laws);
    for (const law of laws)
      expect(house.project.laws.find(({ name }) => name === law)?.header.severity).toBe('warning');
  });

  test('a movement that was refused leaves a residual that its law explains, and the build goes on', async () => {
    const ledger = new Ledger(daily('2026-06-01', '2026-06-03'));
    const receipt = ledger
      .company('A')
      .receipt('R1', { total: 1_000, issued: '2026-06-01', due: '2026-07-01' });
    receipt.paid(300, '2026-06-02', { id: 'REFUSED' }).paid(200, '2026-06-03');
    const other = await CoreHouse.open(ledger);
    try {
      await other.session.run("delete from movements where movement_id = 'REFUSED'");
      await other.buildAll();
      expect(await other.rows('select as_of, residual from receipt_change where residual <> 0')).toEqual([
        { as_of: '2026-06-02', residual: '-300.00' },
      ]);
      expect(await other.law('snapshot_and_movements_agree')).toEqual([
        { as_of: '2026-06-02', company: 'A', receipt_no: 'R1', unexplained: '-300.00' },
      ]);
      expect(await other.law('roll_forward_closes')).toEqual([]);
    } finally {
      other.close();
    }
  });
});
