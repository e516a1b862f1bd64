import { allEnded } from './allEnded.ts';
import { AlturasError } from './errors.ts';

/** A piece of work that waits for others. */
export interface Job<W, R> {
  /** What has to be done before it. */
  readonly after: Iterable<Job<W, unknown>>;
  /** Jobs of one batch suit a worker that did one of it before. */
  readonly batch: number;
  run(worker: W): Promise<R>;
}

/**
 * Workers do jobs side by side, one each at a time: the first in the list that waits for nothing, of the batch that
 * the worker did last where there is one. Once one has failed, no other begins; the failure is thrown when none runs
 * any more.
 */
export async function workOff<W, R>(workers: readonly W[], jobs: readonly Job<W, R>[]): Promise<R[]> {
  const given = new Map<Job<W, R>, R>();
  const waiting = new Map(jobs.map((job) => [job, new Set(job.after)]));
  const sleeping: (() => void)[] = [];
  let running = 0;
  let failed = false;
  const next = (batch: number | undefined): Job<W, R> | undefined => {
    let first: Job<W, R> | undefined;
    for (const [job, before] of waiting) {
      if (before.size > 0) continue;
      if (batch === undefined || job.batch === batch) return job;
      first ??= job;
    }
    return first;
  };
  const work = async (worker: W): Promise<void> => {
    let batch: number | undefined;
    while (waiting.size > 0 && !failed) {
      const job = next(batch);
      if (!job) {
        if (running === 0) throw new AlturasError('internal', 'JOBS_WAIT', 'Jobs wait for one another.');
        await new Promise<void>((resolve) => sleeping.push(resolve));
        continue;
      }
      waiting.delete(job);
      batch = job.batch;
      running += 1;
      try {
        given.set(job, await job.run(worker));
        for (const before of waiting.values()) before.delete(job);
      } catch (error) {
        failed = true;
        throw error;
      } finally {
        running -= 1;
        for (const wake of sleeping.splice(0)) wake();
      }
    }
  };
  await allEnded(workers.map(work));
  return jobs.map((job) => given.get(job) as R);
}
