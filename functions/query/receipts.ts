import { AlturasError } from '../core/errors.ts';
import { cents, moneyText } from '../core/money.ts';
import type { Answer } from './answer.ts';
import { findKpi } from './catalogue.ts';
import type { Desk } from './desk.ts';
import { answer, type Question } from './kpi.ts';

export interface ReceiptAmount {
  readonly company: string | null;
  /** Receipt number; of unapplied cash, the payment number. */
  readonly receipt: string | null;
  readonly amount: string | number;
}

/** The receipts behind one part of a figure. Their sum is that part, to the cent. */
export interface ReceiptsBehind {
  readonly answer: Omit<Answer, 'rows'>;
  readonly part: 'numerator' | 'denominator';
  readonly sum: string | number;
  readonly receipts: readonly ReceiptAmount[];
}

/**
 * The receipts behind a cell: the same model and formula, asked by receipt, so that nothing can differ.
 * @throws AlturasError `NOT_ADDITIVE` for a figure that is no sum over receipts
 */
export async function receiptsOf(
  desk: Desk,
  question: Question,
  part: 'numerator' | 'denominator',
): Promise<ReceiptsBehind> {
  const { catalogue } = desk;
  const { kpi } = findKpi(catalogue, question.kpi);
  if (catalogue.marts[kpi.from]?.form === 'long') {
    throw new AlturasError('usage', 'NOT_ADDITIVE', `${question.kpi} is not a sum over receipts.`, {
      value: question.kpi,
      hint: 'Ask for the receipts of a figure it is made of: gross, overdue or sales.',
    });
  }
  // A bucket's share is of all buckets: its denominator's receipts are, too.
  const over = part === 'denominator' ? kpi.denominator_over : [];
  const filters = question.filters.filter(({ column }) => !over.includes(column));
  // The dimensions that a KPI always has (its bucket) come from the filters here: a receipt stands in one of them.
  const whole = await answer(desk, { ...question, filters, by: ['company', 'receipt'] });
  const seen = new Set<string>();
  const rows = whole.rows.flatMap((row) => {
    // Each row of a receipt tells the whole that it is a part of.
    const place = JSON.stringify(Object.entries(row.dimensions).filter(([one]) => !over.includes(one)));
    if (over.length > 0 && seen.has(place)) return [];
    seen.add(place);
    const amount = row[part];
    if (amount === null || Number(amount) === 0) return [];
    return [{ company: row.dimensions.company ?? null, receipt: row.dimensions.receipt ?? null, amount }];
  });
  const { rows: _rows, ...rest } = whole;
  return { answer: rest, part, sum: sumOf(rows.map(({ amount }) => amount)), receipts: rows };
}

/** Money adds up exactly, in cents; counts and days as numbers. */
function sumOf(amounts: readonly (string | number)[]): string | number {
  const exact = amounts.every((amount) => typeof amount === 'string' && /^-?\d+\.\d{2}$/.test(amount));
  return exact
    ? moneyText(amounts.reduce<bigint>((sum, amount) => sum + cents(String(amount)), 0n))
    : amounts.reduce<number>((sum, amount) => sum + Number(amount), 0);
}
