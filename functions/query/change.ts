import { addDays, type BusinessDate, eachDay, FOREVER, type LocalTimestamp } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { cents, moneyText } from '../core/money.ts';
import type { Row } from '../engine/engine.ts';
import type { DayVersion } from '../warehouse/days.ts';
import { EVERY_DAY } from '../warehouse/publishedIndex.ts';
import { HOLDERS, partedMovements, partedReceipts, partedStanding } from './changeParts.ts';
import { alike, atTheEnd, GROSS, OVERDUE, receiptsOf, type Span, STANDINGS } from './changeReceipts.ts';
import { functionalCurrencies } from './companies.ts';
import type { Desk, SeenDay } from './desk.ts';
import { oncePerPublish } from './oncePerPublish.ts';
import { RATE_MISSING } from './rates.ts';
import { amongMembers, type Filter } from './select.ts';
import { RECEIPTS, within } from './shared.ts';
import { join, name, type Statement, sql, trusted } from './statement.ts';

export const MEASURES = ['balance', 'gross', 'overdue'] as const;
export type Measure = (typeof MEASURES)[number];

/** The causes of a change in the order in which they are shown, with their names. */
export const CAUSES = {
  restated: { es: 'Reexpresado', en: 'Restated' },
  opened: { es: 'Saldo inicial', en: 'Opening balance' },
  issued: { es: 'Emitido', en: 'Issued' },
  endorsed_up: { es: 'Endosos que suben', en: 'Endorsed up' },
  endorsed_down: { es: 'Endosos que bajan', en: 'Endorsed down' },
  collected: { es: 'Recaudado', en: 'Collected' },
  reversed: { es: 'Reversado', en: 'Reversed' },
  cancelled_np: { es: 'Anulado por no pago', en: 'Cancelled for non-payment' },
  cancelled_other: { es: 'Anulado por otra causa', en: 'Cancelled for another reason' },
  written_off: { es: 'Castigado', en: 'Written off' },
  transferred: { es: 'Trasladado', en: 'Transferred' },
  late: { es: 'Conocido tarde', en: 'Known late' },
  fx: { es: 'Diferencia en cambio', en: 'Exchange difference' },
  aged: { es: 'Entró en mora', en: 'Became overdue' },
  rescheduled: { es: 'Salió de mora sin pago', en: 'No longer overdue, still open' },
  credits: { es: 'Pasó a saldo a favor o volvió', en: 'Turned to credit or back' },
  reassigned: { es: 'Cambió de responsable', en: 'Changed hands' },
} as const;
export type Cause = keyof typeof CAUSES;
const CAUSE_NAMES = Object.keys(CAUSES) as Cause[];

export const CHANGE_DIMENSIONS = {
  company: 'company',
  office: 'office',
  advisor: 'advisor',
  clerk: 'clerk',
  line: 'line',
  intermediary: 'intermediary',
  client: 'client_id',
  currency: 'currency',
} as const;
export type ChangeDimension = keyof typeof CHANGE_DIMENSIONS;

export interface ChangeQuestion {
  readonly measure: Measure;
  readonly from: BusinessDate;
  readonly to: BusinessDate;
  /** Both days and what lies between them are seen with the knowledge of this moment; left out: as delivered. */
  readonly knownAt?: LocalTimestamp;
  readonly by: ChangeDimension | null;
  readonly filters: readonly Filter[];
}

/** Amounts in functional currency; `closing - opening` is the sum of the causes, to the cent. */
export interface Movement {
  readonly opening: string;
  readonly closing: string;
  readonly change: string;
  /** Those of 0.00 are left out. */
  readonly causes: Readonly<Partial<Record<Cause, string>>>;
}

export interface ChangeBlock {
  readonly currency: string;
  readonly companies: readonly string[];
  readonly total: Movement;
  /** By the members of the dimension, those that moved most first. */
  readonly members: readonly (Movement & { readonly member: string | null })[];
}

/** Whether a receipt counts in a measure, by the columns of position. */
const COUNTS: Readonly<Record<Measure, string>> = {
  balance: 'true',
  gross: GROSS,
  overdue: OVERDUE,
};

