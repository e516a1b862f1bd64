import readSheets, { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCatalogue } from '../../../functions/query/catalogue.ts';
import { LENS_DIMENSIONS } from '../../../functions/query/lens.ts';
import { askResponse, exportRequest } from '../../../functions/serve/api.ts';
import { headOf } from '../../../functions/serve/columnWords.ts';
import { exportFile } from '../../../functions/serve/exports.ts';
import type { Locale } from '../../../functions/serve/problems.ts';
import { type Claims, LOCAL_CLAIMS } from '../../../functions/serve/session.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { ServedLedger } from '../../support/servedLedger.ts';

let ledger: ServedLedger;

beforeAll(async () => {
  const plan = new Ledger(daily('2026-06-26', '2026-06-29'));
  plan
    .company('CO')
    .receipt('1', { total: 1_000, issued: '2026-06-26', due: '2026-06-28', office: '01' })
    .paid(400, '2026-06-29');
  ledger = await ServedLedger.of(plan);
}, 300_000);
afterAll(() => ledger.close());

/** What a reader is told of a question that cannot be answered. */
async function told(question: object, language: Locale = 'es'): Promise<string> {
  const client = await ledger.as(LOCAL_CLAIMS, {}, language);
  const { body } = await client.post('/api/ask', { questions: [question] });
  const [only] = askResponse.parse(body).answers;
  if (!only || 'answer' in only) throw new Error('it was answered');
  return [only.problem.detail, only.problem.action].filter(Boolean).join(' ');
}

describe('what is wrong with a question is told in one language', () => {
  const range = (from: string, to: string, every = 'day') => ({ kpi: 'gross', range: { from, to, every } });
  const QUESTIONS: readonly (readonly [object, es: string, en: string])[] = [
    [
      { kpi: 'gross', as_of: '2020-01-01' },
      'No hay datos del 2020-01-01. Hay: 2026-06-26..2026-06-29. Elija un día del calendario.',
      'There are no data of 2020-01-01. There are: 2026-06-26..2026-06-29. Choose a day of the calendar.',
    ],
    [
      { kpi: 'gross', as_of: '2029-01-01' },
      'El 2029-01-01 está muy lejos de lo conocido. Se puede mirar: 2026-06-29..2027-06-30. Elija un día del calendario.',
      '2029-01-01 is too far ahead of what is known. These can be looked at: 2026-06-29..2027-06-30. Choose a day of the calendar.',
    ],
    [
      { kpi: 'gross', as_of: '2026-06-27', known_at: '2026-06-20' },
      'Del 2026-06-27 no se conocía nada el 2026-06-20 23:59. Elija un momento posterior, u otro día.',
      'Nothing was known of 2026-06-27 on 2026-06-20 23:59. Choose a later moment, or another day.',
    ],
    [
      { kpi: 'falls_due', by: ['intermediary'] },
      'Este indicador no se abre por «intermediario». Se abre por: compañía, oficina, ramo, canal, moneda, vence, semana, cliente, póliza, recibo, asesor, auxiliar, oficina de origen, asesor de origen, auxiliar de origen. Quite ese filtro, o ábralo por otra dimensión.',
      'This KPI is not kept by "intermediary". It is by: company, office, line of business, channel, currency, falls due, week, client, policy, receipt, advisor, clerk, office at origination, advisor at origination, clerk at origination. Take that filter away, or open it by another dimension.',
    ],
    [
      { kpi: 'gross', period: 'month' },
      'Este indicador es un saldo: es de un día, no de un periodo. Quite el periodo.',
      'This KPI is a stock: it is of a day, not of a period. Leave the period out.',
    ],
    [
      { kpi: 'collected', period: 'fortnight' },
      'El periodo «fortnight» no sirve para este indicador. Use: month, quarter, ytd, 12m, 2026-01-01..2026-03-31.',
      '"fortnight" is not a period.',
    ],
    [
      { kpi: 'collected', period: '2026-06-27..2026-06-28', compare: ['2026-06-27'] },
      'El tramo fijo «2026-06-27..2026-06-28» no tiene otros días con los que compararse. Quite la comparación, o use un periodo: month, quarter, ytd, 12m.',
      'The fixed span "2026-06-27..2026-06-28" has no other days to compare with. Leave the comparison out, or use a period: month, quarter, ytd, 12m.',
    ],
    [
      range('2026-06-29', '2026-06-27'),
      'El rango «2026-06-29..2026-06-27» termina antes de empezar.',
      'The range "2026-06-29..2026-06-27" ends before it begins.',
    ],
    [
      { ...range('2026-06-26', '2026-06-29'), as_of: '2026-06-28' },
      'Un rango va solo: no se junta con una fecha, una comparación ni un tramo («2026-06-28»).',
      'A range stands alone: it goes with no day, comparison or span ("2026-06-28").',
    ],
    [
      range('2024-01-01', '2026-06-29'),
      'El rango «2024-01-01..2026-06-29» tiene demasiados días: caben 400. Pida fines de mes, o un rango más corto.',
      'The range "2024-01-01..2026-06-29" has too many days: 400 at most. Ask for month ends, or for a shorter range.',
    ],
    [
      { kpi: 'par17' },
      '«par17» no se lleva; hay: 0, 30, 60, 75, 90, 180, 360.',
      '"par17" is not kept; there are: 0, 30, 60, 75, 90, 180, 360. Add it to buckets in alturas.yml and build with --stale, or ask for a bound.',
    ],
    [
      { kpi: 'gross', basis: 'wishful' },
      'El indicador no se lleva sobre la base «wishful». Use una de: closing, booked, document, net.',
      'The KPI is not kept on the basis "wishful".',
    ],
  ];
  for (const [question, es, en] of QUESTIONS)
    it(JSON.stringify(question), async () => {
      expect(await told(question)).toBe(es);
      expect(await told(question, 'en')).toBe(en);
    });

  it('and what a session may not do, too', async () => {
    const detail = async (language: Locale, path: string, body?: object, boards?: Claims['boards']) => {
      const claims = { ...LOCAL_CLAIMS, role: 'advisor' as const, scope: { advisor: ['ANA'] }, boards };
      const client = await ledger.as(claims, {}, language);
      const answered = body ? await client.post(path, body) : await client.get(path);
      return (answered.body as { detail: string }).detail;
    };
    expect(await detail('es', '/api/refused')).toBe('Su sesión no permite ver las filas rechazadas.');
    expect(await detail('en', '/api/refused')).toBe('Your session does not allow looking at refused rows.');
    const other = { kpi: 'gross', dimension: 'advisor', member: 'LUZ' };
    expect(await detail('es', '/api/peers', other)).toBe('«LUZ» no está en la cartera que usted ve.');
    expect(await detail('en', '/api/peers', other)).toBe('"LUZ" is not in the portfolio that you see.');
    expect(await detail('es', '/api/health', undefined, ['pulso'])).toBe(
      'Su sesión no incluye el tablero «Salud de datos», al que pertenece esta consulta.',
    );
    expect(await detail('en', '/api/clients?find=ana', undefined, ['pulso'])).toBe(
      'Your session does not include the board "Client", which this request belongs to.',
    );
  });
});

