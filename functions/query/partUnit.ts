import { type Basis, type Kpi, withParameter } from './catalogue.ts';
import type { Desk } from './desk.ts';

/** What an amount of a part of a figure is: money, money times days, a count, or another number. */
export type PartUnit = 'money' | 'money_days' | 'count' | 'number';

const MONEY = ['functional currency', 'document currency'];
const MONEY_DAYS = 'functional currency x days';

/** The unit of the numerator or denominator of a figure, by the units of the columns that it sums; null without one. */
export function partUnit(
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
