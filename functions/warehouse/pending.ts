import { rm } from 'node:fs/promises';
import { configHash } from '../core/config.ts';
import type { BusinessDate } from '../core/dates.ts';
import { Session } from '../engine/duckdb.ts';
import { publishedCodec } from '../engine/publishedCodec.ts';
import { DeliveryIndex } from '../lake/deliveries.ts';
import type { Lake } from '../lake/lake.ts';
import { readPublished } from '../lake/published.ts';
import { type BuildOptions, staleness } from './buildRange.ts';
import { checkModels } from './check.ts';
import { refuseFindings } from './finding.ts';
import { planPasses, snapshotRows } from './plan.ts';
import { signatures } from './project.ts';
import { PublishedIndex } from './publishedIndex.ts';
import { Ledger } from './relations.ts';

/** A day with something to build, and how many receipts its versions hold together. */
export interface PendingDay {
  readonly asOf: BusinessDate;
  readonly rows: number;
}

/**
 * The days that `buildRange` would build with the same options, in order.
 * @throws AlturasError `MODELS_INVALID`
 */
export async function pendingDays(lake: Lake, options: BuildOptions): Promise<PendingDay[]> {
  const scratch = await lake.scratch();
  const session = await Session.open({ scratch, trino: false, threads: 1 });
  try {
    const { project, findings } = await checkModels(options.models);
    refuseFindings(findings);
    const ledger = new Ledger(await new DeliveryIndex(lake).entries());
    const { rows } = await readPublished(lake, publishedCodec(session, scratch));
    const signed = signatures(project, configHash(options.config));
    const input = {
      project,
      ledger,
      published: new PublishedIndex(rows),
      config: options.config,
      from: options.from,
      to: options.to,
      rowsPerPass: Number.POSITIVE_INFINITY,
      isStale: options.stale === true ? await staleness(lake, project, signed, rows) : () => false,
    };
    const pending = new Map<BusinessDate, number>();
    for (const { days } of planPasses(input))
      for (const day of days) pending.set(day.asOf, (pending.get(day.asOf) ?? 0) + snapshotRows(day, input));
    return [...pending].sort(([a], [b]) => (a < b ? -1 : 1)).map(([asOf, held]) => ({ asOf, rows: held }));
  } finally {
    session.close();
    await rm(scratch, { recursive: true, force: true });
  }
}
