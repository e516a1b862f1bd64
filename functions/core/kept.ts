import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256 } from './canonical.ts';

/** The folder beside a bundle in which it finds again what it made of texts. */
export const KEPT = 'kept';

/** Where this code keeps things: beside its bundle; nowhere when the sources run as they are, which may change. */
const BESIDE = import.meta.url.endsWith('.ts') ? null : fileURLToPath(new URL(KEPT, import.meta.url));

/**
 * What this very bundle made of the same texts before, in whatever process; undefined when it did not. A bundle never
 * changes, so what it made of a text once it would make again.
 * @param name what was made, for the file's name
 */
export function kept<T>(
  name: string,
  texts: readonly string[],
  folder: string | null = BESIDE,
): T | undefined {
  if (folder === null) return undefined;
  try {
    return JSON.parse(readFileSync(fileOf(folder, name, texts), 'utf8')) as T;
  } catch {
    // Nobody made it yet, or not to its end: it is made again.
    return undefined;
  }
}

/**
 * Keeps what was made of texts, for `kept`. Where nothing can be written it is made again next time.
 * @param made a value that JSON gives back as it is
 */
export function keep(
  name: string,
  texts: readonly string[],
  made: unknown,
  folder: string | null = BESIDE,
): void {
  if (folder === null) return;
  const file = fileOf(folder, name, texts);
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(draft, JSON.stringify(made));
    renameSync(draft, file);
  } catch {
    // A function's code is read-only.
  }
}

function fileOf(folder: string, name: string, texts: readonly string[]): string {
  return join(folder, `${name}-${sha256(JSON.stringify(texts)).slice(0, 16)}.json`);
}
