import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import { type Config, defaultConfig } from '../core/config.ts';
import { AlturasError } from '../core/errors.ts';
import { HOME } from '../core/home.ts';
import { keep, kept } from '../core/kept.ts';
import { didYouMean } from '../core/nearest.ts';

/**
 * The KPI catalogue, `sql/kpis.yml`: every figure once, with the SQL that gives it. The value of a KPI is
 *
 *     numerator / denominator * scale        (numerator * scale without a denominator)
 *
 * over the rows of one mart, grouped by the dimensions asked for; each part is an SQL aggregate over the mart's
 * columns. A denominator of 0 or less makes the value null, with `ZERO_DENOMINATOR` or `NEGATIVE_DENOMINATOR`; so
 * does any code that `reason` gives, which comes first.
 */

const id = z.string().regex(/^[a-z][a-z0-9_]*$/, 'lower-case letters, digits and underscores');
const column = z.string().regex(/^[a-z_][a-z0-9_]*$/, 'a column of the mart');
const sqlText = z.string().min(1);
const both = z.strictObject({ es: z.string().min(1), en: z.string().min(1) });
const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const row = z.record(z.string(), cell);

/** The receipts behind the numerator of a basis whose mart keeps none. */
const behind = z.strictObject({
  /** The KPI whose numerator they add up to, on its default basis. */
  kpi: id.optional(),
  /** The KPI that tells, on a basis by each of those who take debts over, what they did: it is left out, or alone. */
  taken_over: id.optional(),
});

const basis = z.strictObject({
  numerator: sqlText,
  denominator: sqlText.optional(),
  /** A factor, itself an aggregate or a constant: the days of the period, 10000. */
  scale: sqlText.optional(),
  /** Which rows of the mart take part. */
  where: sqlText.optional(),
  /** Figures in document currency: sums make sense within one currency, so the answer is always by currency. */
  by_currency: z.boolean().default(false),
  behind: behind.optional(),
  /** The KPI to ask for the receipts of, where the numerator is no sum over any. */
  instead: id.optional(),
  /** Dimensions that another column holds under this basis: { bucket: altura_original }. */
  columns: z.record(id, column).default({}),
});

const parameter = z.strictObject({
  /** Written `{name}` in the SQL, and stuck to the id by callers: par75 is `par` with x = 75. */
  name: id,
  default: z.int(),
  /** `bucket_bounds`: any upper bound of a configured bucket; the SQL reads it off the bucket's first day. */
  choices: z.union([z.array(z.int()).min(1), z.literal('bucket_bounds')]),
  es: z.string().min(1),
  en: z.string().min(1),
});

const example = z.strictObject({
  es: z.string().min(1),
  en: z.string().min(1),
  as_of: z.iso.date().default('2026-06-30'),
  /** The days to build, where a mart looks back on others than as_of. */
  days: z.array(z.iso.date()).default([]),
  /** Kind of period; needed where the KPI has periods and the example does not use the first. */
  period: z.string().optional(),
  basis: z.string().optional(),
  parameter: z.int().optional(),
  by: z.array(id).default([]),
  /** Rows by relation: the models above the mart, each row with the columns that matter. */
  given: z.record(z.string(), z.array(row)),
  expect: z
    .array(
      z.strictObject({
        /** Members of the dimensions in `by`. */
        at: row.default({}),
        value: z.union([z.string(), z.number(), z.null()]),
        numerator: z.union([z.string(), z.number(), z.null()]).optional(),
        denominator: z.union([z.string(), z.number(), z.null()]).optional(),
        reason: z.string().optional(),
        notes: z.record(id, z.union([z.string(), z.number()])).optional(),
      }),
    )
    .min(1),
});

export const PERIOD_KINDS = ['month', 'quarter', 'ytd', '12m', 'custom'] as const;