/**
 * What moved a balance between two days, receipt by receipt: opening at the first day as it is shown today, the
 * changes of every day since along the versions that the last day stands on, closing at the last. A receipt stands
 * with whoever holds it at the end; one that changed hands leaves its opening with the one and brings it to the
 * other (`reassigned`). Of the overdue, one that was not overdue before is `aged` as a whole. Where an intermediary
 * is asked about, a shared receipt is as many parts as it has intermediaries, each with its own opening, causes and
 * closing. Seen with the knowledge of a moment, every movement lies on its own date, and nothing is restated or late.
 * @throws AlturasError `BAD_SPAN`, `DAY_UNKNOWN`, `NOT_BUILT`, `UNKNOWN_DIMENSION`, `RATE_MISSING`
 */
export async function change(desk: Desk, question: ChangeQuestion): Promise<ChangeBlock[]> {
  const { from, to, by } = question;
  if (from >= to)
    throw new AlturasError('usage', 'BAD_SPAN', 'The first day must come before the last.', {
      value: `${from}..${to}`,
    });
  const filters = [...question.filters, ...desk.scope];
  refuseUnknown(filters);
  const span = spanOf(desk, question);
  const touched = [by, ...filters.map(({ column }) => column)];
  for (const day of new Set([span.first, span.stood, span.last])) await refuseUnrated(desk, day, filters);
  const sources = touched.includes('intermediary')
    ? await inParts(desk, question.measure, span)
    : await whole(desk, question.measure, span, touched.includes('client'));
  const statement = changeStatement(question, filters, sources);
  const currencies = await functionalCurrencies(desk, span.last.knownAt);
  return blocksOf(await desk.rows(statement), currencies);
}

/** Days as delivered, along the versions that the last one stands on; or all of them with one knowledge. */
function spanOf(desk: Desk, { from, to, knownAt }: Pick<ChangeQuestion, 'from' | 'to' | 'knownAt'>): Span {
  const { calendar } = desk.ledger;
  const restatedAt = knownAt === undefined ? null : desk.knowledge(to, knownAt).restatedAt;
  if (restatedAt !== null) {
    if (calendar.snapshotAt('receipts', from, restatedAt) === null)
      throw calendar.unknownDay(from, restatedAt);
    const seen = (asOf: BusinessDate): SeenDay => ({ asOf, knownAt: restatedAt, restatedAt });
    const days = [...eachDay(addDays(from, 1), to)].map(seen);
    const first = seen(from);
    return { first, stood: first, last: seen(to), days };
  }
  const delivered = (asOf: BusinessDate, moment: LocalTimestamp): SeenDay => ({
    asOf,
    knownAt: moment,
    restatedAt: null,
  });
  const first = known(desk, from, knownAt);
  const last = known(desk, to, knownAt);
  const line = calendar.stands(last, from);
  return {
    first: delivered(from, first.knownAt),
    stood: delivered(from, line.get(from) ?? first.knownAt),
    last: delivered(to, last.knownAt),
    days: [...line].flatMap(([asOf, moment]) => (asOf > from ? [delivered(asOf, moment)] : [])),
  };
}

function known(desk: Desk, asOf: BusinessDate, moment: LocalTimestamp = FOREVER): DayVersion {
  const version = desk.shownVersion(asOf, moment);
  if (!version) throw desk.ledger.calendar.unknownDay(asOf, moment);
  if (desk.publishedBuild(EVERY_DAY, version) === null)
    throw new AlturasError('missing', 'NOT_BUILT', `${asOf} was delivered, but is not built.`, {
      value: asOf,
      hint: 'Run `alturas build`.',
    });
  return version;
}

/** Receipts that no rate turns into the functional currency would be told as exchange differences. */
async function refuseUnrated(desk: Desk, day: SeenDay, filters: readonly Filter[]): Promise<void> {
  const unrated = async (some: readonly Filter[]): Promise<Row | undefined> => {
    const position = sql`select * from (${await desk.ofDay('position', day)}) where closing_total is null`;
    const rows = await within(position, some, RECEIPTS, () => desk.ofDay('intermediary_part', day));
    const [told] = await desk.rows(sql`select count(*) as n, min(receipt_no) as receipt from (${rows})`);
    return told;
  };
  // Nearly always there is none at all, whoever asks; as delivered, a day has few versions.
  const look = (): Promise<Row | undefined> => unrated([]);
  const any =
    day.restatedAt === null
      ? await oncePerPublish(desk, `unrated ${day.asOf} ${day.knownAt}`, look)
      : await look();
  if (Number(any?.n ?? 0) === 0) return;
  const told = await unrated(
    filters.map(({ column, members }) => ({
      column: CHANGE_DIMENSIONS[column as ChangeDimension],
      members,
    })),
  );
  const count = Number(told?.n ?? 0);
  if (count === 0) return;
  throw new AlturasError(
    'missing',
    RATE_MISSING,
    `${count} receipts of ${day.asOf} have no exchange rate on or before it: what changed cannot be told.`,
    {
      value: String(told?.receipt),
      expected: 'a rate of their currency in the feed fx_rates',
      facts: { count: String(count), day: day.asOf },
      hint: 'Deliver the rate, or narrow the question to a currency that has one.',
    },
  );
}

