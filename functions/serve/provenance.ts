import type { z } from 'zod';
import type { Desk } from '../query/desk.ts';
import type { Filter, provenance } from './api.ts';

export type Provenance = z.output<typeof provenance>;

/** What stands beside every answer of a desk. The ledger is not reconciled yet: no day claims to be. */
export function provenanceOf(
  desk: Desk,
  of: {
    readonly asOf: string;
    readonly knownAt: string;
    readonly build: string | null;
    readonly filters?: readonly Filter[];
    readonly rows: number;
  },
): Provenance {
  return {
    as_of: of.asOf,
    known_at: of.knownAt,
    build: of.build ?? '',
    publish: desk.published.seq,
    engine: desk.engineVersion,
    filters: [...(of.filters ?? [])],
    policy: desk.policy,
    tie_out: 'unchecked',
    row_count: of.rows,
  };
}
