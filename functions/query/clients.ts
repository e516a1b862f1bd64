import { addDays, addMonths, type BusinessDate, eachDay, type LocalTimestamp } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import type { Row } from '../engine/engine.ts';
import { EVERY_DAY } from '../warehouse/publishedIndex.ts';
import { type Applied, paymentSeen } from './clientPayments.ts';
import { functionalCurrencies } from './companies.ts';
import type { Desk, KnownDay, SeenDay } from './desk.ts';
import { amongMembers } from './select.ts';
import { MOVEMENTS, RECEIPTS, within } from './shared.ts';
import { join, type Statement, sql, trusted, value } from './statement.ts';

/** Months of history that a client's page looks back on. */
const HISTORY_MONTHS = 24;

/** Everything known of a client on a day, as rows of the caller's scope. */
export interface ClientRows {
  readonly asOf: BusinessDate;
  readonly knownAt: LocalTimestamp;
  /** One row of the feed `clients`. */
  readonly client: Row;
  readonly currency: string;
  /** Rows of position. */
  readonly receipts: readonly Row[];
  /** Rows of unapplied. */
  readonly unapplied: readonly Row[];
  /** Rows of flow, newest first. */
  readonly movements: readonly Row[];
  /** Rows of the feed `payments`, with `is_part`: of a payment that is not the caller's alone, the caller's part. */
  readonly payments: readonly Row[];
  readonly contacts: readonly Row[];
  /** Made in the time that movements are read of: of older ones nobody could say whether they were kept. */
  readonly promises: readonly Row[];
  readonly plans: readonly Row[];
  /** The first day whose payments of the company the lake can know: what was paid before is in no flow. */
  readonly paymentsSince: BusinessDate;
}

/** On which day, and with the knowledge of which moment, clients are looked at; default: the newest, as delivered. */
export interface Look {
  readonly asOf?: BusinessDate;
  readonly knownAt?: LocalTimestamp;
}

function dayOf(desk: Desk, { asOf, knownAt }: Look): SeenDay {
  const day = asOf ?? desk.newestDay(knownAt);
  if (knownAt !== undefined && day <= desk.newestDay()) {
    const seen = desk.knowledge(day, knownAt);
    if (seen.restatedAt !== null) return { asOf: day, knownAt: seen.knownAt, restatedAt: seen.restatedAt };
  }
  const version = desk.shownVersion(day, knownAt);
  if (!version || desk.publishedBuild(EVERY_DAY, version) === null)
    throw new AlturasError('missing', 'DAY_UNKNOWN', `Nothing is known of ${day}.`, {
      value: day,
      expected: `${desk.ledger.calendar.first ?? '–'}..${desk.newestDay()}`,
    });
  return { asOf: day, knownAt: version.knownAt, restatedAt: null };
}

/** A SELECT of the receipts open on the day, those that the caller sees and of shared ones the caller's parts. */
async function receiptsSeen(desk: Desk, day: SeenDay): Promise<Statement> {
  return within(await desk.ofDay('position', day), desk.scope, RECEIPTS, () =>
    desk.ofDay('intermediary_part', day),
  );
}

/**
 * A SELECT of the movements that a day stands on, since a day. Seen again, they are those in force on the day that the
 * published days known by then had told, wherever they came in, without what was taken back by then; where these do not
 * hold all that was known, they are made.
 */
async function movementsOf(
  desk: Desk,
  day: SeenDay,
  since: BusinessDate,
): Promise<{ readonly flow: Statement; readonly parts: () => Promise<Statement> }> {
  const { calendar } = desk.ledger;
  const { asOf, knownAt, restatedAt } = day;
  const stored = (days: readonly KnownDay[]) => (mart: string) => desk.stored(mart, days);
  if (restatedAt === null) {
    const rowsOf = stored(lineOf(desk, day, since));
    return { flow: await rowsOf('flow'), parts: () => rowsOf('flow_part') };
  }
  const newest = calendar.versionAt(desk.newestDelivered(knownAt), knownAt);
  const line = newest === null ? [] : lineOf(desk, newest, since);
  const isWhole =
    // A day told again that no later one has taken in yet stands on no line.
    !calendar.versions.some(
      (version) => newest !== null && version.knownAt > newest.knownAt && version.knownAt <= knownAt,
    ) && line.every((one) => desk.publishedBuild('flow', one) !== null);
  const told = isWhole ? line : [];
  const from = told[0] === undefined ? since : addDays(told[0].asOf, 1);
  const others = [...eachDay(from, asOf)].filter(
    (one) => calendar.snapshotAt('receipts', one, knownAt) !== null,
  );
  const rowsOf = async (mart: string): Promise<Statement> => {
    const made = others.map((one) => ({ asOf: one, knownAt, restatedAt }));
    return join(
      [
        ...(told.length === 0 ? [] : [await desk.stored(mart, told)]),
        ...(made.length === 0 ? [] : [await desk.ofDays(mart, made)]),
      ],
      ' union all ',
    );
  };
  const fact = trusted('company, movement_id, known_from');
  return {
    flow: sql`select * from (${await rowsOf('flow')}) where business_date <= cast(${value(asOf)} as date) qualify weight = 1 and sum(weight) over (partition by ${fact}) > 0 and row_number() over (partition by ${fact}, weight order by as_of desc) = 1`,
    parts: () => rowsOf('flow_part'),
  };
}

