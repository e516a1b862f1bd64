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
} as const satisfies Readonly<Record<string, ProblemText>>;
