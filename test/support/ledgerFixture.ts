import {
  addDays,
  type BusinessDate,
  businessDate,
  type LocalTimestamp,
  localTimestamp,
} from '../../functions/core/dates.ts';
import { type Cents, cents, splitByLargestRemainder } from '../../functions/core/money.ts';

/**
 * A ledger as its source knows it: facts, and with which delivery each became known. From it the fixture writes the
 * files of every delivery (ledgerFixtureFiles.ts), and the reference (test/reference) computes, row at a time, what
 * the warehouse must say.
 */
export interface LedgerPlan {
  /** In the order of acceptance: cut-offs strictly increase. A fact names a delivery by its place here. */
  readonly deliveries: readonly DeliveryPlan[];
  readonly companies: readonly CompanyFacts[];
  /** Rates belong to the lake, not to a company. */
  readonly rates: readonly RateFacts[];
}

export interface DeliveryPlan {
  readonly label: string;
  readonly businessDate: BusinessDate;
  readonly cutoffAt: LocalTimestamp;
}

/** Signed, debit positive, in hundredths of the receipt's currency. */
export interface Amounts {
  readonly net: Cents;
  readonly expenses: Cents;
  readonly vat: Cents;
  readonly other: Cents;
}

export type MovementType =
  | 'ISSUE'
  | 'ENDORSEMENT'
  | 'APPLICATION'
  | 'REVERSAL'
  | 'CANCELLATION'
  | 'WRITE_OFF'
  | 'FX'
  | 'TRANSFER';

export interface MovementFacts {
  readonly id: string;
  readonly receiptNo: string;
  readonly type: MovementType;
  readonly businessDate: BusinessDate;
  readonly recordedAt: LocalTimestamp;
  readonly amounts: Amounts;
  readonly rate: string | null;
  readonly paymentNo: string | null;
  readonly reversalOf: string | null;
  readonly reason: string | null;
  /** First delivery that brings it; later versions of the same business date bring it again. */
  readonly from: number;
  /** The version of the same business date that leaves it out. */
  readonly until: number | null;
}

/** What a receipt may change in its life (each change known with one delivery). */
export interface ReceiptTerms {
  readonly dueDate: BusinessDate | null;
  readonly heldBy: 'POLICYHOLDER' | 'INTERMEDIARY';
  readonly disputed: boolean;
}

export interface ReceiptFacts {
  readonly receiptNo: string;
  readonly receiptType: 'PREMIUM' | 'ENDORSEMENT' | 'RETURN';
  readonly client: string;
  readonly policy: string;
  readonly instalment: number | null;
  readonly line: string;
  readonly office: string;
  /** Whether the receipt names its office itself; else its policy does. */
  readonly namesOffice: boolean;
  readonly currency: string;
  readonly channel: string | null;
  readonly issueDate: BusinessDate;
  readonly effectiveDate: BusinessDate | null;
  readonly originalDueDate: BusinessDate | null;
  readonly coverageStart: BusinessDate | null;
  readonly issued: Amounts;
  /** Balance before the first movement we are told of; null when its issue is a movement. */
  readonly opening: Amounts | null;
  /** Oldest first; the first entry is known with the receipt itself. */
  readonly terms: { from: number; terms: ReceiptTerms }[];
}

export interface PaymentFacts {
  readonly paymentNo: string;
  readonly client: string | null;
  readonly policy: string | null;
  readonly intermediary: string | null;
  readonly receivedDate: BusinessDate;
  readonly amount: Cents;
  readonly currency: string;
  readonly channel: string | null;
  readonly from: number;
  /** The delivery that tells of the returned cheque, if any. */
  readonly reversed: { readonly on: BusinessDate; readonly from: number } | null;
}

export interface ShareFacts {
  readonly policy: string;
  readonly intermediary: string;
  readonly validFrom: BusinessDate;
  readonly validTo: BusinessDate | null;
  /** Percent, at most six decimals. */
  readonly share: string;
  readonly from: number;
}

export interface AssignmentFacts {
  readonly scope: 'RECEIPT' | 'POLICY' | 'CLIENT' | 'INTERMEDIARY' | 'OFFICE';
  readonly scopeId: string;
  readonly role: 'ADVISOR' | 'CLERK' | 'OFFICE';
  readonly validFrom: BusinessDate;
  readonly validTo: BusinessDate | null;
  readonly person: string;
  readonly from: number;
}

/** Units of `to` for one unit of `currency`, from a day on. */
export interface RateFacts {
  readonly currency: string;
  readonly to: string;
  readonly date: BusinessDate;
  readonly rate: string;
  readonly from: number;
}

