import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Unit } from '../../../functions/query/answer.ts';
import { readCatalogue } from '../../../functions/query/catalogue.ts';
import { KpiLake } from '../../support/kpiLake.ts';
import { deliveredOn, Ledger } from '../../support/ledgerFixture.ts';

let lake: KpiLake;

const JUNE = '2026-06-30';

/** A young company with a bit of everything: in June nearly every figure has a value. */
beforeAll(async () => {
  const ledger = new Ledger(deliveredOn('2026-04-30', '2026-05-31', '2026-06-15', JUNE));
  const co = ledger.company('CO');
  const bill = (receiptNo: string, issued: string, due: string, client = 'C1') =>
    co.receipt(receiptNo, { total: '1000.10', issued, due, client });
  bill('1', '2026-04-30', '2026-05-15').paid('400.05', JUNE);
  bill('2', '2026-05-31', '2026-06-10').paid('1000.10', '2026-06-15');
  bill('3', '2026-05-31', '2026-06-20', 'C2').cancelled('10.01', JUNE, { reason: 'NON_PAYMENT' });
  bill('4', '2026-06-15', '2026-07-20', 'C2');
  lake = await KpiLake.of(ledger);
});

afterAll(() => lake.close());

const DECIMAL = /^-?\d+\.\d{2,}$/;
const WHOLE = /^-?\d+$/;

const ofUnit = (unit: Unit, value: string | number): boolean =>
  unit === 'money'
    ? typeof value === 'string' && DECIMAL.test(value)
    : unit === 'count'
      ? typeof value === 'string' && WHOLE.test(value)
      : typeof value === 'number' && Number.isFinite(value);

describe('in JSON', () => {
  const { kpis } = readCatalogue();
  const told = new Set<string>();

  it.each(
    kpis.flatMap(({ id, unit, bases }) => Object.keys(bases).map((basis) => [id, basis, unit] as const)),
  )('%s %s has the types of %s', async (kpi, basis, unit) => {
    const rows = await lake.ask(kpi, { asOf: JUNE, basis, where: { company: 'CO' } });
    for (const { value, numerator, denominator, reason } of rows) {
      expect(value === null).toBe(reason !== null);
      if (value !== null) {
        told.add(kpi);
        expect([value, ofUnit(unit, value)]).toEqual([value, true]);
      }
      if (numerator !== null && denominator !== null) expect(typeof numerator).toBe(typeof denominator);
      for (const part of [numerator, denominator])
        if (typeof part === 'string') expect(part).toMatch(WHOLE.test(part) ? WHOLE : DECIMAL);
      // A figure that is no sum is its own only part: null where it is.
      if (denominator === null && unit !== 'money') expect(numerator).toEqual(value);
    }
  });

  it('a figure of nothing has the type of its unit, too', async () => {
    for (const { id, unit } of kpis.filter(({ feeds }) => feeds.length === 0)) {
      const [row] = await lake.ask(id, { asOf: JUNE, where: { company: 'CO', line: 'NONE' } });
      if (row && row.value !== null) expect([id, ofUnit(unit, row.value)]).toEqual([id, true]);
    }
  });

  it('and most of them were told', () => {
    expect(told.size).toBeGreaterThan(kpis.length * 0.7);
  });
});
