import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadBucketCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  type MultipartUpload,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import { AlturasError } from '../core/errors.ts';
import { cacheFolder, FileCache } from './fileCache.ts';
import { checkKey, checkPrefix } from './keys.ts';
import type { Lake, LakeObject, WriteCondition } from './lake.ts';
import { objectMissing, preconditionFailed } from './refusals.ts';
import { isPassing, s3Error, s3Failure, TruncatedBody } from './s3Errors.ts';
import { abortUpload, PART_BYTES, UploadInParts, unfinishedUploads } from './s3Upload.ts';

const DOWNLOADS_AT_ONCE = 16;
const DELETES_AT_ONCE = 1_000;

/** Attempts of one request (the SDK: exponential, full jitter), and of a whole operation around it. */
const REQUEST_ATTEMPTS = 6;
const OPERATION_ATTEMPTS = 6;
const PAUSE_MS = 100;
const MAX_PAUSE_MS = 5_000;

/** Metadata that names the write an object came from, so that a write whose answer was lost knows itself again. */
const WRITE_TOKEN = 'alturas-write';

/** The upload was ended by somebody else, or sent other bytes: whether the write happened, the object tells. */
const LOST_UPLOAD = new Set(['NoSuchUpload', 'InvalidPart']);

type WriteParams = PutObjectCommandInput & { readonly Bucket: string; readonly Key: string };

export interface S3LakeSettings {
  readonly bucket: string;
  /** Without slashes at its ends; empty for the whole bucket. */
  readonly prefix: string;
  /** Default: AWS_ENDPOINT_URL_S3, else AWS_ENDPOINT_URL, else AWS itself. Any endpoint is used in path style. */
  readonly endpoint?: string;
  /** Folder for local copies; default: see cacheFolder. */
  readonly cache?: string;
}

/**
 * A lake in an S3 bucket: AWS, or any server with If-None-Match and If-Match on PutObject and
 * CompleteMultipartUpload. Credentials and region come from the usual AWS places (environment, profile, role).
 */
export class S3Lake implements Lake {
  readonly location: string;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #client: S3Client;
  readonly #cache: FileCache;
  #bucketSeen = false;

