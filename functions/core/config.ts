import { parse } from 'yaml';
import * as z from 'zod';
import { canonicalJson, sha256 } from './canonical.ts';
import { FIRST_YEAR, LAST_YEAR } from './dates.ts';
import { AlturasError } from './errors.ts';
import { orMeant } from './nearest.ts';
import { expectedWords, faultsOf } from './schemaFaults.ts';
import { readStrictYaml } from './strictYaml.ts';

/** The altura of a receipt that has no due date. */
export const NO_DUE_DATE = 'SIN_VENCIMIENTO';
/** The bucket of what is not past due. */
export const CURRENT = 'AL_DIA';

/** Saturday and Sunday. */
const WEEKEND = [6, 7] as const;

/** The days from the first year of a calendar to the last. */
const MOST_DAYS = 366 * (LAST_YEAR - FIRST_YEAR + 1);

const bounds = z
  .array(z.int())
  .min(1)
  .max(40)
  .refine((list) => list[0] === 0, 'the first bound is 0: due today is not overdue')
  .refine(
    (list) => list.every((bound, at) => at === 0 || bound > (list[at - 1] ?? 0)),
    'bounds strictly increase',
  );

const share = z.number().min(0).max(1);
const country = z.string().regex(/^[A-Z]{2}$/, 'an ISO 3166 code: CO');

const calendars = z
  .record(
    country,
    z.strictObject({
      /** 1 = Monday. */
      weekend: z
        .array(z.int().min(1).max(7))
        .max(6)
        .default([...WEEKEND]),
      /**
       * The country whose holidays it keeps (feed `holidays`). A lake starts with the public ones of all named here; those
       * of another country come with the first company that keeps them.
       */
      holidays: country.optional(),
    }),
  )
  .transform((all) =>
    Object.fromEntries(
      Object.entries(all).map(([own, { weekend, holidays = own }]) => [own, { weekend, holidays }]),
    ),
  );

/** What a configuration may name beside its own keys; names of a kind that is left out are not looked at. */
export interface KnownNames {
  readonly feeds?: readonly string[];
  /** Asked for only where a law is named. */
  readonly laws?: () => readonly string[];
}

/** Every key of a record is one of the names that there are. */
function named<V extends z.ZodType>(what: string, value: V, names: (() => readonly string[]) | undefined) {
  return z.record(z.string().min(1), value).superRefine((record, context) => {
    const written = Object.keys(record);
    if (names === undefined || written.length === 0) return;
    const expected = names();
    for (const name of written.filter((one) => !expected.includes(one))) {
      const message = `there is no ${what} "${name}"${orMeant(name, expected)} (expected one of: ${expected.join(', ')})`;
      context.addIssue({ code: 'custom', path: [name], message });
    }
  });
}

