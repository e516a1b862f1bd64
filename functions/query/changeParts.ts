import { name, type Statement, sql, trusted } from './statement.ts';

/**
 * A change told by intermediary. A receipt of several intermediaries is a row for each: its parts of the opening, of
 * every movement and of the closing are those of intermediary_part and flow_part, which add up to the whole.
 */

export const MONEY = 'decimal(38, 2)';

export const HOLDERS = [
  'office',
  'advisor',
  'clerk',
  'line',
  'intermediary',
  'client_id',
  'currency',
] as const;
export type Holder = (typeof HOLDERS)[number];

/** Causes of a change by the cause of a flow; what was known late is one of its own. */
const FLOW_CAUSE = {
  opened: 'OPENING',
  issued: 'ISSUED',
  endorsed_up: 'ENDORSED_UP',
  endorsed_down: 'ENDORSED_DOWN',
  collected: 'COLLECTED',
  reversed: 'REVERSED',
  cancelled_np: 'CANCELLED_NP',
  cancelled_other: 'CANCELLED_OTHER',
  written_off: 'WRITTEN_OFF',
  transferred: 'TRANSFERRED',
  fx_booked: 'FX',
} as const;
export const SUMMED: readonly string[] = [...Object.keys(FLOW_CAUSE), 'late'];

/** SQL: what moved a receipt or a part of it, the sum of its flows by every cause of `SUMMED`; null where none did. */
export const CAUSE_SUMS: readonly string[] = [
  ...Object.entries(FLOW_CAUSE).map(([cause, kept]) => [cause, `cause = '${kept}' and not late`] as const),
  ['late', 'late'] as const,
].map(([cause, when]) => `cast(sum(case when ${when} then booked_total end) as ${MONEY}) as ${cause}`);

/** SQL: who held a receipt, or a part of it, by the last of its flows. */
export function latestOf(column: Holder): string {
  return `arg_max(${column}, (as_of, business_date, known_from, movement_id)) as m_${column}`;
}

/** Parts are rounded, each movement by itself: so far may a part be from its own movements without having moved. */
const CENT = '0.01';

/** Whose row it is; no intermediary has an empty code. */
const PIECE = "coalesce(intermediary, '') as piece";

/** @param counts whether a receipt counts, by the columns of position: the same for all its parts */
export function partedStanding(
  prefix: string,
  counts: Statement,
  position: Statement,
  parts: Statement,
): Statement {
  const holders = trusted(HOLDERS.map((column) => `${column} as ${prefix}_${column}`).join(', '));
  return sql`select company, receipt_no, ${trusted(PIECE)}, closing_total as ${name(`${prefix}_total`)}, ${counts} as ${name(`${prefix}_counts`)}, ${holders}
  from (
    select p.* replace (
      case when i.receipt_no is null then p.intermediary else i.intermediary end as intermediary,
      case when i.receipt_no is null then p.closing_total else i.closing_total end as closing_total
    )
    from (${position}) p
    left join (${parts}) i on i.company = p.company and i.receipt_no = p.receipt_no
  )`;
}

/** What moved each part, by cause; `movements` counts them. */
export function partedMovements(flow: Statement, parts: Statement): Statement {
  const latest = HOLDERS.map(latestOf);
  return sql`select company, receipt_no, ${trusted(PIECE)}, count(*) as movements,
    ${trusted([...latest, ...CAUSE_SUMS].join(', '))}
  from (
    select f.* replace (
      case when i.movement_id is null then f.intermediary else i.intermediary end as intermediary,
      case when i.movement_id is null then f.booked_total else i.booked_total end as booked_total
    )
    from (${flow}) f
    left join (${parts}) i
      on i.as_of = f.as_of
      and i.company = f.company
      and i.movement_id = f.movement_id
      and i.known_from = f.known_from
  )
  group by company, receipt_no, intermediary`;
}

/**
 * Standings and movements of every part side by side. What the movements of a part do not explain (`rest`) is the
 * exchange difference of the receipt, dealt by size, the greatest part taking what is left; beyond the rounding of
 * its movements, the rest of a part is what its share lost or won (`shifted`): those of a receipt add up to zero.
 */
export function partedReceipts(atTheEnd: Statement): Statement {
  const sums = SUMMED.map((cause) => `coalesce(${cause}, 0) as ${cause}`).join(', ');
  const size = ['s_total', 'c_total', ...SUMMED].map((part) => `abs(coalesce(${part}, 0))`).join(' + ');
  const inCents = (amount: string): string => `cast(cast(${amount} as decimal(20, 2)) * 100 as hugeint)`;
  const receipt = 'over (partition by company, receipt_no)';
  return sql`with piece as (
    select company, receipt_no, ${atTheEnd}, o.* exclude (company, receipt_no, piece), s_total, c_total, piece,
      bool_or(s_counts) ${trusted(receipt)} as s_counts, bool_or(c_counts) ${trusted(receipt)} as c_counts,
      sum(coalesce(s_total, 0)) ${trusted(receipt)} as s_side, sum(coalesce(c_total, 0)) ${trusted(receipt)} as c_side,
      coalesce(movements, 0) as movements, ${trusted(sums)}
    from o
    full join s using (company, receipt_no, piece)
    full join c using (company, receipt_no, piece)
    full join m using (company, receipt_no, piece)
  ),
  unexplained as (
    select *, coalesce(c_total, 0) - coalesce(s_total, 0) - (${trusted(SUMMED.join(' + '))}) as rest, ${trusted(size)} as size
    from piece
  ),
  sized as (
    select *, sum(rest) ${trusted(receipt)} as whole_rest, sum(size) ${trusted(receipt)} as whole_size,
      row_number() over (partition by company, receipt_no order by size desc, piece) as turn
    from unexplained
  ),
  dealt as (
    select *, case when turn > 1 and whole_size > 0 then ${trusted(
      `cast(cast(${inCents('whole_rest')} * ${inCents('size')} // ${inCents('whole_size')} as decimal(30, 0)) * cast(${CENT} as decimal(3, 2)) as ${MONEY})`,
    )} end as dealt
    from sized
  ),
  exchanged as (
    select *, coalesce(dealt, case when turn = 1 then whole_rest - coalesce(sum(dealt) ${trusted(receipt)}, 0) else 0 end) as exchange
    from dealt
  ),
  shared_out as (
    select *, max(abs(rest - exchange)) ${trusted(receipt)} > cast(${trusted(CENT)} as ${trusted(MONEY)}) * (2 + max(movements) ${trusted(receipt)}) as share_changed
    from exchanged
  )
  select * exclude (piece, movements, rest, size, whole_rest, whole_size, turn, dealt, exchange, share_changed, fx_booked),
    fx_booked + case when share_changed then exchange else rest end as fx,
    case when share_changed then rest - exchange else 0 end as shifted
  from shared_out`;
}
