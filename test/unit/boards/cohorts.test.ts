import { describe, expect, it } from 'vitest';
import { cohortsOf, comparisonOf } from '../../../dashboards/boards/alturas/cohorts.ts';

/** Rows of one cohort: what fell due, and what was collected of it by each month. */
const cohort = (name: string, due: number, collected: readonly number[], before = 0) =>
  collected.map((sum, age) => ({
    dimensions: { cohort: name, age: String(age) },
    value: sum / due,
    numerator: sum.toFixed(2),
    denominator: due.toFixed(2),
    reason: null,
    currency: null,
    compare: [],
    notes: { from_opening: before.toFixed(2) },
  }));

describe('the newest cohort beside those before it', () => {
  const rows = [
    ...cohort('2026-03-01', 100, [60, 80, 90]),
    ...cohort('2026-04-01', 300, [150, 270]),
    ...cohort('2026-05-01', 200, [100, 150]),
    ...cohort('2026-06-01', 500, [400]),
  ];

  it('is the last one of which a month has passed; those before count with their amounts', () => {
    const found = comparisonOf(cohortsOf({ rows }));
    expect(found?.told.cohort).toBe('2026-05-01');
    expect([found?.age, found?.value]).toEqual([1, 0.75]);
    // (80 + 270) of (100 + 300), and not the mean of 80 % and 90 %.
    expect(found?.before[1]).toBe(0.875);
    expect(found?.before[2]).toBe(0.9);
    expect(found?.before[3]).toBeNull();
  });

  it('is not told while no cohort is a month old, nor beside nothing', () => {
    expect(comparisonOf(cohortsOf({ rows: cohort('2026-06-01', 500, [400]) }))).toBeNull();
    const alone = comparisonOf(cohortsOf({ rows: cohort('2026-05-01', 200, [100, 150]) }));
    expect(alone?.before.every((mean) => mean === null)).toBe(true);
  });

  it('leaves out a cohort of which much was open before the first delivery', () => {
    const old = cohort('2025-01-01', 100, [0, 10], 50);
    expect(cohortsOf({ rows: [...old, ...rows] }).map(({ cohort: name }) => name)).not.toContain(
      '2025-01-01',
    );
  });
});
