/** Edits that still make a slip of the pen of a name. */
const FARTHEST = 3;

/** The name that was most likely meant by one that does not exist; null when none is near. */
export function nearest(written: string, names: readonly string[]): string | null {
  const near = names
    .map((name) => ({ name, edits: editsBetween(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, edits }) => edits <= Math.min(FARTHEST, name.length / 2))
    .sort((a, b) => a.edits - b.edits);
  return near[0]?.name ?? null;
}

/** Letters to insert, remove or replace (Levenshtein). */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (const [index, there] of [...other].entries())
      next.push(
        Math.min(
          (row[index] ?? 0) + (letter === there ? 0 : 1),
          (row[index + 1] ?? 0) + 1,
          (next[index] ?? 0) + 1,
        ),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}
