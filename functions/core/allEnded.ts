/** Waits until all of some work has ended, well or not: nothing of it runs on. Then the first failure is thrown. */
export async function allEnded(work: readonly Promise<unknown>[]): Promise<void> {
  for (const end of await Promise.allSettled(work)) if (end.status === 'rejected') throw end.reason;
}
