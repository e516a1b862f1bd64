import { describe, expect, test } from 'vitest';
import { businessDate, FOREVER } from '../../../functions/core/dates.ts';
import { moneyText } from '../../../functions/core/money.ts';
import { type DayView, dayBefore, viewOf } from '../../reference/clock.ts';
import { type Flow, flowsBetween } from '../../reference/flow.ts';
import { alturaOf, type Position, positionsOf, unappliedOf } from '../../reference/position.ts';
import type { Amounts, Ledger } from '../../support/ledgerFixture.ts';
import { randomLedgers } from '../../support/randomLedger.ts';
import { CoreHouse } from '../../unit/sql-core/coreHouse.ts';

const LEDGERS = 2;
const COMPANIES = 12;

/** The view of each day that the last build of it had, and of the day before. */
interface Built {
  readonly day: DayView;
  readonly previous: DayView | null;
}

const sum = (amounts: Amounts | null) =>
  amounts === null ? null : amounts.net + amounts.expenses + amounts.vat + amounts.other;
const text = (amount: bigint | null | undefined) =>
  amount === null || amount === undefined ? null : moneyText(amount);

function positionLine(view: DayView, position: Position, worst: number | null): string {
  const { receipt, terms, holders, open, booked, closing } = position;
  const gross = position.class === 'GROSS';
  return [
    view.asOf,
    position.company,
    receipt.receiptNo,
    holders.office,
    holders.advisor,
    holders.clerk,
    holders.intermediary,
    holders.officeSince,
    holders.advisorSince,
    holders.clerkSince,
    position.parts.length > 1,
    terms.heldBy,
    ...[open, booked, closing].flatMap((amounts) => [
      text(amounts?.net),
      text(amounts?.expenses),
      text(amounts?.vat),
      text(amounts?.other),
      text(sum(amounts)),
    ]),
    position.dpd,
    position.dpdOriginal,
    position.covered,
    position.class,
    gross ? alturaOf(position.dpd) : null,
    gross ? alturaOf(position.dpdOriginal) : null,
    gross ? alturaOf(position.covered) : null,
    worst,
    gross ? alturaOf(worst) : null,
    view.carried,
  ].join('|');
}

const POSITION = `
  select concat_ws_null([as_of::varchar, company, receipt_no, office, advisor, clerk, intermediary,
    office_since::varchar, advisor_since::varchar, clerk_since::varchar, shared::varchar, held_by,
    open_net::varchar, open_expenses::varchar, open_vat::varchar, open_other::varchar, open_total::varchar,
    booked_net::varchar, booked_expenses::varchar, booked_vat::varchar, booked_other::varchar, booked_total::varchar,
    closing_net::varchar, closing_expenses::varchar, closing_vat::varchar, closing_other::varchar, closing_total::varchar,
    dpd::varchar, dpd_original::varchar, covered_days::varchar, class, altura, altura_original, altura_covered,
    policy_worst_dpd::varchar, policy_altura, carried::varchar]) as line
  from position`;

const FLOW = `
  select concat_ws_null([as_of::varchar, company, movement_id, weight::varchar, cause, late::varchar,
    business_date::varchar, office, advisor, clerk, intermediary, shared::varchar, net::varchar, expenses::varchar,
    vat::varchar, other::varchar, total::varchar, booked_net::varchar, booked_total::varchar, cash_total::varchar]) as line
  from flow`;

function flowLine(view: DayView, flow: Flow): string {
  return [
    view.asOf,
    flow.company,
    flow.movement?.id ?? `OPENING:${flow.receipt.receiptNo}`,
    flow.weight,
    flow.cause,
    flow.late,
    flow.businessDate,
    flow.holders.office,
    flow.holders.advisor,
    flow.holders.clerk,
    flow.holders.intermediary,
    flow.parts.length > 1,
    text(flow.amounts.net),
    text(flow.amounts.expenses),
    text(flow.amounts.vat),
    text(flow.amounts.other),
    text(sum(flow.amounts)),
    text(flow.booked?.net),
    text(sum(flow.booked)),
    text(flow.cash),
  ].join('|');
}

