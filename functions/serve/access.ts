import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { AlturasError } from '../core/errors.ts';
import { readStrictYaml } from '../core/strictYaml.ts';
import type { Issuer } from './session.ts';

const key = z.record(z.string(), z.string());

const schema = z.strictObject({
  version: z.literal(1).default(1),
  /** `aud` of every token. */
  audience: z.string().min(1).default('alturas'),
  issuers: z
    .array(
      z.union([
        z.strictObject({
          /** `iss` of its tokens. */
          issuer: z.string().min(1),
          algorithm: z.enum(['EdDSA', 'HS256']),
          /** A JWK: a public Ed25519 key (`kty: OKP`), or a secret (`kty: oct`) of 32 bytes or more. */
          key,
        }),
        /** A user pool: its keys change and are fetched, its tokens name their client and the pool's own attributes. */
        z.strictObject({
          issuer: z.url({ protocol: /^https$/ }),
          algorithm: z.literal('RS256'),
          /** Where its public keys are (a JWK set). */
          keys: z.url({ protocol: /^https$/ }),
          /** `aud` of its tokens: the id of the client. */
          audience: z.string().min(1),
        }),
      ]),
    )
    .min(1)
    .refine(
      (issuers) =>
        issuers.every((issuer) => {
          if (issuer.algorithm === 'RS256') return true;
          const { kty, d, k } = issuer.key;
          return issuer.algorithm === 'EdDSA'
            ? kty === 'OKP' && d === undefined
            : kty === 'oct' && Buffer.from(k ?? '', 'base64url').length >= 32;
        }),
      'EdDSA needs a public OKP key, HS256 an oct key of 32 bytes or more',
    ),
  /** Origins of host applications that may show the boards in a frame. */
  frame_ancestors: z.array(z.url({ protocol: /^https?$/ }).regex(/^[^\s;,'"]+$/)).default([]),
});

/** Who may sign tokens for a server, and who may frame its boards. */
export interface Access {
  readonly audience: string;
  readonly issuers: readonly Issuer[];
  readonly frame_ancestors: readonly string[];
}

/** Reads the file given with `--access`. @throws AlturasError `ACCESS_INVALID` */
export function readAccess(file: string, text: string = accessText(file)): Access {
  return readStrictYaml({ file, text, code: 'ACCESS_INVALID', secret: true }, schema);
}

function accessText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AlturasError(
      'usage',
      'ACCESS_MISSING',
      'The access file cannot be read.',
      { file, expected: 'a YAML file that names who may sign tokens', hint: 'see functions/serve/README.md' },
      cause,
    );
  }
}
