import { Decimal } from 'decimal.js';

/** A ratio of whole numbers, or why there is none. */
export type Ratio =
  | { readonly value: Decimal; readonly reason: null }
  | {
      readonly value: null;
      readonly reason: 'ZERO_DENOMINATOR' | 'NEGATIVE_DENOMINATOR' | 'INSUFFICIENT_HISTORY';
    };

const exact = Decimal.clone({ precision: 40 });

export function decimal(value: bigint | number | string): Decimal {
  return new exact(typeof value === 'bigint' ? value.toString() : value);
}

/** numerator ÷ denominator × scale; null with a reason when the denominator is not positive. */
export function ratio(numerator: bigint, denominator: bigint, scale: bigint | number = 1): Ratio {
  if (denominator === 0n) return { value: null, reason: 'ZERO_DENOMINATOR' };
  if (denominator < 0n) return { value: null, reason: 'NEGATIVE_DENOMINATOR' };
  return { value: decimal(numerator).mul(decimal(scale)).div(decimal(denominator)), reason: null };
}

/** A month of sales, newest first in lists. */
export interface SalesMonth {
  readonly sales: bigint;
  readonly days: number;
}

export interface Countback {
  readonly value: Decimal | null;
  readonly reason: 'INSUFFICIENT_HISTORY' | null;
  /** Days that the balance outlasts, when history ends first. */
  readonly lowerBound: number | null;
  readonly negativeMonth: boolean;
}

/**
 * Days of sales that the balance holds: whole months count their days, the last one its fraction; a month without
 * positive sales counts its days and takes nothing off.
 */
export function countback(balance: bigint, months: readonly SalesMonth[]): Countback {
  let left = balance;
  let days = 0;
  let negativeMonth = false;
  if (left <= 0n) return { value: decimal(0), reason: null, lowerBound: null, negativeMonth };
  for (const month of months) {
    if (month.sales <= 0n) negativeMonth = true;
    if (month.sales >= left) {
      const fraction = decimal(left).mul(month.days).div(decimal(month.sales));
      return { value: fraction.add(days), reason: null, lowerBound: null, negativeMonth };
    }
    if (month.sales > 0n) left -= month.sales;
    days += month.days;
  }
  return { value: null, reason: 'INSUFFICIENT_HISTORY', lowerBound: days, negativeMonth };
}

/** Collection effectiveness: sales are the average of the period's N months. */
export function cei(opening: bigint, sales: bigint, months: number, closing: bigint, current: bigint): Ratio {
  // Everything times N, so that no cent is lost to the average.
  const n = BigInt(months);
  return ratio(n * opening + sales - n * closing, n * opening + sales - n * current);
}

/** Wilson's 95 % bounds of a share k of n. */
export function wilson(k: number, n: number): { readonly low: Decimal; readonly high: Decimal } {
  const z = decimal('1.959964');
  const [p, size, z2] = [decimal(k).div(n), decimal(n), z.mul(z)];
  const middle = p.add(z2.div(size.mul(2)));
  const half = z.mul(
    p
      .mul(decimal(1).sub(p))
      .div(size)
      .add(z2.div(size.mul(size).mul(4)))
      .sqrt(),
  );
  const scale = decimal(1).add(z2.div(size));
  // Exact where roots would leave a rest: of nothing the bound is nothing, whatever n.
  if (k === 0) return { low: decimal(0), high: middle.add(half).div(scale) };
  return { low: middle.sub(half).div(scale), high: middle.add(half).div(scale) };
}

/** Herfindahl-Hirschman index: the squared shares, times ten thousand. */
export function hhi(parts: readonly bigint[]): Ratio {
  const total = parts.reduce((sum, part) => sum + part, 0n);
  return ratio(
    parts.reduce((sum, part) => sum + part * part, 0n),
    total * total,
    10_000n,
  );
}

/** What decreases first is what a reader expects: 0.5239 as 52.39. */
export function percent(value: Decimal | null): string | null {
  return value === null ? null : value.mul(100).toDecimalPlaces(4, Decimal.ROUND_HALF_EVEN).toString();
}
