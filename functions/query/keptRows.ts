import path from 'node:path';
import { sha256 } from '../core/canonical.ts';

/** Rows of statements that many questions stand on, each in a file of its own. */
export class KeptRows {
  readonly #folder: string;
  readonly #write: (select: string, file: string) => Promise<unknown>;
  /** By the hash of a statement. */
  readonly #files = new Map<string, Promise<string>>();

  /** @param write runs a SELECT and writes its rows as Parquet */
  constructor(folder: string, write: (select: string, file: string) => Promise<unknown>) {
    this.#folder = folder;
    this.#write = write;
  }

  /** The file with the rows of a SELECT, which runs once. */
  file(select: string): Promise<string> {
    const key = sha256(select);
    const file = path.join(this.#folder, `${key}.parquet`);
    const writing = this.#files.get(key) ?? this.#write(select, file).then(() => file);
    this.#files.set(key, writing);
    // Whoever asks next tries again.
    writing.catch(() => this.#files.delete(key));
    return writing;
  }
}
