import type { Desk } from './desk.ts';

const kept = new WeakMap<object, Map<string, Promise<unknown>>>();

/**
 * What is the same for all readers of a publish, looked at once. Nothing in it may depend on who asks; where it fails,
 * whoever asks next tries again.
 */
export function oncePerPublish<T>(desk: Desk, what: string, look: () => Promise<T>): Promise<T> {
  const known = kept.get(desk.ledger) ?? new Map<string, Promise<unknown>>();
  kept.set(desk.ledger, known);
  const before = known.get(what);
  if (before) return before as Promise<T>;
  const looking = look();
  known.set(what, looking);
  looking.catch(() => known.delete(what));
  return looking;
}
