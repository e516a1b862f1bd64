import { canonicalJson, sha256 } from '../core/canonical.ts';
import type { Config } from '../core/config.ts';
import type { Lake } from '../lake/lake.ts';

/** What a law found. */
export interface LawResult {
  readonly law: string;
  readonly severity: 'error' | 'warning';
  /** How many rows break it; counting stops at `LAW_ROWS`. */
  readonly rows: number;
}

/** One file that a build wrote. */
export interface ManifestOutput {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Exact sum of every decimal column. */
  readonly sums: Readonly<Record<string, string | null>>;
}

/** What a build was made of and what it gave; stored as `builds/<B>/manifest.json`. It holds no clock and no machine. */
export interface Manifest {
  readonly version: 1;
  readonly build: string;
  readonly engine: string;
  /** Hash of the configuration; its text is `configs/<hash>.json`. */
  readonly config: string;
  /** Per model: hash of its file (text under `models/<hash>.sql`), and of all that its rows depend on. */
  readonly models: Readonly<Record<string, { readonly file: string; readonly signature: string }>>;
  readonly laws: Readonly<Record<string, string>>;
  /** Per day version: what was built. */
  readonly days: readonly {
    readonly as_of: string;
    readonly known_at: string;
    readonly snapshot: string;
    readonly models: readonly string[];
  }[];
  /** Files that were read: key and hash (of landed files; outputs of other builds name theirs). */
  readonly inputs: Readonly<Record<string, string | null>>;
  readonly outputs: readonly ManifestOutput[];
  readonly checks: readonly LawResult[];
  readonly published: boolean;
}

export const buildKeys = {
  manifest: (build: string) => `builds/${build}/manifest.json`,
  law: (build: string, law: string) => `builds/${build}/laws/${law}.json`,
  model: (hash: string) => `models/${hash}.sql`,
  config: (hash: string) => `configs/${hash}.json`,
  output: (model: string, period: string, build: string, part: number) =>
    `marts/${model}/period=${period}/build=${build}/part-${part}.parquet`,
} as const;

/** The name of a build: the same inputs, models, configuration and engine always give the same one. */
export function buildId(content: unknown): string {
  return sha256(canonicalJson(content)).slice(0, 16);
}

/** Manifests by build, and configurations by hash, each read once: neither ever changes. */
export class Manifests {
  readonly #lake: Lake;
  readonly #configs = new Map<string, Promise<Config | null>>();
  readonly #read = new Map<string, Promise<Manifest | null>>();

  constructor(lake: Lake) {
    this.#lake = lake;
  }

  /** Null when the build left none. */
  get(build: string): Promise<Manifest | null> {
    const known = this.#read.get(build);
    if (known) return known;
    const reading = this.#lake
      .get(buildKeys.manifest(build))
      .then((stored) => stored && (JSON.parse(Buffer.from(stored.body).toString('utf8')) as Manifest));
    this.#read.set(build, reading);
    // Whoever asks next tries again.
    reading.catch(() => this.#read.delete(build));
    return reading;
  }

  /** The configuration of a build; null when there is none of that hash. */
  config(hash: string): Promise<Config | null> {
    const known = this.#configs.get(hash);
    if (known) return known;
    const reading = this.#lake
      .get(buildKeys.config(hash))
      .then((stored) => stored && (JSON.parse(Buffer.from(stored.body).toString('utf8')) as Config));
    this.#configs.set(hash, reading);
    reading.catch(() => this.#configs.delete(hash));
    return reading;
  }
}