function refuseUnknown(filters: readonly Filter[]): void {
  for (const { column } of filters)
    if (!Object.hasOwn(CHANGE_DIMENSIONS, column))
      throw new AlturasError('usage', 'UNKNOWN_DIMENSION', `A change has no dimension "${column}".`, {
        value: column,
        expected: Object.keys(CHANGE_DIMENSIONS).join(', '),
      });
}

/**
 * What a change is made of, each part by its name: the last, `receipt`, puts the standings of receipts (`o` as shown,
 * `s` as stood on, `c` at the end) and what moved them side by side.
 */
interface Sources {
  readonly named: { readonly receipt: Statement } & Readonly<Record<string, Statement>>;
}

/** Whether receipts count in a measure, by the columns of `receiptsOf`. */
const COUNTED: Readonly<Record<Measure, (prefix: string) => string>> = {
  balance: (prefix) => `${prefix}_total is not null`,
  gross: (prefix) => `${prefix}_gross`,
  overdue: (prefix) => `${prefix}_overdue`,
};

/**
 * A receipt is one row. Where nobody asks by client, receipts that stand and
 * stood with the same holders in the same way are one row, made once for all questions of the same days.
 */
async function whole(desk: Desk, measure: Measure, span: Span, byClient: boolean): Promise<Sources> {
  const holders = HOLDERS.filter((column) => byClient || column !== 'client_id');
  const receipts = await receiptsOf(desk, span, holders);
  const from = byClient ? receipts : await desk.kept(alike(receipts, holders));
  const counts = STANDINGS.map((prefix) => `${COUNTED[measure](prefix)} as ${prefix}_counts`).join(', ');
  return {
    named: {
      receipt: sql`select *, ${trusted(counts)}, coalesce(s_total, 0) as s_side, coalesce(c_total, 0) as c_side, 0 as shifted from (${from})`,
    },
  };
}

/** A receipt is as many rows as it has intermediaries. */
async function inParts(desk: Desk, measure: Measure, { first, stood, last, days }: Span): Promise<Sources> {
  const standing = async (day: SeenDay, prefix: string): Promise<Statement> =>
    partedStanding(
      prefix,
      trusted(COUNTS[measure]),
      await desk.ofDay('position', day),
      await desk.ofDay('intermediary_part', day),
    );
  return {
    named: {
      o: await standing(first, 'o'),
      s: await standing(stood, 's'),
      c: await standing(last, 'c'),
      m: partedMovements(await desk.ofDays('flow', days), await desk.ofDays('flow_part', days)),
      receipt: partedReceipts(atTheEnd(HOLDERS)),
    },
  };
}

function changeStatement(
  { measure, by }: ChangeQuestion,
  filters: readonly Filter[],
  { named }: Sources,
): Statement {
  const within = (prefix: string): Statement => {
    const conditions = filters.map(({ column, members }) =>
      column === 'company'
        ? amongMembers('company', members)
        : amongMembers(`${prefix}_${CHANGE_DIMENSIONS[column as ChangeDimension]}`, members),
    );
    return conditions.length === 0 ? trusted('true') : sql`(${join(conditions, ' and ')})`;
  };
  const member = (prefix: string): Statement =>
    by === null
      ? trusted('cast(null as varchar)')
      : by === 'company'
        ? trusted('company')
        : name(`${prefix}_${CHANGE_DIMENSIONS[by]}`);
  const moved = sql`(o_total is not null and (${member('o')} is distinct from ${member('e')} or o_in <> e_in))`;
  const told = RULES[measure];
  const sums = join(
    CAUSE_NAMES.map((cause) => sql`sum(${name(cause)}) as ${name(cause)}`),
    ', ',
  );
  const atEnd = CAUSE_NAMES.map((cause) => {
    const amount =
      cause === 'restated'
        ? 's - o'
        : cause === 'reassigned'
          ? `case when moved then o else 0 end + case when ${told.flows} then shifted else 0 end`
          : cause === 'aged' || cause === 'rescheduled' || cause === 'credits'
            ? (told[cause] ?? '0')
            : `case when ${told.flows} then ${cause} else 0 end`;
    return `${amount} as ${cause}`;
  }).join(', ');
  const atBeginning = CAUSE_NAMES.map(
    (cause) => `${cause === 'reassigned' ? 'case when moved then -o else 0 end' : '0'} as ${cause}`,
  ).join(', ');
  return sql`with ${join(
    Object.entries(named).map(([part, text]) => sql`${trusted(part)} as (${text})`),
    ', ',
  )},
placed as (
  select *, ${within('o')} as o_in, ${within('e')} as e_in,
    case when o_counts then o_total else 0 end as o,
    case when s_counts then s_total else 0 end as s,
    case when c_counts then c_total else 0 end as c,
    coalesce(s_total, 0) as s_all, coalesce(c_total, 0) as c_all
  from receipt
),
judged as (select *, ${moved} as moved from placed),
part as (
  select company, ${member('e')} as member, cast(0 as decimal(38, 2)) as opening, c as closing, ${trusted(atEnd)}
  from judged where e_in
  union all
  select company, ${member('o')} as member, o as opening, cast(0 as decimal(38, 2)) as closing, ${trusted(atBeginning)}
  from judged where o_in and o_total is not null
)
select company, member, sum(opening) as opening, sum(closing) as closing, ${sums} from part group by company, member having sum(opening) <> 0 or sum(closing) <> 0 or ${trusted(CAUSE_NAMES.map((cause) => `sum(abs(${cause})) <> 0`).join(' or '))}`;
}

