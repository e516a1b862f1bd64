import * as z from 'zod';
import { catalogueKpi, sessionResponse } from './lookups.ts';
import { answer, cell, cellOf, changeRequest, question } from './questions.ts';
import { day, provenance, ROLES, word } from './words.ts';

export const exportRequest = z.strictObject({
  format: z.enum(['csv', 'xlsx', 'parquet', 'arrow']),
  title: z.string().max(120).optional(),
  source: z.discriminatedUnion('of', [
    z.strictObject({ of: z.literal('ask'), question }),
    z.strictObject({ of: z.literal('receipts'), ...cellOf }),
    z.strictObject({ of: z.literal('change'), change: changeRequest }),
    z.strictObject({ of: z.literal('refused'), feed: word.optional(), day: day.optional() }),
  ]),
});

export const proofRequest = z.strictObject(cellOf);
/**
 * The number receipt: everything needed to make the cell again, and what stands beside every answer; its filters are
 * those of the question. What may be left out is missing in receipts of earlier versions.
 */
export const proofBody = z.object({
  version: z.literal(1),
  lake: z.string().describe('Fingerprint of the lake: its first delivery'),
  kpi: z.string(),
  kpi_version: z.string(),
  question: cellOf.question,
  at: cellOf.at,
  part: cellOf.part,
  as_of: day,
  known_at: z.string(),
  period: answer.shape.period.optional(),
  basis: z.string().optional(),
  publish: z.int(),
  build: z.string(),
  on_demand: z.boolean(),
  carried: z.boolean().optional(),
  inferred: z.boolean().optional(),
  row_count: z
    .int()
    .optional()
    .describe('Rows of the answer that the cell is one of, by the dimensions of `at`'),
  engine: z.string(),
  config: z.string(),
  cell,
  unit: catalogueKpi.shape.unit,
  numerator_unit: answer.shape.numerator_unit.optional(),
  denominator_unit: answer.shape.denominator_unit.optional(),
  currency: z.string().nullable(),
  tie_out: provenance.shape.tie_out,
  sql: z.string(),
  models: z.record(z.string(), z.string()).describe('SHA-256 of the text of every model it stands on'),
  inputs: z.record(z.string(), z.string().nullable()).describe('SHA-256 by file that was read'),
  policy: z.object({
    id: z.string(),
    role: z.enum(ROLES),
    scope: sessionResponse.shape.scope,
    personal: z.boolean(),
  }),
  receipts: z.int().nullable().describe('Receipts behind it; null where it is no sum over receipts'),
  issued_at: z.string(),
});
export const proofResponse = z.object({
  receipt: proofBody,
  jws: z.string().describe('The receipt signed (EdDSA, compact); `alturas verify` reads this whole response'),
  key: z.record(z.string(), z.unknown()).describe('Public JWK of the signer'),
});
