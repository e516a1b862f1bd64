import type { BigIntStats } from 'node:fs';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { flush, ifThere, linkExclusive, makeFolder, statOf } from './folderFiles.ts';

/** How many versions of a key are kept; readers and writers hold the newest few at most. */
const KEEP = 16;
const VERSION = /^\d+$/;
const PRUNED = /^pruned-(\d+)$/;

export interface Version {
  readonly number: number;
  readonly path: string;
  readonly stat: BigIntStats;
}

/**
 * The versions of one key, as files `0`, `1`, `2`, ... of a folder. The highest number is the current one, so one
 * link(2) of the next number is a compare-and-swap: of all writers who saw version n exactly one can name n+1, a
 * killed writer leaves either a whole version or none, and there is no lock that could go stale.
 * A folder exists only for keys that were overwritten.
 */
export class FolderVersions {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The current version, or null when the key was never overwritten. */
  async latest(): Promise<Version | null> {
    for (;;) {
      const number = (await this.#numbers()).at(-1);
      if (number === undefined) return null;
      const path = `${this.#folder}/${number}`;
      const stat = await statOf(path);
      if (stat) return { number, path, stat };
      // Pruned between the two calls: newer ones exist, look again.
    }
  }

  /** Makes the plain file of the key its version 0, unless there are versions already. @returns false: no such file. */
  async adopt(file: string): Promise<boolean> {
    for (;;) {
      for (const gained of await makeFolder(this.#folder)) await flush(gained);
      if ((await ifThere(linkExclusive(file, `${this.#folder}/0`))) !== null) return true;
      if ((await statOf(file)) === null) return false;
      // The folder went between the two calls (a removal): make it again.
    }
  }

  /** Makes a flushed `file` the successor of version `number`. @returns false when another writer was first. */
  async append(file: string, number: number): Promise<boolean> {
    const next = number + 1;
    if (!(await ifThere(linkExclusive(file, `${this.#folder}/${next}`)))) return false;
    await flush(this.#folder);
    // Pruning frees names. A writer that slept through many versions could take a freed one: readers never look at
    // it, for higher ones exist, and the mark tells the writer that it was late.
    if ((await this.#prunedThrough()) >= next) return false;
    await this.#prune();
    return true;
  }

  /** Forgets all versions in one step. */
  async forget(trash: string): Promise<void> {
    await ifThere(rename(this.#folder, trash));
    await rm(trash, { recursive: true, force: true });
  }

  async #names(): Promise<string[]> {
    return (await ifThere(readdir(this.#folder))) ?? [];
  }

  async #numbers(): Promise<number[]> {
    return (await this.#names())
      .filter((name) => VERSION.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }

  async #prunedThrough(): Promise<number> {
    return Math.max(-1, ...(await this.#names()).map((name) => Number(PRUNED.exec(name)?.[1] ?? -1)));
  }

  async #prune(): Promise<void> {
    const old = (await this.#numbers()).slice(0, -KEEP);
    const through = old.at(-1);
    if (through === undefined || old.length < KEEP) return;
    const before = await this.#prunedThrough();
    if (through <= before) return;
    await writeFile(`${this.#folder}/pruned-${through}`, '');
    for (const number of old) await rm(`${this.#folder}/${number}`, { force: true });
    if (before >= 0) await rm(`${this.#folder}/pruned-${before}`, { force: true });
  }
}

/** The key of a version file's path relative to the folder of all versions. */
export function keyOfVersion(path: string): string {
  return dirname(path);
}
