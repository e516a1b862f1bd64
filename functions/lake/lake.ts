/** One stored object. `etag` is opaque and differs whenever the bytes under the key differ. */
export interface LakeObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
}

/** When a write may happen: always, only if the key is absent, or only over the version one has read. */
export type WriteCondition = { readonly ifAbsent: true } | { readonly ifMatch: string };

/**
 * Where bytes live. Keys are `/`-separated relative paths; no key is a prefix folder of another key.
 * Two real versions exist (a folder, S3); one contract suite judges both.
 *
 * A write is visible whole or not at all, and once it answered it is seen by every reader. Errors: AlturasError
 * `LAKE_PRECONDITION` (kind conflict) when the condition does not hold and nothing was written; `LAKE_MISSING`
 * (kind missing) when a key to be read is not there; `LAKE_KEY` (kind usage) for a key that could leave the lake.
 */
export interface Lake {
  /** For people: `/data/lake` or `s3://bucket/prefix`. */
  readonly location: string;

  /** Where an object lies, for other programs; absent where that is `location/key`. */
  address?(key: string): string;

  head(key: string): Promise<LakeObject | null>;
  get(key: string): Promise<{ readonly body: Uint8Array; readonly etag: string } | null>;
  put(key: string, body: Uint8Array | string, condition?: WriteCondition): Promise<{ readonly etag: string }>;
  /** Objects whose key starts with `prefix`, in byte order of their keys. */
  list(prefix: string): AsyncIterable<LakeObject>;
  /** Removes objects; a missing key is no error. For garbage only: it does not take part in conditional writes. */
  remove(keys: readonly string[]): Promise<void>;

  /** Stores a local file (any size). With `move`, the lake may take the file itself instead of a copy. */
  putFile(
    key: string,
    path: string,
    options?: { readonly condition?: WriteCondition; readonly move?: boolean },
  ): Promise<{ readonly etag: string }>;

  /**
   * Local paths under which the objects can be read now, in the order asked. A folder answers with its own files;
   * S3 downloads what is not in its cache yet, so ask only for keys that are never overwritten (`get` reads the
   * others). The files are read-only and immutable for the caller.
   */
  localPaths(keys: readonly string[]): Promise<string[]>;

  /**
   * A new empty directory on local disk for files to be written before `putFile`; on the lake's own file system
   * where that makes a move free. Its maker removes it; what a killed process leaves goes with `sweep`.
   */
  scratch(): Promise<string>;

  /**
   * Removes what killed writers left behind and nothing can see: temporary files, half-sent uploads.
   * @param olderThanMs only what nobody touched for so long (milliseconds)
   * @returns how many leftovers went
   */
  sweep(olderThanMs: number): Promise<number>;
}
