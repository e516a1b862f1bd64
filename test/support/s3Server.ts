import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort, startDaemon } from './daemon.ts';

export const ACCESS_KEY = 'alturas-test';
export const SECRET_KEY = 'alturas-test-secret';

/** A real S3 server over a temporary folder. */
export interface S3Server {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The folder that the server keeps its objects in. */
  readonly folder: string;
  createBucket(name: string): Promise<void>;
  /** The variables under which the usual AWS clients talk to this server, in this process and in children. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** How a program is started as an S3 server. */
export interface S3Program {
  readonly name: string;
  readonly command: string;
  readonly args: (place: { readonly folder: string; readonly address: string }) => readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts an S3 server on a free loopback port, over a fresh folder that goes when it stops. */
export async function startS3Server(program: S3Program): Promise<S3Server> {
  const root = await mkdtemp(join(tmpdir(), 'alturas-s3-'));
  const folder = join(root, 'buckets');
  await mkdir(folder);
  const address = `127.0.0.1:${await freePort()}`;
  const endpoint = `http://${address}`;
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
  });
  const daemon = await startDaemon({
    name: program.name,
    command: program.command,
    args: program.args({ folder, address }),
    log: join(root, `${program.name}.log`),
    ...(program.env ? { env: program.env } : {}),
    ready: async () => (await fetch(endpoint)).status === 403,
    seconds: 60,
  });
  return {
    endpoint,
    accessKeyId: ACCESS_KEY,
    secretAccessKey: SECRET_KEY,
    folder,
    environment: {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: ACCESS_KEY,
      AWS_SECRET_ACCESS_KEY: SECRET_KEY,
      AWS_REGION: 'us-east-1',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
    createBucket: async (name) => {
      await client.send(new CreateBucketCommand({ Bucket: name }));
    },
    stop: async () => {
      client.destroy();
      await daemon.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}