/** The days that a day stands on, itself first. */
function lineOf(desk: Desk, day: KnownDay, since: BusinessDate): KnownDay[] {
  return [...desk.ledger.calendar.stands(day, since)].map(([asOf, knownAt]) => ({ asOf, knownAt }));
}

/** How a client was found. */
export type Found = 'name' | 'id_number' | 'client' | 'policy' | 'receipt';

export interface FoundClient {
  readonly company: string;
  readonly client: string;
  readonly name: string;
  readonly found: Found;
  readonly open: string;
  readonly overdue: string;
  readonly currency: string;
}

/**
 * Clients by the start of a word of their name, of their identity number, of their code, a policy or a receipt. Names
 * and numbers are looked at only for callers with the right to them: a mask would not hide what was searched for.
 */
export async function findClients(
  desk: Desk,
  text: string,
  look: Look,
  limit: number,
): Promise<{ readonly day: KnownDay; readonly clients: readonly FoundClient[] }> {
  const day = dayOf(desk, look);
  const clients = await desk.feed('clients', day.knownAt);
  const everybody = desk.scope.length === 0;
  const start = value(`${likeText(text)}%`);
  const word = value(`% ${likeText(text)}%`);
  const plain = trusted("' ' || lower(strip_accents(name))");
  const ways: Statement[] = [
    sql`select company, client_id, 3 as way from person where lower(client_id) like lower(${start}) escape '!'`,
    sql`select company, client_id, 4 as way from mine where lower(policy_no) like lower(${start}) escape '!'`,
    sql`select company, client_id, 5 as way from mine where lower(receipt_no) like lower(${start}) escape '!'`,
    ...(desk.caller.personal
      ? [
          sql`select company, client_id, 1 as way from person where ${plain} like lower(strip_accents(${word})) escape '!'`,
          sql`select company, client_id, 2 as way from person where id_number like ${start} escape '!'`,
        ]
      : []),
  ];
  const rows = await desk.rows(sql`with mine as (
  ${await receiptsSeen(desk, day)}
), person as (
  select * from (${clients}) where ${knownThen(day.knownAt)}
), hit as (
  select company, client_id, min(way) as way from (${join(ways, ' union all ')}) group by company, client_id
), owed as (
  select company, client_id,
    coalesce(sum(closing_total) filter (where class = 'GROSS'), 0) as open,
    coalesce(sum(closing_total) filter (where class = 'GROSS' and dpd > 0), 0) as overdue
  from mine group by company, client_id
)
select h.company, h.client_id, h.way, p.name, coalesce(o.open, 0.00) as open, coalesce(o.overdue, 0.00) as overdue
from hit h join person p using (company, client_id) ${trusted(everybody ? 'left join' : 'join')} owed o using (company, client_id)
order by coalesce(o.open, 0) desc, h.company, h.client_id limit ${value(limit)}`);
  const currencies = await functionalCurrencies(desk, day.knownAt);
  const WAYS: readonly Found[] = ['name', 'id_number', 'client', 'policy', 'receipt'];
  return {
    day,
    clients: rows.map((row) => ({
      company: String(row.company),
      client: String(row.client_id),
      name: String(row.name),
      found: WAYS[Number(row.way) - 1] ?? 'client',
      open: String(row.open),
      overdue: String(row.overdue),
      currency: currencies.get(String(row.company)) ?? '',
    })),
  };
}

/** Text to be found literally by `like … escape '!'`. */
function likeText(text: string): string {
  return text.trim().replace(/[!%_]/g, '!$&');
}

