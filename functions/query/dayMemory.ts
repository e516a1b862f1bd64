import { canonicalJson } from '../core/canonical.ts';

/** Rows of figures that are remembered of one publish; those used longest ago go first. */
const MOST_ROWS = 400_000;

/** Whoever asks, as far as the memory is concerned. */
interface Asker {
  readonly policy: string;
  /** Whether the statements themselves are wanted. */
  readonly isTraced: boolean;
}

/**
 * What single days said, so that a board of another date asks for that date alone: the month ends of its trends were
 * told before. An answer is found again by an equal policy and an equal question only.
 */
export class DayMemory {
  readonly #told = new Map<string, { readonly rows: readonly unknown[] }>();
  #rows = 0;
  readonly #most: number;

  /** @param most rows that are remembered, each figure without rows counting as one */
  constructor(most = MOST_ROWS) {
    this.#most = most;
  }

  /**
   * By key, what was told; what is missing is asked for at once.
   * @param make by the places of missing keys, what they say, in that order
   */
  async rememberAll<T extends { readonly rows: readonly unknown[] }>(
    asker: Asker,
    keys: readonly unknown[],
    make: (missing: readonly number[]) => Promise<readonly T[]>,
  ): Promise<T[]> {
    const texts = keys.map((key) => `${asker.policy} ${canonicalJson(key)}`);
    const known = texts.map((text) => (asker.isTraced ? undefined : this.#find<T>(text)));
    const missing = known.flatMap((one, at) => (one === undefined ? [at] : []));
    const made = missing.length === 0 ? [] : await make(missing);
    for (const [index, at] of missing.entries()) {
      const one = made[index];
      if (one === undefined) continue;
      known[at] = one;
      this.#keep(texts[at] ?? '', one);
    }
    return known.filter((one): one is Awaited<T> & T => one !== undefined);
  }

  #find<T>(text: string): T | undefined {
    const found = this.#told.get(text);
    if (found === undefined) return undefined;
    this.#told.delete(text);
    this.#told.set(text, found);
    return found as T;
  }

  #keep(text: string, told: { readonly rows: readonly unknown[] }): void {
    if (this.#told.has(text)) return;
    this.#told.set(text, told);
    this.#rows += 1 + told.rows.length;
    for (const [oldest, { rows }] of this.#told) {
      if (this.#rows <= this.#most) return;
      this.#told.delete(oldest);
      this.#rows -= 1 + rows.length;
    }
  }
}
