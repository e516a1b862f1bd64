import type { Keyring } from './api.ts';

/** On loopback the server keeps the token in a cookie; asking for the session sets it anew. */
export class LocalKeys implements Keyring {
  token(): null {
    return null;
  }

  async renew(): Promise<boolean> {
    const response = await fetch('/api/session', { credentials: 'same-origin' });
    return response.ok;
  }
}

const PATIENCE_MS = 8_000;

/** In a frame the host page holds the tokens: one is asked for by message, and waited for a little. */
export class HostKeys implements Keyring {
  readonly #ask: () => void;
  #token: string | null = null;
  #waiting: ((given: boolean) => void)[] = [];

  constructor(ask: () => void) {
    this.#ask = ask;
  }

  token(): string | null {
    return this.#token;
  }

  /** @returns whether a request waits for it */
  give(token: string): boolean {
    this.#token = token;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go(true);
    return waiting.length > 0;
  }

  renew(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#ask();
      setTimeout(() => resolve(false), PATIENCE_MS);
    });
  }
}
