import type { BigIntStats } from 'node:fs';
import { link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AlturasError } from '../core/errors.ts';

/** What was not touched for so long in a scratch folder belongs to nobody who still runs. */
export const ABANDONED_MS = 24 * 60 * 60 * 1000;

const CHUNK = 1 << 20;

/** True when `error` is a system error with one of `codes`. */
export function isSystemError(error: unknown, ...codes: string[]): boolean {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
  );
}

/** The answer of `read`, or null when the file, or a folder on the way to it, is not there. */
export async function ifThere<T>(read: Promise<T>): Promise<T | null> {
  try {
    return await read;
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
}

export function statOf(path: string): Promise<BigIntStats | null> {
  return ifThere(stat(path, { bigint: true }));
}

/** Flushes a file's bytes, or a folder's names, to the disk. */
export async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder and its parents. @returns the folders that gained a name, which a flush must cover */
export async function makeFolder(path: string): Promise<string[]> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return [];
  const gained: string[] = [];
  for (let made = path; ; made = dirname(made)) {
    gained.push(dirname(made));
    if (made === first) return gained;
  }
}

/**
 * Gives the file a second name, if nobody has that name: link(2) is atomic and exclusive, also between processes
 * and when either is killed. @returns false when the name is taken.
 */
export async function linkExclusive(existing: string, name: string): Promise<boolean> {
  try {
    await link(existing, name);
    return true;
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Replaces `name` by `temporary` in one step. rename(2) does nothing for two names of one file, hence the `rm`. */
export async function replaceName(temporary: string, name: string): Promise<void> {
  await rename(temporary, name);
  await rm(temporary, { force: true });
}

/** Compares two files byte by byte. */
export async function sameBytes(pathA: string, pathB: string): Promise<boolean> {
  const a = await open(pathA, 'r');
  try {
    const b = await open(pathB, 'r');
    try {
      const { size } = await a.stat();
      if (size !== (await b.stat()).size) return false;
      const bufferA = Buffer.allocUnsafe(CHUNK);
      const bufferB = Buffer.allocUnsafe(CHUNK);
      for (let position = 0; position < size; position += CHUNK) {
        const length = Math.min(CHUNK, size - position);
        const readA = await a.read(bufferA, 0, length, position);
        const readB = await b.read(bufferB, 0, length, position);
        if (readA.bytesRead < length || readB.bytesRead < length) return false;
        if (!bufferA.subarray(0, length).equals(bufferB.subarray(0, length))) return false;
      }
      return true;
    } finally {
      await b.close();
    }
  } finally {
    await a.close();
  }
}

/** Every file under a folder, as `/`-separated paths relative to it, in no order; none when it is not there. */
export async function filesUnder(folder: string, skip?: string): Promise<string[]> {
  const found: string[] = [];
  const pending = [''];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const entry of (await ifThere(readdir(`${folder}/${at}`, { withFileTypes: true }))) ?? []) {
      const path = at + entry.name;
      if (entry.isDirectory() && path !== skip) pending.push(`${path}/`);
      else if (entry.isFile()) found.push(path);
    }
  }
  return found;
}

/** Says what a system error means for somebody who runs a lake in a folder; other errors pass unchanged. */
export function folderError(error: unknown, location: string): unknown {
  const safe = 'what was visible in the lake is unchanged';
  const say = (code: string, message: string, hint: string): AlturasError =>
    new AlturasError('missing', code, message, { file: location, safe, hint }, error);
  if (isSystemError(error, 'ENOSPC', 'EDQUOT')) {
    return say('LAKE_FULL', `The disk of ${location} is full.`, 'free some space and run the command again');
  }
  if (isSystemError(error, 'EACCES', 'EROFS')) {
    return say('LAKE_DENIED', `${location} may not be written or read.`, 'check the rights of the folder');
  }
  if (isSystemError(error, 'ENOTDIR', 'EEXIST', 'EISDIR')) {
    return say(
      'LAKE_KEY',
      `A key of ${location} would lie inside another object.`,
      'use keys of which none is the folder of another',
    );
  }
  if (isSystemError(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) {
    return say(
      'LAKE_UNSUPPORTED',
      `The file system of ${location} has no hard links, which safe writes need.`,
      'put the lake on a local disk (ext4, xfs, btrfs, APFS, NTFS) or on S3',
    );
  }
  return error;
}
