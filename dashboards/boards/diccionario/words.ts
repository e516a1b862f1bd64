import type { Language } from '../../words/words.ts';

const es = {
  lead: (kpis: string, models: string) =>
    `${kpis} indicadores y ${models} tablas, cada uno definido una sola vez. El ejemplo de cada indicador corre como prueba en cada construcción.`,
  search: 'Buscar indicador o tabla',
  kpis: 'Indicadores',
  models: 'Tablas',
  formula: 'Fórmula',
  facts: 'Cómo se lee',
  unit: 'Unidad',
  direction: 'Mejor',
  periods: 'Periodos',
  bases: 'Bases',
  dimensions: 'Se abre por',
  source: 'Definición',
  version: 'Versión',
  stock: 'saldo a la fecha',
  units: {
    money: 'dinero',
    ratio: 'porcentaje',
    days: 'días',
    times: 'veces',
    count: 'cantidad',
    index: 'índice',
  },
  directions: { up_is_good: 'si sube', down_is_good: 'si baja', neutral: 'ni sube ni baja' },
  examples: 'Ejemplos que se prueban',
  lineage: 'De dónde sale',
  lineageSaid: (name: string, count: string) =>
    `${name} se calcula a partir de ${count} tablas; cada una abre su ficha.`,
  layers: {
    feed: 'Entregas',
    ledger: 'Libro',
    position: 'Posición',
    mart: 'Resumen',
    law: 'Ley',
    kpi: 'Indicador',
  },
  columns: 'Columnas',
  column: 'Columna',
  type: 'Tipo',
  meaning: 'Qué es',
  columnUnit: 'Unidad',
  grain: 'Una fila por',
};

const en: typeof es = {
  lead: (kpis, models) =>
    `${kpis} figures and ${models} tables, each defined once. The example of every figure runs as a test.`,
  search: 'Find a figure or table',
  kpis: 'Figures',
  models: 'Tables',
  formula: 'Formula',
  facts: 'How to read it',
  unit: 'Unit',
  direction: 'Better',
  periods: 'Periods',
  bases: 'Bases',
  dimensions: 'Opens by',
  source: 'Definition',
  version: 'Version',
  stock: 'balance on the day',
  units: { money: 'money', ratio: 'percent', days: 'days', times: 'times', count: 'count', index: 'index' },
  directions: { up_is_good: 'when up', down_is_good: 'when down', neutral: 'neither' },
  examples: 'Examples, tested',
  lineage: 'Where it comes from',
  lineageSaid: (name, count) => `${name} is computed from ${count} tables; each opens its page.`,
  layers: {
    feed: 'Deliveries',
    ledger: 'Ledger',
    position: 'Position',
    mart: 'Mart',
    law: 'Law',
    kpi: 'Figure',
  },
  columns: 'Columns',
  column: 'Column',
  type: 'Type',
  meaning: 'What it is',
  columnUnit: 'Unit',
  grain: 'One row per',
};

export type DictionaryWords = typeof es;
export function dictionaryWords(language: Language): DictionaryWords {
  return language === 'en' ? en : es;
}
