import type { z } from 'zod';
import { type BusinessDate, businessDate } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { cents, moneyText } from '../core/money.ts';
import type { Row } from '../engine/engine.ts';
import { type ClientRows, clientRows, findClients, promiseEnds } from '../query/clients.ts';
import type { Desk } from '../query/desk.ts';
import { labelsOf } from '../query/names.ts';
import { masked } from '../query/policy.ts';
import type { ClientResponse, ClientsResponse, clientQuery, clientsQuery } from './api.ts';
import { timelineOf } from './clientTimeline.ts';
import { provenanceOf } from './provenance.ts';

export async function clientsView(
  desk: Desk,
  asked: z.output<typeof clientsQuery>,
): Promise<ClientsResponse> {
  const asOf = asked.as_of === undefined ? undefined : businessDate(asked.as_of);
  const { day, clients } = await findClients(desk, asked.find, asOf, asked.limit);
  return {
    ...provenanceOf(desk, {
      asOf: day.asOf,
      knownAt: day.knownAt,
      build: desk.publishedBuild('position', day),
      rows: clients.length,
    }),
    clients: clients.map((client) => ({
      ...client,
      id: `${client.company}~${client.client}`,
      name: masked(desk.caller, client.name),
    })),
  };
}

export async function clientView(
  desk: Desk,
  id: string,
  asked: z.output<typeof clientQuery>,
): Promise<ClientResponse> {
  const [company, client, ...rest] = id.split('~');
  if (!company || !client || rest.length > 0)
    throw new AlturasError('missing', 'UNKNOWN_CLIENT', `"${id}" names no client.`, { value: id });
  const asOf = asked.as_of === undefined ? undefined : businessDate(asked.as_of);
  const rows = await clientRows(desk, company, client, asOf);
  const text = textOf;
  const promises = promisesOf(desk, rows);
  const { caller } = desk;
  return {
    ...provenanceOf(desk, {
      asOf: rows.asOf,
      knownAt: rows.knownAt,
      build: desk.publishedBuild('position', rows),
      rows: rows.receipts.length,
    }),
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
    state: stateOf(rows, promises),
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
      amount: String(row.amount),
      unapplied: String(row.unapplied_amount),
      currency: String(row.currency),
      channel: text(row, 'channel'),
      status: String(row.status),
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

function stateOf(rows: ClientRows, promises: ClientResponse['promises']): ClientResponse['state'] {
  const gross = rows.receipts.filter((row) => row.class === 'GROSS');
  const overdue = gross.filter((row) => (numberOf(row, 'dpd') ?? 0) > 0);
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
    days_to_pay: daysToPay(rows),
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

/** As the KPI days_to_pay: payments weighted by amount, a reversal left out. */
function daysToPay(rows: ClientRows): number | null {
  const year = `${Number(rows.asOf.slice(0, 4)) - 1}${rows.asOf.slice(4)}`;
  const paid = rows.movements.filter(
    (row) =>
      row.cause === 'COLLECTED' &&
      row.due_date !== null &&
      Number(row.total) * Number(row.weight) < 0 &&
      String(row.as_of) > year,
  );
  const weight = paid.reduce((total, row) => total - Number(row.booked_total), 0);
  if (weight <= 0) return null;
  const days = (row: Row) =>
    (Date.parse(String(row.business_date)) - Date.parse(String(row.due_date))) / 86_400_000;
  return paid.reduce((total, row) => total - Number(row.booked_total) * days(row), 0) / weight;
}

/**
 * Promises with the cash that counts for each: of payments on the receipt within its days, what older promises on the
 * same receipt did not take, each up to its amount (domain 1.8).
 */
function promisesOf(desk: Desk, rows: ClientRows): ClientResponse['promises'] {
  const oldestFirst = [...rows.promises].sort((a, b) => {
    const [first, second] = [a, b].map((row) => `${row.created_on} ${row.promise_id}`);
    return (first ?? '') < (second ?? '') ? -1 : 1;
  });
  const cash = rows.movements
    .filter(({ cause }) => cause === 'COLLECTED' || cause === 'REVERSED')
    .map(
      (row): Cash => ({
        receipt: String(row.receipt_no),
        on: String(row.business_date),
        left: -cents(String(row.total)),
      }),
    )
    .sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
  const told = new Map(oldestFirst.map((row) => [row, promiseOf(desk, rows, row, cash)]));
  return rows.promises.flatMap((row) => told.get(row) ?? []);
}

/** Money that came in on a receipt (less than 0: was taken back), and what of it no promise took yet. */
interface Cash {
  readonly receipt: string;
  readonly on: string;
  left: bigint;
}

function promiseOf(
  desk: Desk,
  rows: ClientRows,
  row: Row,
  cash: readonly Cash[],
): ClientResponse['promises'][number] {
  const defaults = desk.config.promises;
  const rule = {
    graceDays: numberOf(row, 'grace_days') ?? defaults.grace_days,
    threshold: numberOf(row, 'threshold') ?? defaults.threshold,
  };
  const dueOn = businessDate(String(row.due_on));
  const ends: BusinessDate = promiseEnds(dueOn, rule);
  const isVoid = row.status === 'VOID';
  const amount = cents(String(row.amount));
  const within = cash.filter(
    ({ receipt, on }) => receipt === row.receipt_no && on >= String(row.created_on) && on <= ends,
  );
  const paid = within.reduce((sum, { left }) => sum + left, 0n);
  if (!isVoid) take(within, paid < amount ? paid : amount);
  const kept = paid * 10_000n >= amount * BigInt(Math.round(rule.threshold * 100));
  // Of a receipt that was open before, the opening says what was left, not what was paid.
  const isSeenWhole = String(row.created_on) >= rows.paymentsSince;
  return {
    promise: String(row.promise_id),
    receipt: String(row.receipt_no),
    created_on: String(row.created_on),
    due_on: String(row.due_on),
    amount: String(row.amount),
    currency: String(row.currency),
    paid: moneyText(paid),
    state: promiseState(isVoid, kept, rows.asOf >= ends, isSeenWhole),
  };
}

/** A promise that was made before the lake may have been paid before it: of one not kept since, nobody knows. */
function promiseState(
  isVoid: boolean,
  isKept: boolean,
  isOver: boolean,
  isSeenWhole: boolean,
): ClientResponse['promises'][number]['state'] {
  if (isVoid) return 'void';
  if (isKept) return 'kept';
  if (!isOver) return 'open';
  return isSeenWhole ? 'broken' : 'unknown';
}

/** Takes an amount out of what came in, the first first; what was taken back meanwhile goes with it. */
function take(cash: readonly Cash[], amount: bigint): void {
  if (amount <= 0n) return;
  let wanted = amount;
  for (const one of cash.filter(({ left }) => left < 0n)) {
    wanted -= one.left;
    one.left = 0n;
  }
  for (const one of cash) {
    const part = one.left < wanted ? one.left : wanted;
    one.left -= part;
    wanted -= part;
  }
}
