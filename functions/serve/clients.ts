import type * as z from 'zod';
import { businessDate, knownAt as knownAtOf } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { cents, moneyText } from '../core/money.ts';
import type { Row } from '../engine/engine.ts';
import {
  type ClientRows,
  clientRows,
  clientsOfCode,
  type FoundClient,
  findClients,
  type Look,
} from '../query/clients.ts';
import type { Desk } from '../query/desk.ts';
import { understand, whySilent } from '../query/kpi.ts';
import { labelsOf } from '../query/names.ts';
import { masked } from '../query/policy.ts';
import type { ClientResponse, ClientsResponse, clientQuery, clientsQuery } from './api.ts';
import { promisesOf } from './clientPromises.ts';
import { timelineOf } from './clientTimeline.ts';
import { provenanceOf } from './provenance.ts';

function lookOf(asked: z.output<typeof clientQuery>): Look {
  return {
    ...(asked.as_of === undefined ? {} : { asOf: businessDate(asked.as_of) }),
    ...(asked.known_at === undefined ? {} : { knownAt: knownAtOf(asked.known_at) }),
  };
}

export async function clientsView(
  desk: Desk,
  asked: z.output<typeof clientsQuery>,
): Promise<ClientsResponse> {
  const look = lookOf(asked);
  const { day, clients } =
    asked.client === undefined
      ? await findClients(desk, asked.find ?? '', look, asked.limit)
      : await ofCode(desk, asked.client, look, asked.limit);
  return {
    ...(await provenanceOf(desk, {
      asOf: day.asOf,
      knownAt: day.knownAt,
      build: desk.madeFrom(day),
      rows: clients.length,
    })),
    clients: clients.map((client) => ({
      ...client,
      id: `${client.company}~${client.client}`,
      name: masked(desk.caller, client.name),
    })),
  };
}

/** Clients of one code as they are found: who owes most first. */
async function ofCode(
  desk: Desk,
  code: string,
  look: Look,
  limit: number,
): Promise<Awaited<ReturnType<typeof findClients>>> {
  const { day, clients } = await clientsOfCode(desk, code, look);
  const found = clients.map((rows): FoundClient => {
    const { gross, overdue } = owedOf(rows);
    return {
      company: String(rows.client.company),
      client: code,
      name: String(rows.client.name),
      found: 'client',
      open: sum(gross, 'closing_total'),
      overdue: sum(overdue, 'closing_total'),
      currency: rows.currency,
    };
  });
  found.sort((a, b) => Number(b.open) - Number(a.open) || (a.company < b.company ? -1 : 1));
  return { day, clients: found.slice(0, limit) };
}

export async function clientView(
  desk: Desk,
  id: string,
  asked: z.output<typeof clientQuery>,
): Promise<ClientResponse> {
  const [company, client, ...rest] = id.split('~');
  if (!company || !client || rest.length > 0)
    throw new AlturasError('missing', 'UNKNOWN_CLIENT', `"${id}" names no client.`, { value: id });
  const look = lookOf(asked);
  const rows = await clientRows(desk, company, client, look);
  const text = textOf;
  const promises = promisesOf(desk, rows);
  const { caller } = desk;
  return {
    ...(await provenanceOf(desk, {
      asOf: rows.asOf,
      knownAt: rows.knownAt,
      build: desk.madeFrom(rows),
      filters: [
        { column: 'company', members: [company] },
        { column: 'client', members: [client] },
      ],
      rows: rows.receipts.length,
    })),
    client: {
      id,
      company,
      client,
      name: masked(caller, String(rows.client.name)),
      id_type: masked(caller, text(rows.client, 'id_type')),
      id_number: masked(caller, text(rows.client, 'id_number')),
      segment: text(rows.client, 'segment'),
      email: masked(caller, text(rows.client, 'email')),
      phone: masked(caller, text(rows.client, 'phone')),
      preferred_channel: text(rows.client, 'preferred_channel'),
      may_contact: ['email', 'sms', 'call', 'whatsapp'].filter(
        (channel) => rows.client[`consent_${channel}`] === true,
      ),
      masked: !caller.personal,
    },
    state: stateOf(rows, promises, await daysToPay(desk, rows, look)),
    receipts: rows.receipts.map((row) => ({
      company,
      receipt: text(row, 'receipt_no'),
      policy: text(row, 'policy_no'),
      line: text(row, 'line'),
      office: text(row, 'office'),
      advisor: text(row, 'advisor'),
      clerk: text(row, 'clerk'),
      intermediary: text(row, 'intermediary'),
      currency: text(row, 'currency'),
      due_date: text(row, 'due_date'),
      dpd: numberOf(row, 'dpd'),
      altura: text(row, 'altura'),
      open_total: text(row, 'open_total'),
      closing_total: String(row.closing_total ?? '0.00'),
      issue_date: text(row, 'issue_date'),
      coverage_start: text(row, 'coverage_start'),
      disputed: row.disputed === true,
      held_by: String(row.held_by),
    })),
    payments: rows.payments.map((row) => ({
      payment: String(row.payment_no),
      received: String(row.received_date),
      amount: text(row, 'amount'),
      unapplied: text(row, 'unapplied_amount'),
      currency: String(row.currency),
      channel: text(row, 'channel'),
      status: String(row.status),
      part: row.is_part === true,
    })),
    contacts: rows.contacts.map((row) => ({
      at: String(row.at),
      channel: String(row.channel),
      person: text(row, 'person'),
      outcome: String(row.outcome),
      receipt: text(row, 'receipt_no'),
      note: masked(caller, text(row, 'note')),
    })),
    promises,
    plans: rows.plans.map((row) => ({
      plan: String(row.plan_id),
      policy: String(row.policy_no),
      instalment: Number(row.instalment),
      due_on: String(row.due_on),
      amount: String(row.amount),
      currency: String(row.currency),
      status: text(row, 'status'),
    })),
    timeline: timelineOf(rows),
    labels: await labelsOf(desk, {
      company: [company],
      ...Object.fromEntries(
        ['line', 'office', 'advisor', 'clerk', 'intermediary'].map((column) => [
          column,
          [
            ...rows.receipts.map((row) => text(row, column)),
            ...(column === 'clerk' ? rows.contacts.map((row) => text(row, 'person')) : []),
          ],
        ]),
      ),
    }),
  };
}

