import { utimes } from 'node:fs/promises';

const EVERY_MS = 60 * 60 * 1000;

/**
 * Keeps a scratch folder from being taken for a leftover while somebody works there without writing: servers stand
 * for days between two publishes, and whoever opens the lake meanwhile sweeps what seems abandoned.
 * @returns ends it
 */
export function stayIn(folder: string): () => void {
  const touch = (): void => {
    const now = new Date();
    // A folder that is gone is missed by whoever reads from it next.
    void utimes(folder, now, now).catch(() => undefined);
  };
  const timer = setInterval(touch, EVERY_MS).unref();
  return () => clearInterval(timer);
}