export interface TargetFacts {
  readonly month: BusinessDate;
  readonly dimension: string;
  readonly member: string;
  readonly kpi: string;
  readonly version: number;
  readonly value: string;
  readonly from: number;
}

export interface CompanyFacts {
  readonly company: string;
  readonly country: string;
  readonly currency: string;
  readonly movementSource: 'DELIVERED' | 'INFERRED';
  readonly futureDated: 'INCLUDED' | 'EXCLUDED';
  /** The delivery that brings the company for the first time. */
  readonly from: number;
  readonly receipts: ReceiptFacts[];
  readonly movements: MovementFacts[];
  readonly payments: PaymentFacts[];
  readonly shares: ShareFacts[];
  readonly assignments: AssignmentFacts[];
  readonly targets: TargetFacts[];
}

/** An amount in major units as a test writes it: `1_000`, `'99.99'`. */
export type Amount = string | number;

/** When a fact becomes known: a day (the first regular delivery on or after it) or the label of a delivery. */
type Known = string;

const NOTHING: Amounts = { net: 0n, expenses: 0n, vat: 0n, other: 0n };

export function totalOf(amounts: Amounts): Cents {
  return amounts.net + amounts.expenses + amounts.vat + amounts.other;
}

export function toCents(amount: Amount): Cents {
  return cents(typeof amount === 'number' ? String(amount) : amount);
}

/** `amount` with the composition of `base`: pro rata, largest remainder, as a core system relieves components. */
export function composed(amount: Cents, base: Amounts): Amounts {
  const weights = [base.net, base.expenses, base.vat, base.other].map((part) => (part < 0n ? -part : part));
  if (weights.every((weight) => weight === 0n)) return { ...NOTHING, net: amount };
  const [net = 0n, expenses = 0n, vat = 0n, other = 0n] = splitByLargestRemainder(amount, weights);
  return { net, expenses, vat, other };
}

/** One delivery a day at 22:00 from `from` to `to`, both included. */
export function daily(from: string, to: string): DeliveryPlan[] {
  const days: BusinessDate[] = [];
  for (let day = businessDate(from); day <= to; day = addDays(day, 1)) days.push(day);
  return deliveredOn(...days);
}

/** One delivery for each day named, at 22:00 of that day. */
export function deliveredOn(...days: readonly string[]): DeliveryPlan[] {
  return days.map((day) => ({
    label: day,
    businessDate: businessDate(day),
    cutoffAt: localTimestamp(`${day} 22:00:00`),
  }));
}

/** A delivery of a day that is not the regular one: `day` again, or late, with the cut-off given. */
export function deliveredAgain(day: string, cutoffAt: string, label = `${day} again`): DeliveryPlan {
  return { label, businessDate: businessDate(day), cutoffAt: localTimestamp(cutoffAt) };
}

interface ReceiptOptions {
  readonly total?: Amount;
  readonly net?: Amount;
  readonly expenses?: Amount;
  readonly vat?: Amount;
  readonly other?: Amount;
  readonly issued: string;
  readonly due: string | null;
  readonly originalDue?: string;
  readonly coverageStart?: string;
  readonly effective?: string;
  readonly client?: string;
  readonly policy?: string;
  readonly instalment?: number;
  readonly line?: string;
  readonly office?: string;
  /** false: its policy alone tells the office. */
  readonly namesOffice?: boolean;
  readonly currency?: string;
  readonly channel?: string;
  readonly type?: ReceiptFacts['receiptType'];
  readonly heldBy?: ReceiptTerms['heldBy'];
  readonly disputed?: boolean;
  readonly known?: Known;
  /** Business date of the issue, when the source books it on another day than the issue date. */
  readonly booked?: string;
  /** A balance that existed before the first delivery: no ISSUE movement tells of it. */
  readonly opening?: Amount;
}

interface MovementOptions {
  readonly known?: Known;
  readonly id?: string;
  readonly rate?: string;
  readonly payment?: string;
  readonly reversalOf?: string;
  readonly reason?: string;
  /** The version of its business date that leaves it out. */
  readonly until?: Known;
}

/** Gathers the facts of one lake. */
export class Ledger implements LedgerPlan {
  readonly deliveries: readonly DeliveryPlan[];
  readonly companies: CompanyFacts[] = [];
  readonly rates: RateFacts[] = [];

  constructor(deliveries: readonly DeliveryPlan[]) {
    this.deliveries = [...deliveries].sort((a, b) => (a.cutoffAt < b.cutoffAt ? -1 : 1));
  }

  /** @throws Error when no delivery is on or after the day, or of that label. */
  place(known: Known): number {
    const labelled = this.deliveries.findIndex(({ label }) => label === known);
    if (labelled >= 0) return labelled;
    const found = this.deliveries.findIndex((d) => d.label === d.businessDate && d.businessDate >= known);
    if (found < 0) throw new Error(`no delivery brings what is known on ${known}`);
    return found;
  }

