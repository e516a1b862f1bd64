import { expect, it } from 'vitest';
import { deliveredAgain } from '../../../dashboards/boards/salud/verdict.ts';
import { healthWords } from '../../../dashboards/boards/salud/words.ts';
import type { HealthResponse } from '../../../functions/serve/api.ts';

const health = (rows: number, gaps: readonly string[], last = '2026-06-30'): HealthResponse =>
  ({
    row_count: rows,
    gaps,
    deliveries: [{ day: '2026-06-28' }, { day: last }],
  }) as unknown as HealthResponse;

it('deliveries, days and gaps add up: what is over is of a day delivered before', () => {
  expect(deliveredAgain('2026-06-21', health(9, ['2026-06-23', '2026-06-25']))).toBe(1);
  expect(deliveredAgain('2026-06-21', health(8, ['2026-06-23', '2026-06-25']))).toBe(0);
  // One that waits for its figures is of a day of its own.
  expect(deliveredAgain('2026-06-21', health(11, [], '2026-07-01'))).toBe(0);
  // Whoever sees a part of the deliveries counts none.
  expect(deliveredAgain('2026-06-21', health(3, []))).toBe(0);
  expect(deliveredAgain('2026-06-21', health(0, []))).toBe(0);
});

it('the verdict names its day', () => {
  expect(healthWords('es').trust('30 jun 2026')).toBe('Puede confiar en las cifras al 30 jun 2026.');
  expect(healthWords('en').doubt('30 Jun 2026')).toBe('Check before using the figures of 30 Jun 2026.');
  expect([healthWords('es').again('1', true), healthWords('es').again('3', false)]).toEqual([
    ' (1 repite un día ya entregado)',
    ' (3 repiten días ya entregados)',
  ]);
});
