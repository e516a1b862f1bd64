import { identifier, literal, type Session } from '../engine/duckdb.ts';
import type { Column } from '../engine/engine.ts';
import { EXAMPLES, type ParityLine, RELATIVE } from './parityLines.ts';
import type { Model } from './project.ts';

/**
 * The file of a row, but for the build that wrote it: `period=2026-06/part-0.parquet`. A day that was delivered twice
 * has its rows in two files.
 */
const FILE = `regexp_replace(filename, '^.*/(period=[^/]+)/build=[^/]+/', '\\1/')`;

/**
 * Compares the files of a model by two builds of the same days: rows are matched on file and grain (nulls match),
 * every other cell must be the same; doubles within 1e-12 relative.
 * @param left,right local paths that end with the keys of the files
 */
export async function compareTables(
  session: Session,
  { name, header }: Pick<Model, 'name' | 'header'>,
  left: readonly string[],
  right: readonly string[],
): Promise<ParityLine> {
  const { columns, grain } = header;
  const [l, r] = [readFiles(left, columns), readFiles(right, columns)];
  const on = ['__file', ...grain].map(
    (key) => `l.${identifier(key)} is not distinct from r.${identifier(key)}`,
  );
  const values = columns.filter((column) => !grain.includes(column.name));
  const from = `
    from (select *, true as __there from (${l})) as l
    full join (select *, true as __there from (${r})) as r on ${on.join(' and ')}`;
  const both = 'l.__there and r.__there';
  const [counts] = await session.rows(`
    select
      (select count(*) from (${l})) as n_left,
      (select count(*) from (${r})) as n_right,
      count(*) filter (where ${both}) as pairs,
      count(*) filter (where l.__there is null or r.__there is null) as alone
      ${values.map((column, at) => `, count(*) filter (where ${both} and ${differs(column)}) as d${at}`).join('')}
    ${from}`);
  const count = (key: string): number => Number(counts?.[key] ?? 0);
  const pairs = count('pairs');
  // A grain that is not unique pairs a row more than once.
  const doubled = Math.max(0, pairs - Math.min(count('n_left'), count('n_right')));
  const wrong = values.filter((_, at) => count(`d${at}`) > 0);
  const cellsWrong = values.reduce((sum, _, at) => sum + count(`d${at}`), 0);
  const differences = cellsWrong + (count('alone') + doubled) * columns.length;
  const examples: string[] = await differentTypes(session, columns, left, right);
  const typesWrong = examples.length;
  if (differences > 0) {
    const key = `concat_ws(' ', ${grain.map((one) => `coalesce(l.${identifier(one)}, r.${identifier(one)})::varchar`).join(', ')})`;
    for (const column of wrong.slice(0, EXAMPLES)) {
      const cell = identifier(column.name);
      const [row] = await session.rows(
        `select ${key} as k, l.${cell}::varchar as a, r.${cell}::varchar as b ${from} where ${both} and ${differs(column)} limit 1`,
      );
      examples.push(`${column.name} of ${row?.k}: ${row?.a} against ${row?.b}`);
    }
    for (const row of await session.rows(
      `select ${key} as k, l.__there is null as lacking ${from} where l.__there is null or r.__there is null limit 3`,
    ))
      examples.push(`${row.lacking ? 'only on the right' : 'only on the left'}: ${row.k}`);
  }
  return {
    name,
    rows: count('n_left'),
    cells: (pairs - doubled) * columns.length,
    differences: differences + typesWrong,
    examples,
  };
}

/** Columns whose stored type is not the header's, on either side: partitions of one table have one type. */
async function differentTypes(
  session: Session,
  columns: readonly Column[],
  ...sides: readonly (readonly string[])[]
): Promise<string[]> {
  const found: string[] = [];
  for (const [file] of sides) {
    if (file === undefined) continue;
    const stored = await session.describe(
      `select * from read_parquet(${literal(file)}, hive_partitioning = false)`,
    );
    const types = new Map(stored.map((column) => [column.name, column.type]));
    for (const { name, type } of columns)
      if (types.get(name) !== type) found.push(`${name} is stored as ${types.get(name)}, declared ${type}`);
  }
  return found;
}

function differs(column: Column): string {
  const [l, r] = [`l.${identifier(column.name)}`, `r.${identifier(column.name)}`];
  if (column.type !== 'DOUBLE') return `${l} is distinct from ${r}`;
  return `(${l} is distinct from ${r} and not coalesce(abs(${l} - ${r}) <= ${RELATIVE} * greatest(abs(${l}), abs(${r})), false))`;
}

function readFiles(files: readonly string[], columns: readonly Column[]): string {
  const names = columns.map((column) => identifier(column.name)).join(', ');
  if (files.length === 0) {
    const nulls = columns.map(({ name, type }) => `cast(null as ${type}) as ${identifier(name)}`);
    return `select ${nulls.join(', ')}, '' as __file where false`;
  }
  return `select ${names}, ${FILE} as __file from read_parquet([${files.map(literal).join(', ')}], hive_partitioning = false, filename = true)`;
}
