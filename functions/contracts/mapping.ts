import * as z from 'zod';
import { canonicalJson, sha256 } from '../core/canonical.ts';
import { orMeant } from '../core/nearest.ts';
import { readStrictYaml } from '../core/strictYaml.ts';
import { FEED_NAMES, type FeedName, feedOf } from './feeds.ts';

/** A mapping file: lands other people's columns without code. */

const dateFormat = z
  .string()
  .regex(/^(YYYY|MM?|DD?|[-/. ])+$/, 'made of YYYY, MM or M, DD or D and separators: DD/MM/YYYY')
  .refine((text) => ['Y', 'M', 'D'].every((part) => text.includes(part)), 'a year, a month and a day');
const timestampFormat = z
  .string()
  .regex(/^(YYYY|MM?|DD?|HH?|mm|ss|[-/.: T])+$/, 'made of YYYY MM DD HH mm ss and separators')
  .refine((text) => ['Y', 'M', 'D', 'H', 'm'].every((part) => text.includes(part)), 'a date and a time');
const oneOrMore = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1)]);

const feedMapping = z.strictObject({
  files: z
    .string()
    .min(1)
    .optional()
    .describe('Which files of the feed, with * for any text; all when left out'),
  encoding: z
    .enum(['utf-8', 'latin-1'])
    .optional()
    .describe('How letters are written; as the control file says, or utf-8, when left out'),
  delimiter: z.string().length(1).default(',').describe('What stands between two columns'),
  decimal: z.enum(['.', ',']).default('.').describe('What stands before decimals'),
  thousands: z
    .enum(['', '.', ',', ' ', "'"])
    .default('')
    .describe('What separates thousands; not what stands before decimals'),
  date_format: oneOrMore(dateFormat)
    .optional()
    .describe('How days are written, one way or several: DD/MM/YYYY; YYYY-MM-DD when left out'),
  timestamp_format: oneOrMore(timestampFormat)
    .optional()
    .describe('How timestamps are written, one way or several: DD/MM/YYYY HH:mm:ss'),
  rename: z
    .record(z.string(), z.string().min(1))
    .default({})
    .describe("Of a contract's column, what the file calls it"),
  constant: z
    .record(z.string(), z.union([z.string().min(1), z.null()]))
    .default({})
    .describe("Of a contract's column that the file lacks, the value of every row; null is empty"),
  ignore: z.array(z.string().min(1)).default([]).describe('Columns of the file that are not wanted'),
  lookup: z
    .record(z.string(), z.record(z.string(), z.union([z.string(), z.null()])))
    .default({})
    .describe(
      "Of a contract's column, its value for each value of the file; a value that is not listed is refused",
    ),
  sign: z
    .record(z.string().min(1), z.union([z.literal(1), z.literal(-1)]))
    .optional()
    .describe(
      'Mandatory for receipts, and for no other feed: of each receipt type, after any lookup, 1, or -1 where its amounts are delivered positive and lower what is owed',
    ),
});

const feedName = z.enum(FEED_NAMES as [FeedName, ...FeedName[]]);

export const mapping = z
  .strictObject({
    version: z.literal(1).describe('Of this format'),
    feeds: z
      .partialRecord(feedName, feedMapping)
      .describe('By feed (`alturas contract`); one that is left out is read as its contract says'),
  })
  .superRefine(({ feeds }, context) => {
    for (const [name, feed] of Object.entries(feeds)) {
      const complain = (path: PropertyKey[], message: string) =>
        context.addIssue({ code: 'custom', path: ['feeds', name, ...path], message });
      if (name === 'receipts' && feed.sign === undefined)
        complain([], 'receipts need a `sign` (1 or -1) for every receipt type');
      if (name !== 'receipts' && feed.sign !== undefined) complain(['sign'], 'only receipts have signs');
      if (feed.thousands === feed.decimal)
        complain(['thousands'], 'thousands and decimals cannot be written alike');
      const columns = feedOf(name as FeedName).columns.map((column) => column.name);
      for (const part of ['rename', 'constant', 'lookup'] as const)
        for (const column of Object.keys(feed[part]))
          if (!columns.includes(column)) {
            complain([part, column], `${name} has no column ${column}${orMeant(column, columns)}`);
          }
      for (const column of Object.keys(feed.constant))
        if (column in feed.rename) complain(['constant', column], 'this column is renamed, too');
    }
  })
  .meta({
    description: 'How `alturas land --mapping FILE` reads files that name or write things otherwise (YAML)',
    examples: [
      {
        version: 1,
        feeds: {
          receipts: {
            files: 'cartera*.csv',
            encoding: 'latin-1',
            delimiter: ';',
            decimal: ',',
            thousands: '.',
            date_format: ['DD/MM/YYYY', 'D-M-YYYY'],
            rename: {
              receipt_no: 'NRECIBO',
              receipt_type: 'CTIPREC',
              due_date: 'FVENCIM',
              held_by: 'POSEEDOR',
            },
            constant: { company: 'ACME', currency: 'COP', endorsement_no: null },
            ignore: ['USUARIO'],
            lookup: { held_by: { C: 'POLICYHOLDER', I: 'INTERMEDIARY' } },
            sign: { '0': 1, '9': -1 },
          },
          movements: { delimiter: ';', timestamp_format: 'DD/MM/YYYY HH:mm:ss' },
        },
      },
    ],
  });

export type Mapping = z.output<typeof mapping>;
export type FeedMapping = z.output<typeof feedMapping>;

/**
 * Reads a mapping file.
 * @throws AlturasError `MAPPING_INVALID` with line and column of every fault.
 */
export function readMapping(file: string, text: string): Mapping {
  return readStrictYaml(
    {
      file,
      text,
      code: 'MAPPING_INVALID',
      described: 'alturas contract mapping',
      safe: 'nothing was landed',
    },
    mapping,
  );
}

/** SHA-256 over the canonical JSON of a mapping. */
export function mappingHash(value: Mapping): string {
  return sha256(canonicalJson(value));
}
