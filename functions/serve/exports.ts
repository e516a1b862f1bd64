import type * as z from 'zod';
import { businessDate } from '../core/dates.ts';
import { findKpi } from '../query/catalogue.ts';
import type { Desk } from '../query/desk.ts';
import { partUnits } from '../query/partUnit.ts';
import type { Exit } from '../query/policy.ts';
import { refusedRows } from '../query/refused.ts';
import { type AskAnswer, type exportRequest, provenance as provenanceShape } from './api.ts';
import { ask } from './ask.ts';
import { changeView } from './change.ts';
import { headOf, SHEETS } from './columnWords.ts';
import { coverOf } from './cover.ts';
import { MEASURE_WORDS, UNITS, WORDS } from './coverWords.ts';
import { askRows, changeRows, receiptRows, refusedTable } from './exportRows.ts';
import { FORMATS } from './formats.ts';
import type { Locale } from './problems.ts';
import { type Provenance, provenanceOf, refusedProvenance } from './provenance.ts';
import { receiptsBehindCell } from './receipts.ts';
import type { FigureFacts, Table } from './table.ts';

export type ExportAsked = z.output<typeof exportRequest>;
type Source = ExportAsked['source'];
type SourceOf<Name extends Source['of']> = Extract<Source, { readonly of: Name }>;

/** A refused-rows file at most; more belong in a conversation with the sender. */
const MOST_REFUSED = 100_000;

