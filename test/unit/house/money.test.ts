import { expect, it } from 'vitest';
import { sumOfDecimals } from '../../../functions/core/money.ts';

it.each([
  [['0.10', '0.20'], '0.30'],
  [['90071992547409.93', '0.01', '-90071992547409.94'], '0.00'],
  [['1.00', '0.005', '-2'], '-0.995'],
  [['3', '4'], '7'],
  [[], '0.00'],
])('%j add up to %s', (amounts, sum) => {
  expect(sumOfDecimals(amounts)).toBe(sum);
});
