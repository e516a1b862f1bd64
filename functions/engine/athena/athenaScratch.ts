import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { AlturasError } from '../../core/errors.ts';
import type { Lake } from '../../lake/lake.ts';

/** Where the runs of all engines keep what their queries leave; whatever a killed run forgot may be removed by age. */
export const SCRATCH_PREFIX = 'scratch/athena/';

/** A prefix of a lake in S3 that belongs to one run, until it ends. */
export class AthenaScratch {
  readonly #lake: Lake;
  readonly #prefix = `${SCRATCH_PREFIX}${randomUUID()}`;
  #folders = 0;

  /** @throws AlturasError `ATHENA_NEEDS_S3` */
  constructor(lake: Lake) {
    if (!lake.location.startsWith('s3://'))
      throw new AlturasError('usage', 'ATHENA_NEEDS_S3', 'Athena reads and writes a lake in S3 only.', {
        value: lake.location,
        expected: 's3://bucket or s3://bucket/prefix',
        hint: 'build with --engine duckdb',
      });
    this.#lake = lake;
  }

  /** A prefix without objects, ending with a slash. */
  folder(what: string): string {
    this.#folders += 1;
    return `${this.#prefix}/${what}-${this.#folders}/`;
  }

  /** The address of a key or prefix: `s3://bucket/...`. */
  address(key: string): string {
    return this.#lake.address?.(key) ?? `${this.#lake.location}/${key}`;
  }

  async put(key: string, text: string): Promise<void> {
    await this.#lake.put(key, text);
  }

  async putFile(key: string, path: string): Promise<void> {
    await this.#lake.putFile(key, path, { move: true });
  }

  /** Local copies of all files of a folder, until they are discarded with the files themselves. */
  async fetch(
    folder: string,
  ): Promise<{ readonly paths: readonly string[]; readonly discard: () => Promise<void> }> {
    const keys = await this.#keys(folder);
    const paths = await this.#lake.localPaths(keys);
    const discard = async () => {
      await this.#lake.remove(keys);
      await Promise.all(paths.map((path) => rm(path, { force: true })));
    };
    return { paths, discard };
  }

  /** Removes everything of this run. */
  async clear(): Promise<void> {
    await this.#lake.remove(await this.#keys(`${this.#prefix}/`));
  }

  async #keys(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of this.#lake.list(prefix)) keys.push(key);
    return keys;
  }
}
