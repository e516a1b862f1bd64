import { AlturasError } from '../core/errors.ts';

const DENIED = new Set([
  'AccessDenied',
  'Forbidden',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'CredentialsProviderError',
  'TokenProviderError',
]);
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE',
]);
/** Bytes that were spoilt on their way, or a server that is busy: worth another try, whatever the status. */
const PASSING = new Set([
  'SlowDown',
  'TimeoutError',
  'RequestTimeout',
  'BadDigest',
  'XAmzContentChecksumMismatch',
  'IncompleteBody',
  'TruncatedBody',
]);

/** What the SDK's errors say, whichever class they come in. */
export interface S3Failure {
  readonly name: string;
  readonly status: number;
  readonly code: string;
}

export function s3Failure(error: unknown): S3Failure {
  const { name, code, $metadata } = (error ?? {}) as {
    name?: unknown;
    code?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  return {
    name: typeof name === 'string' ? name : '',
    status: $metadata?.httpStatusCode ?? 0,
    code: typeof code === 'string' ? code : '',
  };
}

/** The body of an answer ended early, or differs from its checksum. */
export class TruncatedBody extends Error {
  override readonly name = 'TruncatedBody';
}

/** True when the same request may well succeed later. */
export function isPassing(error: unknown): boolean {
  const { name, status, code } = s3Failure(error);
  // The SDK throws a plain Error when a streamed body does not match its checksum.
  const spoilt = error instanceof Error && error.message.startsWith('Checksum mismatch');
  return status >= 500 || status === 429 || PASSING.has(name) || NETWORK.has(code) || spoilt;
}

/** An SDK error carries the whole exchange, with sockets and the signed request: not for logs. */
function plainCause(error: unknown): Error {
  const { name, status, code } = s3Failure(error);
  const said = error instanceof Error ? error.message : String(error);
  return new Error([name || code, status || '', said].filter(Boolean).join(' '));
}

/** Says what an S3 error means for somebody who runs a lake there; other errors pass unchanged. */
export function s3Error(error: unknown, location: string, key?: string): unknown {
  if (error instanceof AlturasError) return error;
  const { name, status, code } = s3Failure(error);
  const cause = error instanceof Error ? error.message : String(error);
  const file = key ? `${location}/${key}` : location;
  const plain = plainCause(error);
  if (name === 'NoSuchBucket') {
    return new AlturasError(
      'missing',
      'LAKE_BUCKET_MISSING',
      `The bucket of ${location} does not exist.`,
      { file, hint: 'make the bucket, or check its name, the region and the endpoint (AWS_ENDPOINT_URL_S3)' },
      plain,
    );
  }
  if (DENIED.has(name) || status === 401 || status === 403) {
    return new AlturasError(
      'usage',
      'LAKE_DENIED',
      `S3 refused access to ${location}: ${cause}`,
      {
        file,
        expected:
          'credentials with s3:GetObject, PutObject, DeleteObject, ListBucket, ListBucketMultipartUploads, ListMultipartUploadParts and AbortMultipartUpload',
        safe: 'nothing was written',
        hint: 'check AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
      },
      plain,
    );
  }
  if (isPassing(error)) {
    return new AlturasError(
      'internal',
      'LAKE_UNREACHABLE',
      `S3 did not answer for ${location}: ${cause || code || name}`,
      {
        file,
        safe: 'a write under way is there whole or not at all; writing it again does no harm',
        hint: 'check the network and the endpoint (AWS_ENDPOINT_URL_S3), then run the command again',
      },
      plain,
    );
  }
  if (cause.includes('Region is missing') || code === 'ERR_INVALID_URL') {
    return new AlturasError(
      'usage',
      'LAKE_SETTINGS',
      `The settings for ${location} are incomplete: ${cause}`,
      { file: location, hint: 'set AWS_REGION; AWS_ENDPOINT_URL_S3 must be a URL where it is set' },
      plain,
    );
  }
  return error;
}
