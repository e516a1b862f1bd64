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
} as const satisfies Readonly<Record<string, ProblemText>>;