  constructor(settings: S3LakeSettings) {
    const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION, AWS_DEFAULT_REGION } = process.env;
    const endpoint = settings.endpoint ?? AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL;
    const region = AWS_REGION ?? AWS_DEFAULT_REGION ?? (endpoint ? 'us-east-1' : undefined);
    this.#bucket = settings.bucket;
    this.#prefix = settings.prefix === '' ? '' : `${settings.prefix}/`;
    this.location = `s3://${settings.bucket}${settings.prefix === '' ? '' : `/${settings.prefix}`}`;
    this.#client = new S3Client({
      ...(endpoint ? { endpoint, forcePathStyle: true } : { followRegionRedirects: true }),
      ...(region ? { region } : {}),
      retryMode: 'standard',
      maxAttempts: REQUEST_ATTEMPTS,
      requestHandler: { connectionTimeout: 5_000, socketTimeout: 30_000, httpsAgent: { maxSockets: 64 } },
    });
    const place = createHash('sha256')
      .update(`${endpoint ?? 'aws'} ${this.location}`)
      .digest('hex')
      .slice(0, 16);
    this.#cache = new FileCache(settings.cache ?? cacheFolder(), place);
  }

  async head(key: string): Promise<LakeObject | null> {
    checkKey(key);
    const found = await this.#head(key);
    return found && { key, size: found.ContentLength ?? 0, etag: bareEtag(found.ETag) };
  }

  async get(key: string): Promise<{ readonly body: Uint8Array; readonly etag: string } | null> {
    checkKey(key);
    return this.#trying(key, async () => {
      const found = await this.#open(key);
      if (!found) return null;
      const body = (await found.Body?.transformToByteArray()) ?? new Uint8Array();
      checkLength(body.byteLength, found);
      return { body, etag: bareEtag(found.ETag) };
    });
  }

  async put(
    key: string,
    body: Uint8Array | string,
    condition?: WriteCondition,
  ): Promise<{ readonly etag: string }> {
    checkKey(key);
    const Body = typeof body === 'string' ? Buffer.from(body) : body;
    return this.#write(key, condition, async (params) =>
      this.#client.send(new PutObjectCommand({ ...params, Body })),
    );
  }

  async putFile(
    key: string,
    path: string,
    options: { readonly condition?: WriteCondition; readonly move?: boolean } = {},
  ): Promise<{ readonly etag: string }> {
    checkKey(key);
    const { size } = await stat(path);
    const written =
      size <= PART_BYTES
        ? await this.put(key, await readFile(path), options.condition)
        : await this.#putParts(key, { path, size }, options.condition);
    if (options.move) await rm(path, { force: true });
    return written;
  }

  async *list(prefix: string): AsyncGenerator<LakeObject> {
    checkPrefix(prefix);
    let token: string | undefined;
    do {
      const page = await this.#trying(prefix, () =>
        this.#client.send(
          new ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: this.#prefix + prefix,
            ...(token ? { ContinuationToken: token } : {}),
          }),
        ),
      );
      this.#bucketSeen = true;
      for (const { Key, Size, ETag } of page.Contents ?? []) {
        // Consoles make an empty object `folder/` for a folder: not ours.
        if (Key === undefined || Key.endsWith('/')) continue;
        yield { key: Key.slice(this.#prefix.length), size: Size ?? 0, etag: bareEtag(ETag) };
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token);
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) checkKey(key);
    for (let at = 0; at < keys.length; at += DELETES_AT_ONCE) {
      const Objects = keys.slice(at, at + DELETES_AT_ONCE).map((key) => ({ Key: this.#prefix + key }));
      await this.#trying(keys[at] ?? '', async () => {
        const answer = await this.#client.send(
          new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects, Quiet: true } }),
        );
        const [fault] = answer.Errors ?? [];
        if (fault) throw Object.assign(new Error(fault.Message), { name: fault.Code ?? 'InternalError' });
      });
    }
  }

  async localPaths(keys: readonly string[]): Promise<string[]> {
    for (const key of keys) checkKey(key);
    const paths = new Array<string>(keys.length);
    const pending = keys.entries();
    const worker = async (): Promise<void> => {
      for (const [index, key] of pending) {
        paths[index] = await this.#cache.path(key, (path) => this.#download(key, path));
      }
    };
    await Promise.all(Array.from({ length: DOWNLOADS_AT_ONCE }, worker));
    return paths;
  }

  scratch(): Promise<string> {
    return this.#cache.scratch();
  }

  async sweep(olderThanMs: number): Promise<number> {
    let swept = await this.#cache.sweep(olderThanMs);
    const old = await this.#trying('', async () => {
      const found: MultipartUpload[] = [];
      for await (const upload of unfinishedUploads(this.#client, this.#bucket, this.#prefix))
        if (upload.Initiated && Date.now() - upload.Initiated.getTime() >= olderThanMs) found.push(upload);
      return found;
    });
    for (const { Key, UploadId } of old) {
      await this.#trying(Key ?? '', () => abortUpload(this.#client, { Bucket: this.#bucket, Key, UploadId }));
      swept += 1;
    }
    return swept;
  }

  async #head(key: string): Promise<HeadObjectCommandOutput | null> {
    return this.#trying(key, async () => {
      try {
        const found = await this.#client.send(new HeadObjectCommand(this.#object(key)));
        this.#bucketSeen = true;
        return found;
      } catch (error) {
        if (s3Failure(error).status !== 404) throw error;
        await this.#checkBucket();
        return null;
      }
    });
  }

  async #open(key: string): Promise<GetObjectCommandOutput | null> {
    try {
      return await this.#client.send(new GetObjectCommand({ ...this.#object(key), ChecksumMode: 'ENABLED' }));
    } catch (error) {
      if (s3Failure(error).name === 'NoSuchKey') return null;
      throw error;
    }
  }

  #object(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + key };
  }

  /** The answer to HEAD has no body: only the bucket itself tells a missing bucket from a missing object. */
  async #checkBucket(): Promise<void> {
    if (this.#bucketSeen) return;
    try {
      await this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }));
      this.#bucketSeen = true;
    } catch (error) {
      if (s3Failure(error).status !== 404) throw error;
      throw s3Error(Object.assign(new Error('no such bucket'), { name: 'NoSuchBucket' }), this.location);
    }
  }

  async #download(key: string, path: string): Promise<void> {
    await this.#trying(key, async () => {
      const found = await this.#open(key);
      if (!(found?.Body instanceof Readable)) throw objectMissing(this.location, key);
      await pipeline(found.Body, createWriteStream(path));
      checkLength((await stat(path)).size, found);
    });
  }

  async #putParts(
    key: string,
    file: { readonly path: string; readonly size: number },
    condition: WriteCondition | undefined,
  ): Promise<{ readonly etag: string }> {
    const upload = new UploadInParts(this.#client, this.#object(key), file);
    return this.#write(key, condition, ({ IfNoneMatch, IfMatch }) => upload.send({ IfNoneMatch, IfMatch }));
  }

  /**
   * Writes an object under a condition. A request may have reached S3 though its answer did not reach us; the retry
   * is then refused because of our own object. So a refusal counts only if the object is not from this write.
   */
  async #write(
    key: string,
    condition: WriteCondition | undefined,
    send: (params: WriteParams) => Promise<{ ETag?: string | undefined }>,
  ): Promise<{ readonly etag: string }> {
    const token = randomUUID();
    const params: WriteParams = {
      ...this.#object(key),
      Metadata: { [WRITE_TOKEN]: token },
      ...(condition && 'ifAbsent' in condition ? { IfNoneMatch: '*' } : {}),
      ...(condition && 'ifMatch' in condition ? { IfMatch: `"${condition.ifMatch}"` } : {}),
    };
    return this.#trying(key, async () => {
      try {
        return { etag: bareEtag((await send(params)).ETag) };
      } catch (error) {
        const { name, status } = s3Failure(error);
        const absent = name === 'NoSuchKey' && condition !== undefined;
        const inDoubt = status === 412 || status === 409 || absent || LOST_UPLOAD.has(name);
        if (!inDoubt) throw error;
        const stored = await this.#head(key);
        if (stored?.Metadata?.[WRITE_TOKEN] === token) return { etag: bareEtag(stored.ETag) };
        // 409: another write to the key was under way; only when it is over can this one be judged.
        if (condition && (status === 412 || absent)) {
          throw preconditionFailed(this.location, key, condition);
        }
        throw new Undecided(key);
      }
    });
  }

  /** Repeats an operation while its failure may pass, with growing random pauses (full jitter). */
  async #trying<T>(key: string, act: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await act();
      } catch (error) {
        const again = error instanceof Undecided || isPassing(error);
        if (!again || attempt === OPERATION_ATTEMPTS) throw s3Error(error, this.location, key);
        await sleep(Math.random() * Math.min(MAX_PAUSE_MS, PAUSE_MS * 2 ** attempt));
      }
    }
  }
}

/** S3 could neither take nor refuse a write for good. */
class Undecided extends AlturasError {
  constructor(key: string) {
    super('conflict', 'LAKE_BUSY', `Others keep writing ${key}.`, {
      file: key,
      safe: 'nothing was written',
      hint: 'run the command again',
    });
  }
}

/** S3 quotes its etags; conditions quote them again. */
function bareEtag(etag: string | undefined): string {
  return (etag ?? '').replace(/^W\//, '').replaceAll('"', '');
}

function checkLength(bytes: number, answer: GetObjectCommandOutput): void {
  if (answer.ContentLength !== undefined && bytes !== answer.ContentLength) {
    throw new TruncatedBody(`the answer has ${bytes} bytes of ${answer.ContentLength}`);
  }
}
