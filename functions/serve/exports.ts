import type { z } from 'zod';
import { businessDate } from '../core/dates.ts';
import { findKpi } from '../query/catalogue.ts';
import type { Desk } from '../query/desk.ts';
import type { Exit } from '../query/policy.ts';
import { refusedRows } from '../query/refused.ts';
import type { AskAnswer, Cell, exportRequest } from './api.ts';
import { ask } from './ask.ts';
import { changeView } from './change.ts';
import { headOf, SHEETS } from './columnWords.ts';
import { FORMATS } from './formats.ts';
import type { Locale } from './problems.ts';
import type { Provenance } from './provenance.ts';
import { receiptsBehindCell } from './receipts.ts';
import type { Table, TableCell, TableColumn } from './table.ts';

export type ExportAsked = z.output<typeof exportRequest>;

/** A refused-rows file at most; more belong in a conversation with the sender. */
const MOST_REFUSED = 100_000;

const SOURCE_EXITS: Readonly<Record<ExportAsked['source']['of'], Exit>> = {
  ask: 'view',
  change: 'view',
  receipts: 'drill',
  refused: 'refused',
};

/** What a file needs: its format, and what its rows are. */
export function exitsOfExport({ format, source }: ExportAsked): Exit[] {
  return [format, SOURCE_EXITS[source.of]];
}

/** Refused rows stand on one board; figures and their receipts on several. */
export function boardOfExport({ source }: ExportAsked): 'salud' | null {
  return source.of === 'refused' ? 'salud' : null;
}

/** A file of what a board shows, with the same rows by the same way. */
export async function exportFile(
  desk: Desk,
  asked: ExportAsked,
  locale: Locale,
  subject: string,
): Promise<Response> {
  const table = await tableOf(desk, asked, locale, subject);
  const { type, write } = FORMATS[asked.format];
  const name = table.title
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^\w.-]+/g, '-')
    .slice(0, 80);
  return new Response(Buffer.from(await write(table)), {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}.${asked.format}"`,
      'x-alturas-rows': String(table.rows.length),
      'x-alturas-provenance': headerOf(table.provenance),
    },
  });
}

/** What fits into a header beside the others. */
const LONGEST_FILTERS = 2_000;

