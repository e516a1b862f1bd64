import { type DeliveryWriter, type FeedFile, type ReadyFile, Sums } from './deliveryFiles.ts';
import type { Department } from './department.ts';
import type { Dice } from './dice.ts';
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
import {
  type BadRow,
  badRow,
  type Incidents,
  type Omission,
  omitPayments,
  planIncidents,
} from './incidents.ts';
import type { Insurance } from './insurance.ts';
import { MOVEMENT_HEADER, type Movement, movementRow } from './ledger.ts';
import { PAYMENT_HEADER, type Payment, paymentRow } from './payment.ts';
import type { Policy } from './policy.ts';
import { sumOf } from './receipt.ts';
import { SnapshotPress } from './snapshot.ts';
import type { Day } from './timeline.ts';
import type { World } from './world.ts';

/** Rows that a day's receipts file may have wrong without passing the error budget of 0.1 %. */
const BUDGET = 0.0008;

/** A delivery as it was written, and what was wrong with it on purpose. */
export interface Sent {
  readonly name: string;
  readonly day: Day;
  readonly badRows: readonly BadRow[];
  readonly omitted: number;
}

/** Sends everything that changed since the last delivery. */
export class Outbox {
  readonly #insurance: Insurance;
  readonly #world: World;
  readonly #writer: DeliveryWriter;
  readonly #departments: readonly Department[];
  readonly #incidents: Incidents;
  readonly #press: SnapshotPress;
  readonly #dice: Dice;
  readonly #policies = new Set<Policy>();
  readonly #sent: Sent[] = [];
  #rateFrom: Day = 0;
  #badRows = 0;
  receiptRows = 0;
  movements = 0;

  constructor(insurance: Insurance, writer: DeliveryWriter, departments: readonly Department[]) {
    this.#insurance = insurance;
    this.#world = insurance.world;
    this.#writer = writer;
    this.#departments = departments;
    this.#dice = insurance.world.dice.fork('outbox');
    const { timeline, from, to } = this.#world;
    this.#incidents = planIncidents(this.#dice, timeline, from, to);
    this.#press = new SnapshotPress(timeline);
  }

  get sent(): readonly Sent[] {
    return this.#sent;
  }

  get incidents(): Incidents {
    return this.#incidents;
  }

