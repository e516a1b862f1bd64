import type { Row } from '../engine/engine.ts';
import type { ClientRows } from '../query/clients.ts';
import type { ClientResponse } from './api.ts';

type Event = ClientResponse['timeline'][number];

const CAUSE_KINDS: Readonly<Record<string, Event['kind']>> = {
  OPENING: 'opened',
  ISSUED: 'issued',
  ENDORSED_UP: 'endorsed',
  ENDORSED_DOWN: 'endorsed',
  COLLECTED: 'collected',
  REVERSED: 'reversed',
  CANCELLED_NP: 'cancelled',
  CANCELLED_OTHER: 'cancelled',
  WRITTEN_OFF: 'written_off',
  FX: 'fx',
  TRANSFERRED: 'transferred',
};

/** All that happened with a client, newest first. */
export function timelineOf(rows: ClientRows): Event[] {
  const text = (row: Row, column: string): string | null => {
    const cell = row[column];
    return cell === null || cell === undefined ? null : String(cell);
  };
  const event = (
    row: Row,
    kind: Event['kind'],
    day: string,
    amount: string | null,
    told: { readonly channel?: string | null; readonly detail?: string | null },
  ): Event => ({
    day: day.slice(0, 10),
    kind,
    receipt: text(row, 'receipt_no'),
    amount,
    currency: text(row, 'currency'),
    channel: told.channel ?? null,
    detail: told.detail ?? null,
    part: row.is_part === true,
  });
  const events = [
    ...rows.movements.map((row) =>
      event(
        row,
        CAUSE_KINDS[String(row.cause)] ?? 'transferred',
        String(row.business_date),
        text(row, 'total'),
        text(row, 'reason') === null ? { channel: text(row, 'channel') } : { detail: text(row, 'reason') },
      ),
    ),
    ...rows.receipts.flatMap((row) =>
      row.class === 'GROSS' && row.due_date !== null
        ? [
            event(row, 'due', String(row.due_date), text(row, 'open_total'), {
              detail: text(row, 'altura'),
            }),
          ]
        : [],
    ),
    ...rows.payments.map((row) =>
      event(row, 'payment', String(row.received_date), text(row, 'amount'), {
        channel: text(row, 'channel'),
      }),
    ),
    ...rows.contacts.map((row) =>
      event(row, 'contact', String(row.at), null, {
        channel: text(row, 'channel'),
        detail: text(row, 'outcome'),
      }),
    ),
    ...rows.promises.flatMap((row) => [
      event(row, 'promise', String(row.created_on), text(row, 'amount'), { detail: text(row, 'status') }),
      event(row, 'promise_due', String(row.due_on), text(row, 'amount'), { detail: text(row, 'status') }),
    ]),
    ...rows.plans.map((row) =>
      event(row, 'plan_due', String(row.due_on), text(row, 'amount'), { detail: text(row, 'status') }),
    ),
  ];
  return events.sort((a, b) => (a.day > b.day ? -1 : a.day < b.day ? 1 : 0));
}
