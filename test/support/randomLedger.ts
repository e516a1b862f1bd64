import fc from 'fast-check';
import { TARGETED_KPIS } from '../../functions/contracts/targets.ts';
import { addDays, type BusinessDate, businessDate } from '../../functions/core/dates.ts';
import { moneyText } from '../../functions/core/money.ts';
import {
  type CompanyFacts,
  CompanyLedger,
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

const target = fc.record({
  company: fc.nat({ max: 999 }),
  member: fc.nat({ max: 99 }),
  /** Beyond those that a target can be of: what few ledgers tell of. */
  kpi: fc.nat({ max: TARGETED_KPIS.length + 7 }),
  month: fc.nat({ max: 4 }),
  /** A target of zero is none. */
  level: fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: 1, max: 400 }) },
    { weight: 1, arbitrary: fc.constant(0) },
  ),
  known: offset,
  /** Told once more, with this level, so many days later. */
  changed: fc.option(fc.record({ level: fc.integer({ min: 1, max: 400 }), later: fc.nat({ max: 20 }) })),
});

/** Receipts of one company old enough for every bucket, and others that fall due in June; and what is paid of each. */
const old = fc.record({
  company: fc.nat({ max: 999 }),
  receipts: fc.array(
    fc.record({
      net: fc.integer({ min: 1_000, max: 90_000_000 }),
      /** Where in its bucket, from its end. */
      ahead: fc.nat({ max: 12 }),
      paid: fc.nat({ max: 100 }),
      day: offset,
    }),
    { minLength: 8, maxLength: 8 },
  ),
});

export type RandomTarget = Of<typeof target>;
export type RandomOld = Of<typeof old>;
export type RandomCompany = Of<typeof company>;
export type RandomCalendar = Of<typeof calendar>;

/** What fast-check tells of a lake. */
export interface RandomLake {
  readonly calendar: RandomCalendar;
  readonly companies: readonly RandomCompany[];
  readonly targets: readonly RandomTarget[];
  readonly old: readonly RandomOld[];
  /** Days that are told again, beside those of the calendar. */
  readonly again: RandomCalendar['again'];
}

/** A calendar and as many companies as asked. */
function randomLake(companies: number): fc.Arbitrary<RandomLake> {
  return fc.record({
    calendar,
    companies: fc.array(company, { minLength: companies, maxLength: companies, size: 'max' }),
    // After the companies: they stay what they were for a seed.
    targets: fc.array(target, { minLength: companies * 80, maxLength: companies * 80, size: 'max' }),
    old: fc.array(old, {
      minLength: Math.ceil(companies / 4),
      maxLength: Math.ceil(companies / 4),
      size: 'max',
    }),
    again: fc.uniqueArray(
      fc.record({ day: fc.integer({ min: 15, max: DAYS - 10 }), later: fc.integer({ min: 1, max: 6 }) }),
      { minLength: 2, maxLength: 3, selector: ({ day }) => day },
    ),
  });
}

const dayOf = (offsetDays: number): BusinessDate => addDays(FIRST_DAY, offsetDays);
const clamp = (day: number): number => Math.min(Math.max(day, 0), DAYS - 1);

/** Random ledgers of so many companies each, called `000`, `001`, ...; the same seed gives the same ones. */
export function randomLedgers(count: number, companies: number, seed: number): Ledger[] {
  return fc.sample(randomLake(companies), { seed, numRuns: count }).map(ledgerOf);
}

/** The first of them. */
export function randomLedger(companies: number, seed: number): Ledger {
  const [ledger] = randomLedgers(1, companies, seed);
  if (!ledger) throw new Error('fast-check gave no lake');
  return ledger;
}

