import type { Client } from './clients.ts';
import type { Company } from './insurer.ts';
import { amountText } from './receipt.ts';
import type { Intermediary } from './staff.ts';
import type { Day, Moment, Timeline } from './timeline.ts';

/** Cash received. What is not applied to a receipt stays unapplied on the payment. */
export interface Payment {
  readonly no: string;
  readonly company: Company;
  /** Null while nobody knows who paid, and for what an intermediary remits. */
  client: Client | null;
  readonly policyNo: string;
  readonly intermediary: Intermediary | null;
  readonly receivedDay: Day;
  readonly recordedAt: Moment;
  readonly amount: bigint;
  readonly currency: string;
  readonly channel: string;
  /** Its number in the bank's list of the day. */
  readonly bankRef: number;
  unapplied: bigint;
  /** What the general ledger knows of it as unapplied. */
  booked: bigint;
  reversedDay: Day | null;
  touched: boolean;
  /** Its row as last delivered; empty: it changed since. */
  row: string;
  listed: boolean;
}

export const PAYMENT_HEADER =
  'company,payment_no,client_id,policy_no,intermediary,received_date,value_date,recorded_at,amount,currency,' +
  'channel,bank_ref,status,reversed_date,unapplied_amount';

export function paymentRow(payment: Payment, timeline: Timeline): string {
  if (payment.row === '') payment.row = written(payment, timeline);
  return payment.row;
}

function written(payment: Payment, timeline: Timeline): string {
  const received = timeline.text(payment.receivedDay);
  return [
    payment.company.company,
    payment.no,
    payment.client?.id ?? '',
    payment.policyNo,
    payment.intermediary?.id ?? '',
    received,
    timeline.text(timeline.businessDayFrom(payment.company.country, payment.receivedDay)),
    timeline.momentText(payment.recordedAt),
    amountText(payment.amount),
    payment.currency,
    payment.channel,
    `${received.slice(2).replaceAll('-', '')}${payment.bankRef}`,
    payment.reversedDay === null ? 'OK' : 'REVERSED',
    payment.reversedDay === null ? '' : timeline.text(payment.reversedDay),
    amountText(payment.unapplied),
  ].join(',');
}
