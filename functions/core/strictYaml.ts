import { LineCounter, type Node, parseDocument } from 'yaml';
import type * as z from 'zod';
import { AlturasError } from './errors.ts';
import { expectedWords, faultsOf, type SchemaFault } from './schemaFaults.ts';

/** Which text is read, and what its errors are called. */
export interface StrictText {
  readonly file: string;
  readonly text: string;
  /** Code of the error when the text breaks its schema, e.g. `CONFIG_INVALID`. */
  readonly code: string;
  /** Where people see what the text may say, e.g. `alturas config`. */
  readonly described?: string;
  readonly safe?: string;
  /** It may hold secrets: no value of it is told. */
  readonly secret?: boolean;
}

interface PlacedFault extends Partial<SchemaFault> {
  readonly line: number;
  readonly text: string;
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

  const root: unknown = document.toJS() ?? {};
  const parsed = schema.safeParse(root, { error: expectedWords });
  if (parsed.success) return parsed.data;
  const faults = faultsOf(parsed.error.issues, root, source).map((fault): PlacedFault => {
    const offset = offsetOf(document.contents, fault.path);
    const { line } = lines.linePos(offset);
    return { ...fault, line, text: `${place(offset)}: ${pathText(fault.path) || 'the file'}: ${fault.text}` };
  });
  throw broken(source, faults);
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}

function broken(source: StrictText, faults: readonly PlacedFault[]): AlturasError {
  const sorted = [...faults].sort((a, b) => a.line - b.line);
  const [first] = sorted;
  const one = sorted.length === 1;
  const { described, safe } = source;
  return new AlturasError(
    'input',
    source.code,
    `${source.file} has ${one ? 'a fault' : `${sorted.length} faults`}.`,
    {
      file: source.file,
      ...(first ? { line: first.line } : {}),
      ...(first?.path && first.path.length > 0 ? { column: pathText(first.path) } : {}),
      ...(first?.value === undefined ? {} : { value: first.value }),
      ...(first?.expected === undefined ? {} : { expected: first.expected }),
      causes: sorted.map((fault) => fault.text),
      ...(safe === undefined ? {} : { safe }),
      hint: `correct ${one ? 'it' : 'them'} and run the command again${described === undefined ? '' : `; \`${described}\` shows what it may say`}`,
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
