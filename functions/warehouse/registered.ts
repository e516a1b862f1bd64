import { setTimeout as sleep } from 'node:timers/promises';
import { isFeedName } from '../contracts/feeds.ts';
import { GlueTables } from '../engine/athena/glueTables.ts';
import type { AthenaSettings } from '../engine/athena/settings.ts';
import type { Column } from '../engine/engine.ts';
import type { Lake } from '../lake/lake.ts';
import type { NewPublishedRow } from '../lake/published.ts';
import { buildsTable } from './glue.ts';
import type { Project } from './project.ts';
import { feedColumns } from './supplied.ts';

/** `ledger/<feed>/as_of=D/delivery=X/part-0.parquet`, as landing stores snapshots and events. */
const LEDGER_FILE =
  /^(?<folder>ledger\/(?<feed>\w+)\/as_of=(?<day>[^/]+)\/delivery=(?<delivery>[^/]+)\/)[^/]+$/;

interface Wanted {
  readonly columns: readonly Column[];
  /** Folder by partition values as JSON: files of one folder are one partition. */
  readonly folders: Map<string, string>;
}

const SETTLE_MS = 20_000;

/**
 * Registers the partitions of a build that is not published yet, and those of the deliveries that it read: nobody
 * sees the rows before the pointer names the build, so a run that dies in between leaves no half of a table.
 *
 * Then it waits. A query learns the partitions when it is planned and reads the pointer when it runs: one that was
 * planned before the partitions stood, and ran after the build was published, would miss its rows.
 * @param inputs keys of the files that the build read
 * @throws AlturasError `GLUE_REFUSED`
 */
export async function registerBuild(
  settings: AthenaSettings,
  lake: Lake,
  project: Project,
  rows: readonly NewPublishedRow[],
  inputs: readonly string[],
): Promise<void> {
  const wanted = new Map<string, Wanted>();
  const want = (table: string, columns: readonly Column[], values: readonly string[], folder: string) => {
    const some = wanted.get(table) ?? { columns, folders: new Map<string, string>() };
    some.folders.set(JSON.stringify(values), folder);
    wanted.set(table, some);
  };
  for (const { table_name, period, build, path } of rows) {
    const columns = project.models.find(({ name }) => name === table_name)?.header.columns ?? [];
    want(buildsTable(table_name), columns, [period, build], path.slice(0, path.lastIndexOf('/') + 1));
  }
  for (const key of inputs) {
    const { folder, feed, day, delivery } = LEDGER_FILE.exec(key)?.groups ?? {};
    if (folder === undefined || feed === undefined || day === undefined || delivery === undefined) continue;
    if (!isFeedName(feed)) continue;
    const columns = (feedColumns(feed) ?? []).filter(({ name }) => name !== 'as_of' && name !== 'delivery');
    want(feed, columns, [day, delivery], folder);
  }
  const glue = new GlueTables(settings.database);
  try {
    for (const [name, { columns, folders }] of wanted)
      await glue.addPartitions(
        { name, columns, format: 'files' },
        [...folders].map(([values, folder]) => ({
          values: JSON.parse(values) as string[],
          location: `${lake.location}/${folder}`,
        })),
      );
  } finally {
    glue.close();
  }
  if (rows.length > 0) await sleep(settings.settleMs ?? SETTLE_MS);
}