/** When a receipt's flows explain its part of a measure, and what explains the rest of it. */
const RULES: Readonly<
  Record<
    Measure,
    {
      readonly flows: string;
      readonly aged?: string;
      readonly rescheduled?: string;
      readonly credits?: string;
    }
  >
> = {
  balance: { flows: 'true' },
  gross: {
    flows: 's_side >= 0 or c_side >= 0',
    credits:
      'case when s_side >= 0 and c_side < 0 then -c_all when s_side < 0 and c_side >= 0 then s_all else 0 end',
  },
  overdue: {
    flows: 'coalesce(s_counts, false)',
    aged: 'case when coalesce(c_counts, false) and not coalesce(s_counts, false) then c_all else 0 end',
    rescheduled:
      'case when coalesce(s_counts, false) and not coalesce(c_counts, false) then -c_all else 0 end',
  },
};

type Sums = Record<'opening' | 'closing' | Cause, bigint>;

function blocksOf(rows: readonly Row[], currencies: ReadonlyMap<string, string>): ChangeBlock[] {
  const blocks = new Map<string, { companies: Set<string>; members: Map<string | null, Sums> }>();
  for (const row of rows) {
    const company = String(row.company);
    const currency = currencies.get(company) ?? '';
    const block = blocks.get(currency) ?? { companies: new Set(), members: new Map() };
    blocks.set(currency, block);
    block.companies.add(company);
    const member = row.member === null || row.member === undefined ? null : String(row.member);
    const sums = block.members.get(member) ?? zero();
    block.members.set(member, sums);
    for (const key of Object.keys(sums) as (keyof Sums)[]) sums[key] += cents(String(row[key] ?? '0'));
  }
  return [...blocks]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, { companies, members }]) => {
      const total = [...members.values()].reduce(add, zero());
      const size = ({ opening, closing }: Sums) =>
        closing > opening ? closing - opening : opening - closing;
      return {
        currency,
        companies: [...companies].sort(),
        total: movement(total),
        members: [...members]
          .sort(
            ([one, a], [other, b]) =>
              (size(a) > size(b) ? -1 : size(a) < size(b) ? 1 : 0) ||
              ((one ?? '\uffff') < (other ?? '\uffff') ? -1 : 1),
          )
          .map(([member, sums]) => ({ member, ...movement(sums) })),
      };
    });
}

function zero(): Sums {
  return Object.fromEntries(['opening', 'closing', ...CAUSE_NAMES].map((key) => [key, 0n])) as Sums;
}

function add(a: Sums, b: Sums): Sums {
  return Object.fromEntries((Object.keys(a) as (keyof Sums)[]).map((key) => [key, a[key] + b[key]])) as Sums;
}

function movement({ opening, closing, ...causes }: Sums): Movement {
  return {
    opening: moneyText(opening),
    closing: moneyText(closing),
    change: moneyText(closing - opening),
    causes: Object.fromEntries(
      CAUSE_NAMES.flatMap((cause) => (causes[cause] === 0n ? [] : [[cause, moneyText(causes[cause])]])),
    ),
  };
}
