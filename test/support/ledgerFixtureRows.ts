import { type Cents, moneyText } from '../../functions/core/money.ts';
import {
  type Amounts,
  type CompanyFacts,
  type LedgerPlan,
  type MovementFacts,
  type PaymentFacts,
  type ReceiptFacts,
  type ReceiptTerms,
  totalOf,
} from './ledgerFixture.ts';

/** One CSV record by column name; null is an empty field. A name that starts with `#` is not a column of the file. */
export type FeedRow = Readonly<Record<string, string | null>>;

/** The currency under which the control file counts a movement. */
export const MOVEMENT_CURRENCY = '#currency';

/** RETURN receipts are stored positive by their source (domain: the sign test). */
const DELIVERED_SIGN: Readonly<Record<ReceiptFacts['receiptType'], bigint>> = {
  PREMIUM: 1n,
  ENDORSEMENT: 1n,
  RETURN: -1n,
};

const NOTHING: Amounts = { net: 0n, expenses: 0n, vat: 0n, other: 0n };

/** What delivery `at` brings of one company, by feed: the day's state, new facts, new or changed members. */
export function rowsOf(plan: LedgerPlan, company: CompanyFacts, at: number): Record<string, FeedRow[]> {
  const id = company.company;
  const receipts = new Map(company.receipts.map((receipt) => [receipt.receiptNo, receipt] as const));
  return {
    ...(at === company.from && { companies: [companyRow(company)] }),
    receipts: receiptRows(plan, company, at),
    movements: movementsOf(plan, company, at).map((movement) =>
      movementRow(company, receipts.get(movement.receiptNo), movement),
    ),
    payments: paymentRows(plan, company, at),
    ...memberRows(plan, company, at),
    intermediary_shares: toldBy(
      company.shares,
      at,
      (share) => `${share.policy}|${share.intermediary}|${share.validFrom}`,
    ).map((share) => ({
      company: id,
      policy_no: share.policy,
      intermediary: share.intermediary,
      valid_from: share.validFrom,
      valid_to: share.validTo,
      share: share.share,
    })),
    assignments: toldBy(
      company.assignments,
      at,
      ({ scope, scopeId, role, validFrom }) => `${scope}|${scopeId}|${role}|${validFrom}`,
    ).map((assignment) => ({
      company: id,
      scope: assignment.scope,
      scope_id: assignment.scopeId,
      role: assignment.role,
      valid_from: assignment.validFrom,
      person: assignment.person,
      valid_to: assignment.validTo,
    })),
    targets: toldBy(
      company.targets,
      at,
      ({ month, dimension, member, kpi, version }) => `${month}|${dimension}|${member}|${kpi}|${version}`,
    ).map((target) => ({
      company: id,
      month: target.month,
      dimension: target.dimension,
      member: target.member,
      kpi: target.kpi,
      target_version: String(target.version),
      value: target.value,
    })),
  };
}

/** Members that a delivery tells; of a key told twice at once, the newest. */
function toldBy<T extends { readonly from: number }>(
  facts: readonly T[],
  at: number,
  key: (fact: T) => string,
): T[] {
  const newest = new Map<string, T>();
  for (const fact of facts) if (fact.from === at) newest.set(key(fact), fact);
  return [...newest.values()];
}

/** The rates that delivery `at` brings; they are of no company. */
export function rateRows(plan: LedgerPlan, at: number): FeedRow[] {
  return toldBy(plan.rates, at, (rate) => `${rate.currency}|${rate.to}|${rate.date}`).map((rate) => ({
    from_currency: rate.currency,
    to_currency: rate.to,
    rate_date: rate.date,
    rate: rate.rate,
  }));
}

function companyRow(company: CompanyFacts): FeedRow {
  return {
    company: company.company,
    name: `Compañía ${company.company}`,
    country: company.country,
    functional_currency: company.currency,
    time_zone: 'America/Bogota',
    movement_source: company.movementSource,
    future_dated: company.futureDated,
  };
}

