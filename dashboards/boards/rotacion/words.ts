import { capital } from '../../format/text.ts';
import type { Language } from '../../words/words.ts';

const es = {
  tiles: {
    dso: 'DSO',
    turnover_times: 'Rotación (12 m)',
    collected: 'Recaudo del mes',
    collection_rate_gross: 'Sobre exigible',
    cei: 'Efectividad (CEI)',
    recovery_rate: 'Recupera vencida',
    cure_rate: 'Se pone al día',
    on_time_rate: 'Pago oportuno',
  },
  sentenceTurn: (day: string, partial: boolean) =>
    `Al ${day} lo vendido tarda {dso} en volverse caja: {best} por plazo y {late} por mora. ${partial ? 'En lo que va del mes se recaudó {rate} del exigible.' : 'Del exigible del mes se recaudó {rate}.'}`,
  /** What is still to fall due in the week of the day, and in the next: of neither, of both, of one. */
  soon: {
    both: 'esta semana aún vencen {now} y la próxima, {next}',
    now: 'esta semana aún vencen {now} y la próxima, nada',
    next: 'esta semana ya no vence nada y la próxima vencen {next}',
    none: 'ni en lo que queda de esta semana ni en la próxima vence nada',
  },
  sentenceFalls: (soon: string) => `${capital(soon)}; {backlog} ya está vencido.`,
  /** Where nothing was sold or due in the month, and so no rate is known. */
  sentenceDue: (day: string, soon: string) => `Al ${day}, ${soon}; {backlog} ya está vencido.`,
  split: 'DSO: plazo y mora',
  splitSaid: (day: string) =>
    `DSO de trece cierres, hasta el ${day}, en su mejor valor posible y los días que agrega la mora. Las dos partes suman el DSO.`,
  best: 'Por plazo',
  late: 'Por mora',
  month: 'Mes',
  days: 'días',
  weeks: 'Lo que vence y lo que llega, por semana',
  weeksSaid:
    'Semanas de lunes a domingo. Hasta la fecha: lo que venció y lo que se recaudó. Después: lo que vence del saldo de hoy.',
  week: 'Semana del',
  fell: 'Venció',
  arrived: 'Se recaudó',
  due: 'Vencerá',
  past: 'Venció y se recaudó',
  by: '¿Quién rota mejor?',
  byCaption: (dimension: string) => `Rotación y recaudo por ${dimension}`,
  exigible: 'Exigible',
  collectedExigible: 'Su recaudo',
  rate: 'Tasa',
  change: 'Cambio',
  toPay: 'Pago tras vencer',
  calendar: '¿Qué vence ahora?',
  calendarCaption: (dimension: string) => `Saldo que vence por ${dimension} y semana`,
  backlog: 'Ya vencido',
  later: 'Después',
};

const en: typeof es = {
  tiles: {
    dso: 'DSO',
    turnover_times: 'Turnover (12 m)',
    collected: 'Collected',
    collection_rate_gross: 'Of what was due',
    cei: 'Effectiveness (CEI)',
    recovery_rate: 'Recovery rate',
    cure_rate: 'Cured',
    on_time_rate: 'On time',
  },
  sentenceTurn: (day, partial) =>
    `On ${day} sales take {dso} to turn into cash: {best} by terms and {late} by delay. ${partial ? 'Of what was due this month, so far {rate} was collected.' : 'Of what was due this month {rate} was collected.'}`,
  soon: {
    both: '{now} is still to fall due this week and {next} next week',
    now: '{now} is still to fall due this week and nothing next week',
    next: 'nothing more falls due this week; next week it is {next}',
    none: 'nothing falls due in the rest of this week or next week',
  },
  sentenceFalls: (soon) => `${capital(soon)}; {backlog} is already overdue.`,
  sentenceDue: (day, soon) => `On ${day}, ${soon}; {backlog} is already overdue.`,
  split: 'DSO: terms and delay',
  splitSaid: (day) =>
    `DSO of thirteen closings up to ${day}, split into the best possible and the days that delay adds. The two add up to DSO.`,
  best: 'By terms',
  late: 'By delay',
  month: 'Month',
  days: 'days',
  weeks: 'What falls due and what arrives, by week',
  weeksSaid:
    'Weeks from Monday to Sunday. Until the date: what fell due and what was collected. After it: what falls due of today’s balance.',
  week: 'Week of',
  fell: 'Fell due',
  arrived: 'Collected',
  due: 'Will fall due',
  past: 'Fell due and collected',
  by: 'Who turns over best?',
  byCaption: (dimension) => `Turnover and collections by ${dimension}`,
  exigible: 'Due',
  collectedExigible: 'Of it, collected',
  rate: 'Rate',
  change: 'Change',
  toPay: 'Paid after due',
  calendar: 'What falls due now?',
  calendarCaption: (dimension) => `Balance falling due by ${dimension} and week`,
  backlog: 'Overdue',
  later: 'Later',
};

export type TurnoverWords = typeof es;
export function turnoverWords(language: Language): TurnoverWords {
  return language === 'en' ? en : es;
}