/** Reference rows in force at a moment. */
export function knownThen(knownAt: LocalTimestamp): Statement {
  const at = sql`cast(${value(knownAt)} as timestamp)`;
  return sql`known_from <= ${at} and ${at} < known_to`;
}

/**
 * A client's rows on a day. A scoped caller sees the receipts in the scope on that day with their whole history,
 * other movements only where they were in the scope themselves, what belongs to those receipts and policies, and of a
 * payment what was applied to those receipts.
 * @throws AlturasError `UNKNOWN_CLIENT`, `DAY_UNKNOWN`
 */
export async function clientRows(
  desk: Desk,
  company: string,
  client: string,
  look: Look,
): Promise<ClientRows> {
  const day = dayOf(desk, look);
  const { knownAt } = day;
  const everybody = desk.scope.length === 0;
  const isClient = sql`company = ${value(company)} and client_id = ${value(client)}`;
  const [person] = await desk.rows(
    sql`select * from (${await desk.feed('clients', knownAt)}) where ${isClient} and ${knownThen(knownAt)}`,
  );
  const since = addMonths(day.asOf, -HISTORY_MONTHS);
  const [receipts, unapplied] = await Promise.all([
    desk.rows(
      sql`select * from (${await receiptsSeen(desk, day)}) where ${isClient} order by due_date nulls last, receipt_no`,
    ),
    desk.rows(
      sql`select * from (${await desk.ofDay('unapplied', day)}) where ${isClient} and ${holderScope(desk)} order by payment_no`,
    ),
  ]);
  const visible = amongMembers(
    'receipt_no',
    receipts.map((row) => String(row.receipt_no)),
  );
  const { flow, parts } = await movementsOf(desk, day, since);
  const moved = await within(flow, desk.scope, MOVEMENTS, parts, visible);
  const movements = await desk.rows(
    sql`select * from (${moved}) where ${isClient} order by business_date desc, movement_id`,
  );
  if (!person || (!everybody && receipts.length === 0 && movements.length === 0))
    throw new AlturasError('missing', 'UNKNOWN_CLIENT', `There is no client ${company}~${client} here.`, {
      value: `${company}~${client}`,
    });
  const seen = new Set([...receipts, ...movements].map((row) => String(row.receipt_no)));
  const policies = new Set([...receipts, ...movements].map((row) => String(row.policy_no)));
  const paid = new Set([
    ...unapplied.map((row) => String(row.payment_no)),
    ...movements.flatMap((row) => (row.payment_no === null ? [] : [String(row.payment_no)])),
  ]);
  const mine = (column: string, members: ReadonlySet<string>): Statement =>
    everybody ? trusted('true') : amongMembers(column, [...members]);
  const ofDay = sql`cast(${value(day.asOf)} as date)`;
  const [payments, contacts, promises, plans] = await Promise.all([
    desk.rows(
      sql`select * from (${await desk.feed('payments', knownAt)}) where company = ${value(company)} and received_date <= ${ofDay} and received_date > cast(${value(since)} as date) and ${
        everybody
          ? sql`(client_id = ${value(client)} or ${amongMembers('payment_no', [...paid])})`
          : amongMembers('payment_no', [...paid])
      } qualify row_number() over (partition by payment_no order by as_of desc, delivery desc) = 1 order by received_date desc, payment_no`,
    ),
    desk.rows(
      sql`select * from (${await desk.feed('contacts', knownAt)}) where ${isClient} and cast("at" as date) <= ${ofDay} and cast("at" as date) > cast(${value(since)} as date) and ${
        everybody
          ? trusted('true')
          : sql`(${mine('receipt_no', seen)} or (receipt_no is null and (policy_no is null or ${mine('policy_no', policies)})))`
      } qualify row_number() over (partition by contact_id order by delivery desc) = 1 order by "at" desc`,
    ),
    desk.rows(
      sql`select * from (${await desk.feed('promises', knownAt)}) where ${isClient} and ${knownThen(knownAt)} and created_on <= ${ofDay} and created_on > cast(${value(since)} as date) and ${mine('receipt_no', seen)} order by due_on desc, promise_id`,
    ),
    desk.rows(
      sql`select * from (${await desk.feed('plans', knownAt)}) where company = ${value(company)} and ${knownThen(knownAt)} and ${amongMembers('policy_no', [...policies])} order by due_on, plan_id, instalment`,
    ),
  ]);
  const functional = (await functionalCurrencies(desk, knownAt)).get(company) ?? '';
  const { ledger } = desk;
  const paymentsSince = ledger.firstReceipts(knownAt).get(company)?.asOf ?? ledger.calendar.first ?? day.asOf;
  const appliedOf = (rows: Statement) => appliedBy(desk, rows, company, paid);
  const held = new Set(unapplied.map((row) => String(row.payment_no)));
  const isLeft = payments.some(
    (row) => Number(row.unapplied_amount) !== 0 && !held.has(String(row.payment_no)),
  );
  const seesClient = async () =>
    seesWhole(desk, isClient, [
      [await desk.ofDay('position', day), await receiptsSeen(desk, day), trusted('open_total')],
      [flow, moved, trusted('total')],
    ]);
  // Payments are of one company: whoever sees all of it sees them whole.
  const sight = desk.scope.every(({ column }) => column === 'company')
    ? null
    : {
        applied: await appliedOf(flow),
        seen: await appliedOf(moved),
        held,
        wholePayer: isLeft && (await seesClient()) ? client : null,
        functional,
        since: paymentsSince,
      };
  return {
    asOf: day.asOf,
    knownAt,
    client: person,
    currency: functional,
    receipts,
    unapplied,
    movements,
    payments: payments.map((row) => (sight === null ? { ...row, is_part: false } : paymentSeen(row, sight))),
    contacts,
    promises,
    plans,
    paymentsSince,
  };
}

