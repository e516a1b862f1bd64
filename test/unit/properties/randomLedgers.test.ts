import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addDays, businessDate } from '../../../functions/core/dates.ts';
import { kpiDisagreements, martDisagreements, unreferenced } from '../../support/agreement.ts';
import { KpiLake } from '../../support/kpiLake.ts';
import type { Ledger } from '../../support/ledgerFixture.ts';
import { FIRST_DAY, LAST_DAY, onlyLine, randomLedger } from '../../support/randomLedger.ts';

/** A machine that does other things meanwhile must not fail them; alone they take seconds. */
vi.setConfig({ hookTimeout: 600_000, testTimeout: 600_000 });

/** Another seed gives other ledgers: ALTURAS_SEED=7 npx vitest run test/unit/properties. */
const SEED = Number(process.env.ALTURAS_SEED ?? 20260630);
const LEDGERS = 25;
/** Companies that also come a second time, with the receipts of one line only. */
const FILTERED = 4;
const LINE = 'L0';
/** How many values other than zero each KPI must have had on each basis, for its comparison to mean something. */
const LEAST_TOLD = 5;

let ledger: Ledger;
let lake: KpiLake;

beforeAll(async () => {
  ledger = randomLedger(LEDGERS, SEED);
  for (const company of ledger.companies.filter(({ from }) => from === 0).slice(0, FILTERED)) {
    ledger.companies.push(onlyLine(company, LINE));
  }
  lake = await KpiLake.of(ledger);
});

afterAll(() => lake?.close());

describe(`${LEDGERS} random ledgers (seed ${SEED}) agree with the row-at-a-time reference`, () => {
  const days = ['2026-05-31', '2026-06-24', LAST_DAY].map(businessDate);

  it('the reference defines every KPI of the catalogue on every basis', () => {
    expect(unreferenced(lake.config)).toEqual([]);
  });

  it('every KPI of every company, as delivered and restated, whole and by who holds it', async () => {
    const again = ledger.deliveries.filter(({ label }) => label.startsWith('again'));
    const { compared, told, found } = await kpiDisagreements(lake, ledger, [
      { asOf: businessDate('2026-06-30'), by: ['office', 'clerk'] },
      { asOf: businessDate('2026-06-30'), knownAt: LAST_DAY, by: ['intermediary'] },
      // Two months of rolls, known when the second was not over.
      { asOf: businessDate('2026-07-31'), knownAt: LAST_DAY, only: ['flow_to_worst'], by: ['office'] },
      // What a day learns of the past is most where another day was told again.
      ...[FIRST_DAY, ...again.map(({ cutoffAt }) => cutoffAt.slice(0, 10)), '2026-06-05', LAST_DAY].map(
        (day) => ({ asOf: businessDate(day), only: ['restated_amount'], by: ['cause'] }),
      ),
    ]);
    expect(found.slice(0, 20)).toEqual([]);
    expect(compared).toBeGreaterThan(60_000);
    // Nulls and zeros agree easily: each figure must have told of something.
    expect([...told].filter(([, times]) => times < LEAST_TOLD)).toEqual([]);
  });

  it('as delivered, on a day of each kind', async () => {
    const { compared, found } = await martDisagreements(
      lake,
      ledger,
      days.map((asOf) => ({ asOf })),
    );
    expect(found.slice(0, 20)).toEqual([]);
    expect(compared).toBeGreaterThan(10_000);
  });

  it('restated, with what was known before, then and later', async () => {
    const views = [
      { asOf: businessDate('2026-06-30'), knownAt: '2026-06-15' },
      { asOf: businessDate('2026-05-31'), knownAt: LAST_DAY },
      { asOf: addDays(LAST_DAY, 9), knownAt: LAST_DAY },
    ];
    const { compared, found } = await martDisagreements(lake, ledger, views);
    expect(found.slice(0, 20)).toEqual([]);
    expect(compared).toBeGreaterThan(5_000);
  });

  it('filtered and then aged is aged and then filtered', async () => {
    const whole = (company: string) => company.replace(` ${LINE}`, '');
    const copies = ledger.companies
      .map(({ company }) => company)
      .filter((company) => company.endsWith(` ${LINE}`));
    expect(copies).toHaveLength(FILTERED);
    const stock = [
      'gross',
      'credits',
      'overdue',
      'aging',
      'aging_share',
      'par30',
      'wadpd',
      'top1_share',
      'hhi',
    ];
    const flow = [
      'sales',
      'collected',
      'cei',
      'dso',
      'collection_rate_net',
      'cure_rate',
      'on_time_rate',
      'countback_dso',
    ];
    const others = ['roll_rate', 'vintage_gross', 'days_to_pay', 'falls_due'];
    const asOf = '2026-06-30';
    for (const company of copies) {
      for (const kpi of [...stock, ...flow, ...others]) {
        const first = await lake.ask(kpi, { asOf, where: { company } });
        const last = await lake.ask(kpi, { asOf, where: { company: whole(company), line: LINE } });
        expect(last, `${kpi} of ${company}`).toEqual(first);
      }
      const policies = await lake.ask('par30', { asOf, basis: 'policy', where: { company } });
      expect(
        await lake.ask('par30', { asOf, basis: 'policy', where: { company: whole(company), line: LINE } }),
      ).toEqual(policies);
    }
  });
});
