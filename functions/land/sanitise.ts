import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { parseLine } from './csvLine.ts';
import { plainBytes } from './scan.ts';
import type { SourceFile } from './source.ts';

const LF = 10;
const CR = 13;
const LONGEST_LINE = 1_000_000;
const WRITE_AT = 1 << 20;

/** A physical line that is no row at all. `line` counts from 1, the header. */
export interface BrokenLine {
  readonly line: number;
  readonly code:
    | 'EMPTY_LINE'
    | 'BAD_ENCODING'
    | 'LINE_BREAK'
    | 'LINE_TOO_LONG'
    | 'BROKEN_QUOTES'
    | 'FIELD_COUNT';
  readonly value: string | null;
}

/**
 * Copies the well-formed lines of a CSV to a file that any reader sees alike: UTF-8, one row a line, the line number
 * in front. What is not well formed is told to `broken`. A line break inside quotes is none: by contract no field has
 * one, so an unterminated quote costs its own line and no other.
 * @param rows physical rows after the header; what follows is blank
 * @param lines those lines alone; null for all
 * @returns how many lines were copied
 */
export async function sanitise(
  file: SourceFile,
  rows: number,
  target: string,
  broken: (line: BrokenLine) => void,
  lines: ReadonlySet<number> | null = null,
): Promise<number> {
  const out = createWriteStream(target);
  let pending = `line${file.delimiter}${file.names.map((_, at) => `c${at}`).join(file.delimiter)}\n`;
  let copied = 0;
  for await (const { line, bytes } of physicalLines(file, rows)) {
    if (lines !== null && !lines.has(line)) continue;
    const judged = judge(bytes, file);
    if ('code' in judged) {
      broken({ line, ...judged });
      continue;
    }
    pending += `${line}${file.delimiter}${judged.text}\n`;
    copied += 1;
    if (pending.length > WRITE_AT) {
      if (!out.write(pending)) await once(out, 'drain');
      pending = '';
    }
  }
  out.end(pending);
  await once(out, 'close');
  return copied;
}

/** The data lines of a file with their numbers, without line breaks. */
export async function* physicalLines(
  file: Pick<SourceFile, 'path' | 'compression'>,
  rows: number,
): AsyncGenerator<{ readonly line: number; readonly bytes: Buffer }> {
  let rest: Buffer[] = [];
  let line = 0;
  for await (const chunk of plainBytes(file)) {
    let start = 0;
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, start)) {
      const tail = chunk.subarray(start, at);
      const bytes = rest.length === 0 ? tail : Buffer.concat([...rest, tail]);
      rest = [];
      start = at + 1;
      line += 1;
      if (line > rows + 1) return;
      if (line > 1) yield { line, bytes: withoutCr(bytes) };
    }
    if (start < chunk.length) rest.push(Buffer.from(chunk.subarray(start)));
  }
  line += 1;
  if (rest.length > 0 && line > 1 && line <= rows + 1) yield { line, bytes: withoutCr(Buffer.concat(rest)) };
}

function withoutCr(bytes: Buffer): Buffer {
  return bytes.length > 0 && bytes[bytes.length - 1] === CR ? bytes.subarray(0, -1) : bytes;
}

function judge(bytes: Buffer, file: SourceFile): { text: string } | Pick<BrokenLine, 'code' | 'value'> {
  if (bytes.length === 0) return { code: 'EMPTY_LINE', value: null };
  if (bytes.length > LONGEST_LINE) return { code: 'LINE_TOO_LONG', value: `${bytes.length} bytes` };
  if (file.encoding === 'utf-8' && !isUtf8(bytes)) return { code: 'BAD_ENCODING', value: null };
  if (bytes.includes(CR) || bytes.includes(0)) return { code: 'LINE_BREAK', value: null };
  const text = bytes.toString(file.encoding === 'latin-1' ? 'latin1' : 'utf8');
  const fields = parseLine(text, file.delimiter);
  if (fields === null) return { code: 'BROKEN_QUOTES', value: null };
  if (fields.length !== file.names.length) {
    return { code: 'FIELD_COUNT', value: `${fields.length} instead of ${file.names.length}` };
  }
  if (!text.includes('"')) return { text };
  return {
    text: fields
      .map((field) => (field === null ? '' : `"${field.replaceAll('"', '""')}"`))
      .join(file.delimiter),
  };
}
