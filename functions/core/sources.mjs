// The sources run as they are: no build to forget. They are bundled when they differ from what was bundled last, as
// loading hundreds of modules through a loader costs three seconds of every command, and one file a few tenths.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIST = join(ROOT, 'dist');
/** A bundle that a process may still be about to load, in ms. */
const HOUR = 3_600_000;
/** Packages of the older kind inside a bundle ask for Node's own modules with require. */
export const REQUIRE =
  "import { createRequire as alturasRequire } from 'node:module'; const require = alturasRequire(import.meta.url);";

/**
 * The module of an entry with all it imports: one file, and others for what is imported only when it is needed.
 * @param {string} entry a TypeScript file, from the root of the repository
 * @returns {Promise<string>} the address of the file to import
 */
export async function bundled(entry) {
  const name = basename(entry, '.ts');
  const folder = `${name}-${stateOf(['functions', dirname(entry), 'package-lock.json'])}`;
  const file = join(DIST, folder, `${name}.js`);
  if (!existsSync(file)) await bundle(entry, join(DIST, folder), name);
  return pathToFileURL(file).href;
}

async function bundle(entry, folder, name) {
  mkdirSync(DIST, { recursive: true });
  const { build } = await import('esbuild');
  const draft = `${folder}.${process.pid}`;
  try {
    await build({
      absWorkingDir: ROOT,
      entryPoints: [entry],
      outdir: draft,
      bundle: true,
      splitting: true,
      // Native packages lie where npm put them; of all others, what is used goes into the bundle.
      external: ['@duckdb/node-bindings*', 'esbuild'],
      mainFields: ['module', 'main'],
      banner: { js: REQUIRE },
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'warning',
    });
    if (!existsSync(folder)) renameSync(draft, folder);
  } catch (error) {
    // Another process was first.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  for (const other of readdirSync(DIST))
    if (other.startsWith(`${name}-`) && Date.now() - statSync(join(DIST, other)).mtimeMs > HOUR)
      rmSync(join(DIST, other), { recursive: true, force: true });
}

/** Names the state of files and folders: their names, sizes and times of change. */
function stateOf(places) {
  const state = createHash('sha256').update(process.version);
  const see = (place) => {
    const found = statSync(join(ROOT, place));
    if (found.isDirectory())
      for (const inner of readdirSync(join(ROOT, place)).sort()) see(join(place, inner));
    else state.update(`${place} ${found.size} ${found.mtimeMs}\n`);
  };
  for (const place of new Set(places)) see(place);
  return state.digest('hex').slice(0, 16);
}
