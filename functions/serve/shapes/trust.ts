import * as z from 'zod';
import { catalogueKpi, daysResponse } from './lookups.ts';
import { cell } from './questions.ts';
import { day, figure, moment, provenance, word } from './words.ts';

export const peersRequest = z.strictObject({
  kpi: z.string().max(80),
  dimension: z.enum(['office', 'advisor', 'clerk', 'intermediary', 'line']),
  member: z.string().max(200).optional().describe('Default: the only member of the scope'),
  company: z
    .string()
    .max(200)
    .optional()
    .describe('Whose member it is; needed where several companies have one of that name'),
  as_of: day.optional(),
  known_at: moment.optional().describe('A day (its end) or a local timestamp; default: as delivered'),
  period: z.string().max(40).optional(),
  basis: word.optional(),
});
const peerGroup = z.object({
  members: z.int().nullable().describe('null where suppressed'),
  median: figure,
  percentile: z.number().nullable().describe('Share of the other members that do worse, 0 to 1'),
  band: z.enum(['first', 'second', 'third', 'fourth']).nullable().describe('Quarter; first is best'),
  suppressed: z.boolean().describe('Fewer than 5 members, or a scope that holds a part of the figure only'),
});
/** Own figure among peers. Never another member's figure. */
export const peersResponse = z.object({
  ...provenance.shape,
  kpi: z.string(),
  dimension: z.string(),
  member: z.string(),
  unit: catalogueKpi.shape.unit,
  direction: catalogueKpi.shape.direction,
  currency: z.string().nullable(),
  own: cell,
  company: peerGroup,
  office: peerGroup.nullable().describe('null where the dimension has no office, or the member none'),
});

export const healthResponse = z.object({
  ...provenance.shape,
  freshness: daysResponse.shape.freshness,
  feeds: z.array(
    z.object({
      feed: z.string(),
      es: z.string(),
      en: z.string(),
      kind: z.string(),
      mandatory: z.boolean(),
      newest_day: day.nullable(),
      deliveries: z.int(),
    }),
  ),
  /** One entry per feed and delivered day of the last 62 days, newest first. */
  deliveries: z.array(
    z.object({
      seq: z.int(),
      day,
      cutoff_at: z.string(),
      delivery: z.string(),
      version: z.int().describe('1 is the first delivery of that day'),
      built: z.boolean().describe('false: it arrived, but no figure holds it yet'),
      feeds: z.record(
        z.string(),
        z.object({
          rows: z
            .int()
            .nullable()
            .describe('This and the other counts: null for who does not see everything'),
          accepted: z.int().nullable(),
          refused: z.int().nullable(),
          amounts_refused: z.record(z.string(), z.string()),
        }),
      ),
      findings: z.array(
        z.object({
          code: z.string(),
          severity: z.string(),
          feed: z.string().nullable(),
          message: z.string(),
          count: z.int().nullable(),
        }),
      ),
    }),
  ),
  rejected: z
    .array(
      z.object({
        day: z.string(),
        id: z.string(),
        code: z.string(),
        message: z.string(),
        reasons: z.array(z.string()).describe('In English, as they are kept'),
      }),
    )
    .describe('Deliveries refused whole, of days of which none was accepted afterwards'),
  gaps: z.array(day).describe('Days without a delivery, carried'),
  refused: z.object({
    rows: z.int(),
    by_reason: z.array(
      z.object({ feed: z.string(), code: z.string(), rows: z.int(), days: z.int(), last_day: day }),
    ),
  }),
  laws: z.array(
    z.object({
      law: z.string(),
      es: z.string(),
      en: z.string(),
      severity: z.enum(['error', 'warning']),
      rows: z.int().describe('Rows that break it in the newest build that checked it, published or not'),
      build: z.string().nullable(),
    }),
  ),
  builds: z.array(
    z.object({
      build: z.string(),
      publish: z.int().nullable().describe('null: not published'),
      refused: z.boolean().describe('A law keeps what it made from the figures; those come first'),
      engine: z.string(),
      first_day: day.nullable(),
      last_day: day.nullable(),
      days: z.int(),
      models: z.int(),
      laws_broken: z.array(z.string()),
    }),
  ),
  restatements: z.object({
    from: day,
    to: day,
    movements: z.int(),
    days_affected: z.int(),
    by_kind: z.array(
      z.object({ kind: z.string(), movements: z.int(), effect: z.string(), currency: z.string() }),
    ),
  }),
});

export const refusedQuery = z.strictObject({
  feed: word.optional(),
  day: day.optional(),
  code: z.string().max(80).optional(),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
export const refusedResponse = z.object({
  ...provenance.shape,
  total: z.int(),
  next: z.int().nullable(),
  rows: z.array(
    z.object({
      feed: z.string(),
      day,
      company: z.string().nullable(),
      file: z.string(),
      line: z.string(),
      column: z.string().nullable(),
      value: z.string().nullable().describe('Masked without the right to personal data'),
      code: z.string(),
      reason: z.string().describe('In English, as it is kept'),
      reason_es: z.string().nullable().describe('In Spanish'),
      raw: z.string().nullable().describe('Masked without the right to personal data'),
    }),
  ),
});
