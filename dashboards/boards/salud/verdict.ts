import type { HealthResponse } from '../../../functions/serve/api.ts';

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
