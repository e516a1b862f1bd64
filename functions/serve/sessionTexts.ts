import type { ProblemText } from './problemTexts.ts';

export const READ_NOTHING = {
  es: 'No se leyó ni se cambió ningún dato.',
  en: 'No data was read or changed.',
};

/** What a person reads whose session is not there, not good, or not for what was asked; by the code of the error. */
export const SESSION_TEXTS: Readonly<Record<string, ProblemText>> = {
  TOKEN_MISSING: {
    es: {
      title: 'Sesión requerida',
      detail: 'Esta consulta no trae una sesión.',
      safe: READ_NOTHING.es,
      action: 'Abra el tablero desde su aplicación, o vuelva a ingresar.',
    },
    en: {
      title: 'A session is needed',
      detail: 'This request carries no session.',
      safe: READ_NOTHING.en,
      action: 'Open the board from your application, or sign in again.',
    },
  },
  TOKEN_EXPIRED: {
    es: {
      title: 'La sesión venció',
      detail: 'Su sesión venció; sus filtros se conservan.',
      safe: READ_NOTHING.es,
      action: 'Renueve la sesión desde la aplicación que muestra el tablero.',
    },
    en: {
      title: 'The session has expired',
      detail: 'Your session has expired; your filters are kept.',
      safe: READ_NOTHING.en,
      action: 'Renew it from the application that shows the board.',
    },
  },
  TOKEN_INVALID: {
    es: {
      title: 'Sesión no válida',
      detail: 'No podemos confiar en esta sesión.',
      safe: READ_NOTHING.es,
      action: 'Vuelva a abrir el tablero desde su aplicación.',
    },
    en: {
      title: 'The session is not valid',
      detail: 'This session cannot be trusted.',
      safe: READ_NOTHING.en,
      action: 'Open the board from your application again.',
    },
  },
  EXIT_DENIED: {
    es: {
      title: 'No permitido',
      detail: 'Su sesión no permite {value}.',
      safe: READ_NOTHING.es,
      action: 'Pida el permiso a quien administra los tableros.',
    },
    en: {
      title: 'Not allowed',
      detail: 'Your session does not allow {value}.',
      safe: READ_NOTHING.en,
      action: 'Ask whoever administers the boards for it.',
    },
  },
  'EXIT_DENIED.member': {
    es: {
      title: 'No permitido',
      detail: '«{value}» no está en la cartera que usted ve.',
      safe: READ_NOTHING.es,
      action: 'Pida acceso a quien administra los tableros.',
    },
    en: {
      title: 'Not allowed',
      detail: '"{value}" is not in the portfolio that you see.',
      safe: READ_NOTHING.en,
      action: 'Ask whoever administers the boards for it.',
    },
  },
  'EXIT_DENIED.origin': {
    es: {
      title: 'No permitido',
      detail: 'La cartera que usted ve es la de hoy: {value} puede ser de fuera de ella.',
      safe: READ_NOTHING.es,
      action: 'Pregunte por los responsables actuales, o pida acceso a quien administra los tableros.',
    },
    en: {
      title: 'Not allowed',
      detail: 'The portfolio that you see is that of today: {value} may be from outside of it.',
      safe: READ_NOTHING.en,
      action: 'Ask by present holders, or ask whoever administers the boards for access.',
    },
  },
  BOARD_DENIED: {
    es: {
      title: 'No permitido',
      detail: 'Su sesión no incluye el tablero «{value}», al que pertenece esta consulta.',
      safe: READ_NOTHING.es,
      action: 'Pida el tablero a quien administra los permisos de su aplicación.',
    },
    en: {
      title: 'Not allowed',
      detail: 'Your session does not include the board "{value}", which this request belongs to.',
      safe: READ_NOTHING.en,
      action: 'Ask whoever administers the rights of your application for it.',
    },
  },
  HOST_UNKNOWN: {
    es: {
      title: 'Dirección no reconocida',
      detail: 'Este servidor atiende solo en esta máquina; se le pidió como «{value}».',
      safe: READ_NOTHING.es,
      action: 'Ábralo por la dirección que imprimió al arrancar.',
    },
    en: {
      title: 'Unknown address',
      detail: 'This server answers on this machine only; it was asked as "{value}".',
      safe: READ_NOTHING.en,
      action: 'Open it by the address that it printed when it started.',
    },
  },
};
