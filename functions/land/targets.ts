import type { Finding } from '../contracts/delivery.ts';
import { TARGETED_DIMENSIONS, TARGETED_KPIS } from '../contracts/targets.ts';
import { orMeant } from '../core/nearest.ts';
import { literal, type Session } from '../engine/duckdb.ts';
import type { Row } from '../engine/engine.ts';
import type { DeliveryWork } from './work.ts';

/** Reports, delivery by delivery, targets that no scorecard looks at: they land, and nobody is measured by them. */
export async function reportUnusedTargets(session: Session, works: readonly DeliveryWork[]): Promise<void> {
  const files = works.flatMap((work) => {
    const path = work.feeds.get('targets')?.converted?.ledger;
    return path === undefined ? [] : [{ work, path }];
  });
  if (files.length === 0) return;
  // The whole of a company is told as its own member, or as `total` of `total`.
  const rows = await session.rows(
    `SELECT file_index AS place, dimension, kpi,
       CASE WHEN dimension = 'company' AND member <> company OR dimension = 'total' AND member <> 'total'
         THEN dimension || ' ' || member END AS member, count(*) AS n
     FROM read_parquet([${files.map(({ path }) => literal(path)).join(', ')}], hive_partitioning = false)
     GROUP BY ALL ORDER BY ALL`,
  );
  for (const [place, { work }] of files.entries()) {
    const own = rows.filter((row) => Number(row.place) === place);
    const strange = (column: string, names: readonly string[]) =>
      own.filter((row) => !names.includes(String(row[column])));
    work.findings.push(
      ...unused('dimension', strange('dimension', TARGETED_DIMENSIONS), TARGETED_DIMENSIONS),
      ...unused('kpi', strange('kpi', TARGETED_KPIS), TARGETED_KPIS),
      ...unused(
        'member',
        own.filter(({ member }) => member !== null),
        ['company with the company itself', 'total with total'],
      ),
    );
  }
}

function unused(column: string, rows: readonly Row[], expected: readonly string[]): Finding[] {
  const [first] = rows;
  if (!first) return [];
  const count = rows.reduce((sum, { n }) => sum + Number(n), 0);
  const example = String(first[column]);
  return [
    {
      code: 'TARGET_UNUSED',
      severity: 'warning',
      feed: 'targets',
      column,
      message:
        `${count} rows have a ${column} that no scorecard measures, for example ${example}` +
        `${orMeant(example, expected).replace(/[?]$/, '')} (expected: ${expected.join(', ')})`,
      count,
    },
  ];
}
