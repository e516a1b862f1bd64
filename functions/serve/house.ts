import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { canonicalJson, sha256 } from '../core/canonical.ts';
import type { Config } from '../core/config.ts';
import { cacheFolder } from '../lake/fileCache.ts';
import type { Lake } from '../lake/lake.ts';
import { PUBLISHED_KEY } from '../lake/published.ts';
import { Desk } from '../query/desk.ts';
import { Serving } from '../query/serving.ts';
import { fetchServing } from '../query/servingFile.ts';
import { Answers } from './answers.ts';
import { warm } from './warm.ts';

/** How often the lake is asked whether there is something new. */
const LOOK_EVERY_MS = 2_000;
/** A publish that cannot be opened is tried again after twice the time each time, and after this at the latest. */
const LOOK_AT_LEAST_EVERY_MS = 5 * 60_000;
const INTERRUPT_EVERY_MS = 25;

const DATABASE = 'serving.duckdb';

/** The desk of one publish, the answers that it gave, and how many are at it. */
interface Opening {
  readonly desk: Desk;
  readonly version: string;
  readonly answers: Answers;
  readers: number;
  retired: boolean;
  /** Settles when the last reader of a retired opening has left. */
  readonly closed: Promise<void>;
  readonly close: () => void;
}

/** What happens to a lake between two publishes. */
export type Besides = 'deliveries' | 'rejected' | 'builds';

/** What a request reads: one publish, from its first question to its last. */
export interface Reading {
  readonly desk: Desk;
  /** The answer to the same request of an equal policy on this publish, made once. */
  remember<T>(desk: Desk, key: unknown, make: () => Promise<T>, weigh: (answer: T) => number): Promise<T>;
  /** What lies in the lake besides what is published, as one word; looked at as often as what is published. */
  besides(what: readonly Besides[]): Promise<string>;
}

/** The lake, open for many readers: the newest publish is swapped in whole, those at work finish on theirs. */
export class House {
  readonly lake: Lake;
  readonly config: Config;
  /** Where this house keeps its own files. */
  readonly folder: string;
  readonly #serving: Serving;
  readonly #log: (error: unknown) => void;
  #opening: Opening;
  /** The newest opening, and those before that are still read. */
  readonly #open: Set<Opening>;
  /** What the last look saw besides. */
  readonly #besides = new Map<Besides, Promise<string>>();
  #looked = Date.now();
  #lookAfter = LOOK_EVERY_MS;
  #refreshing: Promise<void> | null = null;
  #warm = false;

  private constructor(
    lake: Lake,
    config: Config,
    folder: string,
    serving: Serving,
    opening: Opening,
    log: (error: unknown) => void,
  ) {
    this.#log = log;
    this.folder = folder;
    this.lake = lake;
    this.config = config;
    this.#serving = serving;
    this.#opening = opening;
    this.#open = new Set([opening]);
  }

  /**
   * @param folder where the serving file lies; default: the user's cache, by the lake's location
   * @param log where it is told that a newer publish could not be opened; the one before stays open
   */
  static async open(
    lake: Lake,
    config: Config,
    folder: string = servingFolder(lake),
    log: (error: unknown) => void = () => undefined,
  ): Promise<House> {
    await mkdir(folder, { recursive: true });
    await begin(lake, path.join(folder, DATABASE), log);
    const serving = await openServing(folder);
    try {
      const version = await versionOf(lake);
      const desk = await Desk.open(lake, config, { serving, fillsLater: true });
      return new House(lake, config, folder, serving, openingOf(desk, version), log);
    } catch (error) {
      await serving.close();
      throw error;
    }
  }

  /**
   * Makes ready what the first reader would wait for (see warm.ts), and from now on every later publish, too, beside
   * what readers ask.
   */
  async makeReady(): Promise<void> {
    this.#warm = true;
    await this.#warmUp();
  }

  async #warmUp(): Promise<void> {
    const opening = this.#opening;
    if (!this.#warm) return;
    opening.readers += 1;
    try {
      await opening.desk.filled;
      await warm(opening.desk, () => opening.retired);
    } catch (error) {
      // Nothing is lost: whoever asks waits for it.
      this.#log(error);
    } finally {
      await this.#leave(opening);
    }
  }