/** The movements a delivery brings: the newly known ones, and again all of its business date when it is a new version. */
function movementsOf(plan: LedgerPlan, company: CompanyFacts, at: number): MovementFacts[] {
  return company.movements.filter((movement) => isBrought(plan, company, movement, at));
}

function isBrought(plan: LedgerPlan, company: CompanyFacts, movement: MovementFacts, at: number): boolean {
  return (
    company.movementSource === 'DELIVERED' &&
    movement.from <= at &&
    plan.deliveries[movement.from]?.businessDate === plan.deliveries[at]?.businessDate &&
    (movement.until === null || at < movement.until)
  );
}

const indexes = new WeakMap<
  CompanyFacts,
  { readonly size: number; readonly byReceipt: Map<string, MovementFacts[]> }
>();

/** A receipt's movements; looked up once for each state of the company, for ledgers of ten thousand receipts. */
export function movementsByReceipt(company: CompanyFacts, receiptNo: string): readonly MovementFacts[] {
  const cached = indexes.get(company);
  if (cached && cached.size === company.movements.length) return cached.byReceipt.get(receiptNo) ?? [];
  const byReceipt = new Map<string, MovementFacts[]>();
  for (const movement of company.movements) {
    const known = byReceipt.get(movement.receiptNo);
    if (known) known.push(movement);
    else byReceipt.set(movement.receiptNo, [movement]);
  }
  indexes.set(company, { size: company.movements.length, byReceipt });
  return byReceipt.get(receiptNo) ?? [];
}

/** Open balance of a receipt in the snapshot of delivery `at`: what the source has booked and tells by then. */
function snapshotBalance(
  plan: LedgerPlan,
  company: CompanyFacts,
  receipt: ReceiptFacts,
  at: number,
): Amounts {
  const day = plan.deliveries[at]?.businessDate ?? '';
  const parts = movementsByReceipt(company, receipt.receiptNo).filter(
    (movement) =>
      movement.from <= at &&
      (movement.until === null || at < movement.until) &&
      (company.futureDated === 'INCLUDED' || movement.businessDate <= day),
  );
  return [receipt.opening ?? NOTHING, ...parts.map(({ amounts }) => amounts)].reduce((sum, part) => ({
    net: sum.net + part.net,
    expenses: sum.expenses + part.expenses,
    vat: sum.vat + part.vat,
    other: sum.other + part.other,
  }));
}

function isZero(amounts: Amounts): boolean {
  return [amounts.net, amounts.expenses, amounts.vat, amounts.other].every((part) => part === 0n);
}

/** Whether the snapshot of delivery `at` holds a receipt: open at the cut-off, or touched since the last delivery. */
export function isTold(plan: LedgerPlan, company: CompanyFacts, receipt: ReceiptFacts, at: number): boolean {
  const terms = termsAt(receipt, at);
  if (!terms || at < company.from) return false;
  return (
    !isZero(snapshotBalance(plan, company, receipt, at)) ||
    terms.from === at ||
    (at > company.from && !isZero(snapshotBalance(plan, company, receipt, at - 1))) ||
    movementsByReceipt(company, receipt.receiptNo).some((movement) => isBrought(plan, company, movement, at))
  );
}

function termsAt(receipt: ReceiptFacts, at: number): ReceiptFacts['terms'][number] | undefined {
  return receipt.terms.filter(({ from }) => from <= at).at(-1);
}

function receiptRows(plan: LedgerPlan, company: CompanyFacts, at: number): FeedRow[] {
  return company.receipts.flatMap((receipt) => {
    const terms = termsAt(receipt, at);
    return terms && isTold(plan, company, receipt, at)
      ? [receiptRow(company, receipt, terms.terms, snapshotBalance(plan, company, receipt, at))]
      : [];
  });
}

