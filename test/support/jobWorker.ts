// A process that loads everything, says so, waits for a task, then lands deliveries into a lake and builds them, until
// it is killed or done. It announces every write to the lake just before making it.
import { build } from '../../functions/build/build.ts';
import { defaultConfig } from '../../functions/core/config.ts';
import type { Lake } from '../../functions/lake/lake.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { landDeliveries } from '../../functions/land/land.ts';

/** What a worker is asked to do. */
export interface JobTask {
  readonly lake: string;
  /** Delivery folders, in the order of their cut-offs. */
  readonly deliveries: readonly string[];
}

/** What a worker says, in this order; `writes` many times. */
export type JobNews =
  | { readonly kind: 'ready' }
  | { readonly kind: 'writes'; readonly key: string }
  | { readonly kind: 'done'; readonly accepted: number; readonly unchanged: number; readonly build: string };

function say(news: JobNews): void {
  process.send?.(news);
}

/** The lake, with every write told. */
function toldWrites(lake: Lake): Lake {
  const told = <T>(key: string, write: () => T): T => {
    say({ kind: 'writes', key });
    return write();
  };
  return {
    location: lake.location,
    head: (key) => lake.head(key),
    get: (key) => lake.get(key),
    list: (prefix) => lake.list(prefix),
    remove: (keys) => lake.remove(keys),
    localPaths: (keys) => lake.localPaths(keys),
    scratch: () => lake.scratch(),
    sweep: (olderThanMs) => lake.sweep(olderThanMs),
    put: (key, body, condition) => told(key, () => lake.put(key, body, condition)),
    putFile: (key, path, options) => told(key, () => lake.putFile(key, path, options)),
  };
}

process.once('message', async (task: JobTask) => {
  const lake = toldWrites(await openLake(task.lake));
  // Some rows are refused on purpose.
  const config = { ...defaultConfig(), error_budget: { default: 1, feeds: {} } };
  const landed = await landDeliveries(lake, task.deliveries, { config, threads: 2, memoryMb: 200 });
  if (landed.rejected > 0) throw new Error('a delivery was rejected');
  const report = await build(lake, { config, threads: 1 });
  say({ kind: 'done', accepted: landed.accepted, unchanged: landed.unchanged, build: report.status });
  process.disconnect();
});
say({ kind: 'ready' });
