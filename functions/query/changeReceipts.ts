import { CAUSE_SUMS, type Holder, latestOf, MONEY, SUMMED } from './changeParts.ts';
import type { Desk, SeenDay } from './desk.ts';
import { type Statement, sql, trusted } from './statement.ts';

/** A change told receipt by receipt, and receipts alike as one. */

/** Causes of a receipt's change: what its flows say, and the exchange difference, which is all that they do not. */
const FLOWS = SUMMED.filter((cause) => cause !== 'fx_booked');

/** Which receipts are debts, and which of them past due, by the columns of position. */
export const GROSS = "class = 'GROSS'";
export const OVERDUE = `${GROSS} and coalesce(dpd, 0) > 0`;

/** Where receipts stood: as the first day is shown, as the days after it stand on it, and at the last. */
export const STANDINGS = ['o', 's', 'c'] as const;
const AMOUNTS = [...STANDINGS.map((prefix) => `${prefix}_total`), ...FLOWS, 'fx'];

/** The days of a change, all seen alike. */
export interface Span {
  readonly first: SeenDay;
  readonly stood: SeenDay;
  readonly last: SeenDay;
  readonly days: readonly SeenDay[];
}

/** Receipts with where they stood, stand in the end, and what moved them. */
export async function receiptsOf(
  desk: Desk,
  { first, stood, last, days }: Span,
  holders: readonly Holder[],
): Promise<Statement> {
  const standing = async (day: SeenDay, prefix: string): Promise<Statement> => {
    const columns = [
      'company, receipt_no',
      `closing_total as ${prefix}_total`,
      `${GROSS} as ${prefix}_gross`,
      `${OVERDUE} as ${prefix}_overdue`,
      ...holders.map((column) => `${column} as ${prefix}_${column}`),
    ];
    return sql`select ${trusted(columns.join(', '))} from (${await desk.ofDay('position', day)})`;
  };
  const moved = [...holders.map(latestOf), ...CAUSE_SUMS];
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
    ...FLOWS.map((cause) => `coalesce(${cause}, 0) as ${cause}`),
    `coalesce(c_total, 0) - coalesce(s_total, 0) - ${FLOWS.map((cause) => `coalesce(${cause}, 0)`).join(' - ')} as fx`,
  ];
  return sql`select company, receipt_no, ${atTheEnd(holders)}, ${trusted(shown.join(', '))}
  from ${begun}
  full join (${await standing(last, 'c')}) c using (company, receipt_no)
  full join (select company, receipt_no, ${trusted(moved.join(', '))} from (${await desk.ofDays('flow', days)}) group by company, receipt_no) m using (company, receipt_no)`;
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
