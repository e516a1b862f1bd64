import fc from 'fast-check';
import { addDays, type BusinessDate, businessDate } from '../../functions/core/dates.ts';
import { moneyText } from '../../functions/core/money.ts';
import {
  type CompanyFacts,
  type CompanyLedger,
  type DeliveryPlan,
  deliveredAgain,
  deliveredOn,
  Ledger,
  ReceiptLedger,
} from './ledgerFixture.ts';

/*
 * Random ledgers as companies of one lake: instalments, partial payments, reversals, endorsements both ways,
 * cancellations, write-offs, late, backdated and post-dated movements, two currencies, reassignments and shares;
 * and a random calendar with missing, late and re-delivered days.
 */

type Of<A> = A extends fc.Arbitrary<infer T> ? T : never;

/** Business days of a random lake, both included: two month ends lie inside. */
export const FIRST_DAY = businessDate('2026-05-14');
export const LAST_DAY = businessDate('2026-07-07');
const DAYS = 55;

const offset = fc.integer({ min: 0, max: DAYS - 1 });
/** How long after its business date a fact is told; below zero it is post-dated. */
const lag = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 25 }) },
  { weight: 2, arbitrary: fc.integer({ min: -20, max: -1 }) },
);

const event = fc.record({
  type: fc.nat({ max: 99 }),
  portion: fc.integer({ min: 1, max: 110 }),
  day: offset,
  lag,
  /** Below 30: told, or left out, by a new version of a day. */
  again: fc.nat({ max: 99 }),
  rate: fc.integer({ min: 380_000, max: 430_000 }),
});

const receipt = fc.record({
  kind: fc.nat({ max: 99 }),
  policy: fc.nat({ max: 3 }),
  dollars: fc.nat({ max: 3 }).map((n) => n === 0),
  net: fc.integer({ min: 1, max: 90_000_000 }),
  expenses: fc.nat({ max: 20_000 }),
  vat: fc.nat({ max: 9_000_000 }),
  issued: fc.integer({ min: -30, max: DAYS - 1 }),
  lag,
  due: fc.option(fc.integer({ min: -40, max: 60 }), { freq: 12 }),
  covered: fc.option(fc.integer({ min: -100, max: 20 }), { freq: 4 }),
  heldByIntermediary: fc.boolean(),
  disputed: fc.nat({ max: 5 }).map((n) => n === 0),
  events: fc.array(event, { maxLength: 5 }),
});

const company = fc.record({
  included: fc.boolean(),
  /** Most companies are there from the first delivery on. */
  from: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: offset }),
  receipts: fc.array(receipt, { minLength: 1, maxLength: 9 }),
  cash: fc.array(
    fc.record({
      day: offset,
      amount: fc.integer({ min: 1, max: 5_000_000 }),
      applied: fc.nat({ max: 100 }),
      returned: fc.nat({ max: 4 }).map((n) => n === 0),
      dollars: fc.nat({ max: 4 }).map((n) => n === 0),
      policy: fc.option(fc.nat({ max: 3 })),
    }),
    { maxLength: 3 },
  ),
  shares: fc.array(
    fc.record({
      policy: fc.nat({ max: 3 }),
      first: fc.integer({ min: 1, max: 9_999 }),
      parts: fc.integer({ min: 1, max: 3 }),
    }),
    { maxLength: 3 },
  ),
  hands: fc.array(
    fc.record({
      scope: fc.nat({ max: 4 }),
      id: fc.nat({ max: 3 }),
      role: fc.nat({ max: 2 }),
      day: offset,
      lag,
    }),
    { maxLength: 5 },
  ),
});

const calendar = fc.record({
  missing: fc.uniqueArray(fc.integer({ min: 1, max: DAYS - 2 }), { minLength: 5, maxLength: 20 }),
  again: fc.uniqueArray(
    fc.record({ day: fc.integer({ min: 1, max: DAYS - 8 }), later: fc.integer({ min: 0, max: 6 }) }),
    { maxLength: 3, selector: ({ day }) => day },
  ),
  rates: fc.array(fc.integer({ min: 380_000, max: 430_000 }), { minLength: 4, maxLength: 4 }),
});

export type RandomCompany = Of<typeof company>;
export type RandomCalendar = Of<typeof calendar>;

/** A calendar and as many companies as asked. */
export function randomLake(
  companies: number,
): fc.Arbitrary<{ calendar: RandomCalendar; companies: RandomCompany[] }> {
  return fc.record({
    calendar,
    companies: fc.array(company, { minLength: companies, maxLength: companies, size: 'max' }),
  });
}

const dayOf = (offsetDays: number): BusinessDate => addDays(FIRST_DAY, offsetDays);
const clamp = (day: number): number => Math.min(Math.max(day, 0), DAYS - 1);