/** `alturas.yml`. Every key may be left out; an unknown key is an error. */
const keysOf = ({ feeds, laws }: KnownNames) =>
  z.strictObject({
    version: z.literal(1).default(1),
    /** The local time of business days and cut-offs. */
    time_zone: z
      .string()
      .refine(isTimeZone, 'an IANA time zone, for example America/Bogota')
      .default('America/Bogota'),
    /**
     * Last day past due of each altura but the last; 75 is a bound because of the Colombian rule. PAR may be asked for at
     * any of them.
     */
    buckets: bounds.default([0, 30, 60, 75, 90, 180, 360]),
    /** Sign of each receipt type: -1 where the source delivers a return premium as a positive amount. */
    receipt_types: z
      .record(z.string().min(1), z.union([z.literal(1), z.literal(-1)]))
      .default({ PREMIUM: 1, ENDORSEMENT: 1, RETURN: -1 }),
    /** Share of a feed's rows that may be refused before the whole delivery is. */
    error_budget: z
      .strictObject({
        default: share.default(0.001),
        feeds: named('feed', share, feeds && (() => feeds)).default({}),
      })
      .prefault({}),
    /** How business days are counted, by the country of a company; any other keeps its own holidays and this weekend. */
    calendars: calendars.prefault({ CO: {}, PA: {} }),
    /** Days of a year in rotation days, unless another basis is asked for. */
    day_year: z.union([z.literal(360), z.literal(365)]).default(365),
    /** What sales turn over: the mean of opening and closing, or of the month ends between as well. */
    rotation_average: z.enum(['open_close', '13_month_ends']).default('open_close'),
    /** Smallest amount that an allocation splits off, in minor units. */
    allocation_units: z
      .strictObject({
        default: z.int().min(1).default(1),
        currencies: z
          .record(z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code: COP'), z.int().min(1))
          .default({}),
      })
      .prefault({}),
    /** Count a payment before its due date as paid on the day (0 days) unless another basis is asked for. */
    floor_early: z.boolean().default(false),
    promises: z
      .strictObject({
        grace_days: z.int().min(0).default(3),
        threshold: z.number().min(0).max(100).default(90),
      })
      .prefault({}),
    /** How much a beaten target may count in attainment where lower is better (1 = the target itself). */
    attainment_cap: z.number().min(1).max(100).default(1.2),
    /** A movement dated more days after its delivery is reported; beyond 92 it takes effect on the 92nd. */
    post_dated_days: z.int().min(0).max(92).default(92),
    /** How many days back a new event's key is looked for among those delivered before. */
    duplicate_lookback_days: z.int().min(0).default(45),
    /**
     * A delivery further away from those before it is taken for a mistyped date: its cut-off or its day more days
     * after the newest accepted, or its day more days before the first.
     */
    delivery_gap_days: z.int().min(1).max(MOST_DAYS).default(92),
    /** A cut-off more days ahead of the clock is taken for a mistyped date. */
    delivery_ahead_days: z.int().min(0).max(MOST_DAYS).default(2),
    /** Severity of a law, where it should differ from the law's own. */
    laws: named('law', z.enum(['error', 'warning']), laws).default({}),
  });

/** Keys of before that nothing reads any more, and what counts instead: an old file is read as if without them. */
export const RETIRED_KEYS: Readonly<Record<string, string>> = {
  par_thresholds: 'PAR may be asked for at any bound of buckets',
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const schemaOf = (known: KnownNames) =>
  z.preprocess(
    (file) =>
      isRecord(file)
        ? Object.fromEntries(Object.entries(file).filter(([key]) => !Object.hasOwn(RETIRED_KEYS, key)))
        : file,
    keysOf(known),
  );

/** Of any names: what defaults are read by, made once. */
const plain = schemaOf({});

export type Config = z.output<typeof plain>;

/** A bucket of days past due. `lo` and `hi` are inclusive; null for receipts without a due date. */
export interface Altura {
  readonly ord: number;
  readonly altura: string;
  readonly lo: number | null;
  readonly hi: number | null;
}

/** The configuration with every default written out. */
export function defaultConfig(): Config {
  return plain.parse({});
}

/**
 * Reads `alturas.yml`.
 * @throws AlturasError `CONFIG_INVALID` with line and column of every fault.
 */
export function readConfig(file: string, text: string, known: KnownNames = {}): Config {
  return readStrictYaml({ file, text, code: 'CONFIG_INVALID', described: 'alturas config' }, schemaOf(known));
}

/** What to say of the keys of a configuration that nothing reads any more, a line each. */
export function retiredKeys(file: string, text: string): string[] {
  const written: unknown = parse(text);
  return Object.entries(RETIRED_KEYS).flatMap(([key, instead]) =>
    isRecord(written) && Object.hasOwn(written, key)
      ? [`${file}: ${key} is read by nothing any more (${instead}); take it out.`]
      : [],
  );
}

/** SHA-256 over the canonical JSON of the whole configuration, defaults included. */
export function configHash(config: Config): string {
  return sha256(canonicalJson(config));
}

/**
 * The same configuration with other buckets (`--buckets 0,30,60,90`).
 * @throws AlturasError `BAD_BUCKETS`
 */
export function withBuckets(config: Config, buckets: readonly number[]): Config {
  const parsed = bounds.safeParse(buckets, { error: expectedWords });
  if (!parsed.success) {
    throw new AlturasError('usage', 'BAD_BUCKETS', 'These buckets cannot be used.', {
      value: buckets.join(','),
      expected: faultsOf(parsed.error.issues, buckets)
        .map(({ text }) => text)
        .join('; '),
      hint: 'give days past due, for example 0,30,60,90',
    });
  }
  return { ...config, buckets: parsed.data };
}

/** The alturas of a configuration in order, the one of receipts without due date last. */
export function alturasOf(config: Config): Altura[] {
  const { buckets } = config;
  const last = buckets[buckets.length - 1] ?? 0;
  const three = (days: number): string => String(days).padStart(3, '0');
  const bounded = buckets.map((hi, at): Altura => {
    const before = buckets[at - 1];
    if (before === undefined) return { ord: 1, altura: CURRENT, lo: -999999, hi };
    return { ord: at + 1, altura: `${three(before + 1)}-${three(hi)}`, lo: before + 1, hi };
  });
  return [
    ...bounded,
    { ord: buckets.length + 1, altura: `>${last}`, lo: last + 1, hi: 999999 },
    { ord: 99, altura: NO_DUE_DATE, lo: null, hi: null },
  ];
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