const kpi = z.strictObject({
  id,
  es: z.string().min(1),
  en: z.string().min(1),
  formula: both,
  unit: z.enum(['money', 'ratio', 'days', 'times', 'count', 'index']),
  direction: z.enum(['up_is_good', 'down_is_good', 'neutral']),
  /** Where the definition comes from. */
  source: z.string().min(1),
  /** The mart whose rows it sums. */
  from: id,
  /** Kinds of period it may be asked for, the default first; none: a stock on the day. */
  periods: z.array(z.enum(PERIOD_KINDS)).default([]),
  /** Dimensions that every answer has, asked for or not: a bucket, from and to. */
  always_by: z.array(id).default([]),
  /** Dimensions over which the denominator is summed whole: a bucket's share is of all buckets. */
  denominator_over: z.array(id).default([]),
  /** Dimensions along which figures are cumulative: rows that tell them apart have no total. */
  cumulative_over: z.array(id).default([]),
  /** Whether it says nothing of a period that opens before the lake: it starts from what was open then. */
  from_opening: z.boolean().default(false),
  /** Why there is no value where the mart has no row; a ratio of nothing has no denominator unless this says otherwise. */
  of_nobody: z.string().optional(),
  /** Optional feeds without which the value is null, `FEED_ABSENT`. */
  feeds: z.array(id).default([]),
  /** An SQL aggregate that gives a reason code where the value must be null, else null. */
  reason: sqlText.optional(),
  /** SQL aggregates that qualify a value: a lower bound, a flag. Null ones are left out. */
  notes: z.record(id, sqlText).default({}),
  parameter: parameter.optional(),
  /** By basis, the default first. */
  bases: z.record(id, basis).refine((bases) => Object.keys(bases).length > 0, 'at least one basis'),
  /** Bases that are the default where the configuration says so, by its keys; the first that holds. */
  default_where: z
    .array(
      z.strictObject({ settings: z.record(id, z.union([z.string(), z.number(), z.boolean()])), basis: id }),
    )
    .default([]),
  examples: z.array(example).min(1),
});

const mart = z.strictObject({
  /**
   * `cube`: rows add up, any of the dimensions may be asked for together. `long`: one row per `dimension` and
   * `member`; one dimension at a time, several on demand as a composite member.
   */
  form: z.enum(['cube', 'long']),
  /** What callers may ask for, and the column that holds it (in a long mart: the value of `dimension`). */
  dimensions: z.record(id, column),
});

const file = z.strictObject({ marts: z.record(id, mart), kpis: z.array(kpi) }).check((context) => {
  const seen = new Set<string>();
  for (const [index, entry] of context.value.kpis.entries()) {
    const fault = (key: string, message: string) =>
      context.issues.push({ code: 'custom', message, input: entry, path: ['kpis', index, key] });
    for (const { behind, instead } of Object.values(entry.bases))
      for (const name of [behind?.kpi, behind?.taken_over, instead])
        if (name !== undefined && !context.value.kpis.some((one) => one.id === name))
          fault('bases', `"${name}" is no KPI whose receipts could be told`);
    if (seen.has(entry.id)) fault('id', `"${entry.id}" is defined twice`);
    seen.add(entry.id);
    const dimensions = context.value.marts[entry.from]?.dimensions;
    if (!dimensions) {
      fault('from', `"${entry.from}" is not among the marts above`);
      continue;
    }
    for (const key of ['always_by', 'denominator_over', 'cumulative_over'] as const)
      for (const name of entry[key])
        if (!(name in dimensions)) fault(key, `"${name}" is no dimension of ${entry.from}`);
    for (const { settings, basis } of entry.default_where) {
      if (!(basis in entry.bases)) fault('default_where', `"${basis}" is no basis of ${entry.id}`);
      for (const key of Object.keys(settings))
        if (!(key in defaultConfig())) fault('default_where', `"${key}" is no key of the configuration`);
    }
    const texts = Object.values(entry.bases).flatMap((one) => [
      one.numerator,
      one.denominator ?? '',
      one.where ?? '',
    ]);
    const named = entry.parameter && `{${entry.parameter.name}}`;
    if (named && !texts.some((text) => text.includes(named))) fault('parameter', `no basis uses ${named}`);
    if (!named && texts.some((text) => /[{}]/.test(text)))
      fault('bases', 'a {placeholder} without a parameter');
  }
});

export type Kpi = z.output<typeof kpi>;
export type Basis = z.output<typeof basis>;
export type KpiExample = z.output<typeof example>;
export type KpiParameter = z.output<typeof parameter>;
export type MartShape = z.output<typeof mart>;
export type PeriodKind = (typeof PERIOD_KINDS)[number];

export interface Catalogue {
  readonly marts: Readonly<Record<string, MartShape>>;
  readonly kpis: readonly Kpi[];
}

/** A KPI as a caller named it, with its parameter's value where it has one. */
export interface NamedKpi {
  readonly kpi: Kpi;
  readonly parameter: number | null;
}

const CATALOGUE_FILE = join(HOME, 'sql/kpis.yml');
const houseText = () => readFileSync(CATALOGUE_FILE, 'utf8');

const READ = 'catalogue';

/** Reads the catalogue of the house and keeps it for a bundle, in the folder beside it. */
export function keepCatalogue(beside: string): void {
  const text = houseText();
  keep(READ, [text], readCatalogue(text), beside);
}

/**
 * Reads and checks the catalogue. Every fault of the file is reported at once, with its line.
 * @throws AlturasError `BAD_CATALOGUE`
 */
export function readCatalogue(text: string = houseText()): Catalogue {
  if (last?.text === text) return last.catalogue;
  const before = kept<Catalogue>(READ, [text]);
  const catalogue = before ?? parseCatalogue(text);
  if (!before) keep(READ, [text], catalogue);
  last = { text, catalogue };
  return catalogue;
}

