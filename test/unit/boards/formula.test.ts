import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { partNamesOf } from '../../../dashboards/format/formula.ts';

type Formula = Readonly<Record<'es' | 'en', string>>;
const { kpis } = parse(readFileSync(new URL('../../../sql/kpis.yml', import.meta.url), 'utf8')) as {
  readonly kpis: readonly { readonly id: string; readonly formula: Formula }[];
};
const formulaOf = (id: string): Formula => kpis.find((kpi) => kpi.id === id)?.formula ?? { es: '', en: '' };

// A formula that is written otherwise shows here what tables will be headed by.
it.each([
  ['overdue_share', 'cartera vencida', 'cartera bruta'],
  ['aging_share', 'saldo de la altura', 'cartera bruta'],
  ['par', 'saldo de recibos con mora > x', 'bruta'],
  ['dso', 'cartera bruta final', 'ventas del periodo'],
  ['bpdso', 'cartera no vencida', 'ventas del periodo'],
  ['add', 'vencida', 'ventas'],
  ['collection_rate_gross', 'recaudado sobre lo exigible', 'vencido inicial + lo que venció en el periodo'],
  ['recovery_rate', 'recaudado sobre recibos vencidos al abrir', 'vencido inicial'],
  ['cure_rate', 'vencido inicial que quedó pagado o al día', 'vencido inicial'],
  ['on_time_rate', 'pagado a más tardar en el vencimiento', 'lo que venció en el periodo'],
  ['late_share', 'pagos después del vencimiento', 'pagos'],
  ['vintage_net', 'recaudo acumulado a m meses', 'monto − anulado a m meses'],
  ['attainment', 'real del mes a la fecha', 'meta del mes'],
])('%s is made of %s and %s', (id, numerator, denominator) => {
  expect(partNamesOf(formulaOf(id).es)).toEqual({ numerator, denominator });
});

it.each([
  'gross',
  'wadpd',
  'cei',
  'turnover_times',
  'turnover_days',
  'days_to_pay',
  'collection_rate_net',
  'hhi',
])('the parts of %s have no names', (id) => {
  expect(partNamesOf(formulaOf(id).es)).toBeNull();
});

it('parts have names in both languages or in none', () => {
  const named = (language: 'es' | 'en') =>
    kpis.filter(({ formula }) => partNamesOf(formula[language]) !== null).map(({ id }) => id);
  expect(named('en')).toEqual(named('es'));
  expect(named('es').length).toBeGreaterThan(14);
});
