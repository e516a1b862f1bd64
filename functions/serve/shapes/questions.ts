import * as z from 'zod';
import { MEASURES } from '../../query/change.ts';
import { catalogueKpi } from './lookups.ts';
import { day, figure, filter, member, moment, provenance, word } from './words.ts';

export const question = z.strictObject({
  id: z.string().max(80).optional().describe('Comes back with the answer'),
  kpi: z.string().max(80).describe('Id of a KPI, its parameter stuck to it: par75, top5_share'),
  by: z.array(word).max(4).default([]),
  filters: z.array(filter).max(20).default([]),
  as_of: day.optional().describe('Default: the newest day'),
  known_at: moment.optional().describe('A day (its end) or a local timestamp; default: as delivered'),
  period: z.string().max(40).optional().describe('month, quarter, ytd, 12m, or A..B'),
  basis: word.optional(),
  compare: z
    .array(day)
    .max(60)
    .default([])
    .describe('Further days whose values come with every row, in this order'),
  range: z
    .strictObject({
      from: day,
      to: day.optional().describe('Default: the newest day'),
      every: z.enum(['day', 'month_end']).default('day'),
    })
    .optional()
    .describe('In the place of as_of and compare: as of its last day, with its other days, the newest first'),
  sort: z
    .string()
    .regex(/^-?(value|numerator|denominator|change|member)$/)
    .optional()
    .describe(
      '-value: greatest first; change is against compare[0], and refused without one. Default: by members',
    ),
  limit: z.int().min(1).max(5000).optional().describe('Rows kept after sorting; row_count counts all'),
});

export const cell = z.object({
  value: figure,
  numerator: figure,
  denominator: figure,
  reason: z.string().nullable().describe('Why the value is null'),
});

export const answerRow = z.object({
  dimensions: z.record(z.string(), member),
  ...cell.shape,
  currency: z
    .string()
    .nullable()
    .describe('Of the money in the row, on every day; null where there is none. Rows may differ in theirs'),
  notes: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  compare: z.array(cell).describe('In the order of `compare` of the question'),
});

const partUnit = z
  .enum(['money', 'money_days', 'count', 'number'])
  .describe('money_days: money times days; its digits look like those of money');
/** Of the numerators and denominators beside them. */
const partUnits = {
  numerator_unit: partUnit.nullable(),
  denominator_unit: partUnit.nullable().describe('null where there is no denominator'),
};

export const answer = z.object({
  ...provenance.shape,
  id: z.string().nullable(),
  kpi: z.string(),
  by: z.array(z.string()).describe('Dimensions of the rows in order: asked, then those it always has'),
  period: z.object({ kind: z.string(), opened: day, days: z.int() }).nullable(),
  basis: z.string(),
  unit: catalogueKpi.shape.unit,
  ...partUnits,
  direction: catalogueKpi.shape.direction,
  currency: z.string().nullable().describe('Of money, where all rows have one; else each row tells its own'),
  on_demand: z.boolean(),
  carried: z.boolean(),
  inferred: z.boolean(),
  compare: z.array(
    z.object({
      as_of: day,
      known_at: z.string().nullable(),
      build: z.string().nullable(),
      carried: z.boolean(),
      reason: z.string().nullable().describe('Why the day has no values, e.g. DAY_UNKNOWN'),
    }),
  ),
  rows: z.array(answerRow),
  total: answerRow.nullable().describe('The same without the dimensions; null with several currencies'),
  labels: z
    .record(z.string(), z.record(z.string(), z.string()))
    .describe('By dimension and member: its name, masked where the policy says so'),
});

/** RFC 9457. Served as application/problem+json; also stands in a batch in the place of an answer. */
export const problem = z.object({
  type: z.string().describe('urn:alturas:problem:<code>'),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('What happened'),
  code: z.string().describe('Stable, for support'),
  safe: z.string().optional().describe('What was done with the data'),
  action: z.string().optional().describe('What to do'),
  value: z.string().optional(),
  expected: z.string().optional(),
  causes: z.array(z.string()).optional(),
  instance: z.string().optional(),
});

