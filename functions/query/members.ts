import type { Desk } from './desk.ts';
import { namesOf } from './names.ts';
import { SCOPE_COLUMNS, scopeCondition } from './policy.ts';
import { join, name, sql, trusted } from './statement.ts';

export interface Member {
  readonly member: string;
  readonly name: string;
  /** null where the member stands in several. */
  readonly company: string | null;
  readonly office: string | null;
}

const DIMENSIONS = [...SCOPE_COLUMNS, 'currency'] as const;

/** The members that have receipts or cash on the newest day, by dimension, within the scope of the caller. */
export async function members(desk: Desk): Promise<{
  readonly asOf: string;
  readonly knownAt: string;
  readonly dimensions: Record<string, Member[]>;
}> {
  const asOf = desk.newestDay();
  const { knownAt } = desk.knowledge(asOf, undefined);
  const aging = await desk.stored('aging', [{ asOf, knownAt }]);
  const own = (column: string, none: string) =>
    sql`case when count(distinct ${name(column)}) = 1 and count(${name(column)}) = count(*) then min(${name(column)}) ${trusted(none)} end`;
  const each = DIMENSIONS.map(
    (dimension) =>
      sql`select ${trusted(`'${dimension}'`)} as dimension, ${name(dimension)} as member, ${own('company', '')} as company, ${own('office', '')} as office from mine where ${name(dimension)} is not null group by 2`,
  );
  const rows = await desk.rows(
    sql`with mine as (select * from (${aging}) where ${scopeCondition(desk.caller)}) select * from (${join(each, ' union all ')}) order by dimension, member`,
  );
  const dimensions: Record<string, Member[]> = {};
  for (const dimension of DIMENSIONS) {
    const names = await namesOf(desk, dimension);
    dimensions[dimension] = rows
      .filter((row) => row.dimension === dimension)
      .map((row) => ({
        member: String(row.member),
        name: names.get(String(row.member)) ?? String(row.member),
        company: row.company === null ? null : String(row.company),
        office:
          row.office === null || dimension === 'office' || dimension === 'company'
            ? null
            : String(row.office),
      }));
  }
  return { asOf, knownAt, dimensions };
}
