import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from '@uwdata/flechette';
import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Session } from '../../../functions/engine/duckdb.ts';
import { exportRequest } from '../../../functions/serve/api.ts';
import { exportFile } from '../../../functions/serve/exports.ts';
import type { Locale } from '../../../functions/serve/problems.ts';
import { deliveredOn, Ledger } from '../../support/ledgerFixture.ts';
import { ServedLedger } from '../../support/servedLedger.ts';

const BEFORE = '2026-06-28';
/** Carried: without a delivery of its own. */
const DAY = '2026-06-30';
const NEVER = '2020-01-01';

let ledger: ServedLedger;

/** Pesos and dollars in one company, and a company of dollars whose movements are inferred. */
beforeAll(async () => {
  const plan = new Ledger(deliveredOn('2026-06-27', BEFORE, '2026-06-29', '2026-07-01'));
  plan.rate('USD', 'COP', '2026-06-27', '4000.25');
  const co = plan.company('CO');
  const open = { issued: '2026-06-27', due: BEFORE, policy: 'P1' };
  co.receipt('1', { ...open, total: '1000.10', office: '01', client: 'C1' });
  co.receipt('2', { ...open, total: '10.01', office: '01', client: 'C2', currency: 'USD' });
  co.receipt('3', { ...open, total: 300, office: '02', client: 'C3' }).paid('99.99', '2026-06-29');
  const pa = plan.company('PA', { currency: 'USD', country: 'PA', movementSource: 'INFERRED' });
  pa.receipt('5', { ...open, total: 70, office: '01', client: 'C9' });
  ledger = await ServedLedger.of(plan);
}, 300_000);
afterAll(() => ledger.close());

type Format = 'csv' | 'xlsx' | 'parquet' | 'arrow';

const CO = { column: 'company', members: ['CO'] };

async function file(source: object, format: Format, locale: Locale = 'es') {
  const asked = exportRequest.parse({ format, source });
  return ledger.house.read(async ({ desk }) => {
    const response = await exportFile(desk, asked, locale, 'ana');
    const bytes = Buffer.from(await response.arrayBuffer());
    return { bytes, told: JSON.parse(response.headers.get('x-alturas-provenance') ?? '') as Told };
  });
}

type Told = Readonly<Record<string, unknown>>;

/** The rows of a CSV file by the names of its columns. */
async function csvOf(source: object): Promise<Record<string, string>[]> {
  const { bytes } = await file(source, 'csv');
  const [head = '', ...lines] = bytes.toString('utf8').replace('\ufeff', '').trimEnd().split('\r\n');
  const names = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at], cell])));
}

async function coverOf(source: object, locale: Locale = 'es'): Promise<Record<string, string>> {
  const { bytes } = await file(source, 'xlsx', locale);
  const rows = await readSheet(bytes, locale === 'es' ? 'Portada' : 'Cover');
  return Object.fromEntries(rows.map(([key, value]) => [String(key), String(value)]));
}

async function headsOf(source: object, locale: Locale = 'es'): Promise<string[]> {
  const { bytes } = await file(source, 'xlsx', locale);
  const [heads = []] = await readSheet(bytes, locale === 'es' ? 'Datos' : 'Data');
  return heads.map(String);
}

/** The amounts of one column in cents, in every format. */
async function centsOf(source: object, name: string): Promise<Record<Format, string[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'alturas-files-'));
  const session = await Session.open({ scratch: folder, trino: false });
  try {
    const cents = (text: string) => String(BigInt(text.replace('.', '')));
    await writeFile(join(folder, 'a.parquet'), (await file(source, 'parquet')).bytes);
    const parquet = await session.rows(`select * from read_parquet('${folder}/a.parquet')`);
    const table = tableFromIPC((await file(source, 'arrow')).bytes, { useDecimalInt: true });
    const [, ...sheet] = await readSheet((await file(source, 'xlsx')).bytes, 'Datos');
    const at = table.names.indexOf(name);
    return {
      csv: (await csvOf(source)).map((row) => cents(row[name] ?? '')),
      xlsx: sheet.map((row) => String(Math.round(Number(row[at]) * 100))),
      parquet: parquet.map((row) => cents(String(row[name]))),
      arrow: table.toArray().map((row) => String(row[name])),
    };
  } finally {
    session.close();
    await rm(folder, { recursive: true });
  }
}

