import type { Country } from './timeline.ts';

/** The fictional insurer: its two companies, offices, lines of business and payment channels. */

export type CompanyCode = 'CO' | 'PA';

export interface Company {
  readonly company: CompanyCode;
  readonly name: string;
  readonly country: Country;
  readonly currency: 'COP' | 'USD';
  readonly timeZone: string;
  /** Whether its snapshots already contain movements dated after the cut-off day. */
  readonly futureDated: 'INCLUDED' | 'EXCLUDED';
  /** Its part of the policies. */
  readonly weight: number;
}

export const COMPANIES: readonly Company[] = [
  {
    company: 'CO',
    name: 'Seguros del Altiplano S.A.',
    country: 'CO',
    currency: 'COP',
    timeZone: 'America/Bogota',
    futureDated: 'INCLUDED',
    weight: 0.86,
  },
  {
    company: 'PA',
    name: 'Seguros del Altiplano Panamá S.A.',
    country: 'PA',
    currency: 'USD',
    timeZone: 'America/Panama',
    futureDated: 'EXCLUDED',
    weight: 0.14,
  },
];

export interface Office {
  readonly company: CompanyCode;
  readonly office: string;
  readonly name: string;
  readonly city: string;
  readonly region: string;
  readonly weight: number;
  readonly clerks: number;
  readonly advisors: number;
}

/** The office of what belongs to none, as the general ledger writes it. */
export const HEAD_OFFICE = '00';

const office = (
  company: CompanyCode,
  code: string,
  name: string,
  city: string,
  region: string,
  weight: number,
  clerks: number,
  advisors: number,
): Office => ({ company, office: code, name, city, region, weight, clerks, advisors });

export const OFFICES: readonly Office[] = [
  office('CO', '01', 'Bogotá Centro', 'Bogotá', 'Centro', 20, 3, 4),
  office('CO', '02', 'Bogotá Norte', 'Bogotá', 'Centro', 17, 3, 4),
  office('CO', '03', 'Medellín El Poblado', 'Medellín', 'Antioquia', 16, 2, 3),
  office('CO', '04', 'Cali', 'Cali', 'Pacífico', 12, 2, 3),
  office('CO', '05', 'Barranquilla', 'Barranquilla', 'Caribe', 9, 1, 2),
  office('CO', '06', 'Bucaramanga', 'Bucaramanga', 'Oriente', 7, 1, 2),
  office('CO', '07', 'Cartagena', 'Cartagena', 'Caribe', 6, 1, 2),
  office('CO', '08', 'Pereira', 'Pereira', 'Eje Cafetero', 5, 1, 2),
  office('CO', '09', 'Manizales', 'Manizales', 'Eje Cafetero', 3, 1, 1),
  office('CO', '10', 'Villavicencio', 'Villavicencio', 'Oriente', 3, 1, 1),
  office('CO', '11', 'Pasto', 'Pasto', 'Pacífico', 2, 1, 1),
  office('PA', '51', 'Ciudad de Panamá', 'Ciudad de Panamá', 'Panamá', 12, 2, 3),
  office('PA', '52', 'David', 'David', 'Chiriquí', 3, 1, 1),
];

export interface Line {
  readonly line: string;
  readonly name: string;
  readonly group: 'Generales' | 'Personas';
  readonly sourceCode: string;
  /** Its part of the policies of each segment. */
  readonly weight: Readonly<Record<Segment, number>>;
  /** Annual net premium of a private person in thousands of COP; businesses pay a multiple. */
  readonly premium: number;
  /** Colombian VAT in percent: life, health and personal accident are excluded (ET art. 427). */
  readonly vat: number;
  readonly cashValue: boolean;
}

export type Segment = 'PERSONAS' | 'PYME' | 'EMPRESARIAL' | 'OFICIAL';

const line = (
  code: string,
  name: string,
  group: Line['group'],
  sourceCode: string,
  weights: readonly [number, number, number, number],
  premium: number,
  vat: number,
  cashValue = false,
): Line => ({
  line: code,
  name,
  group,
  sourceCode,
  weight: { PERSONAS: weights[0], PYME: weights[1], EMPRESARIAL: weights[2], OFICIAL: weights[3] },
  premium,
  vat,
  cashValue,
});

/** Names as the SFC writes them in Formato 290. */
export const LINES: readonly Line[] = [
  line('AU', 'Automóviles', 'Generales', '103', [40, 25, 14, 12], 1_900, 19),
  line('HO', 'Hogar', 'Generales', '114', [10, 0, 0, 0], 620, 19),
  line('IN', 'Incendio', 'Generales', '116', [1, 12, 12, 8], 2_100, 19),
  line('TE', 'Terremoto', 'Generales', '128', [1, 8, 10, 6], 1_700, 19),
  line('SU', 'Sustracción', 'Generales', '126', [0, 7, 4, 4], 900, 19),
  line('RC', 'Responsabilidad civil', 'Generales', '124', [1, 9, 10, 12], 1_300, 19),
  line('CU', 'Cumplimiento', 'Generales', '110', [0, 12, 12, 16], 850, 19),
  line('MA', 'Manejo', 'Generales', '118', [0, 2, 4, 12], 1_500, 19),
  line('TR', 'Transporte', 'Generales', '130', [0, 5, 9, 2], 2_600, 19),
  line('TC', 'Todo riesgo contratista', 'Generales', '129', [0, 2, 5, 6], 3_400, 19),
  line('MM', 'Montaje y rotura de maquinaria', 'Generales', '120', [0, 2, 4, 2], 2_400, 19),
  line('AG', 'Agropecuario', 'Generales', '101', [1, 3, 2, 1], 2_000, 19),
  line('CC', 'Crédito comercial', 'Generales', '109', [0, 1, 5, 0], 6_500, 19),
  line('VG', 'Vida grupo', 'Personas', '231', [4, 8, 8, 12], 1_600, 0),
  line('VI', 'Vida individual', 'Personas', '232', [14, 0, 0, 0], 2_300, 0, true),
  line('AP', 'Accidentes personales', 'Personas', '201', [8, 3, 2, 5], 480, 0),
  line('SA', 'Salud', 'Personas', '225', [12, 3, 3, 0], 3_800, 0),
  line('EX', 'Exequias', 'Personas', '212', [8, 1, 0, 0], 380, 0),
];

/** The line of what belongs to none, as the general ledger writes it. */
export const NO_LINE = '00';

/** Premium of a segment as a multiple of a private person's. */
export const SEGMENT_FACTOR: Readonly<Record<Segment, number>> = {
  PERSONAS: 1,
  PYME: 1.7,
  EMPRESARIAL: 6,
  OFICIAL: 9.5,
};

export const CHANNELS: Readonly<Record<Country, readonly { channel: string; weight: number }[]>> = {
  CO: [
    { channel: 'PSE', weight: 34 },
    { channel: 'DEBITO', weight: 16 },
    { channel: 'TARJETA', weight: 14 },
    { channel: 'CONSIGNACION', weight: 18 },
    { channel: 'TRANSFERENCIA', weight: 12 },
    { channel: 'CHEQUE', weight: 6 },
  ],
  PA: [
    { channel: 'ACH', weight: 40 },
    { channel: 'TARJETA', weight: 26 },
    { channel: 'VENTANILLA', weight: 22 },
    { channel: 'CHEQUE', weight: 12 },
  ],
};

/** Channels that move money at night and on holidays too. */
export const ALWAYS_OPEN: ReadonlySet<string> = new Set(['PSE', 'TARJETA']);