  async deliver(day: Day): Promise<void> {
    if (this.#incidents.missing.has(day)) return;
    const { ledger } = this.#world;
    const first = this.#sent.length === 0;
    const others = [
      ...this.#references(day, first),
      ...this.#departments.flatMap((department) => department.takeFiles(day, first)),
    ].filter(({ rows }) => rows.length > 0);
    const bad = first ? [] : this.#spoil();
    const receipts = this.#receipts(first, bad);
    const movements = first ? [] : ledger.movements;
    const payments = ledger.payments.filter(
      ({ unapplied, touched }) => unapplied > 0n || (touched && !first),
    );
    if (day === this.#incidents.resent) {
      const omission = omitPayments(movements, day, 9);
      await this.#write(
        day,
        '22:00:00',
        '',
        this.#without(receipts, omission),
        [
          ...this.#facts(
            movements.filter((movement) => !omission.movements.has(movement)),
            payments.filter((payment) => !omission.payments.has(payment)),
          ),
          ...others,
        ],
        bad,
        omission.movements.size,
      );
      await this.#write(
        day + 1,
        '09:30:00',
        '-again',
        receipts,
        [...this.#facts(movements, payments), ...others],
        bad,
        0,
        day,
      );
    } else {
      await this.#write(
        day,
        '22:00:00',
        '',
        receipts,
        [...this.#facts(movements, payments), ...others],
        bad,
        0,
      );
    }
    this.receiptRows += receipts.rows;
    this.movements += movements.length;
    ledger.delivered();
  }

  async #write(
    cutoffDay: Day,
    clock: string,
    suffix: string,
    receipts: ReadyFile,
    files: readonly FeedFile[],
    badRows: readonly BadRow[],
    omitted: number,
    day: Day = cutoffDay,
  ): Promise<void> {
    const { timeline } = this.#world;
    const businessDate = timeline.text(day);
    const name = `${businessDate}${suffix}`;
    this.#sent.push({ name, day, badRows, omitted });
    const cutoffAt = `${timeline.text(cutoffDay)} ${clock}`;
    await this.#writer.write({ name, businessDate, cutoffAt, number: this.#sent.length }, receipts, files);
  }

  #references(day: Day, first: boolean): FeedFile[] {
    const { timeline, staff, clients, assignments, rates } = this.#world;
    const policies = this.#insurance.underwriting.takeChanged();
    const fresh = policies.filter((policy) => !this.#policies.has(policy));
    for (const policy of fresh) this.#policies.add(policy);
    const fx = ratesFile(rates, timeline, this.#rateFrom, day);
    this.#rateFrom = day + 1;
    const once = [
      companiesFile(),
      officesFile(),
      linesFile(),
      peopleFile(staff.people),
      intermediariesFile(staff.intermediaries),
    ];
    return [
      ...(first ? once : []),
      clientsFile(clients.takeFresh()),
      policiesFile(policies, timeline),
      sharesFile(fresh, timeline),
      assignmentsFile(assignments, timeline),
      first ? { ...fx, rows: [...parity(timeline), ...fx.rows] } : fx,
    ];
  }

  /** The first delivery is an opening portfolio: balances without the movements that made them. */
  #receipts(first: boolean, bad: readonly BadRow[]): ReadyFile {
    const { ledger } = this.#world;
    const receipts = first ? ledger.receipts.filter(({ isOpen }) => isOpen) : ledger.receipts;
    const sums = ledger.openSums.copy();
    for (const { currency, cents } of bad) sums.add(currency, cents);
    return {
      feed: 'receipts',
      sums,
      ...this.#press.print(
        receipts,
        bad.map(({ text }) => text),
      ),
    };
  }

  #facts(movements: readonly Movement[], payments: readonly Payment[]): FeedFile[] {
    const { timeline } = this.#world;
    const totals = new Sums();
    for (const { receipt, parts } of movements) totals.add(receipt.facts.policy.currency, sumOf(parts));
    const amounts = new Sums();
    for (const { currency, amount } of payments) amounts.add(currency, amount);
    return [
      {
        feed: 'movements',
        header: MOVEMENT_HEADER,
        rows: movements.map((m) => movementRow(m, timeline)),
        sums: totals,
      },
      {
        feed: 'payments',
        header: PAYMENT_HEADER,
        rows: payments.map((p) => paymentRow(p, timeline)),
        sums: amounts,
      },
    ];
  }

  /** The receipts file as it was before some payments were known. */
  #without(file: ReadyFile, omission: Omission): ReadyFile {
    const { timeline } = this.#world;
    const rows = new Map([...omission.open.keys()].map((receipt) => [receipt.row(timeline), receipt]));
    const lines = file.bytes
      .toString('latin1')
      .split('\n')
      .map((line) => {
        const receipt = rows.get(line);
        const open = receipt && omission.open.get(receipt);
        return receipt && open ? receipt.rowWith(timeline, open, '') : line;
      });
    const sums = file.sums.copy();
    for (const { currency, cents } of omission.sums) sums.add(currency, cents);
    return { ...file, sums, bytes: Buffer.from(lines.join('\n'), 'latin1') };
  }

  /** Every few weeks a handful of rows is wrong. */
  #spoil(): BadRow[] {
    const { ledger, timeline } = this.#world;
    const most = Math.min(3, Math.floor(ledger.receipts.length * BUDGET));
    if (most === 0 || !this.#dice.chance(0.035)) return [];
    return Array.from({ length: this.#dice.int(1, most) }, () =>
      badRow(this.#dice, timeline, this.#dice.pick(ledger.receipts), ++this.#badRows),
    );
  }
}