const SOURCE_EXITS: Readonly<Record<Source['of'], Exit>> = {
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

/** What fits into a header beside the others, of each of these. */
const LONGEST = 2_000;
const MAY_BE_LONG = ['filters', 'filter_notes', 'compare', 'currencies'] as const;

/** Provenance as one line of ASCII; filters of many members and many days are in the file's own words only, if it has any. */
function headerOf(told: Table['provenance']): string {
  const short: Record<string, unknown> = { ...told };
  for (const name of MAY_BE_LONG) if (JSON.stringify(told[name] ?? []).length > LONGEST) delete short[name];
  return JSON.stringify(short).replace(
    /[\u007f-\uffff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Rows that leave, before anything is said of them. */
interface Found extends Pick<Table, 'columns' | 'rows'> {
  readonly title: string;
  readonly provenance: Provenance;
  readonly figures: FigureFacts;
  /** The first lines of the cover: what it is of. */
  readonly cover: readonly (readonly [string, string])[];
  /** Columns whose words are not those that they always have. */
  readonly heads?: Readonly<Record<string, string>>;
}

/** The rows of an export, before any format. */
export async function tableOf(
  desk: Desk,
  { source, title }: Pick<ExportAsked, 'source' | 'title'>,
  locale: Locale,
  subject: string,
): Promise<Table> {
  const { columns, rows, provenance, figures, cover, ...found } = await foundOf(desk, source, locale);
  const words = source.of === 'refused' || source.of === 'receipts' ? source.of : 'figures';
  return {
    title: title ?? found.title,
    columns,
    rows,
    heads: columns.map(({ name }) => found.heads?.[name] ?? headOf(name, locale, words)),
    sheets: { cover: SHEETS.cover[locale], rows: SHEETS.rows[locale] },
    cover: coverOf(desk, provenance, figures, locale, subject, cover),
    provenance: { ...provenance, ...figures },
  };
}

function foundOf(desk: Desk, source: Source, locale: Locale): Promise<Found> {
  switch (source.of) {
    case 'ask':
      return askFound(desk, source, locale);
    case 'receipts':
      return receiptsFound(desk, source, locale);
    case 'change':
      return changeFound(desk, source, locale);
    case 'refused':
      return refusedFound(desk, source, locale);
  }
}

/** What goes for any figure of an answer. */
function factsOf(
  desk: Desk,
  answer: Pick<AskAnswer, 'kpi' | 'basis' | 'unit' | 'period' | 'as_of' | 'on_demand'>,
): FigureFacts {
  const { numerator_unit: numerator, denominator_unit: denominator } = partUnits(desk, answer);
  return {
    kpi: answer.kpi,
    unit: answer.unit,
    ...(denominator === null ? {} : { numerator_unit: numerator ?? 'number', denominator_unit: denominator }),
    basis: answer.basis,
    period: answer.period && {
      kind: answer.period.kind,
      opened: answer.period.opened,
      closed: answer.as_of,
    },
    on_demand: answer.on_demand,
  };
}

const currencyOf = (currencies: readonly string[]): Pick<FigureFacts, 'currency' | 'currencies'> => ({
  currency: currencies.length === 1 ? (currencies[0] ?? null) : null,
  currencies,
});

async function askFound(desk: Desk, { question }: SourceOf<'ask'>, locale: Locale): Promise<Found> {
  const { limit: _limit, ...whole } = question;
  const answer = await ask(desk, whole);
  const { kpi } = findKpi(desk.catalogue, answer.kpi);
  const currencies = [...new Set(answer.rows.flatMap(({ currency }) => currency ?? []))].sort();
  const figures: FigureFacts = {
    ...factsOf(desk, answer),
    ...currencyOf(currencies),
    compare: answer.compare,
  };
  const heads = Object.fromEntries(
    (['numerator', 'denominator'] as const).flatMap((part) =>
      figures[`${part}_unit`] === 'money_days'
        ? [[part, `${headOf(part, locale)} (${UNITS.money_days[locale]})`]]
        : [],
    ),
  );
  return {
    title: `${kpi[locale]} ${answer.as_of}`,
    ...askRows(answer),
    provenance: provenanceShape.parse(answer),
    figures,
    heads,
    cover: [
      [WORDS.kpi[locale], `${kpi[locale]} (${answer.kpi})`],
      [WORDS.formula[locale], kpi.formula[locale]],
    ],
  };
}

async function receiptsFound(desk: Desk, source: SourceOf<'receipts'>, locale: Locale): Promise<Found> {
  const { answer, row, behind, equal, rows } = await receiptsBehindCell(desk, source);
  const { kpi } = findKpi(desk.catalogue, source.question.kpi);
  const figures: FigureFacts = {
    ...factsOf(desk, answer),
    ...currencyOf(behind.currency === null ? [] : [behind.currency]),
    part: source.part,
    amount_unit: behind.unit,
  };
  return {
    title: `${kpi[locale]} ${answer.as_of} ${WORDS.receipts[locale]}`,
    ...receiptRows(rows, behind.unit, behind.currency),
    provenance: await provenanceOf(desk, {
      asOf: answer.as_of,
      knownAt: answer.known_at,
      build: answer.build,
      filters: source.question.filters,
      rows: rows.length,
      carried: answer.carried,
      inferred: answer.inferred,
    }),
    figures,
    ...(behind.unit === 'money' ? {} : { heads: { amount: capital(UNITS[behind.unit][locale]) } }),
    cover: [
      [WORDS.kpi[locale], `${kpi[locale]} (${source.question.kpi})`],
      [WORDS.formula[locale], kpi.formula[locale]],
      [WORDS.cell[locale], JSON.stringify(source.at)],
      [WORDS.figure[locale], String(row[source.part] ?? '')],
      [WORDS.sum[locale], `${behind.sum} ${equal ? '=' : '≠'}`],
    ],
  };
}

const capital = (text: string): string => `${text.charAt(0).toLocaleUpperCase()}${text.slice(1)}`;

async function changeFound(desk: Desk, { change }: SourceOf<'change'>, locale: Locale): Promise<Found> {
  const view = await changeView(desk, change);
  const measure = MEASURE_WORDS[view.measure][locale];
  return {
    title: `${measure} ${view.from} ${view.to}`,
    ...changeRows(view),
    provenance: provenanceShape.parse(view),
    figures: {
      measure: view.measure,
      unit: 'money',
      ...currencyOf(view.blocks.map(({ currency }) => currency)),
      period: { kind: 'change', opened: view.from, closed: view.to },
    },
    cover: [[WORDS.measure[locale], `${measure} (${view.measure})`]],
  };
}

async function refusedFound(desk: Desk, source: SourceOf<'refused'>, locale: Locale): Promise<Found> {
  const { total, rows } = await refusedRows(desk, {
    feed: source.feed,
    day: source.day === undefined ? undefined : businessDate(source.day),
    offset: 0,
    limit: MOST_REFUSED,
  });
  return {
    title: WORDS.refused[locale],
    ...refusedTable(rows),
    provenance: await refusedProvenance(desk, source, total),
    figures: {},
    cover: [],
  };
}
