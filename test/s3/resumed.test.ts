import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { S3Lake } from '../../functions/lake/s3Lake.ts';
import { PART_BYTES, UploadInParts, unfinishedUploads } from '../../functions/lake/s3Upload.ts';
import { type FaultProxy, startFaultProxy } from '../support/faultProxy.ts';
import { startMinio } from '../support/minio.ts';
import type { S3Server } from '../support/s3Server.ts';
import { sha256 } from '../support/sealed.ts';
import { startVersitygw } from '../support/versitygw.ts';

const RUN = fileURLToPath(new URL('../support/run.mjs', import.meta.url));
const BUCKET = 'resumed';
const PARTS = 9;
const bytes = randomBytes((PARTS - 1) * PART_BYTES + 17);

describe.each([
  // versitygw 1.8.0 refuses the marker that it gave for the next page of one key's uploads ("Invalid uploadId marker").
  { name: 'versitygw', start: startVersitygw, pagesUploads: false, sharesUploads: false },
  { name: 'MinIO', start: startMinio, pagesUploads: true, sharesUploads: true },
])('a large file that was cut off on its way to $name', ({ name, start, pagesUploads, sharesUploads }) => {
  let server: S3Server;
  let folder: string;
  let file: string;
  let client: S3Client;
  let proxy: FaultProxy;
  /** Numbers of the parts that were sent through the proxy, in order. */
  let sent: number[] = [];
  let onPart: (sent: number) => void = () => undefined;

  beforeAll(async () => {
    server = await start();
    Object.assign(process.env, server.environment);
    await server.createBucket(BUCKET);
    folder = await mkdtemp(join(tmpdir(), 'alturas-resumed-'));
    file = join(folder, 'large');
    await writeFile(file, bytes);
    client = new S3Client({ endpoint: server.endpoint, forcePathStyle: true });
    proxy = await startFaultProxy(
      server.endpoint,
      () => 0,
      ['reset-after'],
      (_path, parameters) => {
        if (!parameters.has('partNumber')) return;
        sent.push(Number(parameters.get('partNumber')));
        onPart(sent.length);
      },
      (method, parameters) => method === 'POST' && parameters.has('uploadId'),
    );
  });
  afterAll(async () => {
    await proxy?.stop();
    client?.destroy();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    sent = [];
  });
  afterEach(() => {
    proxy.rate = 0;
    onPart = () => undefined;
  });

  const lake = (): S3Lake =>
    new S3Lake({ bucket: BUCKET, prefix: '', endpoint: proxy.endpoint, cache: join(folder, 'cache') });

  /** Puts the file by a process of its own. @returns how the process ended */
  async function putByProcess(key: string, killAt?: number): Promise<number | NodeJS.Signals | null> {
    const child = spawn(process.execPath, [RUN, 'test/support/lakePutter.ts', `s3://${BUCKET}`, key, file], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, AWS_ENDPOINT_URL_S3: proxy.endpoint, ALTURAS_CACHE: join(folder, 'cache') },
    });
    onPart = (count) => count === killAt && child.kill('SIGKILL');
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    // What was on its way arrives all the same.
    await expect.poll(() => proxy.serving(), { timeout: 60_000 }).toBe(0);
    return signal ?? code;
  }

  /** Unfinished uploads of a key, with the parts that each has. */
  async function unfinished(key: string): Promise<{ readonly id: string; readonly parts: number[] }[]> {
    const found: { id: string; parts: number[] }[] = [];
    for await (const { UploadId: id = '' } of unfinishedUploads(client, BUCKET, key)) {
      const { Parts = [] } = await client.send(
        new ListPartsCommand({ Bucket: BUCKET, Key: key, UploadId: id }),
      );
      found.push({ id, parts: Parts.map(({ PartNumber = 0 }) => PartNumber) });
    }
    return found;
  }

  /** What a writer leaves that sent some parts of some bytes and stopped. */
  async function leave(key: string, content: Buffer, numbers: readonly number[]): Promise<string> {
    const { UploadId = '' } = await client.send(
      new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: key, ChecksumAlgorithm: 'SHA256' }),
    );
    for (const PartNumber of numbers) {
      const Body = content.subarray((PartNumber - 1) * PART_BYTES, PartNumber * PART_BYTES);
      const part = { Bucket: BUCKET, Key: key, UploadId, PartNumber, Body };
      await client.send(new UploadPartCommand({ ...part, ChecksumAlgorithm: 'SHA256' }));
    }
    return UploadId;
  }

  async function expectStored(key: string, content: Buffer): Promise<void> {
    expect(sha256((await lake().get(key))?.body ?? '')).toBe(sha256(content));
  }

  const numbers = (parts: readonly number[]): number[] => [...parts].sort((a, b) => a - b);
  const others = (parts: readonly number[]): number[] =>
    Array.from({ length: PARTS }, (_, index) => index + 1).filter((number) => !parts.includes(number));

  test('by a kill, goes on: of its parts only those that S3 lacks are sent', async () => {
    expect(await putByProcess('killed', 5)).toBe('SIGKILL');
    const [left, ...more] = await unfinished('killed');
    expect(more).toEqual([]);
    expect(left?.parts.length).toBeGreaterThanOrEqual(4);
    expect(left?.parts.length).toBeLessThan(PARTS);
    expect(await lake().head('killed')).toBeNull();

    sent = [];
    expect(await putByProcess('killed')).toBe(0);
    console.log(`${name}: ${left?.parts.length} parts were there, then ${sent.length} of ${PARTS} sent`);
    expect(numbers(sent)).toEqual(others(left?.parts ?? []));
    await expectStored('killed', bytes);
    expect(await unfinished('killed')).toEqual([]);
  });

  test('is sent anew when its bytes are others now, and the other upload is left alone', async () => {
    const changed = Buffer.from(bytes);
    changed[3 * PART_BYTES] = (changed[3 * PART_BYTES] ?? 0) ^ 1;
    const id = await leave('changed', changed, [1, 2, 4]);
    await lake().putFile('changed', file);
    expect(numbers(sent)).toEqual(others([]));
    await expectStored('changed', bytes);
    expect(await unfinished('changed')).toEqual([{ id, parts: [1, 2, 4] }]);
  });

  test('is sent anew when it was longer or shorter', async () => {
    const id = await leave('shorter', bytes.subarray(0, 2 * PART_BYTES - 5), [1, 2]);
    await lake().putFile('shorter', file);
    expect(numbers(sent)).toEqual(others([]));
    await expectStored('shorter', bytes);
    expect((await unfinished('shorter')).map((upload) => upload.id)).toEqual([id]);
  });

  test('goes on with the upload that has most of it, whatever keys begin alike', async () => {
    await leave('most', bytes, [2]);
    await leave('most', bytes, [1, 3, 9]);
    await leave('mostly', bytes, [1, 2, 3, 4]);
    await lake().putFile('most', file);
    expect(numbers(sent)).toEqual([2, 4, 5, 6, 7, 8]);
    await expectStored('most', bytes);
  });

  test('is found however many pages the lists have', async () => {
    for (const part of [1, 2, 3]) await leave('paged', bytes, [part]);
    await leave('paged', bytes, [1, 2, 3, 5, 7]);
    const paging = new S3Client({ endpoint: proxy.endpoint, forcePathStyle: true });
    paging.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName === 'ListPartsCommand') Object.assign(args.input, { MaxParts: 2 });
          if (commandName === 'ListMultipartUploadsCommand' && pagesUploads)
            Object.assign(args.input, { MaxUploads: 1 });
          return next(args);
        },
      { step: 'initialize' },
    );
    const object = { Bucket: BUCKET, Key: 'paged' };
    await new UploadInParts(paging, object, { path: file, size: bytes.length }).send({});
    paging.destroy();
    expect(numbers(sent)).toEqual([4, 6, 8, 9]);
    await expectStored('paged', bytes);
  });

  test.each([
    { answers: 'an answer', key: 'lost/once', lost: 1 },
    { answers: 'every answer of an attempt', key: 'lost/often', lost: 6 },
  ])('is there when $answers to its completion was lost, under a condition too', async ({ key, lost }) => {
    await leave(key, bytes, [1, 2, 3, 4, 5]);
    const before = proxy.happened['reset-after'];
    proxy.rate = 1;
    const put = lake().putFile(key, file, { condition: { ifAbsent: true } });
    await expect
      .poll(() => proxy.happened['reset-after'] - before, { timeout: 120_000, interval: 5 })
      .toBeGreaterThanOrEqual(lost);
    proxy.rate = 0;
    const { etag } = await put;
    expect((await lake().head(key))?.etag).toBe(etag);
    await expectStored(key, bytes);
    expect(await unfinished(key)).toEqual([]);
  });

  test('is refused when the key was taken meanwhile, and leaves no upload', async () => {
    await lake().put('taken', 'somebody else’s');
    await leave('taken', bytes, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await expect(lake().putFile('taken', file, { condition: { ifAbsent: true } })).rejects.toMatchObject({
      code: 'LAKE_PRECONDITION',
    });
    expect(sent).toEqual([]);
    expect(Buffer.from((await lake().get('taken'))?.body ?? []).toString()).toBe('somebody else’s');
    expect(await unfinished('taken')).toEqual([]);
  });

  test('cannot be completed by one writer with parts of another', async () => {
    const id = await leave('mixed', bytes, [1]);
    const place = { Bucket: BUCKET, Key: 'mixed', UploadId: id };
    const { Parts = [] } = await client.send(new ListPartsCommand(place));
    const other = { ...place, PartNumber: 1, Body: randomBytes(PART_BYTES) };
    await client.send(new UploadPartCommand({ ...other, ChecksumAlgorithm: 'SHA256' }));
    const completed = Parts.map(({ PartNumber, ETag, ChecksumSHA256 }) => ({
      PartNumber,
      ETag,
      ChecksumSHA256,
    }));
    await expect(
      client.send(new CompleteMultipartUploadCommand({ ...place, MultipartUpload: { Parts: completed } })),
    ).rejects.toMatchObject({ name: 'InvalidPart' });
  });

  test('ends whole when writers race to go on with it: of other bytes one wins, of the same all are served', async () => {
    const other = join(folder, 'other');
    // versitygw 1.8.0 puts an object together from files that another writer may replace meanwhile: there, writers of
    // other bytes do not meet in one upload.
    const shared = sharesUploads ? 2 : 0;
    const alike = Buffer.concat([
      bytes.subarray(0, shared * PART_BYTES),
      randomBytes((3 - shared) * PART_BYTES),
    ]);
    await writeFile(other, alike);
    const own = join(folder, 'own');
    const short = bytes.subarray(0, 3 * PART_BYTES);
    await writeFile(own, short);
    for (let round = 0; round < 4; round += 1) {
      const key = `raced/${round}`;
      // Where both begin with these two parts, either may take the upload for its own.
      await leave(key, short, [1, 2]);
      const writers = [own, other, own, other];
      const results = await Promise.allSettled(
        writers.map((path) => lake().putFile(key, path, { condition: { ifAbsent: true } })),
      );
      const winners = new Set(
        results.flatMap(({ status }, at) => (status === 'fulfilled' ? [writers[at]] : [])),
      );
      for (const result of results)
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'LAKE_PRECONDITION' });
      expect(winners.size).toBe(1);
      await expectStored(key, await readFile([...winners][0] ?? ''));
    }
  });
});
