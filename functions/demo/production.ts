import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { HOME } from '../core/home.ts';
import type { DemoOptions, DemoSummary } from './demo.ts';

export interface ToWorkshop {
  readonly directory: string;
  readonly options: Omit<DemoOptions, 'onDelivery'>;
}

export type FromWorkshop = { readonly folder: string } | { readonly summary: DemoSummary };

/** Young objects live for a day of the simulation; with room for them, little is collected more than once. */
const YOUNG_MB = 64;

/**
 * The demo made in a thread of its own, so that its first deliveries land while the others are still written.
 *
 * Iterate to the end, then read `summary`.
 */
export class DemoProduction {
  readonly #batch: number;
  readonly #worker: Worker;
  readonly #ready: string[] = [];
  #summary: DemoSummary | undefined;
  #failure: unknown;
  #wake: () => void = () => undefined;

  /** @param batch folders that are handed out together; the last ones may be fewer */
  constructor(directory: string, options: ToWorkshop['options'], batch: number) {
    this.#batch = batch;
    this.#worker = new Worker(join(HOME, 'functions/demo/workshop.mjs'), {
      workerData: { directory, options } satisfies ToWorkshop,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.#worker.on('message', (message: FromWorkshop) => {
      if ('folder' in message) this.#ready.push(message.folder);
      else this.#summary = message.summary;
      this.#wake();
    });
    this.#worker.on('error', (error) => {
      this.#failure = error;
      this.#wake();
    });
  }

  get summary(): DemoSummary {
    if (!this.#summary) throw new TypeError('The demo is not finished.');
    return this.#summary;
  }

  /** Folders of complete deliveries, in the order of cut-offs. */
  async *batches(): AsyncGenerator<string[]> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      const finished = this.#summary !== undefined;
      if (this.#ready.length >= this.#batch || (finished && this.#ready.length > 0)) {
        yield this.#ready.splice(0, this.#batch);
      } else if (finished) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }

  /** Ends the thread, also before it is finished. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