  /** Units of `to` for one unit of `currency` from a day on. */
  rate(currency: string, to: string, date: string, rate: string, known?: Known): this {
    this.rates.push({
      currency,
      to,
      date: businessDate(date),
      rate,
      from: this.place(known ?? '0000-01-01'),
    });
    return this;
  }

  company(
    company: string,
    options: {
      readonly currency?: string;
      readonly country?: string;
      readonly futureDated?: CompanyFacts['futureDated'];
      readonly movementSource?: CompanyFacts['movementSource'];
      readonly known?: Known;
    } = {},
  ): CompanyLedger {
    const facts: CompanyFacts = {
      company,
      country: options.country ?? 'CO',
      currency: options.currency ?? 'COP',
      movementSource: options.movementSource ?? 'DELIVERED',
      futureDated: options.futureDated ?? 'EXCLUDED',
      from: options.known === undefined ? 0 : this.place(options.known),
      receipts: [],
      movements: [],
      payments: [],
      shares: [],
      assignments: [],
      targets: [],
    };
    this.companies.push(facts);
    return new CompanyLedger(this, facts);
  }
}

/** Records the facts of one company, in the words of the business. */
export class CompanyLedger {
  readonly #ledger: Ledger;
  readonly facts: CompanyFacts;

  constructor(ledger: Ledger, facts: CompanyFacts) {
    this.#ledger = ledger;
    this.facts = facts;
  }

  /** A receipt and its issue (known on its issue date unless said), or an opening balance. */
  receipt(receiptNo: string, options: ReceiptOptions): ReceiptLedger {
    const extra = {
      expenses: toCents(options.expenses ?? 0),
      vat: toCents(options.vat ?? 0),
      other: toCents(options.other ?? 0),
    };
    const rest = extra.expenses + extra.vat + extra.other;
    const net =
      options.net === undefined
        ? toCents(options.total ?? options.opening ?? 0) - rest
        : toCents(options.net);
    const issued: Amounts = { net, ...extra };
    const from = this.place(options.known ?? (options.opening === undefined ? options.issued : '0000-01-01'));
    const due = options.due === null ? null : businessDate(options.due);
    const receipt: ReceiptFacts = {
      receiptNo,
      receiptType: options.type ?? 'PREMIUM',
      client: options.client ?? 'C1',
      policy: options.policy ?? `P-${receiptNo}`,
      instalment: options.instalment ?? null,
      line: options.line ?? 'AUTOS',
      office: options.office ?? '01',
      namesOffice: options.namesOffice ?? true,
      currency: options.currency ?? this.facts.currency,
      channel: options.channel ?? null,
      issueDate: businessDate(options.issued),
      effectiveDate: options.effective === undefined ? null : businessDate(options.effective),
      originalDueDate: options.originalDue === undefined ? due : businessDate(options.originalDue),
      coverageStart: options.coverageStart === undefined ? null : businessDate(options.coverageStart),
      issued,
      opening: options.opening === undefined ? null : composed(toCents(options.opening), issued),
      terms: [
        {
          from,
          terms: {
            dueDate: due,
            heldBy: options.heldBy ?? 'POLICYHOLDER',
            disputed: options.disputed ?? false,
          },
        },
      ],
    };
    this.facts.receipts.push(receipt);
    const ledger = new ReceiptLedger(this, receipt);
    if (receipt.opening === null) {
      ledger.moved('ISSUE', issued, options.booked ?? options.issued, {
        known: options.known ?? options.issued,
        id: `${receiptNo}-issue`,
      });
    }
    return ledger;
  }

  /** Money received and not (yet) applied; applications name it with `payment`. */
  cash(
    paymentNo: string,
    amount: Amount,
    received: string,
    options: {
      readonly client?: string;
      readonly policy?: string;
      readonly intermediary?: string;
      readonly currency?: string;
      readonly channel?: string;
      readonly known?: Known;
      readonly returned?: { readonly on: string; readonly known?: Known };
    } = {},
  ): this {
    this.facts.payments.push({
      paymentNo,
      client: options.client ?? null,
      policy: options.policy ?? null,
      intermediary: options.intermediary ?? null,
      receivedDate: businessDate(received),
      amount: toCents(amount),
      currency: options.currency ?? this.facts.currency,
      channel: options.channel ?? null,
      from: this.place(options.known ?? received),
      reversed:
        options.returned === undefined
          ? null
          : {
              on: businessDate(options.returned.on),
              from: this.place(options.returned.known ?? options.returned.on),
            },
    });
    return this;
  }

