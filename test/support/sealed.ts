import { createHash, randomBytes } from 'node:crypto';

/** What a sealed body says. */
export interface Seal {
  readonly number: number;
  readonly author: string;
}

/** A body that tells whether it is whole: a number, an author, random bytes of random length, and the hash of all. */
export function sealed(number: number, maxBytes = 60_000, author = ''): Buffer {
  const rest = randomBytes(Math.floor(Math.random() * maxBytes));
  const content = Buffer.concat([Buffer.from(`${number} ${author}\n`), rest]);
  return Buffer.concat([Buffer.from(`${sha256(content)}\n`), content]);
}

/** @throws Error when the body is not whole */
export function unseal(body: Uint8Array | null | undefined): Seal {
  const bytes = Buffer.from(body ?? new Uint8Array());
  const content = bytes.subarray(65);
  if (bytes.subarray(0, 64).toString() !== sha256(content))
    throw new Error(`${bytes.length} bytes are not whole`);
  const [number = '', author = ''] = content.subarray(0, content.indexOf('\n')).toString().split(' ');
  return { number: Number(number), author };
}

export function sha256(body: Uint8Array | string): string {
  return createHash('sha256').update(body).digest('hex');
}
