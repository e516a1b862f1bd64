import { AlturasError } from '../core/errors.ts';
import { athenaOf } from '../engine/athena/settings.ts';
import type { Lake } from '../lake/lake.ts';
import { type BuildOptions, buildRange } from '../warehouse/buildRange.ts';
import type { BuildReport } from '../warehouse/report.ts';

/** Each lost race means that another builder published something; so many in a row mean that one should wait. */
const ATTEMPTS = 3;

/**
 * The job: builds every delivered day that is not built yet (carried days and re-deliveries included), with `stale`
 * also those that no longer match their models, and publishes all of it at once or nothing. When another builder
 * published the same days first, what is still missing is built on top of that. Where Athena is, the environment says
 * unless the options do (ALTURAS_GLUE_DATABASE, ALTURAS_ATHENA_WORKGROUP).
 * @throws AlturasError as `buildRange`; `PUBLISH_CONFLICT` only after several lost races
 */
export async function build(lake: Lake, options: BuildOptions): Promise<BuildReport> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await buildRange(lake, { ...options, athena: options.athena ?? athenaOf(process.env) });
    } catch (error) {
      const lost = error instanceof AlturasError && error.code === 'PUBLISH_CONFLICT';
      if (!lost || attempt >= ATTEMPTS) throw error;
    }
  }
}
