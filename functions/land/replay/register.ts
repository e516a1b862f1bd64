import { basename } from 'node:path';
import type { BusinessDate } from '../../core/dates.ts';
import { AlturasError } from '../../core/errors.ts';
import { grouped } from '../../core/grouped.ts';
import { type Cents, cents } from '../../core/money.ts';
import type { Session } from '../../engine/duckdb.ts';
import { type Kind, readColumns, type Wanted } from './columns.ts';
import type { ReplayMapping } from './mapping.ts';
import { type PaymentLine, type SettledItem, settledRests } from './settled.ts';

export interface RegisterItem {
  readonly receiptNo: string;
  readonly clientId: string;
  readonly policyNo: string;
  readonly line: string;
  readonly office: string;
  readonly currency: string;
  readonly issueDate: BusinessDate;
  readonly dueDate: BusinessDate | null;
  readonly amount: Cents;
  readonly disputed: boolean;
}

export interface RegisterPayment {
  readonly receiptNo: string;
  /** The register's own number, which may pay several items; ours where it has none. */
  readonly paymentNo: string;
  /** Which application of that payment: no other of the register has it, and the same file gives it again. */
  readonly application: string;
  readonly paidOn: BusinessDate;
  readonly amount: Cents;
}

/** A payment that names a policy and no item of it. */
export interface PolicyPayment {
  readonly paymentNo: string;
  readonly policyNo: string;
  readonly clientId: string;
  readonly currency: string;
  readonly paidOn: BusinessDate;
  readonly amount: Cents;
}

export interface RegisterRate {
  readonly rateDate: string;
  readonly from: string;
  readonly to: string;
  readonly rate: string;
}

export interface Register {
  readonly items: readonly RegisterItem[];
  readonly payments: readonly RegisterPayment[];
  /** Payments that are left to us to put on the items of their policy. */
  readonly unnamed: readonly PolicyPayment[];
  readonly rates: readonly RegisterRate[];
  /** What a reader should know although nothing was refused. */
  readonly findings: readonly string[];
}

/** Members that stand in for the dimensions a register lacks. */
export const DEFAULT_LINE = 'SIN_RAMO';
export const DEFAULT_OFFICE = 'SIN_OFICINA';

/**
 * Reads a register, and a payments file and rates where the mapping has them. Amounts are exact; nothing is guessed.
 * @throws AlturasError `BAD_REGISTER` with file, line, column and value of every cell that cannot be read (20 at most),
 *   `SETTLED_CONTRADICTED` (see settledRests)
 */
export async function readRegister(
  session: Session,
  mapping: ReplayMapping,
  paths: { readonly register: string; readonly payments?: string; readonly rates?: string },
): Promise<Register> {
  const columns = mapping.register.columns;
  const optional = (as: keyof typeof columns, kind: Kind): Wanted[] => {
    const column = columns[as];
    return column === undefined ? [] : [{ as, column, kind }];
  };
  const rows = await readColumns(session, paths.register, mapping.register, [
    { as: 'receipt_no', column: columns.receipt_no, kind: 'text' },
    { as: 'client_id', column: columns.client_id, kind: 'text' },
    { as: 'issue_date', column: columns.issue_date, kind: 'date' },
    { as: 'due_date', column: columns.due_date, kind: 'optional date' },
    { as: 'amount', column: columns.amount, kind: 'amount' },
    ...optional('settled_date', 'optional date'),
    ...optional('currency', 'text'),
    ...optional('disputed', 'optional text'),
    ...optional('policy_no', 'text'),
    ...optional('line', 'text'),
    ...optional('office', 'text'),
  ]);
  const yes = new Set(mapping.register.disputed_values);
  const items = rows.map(
    (row): RegisterItem => ({
      receiptNo: text(row.receipt_no),
      clientId: text(row.client_id),
      policyNo: text(row.policy_no ?? row.receipt_no),
      line: text(row.line ?? DEFAULT_LINE),
      office: text(row.office ?? DEFAULT_OFFICE),
      currency: text(row.currency ?? mapping.company.currency),
      issueDate: text(row.issue_date) as BusinessDate,
      dueDate: row.due_date ? (row.due_date as BusinessDate) : null,
      amount: cents(text(row.amount)),
      disputed: yes.has(row.disputed ?? ''),
    }),
  );
  const file = basename(paths.register);
  refuseDuplicates(items, file);

  const settled = rows.flatMap((row, index): SettledItem[] => {
    const item = items[index];
    if (!row.settled_date || !item) return [];
    return [{ item, settledOn: row.settled_date as BusinessDate, line: index + 2 }];
  });
  const paid = await paidBy(session, mapping, paths, items, settled);
  const rates = paths.rates ? await readRates(session, mapping, paths.rates) : [];
  const findings = [...lostZeros(items, file), ...paid.findings];
  return { items, payments: paid.payments, unnamed: paid.unnamed, rates, findings };
}

