import { reasonEs } from '../contracts/refusals.ts';
import type { BusinessDate } from '../core/dates.ts';
import type { Column } from '../engine/engine.ts';
import type { Desk } from './desk.ts';
import { masked } from './policy.ts';
import { amongMembers } from './select.ts';
import { join, type Statement, sql, trusted, value } from './statement.ts';

/** A row that landing refused, and why. */
export interface RefusedRow {
  readonly feed: string;
  readonly day: string;
  readonly company: string | null;
  readonly file: string;
  readonly line: string;
  readonly column: string | null;
  readonly value: string | null;
  readonly code: string;
  /** In English, as quarantine keeps it. */
  readonly reason: string;
  /** In Spanish; null for a code of an older landing. */
  readonly reason_es: string | null;
  readonly raw: string | null;
}

const COLUMNS: readonly Column[] = [
  ...['company', 'file'].map((name) => ({ name, type: 'VARCHAR' })),
  { name: 'line', type: 'BIGINT' },
  ...['column', 'value', 'code', 'reason', 'raw'].map((name) => ({ name, type: 'VARCHAR' })),
  { name: 'as_of', type: 'DATE' },
  { name: 'delivery', type: 'VARCHAR' },
];

/**
 * A SELECT of all refused rows that the caller may see, of deliveries that are not built yet, too. What was refused has no holder: only who sees everything, or
 * whole companies, sees any of it, and a row that names no company only who sees everything.
 */
export async function refusedRelation(desk: Desk): Promise<Statement> {
  const files = new Map<string, { key: string; partition: { as_of: string; delivery: string } }[]>();
  for (const entry of await desk.arrived())
    for (const [feed, { quarantine }] of Object.entries(entry.feeds))
      if (quarantine !== null)
        files.set(feed, [
          ...(files.get(feed) ?? []),
          { key: quarantine, partition: { as_of: entry.as_of, delivery: entry.delivery } },
        ]);
  const selects: Statement[] = [sql`select ${value('')} as feed, * from (${await desk.files(COLUMNS, [])})`];
  for (const [feed, some] of files)
    selects.push(sql`select ${value(feed)} as feed, * from (${await desk.files(COLUMNS, some)})`);
  return sql`select * from (${join(selects, ' union all ')}) where ${scopeOfRefused(desk)}`;
}

function scopeOfRefused(desk: Desk): Statement {
  const { scope } = desk;
  if (scope.length === 0) return trusted('true');
  return scope.every(({ column }) => column === 'company')
    ? join(
        scope.map(({ members }) => amongMembers('company', members)),
        ' and ',
      )
    : trusted('false');
}

/** Refused rows, newest day first. Values are shown to those with the right to personal data: they may hold any. */
export async function refusedRows(
  desk: Desk,
  asked: {
    readonly feed?: string | undefined;
    readonly day?: BusinessDate | undefined;
    readonly code?: string | undefined;
    readonly offset: number;
    readonly limit: number;
  },
): Promise<{ readonly total: number; readonly rows: readonly RefusedRow[] }> {
  const all = await refusedRelation(desk);
  const conditions = [
    trusted('true'),
    ...(asked.feed === undefined ? [] : [sql`feed = ${value(asked.feed)}`]),
    ...(asked.day === undefined ? [] : [sql`as_of = cast(${value(asked.day)} as date)`]),
    ...(asked.code === undefined ? [] : [sql`code = ${value(asked.code)}`]),
  ];
  const wanted = sql`select * from (${all}) where ${join(conditions, ' and ')}`;
  const [count] = await desk.rows(sql`select count(*) as n from (${wanted})`);
  const rows = await desk.rows(
    sql`select * from (${wanted}) order by as_of desc, delivery, feed, file, line, "column" limit ${value(asked.limit)} offset ${value(asked.offset)}`,
  );
  const text = (cell: unknown): string | null => (cell === null || cell === undefined ? null : String(cell));
  return {
    total: Number(count?.n ?? 0),
    rows: rows.map((row) => ({
      feed: String(row.feed),
      day: String(row.as_of),
      company: text(row.company),
      file: String(row.file),
      line: String(row.line),
      column: text(row.column),
      value: masked(desk.caller, text(row.value)),
      code: String(row.code),
      reason: String(row.reason),
      reason_es: reasonEs(String(row.code), String(row.reason)),
      raw: masked(desk.caller, text(row.raw)),
    })),
  };
}
