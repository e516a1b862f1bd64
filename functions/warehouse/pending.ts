import { rm } from 'node:fs/promises';
import type { BusinessDate } from '../core/dates.ts';
import { Session } from '../engine/duckdb.ts';
import { publishedCodec } from '../engine/publishedCodec.ts';
import type { Lake } from '../lake/lake.ts';
import { snapshotRows } from './plan.ts';
import { type PlanOptions, planBuild } from './planBuild.ts';

/** A day with something to build, and how many receipts its versions hold together. */
export interface PendingDay {
  readonly asOf: BusinessDate;
  readonly rows: number;
}

/**
 * The days that `buildRange` would build with the same options, in order.
 * @throws AlturasError `MODELS_INVALID`
 */
export async function pendingDays(lake: Lake, options: PlanOptions): Promise<PendingDay[]> {
  const scratch = await lake.scratch();
  const session = await Session.open({ scratch, trino: false, threads: 1 });
  try {
    const { plan, ledger } = await planBuild(lake, publishedCodec(session, scratch), options);
    const pending = new Map<BusinessDate, number>();
    for (const { days } of plan)
      for (const day of days) pending.set(day.asOf, (pending.get(day.asOf) ?? 0) + snapshotRows(day, ledger));
    return [...pending].sort(([a], [b]) => (a < b ? -1 : 1)).map(([asOf, held]) => ({ asOf, rows: held }));
  } finally {
    session.close();
    await rm(scratch, { recursive: true, force: true });
  }
}