function receiptRow(
  company: Pick<CompanyFacts, 'company'>,
  receipt: ReceiptFacts,
  terms: ReceiptTerms,
  open: Amounts,
): FeedRow {
  const sign = DELIVERED_SIGN[receipt.receiptType];
  return {
    company: company.company,
    receipt_no: receipt.receiptNo,
    receipt_type: receipt.receiptType,
    client_id: receipt.client,
    policy_no: receipt.policy,
    endorsement_no: null,
    instalment_no: receipt.instalment === null ? null : String(receipt.instalment),
    line: receipt.line,
    office: receipt.namesOffice ? receipt.office : null,
    issue_date: receipt.issueDate,
    effective_date: receipt.effectiveDate,
    due_date: terms.dueDate,
    original_due_date: receipt.originalDueDate,
    coverage_start: receipt.coverageStart,
    coverage_end: null,
    currency: receipt.currency,
    ...componentColumns('issued_', receipt.issued, sign),
    ...componentColumns('open_', open, sign),
    held_by: terms.heldBy,
    disputed: String(terms.disputed),
    our_share: null,
    channel: receipt.channel,
    closed_reason: isZero(open) ? 'PAID' : null,
  };
}

function componentColumns(prefix: string, amounts: Amounts, sign: bigint): FeedRow {
  const text = (value: Cents) => moneyText(value * sign);
  return {
    [`${prefix}net`]: text(amounts.net),
    [`${prefix}expenses`]: text(amounts.expenses),
    [`${prefix}vat`]: text(amounts.vat),
    [`${prefix}other`]: text(amounts.other),
    [`${prefix}total`]: text(totalOf(amounts)),
  };
}

function movementRow(
  company: CompanyFacts,
  receipt: ReceiptFacts | undefined,
  movement: MovementFacts,
): FeedRow {
  if (!receipt) throw new Error(`movement ${movement.id} names the unknown receipt ${movement.receiptNo}`);
  return {
    company: company.company,
    movement_id: movement.id,
    receipt_no: movement.receiptNo,
    type: movement.type,
    business_date: movement.businessDate,
    recorded_at: movement.recordedAt,
    ...componentColumns('', movement.amounts, DELIVERED_SIGN[receipt.receiptType]),
    rate: movement.rate,
    payment_no: movement.paymentNo,
    reversal_of: movement.reversalOf,
    reason: movement.reason,
    [MOVEMENT_CURRENCY]: receipt.currency,
  };
}

/** What is left of a payment in the snapshot of delivery `at`. */
export function unappliedBalance(
  plan: LedgerPlan,
  company: CompanyFacts,
  payment: PaymentFacts,
  at: number,
): Cents {
  if (payment.reversed && payment.reversed.from <= at) return 0n;
  const day = plan.deliveries[at]?.businessDate ?? '';
  return company.movements
    .filter(
      (movement) =>
        movement.paymentNo === payment.paymentNo &&
        movement.from <= at &&
        (movement.until === null || at < movement.until) &&
        (company.futureDated === 'INCLUDED' || movement.businessDate <= day),
    )
    .reduce((left, movement) => left + totalOf(movement.amounts), payment.amount);
}

/** Payments with something unapplied, and those received or touched since the last delivery. */
function paymentRows(plan: LedgerPlan, company: CompanyFacts, at: number): FeedRow[] {
  const moved = new Set(movementsOf(plan, company, at).map(({ paymentNo }) => paymentNo));
  return company.payments.flatMap((payment) => {
    if (payment.from > at) return [];
    const reversed = payment.reversed !== null && payment.reversed.from <= at;
    const unapplied = unappliedBalance(plan, company, payment, at);
    const touched = payment.from === at || payment.reversed?.from === at || moved.has(payment.paymentNo);
    if (unapplied === 0n && !touched) return [];
    return [
      {
        company: company.company,
        payment_no: payment.paymentNo,
        client_id: payment.client,
        policy_no: payment.policy,
        intermediary: payment.intermediary,
        received_date: payment.receivedDate,
        value_date: payment.receivedDate,
        recorded_at: `${payment.receivedDate} 09:00:00.000`,
        amount: moneyText(payment.amount),
        currency: payment.currency,
        channel: payment.channel,
        bank_ref: null,
        status: reversed ? 'REVERSED' : 'OK',
        reversed_date: reversed ? (payment.reversed?.on ?? null) : null,
        unapplied_amount: moneyText(unapplied),
      },
    ];
  });
}

