import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './deployed.ts';

/** What a template may be made of: contracts, headers, and what the server and the templates must say alike. */
const ALLOWED = ['core/errors.ts', 'serve/access.ts', 'serve/securityHeaders.ts', 'warehouse/glue.ts'];

it('reads of the house only what a template is made of', () => {
  const imports = readdirSync(path.join(ROOT, 'infra'))
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [
      ...readFileSync(path.join(ROOT, 'infra', file), 'utf8').matchAll(/from '\.\.\/functions\/([^']+)'/g),
    ])
    .map(([, file]) => file);
  expect([...new Set(imports)].sort()).toEqual(ALLOWED);
});