describe('a workbook', () => {
  const asked = (source: object, format = 'xlsx') => exportRequest.parse({ format, source });
  const file = (locale: Locale, source: object, format?: string) =>
    ledger.house.read(async ({ desk }) =>
      Buffer.from(await (await exportFile(desk, asked(source, format), locale, 'ana')).arrayBuffer()),
    );
  const heads = async (locale: Locale, source: object) =>
    (await readSheet(await file(locale, source), locale === 'es' ? 'Datos' : 'Data'))[0];
  const question = { kpi: 'gross', by: ['office'], compare: ['2026-06-27'] };

  it('speaks the language of whoever takes it', async () => {
    const source = { of: 'ask', question };
    expect(await heads('es', source)).toEqual(
      'Oficina,Oficina (nombre),Valor,Numerador,Denominador,Motivo,Moneda,Valor al 2026-06-27'.split(','),
    );
    expect(await heads('en', source)).toEqual(
      'Office,Office (name),Value,Numerator,Denominator,Reason,Currency,Value on 2026-06-27'.split(','),
    );
    const sheets = (await readSheets(await file('en', source))).map(({ sheet }) => sheet);
    expect(sheets).toEqual(['Cover', 'Data']);
  });

  it('of a change names its causes', async () => {
    const source = { of: 'change', change: { from: '2026-06-28', to: '2026-06-29', by: 'office' } };
    expect(await heads('es', source)).toEqual(
      'Moneda,Oficina,Nombre,Al comienzo,Al final,Cambio,Recaudado'.split(','),
    );
  });

  it('of receipts or refused rows does so, too', async () => {
    const receipts = await heads('es', { of: 'receipts', question: { kpi: 'gross' }, at: {} });
    expect(receipts).toContain('Días de mora');
    expect(await heads('es', { of: 'refused' })).toContain('Línea');
  });

  it('has no column without words', () => {
    const { marts } = readCatalogue();
    const dimensions = Object.values(marts).flatMap((mart) => Object.keys(mart.dimensions));
    for (const name of new Set([...dimensions, ...LENS_DIMENSIONS]))
      for (const locale of ['es', 'en'] as const) expect(headOf(name, locale), name).not.toBe(name);
  });

  it('is not what a program reads: there names are the same in every language', async () => {
    const csv = (await file('es', { of: 'ask', question }, 'csv')).toString('utf8');
    expect(csv.split('\r\n')[0]).toBe(
      '\ufeffoffice,office_name,value,numerator,denominator,reason,currency,value_2026-06-27',
    );
  });
});
