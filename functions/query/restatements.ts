import type { Config } from '../core/config.ts';
import { addDays, type BusinessDate } from '../core/dates.ts';
import type { Row } from '../engine/engine.ts';
import type { Lake } from '../lake/lake.ts';
import { Desk } from './desk.ts';
import { type Caller, OWNER, scopeCondition } from './policy.ts';
import { name, sql, trusted, value } from './statement.ts';

/** Movements that changed the view of the past, with the days they changed and by how much. */
export interface Restatements {
  readonly from: BusinessDate;
  readonly to: BusinessDate;
  /** Only those that change this day's view; null: all that became known in the span. */
  readonly of: BusinessDate | null;
  readonly rows: readonly Row[];
}

const COLUMNS = [
  'as_of',
  'company',
  'kind',
  'movement_id',
  'receipt_no',
  'intermediary',
  'cause',
  'business_date',
  'affects_from',
  'affects_to',
  'days_affected',
  'currency',
  'effect_document',
  'effect',
  'reason',
  'reversal_of',
] as const;

/**
 * The restatement list: what became known from `from` to `to` about earlier days (late, reversed, backdated and
 * re-delivered movements). With `of`, only what changes that day: the sum of its effects is what that day's restated
 * view differs from the delivered one by.
 */
export async function restatements(
  lake: Lake,
  config: Config,
  span: { readonly from?: BusinessDate; readonly to?: BusinessDate; readonly of?: BusinessDate },
  caller: Caller = OWNER,
): Promise<Restatements> {
  const house = await Desk.open(lake, config);
  const desk = house.for(caller);
  try {
    const to = span.to ?? desk.newestDay();
    const from = span.from ?? (span.of === undefined ? addDays(to, -30) : span.of);
    const all = await desk.storedSpan('restatements', from, to);
    const columns = COLUMNS.map((column) => name(column));
    const affecting =
      span.of === undefined
        ? trusted('true')
        : sql`affects_from <= cast(${value(span.of)} as date) and affects_to >= cast(${value(span.of)} as date)`;
    const list = columns.reduce((before, column) => sql`${before}, ${column}`);
    const rows = await desk.rows(
      sql`select ${list} from (${all}) where ${affecting} and ${scopeCondition(caller)} order by as_of, company, movement_id, known_from, intermediary`,
    );
    return { from, to, of: span.of ?? null, rows };
  } finally {
    await house.close();
  }
}
