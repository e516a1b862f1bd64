import { AlturasError } from '../core/errors.ts';

/** The one folder of a lake that holds no objects: temporary files and versions (see folderLake.ts). */
export const RESERVED = '.lake';

const MAX_KEY_BYTES = 1024;
const MAX_SEGMENT_BYTES = 255;

/** What is wrong with a key, or null. Limits are the narrower of S3's (1,024 bytes) and a file system's (255 a name). */
function faultOf(key: string): string | null {
  if (key === '') return 'it is empty';
  if (/\p{Surrogate}/u.test(key)) return 'it is not well-formed Unicode';
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) return `it is longer than ${MAX_KEY_BYTES} bytes`;
  for (const character of key) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || code === 0x7f) return 'it holds a control character';
    if (character === '\\') return 'it holds a backslash';
  }
  const segments = key.split('/');
  if (segments.includes('')) return 'it starts or ends with a slash, or has two in a row';
  if (segments.includes('.') || segments.includes('..')) return 'it has a relative segment';
  if (segments[0] === RESERVED) return `${RESERVED} belongs to the lake itself`;
  if (segments.some((segment) => Buffer.byteLength(segment) > MAX_SEGMENT_BYTES)) {
    return `a segment is longer than ${MAX_SEGMENT_BYTES} bytes`;
  }
  return null;
}

function refuse(what: string, text: string, fault: string): never {
  throw new AlturasError('usage', 'LAKE_KEY', `The lake ${what} "${text}" is not safe: ${fault}.`, {
    value: text,
    expected: 'a relative path with / between its parts, for example builds/7/manifest.json',
    safe: 'nothing was read or written',
  });
}

/** @throws AlturasError `LAKE_KEY` when a key could name something outside the lake or not exist on every store. */
export function checkKey(key: string): void {
  const fault = faultOf(key);
  if (fault) refuse('key', key, fault);
}

/** A prefix is the start of a key: it may be empty and may end anywhere, even with a slash. */
export function checkPrefix(prefix: string): void {
  const fault = prefix === '' ? null : faultOf(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
  if (fault) refuse('prefix', prefix, fault);
}

/** Order of UTF-8 bytes, which is S3's; JavaScript's own order differs beyond the basic plane. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
