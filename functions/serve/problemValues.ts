import type { ORIGIN_DIMENSIONS } from '../query/origin.ts';
import type { Exit } from '../query/policy.ts';
import type { Session } from './api.ts';

/** Values that are words of ours: what a person reads in their place, by the code of the error. */
export const VALUES: Readonly<Record<string, Readonly<Record<string, { es: string; en: string }>>>> = {
  EXIT_DENIED: {
    view: { es: 'ver las cifras', en: 'looking at figures' },
    drill: { es: 'ver los recibos de una cifra', en: 'looking at the receipts of a figure' },
    client: { es: 'ver los clientes', en: 'looking at clients' },
    peers: { es: 'comparar con los pares', en: 'comparing with peers' },
    csv: { es: 'descargar en CSV', en: 'downloading CSV' },
    xlsx: { es: 'descargar en Excel', en: 'downloading Excel' },
    parquet: { es: 'descargar en Parquet', en: 'downloading Parquet' },
    arrow: { es: 'descargar en Arrow', en: 'downloading Arrow' },
    proof: { es: 'pedir el comprobante de una cifra', en: 'asking for the receipt of a figure' },
    refused: { es: 'ver las filas rechazadas', en: 'looking at refused rows' },
    office_origin: { es: 'la oficina de origen', en: 'the office at origination' },
    advisor_origin: { es: 'el asesor de origen', en: 'the advisor at origination' },
    clerk_origin: { es: 'el auxiliar de origen', en: 'the clerk at origination' },
  } satisfies Record<Exit | (typeof ORIGIN_DIMENSIONS)[number], { es: string; en: string }>,
  BOARD_DENIED: {
    pulso: { es: 'Pulso', en: 'Pulse' },
    alturas: { es: 'Alturas', en: 'Aging' },
    rotacion: { es: 'Rotación y recaudo', en: 'Turnover and cash' },
    tableros: { es: 'Tableros', en: 'Scorecards' },
    cliente: { es: 'Cliente', en: 'Client' },
    salud: { es: 'Salud de datos', en: 'Data health' },
    diccionario: { es: 'Diccionario', en: 'Dictionary' },
  } satisfies Record<Session['boards'][number], { es: string; en: string }>,
};
