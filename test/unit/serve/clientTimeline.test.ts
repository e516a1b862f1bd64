import { expect, test } from 'vitest';
import { businessDate } from '../../../functions/core/dates.ts';
import type { ClientRows } from '../../../functions/query/clients.ts';
import { timelineOf } from '../../../functions/serve/clientTimeline.ts';

const rows: ClientRows = {
  asOf: businessDate('2026-06-30'),
  knownAt: '2026-06-30 23:00:00' as ClientRows['knownAt'],
  client: {},
  currency: 'COP',
  paymentsSince: businessDate('2026-01-01'),
  receipts: [
    {
      receipt_no: 'R1',
      class: 'GROSS',
      due_date: '2026-06-01',
      open_total: '5.00',
      altura: '1-30',
      currency: 'COP',
    },
  ],
  unapplied: [],
  movements: [
    {
      receipt_no: 'R1',
      cause: 'COLLECTED',
      business_date: '2026-06-02',
      total: '-1.00',
      currency: 'COP',
      reason: null,
      channel: 'PSE',
    },
    {
      receipt_no: 'R1',
      cause: 'REVERSED',
      business_date: '2026-06-03',
      total: '1.00',
      currency: 'COP',
      reason: 'RETURNED_CHEQUE',
      channel: 'PSE',
    },
  ],
  payments: [
    { payment_no: 'P1', received_date: '2026-06-04', amount: '9.00', currency: 'USD', channel: 'CHEQUE' },
  ],
  contacts: [{ receipt_no: 'R1', at: '2026-06-05 10:00:00', channel: 'CALL', outcome: 'NO_ANSWER' }],
  promises: [],
  plans: [],
};

test('what happened says by which channel and with which outcome apart, each as it was delivered', () => {
  const told = timelineOf(rows).map(({ kind, channel, detail, currency }) => [
    kind,
    channel,
    detail,
    currency,
  ]);
  expect(told).toEqual([
    ['contact', 'CALL', 'NO_ANSWER', null],
    ['payment', 'CHEQUE', null, 'USD'],
    ['reversed', null, 'RETURNED_CHEQUE', 'COP'],
    ['collected', 'PSE', null, 'COP'],
    ['due', null, '1-30', 'COP'],
  ]);
});
