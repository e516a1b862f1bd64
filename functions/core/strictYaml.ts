import { LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { AlturasError } from './errors.ts';

/** Which text is read, and what its errors are called. */
export interface StrictText {
  readonly file: string;
  readonly text: string;
  /** Code of the error when the text breaks its schema, e.g. `CONFIG_INVALID`. */
  readonly code: string;
}

/**
 * Reads YAML (or JSON, a part of it) by a strict schema: every fault of the text is gathered, with line and column.
 * @throws AlturasError of kind input: nothing is guessed, unknown and repeated keys are faults.
 */
export function readStrictYaml<S extends z.ZodType>(source: StrictText, schema: S): z.output<S> {
  const lines = new LineCounter();
  const document = parseDocument(source.text, { lineCounter: lines, uniqueKeys: true, version: '1.2' });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `line ${line}, column ${col}`;
  };
  const syntax = document.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    text: `${place(error.pos[0])}: ${error.message.split('\n')[0]}`,
  }));
  if (syntax.length > 0) throw broken(source, syntax);

  const parsed = schema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) => {
    const at = (path: readonly PropertyKey[]) => offsetOf(document.contents, path);
    const one = (path: readonly PropertyKey[], message: string) => {
      const offset = at(path);
      return {
        line: lines.linePos(offset).line,
        text: `${place(offset)}: ${path.map(String).join('.') || 'the file'}: ${message}`,
      };
    };
    if (issue.code !== 'unrecognized_keys') return [one(issue.path, issue.message)];
    return issue.keys.map((key) => one([...issue.path, key], 'this key is not known'));
  });
  throw broken(source, faults);
}

function broken(source: StrictText, faults: readonly { line: number; text: string }[]): AlturasError {
  const sorted = [...faults].sort((a, b) => a.line - b.line);
  const one = sorted.length === 1;
  return new AlturasError(
    'input',
    source.code,
    `${source.file} has ${one ? 'a fault' : `${sorted.length} faults`}.`,
    {
      file: source.file,
      ...(sorted[0] ? { line: sorted[0].line } : {}),
      causes: sorted.map((fault) => fault.text),
      hint: `correct ${one ? 'it' : 'them'} and run the command again`,
    },
  );
}

/** Where the key (or item) of `path` stands; the nearest parent that the text has, when it lacks the rest. */
function offsetOf(root: Node | null, path: readonly PropertyKey[]): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const step of path) {
    const items: unknown = (node as { items?: unknown } | null)?.items;
    if (!Array.isArray(items)) break;
    if (typeof step === 'number') {
      node = items[step];
      offset = rangeStart(node) ?? offset;
      continue;
    }
    const pair = items.find((item) => keyText(item) === String(step));
    if (pair === undefined) break;
    offset = rangeStart((pair as { key?: unknown }).key) ?? offset;
    node = (pair as { value?: unknown }).value;
  }
  return offset;
}

function keyText(pair: unknown): string | undefined {
  const key = (pair as { key?: unknown } | null)?.key;
  const value = (key as { value?: unknown } | null)?.value;
  return value === undefined ? undefined : String(value);
}

function rangeStart(node: unknown): number | undefined {
  const range = (node as { range?: readonly number[] | null } | null)?.range;
  return range?.[0];
}
