import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AlturasError } from '../../functions/core/errors.ts';

const run = promisify(execFile);

/** Where real servers for tests are installed once: `.tools/` of the checkout, or `ALTURAS_TOOLS`. */
export function toolsDirectory(): string {
  const fromEnvironment = process.env.ALTURAS_TOOLS;
  if (fromEnvironment) return resolve(fromEnvironment);
  return resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '.tools');
}

/**
 * Installs a tool under `name` of the tools directory unless it is there. `install` fills a folder of its own, which is
 * renamed at the end: a killed installation leaves nothing that looks whole, and two at once do not harm each other.
 * @returns the folder of the tool.
 */
export async function installOnce(
  name: string,
  install: (directory: string) => Promise<void>,
): Promise<string> {
  const target = join(toolsDirectory(), name);
  if (existsSync(target)) return target;
  const partial = `${target}.partial-${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    await install(partial);
    await rename(partial, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return target;
}

/**
 * Runs a command of the machine to its end and returns what it printed.
 * @throws AlturasError `TOOL_MISSING` when the command is not installed, `TOOL_FAILED` when it fails.
 */
export async function runTool(
  command: string,
  args: readonly string[],
  options: { readonly why: string; readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
): Promise<string> {
  try {
    const { stdout } = await run(command, [...args], {
      cwd: options.cwd,
      env: options.env ?? process.env,
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  } catch (cause) {
    const error = cause as NodeJS.ErrnoException & { stderr?: string; stdout?: string };
    if (error.code === 'ENOENT')
      throw new AlturasError(
        'missing',
        'TOOL_MISSING',
        `The command "${command}" is needed ${options.why}, and this machine does not have it.`,
        { hint: `install ${command}, or run the suites that do not need it: npm test` },
        cause,
      );
    const said = `${error.stdout ?? ''}\n${error.stderr ?? ''}`.trim().split('\n').slice(-12);
    throw new AlturasError(
      'internal',
      'TOOL_FAILED',
      `${command} ${args.join(' ')} failed ${options.why}.`,
      { causes: said.map((line) => line.slice(0, 400)) },
      cause,
    );
  }
}

/**
 * Builds a pinned program from the Go module proxy, once.
 * @returns the folder with the program
 * @throws AlturasError `TOOL_MISSING` when this machine has no Go
 */
export function installGoProgram(name: string, module: string, version: string): Promise<string> {
  return installOnce(`${name}-${version}`, async (directory) => {
    await runTool('go', ['install', `${module}@${version}`], {
      why: `to build ${name}, a real S3 server for the tests`,
      env: { ...process.env, GOBIN: directory, CGO_ENABLED: '0' },
    });
  });
}