function positionLines(ledger: Ledger, built: readonly Built[]): string[] {
  return built.flatMap(({ day }) =>
    ledger.companies.flatMap((company) => {
      const positions = positionsOf(ledger, company, day);
      const worst = new Map<string, number>();
      for (const { receipt, dpd, class: kind } of positions)
        if (kind === 'GROSS' && dpd !== null)
          worst.set(receipt.policy, Math.max(dpd, worst.get(receipt.policy) ?? dpd));
      return positions.map((position) =>
        positionLine(day, position, worst.get(position.receipt.policy) ?? null),
      );
    }),
  );
}

function flowLines(ledger: Ledger, built: readonly Built[]): string[] {
  return built.flatMap(({ day, previous }) =>
    ledger.companies.flatMap((company) =>
      flowsBetween(ledger, company, previous, day).map((flow) => flowLine(day, flow)),
    ),
  );
}

function unappliedLines(ledger: Ledger, built: readonly Built[]): string[] {
  return built.flatMap(({ day }) =>
    ledger.companies.flatMap((company) =>
      unappliedOf(ledger, company, day).map((cash) =>
        [day.asOf, company.company, cash.paymentNo, text(cash.amount), text(cash.closing)].join('|'),
      ),
    ),
  );
}

const UNAPPLIED = `
  select concat_ws_null([as_of::varchar, company, payment_no, unapplied::varchar, closing_unapplied::varchar]) as line
  from unapplied`;

async function compare(house: CoreHouse, ledger: Ledger, built: readonly Built[]): Promise<void> {
  const lines = async (sql: string) => (await house.rows(sql)).map(({ line }) => String(line)).sort();
  expect(await lines(POSITION)).toEqual(positionLines(ledger, built).sort());
  expect(await lines(UNAPPLIED)).toEqual(unappliedLines(ledger, built).sort());
  expect(await lines(FLOW)).toEqual(flowLines(ledger, built).sort());
  expect(await house.rows('select * from receipt_change where residual <> 0')).toEqual([]);
  for (const law of [
    'roll_forward_closes',
    'month_rolls_forward',
    'snapshot_and_movements_agree',
    'parts_add_up',
    'flow_parts_add_up',
    'components_sum_to_total',
    'flow_components_sum_to_total',
  ])
    expect(await house.law(law), law).toEqual([]);
}

async function opened(ledger: Ledger): Promise<CoreHouse> {
  const house = await CoreHouse.open(ledger);
  await house.session.run(
    "create macro concat_ws_null(list) as array_to_string(list_transform(list, x -> coalesce(x, '')), '|')",
  );
  return house;
}

/** The last build of every day: the newest version of it, and the day before as it was known then. */
function delivered(house: CoreHouse, ledger: Ledger): Built[] {
  return house.calendar.versions
    .filter((version) => house.calendar.versionAt(version.asOf, FOREVER) === version)
    .map(({ asOf, knownAt }) => {
      const at = ledger.deliveries.findLastIndex(({ cutoffAt }) => cutoffAt <= knownAt);
      const day = viewOf(ledger, asOf, at);
      if (!day) throw new Error(`${asOf} has no view`);
      return { day, previous: dayBefore(ledger, day) };
    });
}

const ledgers = randomLedgers(LEDGERS, COMPANIES, 20260630);

describe.each(ledgers.map((ledger, index) => [index, ledger] as const))('random ledger %i', (_, ledger) => {
  test('as delivered, every receipt, payment and flow is what a row-at-a-time computation says', async () => {
    const house = await opened(ledger);
    try {
      await house.buildAll();
      await compare(house, ledger, delivered(house, ledger));
    } finally {
      house.close();
    }
  });

  test.each(['2026-06-05', '2026-06-20', '2026-07-07'])(
    'restated with the knowledge of %s',
    async (moment) => {
      const house = await opened(ledger);
      try {
        const at = ledger.deliveries.findLastIndex(({ cutoffAt }) => cutoffAt <= `${moment} 23:59:59`);
        const built: Built[] = [];
        const to = businessDate('2026-07-07');
        for (let day = house.calendar.first ?? to; day <= to; day = businessDate(next(day))) {
          const view = viewOf(ledger, day, at);
          if (view) built.push({ day: view, previous: viewOf(ledger, businessDate(next(day, -1)), at) });
        }
        await house.buildRestated(String(built[0]?.day.asOf), to, `${moment} 23:59:59`);
        await compare(house, ledger, built);
      } finally {
        house.close();
      }
    },
  );
});

function next(day: string, days = 1): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
