import { allEnded } from './allEnded.ts';

/** Reads and writes of this many small files overlap: most of their time is waiting for the disk or the network. */
const AT_ONCE = 8;

/** Runs the jobs a few at a time. Once one has failed, no other begins; the failure is thrown when none runs any more. */
export async function inParallel(jobs: readonly (() => Promise<unknown>)[]): Promise<void> {
  const queue = [...jobs];
  const worker = async (): Promise<void> => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      try {
        await job();
      } catch (error) {
        queue.length = 0;
        throw error;
      }
    }
  };
  await allEnded(Array.from({ length: AT_ONCE }, worker));
}
