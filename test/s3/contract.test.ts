import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { S3Lake } from '../../functions/lake/s3Lake.ts';
import { lakeContract } from '../support/lakeContract.ts';
import { publishContract } from '../support/publishContract.ts';
import { type S3Server, startVersitygw } from '../support/versitygw.ts';

let server: S3Server;
let cache: string;
beforeAll(async () => {
  server = await startVersitygw();
  Object.assign(process.env, server.environment);
  await server.createBucket('contract');
  cache = await mkdtemp(join(tmpdir(), 'alturas-cache-'));
});
afterAll(async () => {
  await server?.stop();
  await rm(cache, { recursive: true, force: true });
});

describe('a bucket of a real S3 server as a lake', () => {
  const open = async (name: string) => new S3Lake({ bucket: 'contract', prefix: `lakes/${name}`, cache });
  lakeContract(open);
  publishContract(open);
});