function textOf(row: Row, column: string): string | null {
  const cell = row[column];
  return cell === null || cell === undefined ? null : String(cell);
}

function numberOf(row: Row, column: string): number | null {
  const text = textOf(row, column);
  return text === null ? null : Number(text);
}

function sum(rows: readonly Row[], column: string): string {
  return moneyText(rows.reduce((total, row) => total + cents(String(row[column] ?? '0')), 0n));
}

/** What is owed, and what of it is overdue. */
function owedOf({ receipts }: ClientRows): {
  readonly gross: readonly Row[];
  readonly overdue: readonly Row[];
} {
  const gross = receipts.filter((row) => row.class === 'GROSS');
  return { gross, overdue: gross.filter((row) => (numberOf(row, 'dpd') ?? 0) > 0) };
}

function stateOf(
  rows: ClientRows,
  promises: ClientResponse['promises'],
  paying: Paying,
): ClientResponse['state'] {
  const { gross, overdue } = owedOf(rows);
  const worst = overdue.reduce<Row | null>(
    (most, row) => (most === null || Number(row.dpd) > Number(most.dpd) ? row : most),
    null,
  );
  const due = gross.flatMap((row) => textOf(row, 'due_date') ?? []).filter((day) => day >= rows.asOf);
  const share = cents(sum(gross, 'closing_total'));
  return {
    currency: rows.currency,
    gross: sum(gross, 'closing_total'),
    credits: sum(
      rows.receipts.filter((row) => row.class === 'CREDIT'),
      'closing_total',
    ),
    unapplied: sum(rows.unapplied, 'closing_unapplied'),
    overdue: sum(overdue, 'closing_total'),
    overdue_share: share === 0n ? null : Number(cents(sum(overdue, 'closing_total'))) / Number(share),
    worst_dpd: worst === null ? null : Number(worst.dpd),
    worst_altura: worst === null ? null : textOf(worst, 'altura'),
    disputed: sum(
      gross.filter((row) => row.disputed === true),
      'closing_total',
    ),
    open_items: gross.length,
    policies: new Set(gross.map((row) => row.policy_no)).size,
    next_due: due.sort()[0] ?? null,
    ...paying,
    promise: newestOf(promises),
  };
}

/** The state of the newest promise that stands: an older one says nothing of today. */
function newestOf(promises: ClientResponse['promises']): ClientResponse['state']['promise'] {
  const word = ({ created_on, due_on, promise }: ClientResponse['promises'][number]): string =>
    `${created_on} ${due_on} ${promise}`;
  return promises.reduce<{ readonly word: string; readonly state: ClientResponse['state']['promise'] }>(
    (newest, one) =>
      one.state !== 'void' && word(one) > newest.word ? { word: word(one), state: one.state } : newest,
    { word: '', state: 'none' },
  ).state;
}

type Paying = Pick<ClientResponse['state'], 'days_to_pay' | 'days_to_pay_reason'>;

/**
 * As the KPI days_to_pay says it of the last 12 months, from rows that the page has anyway: payments weighted by
 * amount, a reversal left out. What was paid before an opening inside them is not known.
 */
async function daysToPay(desk: Desk, rows: ClientRows, look: Look): Promise<Paying> {
  const company = { column: 'company', members: [String(rows.client.company)] };
  const asked = understand(desk, {
    ...{ ...look, asOf: rows.asOf, kpi: 'days_to_pay', period: '12m', by: [] },
    filters: [company],
  });
  const untold = (reason: string) => ({ days_to_pay: null, days_to_pay_reason: reason });
  const silent = await whySilent(desk, asked, [company]);
  if (silent !== null) return untold(silent);
  const since = asked.period?.opened ?? rows.asOf;
  const moved = rows.movements.filter((row) => String(row.as_of) > since);
  const opened = moved.filter(({ cause }) => cause === 'OPENING');
  const paid = moved.filter(
    (row) => row.cause === 'COLLECTED' && row.due_date !== null && Number(row.total) * Number(row.weight) < 0,
  );
  const weight = paid.reduce((total, row) => total - Number(row.booked_total), 0);
  if (cents(sum(opened, 'booked_total')) !== 0n) return untold('INSUFFICIENT_HISTORY');
  if (weight === 0) return untold('ZERO_DENOMINATOR');
  if (weight < 0) return untold('NEGATIVE_DENOMINATOR');
  const earliest = asked.basisName === 'amount_floored' ? 0 : Number.NEGATIVE_INFINITY;
  const days = (row: Row) =>
    Math.max(
      earliest,
      (Date.parse(String(row.business_date)) - Date.parse(String(row.due_date))) / 86_400_000,
    );
  return {
    days_to_pay: paid.reduce((total, row) => total - Number(row.booked_total) * days(row), 0) / weight,
    days_to_pay_reason: null,
  };
}
