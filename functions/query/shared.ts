import { amongMembers, type Filter } from './select.ts';
import { join, name, type Statement, sql, trusted } from './statement.ts';

/** How rows that several intermediaries share are told apart, and which of their amounts are split. */
export interface Shared {
  readonly key: readonly string[];
  readonly amounts: readonly string[];
}

/** Rows of `position`, by those of `intermediary_part`. */
export const RECEIPTS: Shared = {
  key: ['company', 'receipt_no'],
  amounts: ['open_total', 'booked_total', 'closing_total', 'closing_net'],
};

/** Rows of `flow`, by those of `flow_part`. */
export const MOVEMENTS: Shared = {
  key: ['as_of', 'company', 'movement_id', 'known_from'],
  amounts: ['total', 'booked_net', 'booked_total', 'cash_total'],
};

/**
 * A SELECT of the rows that filters let through. Such a row names one intermediary: one that several share is let
 * through for each of them, with their parts of its amounts.
 * @param parts the rows of the parts; they are asked for where a filter names intermediaries
 * @param besides what is let through whatever the filters say, whole where no part of it is
 */
export async function within(
  rows: Statement,
  filters: readonly Filter[],
  { key, amounts }: Shared,
  parts: () => Promise<Statement>,
  besides: Statement = trusted('false'),
): Promise<Statement> {
  const conditions = (some: readonly Filter[]): Statement =>
    some.length === 0
      ? trusted('true')
      : join(
          some.map(({ column, members }) => amongMembers(column, members)),
          ' and ',
        );
  const own = filters.filter(({ column }) => column === 'intermediary');
  if (own.length === 0) return sql`select * from (${rows}) where (${conditions(filters)}) or ${besides}`;
  const others = filters.filter((filter) => !own.includes(filter));
  const keys = join(key.map(name), ', ');
  const sums = join(
    amounts.map((amount) => sql`sum(${name(amount)}) as ${name(amount)}`),
    ', ',
  );
  const replaced = join(
    ['intermediary', ...amounts].map(
      (column) => sql`coalesce(p.${name(column)}, r.${name(column)}) as ${name(column)}`,
    ),
    ', ',
  );
  return sql`select r.* exclude (is_inside, is_own, is_besides) replace (${replaced})
from (select *, ${conditions(others)} as is_inside, ${conditions(own)} as is_own, ${besides} as is_besides from (${rows})) r
left join (
  select ${keys}, true as is_part, min(intermediary) as intermediary, ${sums}
  from (${await parts()}) where ${conditions(own)} group by ${keys}
) p using (${keys})
where (r.is_inside and (r.is_own or coalesce(p.is_part, false))) or r.is_besides`;
}
