import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from '../../functions/build/build.ts';
import { type Config, defaultConfig } from '../../functions/core/config.ts';
import { businessDate } from '../../functions/core/dates.ts';
import { Session } from '../../functions/engine/duckdb.ts';
import type { Lake } from '../../functions/lake/lake.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { landDeliveries } from '../../functions/land/land.ts';
import { readReplayMapping } from '../../functions/land/replay/mapping.ts';
import { type ReplaySummary, writeReplay } from '../../functions/land/replay/replay.ts';
import type { LandingReport } from '../../functions/land/report.ts';

export interface Replayed {
  readonly lake: Lake;
  readonly summary: ReplaySummary;
  readonly landing: LandingReport;
}

/** Replays a register into a lake below `folder` by the ordinary jobs, and builds it unless told not to. */
export async function replayRegister(
  folder: string,
  options: {
    readonly register: string;
    readonly payments?: string;
    readonly mapping: string;
    readonly from: string;
    readonly to: string;
    readonly config?: Config;
    readonly build?: boolean;
  },
): Promise<Replayed> {
  await mkdir(folder, { recursive: true });
  const lake = await openLake(join(folder, 'lake'));
  const config = options.config ?? defaultConfig();
  const directory = join(folder, `deliveries-${options.from}`);
  const session = await Session.open({ scratch: join(folder, 'scratch'), trino: false });
  try {
    const summary = await writeReplay(session, {
      register: options.register,
      ...(options.payments === undefined ? {} : { payments: options.payments }),
      mapping: readReplayMapping(options.mapping, 'mapping.yml'),
      from: businessDate(options.from),
      to: businessDate(options.to),
      directory,
    });
    const landing = await landDeliveries(lake, [directory], { config });
    if (options.build !== false && landing.rejected === 0) {
      const report = await build(lake, { config });
      if (report.status === 'refused') throw new Error(JSON.stringify(report.broken, null, 1));
    }
    return { lake, summary, landing };
  } finally {
    session.close();
  }
}
