import * as z from 'zod';
import { BOARDS, both, day, EXITS, figure, LOCALES, provenance, ROLES, SCOPE_COLUMNS } from './words.ts';

/** Claims of the caller, as the server understood them. */
export const sessionResponse = z.object({
  subject: z.string(),
  name: z.string().nullable(),
  role: z.enum(ROLES),
  scope: z
    .union([z.literal('all'), z.partialRecord(z.enum(SCOPE_COLUMNS), z.array(z.string()))])
    .describe('all, or the members of each column that rows must have; {} sees no rows'),
  personal: z.boolean().describe('Whether names, identity numbers and telephones are shown'),
  exits: z.array(z.enum(EXITS)),
  boards: z.array(z.enum(BOARDS)),
  locale: z.enum(LOCALES),
  theme: z.record(z.string(), z.string()),
  policy: z.string(),
  expires_at: z.string().describe('UTC, ISO 8601'),
  local: z.boolean().describe('Signed by this server itself, on loopback'),
});

const parameter = z.object({
  name: z.string(),
  default: z.int(),
  choices: z.array(z.int()),
  es: z.string(),
  en: z.string(),
});
const exampleRow = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

export const catalogueKpi = z.object({
  id: z.string(),
  es: z.string(),
  en: z.string(),
  formula: both,
  unit: z.enum(['money', 'ratio', 'days', 'times', 'count', 'index']),
  direction: z.enum(['up_is_good', 'down_is_good', 'neutral']),
  source: z.string(),
  mart: z.string(),
  periods: z.array(z.string()).describe('Empty: a stock on the day'),
  bases: z.array(z.string()).describe('The default first'),
  dimensions: z.array(z.string()).describe('What `by` and filters may name'),
  always_by: z.array(z.string()).describe('Dimensions that every answer has'),
  parameter: parameter.nullable().describe('Stuck to the id by callers: par75'),
  additive: z.boolean().describe('Whether receipts can be shown behind it'),
  version: z.string().describe('Hash of its definition'),
  examples: z.array(
    z.object({
      es: z.string(),
      en: z.string(),
      by: z.array(z.string()),
      given: z.record(z.string(), z.array(exampleRow)),
      expect: z.array(z.object({ at: exampleRow, value: figure, reason: z.string().optional() })),
    }),
  ),
});

export const catalogueModel = z.object({
  name: z.string(),
  kind: z.enum(['feed', 'ledger', 'position', 'mart', 'law']),
  es: z.string(),
  en: z.string(),
  grain: z.array(z.string()),
  columns: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      es: z.string(),
      en: z.string(),
      unit: z.string().nullable(),
    }),
  ),
});

/** What the KPIs and models are: words, of no day and no build. */
export const catalogueResponse = z.object({
  ...provenance.shape,
  as_of: z.null().describe('Definitions are of no day'),
  known_at: z.null().describe('Definitions are of no day'),
  build: z.null().describe('Definitions stand in no build'),
  tie_out: z.null().describe('Definitions are reconciled with nothing'),
  row_count: z.int().describe('KPIs and models'),
  version: z.string(),
  kpis: z.array(catalogueKpi),
  models: z.array(catalogueModel),
  /** `from` feeds `to`; KPIs stand as `kpi:<id>`. */
  lineage: z.array(z.object({ from: z.string(), to: z.string() })),
  buckets: z.array(
    z.object({ altura: z.string(), order: z.int(), from: z.int().nullable(), to: z.int().nullable() }),
  ),
});

/** Members of the dimensions, with their names: for filters and labels. Within the caller's scope only. */
export const membersResponse = z.object({
  ...provenance.shape,
  dimensions: z.record(
    z.string(),
    z.array(
      z.object({
        member: z.string(),
        name: z.string(),
        company: z.string().nullable(),
        office: z.string().nullable(),
      }),
    ),
  ),
});

/** The calendar: `as_of` is its newest day, `row_count` its days; it tells no figures, so `inferred` is null. */
export const daysResponse = z.object({
  ...provenance.shape,
  newest: day.describe('The newest day whose figures are published'),
  first: day,
  published_build: z.string().describe('As `build`, empty where there is none'),
  /** Every calendar day from the first to the newest. */
  days: z.array(
    z.object({
      day,
      state: z.enum(['delivered', 'carried', 'missing']).describe('missing: delivered or carried, not built'),
      restated: z.boolean().describe('Something that became known later changes it'),
      known_at: z.string(),
      versions: z.int(),
      build: z.string().nullable(),
    }),
  ),
  month_ends: z.array(day),
  builds: z.array(z.object({ build: z.string(), publish: z.int(), first_day: day, last_day: day })),
  freshness: z.object({
    newest_cutoff: z.string(),
    age_days: z.int().describe('Calendar days from the newest day shown to today in the zone of the lake'),
    stale: z.boolean(),
    waiting: day
      .nullable()
      .describe(
        'The newest delivered day, where its figures are not published: under way, or refused by a law',
      ),
  }),
});