  /** The intermediaries of a policy and their percent. */
  shares(policy: string, parts: Readonly<Record<string, string>>, validFrom: string, known?: Known): this {
    for (const [intermediary, share] of Object.entries(parts)) {
      this.facts.shares.push({
        policy,
        intermediary,
        validFrom: businessDate(validFrom),
        validTo: null,
        share,
        from: this.place(known ?? '0000-01-01'),
      });
    }
    return this;
  }

  /** Gives a scope into somebody's hands from a day on; `to` (exclusive) ends it. */
  assigned(
    scope: AssignmentFacts['scope'],
    scopeId: string,
    role: AssignmentFacts['role'],
    person: string,
    validFrom: string,
    options: { readonly to?: string; readonly known?: Known } = {},
  ): this {
    this.facts.assignments.push({
      scope,
      scopeId,
      role,
      person,
      validFrom: businessDate(validFrom),
      validTo: options.to === undefined ? null : businessDate(options.to),
      from: this.place(options.known ?? '0000-01-01'),
    });
    return this;
  }

  /** A target of a month, told as one of its versions. */
  target(
    month: string,
    dimension: string,
    member: string,
    kpi: string,
    value: string,
    known?: Known,
    version = 1,
  ): this {
    this.facts.targets.push({
      month: businessDate(month),
      dimension,
      member,
      kpi,
      version,
      value,
      from: this.place(known ?? '0000-01-01'),
    });
    return this;
  }

  /** The delivery that brings what is known on a day, never before the company's own first one. */
  place(known: Known): number {
    return Math.max(this.#ledger.place(known), this.facts.from);
  }

  cutoffOf(place: number): LocalTimestamp {
    const delivery = this.#ledger.deliveries[place];
    if (!delivery) throw new Error(`no delivery ${place}`);
    return delivery.cutoffAt;
  }
}

/** Records what happens to one receipt. */
export class ReceiptLedger {
  readonly #company: CompanyLedger;
  readonly receipt: ReceiptFacts;

  constructor(company: CompanyLedger, receipt: ReceiptFacts) {
    this.#company = company;
    this.receipt = receipt;
  }

  /** A payment applied: relieves the components pro rata. */
  paid(amount: Amount, on: string, options: MovementOptions = {}): this {
    return this.#move('APPLICATION', -toCents(amount), on, options);
  }

  /** A payment taken back (a returned cheque). */
  bounced(amount: Amount, on: string, options: MovementOptions = {}): this {
    return this.#move('REVERSAL', toCents(amount), on, options);
  }

  /** More premium (positive) or less (negative). */
  endorsed(amount: Amount, on: string, options: MovementOptions = {}): this {
    return this.#move('ENDORSEMENT', toCents(amount), on, options);
  }

  cancelled(amount: Amount, on: string, options: MovementOptions = {}): this {
    return this.#move('CANCELLATION', -toCents(amount), on, options);
  }

  writtenOff(amount: Amount, on: string, options: MovementOptions = {}): this {
    return this.#move('WRITE_OFF', -toCents(amount), on, options);
  }

  /** A signed movement of another type: transfers, FX documents. */
  other(type: MovementType, amount: Amount, on: string, options: MovementOptions = {}): this {
    return this.#move(type, toCents(amount), on, options);
  }

  /** New terms (another due date, a dispute), known with a delivery. */
  amended(change: Partial<ReceiptTerms>, known: Known): this {
    const last = this.receipt.terms.at(-1);
    if (!last) throw new Error('a receipt has terms from the first day on');
    this.receipt.terms.push({ from: this.#company.place(known), terms: { ...last.terms, ...change } });
    return this;
  }

  moved(type: MovementType, amounts: Amounts, on: string, options: MovementOptions): this {
    const { facts } = this.#company;
    const known = this.#company.place(options.known ?? on);
    const from = Math.max(known, this.receipt.terms[0]?.from ?? 0);
    facts.movements.push({
      id: options.id ?? `${this.receipt.receiptNo}-${facts.movements.length + 1}`,
      receiptNo: this.receipt.receiptNo,
      type,
      businessDate: businessDate(on),
      recordedAt: localTimestamp(`${this.#company.cutoffOf(from).slice(0, 10)} 08:00:00`),
      amounts,
      rate: options.rate ?? null,
      paymentNo: options.payment ?? null,
      reversalOf: options.reversalOf ?? null,
      reason: options.reason ?? null,
      from,
      until: options.until === undefined ? null : this.#company.place(options.until),
    });
    return this;
  }

  #move(type: MovementType, amount: Cents, on: string, options: MovementOptions): this {
    return this.moved(type, composed(amount, this.receipt.issued), on, options);
  }
}
