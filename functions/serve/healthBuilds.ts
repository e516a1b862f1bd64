import { businessDate } from '../core/dates.ts';
import type { Desk } from '../query/desk.ts';
import type { Calendar } from '../warehouse/days.ts';
import { grainLaw } from '../warehouse/laws.ts';
import type { Manifest } from '../warehouse/manifest.ts';
import { EVERY_DAY } from '../warehouse/publishedIndex.ts';
import { signatures } from '../warehouse/signatures.ts';
import type { HealthResponse } from './api.ts';

const MOST_BUILDS = 30;

/** A build as health tells of it. */
export interface KnownBuild {
  readonly manifest: Manifest;
  readonly publish: number | null;
  /** A law stopped it, and nothing was published since in the place of what it made. */
  readonly refused: boolean;
}

/** Builds that a law keeps back first, for they are newer than all that is published; then the newest publish first. */
export async function buildsOf(desk: Desk, calendar: Calendar): Promise<KnownBuild[]> {
  const publishes = new Map(desk.published.rows.map(({ build, seq }) => [build, seq]));
  const names: string[] = [];
  for await (const { key } of desk.lake.list('builds/')) {
    const name = key.endsWith('/manifest.json') ? key.split('/')[1] : undefined;
    if (name !== undefined) names.push(name);
  }
  const shown = names
    .filter((name) => publishes.has(name))
    .sort((a, b) => (publishes.get(b) ?? 0) - (publishes.get(a) ?? 0) || (a < b ? -1 : 1))
    .slice(0, MOST_BUILDS);
  const read = async (some: readonly string[]): Promise<KnownBuild[]> =>
    (await Promise.all(some.map((name) => desk.manifests.get(name)))).flatMap((manifest) =>
      manifest === null ? [] : [{ manifest, publish: publishes.get(manifest.build) ?? null, refused: false }],
    );
  const others = await Promise.all(
    (await read(names.filter((name) => !publishes.has(name)))).map(async (one) => ({
      ...one,
      refused: await isKeptBack(desk, calendar, one.manifest),
    })),
  );
  const unpublished = others.sort((a, b) => (knowledgeOf(a) < knowledgeOf(b) ? 1 : -1));
  return [
    ...unpublished.filter(({ refused }) => refused),
    ...(await read(shown)),
    ...unpublished.filter(({ refused }) => !refused),
  ].slice(0, MOST_BUILDS);
}

/** A manifest has no clock: what its newest day knew says how new it is. */
function knowledgeOf({ manifest }: KnownBuild): string {
  return manifest.days.reduce((newest, { known_at }) => (known_at > newest ? known_at : newest), '');
}

/**
 * Whether a law stopped a build whose place is still empty: a day version of it is not published, or only
 * as models or a configuration made it that are not today's.
 */
async function isKeptBack(desk: Desk, calendar: Calendar, manifest: Manifest): Promise<boolean> {
  if (manifest.published) return false;
  const today = signatures(desk.project, desk.config);
  const isOfToday = (model: string, { models }: Manifest): boolean =>
    models[model]?.signature === today.get(model);
  for (const { as_of, known_at, models } of manifest.days) {
    const version = calendar.versionsOf(businessDate(as_of)).find(({ knownAt }) => knownAt === known_at);
    if (!version) continue;
    for (const model of models.filter((name) => today.has(name))) {
      const row = desk.publishedIndex.holding(model, version);
      if (!row) {
        // Of a day that grew old meanwhile, tables that keep few days are built no more.
        if (desk.publishedIndex.holding(EVERY_DAY, version)) continue;
        return true;
      }
      if (!isOfToday(model, manifest)) continue;
      const holder = await desk.manifests.get(row.build);
      if (holder && !isOfToday(model, holder)) return true;
    }
  }
  return false;
}

/** Every law with what the newest build that checked it found, one that it stopped included. */
export function lawsOf(desk: Desk, builds: readonly KnownBuild[]): HealthResponse['laws'] {
  const told = builds.filter(({ publish, refused }) => publish !== null || refused);
  const grains = desk.project.models.map(grainLaw).flatMap((law) => {
    const found = foundOf(told, law.name);
    return found && found.rows > 0 ? [law] : [];
  });
  // One that no build has checked yet neither holds nor is broken.
  return [...desk.project.laws, ...grains].flatMap(({ name, header }) => {
    const found = foundOf(told, name);
    if (found === null) return [];
    const { severity, rows, build } = found;
    return [{ law: name, es: header.es, en: header.en, severity, rows, build }];
  });
}

function foundOf(builds: readonly KnownBuild[], name: string) {
  for (const { manifest } of builds) {
    const check = manifest.checks.find(({ law }) => law === name);
    if (check) return { ...check, build: manifest.build };
  }
  return null;
}