/** What was paid when: by the settled dates, and by the payments file where there is one. */
async function paidBy(
  session: Session,
  mapping: ReplayMapping,
  paths: { readonly register: string; readonly payments?: string },
  items: readonly RegisterItem[],
  settled: readonly SettledItem[],
): Promise<Pick<Register, 'payments' | 'unnamed' | 'findings'>> {
  if (paths.payments === undefined) {
    const payments = settled.map(({ item, settledOn }) => ({
      receiptNo: item.receiptNo,
      paymentNo: `${item.receiptNo}/1`,
      application: `${item.receiptNo}/1`,
      paidOn: settledOn,
      amount: item.amount,
    }));
    return { payments, unnamed: [], findings: [] };
  }
  const { lines, unnamed } = await readPayments(session, mapping, paths.payments, items);
  const payments = lines.map(({ payment }) => payment);
  const names = {
    register: basename(paths.register),
    payments: basename(paths.payments),
    column: mapping.register.columns.settled_date ?? '',
  };
  refuseUnknownReceipts(items, payments, names.payments, names.register);
  const { rests, findings } = settledRests(settled, lines, names);
  return { payments: [...payments, ...rests], unnamed, findings };
}

async function readPayments(
  session: Session,
  mapping: ReplayMapping,
  path: string,
  items: readonly RegisterItem[],
): Promise<{ readonly lines: PaymentLine[]; readonly unnamed: readonly PolicyPayment[] }> {
  if (!mapping.payments) throw missingSection('payments', path);
  const { columns } = mapping.payments;
  const optional = (as: keyof typeof columns, kind: Kind): Wanted[] => {
    const column = columns[as];
    return column === undefined ? [] : [{ as, column, kind }];
  };
  const rows = await readColumns(session, path, mapping.payments, [
    ...optional('receipt_no', columns.policy_no === undefined ? 'text' : 'optional text'),
    ...optional('policy_no', 'optional text'),
    { as: 'paid_on', column: columns.paid_on, kind: 'date' },
    { as: 'amount', column: columns.amount, kind: 'amount' },
    ...optional('payment_no', 'text'),
  ]);
  const seen = new Map<string, number>();
  const numbered = rows.map((row, index) => {
    const { receipt_no: receiptNo, policy_no: policyNo, payment_no: paymentNo } = row;
    const payee = receiptNo ?? `${text(policyNo)}/policy`;
    // Counted by the whole text before the count, so that no two are equal, whatever the numbers hold.
    const pays = paymentNo ? `${paymentNo}/${payee}` : payee;
    const count = (seen.get(pays) ?? 0) + 1;
    seen.set(pays, count);
    const application = `${pays}/${count}`;
    return {
      line: index + 2,
      receiptNo: receiptNo ?? null,
      policyNo: policyNo ?? null,
      paymentNo: paymentNo ?? application,
      application,
      paidOn: text(row.paid_on) as BusinessDate,
      amount: cents(text(row.amount)),
    };
  });
  const lines = numbered.flatMap(({ line, receiptNo, policyNo: _, ...payment }) =>
    receiptNo === null ? [] : [{ payment: { receiptNo, ...payment }, line }],
  );
  const left = numbered.filter(({ receiptNo }) => receiptNo === null);
  return { lines, unnamed: policyPayments(left, items, basename(path), columns) };
}

/**
 * Payments that name a policy alone, with what its items tell of it.
 * @throws AlturasError `PAYMENT_UNPLACED` of those that cannot be put on the items of one policy
 */
function policyPayments(
  left: readonly {
    readonly line: number;
    readonly policyNo: string | null;
    readonly paymentNo: string;
    readonly paidOn: BusinessDate;
    readonly amount: Cents;
  }[],
  items: readonly RegisterItem[],
  file: string,
  columns: NonNullable<ReplayMapping['payments']>['columns'],
): PolicyPayment[] {
  const byPolicy = grouped(items, ({ policyNo }) => policyNo);
  const numbers = new Map<string, number>();
  const faults: { readonly line: number; readonly value: string; readonly cause: string }[] = [];
  const payments: PolicyPayment[] = [];
  for (const { line, policyNo, paymentNo, paidOn, amount } of left) {
    const own = policyNo === null ? [] : (byPolicy.get(policyNo) ?? []);
    const [first] = own;
    const currencies = [...new Set(own.map(({ currency }) => currency))];
    const before = numbers.get(paymentNo);
    numbers.set(paymentNo, line);
    const fault =
      policyNo === null
        ? 'names neither an item nor a policy'
        : first === undefined
          ? `no item of the register has policy ${policyNo}`
          : currencies.length > 1
            ? `policy ${policyNo} has items in ${currencies.join(' and ')}: which of them it pays is not said`
            : amount <= 0n
              ? 'what is not positive must name the item that it takes back'
              : before !== undefined
                ? `payment ${paymentNo} stands in line ${before} already`
                : null;
    if (fault !== null) faults.push({ line, value: policyNo ?? '', cause: `line ${line}: ${fault}` });
    else if (policyNo !== null && first)
      payments.push({
        paymentNo,
        policyNo,
        clientId: first.clientId,
        currency: first.currency,
        paidOn,
        amount,
      });
  }
  const [fault] = faults;
  if (fault)
    throw new AlturasError(
      'input',
      'PAYMENT_UNPLACED',
      `${faults.length} payments of ${file} name no item and cannot be put on those of a policy.`,
      {
        file,
        line: fault.line,
        column: columns.policy_no ?? columns.receipt_no ?? '',
        value: fault.value,
        causes: faults.slice(0, 20).map(({ cause }) => cause),
        expected: 'an item, or a policy of the register with items in one currency',
        safe: 'Nothing was written.',
        hint: 'Write the item that each of these lines pays, or correct its policy.',
      },
    );
  return payments;
}

