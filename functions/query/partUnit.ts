import { type Basis, findBasis, findKpi, type Kpi, withParameter } from './catalogue.ts';
import type { Desk } from './desk.ts';

/** What an amount of a part of a figure is: money, money times days, a count, or another number. */
export type PartUnit = 'money' | 'money_days' | 'count' | 'number';

const MONEY = ['functional currency', 'document currency'];
const MONEY_DAYS = 'functional currency x days';

/** Of the amounts of both parts; null where there is none. */
export interface PartUnits {
  readonly numerator_unit: PartUnit | null;
  readonly denominator_unit: PartUnit | null;
}

/** The units of the parts of a figure of an answer. */
export function partUnits(desk: Desk, told: { readonly kpi: string; readonly basis: string }): PartUnits {
  const { kpi } = findKpi(desk.catalogue, told.kpi);
  const { basis } = findBasis(kpi, told.basis);
  return {
    numerator_unit: partUnit(desk, { kpi, basis }, 'numerator'),
    denominator_unit: partUnit(desk, { kpi, basis }, 'denominator'),
  };
}

/** The unit of the numerator or denominator of a figure, by the units of the columns that it sums; null without one. */
export function partUnit(
  desk: Desk,
  of: { readonly kpi: Kpi; readonly basis: Basis },
  part: 'numerator' | 'denominator',
): PartUnit | null {
  const own = summedUnit(desk, of, part);
  // What a target is of, its column does not say: the parts of a ratio are of one unit.
  if (own !== 'number' || of.kpi.unit !== 'ratio') return own;
  return summedUnit(desk, of, part === 'numerator' ? 'denominator' : 'numerator') ?? own;
}

function summedUnit(
  desk: Desk,
  { kpi, basis }: { readonly kpi: Kpi; readonly basis: Basis },
  part: 'numerator' | 'denominator',
): PartUnit | null {
  const formula = basis[part];
  if (formula === undefined) return null;
  if (formula.includes('as bigint')) return 'count';
  if (formula.includes('as double')) return 'number';
  const words = new Set(withParameter(kpi, formula, kpi.parameter?.default ?? null).match(/\w+/g));
  const columns = desk.project.models.find(({ name }) => name === kpi.from)?.header.columns ?? [];
  const units = new Set(columns.flatMap(({ name, unit }) => (words.has(name) ? [unit ?? ''] : [])));
  if (units.has(MONEY_DAYS)) return 'money_days';
  if (!MONEY.some((unit) => units.has(unit))) return 'number';
  return units.has('days') && formula.includes('*') ? 'money_days' : 'money';
}
