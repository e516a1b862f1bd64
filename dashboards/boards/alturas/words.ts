import type { Language } from '../../words/words.ts';

const es = {
  /** @param month the last one that is over, of which the roll is */
  sentence: (day: string, month: string) =>
    `Al ${day}, {amount} de la cartera por recaudar tiene más de 90 días de mora ({share}). En ${month}, el\u00a0{roll} de lo que estaba al día pasó a mora`,
  sentenceStock: (day: string) =>
    `Al ${day}, {amount} de la cartera por recaudar tiene más de 90 días de mora ({share}).`,
  worst: (dimension: string) =>
    `; por ${dimension}, el mayor saldo con más de 90 días es el de {name}: el {part}.`,
  matrix: '¿Dónde está la deuda?',
  matrixCaption: (dimension: string) => `Cartera bruta por ${dimension} y altura`,
  amount: 'Valor',
  percent: 'Porcentaje',
  total: 'Total',
  profile: 'Perfil',
  overTime: 'En el tiempo',
  overTimeSaid: (day: string) =>
    `Participación de cada altura en la cartera bruta, trece cierres hasta el ${day}.`,
  month: 'Mes',
  roll: '¿Hacia dónde rueda?',
  rollSaid: (from: string, to: string, months: number) =>
    `De cada altura al ${from}: qué parte quedó en cada estado al ${to}${months === 0 ? '' : months === 1 ? '; debajo, la del cierre anterior' : `; debajo, la media de los ${months} cierres anteriores`}.`,
  rollMissing: 'El rodamiento se calcula en los cierres de mes.',
  from: 'Desde',
  opening: 'Saldo inicial',
  vintages: 'Cosechas: cuánto se recauda y en cuánto tiempo',
  vintagesSaid: (last: string) =>
    `Parte recaudada de lo que venció cada mes, por meses transcurridos. La cosecha más reciente con dato es ${last}; la línea a trazos, la media de las anteriores. Los meses que aún no terminan quedan en blanco.`,
  vintagesCompared: (cohort: string, part: string, months: number, usual: string) =>
    `De lo que venció en ${cohort} se ha recaudado el ${part} ${months === 1 ? 'al mes' : `a los ${months} meses`}; ${part === usual ? 'lo mismo que de las anteriores' : `de las anteriores, el ${usual}`}.`,
  usual: 'Media',
  vintagesNone: 'Todavía no hay cosechas que se conozcan desde su primer día.',
  elapsed: 'Meses desde el vencimiento',
  cohort: 'Cosecha',
  cohortAmount: 'Venció',
};

const en: typeof es = {
  sentence: (day, month) =>
    `On ${day}, {amount} of receivables is over 90 days late ({share}). In ${month}, {roll} of what was not due fell overdue`,
  sentenceStock: (day) => `On ${day}, {amount} of receivables is over 90 days late ({share}).`,
  worst: (dimension) =>
    `; by ${dimension}, {name} has the largest part of what is over 90 days late, {part}.`,
  matrix: 'Where does the debt sit?',
  matrixCaption: (dimension) => `Gross receivables by ${dimension} and bucket`,
  amount: 'Amount',
  percent: 'Percent',
  total: 'Total',
  profile: 'Profile',
  overTime: 'Over time',
  overTimeSaid: (day) => `Share of each bucket in gross receivables, thirteen closings up to ${day}.`,
  month: 'Month',
  roll: 'Where is it rolling?',
  rollSaid: (from, to, months) =>
    `Of each bucket on ${from}: which part stood where on ${to}${months === 0 ? '' : months === 1 ? '; below it, that of the closing before' : `; below it, the mean of the ${months} closings before`}.`,
  rollMissing: 'Rolling is computed at month ends.',
  from: 'From',
  opening: 'Opening',
  vintages: 'Vintages: how much is collected, and how soon',
  vintagesSaid: (last) =>
    `Collected part of what fell due each month, by months elapsed. The newest cohort with a figure is ${last}; the dashed line is the mean of those before. Months that are not over are left blank.`,
  vintagesCompared: (cohort, part, months, usual) =>
    `Of what fell due in ${cohort}, ${part} is collected after ${months === 1 ? 'a month' : `${months} months`}; ${part === usual ? 'the same as of those before' : `of those before, ${usual}`}.`,
  usual: 'Mean',
  vintagesNone: 'There are no cohorts yet that are known from their first day.',
  elapsed: 'Months since due',
  cohort: 'Cohort',
  cohortAmount: 'Fell due',
};

export type BucketWords = typeof es;
export function bucketWords(language: Language): BucketWords {
  return language === 'en' ? en : es;
}
