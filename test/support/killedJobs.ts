import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { JobNews, JobTask } from './jobWorker.ts';

const RUN = fileURLToPath(new URL('./run.mjs', import.meta.url));

/**
 * When a worker is killed: so many milliseconds after it began, or so many after it announced its n-th write to a room
 * of the lake, the first part of a key.
 */
export type KillMoment =
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'write'; readonly room: string; readonly number: number; readonly ms: number };

/** `marts/position/...` is in the room `marts`. */
export function roomOf(key: string): string {
  return key.split('/')[0] ?? key;
}

/** How a run of the jobs ended. */
export interface JobRun {
  /** Null when it was killed first. */
  readonly done: Extract<JobNews, { kind: 'done' }> | null;
  /** Keys written, or about to be. */
  readonly writes: readonly string[];
  readonly ms: number;
}

/** Runs the jobs in processes of their own, each loaded before it is needed. */
export class JobRunner {
  #next: Promise<ChildProcess> = loaded();

  /**
   * Lands and builds in a fresh process, and kills it (kill -9) at a moment.
   * @throws Error when the process ended by itself without being done
   */
  async run(task: JobTask, kill: KillMoment | null): Promise<JobRun> {
    const worker = await this.#next;
    this.#next = loaded();
    const writes: string[] = [];
    let done: JobRun['done'] = null;
    let killed = false;
    const end = async (ms: number): Promise<void> => {
      await sleep(ms);
      killed = worker.kill('SIGKILL');
    };
    worker.on('message', (news: JobNews) => {
      if (news.kind === 'done') done = news;
      if (news.kind !== 'writes') return;
      writes.push(news.key);
      if (kill?.kind !== 'write' || roomOf(news.key) !== kill.room) return;
      if (writes.filter((key) => roomOf(key) === kill.room).length === kill.number) void end(kill.ms);
    });
    const start = performance.now();
    const gone = once(worker, 'close');
    worker.send(task);
    if (kill?.kind === 'time') void end(kill.ms);
    await gone;
    if (done === null && !killed) throw new Error(`the jobs failed on ${task.lake}`);
    return { done, writes, ms: performance.now() - start };
  }

  /** Ends the process that waits for a task. */
  async close(): Promise<void> {
    (await this.#next).kill('SIGKILL');
  }
}

async function loaded(): Promise<ChildProcess> {
  const child = fork(RUN, ['test/support/jobWorker.ts'], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  return child;
}
