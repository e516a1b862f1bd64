import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { parse } from 'yaml';
import {
  addDays,
  type BusinessDate,
  daysBetween,
  eachDay,
  monthStart,
} from '../../../functions/core/dates.ts';
import { literal, Session } from '../../../functions/engine/duckdb.ts';
import type { Cell, Row } from '../../../functions/engine/engine.ts';
import { readPeriod } from '../../../functions/query/period.ts';
import { RELATIONS } from './relations.ts';

/** A row of an input: whatever is not said is filled in as `complete` tells. */
export type Given = Readonly<Record<string, Cell>>;

interface Header {
  readonly grain: readonly string[];
  readonly columns: Readonly<Record<string, { readonly type: string }>>;
}

const ALTURAS: readonly (readonly [string, number | null, number | null])[] = [
  ['AL_DIA', -999999, 0],
  ['001-030', 1, 30],
  ['031-060', 31, 60],
  ['061-075', 61, 75],
  ['076-090', 76, 90],
  ['091-180', 91, 180],
  ['181-360', 181, 360],
  ['>360', 361, 999999],
  ['SIN_VENCIMIENTO', null, null],
];

const day = (value: Cell | undefined): BusinessDate => String(value) as BusinessDate;

/**
 * The marts alone: inputs given as rows of the models above them, the mart's own text run on DuckDB. It shows what a
 * mart makes of a position and its flows; that deliveries give those rows is shown elsewhere.
 */
export class MartHouse {
  readonly #session: Session;
  readonly #made = new Set<string>();

  private constructor(session: Session) {
    this.#session = session;
  }

  static async open(): Promise<MartHouse> {
    const house = new MartHouse(
      await Session.open({ scratch: `${tmpdir()}/alturas-mart-house`, threads: 1 }),
    );
    await house.clear();
    return house;
  }

  close(): void {
    this.#session.close();
  }

  /** Adds rows to an input. */
  async give(relation: string, rows: readonly Given[]): Promise<void> {
    const columns = RELATIONS[relation];
    if (!columns) throw new Error(`no input is called ${relation}`);
    if (!this.#made.has(relation)) {
      await this.#session.run(`create or replace table ${relation} (${columns.map(quoted).join(', ')})`);
      this.#made.add(relation);
    }
    const filled = rows.map((given) => complete(relation, given));
    if (filled.length === 0) return;
    const tuples = filled.map((row) => {
      const unknown = Object.keys(row).filter(
        (name) => !columns.some((column) => column.startsWith(`${name} `)),
      );
      if (unknown.length > 0) throw new Error(`${relation} has no column ${unknown.join(', ')}`);
      const cells = columns.map((column) => {
        const [name = '', type = ''] = column.split(' ');
        const value = row[name] ?? null;
        return value === null ? `cast(null as ${type})` : `cast(${literal(String(value))} as ${type})`;
      });
      return `(${cells.join(', ')})`;
    });
    await this.#session.run(`insert into ${relation} values ${tuples.join(', ')}`);
  }

  /** Takes away the rows of one input. */
  async empty(relation: string): Promise<void> {
    this.#made.delete(relation);
    await this.give(relation, []);
  }

  /** Forgets every row given, and puts the default buckets back. */
  async clear(): Promise<void> {
    this.#made.clear();
    await this.give(
      'alturas',
      ALTURAS.map(([altura, lo, hi], index) => ({ ord: lo === null ? 99 : index + 1, altura, lo, hi })),
    );
  }

  /** The days to build, every one from the first to the last, with the months to date that end on them. */
  async days(from: string, to: string = from): Promise<void> {
    await this.theseDays([...eachDay(day(from), day(to))]);
  }

  /** The days to build, and of the last one a period of another kind too. */
  async theseDays(days: readonly string[], period = 'month'): Promise<void> {
    await this.give(
      'days',
      days.map((as_of) => ({ as_of })),
    );
    const last = days.at(-1);
    await this.give('periods', [
      ...days.map((as_of) => planned('month', as_of)),
      ...(period === 'month' || !last ? [] : [planned(period, last)]),
    ]);
  }

