import { addDays, type BusinessDate } from '../../functions/core/dates.ts';
import { type CompanyFacts, totalOf } from '../support/ledgerFixture.ts';
import type { Book } from './book.ts';
import { bookedTotal, type FigureCell } from './cells.ts';
import type { DayView } from './clock.ts';
import type { Flow } from './flow.ts';
import { NOTHING, type Position, positionsOf } from './position.ts';

const WRITTEN: readonly Flow['cause'][] = ['ISSUED', 'ENDORSED_UP', 'ENDORSED_DOWN'];
const CANCELLED: readonly Flow['cause'][] = ['CANCELLED_NP', 'CANCELLED_OTHER'];
const CASH: readonly Flow['cause'][] = ['COLLECTED', 'REVERSED'];

const positive = (amount: bigint): bigint => (amount > 0n ? amount : 0n);

/** How long before a period what was paid ahead of its due dates is looked for. */
const AHEAD_DAYS = 62;

/**
 * What became of each receipt between the close of one day and the last of the book (one cell a receipt, by line and
 * currency): opening stock, what fell due, what was collected of it, what was cured, what was paid on time.
 */
export function recoveryCells(book: Book, opened: BusinessDate): FigureCell[] {
  const { plan, company, last } = book;
  const at = (view: DayView | null) =>
    new Map(
      (view === null ? [] : positionsOf(plan, company, view)).map((p) => [p.receipt.receiptNo, p] as const),
    );
  const [before, after] = [at(book.view(opened)), at(last)];
  const flows = book.flowsSince(opened);
  const earlier = book.flowsSince(addDays(opened, -AHEAD_DAYS), opened);
  return company.receipts.map((receipt) => {
    const own = ({ receipt: { receiptNo } }: Flow) => receiptNo === receipt.receiptNo;
    return receiptStory(
      company,
      receipt.receiptNo,
      { before: before.get(receipt.receiptNo) ?? null, after: after.get(receipt.receiptNo) ?? null },
      opened,
      last.asOf,
      flows.filter(own),
      earlier.filter(own),
    );
  });
}

function receiptStory(
  company: CompanyFacts,
  receiptNo: string,
  open: { readonly before: Position | null; readonly after: Position | null },
  opened: BusinessDate,
  asOf: BusinessDate,
  flows: readonly Flow[],
  earlier: readonly Flow[],
): FigureCell {
  const receipt = company.receipts.find((candidate) => candidate.receiptNo === receiptNo);
  if (!receipt) throw new Error(`no receipt ${receiptNo}`);
  const { before, after } = open;
  const paidBefore = earlier.filter(
    ({ cause, terms }) => CASH.includes(cause) && (before?.terms.dueDate ?? terms.dueDate ?? opened) > opened,
  );
  const lastPaid = paidBefore.at(-1);
  const paidAhead = -paidBefore.reduce((sum, flow) => sum + totalOf(flow.amounts), 0n);
  // Reversals taken off, and a credit that was left of it: neither pays what falls due.
  const isPaidAhead = paidAhead > 0n && paidAhead + totalOf(before?.open ?? NOTHING) > 0n;
  const due =
    before?.terms.dueDate ??
    (isPaidAhead ? lastPaid?.terms.dueDate : null) ??
    flows[0]?.terms.dueDate ??
    receipt.terms[0]?.terms.dueDate ??
    null;
  const of = (causes: readonly Flow['cause'][]) => flows.filter(({ cause }) => causes.includes(cause));
  const booked = (some: readonly Flow[]) => some.reduce((sum, flow) => sum + bookedTotal(flow), 0n);
  const document = (some: readonly Flow[]) => some.reduce((sum, flow) => sum + totalOf(flow.amounts), 0n);
  const gross = before?.class === 'GROSS';
  const wasOverdue = gross && due !== null && due < opened;
  const exigible = due !== null && due <= asOf;
  const fallsDue = exigible && due > opened;
  const startBooked = totalOf(before?.booked ?? NOTHING);
  const startClosing = totalOf(before?.closing ?? NOTHING);
  const base = startBooked + booked(of(WRITTEN));
  const openDocument = totalOf(before?.open ?? NOTHING);
  const ahead = isPaidAhead
    ? { document: paidAhead, booked: -paidBefore.reduce((sum, flow) => sum + bookedTotal(flow), 0n) }
    : { document: 0n, booked: 0n };
  const overpaid = {
    document: isPaidAhead && openDocument < 0n ? openDocument : 0n,
    booked: isPaidAhead && openDocument < 0n ? startBooked : 0n,
  };
  const onTime = of(CASH).filter(({ businessDate }) => due !== null && businessDate <= due);
  const baseDocument = openDocument + ahead.document + document(of(WRITTEN));
  // A payment of what is not there yet pays nothing in time.
  const onTimeOfSomething = onTime.filter(
    ({ entered }) =>
      openDocument + ahead.document + document(of(WRITTEN).filter((flow) => flow.entered <= entered)) > 0n,
  );
  const removed = flows.filter(({ cause }) => CANCELLED.includes(cause) || cause === 'WRITTEN_OFF');
  const stillOverdue = after?.class === 'GROSS' && (after.dpd ?? 0) > 0;
  const isHandedOn = document(of(['TRANSFERRED'])) < 0n;
  const endorsed = document(of(['ENDORSED_UP', 'ENDORSED_DOWN']));
  // Closed by endorsements that lowered it by more than payments did.
  const isEndorsedAway = after?.class !== 'GROSS' && endorsed < 0n && endorsed < document(of(CASH));
  const cured = wasOverdue && !stillOverdue && document(removed) === 0n && !isHandedOn && !isEndorsedAway;
  const counted = fallsDue && baseDocument > 0n;
  const afterClosing = totalOf(after?.closing ?? NOTHING);
  const when = (condition: boolean, amount: bigint) => (condition ? amount : 0n);
  return {
    dims: { company: company.company, line: receipt.line, currency: receipt.currency },
    figures: {
      opening: when(gross, startClosing),
      opening_overdue: when(wasOverdue, startClosing),
      opening_overdue_items: when(wasOverdue, 1n),
      fell_due: when(exigible, positive(base) - when(wasOverdue, startBooked)),
      closing: when(after?.class === 'GROSS', afterClosing),
      closing_current: when(after?.class === 'GROSS' && !stillOverdue, afterClosing),
      sales: booked(of([...WRITTEN, ...CANCELLED])),
      collected: -booked(of(CASH)),
      collected_exigible: when(exigible, -booked(of(CASH))),
      collected_overdue: when(wasOverdue, -booked(of(CASH))),
      cancelled_exigible: when(exigible, -booked(of(CANCELLED))),
      cured_amount: when(cured, startClosing),
      cured_items: when(cured, 1n),
      due_amount: when(fallsDue, positive(base + ahead.booked)),
      due_paid_on_time: when(fallsDue, ahead.booked + overpaid.booked - booked(onTimeOfSomething)),
      due_items: when(counted, 1n),
      due_items_on_time: when(
        counted && ahead.document + overpaid.document - document(onTime) >= baseDocument,
        1n,
      ),
    },
  };
}