function ledgerOf(lake: RandomLake): Ledger {
  const ledger = new Ledger(deliveriesOf(lake.calendar, lake.again));
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
  const companies = ledger.companies.map((facts) => new CompanyLedger(ledger, facts));
  const nth = (index: number) => companies[index % companies.length];
  for (const { company, receipts } of lake.old) addOld(nth(company), receipts);
  for (const one of lake.targets) addTarget(ledger, nth(one.company), one);
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

function deliveriesOf(random: RandomCalendar, more: RandomCalendar['again']): DeliveryPlan[] {
  const missing = new Set(random.missing);
  const regular = Array.from({ length: DAYS }, (_, day) => day).filter((day) => !missing.has(day));
  // At noon of a later day: after that day before's regular cut-off, before its own.
  // Those beside the calendar's are of days that were told before, for what they say to be old news.
  const told = more.map(({ day, later }) => ({ day: regular.find((one) => one >= day) ?? day, later }));
  const days = new Set<number>();
  const all = [...random.again, ...told].filter(({ day }) => !days.has(day) && days.add(day));
  const again = all.map(({ day, later }, index) =>
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

/** Days past due on the last day of May: the end of each bucket of the house. */
const BUCKET_ENDS = [0, 30, 60, 75, 90, 180, 360, 500];

function addOld(company: CompanyLedger | undefined, receipts: RandomOld['receipts']): void {
  if (!company || company.facts.receipts.some(({ receiptNo }) => receiptNo === 'OLD0')) return;
  for (const [index, { net, ahead, paid, day }] of receipts.entries()) {
    const due = addDays(businessDate('2026-05-31'), ahead - (BUCKET_ENDS[index] ?? 0));
    const receipt = company.receipt(`OLD${index}`, {
      policy: `P${4 + (index % 2)}`,
      client: `C${3 + index}`,
      line: `L${index % 2}`,
      office: `0${index % 3}`,
      opening: moneyText(BigInt(net)),
      issued: addDays(due, -20 - index),
      due,
      coverageStart: addDays(due, -10),
    });
    const amount = (BigInt(net) * BigInt(paid)) / 100n;
    if (amount > 0n) receipt.paid(moneyText(amount), dayOf(day), { id: `OLD${index}-paid` });
    // Most of these are paid whole, about the day on which they fall due; of the others the rest is cancelled.
    const june = addDays(businessDate('2026-06-05'), index * 3);
    const young = company.receipt(`DUE${index}`, {
      policy: `P${6 + (index % 2)}`,
      client: `C${index}`,
      line: `L${index % 2}`,
      office: index % 2 === 0 ? `0${(index + day) % 3}` : `0${8 + (day % 2)}`,
      net: moneyText(BigInt(net)),
      issued: addDays(june, -4),
      due: june,
    });
    const whole = paid < 70 ? BigInt(net) : amount;
    young.paid(moneyText(whole), addDays(june, ahead - 4), { id: `DUE${index}-paid` });
    const rest = BigInt(net) - whole;
    if (rest > 0n && index < 6)
      young.cancelled(moneyText(rest), addDays(june, 3), { id: `DUE${index}-ended`, reason: 'NON_PAYMENT' });
  }
}

/** A target of the company or of somebody that it names, never before the lake knows of them. */
function addTarget(ledger: Ledger, company: CompanyLedger | undefined, facts: RandomTarget): void {
  if (!company) return;
  const { company: id, from, receipts, assignments, shares } = company.facts;
  const members = new Map<string, number>([
    [`company|${id}`, from],
    ['total|total', from],
  ]);
  const named = (dimension: string, member: string, since: number) => {
    const key = `${dimension}|${member}`;
    members.set(key, Math.min(members.get(key) ?? since, since));
  };
  for (const { office, line, terms } of receipts) {
    named('office', office, terms[0]?.from ?? from);
    named('line', line, terms[0]?.from ?? from);
  }
  for (const { role, person, from: since } of assignments) named(role.toLowerCase(), person, since);
  for (const { intermediary, from: since } of shares) named('intermediary', intermediary, since);
  const [key, since] = [...members][facts.member % members.size] ?? ['total|total', from];
  const [dimension = '', member = ''] = key.split('|');
  const month = ['2026-05-01', '2026-07-01'][facts.month] ?? '2026-06-01';
  const kpi = TARGETED_KPIS[facts.kpi] ?? (facts.kpi % 2 === 0 ? 'cure_rate' : 'on_time_rate');
  // Sums of money of the size of a receipt, days, and shares of up to four.
  const units: Readonly<Record<string, number>> = {
    collected: 1_000,
    written: 1_000,
    sales: 1_000,
    overdue: 1_000,
    dso: 1,
  };
  const value = (level: number) => (level * (units[kpi] ?? 0.01)).toFixed(2);
  const told = (day: number) => ledger.deliveries[Math.max(ledger.place(knownOn(day)), since)]?.label;
  company.target(month, dimension, member, kpi, value(facts.level), told(facts.known % 20));
  if (facts.changed === null) return;
  const { level, later } = facts.changed;
  company.target(month, dimension, member, kpi, value(level), told((facts.known % 20) + later), 2);
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
    ...(shape.net % 3 > 0 && { channel: ['PSE', 'CAJA'][shape.net % 2] ?? 'PSE' }),
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
