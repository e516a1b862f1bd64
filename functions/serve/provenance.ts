import type * as z from 'zod';
import { businessDate, type LocalTimestamp, localTimestamp } from '../core/dates.ts';
import { filterNotes } from '../query/askedMembers.ts';
import { companiesAt, companiesNamed } from '../query/companies.ts';
import type { Desk, KnownDay } from '../query/desk.ts';
import { EVERY_DAY } from '../warehouse/publishedIndex.ts';
import type { Filter, provenance } from './api.ts';

export type Provenance = z.output<typeof provenance>;

/** What an answer knows of itself. */
export interface Told {
  readonly asOf: string;
  readonly knownAt: string;
  /** null where no published build holds it. */
  readonly build: string | null;
  readonly filters?: readonly Filter[];
  readonly rows: number;
  /** Default: as the day is; null where no figures of a day are told. */
  readonly carried?: boolean | null;
  /** Default: as the companies asked of are; null where no figures are told. */
  readonly inferred?: boolean | null;
}

/** What stands beside every answer of a desk. The ledger is not reconciled yet: no day claims to be. */
export async function provenanceOf(desk: Desk, of: Told): Promise<Provenance> {
  const filters = [...(of.filters ?? [])];
  const day = { asOf: businessDate(of.asOf), knownAt: localTimestamp(of.knownAt) };
  return {
    as_of: of.asOf,
    known_at: of.knownAt,
    build: of.build,
    publish: desk.published.seq,
    engine: desk.engineVersion,
    filters,
    filter_notes: await filterNotes(desk, filters, day),
    policy: desk.policy,
    tie_out: 'unchecked',
    row_count: of.rows,
    carried: of.carried === undefined ? isCarried(desk, day) : of.carried,
    inferred: of.inferred === undefined ? await isInferred(desk, day.knownAt, filters) : of.inferred,
  };
}

/** What stands beside an answer that is of no day: definitions. */
export function dayless(desk: Desk, rows: number) {
  return {
    as_of: null,
    known_at: null,
    build: null,
    publish: desk.published.seq,
    engine: desk.engineVersion,
    filters: [],
    filter_notes: [],
    policy: desk.policy,
    tie_out: null,
    row_count: rows,
    carried: null,
    inferred: null,
  };
}

function isCarried(desk: Desk, { asOf, knownAt }: KnownDay): boolean {
  return desk.ledger.calendar.plan(asOf, knownAt, 'delivered').carried;
}

/** Whether a company that is asked of tells no movements. */
async function isInferred(desk: Desk, knownAt: LocalTimestamp, filters: readonly Filter[]): Promise<boolean> {
  return (await companiesAt(desk, knownAt, companiesNamed([...filters, ...desk.scope]))).inferred;
}

/** Of rows that landing refused: with the day that is asked of, or the newest; they are in no figure. */
export async function refusedProvenance(
  desk: Desk,
  asked: {
    readonly feed?: string | undefined;
    readonly day?: string | undefined;
    readonly code?: string | undefined;
  },
  rows: number,
): Promise<Provenance> {
  const asOf = asked.day === undefined ? desk.newestDay() : businessDate(asked.day);
  // All that was delivered of a day may have been refused: nothing is known of it, and it has no build.
  const version = desk.shownVersion(asOf);
  const named = { feed: asked.feed, day: asked.day, code: asked.code };
  return provenanceOf(desk, {
    asOf,
    knownAt: version?.knownAt ?? desk.knowledge(desk.newestDay(), undefined).knownAt,
    build: version === null ? null : desk.publishedBuild(EVERY_DAY, version),
    filters: Object.entries(named).flatMap(([column, member]) =>
      member === undefined ? [] : [{ column, members: [member] }],
    ),
    rows,
    carried: null,
    inferred: null,
  });
}
