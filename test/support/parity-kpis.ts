import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BusinessDate } from '../../functions/core/dates.ts';
import { Session } from '../../functions/engine/duckdb.ts';
import { DuckEngine } from '../../functions/engine/duckEngine.ts';
import { publishedCodec } from '../../functions/engine/publishedCodec.ts';
import { readPublished } from '../../functions/lake/published.ts';
import { type Basis, type Catalogue, type Kpi, readCatalogue } from '../../functions/query/catalogue.ts';
import { answerDimensions, martOf, type Selection, selectKpi } from '../../functions/query/select.ts';
import { name, type Statement, sql, value } from '../../functions/query/statement.ts';
import { checkModels } from '../../functions/warehouse/check.ts';
import { PublishedIndex } from '../../functions/warehouse/publishedIndex.ts';
import { GlueCatalogue } from './glue.ts';
import type { SharedLake } from './parity-build.ts';
import { compareRows, newLine, type ParityLine, timed } from './parity-lines.ts';
import { TrinoClient } from './trino-client.ts';
import { TrinoEngine } from './trino-engine.ts';
import { TrinoRelations } from './trino-relations.ts';

const rowsOf = (mart: string, day: BusinessDate): Statement =>
  sql`select * from ${name(mart)} where as_of = cast(${value(day)} as date)`;

/** Statements that Trino plans at once. */
const AT_ONCE = 3;

/**
 * Every KPI of the catalogue on every basis, as functions/query compiles it, on both engines over the published marts
 * of a day.
 * @returns one line a KPI; its passes are its bases
 */
export async function kpisOnBothEngines(
  shared: SharedLake,
  servers: { readonly trino: string; readonly glue: string },
  asOf: BusinessDate,
): Promise<readonly ParityLine[]> {
  const catalogue = readCatalogue();
  const scratch = await shared.lake.scratch();
  const session = await Session.open({ scratch: join(scratch, 'rows'), memoryLimit: '500MB' });
  const duckdb = await DuckEngine.open(shared.lake, { scratch: join(scratch, 'spill') });
  try {
    const trino = new TrinoEngine(
      new TrinoClient(servers.trino),
      new TrinoRelations(new GlueCatalogue(servers.glue), shared.bucket, shared.prefix, session),
      shared.bucket,
      session,
    );
    const { rows } = await readPublished(shared.lake, publishedCodec(session, scratch));
    const published = new PublishedIndex(rows);
    const { project } = await checkModels();
    for (const name of Object.keys(catalogue.marts)) {
      const columns = project.models.find((model) => model.name === name)?.header.columns ?? [];
      const relation = { kind: 'files', name, columns, files: published.files(name, [asOf]) } as const;
      trino.supply(relation);
      await duckdb.supply(relation);
    }
    const lines = new Map(catalogue.kpis.map(({ id }) => [id, newLine(id)]));
    const questions = catalogue.kpis.flatMap((kpi) =>
      Object.values(kpi.bases).map((basis) => ({ kpi, selection: selectionOf(catalogue, kpi, basis) })),
    );
    const lane = async (): Promise<void> => {
      for (let next = questions.shift(); next; next = questions.shift()) {
        const { kpi, selection } = next;
        const line = lines.get(kpi.id);
        if (!line) continue;
        // Published marts keep the month to date.
        const select = selectKpi(
          selection,
          rowsOf(kpi.from, asOf),
          kpi.periods.length === 0 ? null : 'month',
        ).render();
        const statement = await trino.statement(select);
        const left = await timed(line, 'duckdb', () => duckdb.rows(select));
        const right = await timed(line, 'trino', () => trino.run(statement));
        compareRows(line, left, right);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return [...lines.values()];
  } finally {
    await duckdb.close();
    session.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A KPI by company and office, with its default parameter. */
function selectionOf(catalogue: Catalogue, kpi: Kpi, basis: Basis): Selection {
  const mart = martOf(catalogue, kpi);
  const parameter = kpi.parameter?.default ?? null;
  if (mart.form === 'cube') {
    const by = answerDimensions(kpi, basis, ['company', 'office']);
    return { kpi, parameter, basis, mart, by, filters: [] };
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
