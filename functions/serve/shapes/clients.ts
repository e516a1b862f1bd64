import * as z from 'zod';
import { answer, receiptRow } from './questions.ts';
import { day, moment, provenance } from './words.ts';

const knowledge = moment.optional().describe('A day (its end) or a local timestamp; default: as delivered');

export const clientsQuery = z
  .strictObject({
    find: z
      .string()
      .min(2)
      .max(80)
      .optional()
      .describe('Start of a name, identity number, client, policy or receipt'),
    client: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('In the place of find: a whole client code, of whichever companies have it'),
    as_of: day.optional(),
    known_at: knowledge,
    limit: z.coerce.number().int().min(1).max(50).default(20),
  })
  .refine(({ find, client }) => (find === undefined) !== (client === undefined), {
    path: ['find'],
    error: 'either find or client',
  });
export const clientsResponse = z.object({
  ...provenance.shape,
  clients: z.array(
    z.object({
      id: z.string(),
      company: z.string(),
      client: z.string(),
      name: z.string(),
      found: z.enum(['name', 'id_number', 'client', 'policy', 'receipt']),
      open: z.string().describe('Gross open, functional currency'),
      overdue: z.string(),
      currency: z.string(),
    }),
  ),
});

export const clientQuery = z.strictObject({ as_of: day.optional(), known_at: knowledge });
const event = z.object({
  day,
  kind: z.enum([
    'issued',
    'endorsed',
    'collected',
    'reversed',
    'cancelled',
    'written_off',
    'transferred',
    'fx',
    'opened',
    'due',
    'payment',
    'contact',
    'promise',
    'promise_due',
    'plan_due',
  ]),
  receipt: z.string().nullable(),
  amount: z.string().nullable(),
  currency: z.string().nullable(),
  channel: z.string().nullable().describe('By which a payment came or a contact was made, as delivered'),
  detail: z
    .string()
    .nullable()
    .describe('Outcome, reason or status as delivered; of what is due, its altura'),
  part: z.boolean().describe('Of a payment: the amount is the part of it that the caller sees'),
});
export const clientResponse = z.object({
  ...provenance.shape,
  client: z.object({
    id: z.string(),
    company: z.string(),
    client: z.string(),
    name: z.string(),
    id_type: z.string().nullable(),
    id_number: z.string().nullable(),
    segment: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    preferred_channel: z.string().nullable(),
    may_contact: z.array(z.string()).describe('Channels with consent'),
    masked: z.boolean(),
  }),
  state: z.object({
    currency: z.string(),
    gross: z.string(),
    credits: z.string(),
    unapplied: z.string(),
    overdue: z.string(),
    overdue_share: z.number().nullable(),
    worst_dpd: z.int().nullable(),
    worst_altura: z.string().nullable(),
    disputed: z.string(),
    open_items: z.int(),
    policies: z.int(),
    next_due: z.string().nullable(),
    days_to_pay: z.number().nullable().describe('Amount-weighted, last 12 months, negative is early'),
    days_to_pay_reason: z.string().nullable().describe('Why it is null, as the KPI of the client says it'),
    promise: z
      .enum(['none', 'open', 'broken', 'kept', 'unknown'])
      .describe('Of the newest promise that is not void'),
  }),
  receipts: z.array(
    receiptRow.omit({ client: true, client_name: true, amount: true }).extend({
      closing_total: z.string(),
      issue_date: z.string().nullable(),
      coverage_start: z.string().nullable(),
      disputed: z.boolean(),
      held_by: z.string(),
    }),
  ),
  payments: z.array(
    z.object({
      payment: z.string(),
      received: z.string(),
      amount: z
        .string()
        .nullable()
        .describe(
          'Of a part: applied, and not taken back, to the receipts that the caller sees; null: in no one currency',
        ),
      unapplied: z.string().nullable().describe('null where it is not the caller’s to see'),
      currency: z.string(),
      channel: z.string().nullable(),
      status: z.string(),
      part: z
        .boolean()
        .describe('The payment went to receipts, too, that the caller does not see, or sees a part of'),
    }),
  ),
  contacts: z.array(
    z.object({
      at: z.string(),
      channel: z.string(),
      person: z.string().nullable(),
      outcome: z.string(),
      receipt: z.string().nullable(),
      note: z.string().nullable(),
    }),
  ),
  promises: z
    .array(
      z.object({
        promise: z.string(),
        receipt: z.string(),
        created_on: z.string(),
        due_on: z.string(),
        amount: z.string(),
        currency: z.string(),
        paid: z.string().describe('Applied to the receipt from the promise to its due day with grace'),
        state: z
          .enum(['open', 'kept', 'broken', 'void', 'unknown'])
          .describe('unknown: made before the first day whose payments are known, and not kept since'),
      }),
    )
    .describe('Made in the last 24 months'),
  plans: z.array(
    z.object({
      plan: z.string(),
      policy: z.string(),
      instalment: z.int(),
      due_on: z.string(),
      amount: z.string(),
      currency: z.string(),
      status: z.string().nullable(),
    }),
  ),
  timeline: z.array(event).describe('Newest first'),
  labels: answer.shape.labels,
});
