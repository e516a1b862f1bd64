import type { HealthResponse } from '../../../functions/serve/api.ts';
import { type Day, daysBetween } from '../../format/days.ts';

/** What stands for and against the figures of the newest day. */
export interface Verdict {
  readonly isTrusted: boolean;
  /** Laws that hold figures back and do not hold. */
  readonly broken: number;
  /** Whether a build was stopped, so that the figures are those before it. */
  readonly held: boolean;
  /** Deliveries that arrived and are in no figure yet: nothing is wrong with the figures that are shown. */
  readonly waiting: number;
}

export function verdictOf({ laws, builds, rejected, deliveries }: HealthResponse): Verdict {
  const broken = laws.filter(({ rows, severity }) => rows > 0 && severity === 'error').length;
  const held = builds.some(({ refused }) => refused);
  return {
    isTrusted: broken === 0 && !held && rejected.length === 0,
    broken,
    held,
    waiting: deliveries.filter(({ built }) => !built).length,
  };
}

/** Deliveries of a day that was delivered before: without them deliveries and days do not add up. */
export function deliveredAgain(first: Day, { row_count, gaps, deliveries }: HealthResponse): number {
  const last = deliveries.reduce((newest, { day }) => (day > newest ? day : newest), first);
  return Math.max(0, row_count - (daysBetween(first, last) + 1 - gaps.length));
}
