import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListPartsCommand,
  type ListPartsCommandOutput,
  type MultipartUpload,
  type Part,
  type PutObjectCommandInput,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { allEnded } from '../core/allEnded.ts';
import { s3Failure } from './s3Errors.ts';

/** Files up to this size go in one request; larger ones in parts of at least it (S3 wants 5 MiB, at most 10,000). */
export const PART_BYTES = 8 * 1024 * 1024;
const MAX_PARTS = 9_000;
const PARTS_AT_ONCE = 4;

/** What S3 needs to know of an upload at every step. */
interface Place {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
}

/** An upload to send parts to, and the parts that it has. */
interface Begun {
  readonly place: Place;
  readonly parts: ReadonlyMap<number, CompletedPart>;
}

/** An upload whose completion was asked for, with all its parts in order. */
interface Asked {
  readonly place: Place;
  readonly parts: CompletedPart[];
}

/** When a write may happen, as S3 wants it said. */
export type S3Condition = Pick<PutObjectCommandInput, 'IfNoneMatch' | 'IfMatch'>;

/**
 * One put of a large file, in parts. An upload of the same key that an attempt before left unfinished goes on, if every
 * part that it has is a part of this file (size and SHA-256); others are neither used nor touched. Completing names
 * every part by its etag and checksum, so an upload that somebody else sent other bytes to is never completed
 * (`InvalidPart`), and it alone obeys the condition. Two writers of the same bytes that meet in one upload are both
 * told that it is there.
 */
export class UploadInParts {
  readonly #client: S3Client;
  readonly #object: { readonly Bucket: string; readonly Key: string };
  readonly #path: string;
  readonly #size: number;
  /** What attempts before asked to complete without hearing what became of it. */
  readonly #asked: Asked[] = [];

  constructor(
    client: S3Client,
    object: { readonly Bucket: string; readonly Key: string },
    file: { readonly path: string; readonly size: number },
  ) {
    this.#client = client;
    this.#object = object;
    this.#path = file.path;
    this.#size = file.size;
  }

