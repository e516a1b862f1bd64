import type { Language } from '../../words/words.ts';

const es = {
  tiles: {
    gross: 'Por recaudar',
    overdue_share: 'Índice de mora',
    par90: 'En riesgo > 90 días',
    turnover_days: 'Rotación',
    dso: 'DSO',
    collected: 'Recaudo del mes',
    cei: 'Efectividad (CEI)',
    cancelled: 'Anulado por no pago',
  },
  sentence: (day: string) =>
    `Al ${day} la cartera por recaudar es {gross}; {share} está vencida ({change} en el mes).`,
  sentenceNoChange: (day: string) => `Al ${day} la cartera por recaudar es {gross}; {share} está vencida.`,
  steady: 'Nada notable frente al mes anterior.',
  rises: 'Lo vencido sube {amount}',
  falls: 'Lo vencido baja {amount}',
  /** Where the share goes the other way: both at once would read as a slip. */
  risesYet: 'En valor, lo vencido sí sube {amount}',
  fallsYet: 'En valor, lo vencido sí baja {amount}',
  explain: (many: boolean, rise: boolean, dimension: string) =>
    `: {names} ${many ? 'explican' : 'explica'} el {part} de lo que ${rise ? 'sube' : 'baja'} por ${dimension}`,
  few: (count: number) => `; ${count} clientes tienen el {held} de todo lo vencido.`,
  deepens: 'Pero la mora de más de 90 días sube {change}, a {share}.',
  eases: 'Pero la mora de más de 90 días baja {change}, a {share}.',
  and: 'y',
  changed: '¿Qué cambió?',
  /** @param late what became known late is a cause of its own, and so not in those whose names it bears elsewhere */
  changedFrom: (from: string, to: string, late: boolean) =>
    `${from} → ${to}${late ? '; lo conocido tarde va aparte' : ''}`,
  opening: (day: string) => `Saldo ${day}`,
  cause: 'Causa',
  minor: (count: number) => `Otras ${count} causas`,
  amount: 'Valor',
  waterfall: (from: string, opening: string, to: string, closing: string, causes: string) =>
    `La cartera pasó de ${opening} el ${from} a ${closing} el ${to}. ${causes}. Las causas suman el cambio al centavo.`,
  buckets: 'Alturas, 13 meses',
  bucketsSaid: (day: string, parts: string) =>
    `Cartera bruta por altura de mora en trece cierres. Al ${day}: ${parts}.`,
  month: 'Mes',
  where: '¿Dónde?',
  whereCaption: (dimension: string) => `Cartera vencida por ${dimension}`,
  balance: 'Saldo',
  overdue: 'Vencida',
  share: 'Índice de mora',
  shareChange: 'Cambio',
  contribution: 'Aporte',
  trend: '13 meses',
  who: '¿Quién?',
  whoSaid: (count: number) =>
    count === 1
      ? 'El único cliente que debe vencido tiene el {part} de lo vencido.'
      : `Los ${count} clientes que más deben vencido tienen el {part} de lo vencido.`,
  client: 'Cliente',
  allClients: 'Todos los clientes',
  ofTotal: 'Del total',
  days: 'Mora media',
};

const en: typeof es = {
  tiles: {
    gross: 'Receivable',
    overdue_share: 'Overdue share',
    par90: 'At risk > 90 days',
    turnover_days: 'Turnover',
    dso: 'DSO',
    collected: 'Collected',
    cei: 'Effectiveness (CEI)',
    cancelled: 'Cancelled unpaid',
  },
  sentence: (day) => `On ${day} receivables are {gross}; {share} is overdue ({change} in the month).`,
  sentenceNoChange: (day) => `On ${day} receivables are {gross}; {share} is overdue.`,
  steady: 'Nothing notable against the month before.',
  rises: 'Overdue rises by {amount}',
  falls: 'Overdue falls by {amount}',
  risesYet: 'In money, overdue still rises by {amount}',
  fallsYet: 'In money, overdue still falls by {amount}',
  explain: (many, rise, dimension) =>
    `: {names} ${many ? 'explain' : 'explains'} {part} of what ${rise ? 'rises' : 'falls'} by ${dimension}`,
  few: (count) => `; ${count} clients hold {held} of all overdue.`,
  deepens: 'But debt over 90 days late rises {change}, to {share}.',
  eases: 'But debt over 90 days late falls {change}, to {share}.',
  and: 'and',
  changed: 'What changed?',
  changedFrom: (from, to, late) => `${from} → ${to}${late ? '; known late stands apart' : ''}`,
  opening: (day) => `Balance ${day}`,
  cause: 'Cause',
  minor: (count) => `${count} other causes`,
  amount: 'Amount',
  waterfall: (from, opening, to, closing, causes) =>
    `Receivables went from ${opening} on ${from} to ${closing} on ${to}. ${causes}. The causes add up to the change, to the cent.`,
  buckets: 'Aging, 13 months',
  bucketsSaid: (day, parts) => `Gross receivables by days overdue on thirteen closings. On ${day}: ${parts}.`,
  month: 'Month',
  where: 'Where?',
  whereCaption: (dimension) => `Overdue by ${dimension}`,
  balance: 'Balance',
  overdue: 'Overdue',
  share: 'Overdue share',
  shareChange: 'Change',
  contribution: 'Adds',
  trend: '13 months',
  who: 'Who?',
  whoSaid: (count) =>
    count === 1
      ? 'The one client with something overdue holds {part} of it.'
      : `The ${count} clients with most overdue hold {part} of it.`,
  client: 'Client',
  allClients: 'All clients',
  ofTotal: 'Of total',
  days: 'Mean lateness',
};

export type PulsoWords = typeof es;
export function pulsoWords(language: Language): PulsoWords {
  return language === 'en' ? en : es;
}
