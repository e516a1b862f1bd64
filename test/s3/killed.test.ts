import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLake } from '../../functions/lake/openLake.ts';
import { killWriters } from '../support/killedWriters.ts';
import type { S3Server } from '../support/s3Server.ts';
import { startVersitygw } from '../support/versitygw.ts';

let server: S3Server;
let folder: string;
beforeAll(async () => {
  server = await startVersitygw();
  folder = await mkdtemp(join(tmpdir(), 'alturas-killed-'));
  Object.assign(process.env, server.environment, { ALTURAS_CACHE: join(folder, 'cache') });
  await server.createBucket('killed');
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('processes killed while they race for a bucket leave nothing half visible, lost or doubled', async () => {
  const result = await killWriters(await openLake('s3://killed/lake'), 12);
  expect(result.kills).toBe(24);
  expect(result.answered).toBeGreaterThan(24);
  console.log('killed on S3:', JSON.stringify(result));
});

test('the same on a folder, more often', async () => {
  const result = await killWriters(await openLake(join(folder, 'lake')), 15);
  expect(result.kills).toBe(30);
  expect(result.answered).toBeGreaterThan(30);
  console.log('killed on a folder:', JSON.stringify(result));
});
