import { flush, ifThere } from './folderFiles.ts';

const FLUSHES_AT_ONCE = 16;

/**
 * What was written but may still be in the memory of the machine. Killed processes lose nothing there, a power cut
 * does. Flushing thousands of files and folders one by one, as they are written, takes longer than writing them; it
 * is enough to do it, all together, before the write that makes them count.
 */
export class Unflushed {
  #files = new Set<string>();
  #folders = new Set<string>();
  #settling: Promise<void> = Promise.resolve();

  add(file: string, folders: readonly string[]): void {
    this.#files.add(file);
    for (const folder of folders) this.#folders.add(folder);
  }

  /** Flushes everything added before the call, also what an earlier call is still at. */
  settle(): Promise<void> {
    const [files, folders] = [this.#files, this.#folders];
    this.#files = new Set();
    this.#folders = new Set();
    const before = this.#settling;
    const settled = (async () => {
      await before;
      try {
        await flushAll(files);
        await flushAll(folders);
      } catch (error) {
        for (const file of files) this.add(file, [...folders]);
        throw error;
      }
    })();
    this.#settling = settled.catch(() => undefined);
    return settled;
  }
}

/** A name that is gone needs no flush. */
async function flushAll(paths: Iterable<string>): Promise<void> {
  const pending = paths[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = pending.next(); !next.done; next = pending.next()) await ifThere(flush(next.value));
  };
  await Promise.all(Array.from({ length: FLUSHES_AT_ONCE }, worker));
}
