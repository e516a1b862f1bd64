import { addDays, type BusinessDate } from '../core/dates.ts';
import type { Row } from '../engine/engine.ts';
import type { Answer } from './answer.ts';
import type { Desk } from './desk.ts';
import type { ReceiptAmount } from './receipts.ts';
import { RECEIPTS, within } from './shared.ts';
import { type Statement, sql, trusted, value } from './statement.ts';

/** What a receipt is, beside its amount. */
export interface ReceiptDetails {
  readonly client: string | null;
  readonly policy: string | null;
  readonly line: string | null;
  readonly office: string | null;
  readonly advisor: string | null;
  readonly clerk: string | null;
  readonly intermediary: string | null;
  readonly currency: string | null;
  readonly dueDate: string | null;
  readonly dpd: number | null;
  readonly altura: string | null;
  /** In document currency; null where nothing is open any more. */
  readonly openTotal: string | null;
}

const NOTHING: ReceiptDetails = {
  client: null,
  policy: null,
  line: null,
  office: null,
  advisor: null,
  clerk: null,
  intermediary: null,
  currency: null,
  dueDate: null,
  dpd: null,
  altura: null,
  openTotal: null,
};

const COLUMNS = 'company, client_id, policy_no, line, office, advisor, clerk, intermediary, currency';

/**
 * The details of receipts that an answer of this desk named, in their order: of the position on the day, else of the
 * unapplied cash, else of the last movement in the period. They add nothing that the answer did not allow.
 */
export async function receiptDetails(
  desk: Desk,
  answer: Omit<Answer, 'rows'>,
  receipts: readonly ReceiptAmount[],
): Promise<ReceiptDetails[]> {
  if (receipts.length === 0) return [];
  const { as_of: asOf, known_at: knownAt } = answer;
  const delivered = desk.ledger.calendar.versionAt(asOf, knownAt);
  const restatedAt = delivered?.knownAt === knownAt ? null : knownAt;
  const rowsOf = (mart: string): Promise<Statement> => desk.ofDay(mart, { asOf, knownAt, restatedAt });
  // Which receipts they are, the answer has told: of a shared one an intermediary sees the part.
  const own = desk.scope.filter(({ column }) => column === 'intermediary');
  const [position, unapplied, flow] = await Promise.all([
    rowsOf('position').then((rows) =>
      within(rows, own, RECEIPTS, () => rowsOf('intermediary_part'), trusted('true')),
    ),
    rowsOf('unapplied'),
    movements(desk, answer),
  ]);
  const named = (source: Statement, key: string, more: string, rank: number): Statement =>
    sql`select ${trusted(`${rank} as rank, ${COLUMNS}, ${key} as receipt, ${more}`)} from (${source})`;
  const rows = await desk.rows(sql`with asked as (
  select unnest(from_json(${value(JSON.stringify(receipts.map(({ company, receipt }) => [company, receipt])))}, '[["varchar"]]')) as pair
), known as (
  ${named(position, 'receipt_no', 'due_date, dpd, altura, open_total', 1)}
  union all by name ${named(unapplied, 'payment_no', 'received_date as due_date, cast(null as bigint) as dpd, cast(null as varchar) as altura, unapplied as open_total', 2)}
  union all by name ${named(flow, 'receipt_no', 'due_date, cast(null as bigint) as dpd, cast(null as varchar) as altura, cast(null as decimal(18, 2)) as open_total', 3)}
)
select k.* from known k join asked a on k.company = a.pair[1] and k.receipt = a.pair[2] order by k.rank desc`);
  const found = new Map(rows.map((row) => [`${row.company}\u001f${row.receipt}`, detailsOf(row)]));
  return receipts.map(({ company, receipt }) => found.get(`${company}\u001f${receipt}`) ?? NOTHING);
}

/** The movements of the answer's period, in the versions that its day stands on; none for a stock. */
async function movements(desk: Desk, { as_of: asOf, known_at: knownAt, period }: Omit<Answer, 'rows'>) {
  const since: BusinessDate = period === null ? asOf : addDays(period.opened, 1);
  const line = period === null ? [] : [...desk.ledger.calendar.stands({ asOf, knownAt }, since)];
  return desk.stored(
    'flow',
    line.map(([day, at]) => ({ asOf: day, knownAt: at })),
  );
}

function detailsOf(row: Row): ReceiptDetails {
  const text = (key: string): string | null =>
    row[key] === null || row[key] === undefined ? null : String(row[key]);
  return {
    client: text('client_id') === null ? null : `${row.company}~${row.client_id}`,
    policy: text('policy_no'),
    line: text('line'),
    office: text('office'),
    advisor: text('advisor'),
    clerk: text('clerk'),
    intermediary: text('intermediary'),
    currency: text('currency'),
    dueDate: text('due_date'),
    dpd: row.dpd === null || row.dpd === undefined ? null : Number(row.dpd),
    altura: text('altura'),
    openTotal: text('open_total'),
  };
}
