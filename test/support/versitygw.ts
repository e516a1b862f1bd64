import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort, startDaemon } from './daemon.ts';
import { installOnce, runTool } from './tools.ts';

const VERSION = '1.8.0';
const ACCESS_KEY = 'alturas-test';
const SECRET_KEY = 'alturas-test-secret';

/** A real S3 server over a temporary folder: versitygw, which knows conditional writes, multipart and checksums. */
export interface S3Server {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The folder whose subfolders are the buckets, with the objects as files. */
  readonly folder: string;
  createBucket(name: string): Promise<void>;
  /** The variables under which the usual AWS clients talk to this server, in this process and in children. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Installs the pinned server with Go, once.
 * @returns the path of the program
 * @throws AlturasError `TOOL_MISSING` when this machine has no Go
 */
export async function installVersitygw(): Promise<string> {
  const folder = await installOnce(`versitygw-${VERSION}`, async (directory) => {
    await runTool('go', ['install', `github.com/versity/versitygw/cmd/versitygw@v${VERSION}`], {
      why: 'to build versitygw, the S3 server of the tests',
      env: { ...process.env, GOBIN: directory, CGO_ENABLED: '0' },
    });
  });
  return join(folder, 'versitygw');
}

/** Starts the server on a free loopback port, over a fresh folder that goes when it stops. */
export async function startVersitygw(): Promise<S3Server> {
  const program = await installVersitygw();
  const root = await mkdtemp(join(tmpdir(), 'alturas-s3-'));
  const folder = join(root, 'buckets');
  await mkdir(folder);
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const daemon = await startDaemon({
    name: 'versitygw',
    command: program,
    args: [
      '--quiet',
      '--keep-alive',
      '--access',
      ACCESS_KEY,
      '--secret',
      SECRET_KEY,
      '--port',
      `127.0.0.1:${port}`,
      'posix',
      folder,
    ],
    log: join(root, 'versitygw.log'),
    ready: async () => (await fetch(endpoint)).status > 0,
    seconds: 60,
  });
  const environment = {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: ACCESS_KEY,
    AWS_SECRET_ACCESS_KEY: SECRET_KEY,
    AWS_REGION: 'us-east-1',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
  });
  return {
    endpoint,
    accessKeyId: ACCESS_KEY,
    secretAccessKey: SECRET_KEY,
    folder,
    environment,
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
