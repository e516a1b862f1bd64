import type { Session } from '../engine/duckdb.ts';
import type { Row } from '../engine/engine.ts';

/** Some connections to one DuckDB: as many statements run at once, the others wait their turn. */
export class Readers {
  readonly #sessions: readonly Session[];
  readonly #idle: Session[];
  readonly #waiting: ((session: Session) => void)[] = [];

  private constructor(sessions: readonly Session[]) {
    this.#sessions = sessions;
    this.#idle = [...sessions];
  }

  /**
   * @param owner stays the caller's to close, after the readers
   * @param first what every connection runs before anything else
   */
  static async beside(owner: Session, count: number, first: string): Promise<Readers> {
    const sessions = await Promise.all(Array.from({ length: count }, () => owner.beside()));
    for (const session of sessions) await session.run(first);
    return new Readers(sessions);
  }

  rows(sql: string): Promise<Row[]> {
    return this.use((session) => session.rows(sql));
  }

  /** A connection for the length of an action. */
  async use<T>(action: (session: Session) => Promise<T>): Promise<T> {
    const session = this.#idle.pop() ?? (await new Promise<Session>((given) => this.#waiting.push(given)));
    try {
      return await action(session);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(session);
      else this.#idle.push(session);
    }
  }

  /** Ends what runs now. */
  interrupt(): void {
    for (const session of this.#sessions) session.interrupt();
  }

  close(): void {
    for (const session of this.#sessions) session.close();
  }
}
