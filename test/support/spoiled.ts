import { identifier } from '../../functions/engine/duckdb.ts';
import type { Column } from '../../functions/engine/engine.ts';

/**
 * A law's SELECT over a relation whose rows all come twice, the second time with wrong numbers: a cent too much in
 * every amount and share, no rate, another person, other intermediaries, and business dates far ahead.
 */
export function spoiled(
  sql: string,
  relation: { readonly name: string; readonly columns: readonly Column[] },
): string {
  const name = identifier(relation.name);
  const right = relation.columns.map((column) => identifier(column.name)).join(', ');
  const wrong = relation.columns
    .map((column) => `${wrongValue(column)} as ${identifier(column.name)}`)
    .join(', ');
  return (
    `with ${name} as (select ${right} from ${name} union all select ${wrong} from ${name})\n` +
    `select * from (${sql}\n) as broken`
  );
}

function wrongValue({ name, type }: Column): string {
  const column = identifier(name);
  if (name.endsWith('rate') && type.startsWith('DECIMAL')) return `cast(null as ${type})`;
  if (type.startsWith('DECIMAL')) return `cast(${column} + 0.01 as ${type})`;
  if (name === 'person') return `${column} || '?'`;
  if (name === 'shared') return 'true';
  if (name === 'business_date') return `date_add('day', 200, ${column})`;
  return column;
}
