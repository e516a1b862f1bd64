import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DeliveryWriter, type FeedFile, Sums } from './deliveryFiles.ts';
import {
  assignmentsFile,
  clientsFile,
  companiesFile,
  intermediariesFile,
  linesFile,
  officesFile,
  parity,
  peopleFile,
  policiesFile,
  ratesFile,
  sharesFile,
} from './dimensions.ts';
import { Insurance } from './insurance.ts';
import { MOVEMENT_HEADER, movementRow } from './ledger.ts';
import { Organisation } from './organisation.ts';
import { PAYMENT_HEADER, paymentRow } from './payment.ts';
import type { Policy } from './policy.ts';
import { RECEIPT_HEADER, sumOf } from './receipt.ts';
import type { Day } from './timeline.ts';
import { createWorld, type World } from './world.ts';

export interface DemoOptions {
  /** The same seed gives the same bytes. */
  readonly seed?: number;
  /** About how many receipts are open on a day. */
  readonly receipts?: number;
  /** Days of deliveries. */
  readonly days?: number;
  /** Last day, YYYY-MM-DD. */
  readonly to?: string;
}

export interface DemoSummary {
  /** Holds one folder a delivery: what `alturas land` takes. */
  readonly deliveries: string;
  readonly from: string;
  readonly to: string;
  readonly folders: number;
  readonly bytes: number;
  readonly receiptRows: number;
  readonly movements: number;
}

/** Writes the deliveries of the fictional insurer below `directory`. */
export async function writeDemo(directory: string, options: DemoOptions = {}): Promise<DemoSummary> {
  const { seed = 1, receipts = 8000, days = 548, to = '2026-06-30' } = options;
  const world = createWorld(seed, receipts, days, to);
  new Organisation(world);
  const insurance = new Insurance(world, []);
  const deliveries = join(directory, 'deliveries');
  await mkdir(deliveries, { recursive: true });
  const writer = new DeliveryWriter(deliveries);
  const outbox = new Outbox(insurance);
  for (let day = world.start; day <= world.to; day++) {
    insurance.live(day);
    if (day >= world.from) await outbox.deliver(writer, day);
    else if (day % 7 === 0) world.ledger.delivered();
    if (day === world.from - 1) world.ledger.delivered();
  }
  await writer.finish();
  return {
    deliveries,
    from: world.timeline.text(world.from),
    to: world.timeline.text(world.to),
    folders: outbox.number,
    bytes: writer.bytes,
    receiptRows: outbox.receiptRows,
    movements: outbox.movements,
  };
}

/** What changed since the last delivery, as files. */
class Outbox {
  readonly #insurance: Insurance;
  readonly #world: World;
  readonly #sent = new Set<Policy>();
  #rateFrom: Day = 0;
  number = 0;
  receiptRows = 0;
  movements = 0;

  constructor(insurance: Insurance) {
    this.#insurance = insurance;
    this.#world = insurance.world;
  }

  async deliver(writer: DeliveryWriter, day: Day): Promise<void> {
    const { ledger, timeline } = this.#world;
    const first = this.number === 0;
    const files = [...this.#references(day, first), ...this.#facts(first)].filter(
      ({ rows, sums }) => rows.length > 0 || sums !== undefined,
    );
    ledger.delivered();
    this.number++;
    const text = timeline.text(day);
    await writer.write(
      { name: text, businessDate: text, cutoffAt: `${text} 22:00:00`, number: this.number },
      files,
    );
  }

  #references(day: Day, first: boolean): FeedFile[] {
    const { timeline, staff, clients, assignments, rates } = this.#world;
    const policies = this.#insurance.underwriting
      .takeChanged()
      .filter(
        (policy) => !first || policy.status === 'IN_FORCE' || policy.receipts.some(({ isOpen }) => isOpen),
      );
    const fresh = policies.filter((policy) => !this.#sent.has(policy));
    for (const policy of fresh) this.#sent.add(policy);
    const fx = ratesFile(rates, timeline, this.#rateFrom, day);
    this.#rateFrom = day + 1;
    return [
      ...(first
        ? [
            companiesFile(),
            officesFile(),
            linesFile(),
            peopleFile(staff.people),
            intermediariesFile(staff.intermediaries),
          ]
        : []),
      clientsFile(clients.takeFresh()),
      policiesFile(policies, timeline),
      sharesFile(fresh, timeline),
      assignmentsFile(assignments, timeline),
      first ? { ...fx, rows: [...parity(timeline), ...fx.rows] } : fx,
    ];
  }

  /** The first delivery is an opening portfolio: balances without the movements that made them. */
  #facts(first: boolean): FeedFile[] {
    const { ledger, timeline } = this.#world;
    const receipts = ledger.receipts.filter((receipt) => receipt.isOpen || (receipt.touched && !first));
    const movements = first ? [] : ledger.movements;
    const payments = ledger.payments.filter(
      (payment) => payment.unapplied > 0n || (payment.touched && !first),
    );
    this.receiptRows += receipts.length;
    this.movements += movements.length;
    const sums = { receipts: new Sums(), movements: new Sums(), payments: new Sums() };
    for (const receipt of receipts) sums.receipts.add(receipt.facts.policy.currency, receipt.openTotal);
    for (const movement of movements)
      sums.movements.add(movement.receipt.facts.policy.currency, sumOf(movement.parts));
    for (const payment of payments) sums.payments.add(payment.currency, payment.amount);
    return [
      {
        feed: 'receipts',
        header: RECEIPT_HEADER,
        rows: receipts.map((receipt) => receipt.row(timeline)),
        sums: sums.receipts,
      },
      {
        feed: 'movements',
        header: MOVEMENT_HEADER,
        rows: movements.map((movement) => movementRow(movement, timeline)),
        sums: sums.movements,
      },
      {
        feed: 'payments',
        header: PAYMENT_HEADER,
        rows: payments.map((payment) => paymentRow(payment, timeline)),
        sums: sums.payments,
      },
    ];
  }
}
