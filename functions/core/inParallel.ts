import { allEnded } from './allEnded.ts';

/** Reads and writes of this many small files overlap: most of their time is waiting for the disk or the network. */
const AT_ONCE = 8;

/**
 * Runs the jobs a few at a time. Once one has failed, no other begins; the failure is thrown when none runs any more.
 * @returns what they gave, in their order
 */
export async function inParallel<T>(jobs: readonly (() => Promise<T>)[]): Promise<T[]> {
  const given: T[] = [];
  const waiting = jobs.entries();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const [at, job] of waiting) {
      if (failed) return;
      try {
        given[at] = await job();
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await allEnded(Array.from({ length: AT_ONCE }, worker));
  return given;
}
