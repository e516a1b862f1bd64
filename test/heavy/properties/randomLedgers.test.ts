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

const DELIVERED = ['2026-05-16', '2026-05-31', '2026-06-11', '2026-06-30', LAST_DAY].map(businessDate);
const RESTATED: readonly View[] = [
  { asOf: businessDate('2026-06-30'), knownAt: '2026-06-14' },
  { asOf: businessDate('2026-06-30'), knownAt: LAST_DAY },
  { asOf: businessDate('2026-05-31'), knownAt: '2026-06-21 12:30' },
  { asOf: addDays(LAST_DAY, 12), knownAt: LAST_DAY },
];

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
        const kpis = await kpiDisagreements(lake, ledger, views);
        process.stdout.write(
          `lake ${index + 1}: ${marts.compared} cells and ${kpis.compared} KPI figures compared\n`,
        );
        expect([...marts.found, ...kpis.found].slice(0, 20)).toEqual([]);
        expect(marts.compared).toBeGreaterThan(100_000);
        expect(kpis.compared).toBeGreaterThan(50_000);
      } finally {
        await lake.close();
      }
    });
  }
});