describe('a file of figures', () => {
  const question = { kpi: 'gross', by: ['office'], as_of: DAY, compare: [BEFORE, NEVER] };
  const source = { of: 'ask', question };

  it('names the currency of each row, and why a day to compare has no value', async () => {
    const rows = await csvOf(source);
    expect(Object.keys(rows[0] ?? {})).toEqual(
      `company,company_name,office,office_name,value,numerator,denominator,reason,currency,value_${BEFORE},value_${NEVER},reason_${NEVER}`.split(
        ',',
      ),
    );
    expect(rows.map(({ company, office, value, currency }) => [company, office, value, currency])).toEqual([
      ['CO', '01', '41042.60', 'COP'],
      ['CO', '02', '200.01', 'COP'],
      ['PA', '01', '70.00', 'USD'],
    ]);
    expect(rows.map((row) => row[`reason_${NEVER}`])).toEqual(Array(3).fill('DAY_UNKNOWN'));
    const ofOne = await csvOf({ of: 'ask', question: { ...question, by: ['currency'], compare: [] } });
    expect(Object.keys(ofOne[0] ?? {}).filter((name) => name === 'currency')).toHaveLength(1);
  });

  it('is equal to the cent in every format', async () => {
    const all = await centsOf(source, 'value');
    expect(all.csv).toEqual(['4104260', '20001', '7000']);
    for (const format of ['xlsx', 'parquet', 'arrow'] as const) expect(all[format]).toEqual(all.csv);
  });

  it('says on its cover what its figures are, day by day', async () => {
    const es = await coverOf(source);
    expect(es).toMatchObject({
      Indicador: 'Cartera bruta (gross)',
      Unidad: 'importe',
      Moneda: 'COP, USD: la de cada fila',
      Base: 'closing',
      'Fecha de corte': DAY,
      Entrega: 'sin entrega ese día: saldos arrastrados',
      Movimientos: 'entregados',
      Cálculo: 'publicado',
      [`Comparado con el ${NEVER}`]: 'sin valores (DAY_UNKNOWN)',
    });
    expect(es[`Comparado con el ${BEFORE}`]).toMatch(/^como se conocía el 2026-06-28 \d.* · [0-9a-f]{16}$/);
    const one = { of: 'ask', question: { kpi: 'collected', filters: [CO], as_of: '2026-06-29' } };
    expect(await coverOf(one, 'en')).toMatchObject({
      Unit: 'money',
      Currency: 'COP',
      Period: 'month: 2026-05-31 → 2026-06-29',
      Delivery: 'of the day',
      Movements: 'as delivered',
      Made: 'as published',
    });
    const inferred = {
      of: 'ask',
      question: { kpi: 'collected', filters: [{ column: 'company', members: ['PA'] }] },
    };
    expect(await coverOf(inferred)).toMatchObject({ Movimientos: 'deducidos de las fotos', Moneda: 'USD' });
  });

  it('says the same to programs', async () => {
    const expected = {
      ...{ kpi: 'gross', unit: 'money', currency: null, currencies: ['COP', 'USD'], basis: 'closing' },
      ...{ period: null, carried: true, inferred: false, on_demand: false, filter_notes: [] },
      compare: [
        { as_of: BEFORE, reason: null, build: expect.any(String), known_at: expect.any(String) },
        { as_of: NEVER, reason: 'DAY_UNKNOWN', build: null, known_at: null },
      ],
    };
    expect((await file(source, 'csv')).told).toMatchObject(expected);
    const metadata = tableFromIPC((await file(source, 'arrow')).bytes).schema.metadata;
    expect(JSON.parse(metadata?.get('alturas') ?? '')).toMatchObject(expected);
  });

  it('names its weights where they are no money, its notes, and filters that no row passes', async () => {
    const weighted = { of: 'ask', question: { kpi: 'wadpd', filters: [CO], as_of: DAY } };
    expect(await headsOf(weighted)).toContain('Numerador (importe × días)');
    expect(await coverOf(weighted)).toMatchObject({
      Unidad: 'días',
      'Unidad, Numerador': 'importe × días',
      'Unidad, Denominador': 'importe',
      Moneda: 'COP',
    });
    const counted = { of: 'ask', question: { kpi: 'late_share', filters: [CO], as_of: DAY } };
    expect(await coverOf(counted)).toMatchObject({
      'Unidad, Numerador': 'cantidad',
      'Unidad, Denominador': 'cantidad',
    });
    const told = tableFromIPC((await file(counted, 'arrow')).bytes, { useBigInt: true }).toArray();
    expect(told.map((row) => [row.numerator, row.denominator])).toEqual([[1n, 1n]]);
    const absent = {
      of: 'ask',
      question: { kpi: 'attainment', filters: [CO, { column: 'office', members: ['X'] }] },
    };
    expect((await csvOf(absent))[0]).toMatchObject({ reason: 'FEED_ABSENT', notes: 'feed=targets' });
    expect(await coverOf(absent)).toMatchObject({ 'Filtros sin miembro conocido': 'office: X' });
  });
});

