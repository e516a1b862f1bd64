import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type Config, configHash } from '../core/config.ts';
import { FOREVER, type LocalTimestamp } from '../core/dates.ts';
import { Session } from '../engine/duckdb.ts';
import { DuckEngine } from '../engine/duckEngine.ts';
import type { Relation } from '../engine/engine.ts';
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
import { type Catalogue, configured, readCatalogue } from './catalogue.ts';
import { DayMemory } from './dayMemory.ts';
import { KeptRows } from './keptRows.ts';
import { type ServedFile, type Serving, servedFiles } from './serving.ts';
import { Standing } from './standing.ts';
import { stayIn } from './staying.ts';

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
  /** Whoever closes the room leaves its scratch folder. */
  readonly leave: () => void;
  readonly serving: Serving | null;
  /** Settles when the serving file holds this publish; until then what it lacks is read from the lake's files. */
  readonly filled: Promise<void>;
  /** How the keys begin of what is made on demand and kept. */
  readonly standing: Standing;
  readonly catalogue: Catalogue;
  readonly days: DayMemory;
  readonly kept: KeptRows;
}

interface RoomOptions {
  /** A file of published marts to read from, which this refreshes. */
  readonly serving?: Serving;
  /** A room whose unchanged parts are taken over. */
  readonly before?: Room;
  /** Does not wait until the serving file holds all that is published. */
  readonly fillsLater?: boolean;
}

/** Opens what is published now, or leaves nothing behind. */
export async function openRoom(lake: Lake, config: Config, options: RoomOptions = {}): Promise<Room> {
  const scratch = await lake.scratch();
  try {
    return await furnished(lake, config, scratch, options);
  } catch (error) {
    // A house tries again and again: what a failed attempt leaves would add up.
    await rm(scratch, { recursive: true, force: true });
    throw error;
  }
}

async function furnished(
  lake: Lake,
  config: Config,
  scratch: string,
  { serving, before, fillsLater }: RoomOptions,
): Promise<Room> {
  const session = await Session.open({ scratch: path.join(scratch, 'spill') });
  try {
    const project = before?.project ?? (await readProjectChecked());
    const published = await readPublished(lake, publishedCodec(session, scratch));
    const deliveries = new DeliveryIndex(lake);
    const ledger = new Ledger(await deliveries.entries());
    const engine = await DuckEngine.over(lake, session);
    const publishedIndex = new PublishedIndex(published.rows);
    const standing = new Standing({
      published: published.rows,
      deliveries: ledger.calendar.deliveries,
      config: configHash(config),
      models: project.models.map(({ hash }) => hash),
    });
    const filled = fill(
      serving,
      servedFiles(project, publishedIndex, (feed) => feedOfAll(ledger, config, feed)),
      engine,
      standing,
    );
    if (fillsLater) filled.catch(() => undefined);
    else await filled;
    const parts = { config, ledger, engine, project, published: publishedIndex, scratch };
    return {
      ...parts,
      leave: stayIn(scratch),
      lake,
      deliveries,
      published,
      publishedIndex,
      manifests: before?.manifests ?? new Manifests(lake),
      materializer: new Materializer(parts),
      serving: serving ?? null,
      filled,
      standing,
      catalogue: before?.catalogue ?? configured(readCatalogue(), config),
      days: new DayMemory(),
      kept: new KeptRows(
        scratch,
        (select, file) =>
          serving?.readers.use((reader) => reader.copyToParquet(select, file)) ??
          engine.write(select, [], file),
      ),
    };
  } catch (error) {
    session.close();
    throw error;
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