export const askRequest = z.strictObject({ questions: z.array(question).min(1).max(60) });
/** One entry per question, in order; all read from one publish. */
export const askResponse = z.object({
  publish: z.int(),
  policy: z.string(),
  answers: z.array(z.union([z.object({ answer }), z.object({ id: z.string().nullable(), problem })])),
});

export const changeRequest = z.strictObject({
  measure: z.enum(MEASURES).default('gross').describe('balance: gross and credits'),
  from: day,
  to: day.optional().describe('Default: the newest day'),
  known_at: moment.optional().describe('A day (its end) or a local timestamp; default: as delivered'),
  by: z
    .enum(['company', 'office', 'advisor', 'clerk', 'line', 'intermediary', 'client', 'currency'])
    .optional(),
  filters: z.array(filter).max(20).default([]),
  limit: z.int().min(1).max(5000).optional().describe('Members kept, those that moved most first'),
});
const causes = z.record(z.string(), z.string()).describe('Signed amounts by cause, those of 0.00 left out');
const movement = z.object({
  opening: z.string(),
  closing: z.string(),
  change: z.string().describe('closing - opening = sum of causes, to the cent'),
  causes,
});
export const changeResponse = z.object({
  ...provenance.shape,
  measure: z.enum(MEASURES),
  from: day,
  to: day,
  by: z.string().nullable(),
  /** One block per functional currency: they do not add up. */
  blocks: z.array(
    z.object({
      currency: z.string(),
      companies: z.array(z.string()),
      total: movement,
      members: z.array(z.object({ member, ...movement.shape })),
    }),
  ),
  causes: z.array(z.object({ cause: z.string(), es: z.string(), en: z.string() })),
  labels: answer.shape.labels,
});

export const cellOf = {
  question: question.omit({ compare: true, range: true, sort: true, limit: true }),
  at: z
    .record(word, member)
    .default({})
    .describe('Members of the cell: those of its row; empty for the total'),
  part: z.enum(['numerator', 'denominator']).default('numerator'),
};

export const receiptsRequest = z.strictObject({
  ...cellOf,
  sort: z
    .enum(['-amount', 'amount', 'receipt', '-dpd', 'client'])
    .default('-amount')
    .describe('-amount: greatest absolute amount first'),
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(1000).default(100),
});
export const receiptRow = z.object({
  company: z.string().nullable(),
  receipt: z.string().nullable(),
  amount: z.union([z.string(), z.number()]),
  client: z.string().nullable().describe('id for /api/clients/{id}'),
  client_name: z.string().nullable().describe('Masked (•••) without the right to personal data'),
  policy: z.string().nullable(),
  line: z.string().nullable(),
  office: z.string().nullable(),
  advisor: z.string().nullable(),
  clerk: z.string().nullable(),
  intermediary: z.string().nullable(),
  currency: z.string().nullable(),
  due_date: z.string().nullable(),
  dpd: z.int().nullable(),
  altura: z.string().nullable(),
  open_total: z.string().nullable().describe('In document currency; null where nothing is open any more'),
});
export const receiptsResponse = z.object({
  ...provenance.shape,
  kpi: z.string(),
  part: z.enum(['numerator', 'denominator']),
  unit: catalogueKpi.shape.unit,
  ...partUnits,
  currency: z.string().nullable(),
  amount_unit: partUnit.describe('Of the amounts and of their sum; money_days: money times days'),
  amount_currency: z.string().nullable().describe('Of the money in the amounts; null where there is none'),
  cell: cell.describe('The cell itself, asked again'),
  sum: z.union([z.string(), z.number()]).describe('Of all receipts behind the cell, not only this page'),
  equal: z.boolean().describe('Whether the sum is the part of the cell, to the cent'),
  offset: z.int(),
  next: z.int().nullable(),
  receipts: z.array(receiptRow),
  labels: answer.shape.labels,
});
