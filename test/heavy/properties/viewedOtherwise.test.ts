import { expect, it } from 'vitest';
import { businessDate } from '../../../functions/core/dates.ts';
import { kpiDisagreements } from '../../support/agreement.ts';
import { KpiLake } from '../../support/kpiLake.ts';
import { LAST_DAY, randomLedger } from '../../support/randomLedger.ts';

const SEED = Number(process.env.ALTURAS_SEED ?? 20260630);
const LEDGERS = 25;

/** What the 500 ledgers are not asked for: other periods, what marts do not keep, and who held it when it was issued. */
it(`${LEDGERS} random ledgers (seed ${SEED}) agree over periods of one's own, by channel and by origin`, async () => {
  const ledger = randomLedger(LEDGERS, SEED);
  const lake = await KpiLake.of(ledger);
  try {
    const { compared, found } = await kpiDisagreements(lake, ledger, [
      { asOf: businessDate('2026-06-11'), by: ['advisor', 'line'] },
      { asOf: businessDate('2026-06-30'), knownAt: LAST_DAY, by: ['channel'] },
      { asOf: businessDate('2026-06-30'), from: businessDate('2026-05-20') },
      { asOf: businessDate('2026-06-30'), by: ['advisor_origin'] },
      ...[{}, { knownAt: '2026-06-15' }].map((known) => ({
        asOf: businessDate('2026-06-30'),
        ...known,
        by: ['advisor_origin', 'office_origin', 'clerk_origin'],
        only: ['gross', 'overdue', 'overdue_share', 'collected', 'net', 'cei', 'liquidation_rate', 'hhi'],
      })),
    ]);
    expect(found.slice(0, 20)).toEqual([]);
    expect(compared).toBeGreaterThan(60_000);
  } finally {
    await lake.close();
  }
});
