import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { openLake } from '../../../functions/lake/openLake.ts';
import { lakeContract } from '../../support/lakeContract.ts';
import { publishContract } from '../../support/publishContract.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alturas-folder-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a folder as a lake', () => {
  const open = (name: string) => openLake(join(folder, name));
  lakeContract(open);
  publishContract(open);
});
