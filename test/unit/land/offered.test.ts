import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { offeredDeliveries } from '../../../functions/land/offered.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alturas-offered-'));
  await mkdir(join(folder, 'truth'));
  await mkdir(join(folder, 'deliveries', '2026-06-30'), { recursive: true });
  await writeFile(join(folder, 'deliveries', '2026-06-30', 'control.json'), '{}');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([
  ['.', /^Did you mean .+\/deliveries\? Deliveries lie there\.$/],
  ['truth', /once its control\.json is there$/],
])(
  'a folder without a delivery is refused, and told where they are if that is near: %s',
  async (name, hint) => {
    await expect(offeredDeliveries([join(folder, name)])).rejects.toMatchObject({
      code: 'NO_DELIVERY',
      details: { hint: expect.stringMatching(hint) },
    });
  },
);
