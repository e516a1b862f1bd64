import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { AlturasError } from '../../functions/core/errors.ts';
import { DeliveryIndex } from '../../functions/lake/deliveries.ts';
import { publish, readPublished } from '../../functions/lake/published.ts';
import { S3Lake } from '../../functions/lake/s3Lake.ts';
import { type FaultProxy, startFaultProxy } from '../support/faultProxy.ts';
import { expectError, keysOf } from '../support/lakeContract.ts';
import { deliveryOf, jsonCodec, published } from '../support/publishContract.ts';
import type { S3Server } from '../support/s3Server.ts';
import { sealed, unseal } from '../support/sealed.ts';
import { startVersitygw } from '../support/versitygw.ts';

const WORKERS = 16;
const FAULT_RATE = 0.2;
/** Each is put, got, looked at and put again in vain. */
const OBJECTS = 2_500;

let server: S3Server;
let folder: string;
let proxy: FaultProxy;
let seed = 20_260_630;

/** Numbers from 0 to 1 that a run can repeat. */
function random(): number {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647;
}

/** Lakes of one bucket: through the faults, and straight to the server for the truth. */
function lakes(prefix: string): { faulty: () => S3Lake; straight: S3Lake } {
  const settings = { bucket: 'faults', prefix, cache: join(folder, `cache-${prefix}`) };
  return {
    faulty: () => new S3Lake({ ...settings, endpoint: proxy.endpoint }),
    straight: new S3Lake({ ...settings, endpoint: server.endpoint, cache: join(folder, 'cache-straight') }),
  };
}

/** Runs `turns` turns, shared by many workers. */
async function together(
  turns: number,
  turn: (number: number, worker: number) => Promise<void>,
): Promise<void> {
  const numbers = Array.from({ length: turns }, (_, index) => index)[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: WORKERS }, async (_, worker) => {
      for (const number of numbers) await turn(number, worker);
    }),
  );
}

