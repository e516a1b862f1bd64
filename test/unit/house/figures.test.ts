import { describe, expect, it } from 'vitest';
import { moneyScale, short } from '../../../functions/cli/health.ts';

describe('money at a glance', () => {
  it.each([
    [234_886_145.65, '234.9 M', '12.3 M'],
    [203_512.4, '203.5 k', '12,345.7 k'],
    [6_032.24, '6,032.2', '12,345,678.0'],
  ])('of a portfolio of %d is told with digits that say something', (largest, told, other) => {
    const scale = moneyScale(largest);
    expect(short(String(largest), 'money', scale)).toBe(told);
    expect(short('12345678', 'money', scale)).toBe(other);
  });
});
