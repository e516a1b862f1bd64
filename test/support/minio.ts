import { join } from 'node:path';
import { freePort } from './daemon.ts';
import { ACCESS_KEY, type S3Server, SECRET_KEY, startS3Server } from './s3Server.ts';
import { installGoProgram } from './tools.ts';

/** The newest that the Go module proxy carries. */
const VERSION = 'v0.0.0-20260212201848-7aac2a2c5b7c';

/** MinIO: a second opinion, as it keeps objects in a way of its own. */
export async function startMinio(): Promise<S3Server> {
  const command = join(await installMinio(), 'minio');
  const console = `127.0.0.1:${await freePort()}`;
  return startS3Server({
    name: 'minio',
    command,
    args: ({ folder, address }) => [
      'server',
      '--quiet',
      '--address',
      address,
      '--console-address',
      console,
      folder,
    ],
    env: {
      ...process.env,
      MINIO_ROOT_USER: ACCESS_KEY,
      MINIO_ROOT_PASSWORD: SECRET_KEY,
      MINIO_BROWSER: 'off',
      MINIO_UPDATE: 'off',
    },
  });
}

export function installMinio(): Promise<string> {
  return installGoProgram('minio', 'github.com/minio/minio', VERSION);
}