/** Members that the facts name, each sent once, with the first delivery that needs it. */
function memberRows(plan: LedgerPlan, company: CompanyFacts, at: number): Record<string, FeedRow[]> {
  const named = (place: number) => membersNamedBy(company, place);
  const earlier = at > company.from ? named(at - 1) : null;
  const fresh = named(at);
  const rows = <T>(kind: keyof Members, row: (id: string, value: T) => FeedRow): FeedRow[] =>
    [...(fresh[kind] as Map<string, T>)]
      .filter(([id]) => !earlier?.[kind].has(id))
      .map(([id, value]) => row(id, value));
  const id = company.company;
  return {
    offices: rows('offices', (office) => ({ company: id, office, name: `Oficina ${office}` })),
    lines: rows('lines', (line) => ({ company: id, line, name: `Ramo ${line}` })),
    clients: rows('clients', (client) => ({
      company: id,
      client_id: client,
      name: `Cliente ${client} of ${id}`,
      payer_type: 'PRIVATE',
    })),
    policies: rows('policies', (policy, receipt: ReceiptFacts) => ({
      company: id,
      policy_no: policy,
      client_id: receipt.client,
      line: receipt.line,
      office: receipt.office,
      currency: receipt.currency,
      coverage_start: receipt.coverageStart ?? receipt.issueDate,
      coverage_end: plan.deliveries.at(-1)?.businessDate ?? receipt.issueDate,
      billing_mode: 'DIRECT',
    })),
    intermediaries: rows('intermediaries', (intermediary) => ({
      company: id,
      intermediary,
      name: `Intermediario ${intermediary}`,
      kind: 'AGENT',
    })),
    people: rows('people', (person, role: string) => ({
      company: id,
      person,
      name: `Persona ${person}`,
      role,
    })),
  };
}

interface Members {
  readonly offices: Map<string, string>;
  readonly lines: Map<string, string>;
  readonly clients: Map<string, string>;
  readonly policies: Map<string, ReceiptFacts>;
  readonly intermediaries: Map<string, string>;
  readonly people: Map<string, string>;
}

function membersNamedBy(company: CompanyFacts, at: number): Members {
  const receipts = company.receipts.filter(({ terms }) => (terms[0]?.from ?? 0) <= at);
  const payments = company.payments.filter(({ from }) => from <= at);
  const assignments = company.assignments.filter(({ from }) => from <= at);
  const named = (ids: readonly (string | null)[]) =>
    new Map(ids.filter((id): id is string => id !== null).map((id) => [id, id] as const));
  return {
    offices: named([
      ...receipts.map(({ office }) => office),
      ...assignments.filter(({ role }) => role === 'OFFICE').map(({ person }) => person),
    ]),
    lines: named(receipts.map(({ line }) => line)),
    clients: named([...receipts.map(({ client }) => client), ...payments.map(({ client }) => client)]),
    policies: new Map([...receipts].reverse().map((receipt) => [receipt.policy, receipt] as const)),
    intermediaries: named([
      ...company.shares.filter(({ from }) => from <= at).map(({ intermediary }) => intermediary),
      ...payments.map(({ intermediary }) => intermediary),
    ]),
    people: new Map(
      assignments.filter(({ role }) => role !== 'OFFICE').map(({ person, role }) => [person, role] as const),
    ),
  };
}