async function readRates(session: Session, mapping: ReplayMapping, path: string): Promise<RegisterRate[]> {
  if (!mapping.rates) throw missingSection('rates', path);
  const { columns } = mapping.rates;
  const rows = await readColumns(session, path, mapping.rates, [
    { as: 'rate_date', column: columns.rate_date, kind: 'date' },
    { as: 'from', column: columns.from_currency, kind: 'text' },
    { as: 'to', column: columns.to_currency, kind: 'text' },
    { as: 'rate', column: columns.rate, kind: 'rate' },
  ]);
  return rows.map((row) => ({
    rateDate: text(row.rate_date),
    from: text(row.from),
    to: text(row.to),
    rate: text(row.rate),
  }));
}

function missingSection(section: string, file: string): AlturasError {
  return new AlturasError(
    'usage',
    'BAD_MAPPING',
    `The mapping has no section "${section}", but ${basename(file)} was given.`,
    {
      hint: `Add "${section}:" with its columns and formats to the mapping file.`,
    },
  );
}

const text = (value: string | null | undefined): string => value ?? '';

function refuseDuplicates(items: readonly RegisterItem[], file: string): void {
  const lines = new Map<string, number>();
  const causes: string[] = [];
  items.forEach(({ receiptNo }, index) => {
    const first = lines.get(receiptNo);
    if (first === undefined) lines.set(receiptNo, index + 2);
    else causes.push(`line ${index + 2}: ${receiptNo} stands in line ${first} already`);
  });
  if (causes.length === 0) return;
  throw new AlturasError('input', 'BAD_REGISTER', `${file} names ${causes.length} items twice.`, {
    file,
    causes: causes.slice(0, 20),
    expected: 'one line an item; partial payments belong in a payments file',
    safe: 'Nothing was written.',
    hint: 'Remove the repeated lines, or map a column that tells them apart.',
  });
}

const bare = (key: string): string => key.trim().replace(/^0+/, '');

function refuseUnknownReceipts(
  items: readonly RegisterItem[],
  payments: readonly RegisterPayment[],
  file: string,
  register: string,
): void {
  const known = new Set(items.map(({ receiptNo }) => receiptNo));
  const unknown = payments.filter(({ receiptNo }) => !known.has(receiptNo));
  if (unknown.length === 0) return;
  const stripped = new Set(items.map(({ receiptNo }) => bare(receiptNo)));
  const reshaped = unknown.filter(({ receiptNo }) => stripped.has(bare(receiptNo))).length;
  const samples = unknown.slice(0, 5).map(({ receiptNo }) => `${receiptNo} is not in ${register}`);
  if (reshaped > 0) {
    throw new AlturasError(
      'input',
      'KEY_SHAPE_CHANGED',
      `${reshaped} receipt numbers of ${file} match ${register} only after removing leading zeros or spaces.`,
      {
        file,
        causes: samples,
        expected: 'the same text in both files: receipt numbers are text, not figures',
        safe: 'Nothing was written and nothing was joined.',
        hint: 'Export the numbers as text again; a spreadsheet has dropped their zeros.',
      },
    );
  }
  throw new AlturasError(
    'input',
    'BAD_REGISTER',
    `${unknown.length} payments of ${file} belong to no item of ${register}.`,
    {
      file,
      causes: samples,
      safe: 'Nothing was written.',
      hint: 'Add the missing items to the register, or remove their payments.',
    },
  );
}

/** Digits of several lengths and never a zero in front: the mark of a spreadsheet that read the numbers as figures. */
function lostZeros(items: readonly RegisterItem[], file: string): string[] {
  const numbers = items.map(({ receiptNo }) => receiptNo);
  const lengths = new Set(numbers.map((number) => number.length));
  const figures = numbers.length > 1 && numbers.every((number) => /^[1-9][0-9]*$/.test(number));
  return figures && lengths.size > 1
    ? [
        `LEADING_ZEROS_LOST: the ${numbers.length} item numbers of ${file} are digits of ${lengths.size} different lengths and none begins with 0. ` +
          'A spreadsheet may have dropped leading zeros; such numbers will not be joined with those of a source that kept them.',
      ]
    : [];
}
