import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type * as z from 'zod';
import { mapping, readMapping } from '../../../functions/contracts/mapping.ts';
import { fileSchema, schemaKeys, schemaText } from '../../../functions/contracts/schemaText.ts';
import { readReplayMapping, replayMapping } from '../../../functions/land/replay/mapping.ts';

/** What must be told of each key, so that nobody has to read the source. */
const UNTOLD = ['company', 'register'];

describe.each([
  ['mapping', mapping, readMapping],
  ['replay-mapping', replayMapping, (file: string, text: string) => readReplayMapping(text, file)],
] as [string, z.ZodType, (file: string, text: string) => unknown][])(
  'the text of a %s',
  (_, schema, read) => {
    const keys = schemaKeys(schema);

    it('says of every key what it is', () => {
      expect(keys.filter(({ what }) => what === '').map(({ key }) => key)).toEqual(
        UNTOLD.filter((key) => keys.some((one) => one.key === key)),
      );
      for (const { key, what } of keys) {
        expect(schemaText(schema)).toContain(`  ${key}: `);
        expect(schemaText(schema)).toContain(what);
      }
    });

    it('has examples that are read', () => {
      const { examples = [] } = fileSchema(schema);
      expect(examples).toHaveLength(1);
      for (const example of examples)
        expect(read('example.yml', stringify(example))).toMatchObject(example as object);
    });
  },
);

it('names every key that a file may hold, its default, and whether it must be there', () => {
  const told = new Map(schemaKeys(replayMapping).map((row) => [row.key, row]));
  for (const section of ['register', 'payments', 'rates'])
    for (const key of ['dates', 'decimal', 'thousands', 'delimiter', 'encoding', 'columns'])
      expect([...told.keys()]).toContain(`${section}.${key}`);
  expect(told.get('register.delimiter')).toMatchObject({
    takes: 'text of 1 character',
    byDefault: ',',
    mandatory: false,
  });
  expect(told.get('register.columns.amount')).toMatchObject({ mandatory: true });
  expect(schemaKeys(mapping).find(({ key }) => key === 'feeds.<name>.lookup')?.takes).toBe(
    'names: names: text, or null',
  );
});
