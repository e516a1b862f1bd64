import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { sha256 } from '../core/canonical.ts';

/** Bytes of answers that are kept of one publish; those used longest ago go first. */
const MOST_BYTES = 192 * 1024 * 1024;
/** What fits into a few packets is sent sooner than it is compressed. */
export const SMALLEST_COMPRESSED = 8 * 1024;

const compress = promisify(gzip);

/** A whole answer as it leaves, written and compressed once for all who may see it. */
export interface Written {
  readonly text: Uint8Array<ArrayBuffer>;
  readonly zipped: Uint8Array<ArrayBuffer> | null;
  readonly tag: string;
  /** Something went wrong in it that may go right the next time. */
  readonly isPassing: boolean;
}

export async function written(answer: unknown, isPassing = false): Promise<Written> {
  const text = new Uint8Array(new TextEncoder().encode(JSON.stringify(answer)));
  return {
    text,
    zipped: text.length < SMALLEST_COMPRESSED ? null : new Uint8Array(await compress(text, { level: 4 })),
    tag: `"${sha256(text).slice(0, 32)}"`,
    isPassing,
  };
}

/** Answers of one publish by what they answer. Whoever asks while an answer is being made waits for the same one. */
export class Answers {
  readonly #kept = new Map<string, { readonly answer: Promise<unknown>; bytes: number }>();
  #bytes = 0;
  readonly #most: number;

  /** @param most bytes that are kept */
  constructor(most = MOST_BYTES) {
    this.#most = most;
  }

  /** How many bytes are kept, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @param weigh how many bytes an answer takes, about; Infinity: it is not kept */
  async remember<T>(key: string, make: () => Promise<T>, weigh: (answer: T) => number): Promise<T> {
    const before = this.#kept.get(key);
    if (before !== undefined) {
      // Last used, last to go.
      this.#kept.delete(key);
      this.#kept.set(key, before);
      return before.answer as Promise<T>;
    }
    const answer = make();
    const entry = { answer, bytes: key.length };
    this.#kept.set(key, entry);
    this.#bytes += entry.bytes;
    try {
      const made = await answer;
      const bytes = weigh(made);
      if (!Number.isFinite(bytes)) this.#forget(key);
      else if (this.#kept.get(key) === entry) {
        entry.bytes += bytes;
        this.#bytes += bytes;
        this.#shrink();
      }
      return made;
    } catch (error) {
      this.#forget(key);
      throw error;
    }
  }

  #shrink(): void {
    for (const key of this.#kept.keys()) {
      if (this.#bytes <= this.#most) return;
      this.#forget(key);
    }
  }

  #forget(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}
