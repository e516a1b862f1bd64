import { Decimal } from 'decimal.js';

/** A figure at the edge: four decimals, half to even. */
export function fourPlaces(value: string | number | Decimal | null): string | null {
  return value === null ? null : new Decimal(value).toFixed(4, Decimal.ROUND_HALF_EVEN);
}

/** A fraction as a percent with four decimals. */
export function percentOf(value: string | number | Decimal | null): string | null {
  return value === null ? null : fourPlaces(new Decimal(value).mul(100));
}
