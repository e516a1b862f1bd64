import { expect } from 'vitest';
import { addDays, businessDate } from '../../../functions/core/dates.ts';
import { kpiDisagreements, martDisagreements, type View } from '../../support/agreement.ts';
import { KpiLake } from '../../support/kpiLake.ts';
import { LAST_DAY, randomLedger } from '../../support/randomLedger.ts';

/** Another seed gives other ledgers. */
const SEED = Number(process.env.ALTURAS_SEED ?? 500);
const LEDGERS_EACH = 100;
/** How many values other than zero each KPI must have had on each basis, for its comparison to mean something. */
const LEAST_TOLD = 5;

const DELIVERED = ['2026-05-16', '2026-05-31', '2026-06-11', '2026-06-30', LAST_DAY].map(businessDate);
const RESTATED: readonly View[] = [
  { asOf: businessDate('2026-06-30'), knownAt: '2026-06-14' },
  { asOf: businessDate('2026-06-30'), knownAt: LAST_DAY },
  { asOf: businessDate('2026-05-31'), knownAt: '2026-06-21 12:30' },
  { asOf: addDays(LAST_DAY, 12), knownAt: LAST_DAY },
];

/** Each view is looked at by the members of one of these as well. */
const BY = ['office', 'clerk', 'line', 'intermediary', 'advisor'];

/**
 * A hundred random ledgers as companies of one lake agree with the row-at-a-time reference: marts and every KPI, as
 * delivered and restated.
 * @param number of the lake: each has its own calendar, with other missing, late and re-delivered days
 */
export async function hundredAgree(number: number): Promise<void> {
  const ledger = randomLedger(LEDGERS_EACH, SEED + number - 1);
  const lake = await KpiLake.of(ledger);
  try {
    const views = [...DELIVERED.map((asOf) => ({ asOf })), ...RESTATED];
    const marts = await martDisagreements(lake, ledger, views);
    // Every KPI on every basis takes long: of each lake two thirds of the views, of the next one others.
    const left = number % 2 === 0 ? 1 : 0;
    const kpis = await kpiDisagreements(
      lake,
      ledger,
      views
        .map((view, at) => ({ ...view, by: BY.slice(at % BY.length, (at % BY.length) + 1) }))
        .filter((_, at) => at % 3 !== left),
    );
    process.stdout.write(
      `lake ${number}: ${marts.compared} cells and ${kpis.compared} KPI figures compared\n`,
    );
    expect([...marts.found, ...kpis.found].slice(0, 20)).toEqual([]);
    expect(marts.compared).toBeGreaterThan(100_000);
    expect(kpis.compared).toBeGreaterThan(200_000);
    expect([...kpis.told].filter(([, times]) => times < LEAST_TOLD)).toEqual([]);
  } finally {
    await lake.close();
  }
}
