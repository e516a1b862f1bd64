import path from 'node:path';
import { type Config, configHash } from '../core/config.ts';
import { FOREVER, type LocalTimestamp } from '../core/dates.ts';
import { Session } from '../engine/duckdb.ts';
import { DuckEngine } from '../engine/duckEngine.ts';
import type { Relation, Row } from '../engine/engine.ts';
import { publishedCodec } from '../engine/publishedCodec.ts';
import { DeliveryIndex } from '../lake/deliveries.ts';
import type { Lake } from '../lake/lake.ts';
import { type Published, readPublished } from '../lake/published.ts';
import { checkModels } from '../warehouse/check.ts';
import { refuseFindings } from '../warehouse/finding.ts';
import { Manifests } from '../warehouse/manifest.ts';
import { Materializer } from '../warehouse/materialize.ts';
import type { Project } from '../warehouse/project.ts';
import { PublishedIndex } from '../warehouse/publishedIndex.ts';
import { feedRelation, Ledger } from '../warehouse/relations.ts';
import { type Catalogue, readCatalogue } from './catalogue.ts';
import { DayMemory } from './dayMemory.ts';
import { KeptRows } from './keptRows.ts';
import { type ServedFile, type Serving, servedFiles } from './serving.ts';
import { Standing } from './standing.ts';

/** What all desks of one publish share. */
export interface Room {
  readonly lake: Lake;
  readonly config: Config;
  readonly ledger: Ledger;
  readonly deliveries: DeliveryIndex;
  readonly engine: DuckEngine;
  readonly project: Project;
  readonly publishedIndex: PublishedIndex;
  readonly published: Published;
  readonly manifests: Manifests;
  readonly materializer: Materializer;
  readonly scratch: string;
  readonly serving: Serving | null;
  /** Settles when the serving file holds this publish; until then what it lacks is read from the lake's files. */
  readonly filled: Promise<void>;
  /** How the keys begin of what is made on demand and kept. */
  readonly standing: Standing;
  readonly catalogue: Catalogue;
  /** Every state of every company, once it was asked for. */
  readonly companies: { states: Promise<readonly Row[]> | null };
  readonly days: DayMemory;
  readonly kept: KeptRows;
}

/**
 * Opens what is published now.
 * @param options.serving a file of published marts to read from, which this refreshes
 * @param options.before a room whose unchanged parts are taken over
 * @param options.fillsLater does not wait until the serving file holds all that is published
 */
export async function openRoom(
  lake: Lake,
  config: Config,
  options: { readonly serving?: Serving; readonly before?: Room; readonly fillsLater?: boolean } = {},
): Promise<Room> {
  const scratch = await lake.scratch();
  const session = await Session.open({ scratch, trino: false, threads: 1 });
  try {
    const before = options.before;
    const project = before?.project ?? (await readProjectChecked());
    const published = await readPublished(lake, publishedCodec(session, scratch));
    const deliveries = new DeliveryIndex(lake);
    const ledger = new Ledger(await deliveries.entries());
    const engine = await DuckEngine.open(lake, { scratch: path.join(scratch, 'spill') });
    const publishedIndex = new PublishedIndex(published.rows);
    const standing = new Standing({
      published: published.rows,
      deliveries: ledger.calendar.deliveries,
      config: configHash(config),
      models: project.models.map(({ hash }) => hash),
    });
    const filled = fill(
      options.serving,
      servedFiles(project, publishedIndex, (feed) => feedOfAll(ledger, config, feed)),
      engine,
      standing,
    );
    if (options.fillsLater) filled.catch(() => undefined);
    else await filled;
    const parts = { config, ledger, engine, project, published: publishedIndex, scratch };
    return {
      ...parts,
      lake,
      deliveries,
      published,
      publishedIndex,
      manifests: new Manifests(lake),
      materializer: new Materializer(parts),
      serving: options.serving ?? null,
      filled,
      standing,
      catalogue: before?.catalogue ?? readCatalogue(),
      companies: { states: null },
      days: new DayMemory(),
      kept: new KeptRows(
        scratch,
        (select, file) =>
          options.serving?.readers.use((reader) => reader.copyToParquet(select, file)) ??
          engine.write(select, [], file),
      ),
    };
  } finally {
    session.close();
  }
}

async function fill(
  serving: Serving | undefined,
  files: readonly ServedFile[],
  engine: DuckEngine,
  standing: Standing,
): Promise<void> {
  await serving?.refresh(files, engine, (key) => standing.holds(key));
}

/** All files of a feed that were known at a moment. */
export function feedOfAll(
  ledger: Ledger,
  config: Config,
  feed: string,
  knownAt: LocalTimestamp = FOREVER,
): Relation {
  const { calendar } = ledger;
  const newest = calendar.versions.findLast((version) => version.knownAt <= knownAt);
  const days = newest ? [calendar.plan(newest.asOf, newest.knownAt, 'restated')] : [];
  return feedRelation({ ledger, config, days, periods: [], knownAt, mode: 'restated' }, feed, [
    { kind: 'all' },
  ]);
}

async function readProjectChecked(): Promise<Project> {
  const { project, findings } = await checkModels();
  refuseFindings(findings);
  return project;
}
