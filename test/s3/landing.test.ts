import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { S3Lake } from '../../functions/lake/s3Lake.ts';
import { landDeliveries } from '../../functions/land/land.ts';
import { goldenLedger } from '../support/goldenLedger.ts';
import { keysOf } from '../support/lakeContract.ts';
import { writeDeliveries } from '../support/ledgerFixtureFiles.ts';
import type { S3Server } from '../support/s3Server.ts';
import { startVersitygw } from '../support/versitygw.ts';

let server: S3Server;
let folder: string;
beforeAll(async () => {
  server = await startVersitygw();
  Object.assign(process.env, server.environment);
  folder = await mkdtemp(join(tmpdir(), 'alturas-landing-'));
  await server.createBucket('landing');
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a landing that was cut short before anything was visible does not send the delivered files again', async () => {
  const lake = new S3Lake({ bucket: 'landing', prefix: '', cache: join(folder, 'cache') });
  const deliveries = await writeDeliveries(goldenLedger(), join(folder, 'deliveries'));
  const first = await landDeliveries(lake, deliveries);
  expect(first.accepted).toBeGreaterThan(1);
  const copies = await keysOf(lake, 'landing/');
  const client = new S3Client({ endpoint: server.endpoint, forcePathStyle: true });
  const writes = () =>
    Promise.all(
      copies.map(
        async (Key) =>
          (await client.send(new HeadObjectCommand({ Bucket: 'landing', Key }))).Metadata?.['alturas-write'],
      ),
    );
  const before = await writes();
  expect(new Set(before).size).toBe(copies.length);

  await lake.remove(await keysOf(lake, 'deliveries/'));
  const [half = ''] = copies;
  await lake.put(half, 'cut');
  const second = await landDeliveries(lake, deliveries);
  expect(second.accepted).toBe(first.accepted);
  const after = await writes();
  expect(after.slice(1)).toEqual(before.slice(1));
  expect((await lake.head(half))?.size).toBeGreaterThan('cut'.length);
});
