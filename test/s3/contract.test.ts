import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { S3Lake } from '../../functions/lake/s3Lake.ts';
import { lakeContract } from '../support/lakeContract.ts';
import { startMinio } from '../support/minio.ts';
import { publishContract } from '../support/publishContract.ts';
import type { S3Server } from '../support/s3Server.ts';
import { startVersitygw } from '../support/versitygw.ts';

describe.each([
  { name: 'versitygw', start: startVersitygw },
  { name: 'MinIO', start: startMinio },
])('a bucket of $name as a lake', ({ start }) => {
  let server: S3Server;
  let cache: string;
  beforeAll(async () => {
    server = await start();
    Object.assign(process.env, server.environment);
    await server.createBucket('contract');
    cache = await mkdtemp(join(tmpdir(), 'alturas-cache-'));
  });
  afterAll(async () => {
    await server?.stop();
    await rm(cache, { recursive: true, force: true });
  });

  const open = async (name: string) => new S3Lake({ bucket: 'contract', prefix: `lakes/${name}`, cache });
  lakeContract(open);
  publishContract(open);
});