/** The ledger of a random lake; companies are called `000`, `001`, ... */
export function randomLedger(lake: {
  calendar: RandomCalendar;
  companies: readonly RandomCompany[];
}): Ledger {
  const ledger = new Ledger(deliveriesOf(lake.calendar));
  for (const [step, rate] of lake.calendar.rates.entries()) {
    // Before the window, inside it, and one corrected a fortnight after the fact.
    const day = step === 0 ? addDays(FIRST_DAY, -60) : dayOf(step * 12 - 8);
    ledger.rate('USD', 'COP', day, (rate / 100).toFixed(2), step === 0 ? FIRST_DAY : knownOn(step * 12 - 8));
  }
  const corrected = lake.calendar.rates[1] ?? 400_000;
  ledger.rate('USD', 'COP', dayOf(4), ((corrected + 777) / 100).toFixed(2), knownOn(18));
  for (const [index, facts] of lake.companies.entries()) {
    addCompany(ledger, String(index).padStart(3, '0'), facts);
  }
  return ledger;
}

/** A copy of a company that has only the receipts of one line; its cash has no line and stays behind. */
export function onlyLine(company: CompanyFacts, line: string): CompanyFacts {
  const receipts = company.receipts.filter((one) => one.line === line);
  const kept = new Set(receipts.map(({ receiptNo }) => receiptNo));
  return {
    ...company,
    company: `${company.company} ${line}`,
    receipts,
    movements: company.movements.filter(({ receiptNo }) => kept.has(receiptNo)),
    payments: [],
  };
}

const knownOn = (offsetDays: number): string => dayOf(clamp(offsetDays));

function deliveriesOf(random: RandomCalendar): DeliveryPlan[] {
  const missing = new Set(random.missing);
  const regular = Array.from({ length: DAYS }, (_, day) => day).filter((day) => !missing.has(day));
  // At noon of a later day: after that day before's regular cut-off, before its own.
  const again = random.again.map(({ day, later }, index) =>
    deliveredAgain(dayOf(day), `${dayOf(day + later + 1)} 12:00:0${index}`, `again ${index}`),
  );
  return [...deliveredOn(...regular.map(dayOf)), ...again];
}

function addCompany(ledger: Ledger, name: string, facts: RandomCompany): void {
  const company = ledger.company(name, {
    futureDated: facts.included ? 'INCLUDED' : 'EXCLUDED',
    ...(facts.from > 0 && { known: knownOn(facts.from) }),
  });
  addHands(company, facts);
  for (const [index, shape] of facts.receipts.entries())
    addReceipt(ledger, company, `R${index + 1}`, shape, facts);
  for (const [index, cash] of facts.cash.entries()) {
    const paymentNo = `CASH${index + 1}`;
    const target = company.facts.receipts.find(({ currency }) => currency === (cash.dollars ? 'USD' : 'COP'));
    company.cash(paymentNo, moneyText(BigInt(cash.amount)), dayOf(cash.day), {
      currency: cash.dollars ? 'USD' : 'COP',
      ...(cash.policy !== null && { policy: `P${cash.policy}`, client: `C${cash.policy}` }),
      ...(cash.returned && { returned: { on: dayOf(clamp(cash.day + 6)) } }),
    });
    const applied = (BigInt(cash.amount) * BigInt(cash.applied)) / 100n;
    if (!target || applied === 0n || cash.returned) continue;
    new ReceiptLedger(company, target).paid(moneyText(applied), dayOf(clamp(cash.day + 3)), {
      payment: paymentNo,
      rate: '4055.25',
    });
  }
}

function addHands(company: CompanyLedger, facts: RandomCompany): void {
  const SCOPES = ['OFFICE', 'CLIENT', 'POLICY', 'RECEIPT', 'INTERMEDIARY'] as const;
  const ROLES = ['ADVISOR', 'CLERK', 'OFFICE'] as const;
  const held = new Set<string>();
  for (const [index, hand] of facts.hands.entries()) {
    const scope = SCOPES[hand.scope] ?? 'OFFICE';
    const role = ROLES[hand.role] ?? 'CLERK';
    const scopeId = {
      OFFICE: `0${hand.id % 2}`,
      CLIENT: `C${hand.id}`,
      POLICY: `P${hand.id}`,
      RECEIPT: `R${hand.id + 1}`,
      INTERMEDIARY: `I${hand.id}`,
    }[scope];
    const key = `${scope}|${scopeId}|${role}`;
    if (held.has(key)) continue;
    held.add(key);
    const member = (nth: number) => (role === 'OFFICE' ? `0${(index + nth) % 3}` : `${role}${index}${nth}`);
    // Held since long ago by one, and from some day on by another: told on that day, later, or before.
    const known = knownOn(hand.day + hand.lag);
    company.assigned(scope, scopeId, role, member(0), '2026-01-01');
    company.assigned(scope, scopeId, role, member(0), '2026-01-01', { to: dayOf(hand.day), known });
    company.assigned(scope, scopeId, role, member(1), dayOf(hand.day), { known });
  }
  const policies = new Set<number>();
  for (const { policy, first, parts } of facts.shares) {
    if (policies.has(policy)) continue;
    policies.add(policy);
    const rest = 10_000 - first;
    const split = [[10_000], [first, rest], [first, Math.floor(rest / 3), rest - Math.floor(rest / 3)]][
      parts - 1
    ] ?? [10_000];
    company.shares(
      `P${policy}`,
      Object.fromEntries(
        split.filter((share) => share > 0).map((share, index) => [`I${index}`, (share / 100).toFixed(2)]),
      ),
      '2026-01-01',
    );
  }
}

