import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './deployed.ts';

/** What a template may be made of: contracts, headers, and what the server and the templates must say alike. */
const ALLOWED = ['core/errors.ts', 'serve/access.ts', 'serve/securityHeaders.ts', 'warehouse/glue.ts'];

/** What an artefact brings made already, so that no function makes it when it starts. */
const MADE = ['core/kept.ts', 'core/sources.mjs', 'query/catalogue.ts', 'warehouse/check.ts'];

/** The files of the house that files of `infra` name. */
function read(files: readonly string[]): string[] {
  const imports = files.flatMap((file) => [
    ...readFileSync(path.join(ROOT, 'infra', file), 'utf8').matchAll(/from '\.\.\/functions\/([^']+)'/g),
  ]);
  return [...new Set(imports.map(([, file]) => file ?? ''))].sort();
}

it('reads of the house only what a template is made of, and what an artefact brings', () => {
  const files = readdirSync(path.join(ROOT, 'infra')).filter((file) => file.endsWith('.ts'));
  expect(read(files.filter((file) => file !== 'artefacts.ts'))).toEqual(ALLOWED);
  expect(read(['artefacts.ts'])).toEqual(['core/errors.ts', ...MADE]);
});
