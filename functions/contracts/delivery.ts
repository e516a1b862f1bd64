import * as z from 'zod';
import { PATTERNS } from './column.ts';
import { FEED_NAMES, type FeedName } from './feeds.ts';

/** The delivery protocol: the control file that closes a delivery, and the entry that makes it visible. */

const feedName = z.enum(FEED_NAMES as [FeedName, ...FeedName[]]);
const moneyText = z
  .string()
  .regex(/^-?[0-9]{1,36}([.][0-9]{1,2})?$/, 'an amount as text, at most two decimals: "-1234.50"');
const timestampText = z
  .string()
  .regex(new RegExp(`^(?:${PATTERNS.timestamp})$`), 'a local timestamp: "2026-06-30 22:00:00"');
const currency = z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code: "COP"');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A file that a control file announces: `rows` physical data rows, `sums` of the feed's control column, as delivered. */
export const controlFile = z.strictObject({
  feed: feedName,
  name: z
    .string()
    .regex(/^[^/\\]+$/, 'a file name without folders')
    .refine((name) => name !== '.' && name !== '..' && name !== 'control.json', 'a name of a data file'),
  rows: z.int().min(0),
  sums: z.record(currency, moneyText).optional(),
});

const isDay = (text: string): boolean => z.iso.date().safeParse(text.slice(0, 10)).success;

/**
 * `control.json`: its arrival says that the delivery is complete. Its shape alone: whether its days are plausible is
 * judged of deliveries that are new (land/order.ts), so that those accepted before are still known.
 */
export const control = z.strictObject({
  version: z.literal(1),
  business_date: z.iso.date(),
  cutoff_at: timestampText.refine(isDay, 'a day of the calendar'),
  /** Counts up from one delivery to the next, that of a new version of a day included. */
  delivery_number: z.int().min(0),
  encoding: z.enum(['utf-8', 'latin-1']).optional(),
  files: z.array(controlFile),
});

export type Control = z.infer<typeof control>;
export type ControlFile = z.infer<typeof controlFile>;

const totals = z.array(z.strictObject({ currency: z.string(), sum: moneyText, rows: z.int() }));

/** What a delivery brought of one feed. accepted + refused = physical_rows. */
export const deliveredFeed = z.strictObject({
  files: z.array(z.strictObject({ name: z.string(), sha256, bytes: z.int() })),
  physical_rows: z.int(),
  accepted: z.int(),
  refused: z.int(),
  /** Sums of the control column over all readable physical rows, as delivered, before our sign rule. */
  control: totals,
  /** The part of `control` that lies in refused rows: what boards show as excluded. */
  refused_amounts: totals,
  /** Of receipts and of companies: those of the accepted rows, in order. Entries of before do not tell. */
  companies: z.array(z.string()).optional(),
  /** Of companies: those of them whose movements are inferred. */
  inferred: z.array(z.string()).optional(),
  /** Of movements: the latest business date among the accepted rows. Entries of before do not tell. */
  latest: z.iso.date().optional(),
  ledger: z.string(),
  ledger_sha256: sha256,
  quarantine: z.string().nullable(),
});

export const finding = z.strictObject({
  code: z.string(),
  severity: z.enum(['info', 'warning', 'error']),
  feed: feedName.optional(),
  /** The column that it is about, where there is one. Entries of before do not tell. */
  column: z.string().optional(),
  /** The feed that should know what the column names. */
  refers: feedName.optional(),
  message: z.string(),
  count: z.int(),
});

/** One entry of the delivery index: written last, if absent; its existence makes the delivery visible. */
export const deliveryEntry = z.strictObject({
  seq: z.int().min(1),
  delivery: z.string().regex(/^[0-9a-f]{16}$/),
  as_of: z.iso.date(),
  /** With milliseconds: `2026-06-30 22:00:00.000`. */
  cutoff_at: z.string(),
  delivery_number: z.int(),
  landed_at: z.string(),
  control_hash: sha256,
  feeds: z.partialRecord(feedName, deliveredFeed),
  /** Key of the bitemporal state through this delivery, for every reference feed ever delivered. */
  states: z.partialRecord(feedName, z.string()),
  findings: z.array(finding),
  mapping: sha256.optional(),
  config: sha256.optional(),
});

export type DeliveredFeed = z.infer<typeof deliveredFeed>;
export type DeliveryEntry = z.infer<typeof deliveryEntry>;
export type Finding = z.infer<typeof finding>;

/** A delivery refused whole, and why; kept under `rejected/`. */
export const rejection = z.strictObject({
  delivery: z.string(),
  as_of: z.string(),
  cutoff_at: z.string(),
  rejected_at: z.string(),
  code: z.string(),
  message: z.string(),
  reasons: z.array(z.string()),
  /** Of a date too far away, for which it stays refused: the days that were allowed. Those of before do not tell. */
  limit: z.int().min(0).optional(),
  /** What became of the rows, feed by feed; empty when no file could be read as its feed. */
  feeds: z.partialRecord(
    feedName,
    z.strictObject({
      physical_rows: z.int(),
      accepted: z.int(),
      refused: z.int(),
      quarantine: z.string().nullable(),
    }),
  ),
});

export type Rejection = z.infer<typeof rejection>;

/** Codes of rejections for a date too far away, and the key of the configuration that says how far it may be. */
export const MISDATED = {
  DELIVERY_AHEAD: 'delivery_ahead_days',
  DELIVERY_GAP: 'delivery_gap_days',
} as const;

export type MisdatedCode = keyof typeof MISDATED;

export function isMisdated(code: string): code is MisdatedCode {
  return Object.hasOwn(MISDATED, code);
}

const sixDigits = (seq: number): string => String(seq).padStart(6, '0');

/** The delivery that a state runs through; undefined for one that holds what every lake starts with. */
export function deliveryOfState(key: string): string | undefined {
  return /\/state\/([0-9a-f]{16})\.parquet$/.exec(key)?.[1];
}

/** Where things lie in the lake. */
export const lakeKeys = {
  landing: (asOf: string, delivery: string, name: string) => `landing/${asOf}/${delivery}/${name}`,
  ledger: (feed: string, asOf: string, delivery: string) =>
    `ledger/${feed}/as_of=${asOf}/delivery=${delivery}/part-0.parquet`,
  state: (feed: string, delivery: string) => `ledger/${feed}/state/${delivery}.parquet`,
  quarantine: (feed: string, asOf: string, delivery: string) =>
    `quarantine/${feed}/as_of=${asOf}/delivery=${delivery}/part-0.parquet`,
  delivery: (seq: number) => `deliveries/${sixDigits(seq)}.json`,
  /** Entries that follow one another, in one object: what the schema is and what it holds stand in its name. */
  deliveryPage: (shape: string, first: number, last: number, hash: string) =>
    `deliveries/pages/${shape}/${sixDigits(first)}-${sixDigits(last)}-${hash}.json`,
  rejected: (asOf: string, delivery: string) => `rejected/${asOf}/${delivery}.json`,
} as const;
