import { AlturasError } from '../../core/errors.ts';
import { grouped } from '../../core/grouped.ts';
import { moneyText } from '../../core/money.ts';
import type { RegisterItem, RegisterPayment } from './register.ts';

/** An item that its register says was paid in full, and where the register says so. */
export interface SettledItem {
  readonly item: RegisterItem;
  readonly settledOn: RegisterPayment['paidOn'];
  readonly line: number;
}

/** A payment and the line of the payments file that it is from. */
export interface PaymentLine {
  readonly payment: RegisterPayment;
  readonly line: number;
}

/** What both files are called, and the column that says when an item was settled. */
export interface SettledNames {
  readonly register: string;
  readonly payments: string;
  readonly column: string;
}

/**
 * What the settled dates of a register pay beside a payments file: on its settled date an item is paid what its
 * payments up to that day left open, which is all of it where it has none.
 * @throws AlturasError `SETTLED_CONTRADICTED` where the payments go past the settled date, or past the amount by it
 */
export function settledRests(
  settled: readonly SettledItem[],
  payments: readonly PaymentLine[],
  names: SettledNames,
): { readonly rests: RegisterPayment[]; readonly findings: string[] } {
  const byReceipt = grouped(payments, ({ payment }) => payment.receiptNo);
  const rests: RegisterPayment[] = [];
  const broken: { readonly at: SettledItem; readonly cause: string }[] = [];
  let completed = 0;
  for (const at of settled) {
    const { item, settledOn } = at;
    const own = byReceipt.get(item.receiptNo) ?? [];
    const rest = own.reduce((open, { payment }) => open - payment.amount, item.amount);
    const lines = `${names.payments} line ${own.map(({ line }) => line).join(', ')}`;
    const says = `line ${at.line}, column ${names.column}: ${item.receiptNo} was paid in full on ${settledOn}`;
    const late = own.find(({ payment }) => payment.paidOn > settledOn);
    if (late) {
      const { paidOn, amount } = late.payment;
      const cause = `${says}, but ${names.payments} line ${late.line} pays ${moneyText(amount)} on ${paidOn}`;
      broken.push({ at, cause });
    } else if (own.length > 0 && (item.amount < 0n ? rest > 0n : rest < 0n)) {
      const paid = moneyText(item.amount - rest);
      broken.push({ at, cause: `${says}, but ${lines} pay ${paid} of ${moneyText(item.amount)}` });
    } else if (rest !== 0n) {
      if (own.length > 0) completed += 1;
      rests.push({
        receiptNo: item.receiptNo,
        paymentNo: `${item.receiptNo}/settled`,
        application: `${item.receiptNo}/settled`,
        paidOn: settledOn,
        amount: rest,
      });
    }
  }
  const [first] = broken;
  if (first) throw contradicted(first.at, broken, names);
  return { rests, findings: completed === 0 ? [] : [incomplete(completed, names)] };
}

function contradicted(
  first: SettledItem,
  broken: readonly { readonly cause: string }[],
  names: SettledNames,
): AlturasError {
  return new AlturasError(
    'input',
    'SETTLED_CONTRADICTED',
    `${names.payments} contradicts the settled dates of ${broken.length} items of ${names.register}.`,
    {
      file: names.register,
      line: first.line,
      column: names.column,
      value: first.settledOn,
      expected: 'payments that are made by the settled date and are no more than the amount',
      causes: broken.slice(0, 20).map(({ cause }) => cause),
      safe: 'Nothing was written.',
      hint: 'Correct either file, or take settled_date off the mapping: the payments alone count then.',
    },
  );
}

function incomplete(count: number, names: SettledNames): string {
  return (
    `PAYMENTS_INCOMPLETE: the payments of ${count} items in ${names.payments} do not add up to their amounts by ` +
    `their ${names.column}; the rest was taken as paid on that day, as ${names.register} says.`
  );
}
