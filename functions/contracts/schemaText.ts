import { stringify } from 'yaml';
import * as z from 'zod';

/** A key that a file may hold, as its schema describes it. */
export interface SchemaKey {
  /** `feeds.<name>.delimiter`; `<name>` stands for any name of the reader's own. */
  readonly key: string;
  readonly takes: string;
  readonly mandatory: boolean;
  readonly byDefault?: unknown;
  readonly what: string;
}

type Json = z.core.JSONSchema.JSONSchema;

/** The JSON Schema of a file, as it is written. */
export function fileSchema(schema: z.ZodType): Json {
  return z.toJSONSchema(schema, { io: 'input' });
}

/** Every key of a file, in the order of its schema. */
export function schemaKeys(schema: z.ZodType): SchemaKey[] {
  return keysUnder(fileSchema(schema), '');
}

function keysUnder(json: Json, path: string): SchemaKey[] {
  const own = Object.entries(json.properties ?? {}).flatMap(([name, value]) => {
    const child = jsonOf(value);
    const key = path === '' ? name : `${path}.${name}`;
    const row: SchemaKey = {
      key,
      takes: takesOf(child),
      mandatory: json.required?.includes(name) === true,
      ...(child.default === undefined ? {} : { byDefault: child.default }),
      what: child.description ?? '',
    };
    return [row, ...keysUnder(child, key)];
  });
  const any = jsonOf(json.additionalProperties);
  return [...own, ...(any.properties ? keysUnder(any, `${path}.<name>`) : [])];
}

function jsonOf(value: Json | boolean | undefined): Json {
  return typeof value === 'object' ? value : {};
}

/** What a key takes, in words. */
function takesOf(json: Json): string {
  if (json.const !== undefined) return JSON.stringify(json.const);
  if (json.enum) return json.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (json.anyOf) return [...new Set(json.anyOf.map((one) => takesOf(jsonOf(one))))].join(', or ');
  switch (json.type) {
    case 'array':
      return `list of: ${takesOf(jsonOf(Array.isArray(json.items) ? json.items[0] : json.items))}`;
    case 'object':
      return json.properties ? 'keys' : `names: ${takesOf(jsonOf(json.additionalProperties))}`;
    case 'string':
      return json.maxLength !== undefined && json.maxLength === json.minLength
        ? `text of ${json.maxLength} ${json.maxLength === 1 ? 'character' : 'characters'}`
        : 'text';
    default:
      return [json.type ?? 'anything'].flat().join(', or ').replace('string', 'text');
  }
}

/** Everything that a schema says of its file, for a terminal: what it is for, its keys, and an example. */
export function schemaText(schema: z.ZodType): string {
  const { description, examples = [] } = fileSchema(schema);
  const keys = schemaKeys(schema).map(({ key, takes, mandatory, byDefault, what }) => {
    const least = mandatory ? ', mandatory' : '';
    const otherwise = byDefault === undefined ? '' : `, default ${JSON.stringify(byDefault)}`;
    return `  ${key}: ${takes}${least}${otherwise}${what === '' ? '' : `\n      ${what}`}`;
  });
  const shown = examples.map((example) => `\nAn example:\n${indented(stringify(example))}`);
  return [description ?? '', '', ...keys, ...shown].join('\n');
}

function indented(text: string): string {
  return text.trimEnd().replace(/^/gm, '  ');
}
