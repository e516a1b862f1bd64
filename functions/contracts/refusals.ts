/**
 * Why a row was refused, by code. Codes are stable; the sentences are for people. Quarantine keeps the English one,
 * and behind it what was expected of that row: formats, values and sums, which are no language.
 */
export const REFUSALS = {
  EMPTY_LINE: { es: 'la línea está vacía', en: 'the line is empty' },
  BAD_ENCODING: {
    es: 'la línea no es válida en la codificación del archivo',
    en: 'the line is not valid in the encoding of the file',
  },
  LINE_BREAK: {
    es: 'hay un retorno de carro o un NUL en medio de la línea',
    en: 'the line holds a carriage return or a NUL in its middle',
  },
  LINE_TOO_LONG: {
    es: 'la línea es más larga de lo que puede ser una fila',
    en: 'the line is longer than a row can be',
  },
  BROKEN_QUOTES: {
    es: 'unas comillas se abren y no se cierran en la línea, o hay texto después de las que cierran',
    en: 'a quote is opened and not closed on the line, or text follows a closing quote',
  },
  FIELD_COUNT: {
    es: 'la línea no tiene tantos campos como el encabezado',
    en: 'the line has another number of fields than the header',
  },
  MISSING_VALUE: { es: 'falta un valor obligatorio', en: 'a mandatory value is empty' },
  BAD_MONEY: {
    es: 'no es un valor en dinero escrito como se espera, con dos decimales a lo sumo',
    en: 'not an amount written as expected, with two decimals at most',
  },
  BAD_DATE: {
    es: 'no es un día del calendario escrito como se espera',
    en: 'not a calendar day written as expected',
  },
  BAD_MONTH: {
    es: 'no es un mes, que se escribe como su primer día',
    en: 'not a month, which is written as its first day',
  },
  BAD_TIMESTAMP: {
    es: 'no es una fecha con hora local escrita como se espera',
    en: 'not a local timestamp written as expected',
  },
  BAD_NUMBER: {
    es: 'no es un número escrito como se espera',
    en: 'not a number written as expected',
  },
  BAD_BOOLEAN: { es: 'no es true ni false', en: 'neither true nor false' },
  BAD_VALUE: {
    es: 'no es uno de los valores que se esperan',
    en: 'not one of the values expected',
  },
  UNKNOWN_RECEIPT_TYPE: {
    es: 'no hay regla de signo para este tipo de recibo',
    en: 'no sign rule for this receipt type',
  },
  TOTAL_MISMATCH: {
    es: 'los componentes no suman el total',
    en: 'the components do not add up to the total',
  },
  MOVEMENT_WITHOUT_RECEIPT: {
    es: 'su recibo no está entre los aceptados de la misma entrega',
    en: 'its receipt is not among the accepted receipts of the same delivery',
  },
  DUPLICATE_KEY: {
    es: 'otra fila de la entrega tiene la misma clave y va antes',
    en: 'another row of the delivery has the same key and comes first',
  },
  DUPLICATE_EVENT: {
    es: 'una entrega anterior, de otro día, ya trajo la misma clave',
    en: 'an earlier delivery of another day brought the same key',
  },
} as const;

/** The sentence in Spanish of a reason that quarantine keeps; null for a code of an older landing. */
export function reasonEs(code: string, reason: string): string | null {
  const sentence = Object.hasOwn(REFUSALS, code) ? REFUSALS[code as RefusalCode] : undefined;
  if (sentence === undefined) return null;
  return reason.startsWith(sentence.en) ? sentence.es + reason.slice(sentence.en.length) : sentence.es;
}

export type RefusalCode = keyof typeof REFUSALS;