  /** Runs a mart and keeps what it gives for the marts that read it; the columns must be those of its header. */
  async build(mart: string): Promise<Row[]> {
    const sql = textOf(`marts/${mart}`);
    for (const name of Object.keys(RELATIONS)) if (!this.#made.has(name)) await this.give(name, []);
    await this.#session.run(`create or replace view period_day as ${textOf('ledger/period_day')}`);
    const header = headerOf(sql);
    const found = (await this.#session.describe(sql)).map(({ name, type }) => `${name} ${type}`);
    const told = Object.entries(header.columns).map(([name, { type }]) => `${name} ${type}`);
    if (found.join() !== told.join()) {
      const differ = found.filter((column) => !told.includes(column));
      throw new Error(
        `${mart}: header and SELECT differ: ${differ.join(', ')} | ${found.length}/${told.length}`,
      );
    }
    await this.#session.run(`create or replace table ${mart} as ${sql}`);
    const keys = header.grain.join(', ');
    const twice = await this.rows(`select ${keys} from ${mart} group by ${keys} having count(*) > 1`);
    if (twice.length > 0) throw new Error(`${mart}: not unique by its grain: ${JSON.stringify(twice[0])}`);
    return this.rows(`select * from ${mart} order by ${keys}`);
  }

  async rows(sql: string): Promise<Row[]> {
    return this.#session.rows(sql);
  }

  /** One row, or an error. */
  async row(sql: string): Promise<Row> {
    const [row, ...more] = await this.rows(sql);
    if (!row || more.length > 0)
      throw new Error(`expected one row, got ${more.length + (row ? 1 : 0)}: ${sql}`);
    return row;
  }
}

function planned(kind: string, asOf: string): Given {
  const { period, opened, days, months, firstDay } = readPeriod(kind, day(asOf));
  return { as_of: asOf, period, opened, days, months, first_day: firstDay };
}

function quoted(column: string): string {
  const [name, ...type] = column.split(' ');
  return `"${name}" ${type.join(' ')}`;
}

export function headerOf(sql: string): Header {
  const match = /^\/\*([\s\S]*?)\*\//.exec(sql);
  if (!match?.[1]) throw new Error('a model starts with its header');
  return parse(match[1]) as Header;
}

/** Fills in what an example need not say: one company in COP, functional rate 1, components all net premium. */
function complete(relation: string, given: Given): Given {
  const row: Record<string, Cell> = { company: 'A', ...given };
  const set = (name: string, value: Cell | undefined) => {
    if (row[name] === undefined) row[name] = value ?? null;
  };
  switch (relation) {
    case 'days':
      set('known_at', `${row.as_of} 22:00:00`);
      set('snapshot_as_of', row.as_of);
      set('snapshot_delivery', `d-${row.as_of}`);
      set('snapshot_cutoff', row.known_at);
      set('carried', false);
      set('previous', addDays(day(row.as_of), -1));
      set('previous_known_at', `${row.previous} 22:00:00`);
      set('month_start', monthStart(day(row.as_of)));
      set('month_end', addDays(day(row.as_of), 1).endsWith('-01'));
      break;
    case 'periods':
      set('period', 'month');
      set('days', daysBetween(day(row.opened), day(row.as_of)));
      set('months', 1);
      set('first_day', addDays(day(row.opened), 1));
      break;
    case 'position':
      completePosition(row, set);
      break;
    case 'flow':
      completeFlow(row, set);
      break;
    case 'unapplied':
      set('currency', 'COP');
      set('closing_unapplied', row.unapplied);
      set('booked_unapplied', row.closing_unapplied);
      break;
    case 'deliveries':
      set('cutoff_at', `${row.as_of} 22:00:00`);
      set('delivery', `d-${row.as_of}`);
      set('has_receipts', true);
      set('has_movements', true);
      set('superseded_at', '9999-12-31');
      break;
    case 'companies':
      set('country', 'CO');
      set('functional_currency', 'COP');
      set('known_from', '2000-01-01');
      set('known_to', '9999-12-31');
      break;
    case 'holidays':
      set('country', 'CO');
      set('known_from', '2000-01-01');
      set('known_to', '9999-12-31');
      break;
    case 'targets':
      set('target_version', 1);
      set('known_from', '2000-01-01');
      set('known_to', '9999-12-31');
      break;
  }
  if (!RELATIONS[relation]?.some((column) => column.startsWith('company '))) delete row.company;
  return row;
}

type Fill = (name: string, value: Cell | undefined) => void;

function completePosition(row: Record<string, Cell>, set: Fill): void {
  const asOf = day(row.as_of);
  set('policy_no', `P-${row.receipt_no}`);
  set('client_id', `C-${row.policy_no}`);
  set('currency', 'COP');
  set('functional_currency', 'COP');
  set('shared', false);
  set('disputed', false);
  set('held_by', 'POLICYHOLDER');
  set('receipt_type', 'PREMIUM');
  set('original_due_date', row.due_date);
  set('open_net', row.open_total);
  for (const kind of ['booked', 'closing']) {
    set(`${kind}_rate`, 1);
    set(`${kind}_total`, row.open_total);
    set(`${kind}_net`, row[`${kind}_total`]);
  }
  const since = (date: Cell | undefined) => (date ? daysBetween(day(date), asOf) : null);
  set('dpd', since(row.due_date));
  set('dpd_original', since(row.original_due_date));
  set('covered_days', since(row.coverage_start));
  const gross = Number(row.open_total) > 0;
  set('class', gross ? 'GROSS' : 'CREDIT');
  set('altura', gross ? alturaOf(row.dpd) : null);
  set('altura_original', gross ? alturaOf(row.dpd_original) : null);
  set('altura_covered', gross ? alturaOf(row.covered_days) : null);
  set('policy_worst_dpd', row.dpd);
  set('policy_altura', gross ? alturaOf(row.policy_worst_dpd) : null);
  set('carried', false);
  set('restated', false);
}

function completeFlow(row: Record<string, Cell>, set: Fill): void {
  set('movement_id', `${row.receipt_no}:${row.cause}:${row.as_of}:${row.total}`);
  set('known_from', `${row.as_of} 22:00:00`);
  set('business_date', row.as_of);
  set('recorded_at', row.known_from);
  set('weight', 1);
  set('late', false);
  set('inferred', false);
  set('policy_no', `P-${row.receipt_no}`);
  set('client_id', `C-${row.policy_no}`);
  set('shared', false);
  set('currency', 'COP');
  set('functional_currency', 'COP');
  set('held_by', 'POLICYHOLDER');
  set('receipt_type', 'PREMIUM');
  set('issue_date', row.business_date);
  set('original_due_date', row.due_date);
  set('net', row.total);
  set('booked_rate', 1);
  set('booked_total', row.total);
  set('booked_net', row.booked_total);
  const paid = row.cause === 'COLLECTED' || row.cause === 'REVERSED';
  set('cash_total', paid ? row.booked_total : null);
}

function alturaOf(dpd: Cell | undefined): string {
  if (dpd === null || dpd === undefined) return 'SIN_VENCIMIENTO';
  const days = Number(dpd);
  const found = ALTURAS.find(([, lo, hi]) => lo !== null && hi !== null && lo <= days && days <= hi);
  return found?.[0] ?? 'SIN_VENCIMIENTO';
}

function textOf(model: string): string {
  return readFileSync(new URL(`../../../sql/${model}.sql`, import.meta.url), 'utf8');
}
