import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../core/config.ts';
import { Session } from '../engine/duckdb.ts';
import { publishedCodec } from '../engine/publishedCodec.ts';
import type { Lake } from '../lake/lake.ts';
import { type Published, readPublished } from '../lake/published.ts';
import { Desk } from '../query/desk.ts';
import { Serving, servedMarts } from '../query/serving.ts';
import { fetchServing, servingPrefix, storeServing } from '../query/servingFile.ts';
import { checkModels } from '../warehouse/check.ts';
import { PublishedIndex } from '../warehouse/publishedIndex.ts';

/**
 * Most bytes of stored marts that go into one file: it is nearly four times as large (measured), and the disk of a
 * function holds it twice on the way.
 */
const LARGEST_BYTES = 500_000_000;

/** What became of the serving file of the newest publish. */
export interface KeptServing {
  /** `nothing`: nothing is published. `large`: too much of it; serve reads the marts. */
  readonly status: 'kept' | 'there' | 'nothing' | 'large';
  readonly key: string | null;
}

/**
 * Leaves the newest publish in the lake as one DuckDB file, which `serve` begins with instead of reading every mart
 * (query/servingFile.ts). Made of the one before and what is new since; the same again does nothing.
 */
export async function keepServing(
  lake: Lake,
  config: Config,
  largestBytes = LARGEST_BYTES,
): Promise<KeptServing> {
  const scratch = await lake.scratch();
  try {
    const published = await publishedNow(lake, scratch);
    if (published.seq === 0) return { status: 'nothing', key: null };
    for await (const { key } of lake.list(servingPrefix(published))) return { status: 'there', key };
    if ((await bytesOf(lake, published)) > largestBytes) return { status: 'large', key: null };
    const database = path.join(scratch, 'serving.duckdb');
    const prefix = await refreshed(lake, config, database, path.join(scratch, 'spill'));
    return { status: 'kept', key: await storeServing(lake, prefix, database) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Bytes of the stored marts that a serving file would hold. */
async function bytesOf(lake: Lake, { rows }: Published): Promise<number> {
  const { project } = await checkModels();
  const keys = new Set(servedMarts(project, new PublishedIndex(rows)).map(({ file }) => file.key));
  let bytes = 0;
  for await (const { key, size } of lake.list('marts/')) if (keys.has(key)) bytes += size;
  return bytes;
}

/** Makes a closed serving file. @returns how its key begins: by what was published when it was made */
async function refreshed(lake: Lake, config: Config, database: string, spill: string): Promise<string> {
  const serving = await startedFrom(lake, database, spill);
  try {
    const desk = await Desk.open(lake, config, { serving });
    try {
      return servingPrefix(desk.published);
    } finally {
      await desk.close();
    }
  } finally {
    await serving.close();
  }
}

/** The file of an earlier publish, or an empty one where there is none that can be used. */
async function startedFrom(lake: Lake, database: string, spill: string): Promise<Serving> {
  try {
    await fetchServing(lake, database);
    return await Serving.open(database, spill);
  } catch {
    // Damaged, or of another version of DuckDB: it holds nothing that is not published.
    await rm(database, { force: true });
    return Serving.open(database, spill);
  }
}

async function publishedNow(lake: Lake, scratch: string): Promise<Published> {
  const session = await Session.open({ scratch, trino: false, threads: 1 });
  try {
    return await readPublished(lake, publishedCodec(session, scratch));
  } finally {
    session.close();
  }
}
