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
  UNKNOWN_PARAMETER: {
    es: {
      title: 'Parámetro desconocido',
      detail: 'La dirección trae «{value}», que aquí no existe. Hay: {expected}.',
      action: 'Quítelo, o escriba uno de ellos.',
    },
    en: {
      title: 'Unknown parameter',
      detail: 'The address has "{value}", which does not exist here. There are: {expected}.',
      action: 'Take it away, or write one of these.',
    },
  },
  'UNKNOWN_PARAMETER.meant': {
    es: {
      title: 'Parámetro desconocido',
      detail: 'La dirección trae «{value}», que aquí no existe. Hay: {expected}.',
      action: '¿Quiso decir «{meant}»?',
    },
    en: {
      title: 'Unknown parameter',
      detail: 'The address has "{value}", which does not exist here. There are: {expected}.',
      action: 'Did you mean "{meant}"?',
    },
  },
  'UNKNOWN_PARAMETER.none': {
    es: {
      title: 'Parámetro desconocido',
      detail: 'La dirección trae «{value}»; aquí no hay parámetros.',
      action: 'Quítelo.',
    },
    en: {
      title: 'Unknown parameter',
      detail: 'The address has "{value}"; there are no parameters here.',
      action: 'Take it away.',
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
