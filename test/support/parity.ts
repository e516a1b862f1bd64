import { identifier, literal, type Session } from '../../functions/engine/duckdb.ts';
import type { Column } from '../../functions/engine/engine.ts';

/** What comparing two tables cell by cell gave. */
export interface Comparison {
  readonly left: number;
  readonly right: number;
  /** Cells of rows that both have. */
  readonly cells: number;
  /** Cells that differ, and every cell of a row that one side lacks or has twice. */
  readonly differences: number;
  /** Up to five places, for people: the column, the row's key, both values. */
  readonly examples: readonly string[];
}

/** Parquet files of one table; none is an empty table. */
export interface TableFiles {
  readonly columns: readonly Column[];
  readonly grain: readonly string[];
  readonly left: readonly string[];
  readonly right: readonly string[];
}

/**
 * Compares the Parquet files of two engines with DuckDB: rows are matched on the grain (nulls match), every other cell
 * must be the same; doubles within 1e-12 relative, as engines add them in another order.
 */
export async function compareTables(session: Session, table: TableFiles): Promise<Comparison> {
  const on = table.grain.map((key) => `l.${identifier(key)} is not distinct from r.${identifier(key)}`);
  const columns = table.columns.map((column) => column.name);
  const values = table.columns.filter((column) => !table.grain.includes(column.name));
  const from = `
    from (select *, true as present from (${readFiles(table.left, table.columns)})) as l
    full join (select *, true as present from (${readFiles(table.right, table.columns)})) as r
      on ${on.length === 0 ? 'false' : on.join(' and ')}`;
  const both = 'l.present and r.present';
  const [counts] = await session.rows(`
    select
      (select count(*) from (${readFiles(table.left, table.columns)})) as n_left,
      (select count(*) from (${readFiles(table.right, table.columns)})) as n_right,
      count(*) filter (where ${both}) as pairs,
      count(*) filter (where l.present is null or r.present is null) as alone
      ${values.map((column, at) => `, count(*) filter (where ${both} and ${differs(column)}) as d${at}`).join('')}
    ${from}`);
  const count = (name: string): number => Number(counts?.[name] ?? 0);
  const [left, right, pairs] = [count('n_left'), count('n_right'), count('pairs')];
  // A grain that is not unique pairs a row more than once.
  const doubled = Math.max(0, pairs - Math.min(left, right));
  const wrong = values.filter((_, at) => count(`d${at}`) > 0);
  const cellsWrong = values.reduce((sum, _, at) => sum + count(`d${at}`), 0);
  const differences = cellsWrong + (count('alone') + doubled) * columns.length;
  const examples: string[] = [];
  if (differences > 0) {
    const key = `concat_ws(' ', ${table.grain.map((name) => `coalesce(l.${identifier(name)}, r.${identifier(name)})::varchar`).join(', ') || "''"})`;
    for (const column of wrong.slice(0, 5)) {
      const name = identifier(column.name);
      const [row] = await session.rows(
        `select ${key} as k, l.${name}::varchar as a, r.${name}::varchar as b ${from} where ${both} and ${differs(column)} limit 1`,
      );
      examples.push(`${column.name} of ${row?.k}: ${row?.a} against ${row?.b}`);
    }
    for (const row of await session.rows(
      `select ${key} as k, l.present is null as lacking ${from} where l.present is null or r.present is null limit 3`,
    ))
      examples.push(`${row.lacking ? 'only on the right' : 'only on the left'}: ${row.k}`);
  }
  return { left, right, cells: (pairs - doubled) * columns.length, differences, examples };
}

function differs(column: Column): string {
  const [l, r] = [`l.${identifier(column.name)}`, `r.${identifier(column.name)}`];
  if (column.type !== 'DOUBLE') return `${l} is distinct from ${r}`;
  return `(${l} is distinct from ${r} and not coalesce(abs(${l} - ${r}) <= 1e-12 * if(abs(${l}) > abs(${r}), abs(${l}), abs(${r})), false))`;
}

/** The rows of Parquet files with the declared types; a file that lacks a column is an error. */
export function readFiles(files: readonly string[], columns: readonly Column[]): string {
  const cast = columns.map(
    (column) => `cast(${identifier(column.name)} as ${column.type}) as ${identifier(column.name)}`,
  );
  if (files.length === 0)
    return `select ${columns.map((column) => `cast(null as ${column.type}) as ${identifier(column.name)}`).join(', ')} where false`;
  return `select ${cast.join(', ')} from read_parquet([${files.map(literal).join(', ')}], hive_partitioning = false)`;
}