/** What this process read last: a server opens desks all day long, over the same text. */
let last: { readonly text: string; readonly catalogue: Catalogue } | undefined;

function parseCatalogue(text: string): Catalogue {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true });
  const faults = document.errors.map((error) => `line ${lines.linePos(error.pos[0]).line}: ${error.message}`);
  if (faults.length === 0) {
    const parsed = file.safeParse(document.toJS());
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      const node = document.getIn(issue.path.map(String), true) as { range?: [number] } | undefined;
      const at = node?.range ? `line ${lines.linePos(node.range[0]).line}: ` : '';
      faults.push(`${at}${issue.path.map(String).join('.')}: ${issue.message}`);
    }
  }
  throw new AlturasError('internal', 'BAD_CATALOGUE', 'sql/kpis.yml is not a valid catalogue.', {
    file: 'sql/kpis.yml',
    causes: faults,
  });
}

/** The catalogue as a configuration wants it: of every KPI the basis that it makes the default comes first. */
export function configured(catalogue: Catalogue, config: Config): Catalogue {
  const settings: Readonly<Record<string, unknown>> = config;
  const kpis = catalogue.kpis.map((one) => {
    const wanted = one.default_where.find((choice) =>
      Object.entries(choice.settings).every(([key, value]) => settings[key] === value),
    );
    if (!wanted) return one;
    const { [wanted.basis]: first, ...others } = one.bases;
    return first === undefined ? one : { ...one, bases: { [wanted.basis]: first, ...others } };
  });
  return { ...catalogue, kpis };
}

/**
 * The KPI that `name` means: its id, or its id with the parameter stuck to it (`par75`, `top5_share`).
 * Bucket bounds are not checked here: they belong to the configuration.
 * @throws AlturasError `UNKNOWN_KPI`, `BAD_PARAMETER`
 */
export function findKpi(catalogue: Catalogue, name: string): NamedKpi {
  const exact = catalogue.kpis.find((kpi) => kpi.id === name);
  if (exact) return { kpi: exact, parameter: exact.parameter?.default ?? null };
  const match = /^([a-z_]+)(\d+)(_[a-z_]+)?$/.exec(name);
  const kpi =
    match && catalogue.kpis.find((entry) => entry.parameter && entry.id === `${match[1]}${match[3] ?? ''}`);
  if (!kpi?.parameter || !match) {
    throw new AlturasError('usage', 'UNKNOWN_KPI', `There is no KPI called "${name}".`, {
      value: name,
      hint: `${didYouMean(name, namesOfKpis(catalogue))}Run "alturas kpi" alone: it lists them all.`,
    });
  }
  const parameter = Number(match[2]);
  const { choices } = kpi.parameter;
  if (choices !== 'bucket_bounds' && !choices.includes(parameter)) {
    throw new AlturasError(
      'usage',
      'BAD_PARAMETER',
      `${kpi.id} is not kept for ${kpi.parameter.name} = ${parameter}.`,
      {
        value: name,
        expected: choices.join(', '),
      },
    );
  }
  return { kpi, parameter };
}

/** What a KPI is called by: its id, and each id with a parameter stuck to it that it is kept for. */
function namesOfKpis({ kpis }: Catalogue): string[] {
  return kpis.flatMap(({ id, parameter }) => {
    if (parameter === undefined) return [id];
    const choices = parameter.choices === 'bucket_bounds' ? [parameter.default] : parameter.choices;
    return [
      id,
      ...choices.map((choice) => (/_/.test(id) ? id.replace('_', `${choice}_`) : `${id}${choice}`)),
    ];
  });
}

/** The SQL of a basis with the parameter's value in place of its `{name}`; a whole number, so nothing can be injected. */
export function withParameter(kpi: Kpi, text: string, value: number | null): string {
  return kpi.parameter && value !== null
    ? text.replaceAll(`{${kpi.parameter.name}}`, String(Math.trunc(value)))
    : text;
}

/** The basis asked for, or the first. @throws AlturasError `UNKNOWN_BASIS` */
export function findBasis(kpi: Kpi, name?: string): { readonly name: string; readonly basis: Basis } {
  const wanted = name ?? Object.keys(kpi.bases)[0] ?? '';
  const found = Object.entries(kpi.bases).find(([key]) => key === wanted);
  if (found) return { name: found[0], basis: found[1] };
  const meant = didYouMean(wanted, Object.keys(kpi.bases));
  throw new AlturasError('usage', 'UNKNOWN_BASIS', `${kpi.id} is not kept on the basis "${wanted}".`, {
    value: wanted,
    expected: Object.keys(kpi.bases).join(', '),
    ...(meant === '' ? {} : { hint: meant.trim() }),
  });
}
