import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import { AlturasError } from '../core/errors.ts';
import type { OfferedFile } from './offered.ts';

const CHUNK = 1 << 20;
const SMALL = 4 << 20;
const LF = 10;
const CR = 13;
const MAX_HEADER = 1 << 16;

/** What one pass over a file's bytes tells. */
export interface FileScan {
  readonly sha256: string;
  /** Physical data rows: the lines after the header; blank lines at the very end are none. CSV only. */
  readonly rows: number;
  /** The first line, without its line break. */
  readonly header: Buffer;
  readonly newline: '\n' | '\r\n';
  /** Every line ends alike and none holds a lone CR or a NUL: an ordinary reader that finds as many rows saw these. */
  readonly regular: boolean;
}

/** SHA-256 of a file, for formats that have no lines. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of fileBytes(path)) hash.update(chunk);
  return hash.digest('hex');
}

/** A file's bytes: a small one in one piece, which is much cheaper than a stream. */
async function* fileBytes(path: string): AsyncGenerator<Buffer> {
  if ((await stat(path)).size <= SMALL) {
    yield await readFile(path);
    return;
  }
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK })) yield chunk as Buffer;
}

/**
 * Hashes a CSV file as delivered and counts its lines once decompressed.
 * @throws AlturasError `FILE_DAMAGED` when a compressed file cannot be read to its end.
 */
export async function scanCsv(file: Pick<OfferedFile, 'path' | 'compression'>): Promise<FileScan> {
  const hash = createHash('sha256');
  const lines = new LineScan();
  for await (const chunk of plainBytes(file, (delivered) => hash.update(delivered))) lines.push(chunk);
  return { sha256: hash.digest('hex'), ...lines.end() };
}

/** The first line of a CSV file and how it ends, without reading on. */
export async function peekCsv(file: OfferedFile): Promise<Pick<FileScan, 'header' | 'newline'>> {
  const lines = new LineScan();
  for await (const chunk of file.compression === 'none' ? firstBytes(file.path) : plainBytes(file)) {
    lines.push(chunk);
    if (chunk.includes(LF)) break;
  }
  const { header, newline } = lines.end();
  return { header, newline };
}

async function* firstBytes(path: string): AsyncGenerator<Buffer> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(MAX_HEADER), 0, MAX_HEADER, 0);
    yield buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/**
 * The bytes of a file, decompressed.
 * @param delivered called with every chunk as it lies on disk.
 */
export async function* plainBytes(
  file: Pick<OfferedFile, 'path' | 'compression'>,
  delivered: (chunk: Buffer) => unknown = () => undefined,
): AsyncGenerator<Buffer> {
  if (file.compression === 'none') {
    for await (const chunk of fileBytes(file.path)) {
      delivered(chunk);
      yield chunk;
    }
    return;
  }
  const source = createReadStream(file.path, { highWaterMark: CHUNK });
  try {
    if (file.compression === 'gzip') {
      source.on('data', (chunk) => delivered(chunk as Buffer));
      const plain = pipeline(source, createGunzip({ chunkSize: CHUNK }), () => undefined);
      for await (const chunk of plain) yield chunk as Buffer;
      return;
    }
    const ready: Buffer[] = [];
    let ended = false;
    const zstd = new Decompress((chunk, final) => {
      ready.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      ended ||= final === true;
    });
    for await (const chunk of source) {
      delivered(chunk as Buffer);
      zstd.push(chunk as Buffer);
      yield* ready.splice(0);
    }
    zstd.push(new Uint8Array(0), true);
    yield* ready.splice(0);
    if (!ended) throw new Error('unexpected end of file');
  } catch (cause) {
    throw new AlturasError(
      'input',
      'FILE_DAMAGED',
      `${file.path} cannot be decompressed: ${cause instanceof Error ? cause.message : cause}`,
      { file: file.path, safe: 'nothing of this delivery was landed', hint: 'deliver the file again' },
      cause,
    );
  } finally {
    source.destroy();
  }
}

class LineScan {
  #lines = 0;
  #blankRun = 0;
  #crlf = 0;
  #cr = 0;
  #regular = true;
  #lineBytes = 0;
  #lastByte = -1;
  readonly #header: Buffer[] = [];
  #headerBytes = 0;

  push(chunk: Buffer): void {
    if (this.#lines === 0 && this.#headerBytes < MAX_HEADER) {
      const end = chunk.indexOf(LF);
      const part = Buffer.from(end === -1 ? chunk : chunk.subarray(0, end));
      this.#header.push(part);
      this.#headerBytes += part.length;
    }
    if (chunk.includes(0)) this.#regular = false;
    for (let at = chunk.indexOf(CR); at !== -1; at = chunk.indexOf(CR, at + 1)) this.#cr += 1;
    let start = 0;
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, start)) {
      this.#lineBytes += at - start;
      this.#endLine(at > 0 ? chunk[at - 1] : this.#lastByte);
      start = at + 1;
    }
    this.#lineBytes += chunk.length - start;
    if (chunk.length > 0) this.#lastByte = chunk[chunk.length - 1] ?? -1;
  }

  #endLine(before: number | undefined): void {
    const crlf = this.#lineBytes > 0 && before === CR;
    if (crlf) this.#crlf += 1;
    this.#blankRun = this.#lineBytes === 0 || (crlf && this.#lineBytes === 1) ? this.#blankRun + 1 : 0;
    this.#lines += 1;
    this.#lineBytes = 0;
  }

  end(): Omit<FileScan, 'sha256'> {
    const ended = this.#lines;
    if (this.#lineBytes > 0) {
      this.#lines += 1;
      this.#blankRun = this.#lineBytes === 1 && this.#lastByte === CR ? this.#blankRun + 1 : 0;
    }
    const crlf = this.#crlf > 0;
    if (this.#cr !== this.#crlf || (crlf && this.#crlf !== ended)) this.#regular = false;
    const header = Buffer.concat(this.#header);
    return {
      rows: Math.max(0, this.#lines - this.#blankRun - 1),
      header: header.at(-1) === CR ? header.subarray(0, -1) : header,
      newline: crlf ? '\r\n' : '\n',
      regular: this.#regular,
    };
  }
}
