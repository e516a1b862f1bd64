import type { DeliveryEntry, Finding, Rejection } from '../contracts/delivery.ts';
import type { AlturasError } from '../core/errors.ts';

/** What became of one offered delivery. */
export type Outcome =
  | {
      readonly outcome: 'accepted';
      readonly folder: string;
      readonly entry: DeliveryEntry;
    }
  | {
      /** The same bytes were accepted before: nothing happened. */
      readonly outcome: 'unchanged';
      readonly folder: string;
      readonly entry: DeliveryEntry;
      readonly findings: readonly Finding[];
    }
  | {
      readonly outcome: 'rejected';
      readonly folder: string;
      readonly error: AlturasError;
      /** Null when nothing of it could be read, or it came too late to be read at all. */
      readonly rejection: Rejection | null;
    };

/** What `land` did, in the order of cut-offs. */
export interface LandingReport {
  readonly outcomes: readonly Outcome[];
  readonly accepted: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly rows: number;
  readonly refused: number;
  readonly seconds: number;
}

export function reportOf(outcomes: readonly Outcome[], seconds: number): LandingReport {
  const count = (outcome: Outcome['outcome']): number =>
    outcomes.filter((one) => one.outcome === outcome).length;
  let rows = 0;
  let refused = 0;
  for (const one of outcomes) {
    if (one.outcome !== 'accepted') continue;
    for (const feed of Object.values(one.entry.feeds)) {
      rows += feed.physical_rows;
      refused += feed.refused;
    }
  }
  return {
    outcomes,
    accepted: count('accepted'),
    unchanged: count('unchanged'),
    rejected: count('rejected'),
    rows,
    refused,
    seconds,
  };
}
