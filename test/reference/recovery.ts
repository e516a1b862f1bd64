import { addDays, type BusinessDate } from '../../functions/core/dates.ts';
import { type CompanyFacts, totalOf } from '../support/ledgerFixture.ts';
import type { Book } from './book.ts';
import { bookedTotal, dimsOf, type FigureCell } from './cells.ts';
import type { DayView } from './clock.ts';
import type { Flow } from './flow.ts';
import type { Holders, Part } from './holders.ts';
import { NOTHING, type Position, positionsOf, splitBetween } from './position.ts';

const WRITTEN: readonly Flow['cause'][] = ['ISSUED', 'ENDORSED_UP', 'ENDORSED_DOWN'];
const CANCELLED: readonly Flow['cause'][] = ['CANCELLED_NP', 'CANCELLED_OTHER'];
const CASH: readonly Flow['cause'][] = ['COLLECTED', 'REVERSED'];

const positive = (amount: bigint): bigint => (amount > 0n ? amount : 0n);

/** How long before a period what was paid ahead of its due dates is looked for. */
const AHEAD_DAYS = 62;

/**
 * What became of each receipt between the close of one day and the last of the book: opening stock, what fell due, what
 * was collected of it, what was cured, what was paid on time. A stock is of those who held it on its day, what moved of
 * those who held it then, each intermediary with its part; but what was paid on time, and of what, is of whoever held
 * the receipt first, so that nobody has more on time than fell due.
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
  return company.receipts.flatMap((receipt) => {
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
): FigureCell[] {
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
  const all = [...flows].sort(inOrder);
  const of = (causes: readonly Flow['cause'][]) => all.filter(({ cause }) => causes.includes(cause));
  const document = (some: readonly Flow[]) => some.reduce((sum, flow) => sum + totalOf(flow.amounts), 0n);
  const gross = before?.class === 'GROSS';
  const wasOverdue = gross && due !== null && due < opened;
  const exigible = due !== null && due <= asOf;
  const fallsDue = exigible && due > opened;
  const openDocument = totalOf(before?.open ?? NOTHING);
  const ahead = isPaidAhead ? [...paidBefore].sort(newestFirst) : [];
  const aheadDocument = -document(ahead);
  const onTime = of(CASH).filter(({ businessDate }) => due !== null && businessDate <= due);
  const baseDocument = openDocument + aheadDocument + document(of(WRITTEN));
  // A payment of what is not there yet pays nothing in time.
  const onTimeOfSomething = onTime.filter(
    ({ entered }) =>
      openDocument + aheadDocument + document(of(WRITTEN).filter((flow) => flow.entered <= entered)) > 0n,
  );
  const overpaid = isPaidAhead && openDocument < 0n ? openDocument : 0n;
  const removed = flows.filter(({ cause }) => CANCELLED.includes(cause) || cause === 'WRITTEN_OFF');
  const stillOverdue = after?.class === 'GROSS' && (after.dpd ?? 0) > 0;
  const isHandedOn = document(of(['TRANSFERRED'])) < 0n;
  const endorsed = document(of(['ENDORSED_UP', 'ENDORSED_DOWN']));
  // Closed by endorsements that lowered it by more than payments did.
  const isEndorsedAway = after?.class !== 'GROSS' && endorsed < 0n && endorsed < document(of(CASH));
  const cured = wasOverdue && !stillOverdue && document(removed) === 0n && !isHandedOn && !isEndorsedAway;
  const counted = fallsDue && baseDocument > 0n;

  const cells: FigureCell[] = [];
  const put = (holders: Holders, intermediary: string | null, figures: FigureCell['figures']) => {
    cells.push({ dims: { ...dimsOf(company.company, receipt, holders), intermediary }, figures });
  };
  const first =
    before ??
    ahead[0] ??
    all.find(({ cause }) => [...WRITTEN, ...CASH, ...CANCELLED, 'WRITTEN_OFF'].includes(cause));

  // What it owes at the booked rate grows fact by fact, each intermediary's part by itself and never below zero.
  const owed = new Map<string | null, bigint>();
  const grow = (holders: Holders, parts: readonly Share[], isDueAlready: boolean) => {
    for (const { intermediary, amount } of parts) {
      const was = owed.get(intermediary) ?? 0n;
      owed.set(intermediary, was + amount);
      const grown = positive(was + amount) - positive(was);
      if (exigible) put(holders, intermediary, { fell_due: isDueAlready ? grown - amount : grown });
    }
  };
  const fellDue = new Map<string | null, bigint>();
  const fall = (parts: readonly Share[]) => {
    for (const { intermediary, amount } of parts)
      fellDue.set(intermediary, (fellDue.get(intermediary) ?? 0n) + amount);
  };

  if (before) {
    const { holders } = before;
    const open = sharesOf(totalOf(before.closing ?? NOTHING), before);
    for (const [place, { intermediary, amount }] of open.entries()) {
      const items = place === 0 ? 1n : 0n;
      put(holders, intermediary, {
        opening: gross ? amount : 0n,
        opening_overdue: wasOverdue ? amount : 0n,
        opening_overdue_items: wasOverdue ? items : 0n,
        cured_amount: cured ? amount : 0n,
        cured_items: cured ? items : 0n,
      });
    }
    const booked = sharesOf(totalOf(before.booked ?? NOTHING), before);
    grow(holders, booked, wasOverdue);
    fall(booked);
  }
  fall(ahead.flatMap((flow) => sharesOf(-bookedTotal(flow), flow)));
  for (const flow of all) {
    const parts = sharesOf(bookedTotal(flow), flow);
    if (WRITTEN.includes(flow.cause)) {
      grow(flow.holders, parts, false);
      fall(parts);
    }
    for (const { intermediary, amount } of parts) {
      const [cash, cancelled] = [CASH.includes(flow.cause), CANCELLED.includes(flow.cause)];
      put(flow.holders, intermediary, {
        sales: cancelled || WRITTEN.includes(flow.cause) ? amount : 0n,
        collected: cash ? -amount : 0n,
        collected_exigible: cash && exigible ? -amount : 0n,
        collected_overdue: cash && wasOverdue ? -amount : 0n,
        cancelled_exigible: cancelled && exigible ? -amount : 0n,
      });
    }
  }
  if (first && fallsDue) {
    const { holders } = first;
    for (const [intermediary, amount] of fellDue)
      put(holders, intermediary, { due_amount: positive(amount) });
    const paid = [
      ...ahead.flatMap((flow) => sharesOf(-bookedTotal(flow), flow)),
      ...onTimeOfSomething.flatMap((flow) => sharesOf(-bookedTotal(flow), flow)),
      ...(before && overpaid < 0n ? sharesOf(totalOf(before.booked ?? NOTHING), before) : []),
    ];
    for (const { intermediary, amount } of paid) put(holders, intermediary, { due_paid_on_time: amount });
    const isOnTime = counted && aheadDocument + overpaid - document(onTime) >= baseDocument;
    put(holders, holders.intermediary, {
      due_items: counted ? 1n : 0n,
      due_items_on_time: isOnTime ? 1n : 0n,
    });
  }
  if (after?.class === 'GROSS') {
    for (const { intermediary, amount } of sharesOf(totalOf(after.closing ?? NOTHING), after))
      put(after.holders, intermediary, { closing: amount, closing_current: stillOverdue ? 0n : amount });
  }
  return cells;
}

interface Share {
  readonly intermediary: string | null;
  readonly amount: bigint;
}

/** An amount by intermediary, the main one first. */
function sharesOf(amount: bigint, { parts }: { readonly parts: readonly Part[] }): Share[] {
  return splitBetween(amount, parts);
}

/** As days told them; on one day what was written comes before what was paid of it. */
function inOrder(a: Flow, b: Flow): number {
  const turn = ({ cause }: Flow) => (WRITTEN.includes(cause) ? 0 : 1);
  return a.entered === b.entered ? turn(a) - turn(b) || byId(a, b) : a.entered < b.entered ? -1 : 1;
}

function newestFirst(a: Flow, b: Flow): number {
  return a.entered === b.entered ? byId(a, b) : a.entered > b.entered ? -1 : 1;
}

function byId(a: Flow, b: Flow): number {
  const [x, y] = [a.movement?.id ?? '', b.movement?.id ?? ''];
  return x === y ? (a.told ?? 0) - (b.told ?? 0) : x < y ? -1 : 1;
}
