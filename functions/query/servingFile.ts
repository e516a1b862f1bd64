import { copyFile, rm } from 'node:fs/promises';
import { AlturasError } from '../core/errors.ts';
import type { Lake } from '../lake/lake.ts';
import type { Published } from '../lake/published.ts';
import { fileHash } from '../warehouse/runner.ts';

/**
 * Serving files that a build left in the lake, one a publish: what every reader would else make of all marts for
 * itself. A name says the publish, its build and the SHA-256 of the bytes, so that a damaged file is told.
 */
const FOLDER = 'serving/';
const NAME = /^serving\/\d{8}-.+\.([0-9a-f]{64})\.duckdb$/;

/** How the keys of serving files of a publish begin; those of newer publishes come later in byte order. */
export function servingPrefix({ rows, seq }: Pick<Published, 'rows' | 'seq'>): string {
  const build = rows.find((row) => row.seq === seq)?.build ?? '';
  return `${FOLDER}${String(seq).padStart(8, '0')}-${build}.`;
}

/**
 * Stores a closed serving file; of two that are made of the same publish both may stay.
 * @returns its key
 */
export async function storeServing(lake: Lake, prefix: string, file: string): Promise<string> {
  const key = `${prefix}${await fileHash(file)}.duckdb`;
  await lake.putFile(key, file);
  return key;
}

/**
 * Copies the newest serving file of a lake to a path. It may be of an older publish than the newest: whoever opens it
 * brings in what is missing.
 * @returns its key; null when there is none
 * @throws AlturasError `SERVING_DAMAGED` when its bytes are not those that its name says; nothing is at the path then
 */
export async function fetchServing(lake: Lake, path: string): Promise<string | null> {
  let newest: string | null = null;
  for await (const { key } of lake.list(FOLDER)) if (NAME.test(key)) newest = key;
  if (newest === null) return null;
  const [copy = ''] = await lake.localPaths([newest]);
  await copyFile(copy, path);
  if ((await fileHash(path)) === NAME.exec(newest)?.[1]) return newest;
  await rm(path);
  throw new AlturasError('internal', 'SERVING_DAMAGED', 'A serving file is not what its name says.', {
    file: `${lake.location}/${newest}`,
    safe: 'it is not used: the marts are read instead',
    hint: 'remove the file; the next build writes another',
  });
}
