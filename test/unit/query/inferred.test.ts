import { afterAll, beforeAll, expect, it } from 'vitest';
import { KpiLake } from '../../support/kpiLake.ts';
import { deliveredOn, Ledger } from '../../support/ledgerFixture.ts';

let lake: KpiLake;

/** A sends no movements: what it collected is seen by comparing days, also those long past in one backfill. */
beforeAll(async () => {
  const ledger = new Ledger(
    deliveredOn('2026-01-31', '2026-02-10', '2026-02-11', '2026-02-28', '2026-03-31', '2026-05-31'),
  );
  const company = ledger.company('A', { movementSource: 'INFERRED' });
  company.receipt('1', { total: 900, issued: '2026-01-20', due: '2026-02-05' }).paid(250, '2026-02-11');
  company.receipt('2', { total: 80, issued: '2026-02-11', due: '2026-04-05' }).paid(80, '2026-03-20');
  lake = await KpiLake.of(ledger);
});

afterAll(() => lake.close());

it('of a company without movements, what old days collected and issued is told', async () => {
  const told = async (kpi: string, asOf: string) => (await lake.figure(kpi, 'A', { asOf })).value;
  expect(await told('collected', '2026-02-28')).toBe('250.00');
  expect(await told('written', '2026-02-28')).toBe('80.00');
  expect(await told('collected', '2026-03-31')).toBe('80.00');
  expect(await told('collected', '2026-02-11')).toBe('250.00');
  expect(await told('gross', '2026-02-11')).toBe('730.00');
});