  /** @throws the SDK's errors; after one that is not a refusal another attempt goes on */
  async send(condition: S3Condition): Promise<{ readonly ETag?: string | undefined }> {
    const done = await this.#completed();
    if (done) return done;
    const handle = await open(this.#path);
    try {
      const file = new FileInParts(handle, this.#size);
      const begun =
        (await unfinished(this.#client, this.#object, file)) ?? (await begin(this.#client, this.#object));
      const parts = await sendMissing(this.#client, begun, file);
      const asked = { place: begun.place, parts };
      this.#asked.push(asked);
      return await this.#complete(asked, condition);
    } finally {
      await handle.close();
    }
  }

  /** What an attempt before asked for may come to be while this one sends its parts: then it stands in the way of this. */
  async #complete(asked: Asked, condition: S3Condition): Promise<{ readonly ETag?: string | undefined }> {
    try {
      return await complete(this.#client, asked, condition);
    } catch (error) {
      const done = s3Failure(error).status === 412 ? await this.#completed(asked) : null;
      if (done) return done;
      throw error;
    }
  }

  /** The object, where one of the attempts has come to be; what this one asked for is left out. */
  async #completed(but?: Asked): Promise<{ readonly ETag?: string | undefined } | null> {
    for (const asked of this.#asked) {
      if (asked.place.UploadId === but?.place.UploadId) continue;
      const done = await completedBefore(this.#client, asked);
      if (done) return done;
    }
    return null;
  }
}

/** Every unfinished upload of keys that begin with a prefix, page by page. */
export async function* unfinishedUploads(
  client: S3Client,
  bucket: string,
  prefix: string,
): AsyncGenerator<MultipartUpload> {
  let from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | null = {};
  while (from) {
    const page: ListMultipartUploadsCommandOutput = await client.send(
      new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...from }),
    );
    yield* page.Uploads ?? [];
    from = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
      : null;
  }
}

/** Ends an upload for good; one that is gone already is no error. */
export async function abortUpload(
  client: S3Client,
  { Bucket, Key, UploadId }: { Bucket: string; Key: string | undefined; UploadId: string | undefined },
): Promise<void> {
  try {
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  } catch (error) {
    if (s3Failure(error).name !== 'NoSuchUpload') throw error;
  }
}

/** A file as the parts that it is sent in, numbered from 1; each is hashed once. */
class FileInParts {
  readonly count: number;
  readonly #handle: FileHandle;
  readonly #size: number;
  readonly #partBytes: number;
  readonly #hashes = new Map<number, string>();

  constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.#size = size;
    this.#partBytes = Math.max(PART_BYTES, Math.ceil(size / MAX_PARTS));
    this.count = Math.ceil(size / this.#partBytes);
  }

  /** @throws Error when the file became shorter */
  async read(number: number): Promise<Buffer> {
    const from = (number - 1) * this.#partBytes;
    const bytes = Buffer.allocUnsafe(this.#bytesOf(number));
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await this.#handle.read(bytes, at, bytes.length - at, from + at);
      if (bytesRead === 0) throw new Error('the file became shorter while it was sent');
      at += bytesRead;
    }
    this.#hashes.set(number, createHash('sha256').update(bytes).digest('base64'));
    return bytes;
  }

  /** SHA-256 of a part, in Base64 as S3 tells it. */
  async hash(number: number): Promise<string> {
    if (!this.#hashes.has(number)) await this.read(number);
    return this.#hashes.get(number) ?? '';
  }

  /** Whether a part that S3 has is the part of this file with its number. */
  async holds({ PartNumber = 0, Size, ChecksumSHA256 }: Part): Promise<boolean> {
    if (PartNumber < 1 || PartNumber > this.count || Size !== this.#bytesOf(PartNumber)) return false;
    return ChecksumSHA256 === (await this.hash(PartNumber));
  }

  #bytesOf(number: number): number {
    return Math.min(this.#partBytes, this.#size - (number - 1) * this.#partBytes);
  }
}

/** The unfinished upload of a key that has most parts of a file and nothing else; null when there is none. */
async function unfinished(
  client: S3Client,
  { Bucket, Key }: { readonly Bucket: string; readonly Key: string },
  file: FileInParts,
): Promise<Begun | null> {
  let best: Begun | null = null;
  for await (const upload of unfinishedUploads(client, Bucket, Key)) {
    if (upload.Key !== Key || upload.UploadId === undefined) continue;
    const place = { Bucket, Key, UploadId: upload.UploadId };
    const parts = await partsWithin(client, place, file);
    if (parts.size > (best?.parts.size ?? 0)) best = { place, parts };
  }
  return best;
}

/** The parts of an upload when all of them are parts of the file, else none. */
async function partsWithin(
  client: S3Client,
  place: Place,
  file: FileInParts,
): Promise<ReadonlyMap<number, CompletedPart>> {
  const found = new Map<number, CompletedPart>();
  try {
    for await (const part of partsOf(client, place)) {
      if (!(await file.holds(part))) return new Map();
      const { PartNumber = 0, ETag, ChecksumSHA256 } = part;
      found.set(PartNumber, { PartNumber, ETag, ChecksumSHA256 });
    }
  } catch (error) {
    // Completed, aborted or expired since it was listed.
    if (s3Failure(error).name === 'NoSuchUpload') return new Map();
    throw error;
  }
  return found;
}

async function* partsOf(client: S3Client, place: Place): AsyncGenerator<Part> {
  let from: string | null | undefined = null;
  do {
    const page: ListPartsCommandOutput = await client.send(
      new ListPartsCommand({ ...place, ...(from ? { PartNumberMarker: from } : {}) }),
    );
    yield* page.Parts ?? [];
    from = page.IsTruncated ? page.NextPartNumberMarker : null;
  } while (from);
}

async function begin(
  client: S3Client,
  object: { readonly Bucket: string; readonly Key: string },
): Promise<Begun> {
  // Etags of parts are not MD5 where a KMS key encrypts them: the checksum tells whose bytes they are.
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ ...object, ChecksumAlgorithm: 'SHA256' }),
  );
  if (UploadId === undefined) throw new Error('S3 began an upload without naming it');
  return { place: { ...object, UploadId }, parts: new Map() };
}

/** Sends what is missing, some parts at once. @returns all parts in their order */
async function sendMissing(client: S3Client, begun: Begun, file: FileInParts): Promise<CompletedPart[]> {
  const parts = new Map(begun.parts);
  const numbers = Array.from({ length: file.count }, (_, index) => index + 1);
  const missing = numbers.filter((number) => !parts.has(number))[Symbol.iterator]();
  let failed = false;
  const lane = async (): Promise<void> => {
    for (const PartNumber of missing) {
      if (failed) return;
      const Body = await file.read(PartNumber);
      const ChecksumSHA256 = await file.hash(PartNumber);
      const { ETag } = await client.send(
        new UploadPartCommand({ ...begun.place, PartNumber, Body, ChecksumSHA256 }),
      );
      parts.set(PartNumber, { PartNumber, ETag, ChecksumSHA256 });
    }
  };
  const failing = (error: unknown): never => {
    failed = true;
    throw error;
  };
  // All lanes have stopped reading before the file is closed.
  await allEnded(Array.from({ length: PARTS_AT_ONCE }, () => lane().catch(failing)));
  return numbers.map((number) => parts.get(number) ?? {});
}

async function complete(
  client: S3Client,
  asked: Asked,
  condition: S3Condition,
): Promise<{ readonly ETag?: string | undefined }> {
  const { place, parts } = asked;
  try {
    const answer = await client.send(
      new CompleteMultipartUploadCommand({ ...place, MultipartUpload: { Parts: parts }, ...condition }),
    );
    // versitygw 1.8.0 says yes to an upload that is gone, whatever object is there.
    if (answer.ChecksumSHA256 === compositeHash(parts)) return answer;
    throw Object.assign(new Error('the answer does not name what was sent'), { name: 'NoSuchUpload' });
  } catch (error) {
    const { name, status } = s3Failure(error);
    if (status !== 412 && name !== 'NoSuchUpload') throw error;
    const stored = await completedBefore(client, asked);
    if (stored) return stored;
    if (status === 412) await abortUpload(client, place);
    throw error;
  }
}

/**
 * Whether a completion that was refused, or not answered, has happened: the upload is gone, and the object is made of
 * just these parts. A token in the metadata would not do: others may go on with an upload that one began.
 */
async function completedBefore(
  client: S3Client,
  { place, parts }: Asked,
): Promise<{ readonly ETag?: string | undefined } | null> {
  try {
    await client.send(new ListPartsCommand({ ...place, MaxParts: 1 }));
    return null;
  } catch (error) {
    if (s3Failure(error).name !== 'NoSuchUpload') throw error;
  }
  const { Bucket, Key } = place;
  try {
    const stored = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    return stored.ChecksumSHA256 === compositeHash(parts) ? { ETag: stored.ETag } : null;
  } catch (error) {
    if (s3Failure(error).status !== 404) throw error;
    return null;
  }
}

/** How S3 names the content of an object made of parts: the hash of their hashes, and their number. */
function compositeHash(parts: readonly CompletedPart[]): string {
  const hash = createHash('sha256');
  for (const { ChecksumSHA256 = '' } of parts) hash.update(Buffer.from(ChecksumSHA256, 'base64'));
  return `${hash.digest('base64')}-${parts.length}`;
}
