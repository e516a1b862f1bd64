import type { Lake } from '../lake/lake.ts';
import { type BuildOptions, buildRange } from '../warehouse/buildRange.ts';
import type { BuildReport } from '../warehouse/report.ts';

/**
 * The job: builds every delivered day that is not built yet (carried days and re-deliveries included), or with
 * `stale` also those that no longer match their models, and publishes all of it at once or nothing.
 *
 * A publish that loses against another builder is tried again on top of what that one published.
 * @throws AlturasError as `buildRange`
 */
export async function build(lake: Lake, options: BuildOptions): Promise<BuildReport> {
  return buildRange(lake, options);
}
