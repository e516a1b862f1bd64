import { join } from 'node:path';
import { type BusinessDate, eachDay, refuseBackwards } from '../../core/dates.ts';
import { AlturasError } from '../../core/errors.ts';
import { grouped } from '../../core/grouped.ts';
import { type Cents, moneyText } from '../../core/money.ts';
import type { Session } from '../../engine/duckdb.ts';
import { type Allocation, Allocator, type HeldPayment } from './allocate.ts';
import { type DeliveryRow, writeDelivery } from './deliveries.ts';
import type { ReplayMapping } from './mapping.ts';
import {
  type PolicyPayment,
  type Register,
  type RegisterItem,
  type RegisterPayment,
  readRegister,
} from './register.ts';

export interface ReplayOptions {
  readonly register: string;
  readonly payments?: string;
  readonly rates?: string;
  readonly mapping: ReplayMapping;
  readonly from: BusinessDate;
  readonly to: BusinessDate;
  /** Where the deliveries are written, one folder a day. */
  readonly directory: string;
  readonly onDay?: (day: BusinessDate, open: number) => void;
}

export interface ReplaySummary {
  readonly directory: string;
  readonly deliveries: number;
  readonly items: number;
  readonly movements: number;
  /** Items left out: settled before the first day, or issued after the last one. */
  readonly outside: number;
  readonly openAtEnd: number;
  readonly findings: readonly string[];
}

interface Movement {
  readonly id: string;
  readonly receiptNo: string;
  readonly type: 'ISSUE' | 'APPLICATION' | 'REVERSAL';
  readonly day: BusinessDate;
  readonly amount: Cents;
  readonly paymentNo: string | null;
  /** Put there by us, not by the register; what it takes back, where it does. */
  readonly ours?: { readonly takesBack: string | null };
}

/**
 * Turns a register of invoices or receipts into ordinary daily deliveries, each known at its own day's close: an
 * opening snapshot on the first day, then every day's receipts (open or touched) and the real movements of the day.
 *
 * @throws AlturasError `BAD_REGISTER`, `KEY_SHAPE_CHANGED` (see readRegister), `EMPTY_REPLAY`, `BAD_RANGE`
 */
export async function writeReplay(session: Session, options: ReplayOptions): Promise<ReplaySummary> {
  refuseBackwards(options.from, options.to);
  const register = await readRegister(session, options.mapping, options);
  const { allocations, paymentsOf } = allocated(register);
  const movements = [...movementsOf(register), ...allocations.map(allocation)];
  const byDay = grouped(movements, ({ day }) => day);
  const items = new Map(register.items.map((item) => [item.receiptNo, item]));
  const open = new Map<string, Cents>();
  for (const movement of movements) {
    if (movement.day < options.from) add(open, movement);
  }
  const before = new Set([...open].filter(([, amount]) => amount !== 0n).map(([receiptNo]) => receiptNo));
  const seen = new Set(before);
  let number = 0;
  let written = 0;
  for (const day of eachDay(options.from, options.to)) {
    const today = byDay.get(day) ?? [];
    for (const movement of today) {
      add(open, movement);
      seen.add(movement.receiptNo);
    }
    const touched = new Set(today.map(({ receiptNo }) => receiptNo));
    const present = [...open].filter(([receiptNo, amount]) => amount !== 0n || touched.has(receiptNo));
    for (const [receiptNo, amount] of [...open]) if (amount === 0n) open.delete(receiptNo);
    number += 1;
    written += today.length;
    await writeDelivery(join(options.directory, day), {
      businessDate: day,
      cutoffAt: `${day} 23:59:59`,
      number,
      feeds: {
        ...(number === 1 ? dimensions(register, options.mapping) : {}),
        receipts: present.map(([receiptNo, amount]) =>
          receiptRow(required(items, receiptNo), amount, options.mapping),
        ),
        ...(today.length === 0
          ? {}
          : {
              movements: today.map((movement) =>
                movementRow(movement, required(items, movement.receiptNo), options.mapping),
              ),
            }),
        ...(register.unnamed.length === 0
          ? {}
          : { payments: paymentsOf(day).map((held) => paymentRow(held, options.mapping)) }),
      },
    });
    options.onDay?.(day, open.size);
  }
  if (seen.size === 0) {
    throw new AlturasError(
      'input',
      'EMPTY_REPLAY',
      `The register has nothing open or moving from ${options.from} to ${options.to}.`,
      {
        file: options.register,
        hint: 'Check --from and --to against the dates of the register.',
      },
    );
  }
  return {
    directory: options.directory,
    deliveries: number,
    items: register.items.length,
    movements: written,
    outside: register.items.length - seen.size,
    openAtEnd: open.size,
    findings: register.findings,
  };
}

/** What we put on the items of policies, and by day what is left of the payments: of those touched, or not used up. */
function allocated({ items, payments, unnamed }: Register): {
  readonly allocations: readonly Allocation[];
  readonly paymentsOf: (day: BusinessDate) => readonly HeldPayment[];
} {
  if (unnamed.length === 0) return { allocations: [], paymentsOf: () => [] };
  const issued = grouped(items, ({ issueDate }) => issueDate);
  const applied = grouped(payments, ({ paidOn }) => paidOn);
  const left = grouped(unnamed, ({ paidOn }) => paidOn);
  const allocator = new Allocator(items);
  const held = new Map<BusinessDate, readonly HeldPayment[]>();
  const allocations: Allocation[] = [];
  for (const day of [...new Set([...issued.keys(), ...applied.keys(), ...left.keys()])].sort()) {
    const made = allocator.day(day, {
      issued: issued.get(day) ?? [],
      applied: applied.get(day) ?? [],
      unnamed: left.get(day) ?? [],
    });
    allocations.push(...made.allocations);
    held.set(day, made.payments);
  }
  const days = [...held.keys()];
  return {
    allocations,
    paymentsOf: (day) => {
      const last = days.findLast((one) => one <= day);
      const then = last === undefined ? [] : (held.get(last) ?? []);
      return last === day ? then : then.filter(({ unapplied }) => unapplied !== 0n);
    },
  };
}

