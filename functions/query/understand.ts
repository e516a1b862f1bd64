import { addDays, type BusinessDate, daysBetween, FOREVER, type LocalTimestamp } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import type { PlannedPeriod } from '../warehouse/days.ts';
import { EVERY_DAY } from '../warehouse/publishedIndex.ts';
import { type Basis, findBasis, findKpi, type Kpi } from './catalogue.ts';
import type { Desk } from './desk.ts';
import { isOrigin } from './origin.ts';
import { readPeriod } from './period.ts';
import { requireOrigins } from './policy.ts';
import type { Filter, Top } from './select.ts';

/** How far beyond the newest day a question may look. */
const FARTHEST_DAYS = 366;

/** A question to the warehouse, in the caller's words. */
export interface Question {
  /** Id of a KPI, its parameter stuck to it: `par75`. */
  readonly kpi: string;
  /** Default: the newest day known. */
  readonly asOf?: BusinessDate;
  /** Default: as delivered. */
  readonly knownAt?: LocalTimestamp;
  readonly period?: string;
  readonly basis?: string;
  readonly by: readonly string[];
  readonly filters: readonly Filter[];
  /** Only the members with the largest figures on one of the days asked of. */
  readonly top?: Top;
}

/** A question whose words were checked. */
export interface Understood {
  readonly kpi: Kpi;
  readonly parameter: number | null;
  readonly basis: Basis;
  readonly basisName: string;
  readonly period: PlannedPeriod | null;
  readonly asOf: BusinessDate;
  readonly knownAt: LocalTimestamp;
  readonly restatedAt: LocalTimestamp | null;
  readonly carried: boolean;
}

/** @throws AlturasError `UNKNOWN_KPI`, `UNKNOWN_BASIS`, `BAD_PERIOD`, `BAD_PARAMETER`, `DAY_UNKNOWN`, `EXIT_DENIED` */
export function understand(desk: Desk, question: Question): Understood {
  const { catalogue } = desk;
  const origin = [...question.by, ...question.filters.map(({ column }) => column)].find(isOrigin);
  if (origin !== undefined) requireOrigins(desk.caller, origin);
  const { kpi, parameter } = findKpi(catalogue, question.kpi);
  const { name: basisName, basis } = findBasis(kpi, question.basis);
  const words = question.period ?? kpi.periods[0];
  if (question.period !== undefined && kpi.periods.length === 0) {
    throw new AlturasError('usage', 'BAD_PERIOD', `${kpi.id} is a stock: it has a day, not a period.`, {
      value: question.period,
      variant: 'stock',
      hint: 'Leave --period out.',
    });
  }
  const custom = words?.includes('..') ? readPeriod(words, desk.newestDay()) : null;
  if (custom && question.asOf !== undefined && question.asOf !== custom.asOf) {
    throw new AlturasError(
      'usage',
      'BAD_PERIOD',
      `The period ${words} ends on ${custom.asOf}, and the day asked for is ${question.asOf}.`,
      {
        value: question.asOf,
        expected: custom.asOf,
        variant: 'day',
        facts: { period: words ?? '' },
        hint: 'Leave --as-of out: a period A..B is as of B.',
      },
    );
  }
  const asOf = custom?.asOf ?? question.asOf ?? desk.newestDay(question.knownAt ?? FOREVER);
  refuseFarFuture(desk, asOf);
  const period = words === undefined ? null : (custom ?? readPeriod(words, asOf));
  if (period && !kpi.periods.some((kind) => kind === period.period)) {
    throw new AlturasError('usage', 'BAD_PERIOD', `${kpi.id} is not kept for "${words}".`, {
      value: words ?? '',
      expected: kpi.periods.join(', '),
    });
  }
  return {
    kpi,
    parameter,
    basis,
    basisName,
    period,
    asOf,
    ...desk.knowledge(asOf, question.knownAt),
  };
}

/** The last snapshot is carried beyond the newest day, day by day: so far that it still says something, and no further. */
function refuseFarFuture(desk: Desk, asOf: BusinessDate): void {
  const newest = desk.newestDay();
  if (asOf <= newest || daysBetween(newest, asOf) <= FARTHEST_DAYS) return;
  throw new AlturasError('missing', 'DAY_UNKNOWN', `${asOf} is too far ahead of what is known.`, {
    value: asOf,
    expected: `${newest}..${addDays(newest, FARTHEST_DAYS)}`,
    variant: 'far',
  });
}

/**
 * A bound that the buckets of a day do not have would be read off the next one: it is refused, whatever the
 * configuration of whoever asks says.
 * @throws AlturasError `BAD_PARAMETER`
 */
export async function refuseUnknownBound(desk: Desk, name: string, asked: Understood): Promise<void> {
  const { kpi, parameter } = asked;
  if (kpi.parameter?.choices !== 'bucket_bounds' || parameter === null) return;
  const buckets = await bucketsOf(desk, asked);
  if (buckets.includes(parameter)) return;
  throw new AlturasError(
    'usage',
    'BAD_PARAMETER',
    `${parameter} is no bound of the buckets of ${asked.asOf}.`,
    {
      value: name,
      expected: buckets.join(', '),
      hint: 'Add it to buckets in alturas.yml and build with --stale, or ask for a bound.',
    },
  );
}

/** Bounds of the buckets that a day was built with; of one that is seen again, those of the configuration. */
async function bucketsOf(desk: Desk, { asOf, knownAt, restatedAt }: Understood): Promise<readonly number[]> {
  const built = restatedAt === null ? desk.publishedIndex.at(EVERY_DAY, asOf, knownAt) : undefined;
  const manifest = built && (await desk.manifests.get(built.build));
  return ((manifest && (await desk.manifests.config(manifest.config))) ?? desk.config).buckets;
}
