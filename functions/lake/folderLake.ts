import { randomUUID } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { constants, copyFile, mkdir, open, readdir, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  ABANDONED_MS,
  filesUnder,
  flush,
  folderError,
  ifThere,
  isSystemError,
  linkExclusive,
  makeFolder,
  replaceName,
  sameBytes,
  statOf,
} from './folderFiles.ts';
import { FolderVersions, keyOfVersion } from './folderVersions.ts';
import { checkKey, checkPrefix, compareKeys, RESERVED } from './keys.ts';
import type { Lake, LakeObject, WriteCondition } from './lake.ts';
import { keyIsFolder, objectMissing, preconditionFailed } from './refusals.ts';
import { Unflushed } from './unflushed.ts';

const STAT_BATCH = 64;

/**
 * A lake in a folder of a POSIX file system. Object `a/b` is the file `a/b`; what the lake needs for itself is in
 * `.lake`: `scratch` (files being written) and `versions` (see FolderVersions; only for keys that were overwritten,
 * whose plain file is then a copy of the newest version for people and other programs).
 *
 * A killed process never leaves half an object. Against a power cut, a conditional write is a barrier: when it is on
 * the disk, so is everything that this process put before.
 */
export class FolderLake implements Lake {
  readonly location: string;
  readonly #root: string;
  readonly #scratch: string;
  readonly #versionsRoot: string;
  readonly #unflushed = new Unflushed();
  #scratchMade: Promise<unknown> | undefined;
  #swept: Promise<unknown> | undefined;

  constructor(folder: string) {
    this.#root = resolve(folder);
    this.location = this.#root;
    this.#scratch = `${this.#root}/${RESERVED}/scratch`;
    this.#versionsRoot = `${this.#root}/${RESERVED}/versions`;
  }

