import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  CompactSign,
  calculateJwkThumbprint,
  compactVerify,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  errors as joseErrors,
} from 'jose';
import * as z from 'zod';
import { canonicalJson } from '../core/canonical.ts';
import { AlturasError } from '../core/errors.ts';

const FILE = 'signing-key.json';

const privateKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  d: z.string(),
});

/** Signs number receipts with a key of this house, made once and kept beside its serving file. */
export class Signer {
  readonly #key: JWK;

  private constructor(key: JWK) {
    this.#key = key;
  }

  /** A key that the server is given. @throws AlturasError `BAD_KEY` */
  static of(name: string, text: string): Signer {
    const parsed = privateKey.safeParse(parse(text));
    if (parsed.success) return new Signer(parsed.data);
    throw new AlturasError('usage', 'BAD_KEY', `${name} is not a key to sign with.`, {
      expected: 'a private Ed25519 key as a JWK: {"kty": "OKP", "crv": "Ed25519", "x": ..., "d": ...}',
    });
  }

  static async open(folder: string): Promise<Signer> {
    const file = path.join(folder, FILE);
    if (!existsSync(file)) {
      const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
      await mkdir(folder, { recursive: true });
      await writeFile(file, JSON.stringify(await exportJWK(privateKey)), { mode: 0o600, flag: 'wx' }).catch(
        (error: NodeJS.ErrnoException) => {
          // Another process was first: its key is the house's.
          if (error.code !== 'EEXIST') throw error;
        },
      );
    }
    return new Signer(JSON.parse(await readFile(file, 'utf8')) as JWK);
  }

  /** The part of the key that anybody may have. */
  get publicKey(): JWK {
    const { d: _secret, ...shared } = this.#key;
    return shared;
  }

  /** A compact JWS over the canonical JSON of a value. */
  async sign(value: unknown): Promise<string> {
    const key = await importJWK(this.#key, 'EdDSA');
    return new CompactSign(new TextEncoder().encode(canonicalJson(value)))
      .setProtectedHeader({ alg: 'EdDSA', kid: await calculateJwkThumbprint(this.publicKey) })
      .sign(key);
  }
}

/** The public key of a house; null where it never signed anything. */
export async function houseKey(folder: string): Promise<JWK | null> {
  return existsSync(path.join(folder, FILE)) ? (await Signer.open(folder)).publicKey : null;
}

/** Whether a signature is of this key and over this value. */
export async function isSigned(jws: string, value: unknown, key: JWK): Promise<boolean> {
  try {
    const { payload } = await compactVerify(jws, await importJWK(key, 'EdDSA'), { algorithms: ['EdDSA'] });
    return new TextDecoder().decode(payload) === canonicalJson(value);
  } catch (error) {
    if (error instanceof joseErrors.JOSEError || error instanceof TypeError) return false;
    throw error;
  }
}

export async function sameKey(a: JWK, b: JWK): Promise<boolean> {
  try {
    return (await calculateJwkThumbprint(a)) === (await calculateJwkThumbprint(b));
  } catch (cause) {
    throw new AlturasError('input', 'BAD_KEY', 'This is not a key.', { expected: 'a JWK' }, cause);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
