import { Decimal } from 'decimal.js';
import { businessDate, knownAt } from '../../functions/core/dates.ts';
import { Book } from '../reference/book.ts';
import { knownBy } from '../reference/clock.ts';
import { type Expected, expectedRows } from '../reference/kpi.ts';
import { ALTURAS, type Altura } from '../reference/position.ts';
import type { Asked, KpiLake } from './kpiLake.ts';
import type { LedgerPlan } from './ledgerFixture.ts';

/** Doubles of the SQL agree with exact fractions this closely, relatively. */
const TOLERANCE = new Decimal('1e-9');

/**
 * How the KPI's answer about a company differs from the reference's, one line each: its rows by the KPI's own
 * dimensions, their parts to the cent, their values, and why a value is missing.
 */
export async function differences(
  lake: KpiLake,
  plan: LedgerPlan,
  company: string,
  kpi: string,
  asked: Asked,
  alturas: readonly Altura[] = ALTURAS,
): Promise<string[]> {
  const facts = plan.companies.find((one) => one.company === company);
  if (!facts) throw new Error(`no company ${company}`);
  const known = asked.knownAt === undefined ? null : knownBy(plan, knownAt(asked.knownAt));
  const book = new Book(plan, facts, businessDate(asked.asOf), known, alturas);
  const rows = await lake.ask(kpi, { ...asked, where: { company } });
  const basis = asked.basis ?? lake.defaultBasis(kpi);
  const period = asked.period ?? lake.defaultPeriod(kpi);
  const actual = new Map(rows.map((row) => [placeOf(row.dimensions), row]));
  return compared(`${kpi} ${basis} of ${company}`, expectedRows(book, kpi, basis, period), actual);
}

/** The members of an answer's dimensions as one text. */
export function placeOf(dimensions: Readonly<Record<string, string | null>>): string {
  return Object.values(dimensions)
    .map((member) => member ?? '-')
    .join('|');
}

interface Actual {
  readonly value: string | number | null;
  readonly numerator: string | number | null;
  readonly denominator: string | number | null;
  readonly reason: string | null;
}

/** Compares answers at every place that either side has. A place without rows is a place where everything is zero. */
export function compared(
  what: string,
  expected: ReadonlyMap<string, Expected>,
  actual: ReadonlyMap<string, Actual>,
): string[] {
  const found: string[] = [];
  for (const place of new Set([...expected.keys(), ...actual.keys()])) {
    const [want, got] = [expected.get(place), actual.get(place)];
    // A month that is not over has a row which says so.
    if (got?.reason === 'CENSORED' && !want) continue;
    const at = `${what}${place === '' ? '' : ` at ${place}`}`;
    for (const part of ['numerator', 'denominator', 'value'] as const) {
      const [theirs, ours] = [got?.[part] ?? null, want?.[part] ?? null];
      if (!isClose(theirs, ours, part)) found.push(`${at}: ${part} is ${theirs}, not ${ours}`);
    }
    if (got && want && got.reason !== want.reason) {
      found.push(`${at}: reason is ${got.reason}, not ${want.reason}`);
    }
  }
  return found;
}

function isClose(theirs: string | number | null, ours: Decimal | null, part: string): boolean {
  // Nothing to add up is nothing, whether the answer says so or has no row; the reference keeps no parts of some.
  if (ours === null) return part !== 'value' || theirs === null;
  if (theirs === null) return ours.isZero();
  const [a, b] = [new Decimal(theirs), ours];
  const exact = typeof theirs === 'string';
  const difference = a.sub(b).abs();
  return exact ? difference.isZero() : difference.lte(b.abs().mul(TOLERANCE).add('1e-12'));
}