beforeAll(async () => {
  server = await startVersitygw();
  Object.assign(process.env, server.environment);
  folder = await mkdtemp(join(tmpdir(), 'alturas-faults-'));
  await server.createBucket('faults');
  proxy = await startFaultProxy(server.endpoint, random);
});
beforeEach(() => {
  proxy.rate = FAULT_RATE;
});
afterAll(async () => {
  console.log('faults:', proxy?.requests(), 'requests,', JSON.stringify(proxy?.happened));
  await proxy?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe(`between a client and S3, where ${FAULT_RATE * 100} % of the requests fail`, () => {
  test('10,000 operations: what was written once is all there and whole, and no write is mistaken for somebody else’s', async () => {
    const { faulty, straight } = lakes('once');
    const lake = faulty();
    await together(OBJECTS, async (number) => {
      const { etag } = await lake.put(`data/${number}`, sealed(number, 5_000), { ifAbsent: true });
      expect(unseal((await lake.get(`data/${number}`))?.body).number).toBe(number);
      expect((await lake.head(`data/${number}`))?.etag).toBe(etag);
      await expectError(
        lake.put(`data/${number}`, 'again', { ifAbsent: true }),
        'LAKE_PRECONDITION',
        'conflict',
      );
    });
    proxy.rate = 0;
    const keys = await keysOf(straight, '');
    expect(keys).toHaveLength(OBJECTS);
    const paths = await straight.localPaths(keys);
    for (const [index, key] of keys.entries()) {
      expect(unseal(await readFile(paths[index] ?? '')).number).toBe(Number(key.slice('data/'.length)));
    }
  });

  test('300 keys that all want are each won by one, whose bytes are there', async () => {
    const { faulty, straight } = lakes('contested');
    const contenders = Array.from({ length: 4 }, faulty);
    const winners = new Map<number, number[]>();
    await together(300, async (number) => {
      await Promise.all(
        contenders.map(async (lake, contender) => {
          try {
            await lake.put(`claims/${number}`, sealed(number, 5_000, String(contender)), { ifAbsent: true });
            winners.set(number, [...(winners.get(number) ?? []), contender]);
          } catch (error) {
            expect(error).toMatchObject({ code: 'LAKE_PRECONDITION' });
          }
        }),
      );
    });
    for (let number = 0; number < 300; number += 1) {
      expect(winners.get(number), `claims/${number}`).toHaveLength(1);
      const { author } = unseal((await straight.get(`claims/${number}`))?.body);
      expect(winners.get(number)).toEqual([Number(author)]);
    }
  });

  test('150 builds that publish at once are all published, none twice', async () => {
    const { faulty, straight } = lakes('published');
    await together(150, async (number) => {
      const day = `2026-0${1 + Math.floor(number / 28)}-${String(1 + (number % 28)).padStart(2, '0')}`;
      await publish(faulty(), jsonCodec, [published('aging', day, `build-${number}`)], { since: 0 });
    });
    const { rows, seq } = await readPublished(straight, jsonCodec);
    expect(rows.map((row) => row.build).sort()).toEqual(
      Array.from({ length: 150 }, (_, number) => `build-${number}`).sort(),
    );
    expect(rows.map((row) => row.seq)).toEqual(Array.from({ length: 150 }, (_, index) => index + 1));
    expect(seq).toBe(150);
  });

  test('100 landings at once are accepted one after the other, none lost, none twice', async () => {
    const { faulty, straight } = lakes('deliveries');
    await together(100, async (number) => {
      const index = new DeliveryIndex(faulty());
      for (;;) {
        const seq = (await index.entries()).length + 1;
        try {
          await index.append(deliveryOf(seq, String(number).padStart(16, '0')));
          return;
        } catch (error) {
          if (!(error instanceof AlturasError) || error.code !== 'DELIVERY_RACE') throw error;
        }
      }
    });
    const entries = await new DeliveryIndex(straight).entries();
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(new Set(entries.map(({ delivery }) => delivery)).size).toBe(100);
  });

  test('large files go up in parts and come down whole', async () => {
    const { faulty, straight } = lakes('large');
    const lake = faulty();
    await together(24, async (number) => {
      const path = join(folder, `large-${number}`);
      const body = sealed(number, 100);
      const large = Buffer.concat([body, Buffer.alloc(9_000_000 + number, number)]);
      await writeFile(path, large);
      await lake.putFile(`files/${number}`, path, { condition: { ifAbsent: true }, move: true });
      const [copy] = await lake.localPaths([`files/${number}`]);
      expect((await readFile(copy ?? '')).equals(large)).toBe(true);
    });
    proxy.rate = 0;
    expect(await keysOf(straight, '')).toHaveLength(24);
    await straight.sweep(0);
  });

  test('lists are whole, and removed objects stay removed', async () => {
    const { faulty, straight } = lakes('lists');
    await together(300, (number) => straight.put(`many/${1_000 + number}`, 'x').then(() => undefined));
    const lake = faulty();
    await together(60, async () => {
      expect(await keysOf(lake, 'many/')).toHaveLength(300);
    });
    await lake.remove(Array.from({ length: 150 }, (_, number) => `many/${1_000 + number}`));
    proxy.rate = 0;
    expect(await keysOf(straight, 'many/')).toEqual(
      Array.from({ length: 150 }, (_, number) => `many/${1_150 + number}`),
    );
  });

  test.each([-3, 3])('a clock that is %i hours off is put right by the server’s', async (hours) => {
    const { faulty, straight } = lakes(`skew${hours}`);
    proxy.rate = FAULT_RATE / 4;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 3_600_000 });
    try {
      const untaught = new S3Client({ endpoint: server.endpoint, forcePathStyle: true, maxAttempts: 1 });
      await expect(untaught.send(new HeadBucketCommand({ Bucket: 'faults' }))).rejects.toMatchObject({
        $metadata: { httpStatusCode: 403 },
      });
      const lake = faulty();
      await together(50, (number) =>
        lake.put(`data/${number}`, sealed(number, 1_000), { ifAbsent: true }).then(() => undefined),
      );
    } finally {
      vi.useRealTimers();
    }
    expect(await keysOf(straight, 'data/')).toHaveLength(50);
  });

  test('each kind of fault happened', () => {
    for (const [fault, times] of Object.entries(proxy.happened)) expect(times, fault).toBeGreaterThan(10);
    expect(proxy.requests()).toBeGreaterThan(12_000);
  });
});

describe('a lake in S3 that cannot be used says why', () => {
  test('the bucket is missing', async () => {
    const lake = new S3Lake({ bucket: 'no-such-bucket', prefix: '', endpoint: server.endpoint });
    for (const act of [
      () => lake.get('a'),
      () => lake.head('a'),
      () => lake.put('a', 'x'),
      () => keysOf(lake, ''),
      () => lake.localPaths(['a']),
    ]) {
      await expectError(act(), 'LAKE_BUCKET_MISSING', 'missing');
    }
  });

  test('the credentials are wrong', async () => {
    const secret = process.env.AWS_SECRET_ACCESS_KEY;
    process.env.AWS_SECRET_ACCESS_KEY = 'wrong';
    try {
      const lake = new S3Lake({ bucket: 'faults', prefix: '', endpoint: server.endpoint });
      for (const act of [
        () => lake.get('a'),
        () => lake.head('a'),
        () => lake.put('a', 'x'),
        () => keysOf(lake, ''),
      ]) {
        await expectError(act(), 'LAKE_DENIED', 'usage');
      }
    } finally {
      process.env.AWS_SECRET_ACCESS_KEY = secret;
    }
  });

  test('nobody answers', async () => {
    proxy.rate = 0;
    const { port } = new URL(server.endpoint);
    const lake = new S3Lake({
      bucket: 'faults',
      prefix: '',
      endpoint: `http://127.0.0.1:${port === '1' ? '2' : '1'}`,
    });
    await expectError(lake.get('a'), 'LAKE_UNREACHABLE', 'internal');
  });
});