function addReceipt(
  ledger: Ledger,
  company: CompanyLedger,
  receiptNo: string,
  shape: RandomCompany['receipts'][number],
  facts: RandomCompany,
): void {
  const returned = shape.kind < 10;
  const sign = returned ? -1n : 1n;
  const issue = dayOf(shape.issued);
  const opening = shape.issued <= facts.from;
  const text = (cents: number) => moneyText(BigInt(cents) * sign);
  const receipt = company.receipt(receiptNo, {
    type: returned ? 'RETURN' : shape.kind < 25 ? 'ENDORSEMENT' : 'PREMIUM',
    policy: `P${shape.policy}`,
    client: `C${shape.policy % 3}`,
    line: `L${shape.policy % 2}`,
    office: `0${shape.policy % 2}`,
    // Of every third policy the receipts leave their office to it.
    namesOffice: shape.policy % 3 !== 2,
    currency: shape.dollars ? 'USD' : 'COP',
    net: text(shape.net),
    expenses: text(shape.expenses),
    vat: text(shape.vat),
    issued: issue,
    due: shape.due === null ? null : addDays(issue, shape.due),
    ...(shape.covered !== null && { coverageStart: addDays(issue, shape.covered) }),
    heldBy: shape.heldByIntermediary ? 'INTERMEDIARY' : 'POLICYHOLDER',
    disputed: shape.disputed,
    ...(opening
      ? { opening: text(shape.net + shape.expenses + shape.vat) }
      : { known: knownOn(shape.issued + shape.lag) }),
  });
  for (const [index, event] of shape.events.entries()) addEvent(ledger, receipt, shape, event, index);
}

function addEvent(
  ledger: Ledger,
  receipt: ReceiptLedger,
  shape: RandomCompany['receipts'][number],
  event: RandomCompany['receipts'][number]['events'][number],
  index: number,
): void {
  const { receiptNo, receiptType } = receipt.receipt;
  const sign = receiptType === 'RETURN' ? -1n : 1n;
  const total = BigInt(shape.net + shape.expenses + shape.vat) * sign;
  const portion = moneyText((total * BigInt(event.portion)) / 100n);
  const day = Math.max(event.day, shape.issued, 0);
  const again = ledger.deliveries.filter(({ label }) => label.startsWith('again'));
  const version = again[event.again % Math.max(again.length, 1)];
  const knownDay = knownOn(day + event.lag);
  const known = version && event.again < 15 ? version.label : knownDay;
  const id = `${receiptNo}-e${index}`;
  // Left out by the new version of the day that had told it, which is never before the receipt's own.
  const told = ledger.deliveries[Math.max(ledger.place(knownDay), receipt.receipt.terms[0]?.from ?? 0)];
  const until =
    version &&
    event.again >= 15 &&
    event.again < 40 &&
    told &&
    told.businessDate === version.businessDate &&
    told.cutoffAt < version.cutoffAt
      ? { until: version.label }
      : {};
  const options = { known, id, ...until };
  // A payment that does not tell its rate stands at that of its day.
  const own = event.rate % 4 === 0 ? {} : { rate: (event.rate / 100).toFixed(2) };
  const on = dayOf(day);
  if (event.type < 45) {
    receipt.paid(portion, on, { ...options, ...(shape.dollars && own) });
  } else if (event.type < 60) {
    // A cheque that comes back some days later.
    receipt.paid(portion, on, { ...options, ...own });
    const back = clamp(day + 1 + (event.portion % 9));
    receipt.bounced(portion, dayOf(back), { known: knownOn(back), id: `${id}-back`, reversalOf: id, ...own });
  } else if (event.type < 70) {
    receipt.endorsed(moneyText((total * BigInt(event.portion)) / 300n), on, options);
  } else if (event.type < 80) {
    receipt.endorsed(moneyText((-total * BigInt(event.portion)) / 900n), on, options);
  } else if (event.type < 90) {
    receipt.cancelled(portion, on, {
      ...options,
      reason: event.portion % 2 === 0 ? 'NON_PAYMENT' : 'REQUESTED',
    });
  } else if (event.type < 95) {
    receipt.writtenOff(portion, on, options);
  } else {
    receipt.other(event.portion % 2 === 0 ? 'TRANSFER' : 'FX', portion, on, options);
  }
}
