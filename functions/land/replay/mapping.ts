import * as z from 'zod';
import { readStrictYaml } from '../../core/strictYaml.ts';

const column = z.string().min(1);

const format = {
  dates: z
    .array(z.string().min(2))
    .min(1)
    .default(['%Y-%m-%d'])
    .describe('How days are written, in strptime formats tried in order: %d/%m/%Y'),
  decimal: z.enum(['.', ',']).default('.').describe('What stands before decimals'),
  thousands: z
    .enum(['', '.', ',', ' ', "'"])
    .default('')
    .describe('What separates thousands; not what stands before decimals'),
  delimiter: z.string().length(1).default(',').describe('What stands between two columns'),
  encoding: z.enum(['utf-8', 'latin-1']).default('utf-8').describe('How letters are written'),
};

const registerColumns = z.strictObject({
  receipt_no: column.describe('The number of the item'),
  client_id: column.describe('Who owes it'),
  issue_date: column.describe('The day it was issued'),
  due_date: column.describe('The day it falls due; may be empty'),
  amount: column.describe('What it was issued for'),
  settled_date: column
    .optional()
    .describe(
      'The day the item was paid in full; empty while open. With --payments it pays, on that day, what the payments of the item left open: all of it where it has none. Payments after that day, or of more than the amount by then, contradict it and are refused with their lines. Left out, only the payments count',
    ),
  currency: column.optional().describe("Its currency; the company's when left out"),
  disputed: column.optional().describe('Whether it is disputed'),
  policy_no: column.optional().describe('Its policy; the item itself when left out'),
  line: column.optional().describe('Its line of business'),
  office: column.optional().describe('Its office'),
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
export const replayMapping = z
  .strictObject({
    company: z.strictObject({
      company: z.string().min(1).describe('Code of the company that the register belongs to'),
      name: z.string().min(1).describe('Its name'),
      country: z.string().length(2).describe('Its country, an ISO 3166 code'),
      currency: z.string().length(3).describe('Its functional currency, an ISO 4217 code'),
      time_zone: z.string().default('America/Bogota').describe('Its local time, an IANA time zone'),
    }),
    register: z
      .strictObject({
        ...format,
        columns: registerColumns.describe('What the register calls its columns'),
        disputed_values: z
          .array(z.string())
          .default(['Yes', 'yes', 'true', '1', 'Sí', 'Si', 'S'])
          .describe('How it says yes in its `disputed` column'),
      })
      .refine(writtenApart, APART),
    payments: z
      .strictObject({
        ...format,
        columns: z
          .strictObject({
            receipt_no: column
              .optional()
              .describe('The item that is paid; may be empty in lines that name a policy'),
            policy_no: column
              .optional()
              .describe(
                'The policy that is paid, of lines that name no item: its items are paid the oldest due first, then by number, each part marked allocated_by_us; what is left stays unapplied. The applications that name an item always win: what we put in their place is taken back and put elsewhere',
              ),
            paid_on: column.describe('The day of the payment'),
            amount: column.describe('What was paid'),
            payment_no: column
              .optional()
              .describe('The number of the payment; one number may pay several items'),
          })
          .refine(({ receipt_no, policy_no }) => receipt_no !== undefined || policy_no !== undefined, {
            path: ['receipt_no'],
            message: 'name the column of the item that is paid, or that of the policy (policy_no), or both',
          })
          .describe('What the payments file calls its columns'),
      })
      .refine(writtenApart, APART)
      .optional()
      .describe('Mandatory with --payments: several partial payments an item'),
    rates: z
      .strictObject({
        ...format,
        columns: z
          .strictObject({
            rate_date: column.describe('The day of the rate'),
            from_currency: column.describe('The currency that is changed'),
            to_currency: column.describe('The currency it is changed into'),
            rate: column.describe('What one unit of the first is in the second'),
          })
          .describe('What the file of rates calls its columns'),
      })
      .refine(writtenApart, APART)
      .optional()
      .describe('Mandatory with --rates: exchange rates, where there are several currencies'),
  })
  .meta({
    description: 'How `alturas replay --mapping FILE` reads a register, its payments and its rates (YAML)',
    examples: [
      {
        company: { company: 'ACME', name: 'Acme S.A.', country: 'CO', currency: 'COP' },
        register: {
          dates: ['%d/%m/%Y'],
          decimal: ',',
          thousands: '.',
          delimiter: ';',
          encoding: 'latin-1',
          columns: {
            receipt_no: 'Factura',
            client_id: 'Cliente',
            issue_date: 'Emisión',
            due_date: 'Vence',
            amount: 'Valor',
            settled_date: 'Pagada',
            currency: 'Moneda',
          },
        },
        payments: { columns: { receipt_no: 'factura', paid_on: 'fecha', amount: 'valor' } },
        rates: {
          columns: { rate_date: 'fecha', from_currency: 'de', to_currency: 'a', rate: 'tasa' },
        },
      },
    ],
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