/** The clients of one code, of whichever companies have it: those whose page the caller may open. */
export async function clientsOfCode(
  desk: Desk,
  client: string,
  look: Look,
): Promise<{ readonly day: KnownDay; readonly clients: readonly ClientRows[] }> {
  const day = dayOf(desk, look);
  const companies = await desk.rows(
    sql`select distinct company from (${await desk.feed('clients', day.knownAt)}) where client_id = ${value(client)} and ${knownThen(day.knownAt)} order by company`,
  );
  const found = await Promise.all(
    companies.map(({ company }) =>
      clientRows(desk, String(company), client, look).catch((error: unknown) => {
        if (error instanceof AlturasError && error.code === 'UNKNOWN_CLIENT') return [];
        throw error;
      }),
    ),
  );
  return { day, clients: found.flat() };
}

/** What movements apply of payments, by the currency of the receipts. */
async function appliedBy(
  desk: Desk,
  movements: Statement,
  company: string,
  payments: ReadonlySet<string>,
): Promise<Applied[]> {
  const rows = await desk.rows(
    sql`select payment_no, currency, count(*) as items, sum(abs(total)) as size, sum(total) as total, case when count(cash_total) = count(*) then sum(cash_total) end as cash from (${movements}) where company = ${value(company)} and ${amongMembers('payment_no', [...payments])} group by payment_no, currency`,
  );
  return rows.map((row) => ({
    payment: String(row.payment_no),
    currency: String(row.currency),
    items: String(row.items),
    size: String(row.size),
    total: String(row.total),
    cash: row.cash === null ? null : String(row.cash),
  }));
}

/** Whether no row of a client, and no part of one, is kept from the caller. */
async function seesWhole(
  desk: Desk,
  isClient: Statement,
  pairs: readonly (readonly [all: Statement, seen: Statement, amount: Statement])[],
): Promise<boolean> {
  const extent = (rows: Statement, amount: Statement): Statement =>
    sql`(select row(count(*), coalesce(sum(abs(${amount})), 0)) from (${rows}) where ${isClient})`;
  const same = pairs.map(([all, seen, amount]) => sql`${extent(all, amount)} = ${extent(seen, amount)}`);
  const [row] = await desk.rows(sql`select ${join(same, ' and ')} as whole`);
  return row?.whole === true;
}

/** The scope as a condition on rows that carry their own holders. */
function holderScope(desk: Desk): Statement {
  const conditions = desk.scope.map(({ column, members }) => amongMembers(column, members));
  return conditions.length === 0 ? trusted('true') : sql`(${join(conditions, ' and ')})`;
}

/** Days of grace after a promise's due day, and the share of it that counts as kept. */
export interface PromiseRule {
  readonly graceDays: number;
  readonly threshold: number;
}

/** Until when a promise can still be kept. */
export function promiseEnds(dueOn: BusinessDate, rule: PromiseRule): BusinessDate {
  return addDays(dueOn, rule.graceDays);
}
