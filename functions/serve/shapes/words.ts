import * as z from 'zod';

export { EXITS, ROLES, SCOPE_COLUMNS } from '../../query/policy.ts';

export const day = z.iso.date();
export const moment = z.string().regex(/^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?$/);
export const word = z.string().regex(/^[a-z][a-z0-9_]*$/);
export const both = z.object({ es: z.string(), en: z.string() });
export const member = z.string().max(200).nullable();
export const figure = z.union([z.string(), z.number()]).nullable();

/** Only members among these; null is "not assigned". Several filters all hold. */
export const filter = z.strictObject({ column: word, members: z.array(member).max(1000) });

export const BOARDS = [
  'pulso',
  'alturas',
  'rotacion',
  'tableros',
  'cliente',
  'salud',
  'diccionario',
] as const;
export const LOCALES = ['es', 'en'] as const;

/** What is to be said of filters that leave nothing, or less than their writer meant. */
export const filterNote = z.object({
  code: z
    .enum(['UNKNOWN_MEMBER', 'CONTRADICTORY_FILTERS'])
    .describe(
      'UNKNOWN_MEMBER: `members` are none of the dimension, on no day, as far as the caller sees: what lies outside the scope and what does not exist are told alike. CONTRADICTORY_FILTERS: the filters of the dimension have no member in common, so no row passes',
    ),
  column: word,
  members: z.array(member),
});

/** What stands beside every answer. */
export const provenance = z.object({
  as_of: day.describe('Of what is of no one day: the newest day shown'),
  known_at: z.string().describe('The moment whose knowledge the figures rest on'),
  build: z
    .string()
    .nullable()
    .describe('The published build, or what an on-demand answer was made from; null: no build holds the day'),
  publish: z.int().describe('Number of the publish that the whole response was read from'),
  engine: z.string(),
  filters: z.array(filter).describe('As asked; the scope of the policy comes on top'),
  filter_notes: z
    .array(filterNote)
    .describe(
      'Filters that no row can pass are no error, for boards keep theirs in addresses: they are told here. A member without rows on the day is none of them. Clients, policies, receipts, channels and whoever answered at origination are listed nowhere, and never told of',
    ),
  policy: z.string().describe("Id of the caller's policy: equal ids see equal rows"),
  tie_out: z
    .enum(['unchecked', 'tied', 'tied_with_breaks', 'not_tied'])
    .describe('Whether the day is tied to the general ledger; unchecked: sin conciliar'),
  row_count: z.int(),
  carried: z
    .boolean()
    .nullable()
    .describe('The day stands on an earlier delivery carried forward; null where no figures are told'),
  inferred: z
    .boolean()
    .nullable()
    .describe('Movements behind it were inferred from snapshots; null where no figures are told'),
});