/** Provenance as one line of ASCII; filters of many members are in the file's own words only, if it has any. */
function headerOf(provenance: Provenance): string {
  const long = JSON.stringify(provenance.filters).length > LONGEST_FILTERS;
  const { filters: _, ...rest } = provenance;
  return JSON.stringify(long ? rest : provenance).replace(
    /[\u007f-\uffff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function provenanceOnly(told: Provenance): Provenance {
  const { as_of, known_at, build, publish, engine, filters, policy, tie_out, row_count } = told;
  return { as_of, known_at, build, publish, engine, filters, policy, tie_out, row_count };
}

/** The rows of an export, before any format. */
export async function tableOf(
  desk: Desk,
  asked: ExportAsked,
  locale: Locale,
  subject: string,
): Promise<Table> {
  const table = await rowsOf(desk, asked, locale, subject);
  const words = asked.source.of === 'refused' ? 'refused' : 'figures';
  return {
    ...table,
    heads: table.columns.map(({ name }) => headOf(name, locale, words)),
    sheets: { cover: SHEETS.cover[locale], rows: SHEETS.rows[locale] },
  };
}

async function rowsOf(
  desk: Desk,
  { source, title }: ExportAsked,
  locale: Locale,
  subject: string,
): Promise<Omit<Table, 'heads' | 'sheets'>> {
  const told = (told: Provenance, more: readonly (readonly [string, string])[] = []) => ({
    provenance: provenanceOnly(told),
    cover: coverOf(desk, told, locale, subject, more),
  });
  switch (source.of) {
    case 'ask': {
      const { limit: _limit, ...question } = source.question;
      const answer = await ask(desk, question);
      const { kpi } = findKpi(desk.catalogue, answer.kpi);
      return {
        title: title ?? `${kpi[locale]} ${answer.as_of}`,
        ...askTable(answer),
        ...told(answer, [
          [WORDS.kpi[locale], `${kpi[locale]} (${answer.kpi})`],
          [WORDS.formula[locale], kpi.formula[locale]],
          [WORDS.basis[locale], answer.basis],
          ...(answer.period === null
            ? []
            : ([
                [WORDS.period[locale], `${answer.period.kind}: ${answer.period.opened} → ${answer.as_of}`],
              ] as const)),
        ]),
      };
    }
    case 'receipts': {
      const all = await receiptsBehindCell(desk, source);
      const { answer, row, behind, equal } = all;
      const { kpi } = findKpi(desk.catalogue, source.question.kpi);
      const money = /^-?\d+\.\d{2}$/.test(behind.sum);
      return {
        title: title ?? `${kpi[locale]} ${answer.as_of} ${WORDS.receipts[locale]}`,
        columns: RECEIPT_COLUMNS.map(([name, kind]) => ({
          name,
          kind: name === 'amount' && !money ? 'number' : kind,
        })),
        rows: all.rows.map((one) => RECEIPT_COLUMNS.map(([name]) => one[name] ?? null)),
        ...told(
          {
            as_of: answer.as_of,
            known_at: answer.known_at,
            build: answer.build,
            publish: desk.published.seq,
            engine: desk.engineVersion,
            filters: [...source.question.filters],
            policy: desk.policy,
            tie_out: 'unchecked',
            row_count: all.rows.length,
          },
          [
            [WORDS.kpi[locale], `${kpi[locale]} (${source.question.kpi})`],
            [WORDS.cell[locale], JSON.stringify(source.at)],
            [WORDS.figure[locale], String(row[source.part] ?? '')],
            [WORDS.sum[locale], `${behind.sum} ${equal ? '=' : '≠'}`],
          ],
        ),
      };
    }
    case 'change': {
      const view = await changeView(desk, source.change);
      const causes = view.causes.map(({ cause }) => cause);
      return {
        title: title ?? `${view.measure} ${view.from} ${view.to}`,
        columns: [
          { name: 'currency', kind: 'text' },
          { name: view.by ?? 'total', kind: 'text' },
          { name: 'name', kind: 'text' },
          ...['opening', 'closing', 'change', ...causes].map((name) => ({ name, kind: 'money' as const })),
        ],
        rows: view.blocks.flatMap(({ currency, total, members }) =>
          (view.by === null ? [{ member: null, ...total }] : members).map((one) => [
            currency,
            one.member,
            view.labels[view.by ?? '']?.[one.member ?? ''] ?? null,
            one.opening,
            one.closing,
            one.change,
            ...causes.map((cause) => one.causes[cause] ?? '0.00'),
          ]),
        ),
        ...told(view, [[WORDS.period[locale], `${view.from} → ${view.to}`]]),
      };
    }
    case 'refused': {
      const { total, rows } = await refusedRows(desk, {
        feed: source.feed,
        day: source.day === undefined ? undefined : businessDate(source.day),
        offset: 0,
        limit: MOST_REFUSED,
      });
      const newest = desk.newestDay();
      const names = [
        'feed',
        'day',
        'company',
        'file',
        'line',
        'column',
        'value',
        'code',
        'reason_es',
        'reason',
        'raw',
      ] as const;
      return {
        title: title ?? WORDS.refused[locale],
        columns: names.map((name) => ({ name, kind: name === 'day' ? 'day' : 'text' })),
        rows: rows.map((row) => names.map((name) => row[name])),
        ...told({
          as_of: newest,
          known_at: desk.knowledge(newest, undefined).knownAt,
          build: '',
          publish: desk.published.seq,
          engine: desk.engineVersion,
          filters: [],
          policy: desk.policy,
          tie_out: 'unchecked',
          row_count: total,
        }),
      };
    }
  }
}

const RECEIPT_COLUMNS = [
  ['company', 'text'],
  ['receipt', 'text'],
  ['amount', 'money'],
  ['client', 'text'],
  ['client_name', 'text'],
  ['policy', 'text'],
  ['line', 'text'],
  ['office', 'text'],
  ['advisor', 'text'],
  ['clerk', 'text'],
  ['intermediary', 'text'],
  ['currency', 'text'],
  ['due_date', 'day'],
  ['dpd', 'whole'],
  ['altura', 'text'],
  ['open_total', 'money'],
] as const satisfies readonly (readonly [string, TableColumn['kind']])[];

/** Members with their names, then the parts of the figure, then its value on the compare days. */
function askTable(answer: AskAnswer): Pick<Table, 'columns' | 'rows'> {
  const kindOf = (pick: (cell: Cell) => TableCell): TableColumn['kind'] => {
    const cells = answer.rows.map(pick).filter((cell) => cell !== null);
    if (cells.length > 0 && cells.every((cell) => /^-?\d+\.\d{2}$/.test(String(cell)))) return 'money';
    return cells.length > 0 && cells.every((cell) => /^-?\d+$/.test(String(cell))) && answer.unit === 'count'
      ? 'whole'
      : 'number';
  };
  const named = answer.by.filter((dimension) => answer.labels[dimension] !== undefined);
  return {
    columns: [
      ...answer.by.flatMap((dimension): TableColumn[] => [
        { name: dimension, kind: 'text' },
        ...(named.includes(dimension) ? [{ name: `${dimension}_name`, kind: 'text' } as const] : []),
      ]),
      { name: 'value', kind: kindOf(({ value }) => value) },
      { name: 'numerator', kind: kindOf(({ numerator }) => numerator) },
      { name: 'denominator', kind: kindOf(({ denominator }) => denominator) },
      { name: 'reason', kind: 'text' },
      ...answer.compare.map(
        ({ as_of }): TableColumn => ({
          name: `value_${as_of}`,
          kind: kindOf(({ value }) => value),
        }),
      ),
    ],
    rows: answer.rows.map((row) => [
      ...answer.by.flatMap((dimension) => {
        const member = row.dimensions[dimension] ?? null;
        return named.includes(dimension)
          ? [member, answer.labels[dimension]?.[member ?? ''] ?? null]
          : [member];
      }),
      row.value,
      row.numerator,
      row.denominator,
      row.reason,
      ...row.compare.map(({ value }) => value),
    ]),
  };
}

const WORDS = {
  kpi: { es: 'Indicador', en: 'KPI' },
  formula: { es: 'Fórmula', en: 'Formula' },
  basis: { es: 'Base', en: 'Basis' },
  period: { es: 'Periodo', en: 'Period' },
  cell: { es: 'Celda', en: 'Cell' },
  figure: { es: 'Cifra', en: 'Figure' },
  sum: { es: 'Suma de los recibos', en: 'Sum of the receipts' },
  receipts: { es: 'recibos', en: 'receipts' },
  refused: { es: 'Filas rechazadas', en: 'Refused rows' },
  asOf: { es: 'Fecha de corte', en: 'As of' },
  knownAt: { es: 'Como se conocía el', en: 'Known at' },
  filters: { es: 'Filtros', en: 'Filters' },
  none: { es: 'ninguno', en: 'none' },
  policy: { es: 'Política', en: 'Policy' },
  scope: { es: 'Alcance', en: 'Scope' },
  all: { es: 'todo', en: 'all' },
  personal: { es: 'Datos personales', en: 'Personal data' },
  shown: { es: 'visibles', en: 'shown' },
  masked: { es: 'enmascarados', en: 'masked' },
  tieOut: { es: 'Conciliación', en: 'Tie-out' },
  unchecked: { es: 'sin conciliar', en: 'not reconciled' },
  build: { es: 'Construcción', en: 'Build' },
  rows: { es: 'Filas', en: 'Rows' },
  by: { es: 'Generado por', en: 'Made by' },
} as const;

function coverOf(
  desk: Desk,
  told: Provenance,
  locale: Locale,
  subject: string,
  more: readonly (readonly [string, string])[],
): (readonly [string, string])[] {
  const { scope, role, personal } = desk.caller;
  const members = (some: readonly (string | null)[]) => some.map((one) => one ?? '–').join(', ');
  return [
    ...more,
    [WORDS.asOf[locale], told.as_of],
    [WORDS.knownAt[locale], told.known_at],
    [
      WORDS.filters[locale],
      told.filters.map(({ column, members: some }) => `${column}: ${members(some)}`).join('; ') ||
        WORDS.none[locale],
    ],
    [WORDS.policy[locale], `${told.policy} (${role})`],
    [
      WORDS.scope[locale],
      scope === 'all'
        ? WORDS.all[locale]
        : Object.entries(scope)
            .map(([column, some]) => `${column}: ${members(some)}`)
            .join('; ') || WORDS.none[locale],
    ],
    [WORDS.personal[locale], personal ? WORDS.shown[locale] : WORDS.masked[locale]],
    [WORDS.tieOut[locale], WORDS.unchecked[locale]],
    [WORDS.build[locale], `${told.build} · ${told.engine} · #${told.publish}`],
    [WORDS.rows[locale], String(told.row_count)],
    [WORDS.by[locale], subject],
  ];
}
