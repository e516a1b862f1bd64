import { join } from 'node:path';
import { ACCESS_KEY, type S3Server, SECRET_KEY, startS3Server } from './s3Server.ts';
import { installGoProgram } from './tools.ts';

const VERSION = 'v1.8.0';

/** versitygw: knows conditional writes, multipart and checksums; a bucket is a folder, an object a file in it. */
export async function startVersitygw(): Promise<S3Server> {
  return startS3Server({
    name: 'versitygw',
    command: join(await installVersitygw(), 'versitygw'),
    args: ({ folder, address }) => [
      '--quiet',
      '--keep-alive',
      '--access',
      ACCESS_KEY,
      '--secret',
      SECRET_KEY,
      '--port',
      address,
      'posix',
      folder,
    ],
  });
}

export function installVersitygw(): Promise<string> {
  return installGoProgram('versitygw', 'github.com/versity/versitygw/cmd/versitygw', VERSION);
}
