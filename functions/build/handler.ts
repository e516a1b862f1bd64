import * as z from 'zod';
import type { Config } from '../core/config.ts';
import { businessDate } from '../core/dates.ts';
import type { Lake } from '../lake/lake.ts';
import { openLake } from '../lake/openLake.ts';
import { configSetting, emptyDisk, numberSetting, setting } from '../lambda/environment.ts';
import { type Call, jobHandler } from '../lambda/job.ts';
import { lawNames } from '../warehouse/lawNames.ts';
import { type KeptServing, keepServing } from './keepServing.ts';
import { buildInSlices } from './slices.ts';

const event = z.strictObject({
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  stale: z.boolean().optional(),
  /** Leave what is published as one file for `serve`, and build nothing. */
  serving: z.literal(true).optional(),
});

export interface Built {
  /** `more`: call again. */
  readonly status: 'published' | 'unchanged' | 'more';
  /** One build a slice. */
  readonly builds: readonly string[];
  readonly days: { readonly from: string; readonly to: string; readonly count: number } | null;
  /** Days that are left where there is more. */
  readonly left: number;
  /** Laws of severity warning that are broken; they hold nothing up. */
  readonly warnings: readonly string[];
}

/**
 * The Lambda entry. Environment: ALTURAS_LAKE (`s3://bucket/prefix`), ALTURAS_CONFIG_YAML, ALTURAS_SLICE_ROWS
 * (receipts x days built and published at once).
 */
export const handler = jobHandler('build', event, async (asked, call): Promise<Built | KeptServing> => {
  await emptyDisk();
  const [lake, config] = [await openLake(setting('ALTURAS_LAKE')), configSetting(lawNames)];
  return asked.serving ? keepServing(lake, config) : buildMissing(lake, config, asked, call);
});

async function buildMissing(
  lake: Lake,
  config: Config,
  { from, to, stale }: z.infer<typeof event>,
  call: Call,
): Promise<Built> {
  const { status, reports, left } = await buildInSlices(lake, {
    config,
    ...(from === undefined ? {} : { from: businessDate(from) }),
    ...(to === undefined ? {} : { to: businessDate(to) }),
    ...(stale === undefined ? {} : { stale }),
    remainingMs: call.remainingMs,
    rowsPerSlice: numberSetting('ALTURAS_SLICE_ROWS', 4_000_000),
    onProgress: (step) => step.done && call.logger.debug('built', { ...step }),
  });
  const days = reports.flatMap((report) =>
    report.status === 'published' && report.days ? [report.days] : [],
  );
  const warnings = reports.flatMap(({ broken }) => broken);
  call.count('DaysLeft', left);
  call.count('LawsWarning', warnings.length);
  for (const { law, rows, en, evidence } of warnings) call.logger.warn('law', { law, rows, en, evidence });
  const [first, last] = [days[0], days.at(-1)];
  const count = days.reduce((sum, one) => sum + one.count, 0);
  return {
    status,
    builds: reports.flatMap(({ build }) => (build === null ? [] : [build])),
    days: first && last ? { from: first.from, to: last.to, count } : null,
    left,
    warnings: [...new Set(warnings.map(({ law }) => law))],
  };
}
