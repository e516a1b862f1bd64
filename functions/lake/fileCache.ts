import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { ABANDONED_MS, filesUnder, ifThere } from './folderFiles.ts';

/** Copies that nobody asked for so long are dropped by `sweep`. */
const KEEP_UNUSED_MS = 30 * 24 * 60 * 60 * 1000;

/** Where copies of remote files go: ALTURAS_CACHE, else the user's own cache folder; /tmp in a Lambda function. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.ALTURAS_CACHE) return resolve(env.ALTURAS_CACHE);
  if (env.AWS_LAMBDA_FUNCTION_NAME) return '/tmp/alturas';
  return resolve(env.XDG_CACHE_HOME || `${homedir()}/.cache`, 'alturas');
}

/** Local copies of remote objects that never change, shared by all processes of a user. */
export class FileCache {
  readonly #copies: string;
  readonly #scratch: string;
  readonly #underWay = new Map<string, Promise<string>>();
  #swept: Promise<unknown> | undefined;

  /** @param name tells the copies of one remote place from those of another; safe as a file name */
  constructor(folder: string, name: string) {
    this.#copies = `${folder}/copies/${name}`;
    this.#scratch = `${folder}/scratch`;
  }

  /** The path of a copy; `fetch` writes it to the path it is given when there is none. Visible whole or not at all. */
  path(key: string, fetch: (path: string) => Promise<void>): Promise<string> {
    const started =
      this.#underWay.get(key) ?? this.#fill(key, fetch).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, started);
    return started;
  }

  /** A new folder. The first one in a process also sweeps old leftovers. */
  async scratch(): Promise<string> {
    await mkdir(this.#scratch, { recursive: true });
    this.#swept ??= this.sweep(ABANDONED_MS).catch(() => undefined);
    return mkdtemp(`${this.#scratch}/`);
  }

  /** Removes abandoned scratch files and copies out of use. @returns how many scratch files and folders went */
  async sweep(olderThanMs: number): Promise<number> {
    let swept = 0;
    for (const name of (await ifThere(readdir(this.#scratch))) ?? []) {
      if (await removeOld(`${this.#scratch}/${name}`, olderThanMs)) swept += 1;
    }
    for (const key of await filesUnder(this.#copies)) {
      await removeOld(`${this.#copies}/${key}`, Math.max(olderThanMs, KEEP_UNUSED_MS));
    }
    return swept;
  }

  async #fill(key: string, fetch: (path: string) => Promise<void>): Promise<string> {
    const path = `${this.#copies}/${key}`;
    // The time of last use, for sweep; it also says whether there is a copy.
    const now = new Date();
    if ((await ifThere(utimes(path, now, now).then(() => true))) !== null) return path;
    await mkdir(this.#scratch, { recursive: true });
    const temporary = `${this.#scratch}/${randomUUID()}`;
    try {
      await fetch(temporary);
      await mkdir(dirname(path), { recursive: true });
      await rename(temporary, path);
      return path;
    } finally {
      await rm(temporary, { force: true });
    }
  }
}

async function removeOld(path: string, olderThanMs: number): Promise<boolean> {
  const found = await ifThere(stat(path));
  if (!found || Date.now() - found.mtimeMs < olderThanMs) return false;
  await rm(path, { recursive: true, force: true });
  return true;
}