function add(open: Map<string, Cents>, movement: Movement): void {
  open.set(movement.receiptNo, (open.get(movement.receiptNo) ?? 0n) + movement.amount);
}

function required(items: ReadonlyMap<string, RegisterItem>, receiptNo: string): RegisterItem {
  const item = items.get(receiptNo);
  if (!item) throw new TypeError(`no item ${receiptNo}`);
  return item;
}

function movementsOf(register: Register): Movement[] {
  const issue = (item: RegisterItem): Movement => ({
    id: `ISSUE:${item.receiptNo}`,
    receiptNo: item.receiptNo,
    type: 'ISSUE',
    day: item.issueDate,
    amount: item.amount,
    paymentNo: null,
  });
  const application = (payment: RegisterPayment): Movement => ({
    id: `PAY:${payment.application}`,
    receiptNo: payment.receiptNo,
    type: 'APPLICATION',
    day: payment.paidOn,
    amount: -payment.amount,
    paymentNo: payment.paymentNo,
  });
  return [...register.items.map(issue), ...register.payments.map(application)];
}

function allocation({ id, takesBack, paymentNo, receiptNo, day, amount }: Allocation): Movement {
  const type = takesBack === null ? 'APPLICATION' : 'REVERSAL';
  return { id: `OURS:${id}`, receiptNo, type, day, amount, paymentNo, ours: { takesBack } };
}

/** A register knows one amount: it is all net premium, and every date clock is the one it has. */
function receiptRow(item: RegisterItem, amount: Cents, mapping: ReplayMapping): DeliveryRow {
  const issued = moneyText(item.amount);
  const outstanding = moneyText(amount);
  return {
    company: mapping.company.company,
    receipt_no: item.receiptNo,
    receipt_type: item.amount < 0n ? 'ENDORSEMENT' : 'PREMIUM',
    client_id: item.clientId,
    policy_no: item.policyNo,
    line: item.line,
    office: item.office,
    issue_date: item.issueDate,
    effective_date: item.issueDate,
    due_date: item.dueDate,
    original_due_date: item.dueDate,
    coverage_start: item.issueDate,
    currency: item.currency,
    issued_net: issued,
    issued_expenses: '0.00',
    issued_vat: '0.00',
    issued_other: '0.00',
    issued_total: issued,
    open_net: outstanding,
    open_expenses: '0.00',
    open_vat: '0.00',
    open_other: '0.00',
    open_total: outstanding,
    held_by: 'POLICYHOLDER',
    disputed: String(item.disputed),
    closed_reason: amount === 0n ? 'PAID' : null,
  };
}

function movementRow(movement: Movement, item: RegisterItem, mapping: ReplayMapping): DeliveryRow {
  const amount = moneyText(movement.amount);
  return {
    company: mapping.company.company,
    movement_id: movement.id,
    receipt_no: movement.receiptNo,
    type: movement.type,
    business_date: movement.day,
    recorded_at: `${movement.day} 23:59:59`,
    net: amount,
    expenses: '0.00',
    vat: '0.00',
    other: '0.00',
    total: amount,
    payment_no: movement.paymentNo,
    ...(movement.ours === undefined
      ? {}
      : {
          reversal_of: movement.ours.takesBack === null ? null : `OURS:${movement.ours.takesBack}`,
          allocated_by_us: 'true',
        }),
    // Not a column of the feed: the control file sums movements by the currency of their receipt.
    currency: item.currency,
  };
}

function paymentRow({ payment, unapplied }: HeldPayment, mapping: ReplayMapping): DeliveryRow {
  const { paymentNo, policyNo, clientId, currency, paidOn, amount }: PolicyPayment = payment;
  return {
    company: mapping.company.company,
    payment_no: paymentNo,
    client_id: clientId,
    policy_no: policyNo,
    received_date: paidOn,
    recorded_at: `${paidOn} 23:59:59`,
    amount: moneyText(amount),
    currency,
    status: 'OK',
    unapplied_amount: moneyText(unapplied),
  };
}

/** The members that a register names, by their own codes, and the company. */
function dimensions(register: Register, mapping: ReplayMapping): Record<string, DeliveryRow[]> {
  const { company } = mapping.company;
  const members = (pick: (item: RegisterItem) => string): string[] =>
    [...new Set(register.items.map(pick))].sort();
  return {
    companies: [
      {
        company,
        name: mapping.company.name,
        country: mapping.company.country,
        functional_currency: mapping.company.currency,
        time_zone: mapping.company.time_zone,
        movement_source: 'DELIVERED',
        future_dated: 'EXCLUDED',
      },
    ],
    offices: members(({ office }) => office).map((office) => ({ company, office, name: office })),
    lines: members(({ line }) => line).map((line) => ({ company, line, name: line })),
    clients: members(({ clientId }) => clientId).map((client) => ({
      company,
      client_id: client,
      name: client,
      payer_type: 'PRIVATE',
    })),
    ...(register.rates.length === 0
      ? {}
      : {
          fx_rates: register.rates.map((rate) => ({
            from_currency: rate.from,
            to_currency: rate.to,
            rate_date: rate.rateDate,
            rate: rate.rate,
          })),
        }),
  };
}