  async head(key: string): Promise<LakeObject | null> {
    checkKey(key);
    return this.#explained(async () => {
      const current = await this.#current(key);
      return current && { key, size: Number(current.stat.size), etag: current.etag };
    });
  }

  async get(key: string): Promise<{ readonly body: Uint8Array; readonly etag: string } | null> {
    checkKey(key);
    return this.#explained(async () => {
      for (;;) {
        const current = await this.#current(key);
        if (!current) return null;
        const handle = await ifThere(open(current.path, 'r'));
        if (!handle) continue;
        try {
          // Bytes and etag of the same file: its name may have been replaced since it was looked up.
          const opened = await handle.stat({ bigint: true });
          if (opened.ino === current.stat.ino) return { body: await handle.readFile(), etag: current.etag };
        } finally {
          await handle.close();
        }
      }
    });
  }

  async put(
    key: string,
    body: Uint8Array | string,
    condition?: WriteCondition,
  ): Promise<{ readonly etag: string }> {
    checkKey(key);
    return this.#explained(async () => {
      const temporary = await this.#temporary();
      try {
        await writeFile(temporary, body, { flag: 'wx' });
        return await this.#commit(key, temporary, condition);
      } finally {
        await ifThere(unlink(temporary));
      }
    });
  }

  async putFile(
    key: string,
    path: string,
    options: { readonly condition?: WriteCondition; readonly move?: boolean } = {},
  ): Promise<{ readonly etag: string }> {
    checkKey(key);
    return this.#explained(async () => {
      if (options.move) {
        const written = await this.#taken(key, path, options.condition);
        if (written) return written;
      }
      const temporary = await this.#temporary();
      try {
        await copyFile(path, temporary, constants.COPYFILE_FICLONE);
        const written = await this.#commit(key, temporary, options.condition);
        if (options.move) await ifThere(unlink(path));
        return written;
      } finally {
        await ifThere(unlink(temporary));
      }
    });
  }

  /** Makes the file itself the object; null when it lies on another file system. */
  async #taken(
    key: string,
    path: string,
    condition: WriteCondition | undefined,
  ): Promise<{ readonly etag: string } | null> {
    try {
      const written = await this.#commit(key, path, condition);
      await ifThere(unlink(path));
      return written;
    } catch (error) {
      if (isSystemError(error, 'EXDEV')) return null;
      throw error;
    }
  }

  async *list(prefix: string): AsyncGenerator<LakeObject> {
    checkPrefix(prefix);
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const { keys, versioned } = await this.#explained(async () => {
      const plain = await filesUnder(`${this.#root}/${folder}`, folder === '' ? RESERVED : undefined);
      // A key whose removal was cut short has versions but no plain file: it is still there.
      const versioned = new Set(await this.#versionedKeys(folder));
      const all = new Set([...plain.map((path) => folder + path), ...versioned]);
      return { keys: [...all].filter((key) => key.startsWith(prefix)).sort(compareKeys), versioned };
    });
    for (let at = 0; at < keys.length; at += STAT_BATCH) {
      const heads = keys.slice(at, at + STAT_BATCH).map(async (key) => {
        const plain = versioned.has(key) ? null : await statOf(this.#plain(key));
        return plain ? { key, size: Number(plain.size), etag: etagOf(0, plain) } : this.head(key);
      });
      for (const object of await Promise.all(heads)) if (object) yield object;
    }
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) checkKey(key);
    await this.#explained(async () => {
      for (const key of keys) {
        await ifThere(rm(this.#plain(key), { force: true }));
        const versions = this.#versions(key);
        if (await versions.latest()) await versions.forget(await this.#temporary());
      }
    });
  }

  async localPaths(keys: readonly string[]): Promise<string[]> {
    for (const key of keys) checkKey(key);
    return this.#explained(async () => {
      const versioned = new Set(await this.#versionedKeys(''));
      const paths: string[] = [];
      for (let at = 0; at < keys.length; at += STAT_BATCH) {
        const batch = keys.slice(at, at + STAT_BATCH).map(async (key) => {
          const current = versioned.has(key) ? await this.#current(key) : null;
          const path = current?.path ?? this.#plain(key);
          if (!(await statOf(path))?.isFile()) throw objectMissing(this.location, key);
          return path;
        });
        paths.push(...(await Promise.all(batch)));
      }
      return paths;
    });
  }

  async scratch(): Promise<string> {
    return this.#explained(async () => {
      const folder = await this.#temporary();
      await mkdir(folder);
      return folder;
    });
  }

  async sweep(olderThanMs: number): Promise<number> {
    return this.#explained(async () => {
      let swept = 0;
      for (const name of (await ifThere(readdir(this.#scratch))) ?? []) {
        const path = `${this.#scratch}/${name}`;
        const leftover = await ifThere(stat(path));
        // The change time, not the modification time: a file that was moved in keeps the latter.
        if (!leftover || Date.now() - leftover.ctimeMs < olderThanMs) continue;
        await rm(path, { recursive: true, force: true });
        swept += 1;
      }
      for (const key of await this.#versionedKeys('')) await this.#showLatest(key);
      return swept;
    });
  }

  #plain(key: string): string {
    return `${this.#root}/${key}`;
  }

  #versions(key: string): FolderVersions {
    return new FolderVersions(`${this.#versionsRoot}/${key}`);
  }

  /** Keys with versions whose path starts with `folder` (empty, or ending in a slash). */
  async #versionedKeys(folder: string): Promise<string[]> {
    const paths = await filesUnder(`${this.#versionsRoot}/${folder}`);
    return [...new Set(paths.map((path) => keyOfVersion(folder + path)))];
  }

  /** The current bytes of a key; `version` is null while they are the plain file only. */
  async #current(key: string): Promise<Current | null> {
    const path = this.#plain(key);
    const plain = await statOf(path);
    // Looked up second: a file seen before the key had versions was its only content.
    const latest = await this.#versions(key).latest();
    if (latest) {
      const { number, path: versionPath, stat: found } = latest;
      return { path: versionPath, stat: found, etag: etagOf(number, found), version: number };
    }
    return plain?.isFile() ? { path, stat: plain, etag: etagOf(0, plain), version: null } : null;
  }

  /** Makes a temporary file the object, if the condition holds. The temporary name stays. */
  async #commit(
    key: string,
    temporary: string,
    condition: WriteCondition | undefined,
  ): Promise<{ readonly etag: string }> {
    const written = await stat(temporary, { bigint: true });
    const versions = this.#versions(key);
    // Each turn after the first means that another writer got in between.
    for (;;) {
      const current = await this.#current(key);
      if (condition && !holds(condition, current)) throw preconditionFailed(this.location, key, condition);
      if (!current) {
        if (await this.#create(key, temporary, condition !== undefined)) return { etag: etagOf(0, written) };
      } else if (!condition && (await ifThere(sameBytes(current.path, temporary)))) {
        // A job that runs again after it was killed: nothing changes, but the killed one may not have flushed it.
        this.#unflushed.add(current.path, [dirname(current.path)]);
        return { etag: current.etag };
      } else if (current.version === null) {
        await versions.adopt(current.path);
      } else {
        this.#unflushed.add(temporary, []);
        await this.#unflushed.settle();
        if (await versions.append(temporary, current.version)) {
          await this.#showLatest(key);
          return { etag: etagOf(current.version + 1, written) };
        }
      }
    }
  }

  /** Gives a temporary file the plain name of a key that does not exist. @returns false when another was first */
  async #create(key: string, temporary: string, barrier: boolean): Promise<boolean> {
    const plain = this.#plain(key);
    const folders = [dirname(plain), ...(await makeFolder(dirname(plain)))];
    if (barrier) {
      this.#unflushed.add(temporary, []);
      await this.#unflushed.settle();
    }
    if (!(await linkExclusive(temporary, plain))) {
      if ((await statOf(plain))?.isDirectory()) throw keyIsFolder(this.location, key);
      return false;
    }
    this.#unflushed.add(plain, folders);
    if (barrier) await this.#unflushed.settle();
    return true;
  }

  /** Brings the plain file of a key with versions up to the newest; a killed or slow writer may have left an older. */
  async #showLatest(key: string): Promise<void> {
    const versions = this.#versions(key);
    const plain = this.#plain(key);
    for (let latest = await versions.latest(); latest; ) {
      const temporary = await this.#temporary();
      if (
        (await statOf(plain))?.ino !== latest.stat.ino &&
        (await ifThere(linkExclusive(latest.path, temporary)))
      ) {
        await makeFolder(dirname(plain));
        await replaceName(temporary, plain);
        await flush(dirname(plain));
      }
      const now = await versions.latest();
      if (now?.number === latest.number) return;
      // Removed in the meantime: what was just shown must not bring it back.
      if (!now && (await statOf(plain))?.ino === latest.stat.ino) await rm(plain, { force: true });
      latest = now;
    }
  }

  /** A name in the scratch folder that nobody else has. The first one in a process also sweeps old leftovers. */
  async #temporary(): Promise<string> {
    this.#scratchMade ??= makeFolder(this.#scratch);
    await this.#scratchMade;
    this.#swept ??= Promise.resolve().then(() => this.sweep(ABANDONED_MS).catch(() => undefined));
    return `${this.#scratch}/${randomUUID()}`;
  }

  async #explained<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw folderError(error, this.location);
    }
  }
}

interface Current {
  readonly path: string;
  readonly stat: BigIntStats;
  readonly etag: string;
  readonly version: number | null;
}

function holds(condition: WriteCondition, current: Current | null): boolean {
  return 'ifAbsent' in condition ? current === null : current?.etag === condition.ifMatch;
}

/** The version's number makes it unique among overwrites, the file's identity among objects made anew. */
function etagOf(version: number, file: BigIntStats): string {
  return `${version}-${file.ino.toString(36)}-${file.mtimeNs.toString(36)}-${file.size.toString(36)}`;
}
