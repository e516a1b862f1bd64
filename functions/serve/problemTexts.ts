import { FIGURE_TEXTS } from './figureTexts.ts';
import { READ_NOTHING, SESSION_TEXTS } from './sessionTexts.ts';

interface Said {
  readonly title: string;
  /** `{value}`, `{expected}`, `{message}` and the facts of the error are filled in, in `action` too. */
  readonly detail: string;
  readonly safe?: string;
  readonly action?: string;
}

export interface ProblemText {
  readonly es: Said;
  readonly en: Said;
}

/** What a person reads, by the code of the error, or by `CODE.variant` where a case of it has words of its own. */
export const TEXTS: Readonly<Record<string, ProblemText>> & {
  readonly OTHER: ProblemText;
  readonly DEFECT: ProblemText;
} = {
  ...FIGURE_TEXTS,
  ...SESSION_TEXTS,
  OTHER: {
    es: { title: 'No pudimos responder', detail: '{message}', safe: READ_NOTHING.es },
    en: { title: 'We could not answer', detail: '{message}' },
  },
  DEFECT: {
    es: {
      title: 'Falla del sistema',
      detail: 'Algo falló de nuestro lado, no en sus datos.',
      safe: 'Los datos publicados siguen intactos.',
      action: 'Intente de nuevo; si se repite, avise a soporte con la hora.',
    },
    en: {
      title: 'A fault of the system',
      detail: 'Something failed on our side, not in your data.',
      safe: 'What is published is untouched.',
      action: 'Try again; if it happens once more, tell support the time.',
    },
  },
  BAD_REQUEST: {
    es: {
      title: 'Consulta mal escrita',
      detail: 'La consulta no tiene la forma esperada.',
      safe: READ_NOTHING.es,
      action: 'Revise los campos señalados; la forma está en /api/openapi.json.',
    },
    en: {
      title: 'A malformed request',
      detail: 'The request does not have the expected form.',
      safe: READ_NOTHING.en,
      action: 'Correct the fields named; the form is in /api/openapi.json.',
    },
  },
  BODY_TOO_LARGE: {
    es: {
      title: 'Consulta demasiado grande',
      detail: 'La consulta pasa de {expected}.',
      safe: READ_NOTHING.es,
    },
    en: { title: 'The request is too large', detail: 'The request is larger than {expected}.' },
  },
  NOT_FOUND: {
    es: { title: 'No existe', detail: 'No hay nada en «{value}».' },
    en: { title: 'Not found', detail: 'There is nothing at "{value}".' },
  },
  UNKNOWN_CLIENT: {
    es: {
      title: 'Cliente no encontrado',
      detail: 'No hay un cliente «{value}» en la cartera que usted ve.',
      action: 'Búsquelo por póliza o recibo, o pida acceso a su cartera.',
    },
    en: {
      title: 'Client not found',
      detail: 'There is no client "{value}" in the portfolio that you see.',
      action: 'Look for a policy or receipt, or ask for access to that portfolio.',
    },
  },
  UNKNOWN_KPI: {
    es: {
      title: 'Indicador desconocido',
      detail: 'No hay un indicador llamado «{value}».',
      action: 'Elija uno del diccionario.',
    },
    en: {
      title: 'Unknown KPI',
      detail: 'There is no KPI called "{value}".',
      action: 'Choose one of the dictionary.',
    },
  },
  UNKNOWN_BASIS: {
    es: {
      title: 'Base desconocida',
      detail: 'El indicador no se lleva sobre la base «{value}».',
      action: 'Use una de: {expected}.',
    },
    en: { title: 'Unknown basis', detail: 'The KPI is not kept on the basis "{value}".' },
  },
  UNKNOWN_DIMENSION: {
    es: {
      title: 'Dimensión no disponible',
      detail: 'Este indicador no se abre por «{value}». Se abre por: {expected}.',
      action: 'Quite ese filtro, o ábralo por otra dimensión.',
    },
    en: {
      title: 'Dimension not available',
      detail: 'This KPI is not kept by "{value}". It is by: {expected}.',
      action: 'Take that filter away, or open it by another dimension.',
    },
  },
  BAD_PARAMETER: {
    es: { title: 'Parámetro no disponible', detail: '«{value}» no se lleva; hay: {expected}.' },
    en: { title: 'Parameter not kept', detail: '"{value}" is not kept; there are: {expected}.' },
  },
  SEVERAL_CURRENCIES: {
    es: {
      title: 'Varias monedas',
      detail: 'Los recibos están en {value}, que no se suman entre sí.',
      action: 'Pida una sola compañía o una sola moneda.',
    },
    en: {
      title: 'Several currencies',
      detail: 'The receipts are in {value}, which do not add up.',
      action: 'Ask for one company or one currency.',
    },
  },
  BAD_PERIOD: {
    es: {
      title: 'Periodo no disponible',
      detail: 'El periodo «{value}» no sirve para este indicador. Use: {expected}.',
    },
    en: { title: 'Period not kept', detail: '{message}' },
  },
  'BAD_PERIOD.stock': {
    es: {
      title: 'Periodo no disponible',
      detail: 'Este indicador es un saldo: es de un día, no de un periodo.',
      action: 'Quite el periodo.',
    },
    en: {
      title: 'Period not kept',
      detail: 'This KPI is a stock: it is of a day, not of a period.',
      action: 'Leave the period out.',
    },
  },
  'BAD_PERIOD.fixed': {
    es: {
      title: 'Periodo no comparable',
      detail: 'El tramo fijo «{value}» no tiene otros días con los que compararse.',
      action: 'Quite la comparación, o use un periodo: {expected}.',
    },
    en: {
      title: 'Period without comparison',
      detail: 'The fixed span "{value}" has no other days to compare with.',
      action: 'Leave the comparison out, or use a period: {expected}.',
    },
  },
  BAD_DATE: {
    es: { title: 'Fecha no válida', detail: '«{value}» no es un día del calendario (AAAA-MM-DD).' },
    en: { title: 'Not a date', detail: '"{value}" is not a calendar day (YYYY-MM-DD).' },
  },
  BAD_TIMESTAMP: {
    es: { title: 'Momento no válido', detail: '«{value}» no es una fecha y hora (AAAA-MM-DD HH:MM).' },
    en: { title: 'Not a moment', detail: '"{value}" is not a local date and time (YYYY-MM-DD HH:MM).' },
  },
  BAD_SPAN: {
    es: { title: 'Fechas al revés', detail: 'La primera fecha debe ser anterior a la segunda: {value}.' },
    en: { title: 'Dates in the wrong order', detail: 'The first day must come before the second: {value}.' },
  },
  BAD_RANGE: {
    es: { title: 'Rango no válido', detail: 'El rango «{value}» termina antes de empezar.' },
    en: { title: 'Not a range', detail: 'The range "{value}" ends before it begins.' },
  },
  'BAD_RANGE.alone': {
    es: {
      title: 'Rango no válido',
      detail: 'Un rango va solo: no se junta con una fecha, una comparación ni un tramo («{value}»).',
    },
    en: {
      title: 'Not a range',
      detail: 'A range stands alone: it goes with no day, comparison or span ("{value}").',
    },
  },
  RANGE_TOO_LONG: {
    es: {
      title: 'Rango demasiado largo',
      detail: 'El rango «{value}» tiene demasiados días: caben {expected}.',
      action: 'Pida fines de mes, o un rango más corto.',
    },
    en: {
      title: 'The range is too long',
      detail: 'The range "{value}" has too many days: {expected} at most.',
      action: 'Ask for month ends, or for a shorter range.',
    },
  },
  BAD_TEXT: {
    es: { title: 'Texto no válido', detail: 'Un texto de la consulta tiene un carácter nulo.' },
    en: { title: 'Not a text', detail: 'A text of the request holds a zero byte.' },
  },
  DAY_UNKNOWN: {
    es: {
      title: 'Día sin datos',
      detail: 'No hay datos del {value}. Hay: {expected}.',
      action: 'Elija un día del calendario.',
    },
    en: {
      title: 'No data of that day',
      detail: 'There are no data of {value}. There are: {expected}.',
      action: 'Choose a day of the calendar.',
    },
  },
  'DAY_UNKNOWN.then': {
    es: {
      title: 'Día aún no conocido',
      detail: 'Del {value} no se conocía nada el {moment}.',
      action: 'Elija un momento posterior, u otro día.',
    },
    en: {
      title: 'Not known then',
      detail: 'Nothing was known of {value} on {moment}.',
      action: 'Choose a later moment, or another day.',
    },
  },
  'DAY_UNKNOWN.far': {
    es: {
      title: 'Día demasiado lejano',
      detail: 'El {value} está muy lejos de lo conocido. Se puede mirar: {expected}.',
      action: 'Elija un día del calendario.',
    },
    en: {
      title: 'Too far ahead',
      detail: '{value} is too far ahead of what is known. These can be looked at: {expected}.',
      action: 'Choose a day of the calendar.',
    },
  },
  NOT_BUILT: {
    es: {
      title: 'Día por construir',
      detail: 'El {value} llegó, pero aún no está construido.',
      safe: 'La entrega está guardada.',
      action: 'Mientras tanto, vea el día anterior.',
    },
    en: {
      title: 'Not built yet',
      detail: '{value} was delivered, but is not built yet.',
      safe: 'The delivery is stored.',
      action: 'Look at the day before meanwhile.',
    },
  },
  EMPTY_LAKE: {
    es: {
      title: 'Aún no hay datos',
      detail: 'Todavía no ha llegado ninguna entrega.',
      action: 'Cargue una entrega, o arme la demostración.',
    },
    en: {
      title: 'No data yet',
      detail: 'Nothing has been delivered yet.',
      action: 'Land a delivery, or make the demo.',
    },
  },
  NOT_ADDITIVE: {
    es: {
      title: 'Sin recibos detrás',
      detail: 'Este indicador no es una suma de recibos.',
      action: 'Pida los recibos de una cifra que lo compone: cartera bruta, vencida o ventas.',
    },
    en: {
      title: 'No receipts behind it',
      detail: 'This KPI is no sum over receipts.',
      action: 'Ask for the receipts of a figure that it is made of: gross, overdue or sales.',
    },
  },
  'NOT_ADDITIVE.instead': {
    es: {
      title: 'Sin recibos detrás',
      detail: 'Este indicador no es una suma de recibos.',
      action: 'Pida los recibos de lo que mide: {expected}.',
    },
    en: {
      title: 'No receipts behind it',
      detail: 'This KPI is no sum over receipts.',
      action: 'Ask for the receipts of what it is measured by: {expected}.',
    },
  },
  TOO_MANY_DIMENSIONS: {
    es: {
      title: 'Demasiadas dimensiones',
      detail: 'No caben tantas dimensiones y filtros en una pregunta.',
      action: 'Quite una dimensión o un filtro.',
    },
    en: { title: 'Too many dimensions', detail: '{message}', action: 'Take one dimension or filter away.' },
  },
  SPLIT_DIMENSION: {
    es: {
      title: 'No se puede abrir así',
      detail:
        'Esta cifra no se puede reducir por intermediario junto con cliente, póliza, canal o responsable de origen: los recibos compartidos se reparten.',
      action: 'Use el intermediario con otros responsables, o los demás sin intermediario.',
    },
    en: {
      title: 'Cannot be narrowed so',
      detail: '{message}',
      action: 'Use the intermediary with other holders, or the others without it.',
    },
  },
  CELL_AMBIGUOUS: {
    es: {
      title: 'Falta precisar la cifra',
      detail: 'Varias cifras responden a esos miembros, o las compañías no tienen un total común.',
      action: 'Señale la compañía y los demás miembros de la fila.',
    },
    en: {
      title: 'Which figure?',
      detail: 'Several figures answer to these members, or the companies have no common total.',
      action: 'Name the company and the other members of the row.',
    },
  },
  CELL_MISSING: {
    es: { title: 'Cifra no encontrada', detail: 'No hay una cifra en {value}.' },
    en: { title: 'No such figure', detail: 'There is no figure at {value}.' },
  },
  MEMBER_AMBIGUOUS: {
    es: {
      title: '¿De cuál compañía?',
      detail: '«{value}» existe en varias compañías: {expected}.',
      action: 'Señale la compañía.',
    },
    en: {
      title: 'Of which company?',
      detail: '"{value}" exists in several companies: {expected}.',
      action: 'Name the company.',
    },
  },
  NO_MEMBER: {
    es: { title: 'Falta el miembro', detail: 'Diga de quién es la cifra: su sesión no señala a uno solo.' },
    en: { title: 'Whose figure?', detail: 'Say whose figure it is: your session does not name just one.' },
  },
};
