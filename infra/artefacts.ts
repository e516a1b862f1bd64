import { execFileSync } from 'node:child_process';
import { constants, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { AlturasError } from '../functions/core/errors.ts';
import { KEPT } from '../functions/core/kept.ts';
import { REQUIRE } from '../functions/core/sources.mjs';
import { keepCatalogue } from '../functions/query/catalogue.ts';
import { keepCheck } from '../functions/warehouse/check.ts';
import { type Arch, elfMachine } from './elf.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
/** Oldest Node that a function runs on. */
const TARGET = 'node22';
/** What a Lambda function may weigh, layers included. */
export const LARGEST_BYTES = 250 * 1024 * 1024;

const DUCKDB = '@duckdb';
/** The native files of DuckDB's Node client, in its package for one machine. */
const NATIVE = ['duckdb.node', 'libduckdb.so'] as const;

export const FUNCTIONS = ['land', 'build', 'serve'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

const MACROS = 'functions/engine/trinoMacros.sql';
const MODELS = 'sql';

/** Files that a function reads beside its code, from the root of the repository. */
const READ: Readonly<Record<FunctionName, readonly string[]>> = {
  land: [MACROS],
  build: [MACROS, MODELS],
  serve: [MACROS, MODELS],
};

/** The entry of every artefact, as Lambda wants it: the file without its ending, and what it exports. */
export function entryOf(name: FunctionName): string {
  return `functions/${name}/handler.handler`;
}

/**
 * Bundles a function into a folder that holds all it needs and nothing else: its code in one file, DuckDB with the
 * native files of the machine it will run on, the SQL that it reads, and what a check of that SQL found, so that a
 * cold start need not check it again. Files lie as in the repository, so that what
 * the code reads beside itself is found. DuckDB is inside each artefact rather than in a layer: one unit to deploy and
 * to test, and no version of the one that could meet another of the other.
 *
 * Offline when the machine is that of node_modules; else npm fetches DuckDB's package once. Made once a process.
 * @returns the folder, `dist/artefacts/<arch>/<name>`
 * @throws AlturasError `BINDING_MISSING`, `BINDING_FOREIGN` when DuckDB's native files are not there or for another machine
 */
export function artefact(name: FunctionName, options: { readonly arch: Arch }): Promise<string> {
  const key = `${options.arch}/${name}`;
  const folder = made.get(key) ?? make(name, options.arch);
  made.set(key, folder);
  return folder;
}

/** Made by this process. */
const made = new Map<string, Promise<string>>();

async function make(name: FunctionName, arch: Arch): Promise<string> {
  const target = join(DIST, 'artefacts', arch, name);
  const folder = `${target}.${process.pid}`;
  rmSync(folder, { recursive: true, force: true });
  try {
    bundle(name, folder);
    for (const file of READ[name]) cpSync(join(ROOT, file), join(folder, file), { recursive: true });
    if (READ[name].includes(MODELS)) {
      const beside = join(folder, 'functions', name, KEPT);
      await keepCheck(beside);
      keepCatalogue(beside);
    }
    cpSync(duckdbFor(arch), join(folder, 'node_modules', DUCKDB), {
      recursive: true,
      mode: constants.COPYFILE_FICLONE,
    });
    checkBinding(folder, arch);
    rmSync(target, { recursive: true, force: true });
    renameSync(folder, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return target;
}

/**
 * Checks that an artefact holds DuckDB for the machine that it will run on: npm leaves a package of another machine out
 * without a word, and a function that lacks it fails when it is first called.
 */
export function checkBinding(folder: string, arch: Arch): void {
  for (const name of NATIVE) {
    const file = join(folder, 'node_modules', DUCKDB, `node-bindings-linux-${arch}`, name);
    if (!existsSync(file))
      throw new AlturasError('missing', 'BINDING_MISSING', `DuckDB's native file for ${arch} is not there.`, {
        file,
        safe: 'nothing was deployed',
        hint: `does the registry have ${DUCKDB}/node-bindings-linux-${arch} in version ${duckdbVersion()}?`,
      });
    const machine = elfMachine(file);
    if (machine !== arch)
      throw new AlturasError('internal', 'BINDING_FOREIGN', `${name} is for another machine.`, {
        file,
        value: machine ?? 'no machine of Lambda',
        expected: arch,
        safe: 'nothing was deployed',
      });
  }
}

function bundle(name: FunctionName, folder: string): void {
  const home = join(folder, 'functions', name);
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: [join(ROOT, 'functions', name, 'handler.ts')],
    outfile: join(home, 'handler.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: TARGET,
    external: [`${DUCKDB}/*`],
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE },
    sourcemap: false,
    logLevel: 'warning',
  });
}

/** A folder with DuckDB's three packages for a machine. */
function duckdbFor(arch: Arch): string {
  const own = join(ROOT, 'node_modules', DUCKDB);
  if (existsSync(join(own, `node-bindings-linux-${arch}`))) return own;
  const version = duckdbVersion();
  const kept = join(DIST, 'duckdb', `${version}-linux-${arch}`);
  const packages = join(kept, 'node_modules', DUCKDB);
  if (existsSync(packages)) return packages;
  const partial = `${kept}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    execFileSync(
      'npm',
      [
        'install',
        ...['--prefix', partial, '--no-package-lock', '--no-audit', '--no-fund', '--omit=dev'],
        ...['--os=linux', `--cpu=${arch}`, '--libc=glibc', `${DUCKDB}/node-api@${version}`],
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    rmSync(kept, { recursive: true, force: true });
    renameSync(partial, kept);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return packages;
}

function duckdbVersion(): string {
  const file = join(ROOT, 'node_modules', DUCKDB, 'node-api', 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
