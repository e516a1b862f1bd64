export interface Parts {
  readonly numerator: string;
  readonly denominator: string;
}

/** The two sides of a formula that divides once. */
export function divisionOf(formula: string): Parts | null {
  const [numerator = '', denominator, ...more] = formula.split('÷').map((side) => side.trim());
  return denominator === undefined || more.length > 0 ? null : { numerator, denominator };
}

/**
 * What a ratio is made of, as its formula calls it: `cartera vencida` and `cartera bruta`. Its remarks, and what the
 * division is scaled by, are no part of them. null where a part is a calculation of its own and has no name.
 */
export function partNamesOf(formula: string): Parts | null {
  const [told = ''] = formula.split(/[;:]/);
  const division = divisionOf(told.split(' = ').at(-1) ?? '');
  if (division === null) return null;
  const numerator = division.numerator.replace(/^Σ /, '');
  const [divisor = ''] = division.denominator.split(' × ');
  const denominator = divisor.replace(/^\(([^()]*)\)$/, '$1');
  return [numerator, denominator].some((name) => /[×Σ…()[\]]/.test(name)) ? null : { numerator, denominator };
}
