import { z } from 'zod';
import { readStrictYaml } from '../../core/strictYaml.ts';

const format = {
  /** DuckDB's strptime formats, tried in order, e.g. `%d/%m/%Y`. */
  dates: z.array(z.string().min(2)).min(1).default(['%Y-%m-%d']),
  decimal: z.enum(['.', ',']).default('.'),
  thousands: z.enum(['', '.', ',', ' ', "'"]).default(''),
  delimiter: z.string().length(1).default(','),
  encoding: z.enum(['utf-8', 'latin-1']).default('utf-8'),
};

const registerColumns = z.strictObject({
  receipt_no: z.string(),
  client_id: z.string(),
  issue_date: z.string(),
  due_date: z.string(),
  amount: z.string(),
  /**
   * The day the item was paid in full; empty while open. Beside a payments file it pays, on that day, what the item's
   * payments left open: all of it where it has none. Payments after that day, or of more than the amount, are refused.
   */
  settled_date: z.string().optional(),
  currency: z.string().optional(),
  disputed: z.string().optional(),
  policy_no: z.string().optional(),
  line: z.string().optional(),
  office: z.string().optional(),
});

type Written = { readonly decimal: string; readonly thousands: string };
const APART = {
  path: ['thousands'],
  message: 'thousands and decimals cannot be written alike',
};
const writtenApart = ({ decimal, thousands }: Written): boolean => decimal !== thousands;

/**
 * How to read an invoice or receipt register: which of its columns is what, how it writes dates and amounts, and
 * the constants of the company it belongs to.
 */
export const replayMapping = z.strictObject({
  company: z.strictObject({
    company: z.string().min(1),
    name: z.string().min(1),
    country: z.string().length(2),
    currency: z.string().length(3),
    time_zone: z.string().default('America/Bogota'),
  }),
  register: z
    .strictObject({
      ...format,
      columns: registerColumns,
      /** How the register says yes in its `disputed` column. */
      disputed_values: z.array(z.string()).default(['Yes', 'yes', 'true', '1', 'Sí', 'Si', 'S']),
    })
    .refine(writtenApart, APART),
  payments: z
    .strictObject({
      ...format,
      columns: z.strictObject({
        receipt_no: z.string(),
        paid_on: z.string(),
        amount: z.string(),
        payment_no: z.string().optional(),
      }),
    })
    .refine(writtenApart, APART)
    .optional(),
  rates: z
    .strictObject({
      ...format,
      columns: z.strictObject({
        rate_date: z.string(),
        from_currency: z.string(),
        to_currency: z.string(),
        rate: z.string(),
      }),
    })
    .refine(writtenApart, APART)
    .optional(),
});

export type ReplayMapping = z.infer<typeof replayMapping>;
export type FileFormat = Pick<ReplayMapping['register'], keyof typeof format>;

/** @throws AlturasError `BAD_MAPPING` with line and column of every fault */
export function readReplayMapping(text: string, file: string): ReplayMapping {
  return readStrictYaml(
    {
      file,
      text,
      code: 'BAD_MAPPING',
      described: 'alturas contract replay-mapping',
      safe: 'Nothing was written.',
    },
    replayMapping,
  );
}
