import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface SqlFile {
  /** Path from the root of the project, as an editor opens it. */
  readonly path: string;
  readonly text: string;
}

/** Every model and law of `sql/`, in the order of their paths. */
export function sqlFiles(): SqlFile[] {
  return readdirSync(join(ROOT, 'sql'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.sql'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path: relative(ROOT, path), text: readFileSync(path, 'utf8') }));
}
