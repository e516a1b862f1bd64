import { rm } from 'node:fs/promises';
import { Session } from '../engine/duckdb.ts';
import { publishedCodec } from '../engine/publishedCodec.ts';
import type { Lake } from '../lake/lake.ts';
import { readPublished } from '../lake/published.ts';
import { type Manifest, Manifests } from '../warehouse/manifest.ts';

/** A build as it is told at a terminal. */
export interface BuildLine {
  readonly build: string;
  /** What its newest day knew: a build has no clock of its own. */
  readonly known_at: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly days: number;
  readonly tables: number;
  readonly rows: number;
  /** `published`: files of it are visible; `replaced`: none is any more; `refused`: laws kept it back; `unfinished`: it ended midway. */
  readonly state: 'published' | 'replaced' | 'refused' | 'unfinished';
  /** Of the publish that its files came with. */
  readonly publish: number | null;
  /** Laws that kept it back. */
  readonly broken: readonly string[];
}

/** The builds of a lake, those that know most first. */
export async function buildLines(lake: Lake, last: number): Promise<BuildLine[]> {
  const names = new Set<string>();
  for await (const { key } of lake.list('builds/')) names.add(key.split('/')[1] ?? '');
  const publishes = await publishesOf(lake);
  const manifests = new Manifests(lake);
  const lines = await Promise.all(
    [...names].map(async (name) => lineOf(name, await manifests.get(name), publishes.get(name) ?? null)),
  );
  const newness = (line: BuildLine): string => `${line.known_at ?? ''} ${line.publish ?? ''} ${line.build}`;
  return lines.sort((a, b) => (newness(a) < newness(b) ? 1 : -1)).slice(0, last);
}

function lineOf(build: string, manifest: Manifest | null, publish: number | null): BuildLine {
  if (manifest === null) {
    return {
      ...{ build, known_at: null, from: null, to: null, days: 0, tables: 0, rows: 0 },
      ...{ state: 'unfinished', publish, broken: [] },
    };
  }
  const days = [...new Set(manifest.days.map(({ as_of }) => as_of))].sort();
  const broken = manifest.checks.filter(({ severity, rows }) => severity === 'error' && rows > 0);
  return {
    build,
    known_at:
      manifest.days
        .map(({ known_at }) => known_at)
        .sort()
        .at(-1) ?? null,
    from: days[0] ?? null,
    to: days.at(-1) ?? null,
    days: days.length,
    tables: new Set(manifest.outputs.map(({ path }) => path.split('/')[1])).size,
    rows: manifest.outputs.reduce((sum, { rows }) => sum + rows, 0),
    state: publish !== null ? 'published' : manifest.published ? 'replaced' : 'refused',
    publish,
    broken: broken.map(({ law }) => law),
  };
}

async function publishesOf(lake: Lake): Promise<ReadonlyMap<string, number>> {
  const scratch = await lake.scratch();
  const session = await Session.open({ scratch, trino: false });
  try {
    const { rows } = await readPublished(lake, publishedCodec(session, scratch));
    return new Map(rows.map(({ build, seq }) => [build, seq]));
  } finally {
    session.close();
    await rm(scratch, { recursive: true, force: true });
  }
}
