import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bundled } from '../../../functions/core/sources.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

test('a bundle is made once, and again as soon as a source differs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'alturas-sources-'));
  const entry = join(folder, `${basename(folder)}.ts`);
  const made: string[] = [];
  const load = async () => {
    const address = await bundled(relative(ROOT, entry));
    made.push(join(fileURLToPath(address), '..'));
    return { address, ...((await import(/* @vite-ignore */ address)) as { said: string }) };
  };
  try {
    await writeFile(join(folder, 'word.ts'), "export const word: string = 'one';\n");
    await writeFile(entry, "import { word } from './word.ts';\nexport const said: string = word;\n");
    const [first, again] = [await load(), await load()];
    await writeFile(join(folder, 'word.ts'), "export const word: string = 'three';\n");
    const after = await load();
    expect([first.said, after.said]).toEqual(['one', 'three']);
    expect(again.address).toBe(first.address);
  } finally {
    for (const place of [folder, ...made]) await rm(place, { recursive: true, force: true });
  }
});