describe('a file of receipts', () => {
  const of = (kpi: string, more: object = {}) => ({
    of: 'receipts',
    question: { kpi, filters: [CO], as_of: DAY },
    ...more,
  });

  it('tells the currency of the amounts beside that of the documents', async () => {
    const rows = await csvOf(of('gross'));
    expect(
      rows.map(({ receipt, amount, currency, amount_currency: own }) => [receipt, amount, currency, own]),
    ).toEqual([
      ['1', '1000.10', 'COP', 'COP'],
      ['2', '40042.50', 'USD', 'COP'],
      ['3', '200.01', 'COP', 'COP'],
    ]);
    const heads = await headsOf(of('gross'));
    for (const head of ['Importe', 'Moneda del documento', 'Moneda del importe'])
      expect(heads).toContain(head);
    const all = await centsOf(of('gross'), 'amount');
    for (const format of ['xlsx', 'parquet', 'arrow'] as const) expect(all[format]).toEqual(all.csv);
  });

  it('says which part of which figure it is, and on which basis and period', async () => {
    expect(await coverOf(of('overdue_share', { part: 'denominator' }))).toMatchObject({
      Unidad: 'fracción (0,314 es 31,4 %)',
      Moneda: 'COP',
      Base: 'closing',
      Parte: 'Denominador (importe)',
      Entrega: 'sin entrega ese día: saldos arrastrados',
    });
    expect(await coverOf(of('collected'), 'en')).toMatchObject({
      Part: 'Numerator (money)',
      Period: `month: 2026-05-31 → ${DAY}`,
      Basis: 'booked',
    });
  });

  it('does not call money what is money times days', async () => {
    const source = of('wadpd');
    expect(await headsOf(source)).toContain('Importe × días');
    expect(await headsOf(source)).not.toContain('Importe');
    expect(await coverOf(source)).toMatchObject({ Parte: 'Numerador (importe × días)' });
    const all = await centsOf(source, 'amount');
    expect(all.csv).toEqual(['200020', '8008500', '40002']);
    for (const format of ['xlsx', 'parquet', 'arrow'] as const) expect(all[format]).toEqual(all.csv);
  });
});

describe('a file of a change', () => {
  it('names its measure in the language of the reader, and its currencies', async () => {
    const source = { of: 'change', change: { from: BEFORE, to: '2026-06-29', by: 'office' } };
    expect(await coverOf(source)).toMatchObject({
      [`Cartera bruta ${BEFORE} 2026-06-29`]: 'null',
      Medida: 'Cartera bruta (gross)',
      Moneda: 'COP, USD: la de cada fila',
      Periodo: `entre dos fechas: ${BEFORE} → 2026-06-29`,
      Movimientos: 'deducidos de las fotos',
    });
    expect(await coverOf({ ...source, change: { ...source.change, filters: [CO] } }, 'en')).toMatchObject({
      Measure: 'Gross receivables (gross)',
      Unit: 'money',
      Currency: 'COP',
      Movements: 'as delivered',
    });
  });

  it('by the currency of the documents keeps that of the company apart', async () => {
    const rows = await csvOf({ of: 'change', change: { from: BEFORE, to: '2026-06-29', by: 'currency' } });
    expect(rows.map((row) => [row.functional_currency, row.currency, row.closing])).toEqual([
      ['COP', 'COP', '1200.11'],
      ['COP', 'USD', '40042.50'],
      ['USD', 'USD', '70.00'],
    ]);
  });
});

describe('a file of refused rows', () => {
  it('names the day and the feed', async () => {
    const { told } = await file({ of: 'refused', feed: 'receipts', day: BEFORE }, 'csv');
    expect(told).toMatchObject({
      as_of: BEFORE,
      build: expect.stringMatching(/^[0-9a-f]{16}$/),
      filters: [
        { column: 'feed', members: ['receipts'] },
        { column: 'day', members: [BEFORE] },
      ],
    });
    expect(await coverOf({ of: 'refused' })).toMatchObject({
      Entrega: 'no aplica',
      Movimientos: 'no aplica',
    });
  });
});
