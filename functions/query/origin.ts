import type { FeedName } from '../contracts/feeds.ts';
import { AlturasError } from '../core/errors.ts';
import { identifier, literal } from '../engine/duckdb.ts';
import type { Beside } from '../warehouse/orderQueue.ts';
import type { Project } from '../warehouse/project.ts';
import type { KnownDay } from './desk.ts';

/**
 * Whoever answered for a receipt on the day it was issued, whoever holds it now. One answer knows one of them of each
 * receipt, by what its day knows: what was open, what moved and what is open then add up member by member.
 */
export const ORIGIN_DIMENSIONS = ['office_origin', 'advisor_origin', 'clerk_origin'] as const;

/** Under what a day's holders are known. */
const HELD = { office_origin: 'office', advisor_origin: 'advisor', clerk_origin: 'clerk' } as const;

/** The model that tells holders of a day, and the views that it rests on, each after those it reads itself. */
const MODEL = 'receipt_holder';
const VIEWS = ['holder_span', 'share_span'] as const;
const FEEDS: readonly FeedName[] = ['assignments', 'intermediary_shares'];

/** What decides on who holds a receipt, beside the day. */
const DECIDES = ['receipt_no', 'policy_no', 'client_id', 'own_office'] as const;

/** Relations of receipts; cash that is not applied has no receipt, and so nobody who answered when it was issued. */
const OF_RECEIPTS: readonly string[] = ['position', 'flow'];

export function isOrigin(dimension: string): boolean {
  return ORIGIN_DIMENSIONS.some((origin) => origin === dimension);
}

/** A base relation behind a lens, its rows with their origins. */
export function withOrigins(base: string): string {
  const isOfReceipts = OF_RECEIPTS.includes(base);
  const origins = ORIGIN_DIMENSIONS.map(
    (origin) => `${isOfReceipts ? `o.${HELD[origin]}` : 'cast(null as varchar)'} as ${identifier(origin)}`,
  );
  const rows = `select b.*, ${origins.join(', ')} from ${identifier(`__${base}`)} b`;
  if (!isOfReceipts) return `(${rows})`;
  const same = DECIDES.map((column) => `o.${column} is not distinct from b.${column}`);
  return `(${rows}
  left join ${identifier(besideOf(base))} o
    on o.as_of = b.issue_date and o.company = b.company and ${same.join(' and ')})`;
}

const besideOf = (base: string): string => `__beside_${base}`;

/**
 * What `withOrigins` reads beside the relations: the holders of each receipt on the day it was issued, as if that day
 * had known what the day asked for knows.
 */
export function originsBeside(project: Project, { knownAt }: KnownDay): ReadonlyMap<string, Beside> {
  const textOf = (name: string): string => {
    const model = project.models.find((candidate) => candidate.name === name);
    if (!model) throw new AlturasError('internal', 'UNKNOWN_MODEL', `There is no model ${name}.`);
    return model.sql;
  };
  return new Map(
    OF_RECEIPTS.map((base) => {
      const stands: readonly (readonly [string, string])[] = [
        [
          'position',
          `select distinct issue_date as as_of, company, ${DECIDES.join(', ')} from ${identifier(`__${base}`)}`,
        ],
        [
          'ledger_day',
          `select distinct as_of, timestamp ${literal(knownAt)} as known_at, cast(0 as bigint) as lap from position`,
        ],
        // Days that all know the same need no look-up of when they learnt it.
        ['known_day', 'select lap, known_at as moment, as_of as first_day from ledger_day where false'],
        ...VIEWS.map((view) => [view, textOf(view)] as const),
      ];
      const made = stands.map(([name, select]) => `${name} as (${select}\n)`);
      return [base, { sql: `with ${made.join(',\n')}\nselect * from (${textOf(MODEL)}\n)`, feeds: FEEDS }];
    }),
  );
}
