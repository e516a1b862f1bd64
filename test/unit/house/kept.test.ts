import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEPT, keep, kept } from '../../../functions/core/kept.ts';
import { bundled } from '../../../functions/core/sources.mjs';
import { readCatalogue } from '../../../functions/query/catalogue.ts';
import { checkModels } from '../../../functions/warehouse/check.ts';

let folder: string;

beforeAll(async () => {
  const bundle = dirname(fileURLToPath(await bundled('functions/cli/main.ts')));
  // A bundle of this test's own, as deep below the repository: there it finds its packages and its SQL.
  folder = mkdtempSync(join(dirname(bundle), 'kept-'));
  cpSync(bundle, folder, { recursive: true });
  rmSync(join(folder, KEPT), { recursive: true, force: true });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what a bundle made of texts', () => {
  it('is found again for the same texts and no others', () => {
    const place = join(folder, 'some');
    keep('sums', ['1', '2'], { sum: 3 }, place);
    expect(kept('sums', ['1', '2'], place)).toEqual({ sum: 3 });
    for (const other of [['12'], ['1', '2', ''], ['2', '1']])
      expect(kept('sums', other, place)).toBeUndefined();
    expect(kept('others', ['1', '2'], place)).toBeUndefined();
  });

  it('is made again where it was damaged, and kept nowhere where nothing can be written', () => {
    const place = join(folder, 'damaged');
    keep('sums', ['1'], { sum: 1 }, place);
    writeFileSync(join(place, readdirSync(place)[0] ?? ''), '{"sum"');
    expect(kept('sums', ['1'], place)).toBeUndefined();
    keep('sums', ['1'], { sum: 1 }, join(folder, 'main.js', 'below a file'));
  });

  it('comes back from JSON as it was: the check of the models, and the catalogue', async () => {
    const again = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    const checked = await checkModels();
    expect(again(checked)).toEqual(checked);
    const catalogue = readCatalogue();
    expect(again(catalogue)).toEqual(catalogue);
  });

  it('is what the next process of the same bundle goes by', () => {
    const script = `import { run } from ${JSON.stringify(join(folder, 'main.js'))}; await run(['check', '--json']);`;
    const check = (): { readonly laws: number } =>
      JSON.parse(
        execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }),
      ) as { laws: number };
    const { laws } = check();
    expect(laws).toBeGreaterThan(5);
    const [file = ''] = readdirSync(join(folder, KEPT)).filter((name) => name.startsWith('models-'));
    const path = join(folder, KEPT, file);
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), laws: laws + 1 }));
    expect(check().laws).toBe(laws + 1);
  });
});