  async #leave(opening: Opening): Promise<void> {
    opening.readers -= 1;
    if (!opening.retired || opening.readers > 0) return;
    await opening.desk.close();
    this.#open.delete(opening);
    opening.close();
  }

  async read<T>(action: (reading: Reading) => Promise<T>): Promise<T> {
    if (Date.now() - this.#looked > this.#lookAfter) void this.refresh().catch(this.#log);
    const opening = this.#opening;
    opening.readers += 1;
    try {
      return await action({
        desk: opening.desk,
        remember: (desk, key, make, weigh) =>
          opening.answers.remember(`${desk.policy} ${canonicalJson(key)}`, make, weigh),
        besides: async (what) => (await Promise.all(what.map((one) => this.#lies(opening.desk, one)))).join(),
      });
    } finally {
      await this.#leave(opening);
    }
  }

  #lies(desk: Desk, what: Besides): Promise<string> {
    const seen = this.#besides.get(what) ?? headsOf(desk, what);
    this.#besides.set(what, seen);
    // Whoever asks next looks again.
    seen.catch(() => this.#besides.delete(what));
    return seen;
  }

  /** Opens the newest publish if there is a newer one. Requests at work keep theirs. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh()
      .then(
        () => {
          this.#lookAfter = LOOK_EVERY_MS;
        },
        (error: unknown) => {
          this.#lookAfter = Math.min(this.#lookAfter * 2, LOOK_AT_LEAST_EVERY_MS);
          throw error;
        },
      )
      .finally(() => {
        this.#refreshing = null;
      });
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    this.#looked = Date.now();
    this.#besides.clear();
    const version = await versionOf(this.lake);
    const before = this.#opening;
    if (version === before.version) return;
    const desk = await Desk.open(this.lake, this.config, { serving: this.#serving, before: before.desk });
    this.#opening = openingOf(desk, version);
    this.#open.add(this.#opening);
    await this.#retire(before);
    void this.#warmUp().catch(this.#log);
  }

  /** Closes what nobody reads any more, now or when its last reader leaves. */
  async #retire(opening: Opening): Promise<void> {
    opening.retired = true;
    opening.readers += 1;
    await this.#leave(opening);
  }

  /** Waits for whoever is still reading. */
  async close(): Promise<void> {
    await this.#refreshing?.catch(this.#log);
    this.#warm = false;
    await this.#retire(this.#opening);
    await Promise.all([...this.#open].map(({ closed }) => closed));
    await this.#serving.close();
  }

  /** Closes without waiting for what is read, made or brought in: all of it ends with an error, which is logged. */
  async stop(): Promise<void> {
    const interrupt = () => {
      for (const { desk } of this.#open) desk.stop();
      this.#serving.interrupt();
    };
    interrupt();
    // Between two statements there is nothing to end: the next one is.
    const again = setInterval(interrupt, INTERRUPT_EVERY_MS);
    try {
      await this.close();
    } finally {
      clearInterval(again);
    }
  }
}

/** How much was delivered, or what lies in a folder of the lake, as one word. */
async function headsOf(desk: Desk, what: Besides): Promise<string> {
  if (what === 'deliveries') return String((await desk.arrived()).length);
  const heads: string[] = [];
  for await (const { key, etag } of desk.lake.list(`${what}/`)) heads.push(`${key} ${etag}`);
  return sha256(heads.join('\n'));
}

/** Begins a house with what a build left for it in the lake. Without it the marts are read: slower, and the same. */
async function begin(lake: Lake, database: string, log: (error: unknown) => void): Promise<void> {
  if (existsSync(database)) return;
  try {
    await fetchServing(lake, database);
  } catch (error) {
    log(error);
  }
}

/** The lake's serving file; a file of its own while another process has that one open. */
async function openServing(folder: string): Promise<Serving> {
  const spill = path.join(folder, 'spill');
  try {
    return await Serving.open(path.join(folder, DATABASE), spill);
  } catch {
    // Whatever else is wrong with it (another version of DuckDB, a broken disk): it holds nothing that is not published.
    const own = await mkdtemp(path.join(folder, 'own-'));
    return Serving.open(path.join(own, DATABASE), spill, () => rm(own, { recursive: true, force: true }));
  }
}

function openingOf(desk: Desk, version: string): Opening {
  let close: () => void = () => undefined;
  const closed = new Promise<void>((left) => {
    close = left;
  });
  return { desk, version, answers: new Answers(), readers: 0, retired: false, closed, close };
}

/** What is published and how much was delivered, cheap to ask. */
async function versionOf(lake: Lake): Promise<string> {
  const published = await lake.head(PUBLISHED_KEY);
  return published?.etag ?? '';
}

/** The folder of a lake's house where none is named. */
export function servingFolder(lake: Lake): string {
  return path.join(cacheFolder(), 'serving', sha256(lake.location).slice(0, 16));
}
