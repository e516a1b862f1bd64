import type { Language } from '../../words/words.ts';

/** Of the five, one is feminine. */
const los = (many: string): string => (many === 'oficinas' ? 'las' : 'los');

const es = {
  plural: {
    advisor: 'asesores',
    office: 'oficinas',
    clerk: 'auxiliares',
    intermediary: 'intermediarios',
    line: 'ramos',
  },
  /**
   * @param running the month is not over
   * @param one a single one meets its target
   */
  sentence: (month: string, many: string, running: boolean, one: boolean) =>
    `En ${running ? 'lo que va de ' : ''}${month}, {met} de {all} ${many} con meta ${running ? 'ya ' : ''}la ${one ? 'cumple' : 'cumplen'}. En recibos pagados a tiempo va adelante {best}: al menos el {low}, con 95 % de confianza ({n} recibos).`,
  sentenceNoTarget: (month: string) => `En ${month} no hay metas para esta dimensión.`,
  list: 'Cumplimiento y resultado',
  caption: (dimension: string) => `Tablero por ${dimension}`,
  collected: 'Recaudo',
  target: 'Meta',
  attainment: 'Cumple',
  onTime: 'Recibos a tiempo',
  interval: 'Intervalo del 95 %',
  n: 'Recibos',
  place: 'Puesto',
  own: 'Vencida propia',
  inherited: 'Heredada',
  share: 'Índice de mora',
  fair: 'Los recibos a tiempo se cuentan; el pago oportuno de los otros tableros pesa su valor. El puesto se da por el límite inferior del intervalo: una cartera pequeña no gana por suerte. Lo heredado ya estaba vencido cuando el responsable recibió la cartera.',
  back: (many: string) => (los(many) === 'las' ? `Todas las ${many}` : `Todos los ${many}`),
  unknown: (member: string, many: string) => `«${member}» no está entre ${los(many)} ${many} que usted ve.`,
  member: (partial: string | null) =>
    `{name} ${partial === null ? 'recaudó {collected} en el mes' : `lleva {collected} recaudados en el mes (${partial})`}{target}. De su cartera vencida, {own} es propia y {inherited} heredada.`,
  partialTarget: (partial: string) => `Mes ${partial}; la meta es la del mes completo.`,
  memberTarget: ', {share} de la meta',
  memberPlace:
    ' De sus {n} recibos, el {share} se pagó a tiempo (entre {low} y {high}, con 95 % de confianza): puesto {place} de {peers}.',
  peers: '¿Cómo está entre sus pares?',
  peersNote:
    'Cada punto es el lugar entre los pares: a la derecha, mejor; la raya marca la mitad. No se muestran las cifras de otros; con menos de cinco pares no se muestra nada.',
  peersWhole: (columns: readonly string[]) =>
    ` Los pares se comparan enteros: los filtros de la página (${columns.join(', ')}) no cambian esta tabla.`,
  figure: 'Indicador',
  value: 'Propio',
  median: 'Mediana compañía',
  medianOffice: 'Mediana oficina',
  position: 'Peor → mejor',
  better: (share: string) => `supera al ${share} de los pares`,
  best: 'supera a todos los pares',
  last: 'no supera a ninguno',
  counted: ' Los recibos a tiempo se cuentan; el pago oportuno pesa su valor.',
  few: 'menos de 5 pares',
  bullets: 'Contra la meta',
  tiles: {
    collected: 'Recaudo del mes',
    collection_rate_gross: 'Sobre exigible',
    overdue_share: 'Índice de mora',
    par90: 'En riesgo > 90 días',
    recovery_rate: 'Recupera vencida',
    on_time_rate: 'Pago oportuno',
    cancelled_np_rate: 'Anula por no pago',
    gross: 'Por recaudar',
  },
};

const en: typeof es = {
  plural: {
    advisor: 'advisors',
    office: 'offices',
    clerk: 'clerks',
    intermediary: 'intermediaries',
    line: 'lines',
  },
  sentence: (month, many, running, one) =>
    `${running ? 'So far in' : 'In'} ${month}, {met} of {all} ${many} with a target ${running ? 'already ' : ''}${one ? 'meets' : 'meet'} it. In receipts paid on time {best} leads: at least {low}, with 95% confidence ({n} receipts).`,
  sentenceNoTarget: (month) => `There are no targets for this dimension in ${month}.`,
  list: 'Attainment and result',
  caption: (dimension) => `Scorecard by ${dimension}`,
  collected: 'Collected',
  target: 'Target',
  attainment: 'Attained',
  onTime: 'Receipts on time',
  interval: '95% interval',
  n: 'Receipts',
  place: 'Place',
  own: 'Own overdue',
  inherited: 'Inherited',
  share: 'Overdue share',
  fair: 'Receipts on time are counted; the on-time rate of the other boards weighs their amounts. The place follows the lower bound of the interval: a thin portfolio does not win by luck. Inherited debt was overdue already when its holder received it.',
  back: (many) => `All ${many}`,
  unknown: (member, many) => `“${member}” is not among the ${many} that you see.`,
  member: (partial) =>
    `{name} ${partial === null ? 'collected {collected} in the month' : `has collected {collected} in the month (${partial})`}{target}. Of the overdue balance, {own} is own and {inherited} inherited.`,
  partialTarget: (partial) => `Month ${partial}; the target is of the whole month.`,
  memberTarget: ', {share} of target',
  memberPlace:
    ' Of {n} receipts, {share} were paid on time ({low} to {high} with 95% confidence): place {place} of {peers}.',
  peers: 'Where does this stand among peers?',
  peersNote:
    'Each dot is the place among peers: further right is better, and the tick is halfway. Nobody else’s figures are shown; with fewer than five peers nothing is.',
  peersWhole: (columns) =>
    ` Peers are compared whole: the filters of the page (${columns.join(', ')}) do not change this table.`,
  figure: 'Figure',
  value: 'Own',
  median: 'Company median',
  medianOffice: 'Office median',
  position: 'Worse → better',
  better: (share) => `better than ${share} of peers`,
  best: 'better than all peers',
  last: 'better than none',
  counted: ' Receipts on time are counted; the on-time rate weighs their amounts.',
  few: 'fewer than 5 peers',
  bullets: 'Against target',
  tiles: {
    collected: 'Collected in month',
    collection_rate_gross: 'Of what was due',
    overdue_share: 'Overdue share',
    par90: 'At risk > 90 days',
    recovery_rate: 'Recovery rate',
    on_time_rate: 'On time',
    cancelled_np_rate: 'Cancelled unpaid',
    gross: 'Receivable',
  },
};

export type ScoreWords = typeof es;
export function scoreWords(language: Language): ScoreWords {
  return language === 'en' ? en : es;
}
