import fc from 'fast-check';

/** A JSON schema as the served OpenAPI document holds it. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** An operation of the document. */
export interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
}

/** A request as it is sent. */
export interface Fuzzed {
  readonly path: string;
  readonly body?: string;
}

/** What nobody should send. */
const HOSTILE: readonly string[] = [
  '',
  "'; drop table aging; --",
  "x' or '1'='1",
  '"',
  '\0',
  '\ud800',
  '\u202egnp',
  '../../etc/passwd',
  '%00',
  '__proto__',
  'constructor',
  '2026-02-30',
  '0001-01-01',
  '9999-12-31',
  '2026-06-30..2020-01-01',
  '٣٠',
  '1e309',
  'x'.repeat(3_000),
];

/**
 * Requests to an operation, made from its own schemas: words that mean something where `words` knows some for a
 * name, hostile ones among them, and now and then a value of another kind or a name that nobody knows.
 */
export function requestsTo(
  path: string,
  operation: Operation,
  words: Readonly<Record<string, readonly string[]>>,
): fc.Arbitrary<Fuzzed> {
  const parameters = operation.parameters ?? [];
  const named = fc.record(
    Object.fromEntries(
      parameters.map(({ name, schema, required }) => [
        name,
        required ? shaped(schema, name, words) : fc.option(shaped(schema, name, words), { nil: undefined }),
      ]),
    ),
  ) as fc.Arbitrary<Record<string, unknown>>;
  const schema = operation.requestBody?.content['application/json'].schema;
  const body: fc.Arbitrary<string | undefined> =
    schema === undefined
      ? fc.constant(undefined)
      : fc.oneof(
          { weight: 12, arbitrary: shaped(schema, '', words).map((value) => JSON.stringify(value)) },
          { weight: 1, arbitrary: fc.constantFrom('', '{', 'null', '[]', '"x"', '{"__proto__":{"a":1}}') },
        );
  return fc.record({ values: named, body }).map(({ values, body: text }) => {
    const query = new URLSearchParams();
    let place = path;
    for (const parameter of parameters) {
      const value = values[parameter.name];
      if (value === undefined) continue;
      const said = wellFormed(String(value));
      if (parameter.in === 'path')
        place = place.replace(`{${parameter.name}}`, encodeURIComponent(said) || '-');
      else query.set(parameter.name, said);
    }
    const asked = query.size === 0 ? place : `${place}?${query}`;
    return text === undefined ? { path: asked } : { path: asked, body: text };
  });
}

/** Half a character cannot stand in an address. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udfff]/g, '?');
}

function shaped(
  schema: Schema,
  name: string,
  words: Readonly<Record<string, readonly string[]>>,
): fc.Arbitrary<unknown> {
  const other = fc.oneof(
    fc.constantFrom<unknown>(null, true, -1, 0, 1.5, 2 ** 53, [], {}),
    fc.constantFrom(...HOSTILE),
  );
  return fc.oneof({ weight: 40, arbitrary: properOf(schema, name, words) }, { weight: 1, arbitrary: other });
}

function properOf(
  schema: Schema,
  name: string,
  words: Readonly<Record<string, readonly string[]>>,
): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const either = schema.anyOf ?? schema.oneOf;
  if (either !== undefined) return fc.oneof(...either.map((one) => shaped(one, name, words)));
  const [type] = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['string']);
  switch (type) {
    case 'object':
      return objectOf(schema, words);
    case 'array':
      return fc.array(shaped(schema.items ?? {}, name, words), {
        maxLength: Math.min(schema.maxItems ?? 3, 3),
      });
    case 'integer':
    case 'number':
      return fc.integer({ min: Math.max(schema.minimum ?? -3, -3), max: Math.min(schema.maximum ?? 60, 60) });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default: {
      const known = words[name] ?? words.any ?? [];
      return fc.oneof(
        { weight: 12, arbitrary: fc.constantFrom(...known) },
        { weight: 1, arbitrary: fc.constantFrom(...HOSTILE) },
      );
    }
  }
}

function objectOf(schema: Schema, words: Readonly<Record<string, readonly string[]>>): fc.Arbitrary<unknown> {
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0) {
    const value = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {};
    return fc.dictionary(fc.constantFrom(...(words.column ?? ['x'])), shaped(value, 'member', words), {
      maxKeys: 2,
    });
  }
  const required = new Set(schema.required);
  return fc.record(
    Object.fromEntries(
      properties.map(([name, one]) => {
        const value = shaped(one, name, words);
        // What may be left out mostly is: many wishes at once are mostly refused.
        return [name, required.has(name) ? value : fc.option(value, { freq: 1, nil: undefined })];
      }),
    ),
  );
}
