import type { Lake, LakeObject, WriteCondition } from './lake.ts';

/** What runs leave for a moment is never part of a branch: other programs write there, too. */
const SHARED = 'scratch/';

/**
 * A lake seen with writes of one's own: what is written through it lies under a prefix apart, where no reader of the
 * lake looks; everything else is read from the lake itself. Its writes are known to this object alone.
 */
export class BranchLake implements Lake {
  readonly location: string;
  readonly #base: Lake;
  readonly #prefix: string;
  readonly #hidden: ReadonlySet<string>;
  readonly #own = new Set<string>();

  /**
   * @param prefix where the branch's writes go, without a slash at its end
   * @param hidden keys of the lake that are not there for the branch
   */
  constructor(base: Lake, prefix: string, hidden: readonly string[]) {
    this.location = base.location;
    this.#base = base;
    this.#prefix = prefix;
    this.#hidden = new Set(hidden);
  }

  address(key: string): string {
    const mapped = this.#own.has(key) ? this.#key(key) : key;
    return this.#base.address?.(mapped) ?? `${this.#base.location}/${mapped}`;
  }

  async head(key: string): Promise<LakeObject | null> {
    if (this.#isAbsent(key)) return null;
    const found = await this.#base.head(this.#read(key));
    return found && { ...found, key };
  }

  async get(key: string): Promise<{ readonly body: Uint8Array; readonly etag: string } | null> {
    return this.#isAbsent(key) ? null : this.#base.get(this.#read(key));
  }

  put(
    key: string,
    body: Uint8Array | string,
    condition?: WriteCondition,
  ): Promise<{ readonly etag: string }> {
    return this.#written(key, (mapped) => this.#base.put(mapped, body, condition));
  }

  putFile(
    key: string,
    path: string,
    options?: { readonly condition?: WriteCondition; readonly move?: boolean },
  ): Promise<{ readonly etag: string }> {
    return this.#written(key, (mapped) => this.#base.putFile(mapped, path, options));
  }

  async *list(prefix: string): AsyncGenerator<LakeObject> {
    for await (const object of this.#base.list(prefix)) if (!this.#isAbsent(object.key)) yield object;
  }

  async remove(keys: readonly string[]): Promise<void> {
    await this.#base.remove(
      keys.filter((key) => key.startsWith(SHARED) || this.#own.has(key)).map(this.#read),
    );
  }

  localPaths(keys: readonly string[]): Promise<string[]> {
    return this.#base.localPaths(keys.map(this.#read));
  }

  scratch(): Promise<string> {
    return this.#base.scratch();
  }

  sweep(olderThanMs: number): Promise<number> {
    return this.#base.sweep(olderThanMs);
  }

  /** Removes everything that was written through the branch. */
  async clear(): Promise<void> {
    await this.#base.remove([...this.#own].map((key) => this.#key(key)));
    this.#own.clear();
  }

  #key(key: string): string {
    return `${this.#prefix}/${key}`;
  }

  readonly #read = (key: string): string => (this.#own.has(key) ? this.#key(key) : key);

  #isAbsent(key: string): boolean {
    return this.#hidden.has(key) && !this.#own.has(key);
  }

  async #written<T>(key: string, write: (mapped: string) => Promise<T>): Promise<T> {
    if (key.startsWith(SHARED)) return write(key);
    const answer = await write(this.#key(key));
    this.#own.add(key);
    return answer;
  }
}
