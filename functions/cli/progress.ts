import { paint, terminal } from './terminal.ts';

/** Long work shown as it goes: one line that rewrites itself on a terminal, one line a step elsewhere. Errors stream. */
export class Progress {
  readonly #live = process.stderr.isTTY === true;
  readonly #began = Date.now();

  get seconds(): number {
    return (Date.now() - this.#began) / 1000;
  }

  /** Something is under way. Shown on a terminal only: a log wants results. */
  doing(text: string): void {
    if (this.#live) process.stderr.write(`\r\u001b[2K${text}`);
  }

  /** A step is done. */
  done(text: string): void {
    if (this.#live) process.stderr.write('\r\u001b[2K');
    terminal.note(text);
  }

  clear(): void {
    if (this.#live) process.stderr.write('\r\u001b[2K');
  }
}

/** `8,012 rows, 1.2 s`. */
export function rowsAndSeconds(rows: number, seconds: number): string {
  return `${rows.toLocaleString('en-US')} rows, ${seconds.toFixed(1)} s`;
}

export function heading(text: string): string {
  return paint.bold(text);
}
