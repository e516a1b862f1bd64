import { type Holder, MONEY } from './changeParts.ts';
import type { Desk, KnownDay } from './desk.ts';
import { type Statement, sql, trusted } from './statement.ts';

/** A change told receipt by receipt, and receipts alike as one. */

/** Causes that receipt_change keeps, each as the functional columns that it sums. */
const FLOWS = {
  opened: 'opened_f',
  issued: 'issued_f',
  endorsed_up: 'endorsed_up_f',
  endorsed_down: 'endorsed_down_f',
  collected: 'collected_f',
  reversed: 'reversed_f',
  cancelled_np: 'cancelled_np_f',
  cancelled_other: 'cancelled_other_f',
  written_off: 'written_off_f',
  transferred: 'transferred_f',
  late: 'late_f',
  fx: 'fx_booked_f + fx_f',
} as const;
const FLOW_CAUSES = Object.keys(FLOWS) as (keyof typeof FLOWS)[];

/** Which receipts are debts, and which of them past due, by the columns of position. */
export const GROSS = "class = 'GROSS'";
export const OVERDUE = `${GROSS} and coalesce(dpd, 0) > 0`;

/** Where receipts stood: as the first day is shown, as the days after it stand on it, and at the last. */
export const STANDINGS = ['o', 's', 'c'] as const;
const AMOUNTS = [...STANDINGS.map((prefix) => `${prefix}_total`), ...FLOW_CAUSES];

/** The days of a change. */
export interface Span {
  readonly first: KnownDay;
  readonly stood: KnownDay;
  readonly last: KnownDay;
  readonly days: readonly KnownDay[];
}

/** Receipts with where they stood, stand in the end, and what moved them. */
export async function receiptsOf(
  desk: Desk,
  { first, stood, last, days }: Span,
  holders: readonly Holder[],
): Promise<Statement> {
  const standing = async (day: KnownDay, prefix: string): Promise<Statement> => {
    const columns = [
      'company, receipt_no',
      `closing_total as ${prefix}_total`,
      `${GROSS} as ${prefix}_gross`,
      `${OVERDUE} as ${prefix}_overdue`,
      ...holders.map((column) => `${column} as ${prefix}_${column}`),
    ];
    return sql`select ${trusted(columns.join(', '))} from (${await desk.stored('position', [day])})`;
  };
  const moved = [
    ...holders.map((column) => `arg_max(${column}, as_of) as m_${column}`),
    ...FLOW_CAUSES.map((cause) => `sum(${FLOWS[cause]}) as ${cause}`),
  ];
  // Unless a day was delivered again since, what is shown of it is what the days after it stand on.
  const isSame = first.knownAt === stood.knownAt;
  const kept = ['total', 'gross', 'overdue', ...holders];
  const both = kept.map((column) => `o_${column} as s_${column}`).join(', ');
  const begun = isSame
    ? sql`(select *, ${trusted(both)} from (${await standing(first, 'o')})) o`
    : sql`(${await standing(first, 'o')}) o full join (${await standing(stood, 's')}) s using (company, receipt_no)`;
  const shown = [
    ...holders.map((column) => `o_${column}`),
    ...STANDINGS.flatMap((prefix) => ['total', 'gross', 'overdue'].map((column) => `${prefix}_${column}`)),
    ...FLOW_CAUSES.map((cause) => `coalesce(${cause}, 0) as ${cause}`),
  ];
  return sql`select company, receipt_no, ${atTheEnd(holders)}, ${trusted(shown.join(', '))}
  from ${begun}
  full join (${await standing(last, 'c')}) c using (company, receipt_no)
  full join (select company, receipt_no, ${trusted(moved.join(', '))} from (${await desk.stored('receipt_change', days)}) group by company, receipt_no) m using (company, receipt_no)`;
}

/** Receipts of which every measure says the same, as one row: debts with debts, credits with credits. */
export function alike(receipts: Statement, holders: readonly Holder[]): Statement {
  const ways = [
    'company',
    ...['e', 'o'].flatMap((prefix) => holders.map((column) => `${prefix}_${column}`)),
    ...STANDINGS.flatMap((prefix) => [`${prefix}_gross`, `${prefix}_overdue`]),
  ];
  const sums = AMOUNTS.map((amount) => `cast(sum(${amount}) as ${MONEY}) as ${amount}`);
  return sql`select ${trusted([...ways, ...sums].join(', '))} from (${receipts}) group by ${trusted(ways.join(', '))}`;
}

/** Where a receipt stands in the end; a closed one stays with whoever held it at the beginning, if it was there. */
export function atTheEnd(holders: readonly Holder[]): Statement {
  return trusted(
    holders
      .map(
        (column) =>
          `case when c_total is not null then c_${column} when o_total is not null then o_${column} else coalesce(m_${column}, s_${column}) end as e_${column}`,
      )
      .join(', '),
  );
}
