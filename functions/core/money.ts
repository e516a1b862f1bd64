import { AlturasError } from './errors.ts';

/** An exact amount in hundredths of its currency (`123.45` is `12345n`). Never a JS number. */
export type Cents = bigint;

/**
 * Reads `-?digits[.d[d]]`, as the contracts write money.
 * @throws AlturasError `BAD_MONEY`: more than two decimals are refused, never rounded.
 */
export function cents(text: string): Cents {
  const match = /^(-?)(\d{1,36})(?:\.(\d{1,2}))?$/.exec(text);
  if (!match) {
    throw new AlturasError('input', 'BAD_MONEY', `"${text}" is not an amount.`, {
      value: text,
      expected: 'digits with at most two decimals after a point, for example -1234.50',
    });
  }
  const [, sign, whole = '0', fraction = ''] = match;
  const value = BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0'));
  return sign === '-' ? -value : value;
}

/** Writes cents as a decimal string with two decimals. */
export function moneyText(value: Cents): string {
  const absolute = value < 0n ? -value : value;
  return `${value < 0n ? '-' : ''}${absolute / 100n}.${(absolute % 100n).toString().padStart(2, '0')}`;
}

/** Adds up decimals exactly, whatever their places. The sum has the most of them; that of nothing is 0.00. */
export function sumOfDecimals(texts: readonly string[]): string {
  if (texts.length === 0) return moneyText(0n);
  const places = Math.max(...texts.map((text) => text.split('.')[1]?.length ?? 0));
  const sum = texts.reduce((total, text) => {
    const [whole = '', fraction = ''] = text.split('.');
    return total + BigInt(whole + fraction.padEnd(places, '0'));
  }, 0n);
  if (places === 0) return String(sum);
  const digits = String(sum < 0n ? -sum : sum).padStart(places + 1, '0');
  return `${sum < 0n ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/**
 * Splits an amount by weights (whole numbers) so that the parts add up to it: largest remainder, ties to the
 * earliest part (domain: 100 at 33.33/33.33/33.34 is 33/33/34). A negative amount splits like its absolute value.
 * @throws RangeError when no weight is positive.
 */
export function splitByLargestRemainder(amount: Cents, weights: readonly bigint[]): Cents[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total <= 0n) throw new RangeError('weights must add up to more than zero');
  const absolute = amount < 0n ? -amount : amount;
  const parts = weights.map((weight, index) => ({
    index,
    part: (absolute * weight) / total,
    remainder: (absolute * weight) % total,
  }));
  let left = absolute - parts.reduce((sum, { part }) => sum + part, 0n);
  for (const piece of [...parts].sort((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  )) {
    if (left === 0n) break;
    piece.part += 1n;
    left -= 1n;
  }
  return parts.map(({ part }) => (amount < 0n ? -part : part));
}
