import type { ProblemText } from './problemTexts.ts';

/** What a person reads of figures and receipts that cannot be told. */
export const FIGURE_TEXTS = {
  RATE_MISSING: {
    es: {
      title: 'Falta la tasa de cambio',
      detail: '{count} recibos no tienen tasa de cambio al {day} ni antes; el primero es «{value}».',
      action: 'Pida la cifra en moneda del documento, o una sola moneda que tenga tasa.',
    },
    en: {
      title: 'The exchange rate is missing',
      detail: '{count} receipts have no exchange rate on {day} or before; the first is "{value}".',
      action: 'Ask for the figure in document currency, or for one currency that has a rate.',
    },
  },
  NO_DENOMINATOR: {
    es: {
      title: 'Sin denominador',
      detail: '«{value}» es una suma: no tiene denominador.',
      action: 'Pida los recibos de su numerador.',
    },
    en: {
      title: 'No denominator',
      detail: '"{value}" is a sum: it has no denominator.',
      action: 'Ask for the receipts of its numerator.',
    },
  },
  BAD_SORT: {
    es: {
      title: 'Orden no disponible',
      detail: 'No hay un día contra el que ordenar por cambio («{value}»).',
      action: 'Nombre un día en compare, u ordene por: {expected}.',
    },
    en: {
      title: 'Order not available',
      detail: 'There is no day to tell a change against ("{value}").',
      action: 'Name a day in compare, or sort by: {expected}.',
    },
  },
  'BAD_PERIOD.day': {
    es: {
      title: 'Fecha y periodo no coinciden',
      detail: 'El periodo {period} termina el {expected}, y la fecha pedida es el {value}.',
      action: 'Quite la fecha, o pida un periodo que termine en ella.',
    },
    en: {
      title: 'Day and period differ',
      detail: 'The period {period} ends on {expected}, and the day asked for is {value}.',
      action: 'Leave the day out, or ask for a period that ends on it.',
    },
  },
} as const satisfies Readonly<Record<string, ProblemText>>;
