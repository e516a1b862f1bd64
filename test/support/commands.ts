import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { run } from '../../functions/cli/main.ts';
import { HOME } from '../../functions/core/home.ts';

/** How a command ended, and what it said. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Circumstances {
  /** The working directory; that of the tests unless given. */
  readonly cwd?: string;
}

/** Runs one command in this process, which has loaded everything already. One at a time: what it says is kept. */
export async function alturas(
  words: readonly string[],
  { cwd = process.cwd() }: Circumstances = {},
): Promise<Ended> {
  const said: { readonly out: string[]; readonly err: string[] } = { out: [], err: [] };
  const [before, out, err] = [process.cwd(), process.stdout.write, process.stderr.write];
  process.chdir(cwd);
  process.stdout.write = ((text: string) => said.out.push(text) > 0) as typeof out;
  process.stderr.write = ((text: string) => said.err.push(text) > 0) as typeof err;
  try {
    const code = await run(words);
    return { code, out: said.out.join(''), err: said.err.join('') };
  } finally {
    process.stdout.write = out;
    process.stderr.write = err;
    process.chdir(before);
  }
}

/** Runs one command as a user does: in a process of its own, which has ended when this has. */
export async function alturasProcess(
  words: readonly string[],
  { cwd = process.cwd(), house = HOME }: Circumstances & { readonly house?: string } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [join(house, 'functions/cli/alturas.mjs'), ...words], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...said };
}
