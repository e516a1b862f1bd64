import { distance } from 'fastest-levenshtein';

/** Edits that still make a slip of the pen of a name. */
const FARTHEST = 3;

/** The name that was most likely meant by one that does not exist; null when none is near. */
export function nearest(written: string, names: readonly string[]): string | null {
  const near = names
    .map((name) => ({ name, edits: distance(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, edits }) => edits <= Math.min(FARTHEST, name.length / 2))
    .sort((a, b) => a.edits - b.edits);
  return near[0]?.name ?? null;
}

/** The question to whom wrote a name that does not exist; nothing where none is near. */
export function didYouMean(written: string, names: readonly string[]): string {
  const name = nearest(written, names);
  return name === null ? '' : `Did you mean "${name}"? `;
}

/** The same at the end of a sentence that goes on: `; did you mean "receipts"?`. */
export function orMeant(written: string, names: readonly string[]): string {
  const name = nearest(written, names);
  return name === null ? '' : `; did you mean "${name}"?`;
}
