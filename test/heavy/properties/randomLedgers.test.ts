import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, businessDate } from '../../../functions/core/dates.ts';
import { kpiDisagreements, martDisagreements, type View } from '../../support/agreement.ts';
import { KpiLake } from '../../support/kpiLake.ts';
import { LAST_DAY, randomLake, randomLedger } from '../../support/randomLedger.ts';

/** Every lake has its own calendar: other missing, late and re-delivered days. */
const SEED = Number(process.env.ALTURAS_SEED ?? 500);
const LAKES = 5;
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

describe(`${LAKES * LEDGERS_EACH} random ledgers agree with the row-at-a-time reference (seed ${SEED})`, () => {
  for (let index = 0; index < LAKES; index += 1) {
    it(`lake ${index + 1} of ${LAKES}: marts and every KPI, as delivered and restated`, async () => {
      const [random] = fc.sample(randomLake(LEDGERS_EACH), { seed: SEED + index, numRuns: 1 });
      if (!random) throw new Error('fast-check gave no lake');
      const ledger = randomLedger(random);
      const lake = await KpiLake.of(ledger);
      try {
        const views = [...DELIVERED.map((asOf) => ({ asOf })), ...RESTATED];
        const marts = await martDisagreements(lake, ledger, views);
        const kpis = await kpiDisagreements(
          lake,
          ledger,
          views.map((view, at) => ({ ...view, by: BY.slice(at % BY.length, (at % BY.length) + 1) })),
        );
        process.stdout.write(
          `lake ${index + 1}: ${marts.compared} cells and ${kpis.compared} KPI figures compared\n`,
        );
        expect([...marts.found, ...kpis.found].slice(0, 20)).toEqual([]);
        expect(marts.compared).toBeGreaterThan(100_000);
        expect(kpis.compared).toBeGreaterThan(300_000);
        expect([...kpis.told].filter(([, times]) => times < LEAST_TOLD)).toEqual([]);
      } finally {
        await lake.close();
      }
    });
  }
});
