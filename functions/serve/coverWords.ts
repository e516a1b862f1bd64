import type { Measure } from '../query/change.ts';
import type { Locale } from './problems.ts';
import type { FigureFacts } from './table.ts';

type Said = Readonly<Record<Locale, string>>;

/** What stands on the cover of a file. */
export const WORDS = {
  kpi: { es: 'Indicador', en: 'KPI' },
  measure: { es: 'Medida', en: 'Measure' },
  formula: { es: 'Fórmula', en: 'Formula' },
  unit: { es: 'Unidad', en: 'Unit' },
  currency: { es: 'Moneda', en: 'Currency' },
  byRow: { es: 'la de cada fila', en: 'that of each row' },
  basis: { es: 'Base', en: 'Basis' },
  part: { es: 'Parte', en: 'Part' },
  numerator: { es: 'Numerador', en: 'Numerator' },
  denominator: { es: 'Denominador', en: 'Denominator' },
  period: { es: 'Periodo', en: 'Period' },
  compare: { es: 'Comparado con el', en: 'Compared with' },
  known: { es: 'como se conocía el', en: 'known at' },
  noValues: { es: 'sin valores', en: 'no values' },
  cell: { es: 'Celda', en: 'Cell' },
  figure: { es: 'Cifra', en: 'Figure' },
  sum: { es: 'Suma de los recibos', en: 'Sum of the receipts' },
  receipts: { es: 'recibos', en: 'receipts' },
  refused: { es: 'Filas rechazadas', en: 'Refused rows' },
  asOf: { es: 'Fecha de corte', en: 'As of' },
  knownAt: { es: 'Como se conocía el', en: 'Known at' },
  snapshot: { es: 'Entrega', en: 'Delivery' },
  carried: { es: 'sin entrega ese día: saldos arrastrados', en: 'no delivery that day: balances carried' },
  delivered: { es: 'de la fecha', en: 'of the day' },
  movements: { es: 'Movimientos', en: 'Movements' },
  inferred: { es: 'deducidos de las fotos', en: 'inferred from snapshots' },
  told: { es: 'entregados', en: 'as delivered' },
  made: { es: 'Cálculo', en: 'Made' },
  onDemand: { es: 'a pedido', en: 'on demand' },
  published: { es: 'publicado', en: 'as published' },
  notApplicable: { es: 'no aplica', en: 'not applicable' },
  filters: { es: 'Filtros', en: 'Filters' },
  none: { es: 'ninguno', en: 'none' },
  unknownMembers: { es: 'Filtros sin miembro conocido', en: 'Filters by unknown members' },
  contradictory: { es: 'Filtros que se excluyen', en: 'Filters that exclude each other' },
  policy: { es: 'Política', en: 'Policy' },
  scope: { es: 'Alcance', en: 'Scope' },
  all: { es: 'todo', en: 'all' },
  personal: { es: 'Datos personales', en: 'Personal data' },
  shown: { es: 'visibles', en: 'shown' },
  masked: { es: 'enmascarados', en: 'masked' },
  tieOut: { es: 'Conciliación', en: 'Tie-out' },
  unchecked: { es: 'sin conciliar', en: 'not reconciled' },
  build: { es: 'Construcción', en: 'Build' },
  rows: { es: 'Filas', en: 'Rows' },
  by: { es: 'Generado por', en: 'Made by' },
} as const satisfies Readonly<Record<string, Said>>;

/** What the figures of a file are. */
export const UNITS: Readonly<Record<NonNullable<FigureFacts['unit'] | FigureFacts['amount_unit']>, Said>> = {
  money: { es: 'importe', en: 'money' },
  money_days: { es: 'importe × días', en: 'money × days' },
  ratio: { es: 'fracción (0,314 es 31,4 %)', en: 'fraction (0.314 is 31.4 %)' },
  days: { es: 'días', en: 'days' },
  times: { es: 'veces', en: 'times' },
  count: { es: 'cantidad', en: 'count' },
  index: { es: 'índice', en: 'index' },
  number: { es: 'número', en: 'number' },
};

/** The measures of a change. */
export const MEASURE_WORDS: Readonly<Record<Measure, Said>> = {
  balance: { es: 'Saldo', en: 'Balance' },
  gross: { es: 'Cartera bruta', en: 'Gross receivables' },
  overdue: { es: 'Cartera vencida', en: 'Overdue receivables' },
};

/** Kinds of periods; each opens at the end of the day that is told first. */
export const PERIOD_WORDS: Readonly<Record<string, Said>> = {
  month: { es: 'mes', en: 'month' },
  quarter: { es: 'trimestre', en: 'quarter' },
  ytd: { es: 'año corrido', en: 'year to date' },
  '12m': { es: '12 meses', en: '12 months' },
  custom: { es: 'tramo', en: 'span' },
  change: { es: 'entre dos fechas', en: 'between two days' },
};
