import { join } from 'node:path';
import { allEnded } from '../core/allEnded.ts';
import { Session } from '../engine/duckdb.ts';

/** Files above this are worth both threads of one statement; below, statements side by side are faster. */
const LARGE_FILE = 24 * 1024 * 1024;

/**
 * Scratch files are written once and read several times, so their footers are worth keeping. A partition is written
 * when it is complete: how a file is cut into row groups must not depend on what else is landed with it.
 */
const SETTINGS = `SET parquet_metadata_cache = true; SET partitioned_write_flush_threshold = 1000000000`;

/** Several DuckDB sessions that work off a queue of jobs side by side. */
export class Lanes {
  /** One session with all threads, for large files, instead of one session a thread. */
  readonly wide: boolean;
  readonly #sessions: readonly Session[];
  readonly #idle: Session[];
  readonly #waiting: ((session: Session) => void)[] = [];

  private constructor(sessions: readonly Session[], wide: boolean) {
    this.#sessions = sessions;
    this.wide = wide;
    this.#idle = [...sessions];
  }

  static async open(
    scratch: string,
    options: { readonly threads: number; readonly memoryMb: number; readonly largestFile: number },
  ): Promise<Lanes> {
    const wide = options.largestFile > LARGE_FILE;
    const lanes = wide ? 1 : options.threads;
    const sessions = await Promise.all(
      Array.from({ length: lanes }, (_, lane) =>
        Session.open({
          scratch: join(scratch, `lane-${lane}`),
          threads: wide ? options.threads : 1,
          memoryLimit: `${Math.floor(options.memoryMb / lanes)}MB`,
          trino: false,
        }),
      ),
    );
    for (const session of sessions) await session.run(SETTINGS);
    return new Lanes(sessions, wide);
  }

  get width(): number {
    return this.#sessions.length;
  }

  /** Runs a job on the next free session. */
  async run<T>(job: (session: Session) => Promise<T>): Promise<T> {
    const session =
      this.#idle.pop() ?? (await new Promise<Session>((resolve) => this.#waiting.push(resolve)));
    try {
      return await job(session);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(session);
      else this.#idle.push(session);
    }
  }

  /**
   * Runs jobs side by side, each on the next free session. Once one has failed, no other begins; the failure is thrown
   * when none runs any more.
   */
  async all(jobs: readonly ((session: Session) => Promise<unknown>)[]): Promise<void> {
    let failed = false;
    await allEnded(
      jobs.map((job) =>
        this.run(async (session) => {
          if (failed) return;
          try {
            await job(session);
          } catch (error) {
            failed = true;
            throw error;
          }
        }),
      ),
    );
  }

  close(): void {
    for (const session of this.#sessions) session.close();
  }
}
