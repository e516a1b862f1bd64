import { z } from 'zod';
import { canonicalJson, sha256 } from '../core/canonical.ts';
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
  /** Which files of the feed, with `*` for any text; all when left out. */
  files: z.string().min(1).optional(),
  encoding: z.enum(['utf-8', 'latin-1']).optional(),
  delimiter: z.string().length(1).default(','),
  decimal: z.enum(['.', ',']).default('.'),
  thousands: z.enum(['', '.', ',', ' ', "'"]).default(''),
  date_format: oneOrMore(dateFormat).optional(),
  timestamp_format: oneOrMore(timestampFormat).optional(),
  /** Contract column: the source's name of it. */
  rename: z.record(z.string(), z.string().min(1)).default({}),
  /** Contract column: the value of every row; null is empty. */
  constant: z.record(z.string(), z.union([z.string().min(1), z.null()])).default({}),
  /** Source columns that are not wanted. */
  ignore: z.array(z.string().min(1)).default([]),
  /** Contract column: its value for each value of the source. A value that is not listed is refused. */
  lookup: z.record(z.string(), z.record(z.string(), z.union([z.string(), z.null()]))).default({}),
  /** Receipts only: sign of each receipt type, as the contract (after any lookup) names it. */
  sign: z.record(z.string().min(1), z.union([z.literal(1), z.literal(-1)])).optional(),
});

const feedName = z.enum(FEED_NAMES as [FeedName, ...FeedName[]]);

const mapping = z
  .strictObject({ version: z.literal(1), feeds: z.partialRecord(feedName, feedMapping) })
  .superRefine(({ feeds }, context) => {
    for (const [name, feed] of Object.entries(feeds)) {
      const complain = (path: PropertyKey[], message: string) =>
        context.addIssue({ code: 'custom', path: ['feeds', name, ...path], message });
      if (name === 'receipts' && feed.sign === undefined)
        complain([], 'receipts need a `sign` (1 or -1) for every receipt type');
      if (name !== 'receipts' && feed.sign !== undefined) complain(['sign'], 'only receipts have signs');
      if (feed.thousands === feed.decimal)
        complain(['thousands'], 'thousands and decimals cannot be written alike');
      const columns = new Set(feedOf(name as FeedName).columns.map((column) => column.name));
      for (const part of ['rename', 'constant', 'lookup'] as const)
        for (const column of Object.keys(feed[part]))
          if (!columns.has(column)) complain([part, column], `${name} has no column ${column}`);
      for (const column of Object.keys(feed.constant))
        if (column in feed.rename) complain(['constant', column], 'this column is renamed, too');
    }
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
