import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type BusinessDate, eachDay } from '../core/dates.ts';
import type { AthenaSettings } from '../engine/athena/settings.ts';
import { Session } from '../engine/duckdb.ts';
import { DuckEngine } from '../engine/duckEngine.ts';
import type { Engine } from '../engine/engine.ts';
import { publishedCodec } from '../engine/publishedCodec.ts';
import type { Lake } from '../lake/lake.ts';
import { type PublishedRow, readPublished } from '../lake/published.ts';
import { type Basis, type Catalogue, type Kpi, readCatalogue } from '../query/catalogue.ts';
import { answerDimensions, martOf, type Selection, selectKpi, sumsItsOwnRows } from '../query/select.ts';
import { name, type Statement, sql, value } from '../query/statement.ts';
import { checkModels } from '../warehouse/check.ts';
import { compareRows, type ParityLine, parityTotal } from '../warehouse/parityLines.ts';
import { PublishedIndex } from '../warehouse/publishedIndex.ts';

/** Queries that Athena runs at once. */
const AT_ONCE = 3;

/**
 * Every KPI of the catalogue on every basis, as functions/query compiles it: on DuckDB over the marts of one lake, on
 * Athena over those of the other, for the newest day that the first has of each mart.
 * @returns one line a KPI, over its bases
 */
export async function compareKpis(left: Lake, right: Lake, athena: AthenaSettings): Promise<ParityLine[]> {
  const catalogue = readCatalogue();
  const scratch = await left.scratch();
  const engines: Engine[] = [];
  try {
    const duckdb = await DuckEngine.open(left, { scratch: path.join(scratch, 'left') });
    engines.push(duckdb);
    // Loaded only here: no other command needs the SDK of Athena.
    const { AthenaEngine } = await import('../engine/athena/athenaEngine.ts');
    const trino = await AthenaEngine.open(right, { scratch: path.join(scratch, 'right') }, athena);
    engines.push(trino);
    const [leftRows, rightRows] = [await publishedRows(left, scratch), await publishedRows(right, scratch)];
    const newest = await newestDays(catalogue, leftRows, duckdb);
    const days = new Map([...newest].map(([mart, day]) => [mart, [day]]));
    await supplyMarts(days, leftRows, duckdb);
    await supplyMarts(days, rightRows, trino);
    const questions = catalogue.kpis.flatMap((kpi) =>
      Object.values(kpi.bases).map((basis) => ({ kpi, selection: selectionOf(catalogue, kpi, basis) })),
    );
    const lines = new Map<string, ParityLine[]>(catalogue.kpis.map(({ id }) => [id, []]));
    const lane = async (): Promise<void> => {
      for (let next = questions.shift(); next; next = questions.shift()) {
        const { kpi, selection } = next;
        // Published marts keep the month to date.
        const period = kpi.periods.length === 0 ? null : 'month';
        const asOf = newest.get(kpi.from);
        if (asOf === undefined) continue;
        const select = selectKpi(selection, rowsOf(kpi.from, asOf), period).render();
        const [ours, theirs] = [await duckdb.rows(select), await trino.rows(select)];
        lines.get(kpi.id)?.push(compareRows(kpi.id, ours, theirs));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return [...lines].map(([id, some]) => parityTotal(some, id));
  } finally {
    for (const engine of engines) await engine.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

const rowsOf = (mart: string, day: BusinessDate): Statement =>
  sql`select * from ${name(mart)} where as_of = cast(${value(day)} as date)`;

/** The newest day on which each mart has rows: some are kept at month ends, some have rows on few days. */
async function newestDays(
  catalogue: Catalogue,
  rows: readonly PublishedRow[],
  engine: Engine,
): Promise<ReadonlyMap<string, BusinessDate>> {
  const days = new Map<string, Set<BusinessDate>>(
    Object.keys(catalogue.marts).map((mart) => [mart, new Set()]),
  );
  for (const { table_name: mart, first_day: first, last_day: last } of rows)
    for (const day of eachDay(first, last)) days.get(mart)?.add(day);
  const published = new Map([...days].map(([mart, kept]) => [mart, [...kept].sort()]));
  await supplyMarts(published, rows, engine);
  const newest = new Map<string, BusinessDate>();
  for (const mart of published.keys()) {
    const [row] = await engine.rows(
      sql`select cast(max(as_of) as varchar) as day from ${name(mart)}`.render(),
    );
    if (row?.day) newest.set(mart, row.day as BusinessDate);
  }
  return newest;
}

async function supplyMarts(
  days: ReadonlyMap<string, readonly BusinessDate[]>,
  rows: readonly PublishedRow[],
  engine: Engine,
): Promise<void> {
  const published = new PublishedIndex(rows);
  const { project } = await checkModels();
  for (const [mart, wanted] of days) {
    const columns = project.models.find((model) => model.name === mart)?.header.columns ?? [];
    await engine.supply({ kind: 'files', name: mart, columns, files: published.files(mart, wanted) });
  }
}

async function publishedRows(lake: Lake, scratch: string): Promise<readonly PublishedRow[]> {
  const session = await Session.open({ scratch, trino: false, threads: 1 });
  try {
    return (await readPublished(lake, publishedCodec(session, scratch))).rows;
  } finally {
    session.close();
  }
}

/** A KPI by company and office, and by company alone, with its default parameter. */
function selectionOf(catalogue: Catalogue, kpi: Kpi, basis: Basis): Selection {
  const mart = martOf(catalogue, kpi);
  const parameter = kpi.parameter?.default ?? null;
  if (mart.form === 'cube') {
    const by = answerDimensions(kpi, basis, ['company', 'office']);
    const selection = { kpi, parameter, basis, mart, by, filters: [] };
    if (!sumsItsOwnRows(selection)) return selection;
    return { ...selection, totalBy: by.filter((one) => one !== 'office') };
  }
  const dimensions = { ...mart.dimensions, company: 'company', member: 'member', dimension: 'dimension' };
  return {
    kpi,
    parameter,
    basis,
    mart: { ...mart, dimensions },
    by: ['company', 'member', ...kpi.always_by],
    filters: [{ column: 'dimension', members: ['office', 'total'] }],
  };
}
