import path from 'node:path';
import { canonicalJson, sha256 } from '../core/canonical.ts';
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
import { type Serving, servedFiles } from './serving.ts';

/** What all desks of one publish share. */
export interface Room {
  readonly lake: Lake;
  readonly config: Config;
  readonly ledger: Ledger;
  readonly engine: DuckEngine;
  readonly project: Project;
  readonly publishedIndex: PublishedIndex;
  readonly published: Published;
  readonly manifests: Manifests;
  readonly materializer: Materializer;
  readonly scratch: string;
  readonly serving: Serving | null;
  /** How the keys begin of what is made on demand and kept: all that it stands on, by hash. */
  readonly made: string;
  readonly catalogue: Catalogue;
  readonly companies: Map<string, Promise<readonly Row[]>>;
  readonly days: DayMemory;
}

/**
 * Opens what is published now.
 * @param options.serving a file of published marts to read from, which this refreshes
 * @param options.before a room whose unchanged parts are taken over
 */
export async function openRoom(
  lake: Lake,
  config: Config,
  options: { readonly serving?: Serving; readonly before?: Room } = {},
): Promise<Room> {
  const scratch = await lake.scratch();
  const session = await Session.open({ scratch, trino: false, threads: 1 });
  try {
    const before = options.before;
    const project = before?.project ?? (await readProjectChecked());
    const published = await readPublished(lake, publishedCodec(session, scratch));
    const ledger = new Ledger(await new DeliveryIndex(lake).entries());
    const engine = await DuckEngine.open(lake, { scratch: path.join(scratch, 'spill') });
    const publishedIndex = new PublishedIndex(published.rows);
    const stands = {
      published: published.rows,
      config: configHash(config),
      models: project.models.map(({ hash }) => hash),
      deliveries: ledger.calendar.deliveries.map(({ delivery }) => delivery),
    };
    const made = `made/${sha256(canonicalJson(stands))}/`;
    await options.serving?.refresh(
      servedFiles(project, publishedIndex, (feed) => feedOfAll(ledger, config, feed)),
      engine,
      made,
    );
    const parts = { config, ledger, engine, project, published: publishedIndex, scratch };
    return {
      ...parts,
      lake,
      published,
      publishedIndex,
      manifests: new Manifests(lake),
      materializer: new Materializer(parts),
      serving: options.serving ?? null,
      made,
      catalogue: before?.catalogue ?? readCatalogue(),
      companies: new Map(),
      days: new DayMemory(),
    };
  } finally {
    session.close();
  }
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
