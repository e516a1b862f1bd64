import type * as z from 'zod';
import { orMeant } from './nearest.ts';

/** An issue as an error map is given it: before it has a message. */
type RawIssue = z.core.$ZodRawIssue;
type Issue = z.core.$ZodIssue;

/** A fault of a text, in words for people: where, what stands there, and what should. */
export interface SchemaFault {
  readonly path: readonly PropertyKey[];
  readonly text: string;
  readonly value?: string;
  readonly expected?: string;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys with their values',
  record: 'keys with their values',
};

const listed = (values: readonly unknown[]): string =>
  values.map((value) => JSON.stringify(value) ?? String(value)).join(' or ');

/** What a schema expects where a value does not fit it, for schemas that have no words of their own. */
export function expectedWords(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[isWhole(issue.inst) ? 'int' : issue.expected] ?? issue.expected;
    case 'invalid_value':
      return listed(issue.values);
    case 'too_small':
      return bound(
        issue.origin,
        issue.minimum,
        issue.exact,
        issue.inclusive === false ? 'more than' : 'at least',
      );
    case 'too_big':
      return bound(
        issue.origin,
        issue.maximum,
        issue.exact,
        issue.inclusive === false ? 'less than' : 'at most',
      );
    case 'invalid_format':
      return issue.format === 'date'
        ? 'a day written YYYY-MM-DD'
        : `a text like ${issue.pattern ?? issue.format}`;
    case 'invalid_union':
      return [...new Set(issue.errors.flat().map(({ message }) => message))].join(' or ');
    case 'invalid_key':
      return issue.issues.map(({ message }) => message).join(', ');
    case 'unrecognized_keys':
      return keysOf(issue.inst).join(', ');
    default:
      return 'another value';
  }
}

function bound(origin: string, limit: number | bigint, exact: boolean | undefined, words: string): string {
  const count = `${exact ? 'exactly' : words} ${limit}`;
  if (origin === 'string') return `a text of ${count} ${limit === 1 ? 'character' : 'characters'}`;
  if (origin === 'array') return `a list of ${count} ${limit === 1 ? 'item' : 'items'}`;
  return `a number of ${count}`;
}

function isWhole(schema: unknown): boolean {
  return (schema as { _zod?: { def?: { format?: string } } })?._zod?.def?.format === 'safeint';
}

/** The keys that an object or a record of named keys may have; none where they are free. */
function keysOf(schema: unknown): string[] {
  const def = (schema as { _zod?: { def?: { shape?: object; keyType?: { options?: readonly string[] } } } })
    ?._zod?.def;
  return def?.shape ? Object.keys(def.shape) : [...(def?.keyType?.options ?? [])];
}

/**
 * The faults that a schema finds, one for every key that is not known.
 * @param root what was parsed with `expectedWords` as its error map
 * @param options.secret it may hold secrets: of a value its kind alone is told
 */
export function faultsOf(
  issues: readonly Issue[],
  root: unknown,
  options: { readonly secret?: boolean } = {},
): SchemaFault[] {
  return issues.flatMap((issue): SchemaFault[] => {
    if (issue.code === 'unrecognized_keys') {
      const known = issue.message === '' ? [] : issue.message.split(', ');
      return issue.keys.map((key) => unknownKey([...issue.path, key], key, known));
    }
    const { path, message } = issue;
    const found = valueAt(root, path);
    if (found === undefined && issue.code !== 'custom') {
      return [{ path, text: `is missing; expected ${message}`, expected: message }];
    }
    const value = issue.code === 'invalid_key' ? path.at(-1) : found;
    const text = options.secret === true ? KINDS[typeof value] : shown(value);
    const told =
      text === undefined
        ? {}
        : { value: typeof value === 'string' && options.secret !== true ? value : text };
    if (issue.code === 'custom' && !NAMES_THE_EXPECTED.test(message))
      return [{ path, text: message, ...told }];
    const said = text === undefined ? `expected ${message}` : `${text} instead of ${message}`;
    return [{ path, text: said, ...told, expected: message }];
  });
}

/** A refinement that begins with an article says what is expected; any other is a sentence of its own. */
const NAMES_THE_EXPECTED = /^an? /;

function unknownKey(path: readonly PropertyKey[], key: string, known: readonly string[]): SchemaFault {
  const expected = known.length === 0 ? {} : { expected: `one of ${known.join(', ')}` };
  const list = known.length === 0 ? '' : ` (expected one of: ${known.join(', ')})`;
  return { path, text: `this key is not known${orMeant(key, known)}${list}`, value: key, ...expected };
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (value as Record<PropertyKey, unknown> | null | undefined)?.[step],
    root,
  );
}

const LONGEST = 60;

/** A value as it is told; undefined for what would be too long to be of help. */
function shown(value: unknown): string | undefined {
  const text = JSON.stringify(value);
  return text === undefined || text.length > LONGEST ? undefined : text;
}
