import { AlturasError } from '../core/errors.ts';
import { sumOfDecimals } from '../core/money.ts';
import type { Answer } from './answer.ts';
import { type Basis, findBasis, findKpi } from './catalogue.ts';
import { companiesAt } from './companies.ts';
import type { Desk } from './desk.ts';
import { answer, type Question } from './kpi.ts';
import { heirOf } from './lens.ts';
import { type PartUnit, partUnit } from './partUnit.ts';
import { RATE_MISSING } from './rates.ts';

export interface ReceiptAmount {
  readonly company: string | null;
  /** Receipt number; of unapplied cash, the payment number. */
  readonly receipt: string | null;
  /** A decimal: money in cents, money times days, or a count. */
  readonly amount: string;
}

/** The receipts behind one part of a figure. Their sum is that part, to the cent. */
export interface ReceiptsBehind {
  readonly answer: Omit<Answer, 'rows'>;
  readonly part: 'numerator' | 'denominator';
  /** Of the amounts and of their sum. */
  readonly unit: PartUnit;
  /** Of the money in the amounts; null where there is none. */
  readonly currency: string | null;
  readonly sum: string;
  readonly receipts: readonly ReceiptAmount[];
}

/**
 * The receipts behind a cell: the same model and formula, asked by receipt, so that nothing can differ. Where the mart
 * keeps none, those of the figure that the catalogue names.
 * @param question a row of an answer: its dimensions in `by`, its members among the filters
 * @throws AlturasError `NOT_ADDITIVE` for a figure that is no sum over receipts, `NO_DENOMINATOR`, `RATE_MISSING`
 */
export async function receiptsOf(
  desk: Desk,
  question: Question,
  part: 'numerator' | 'denominator',
): Promise<ReceiptsBehind> {
  const { catalogue } = desk;
  const { kpi } = findKpi(catalogue, question.kpi);
  const { basis } = findBasis(kpi, question.basis);
  if (part === 'denominator' && basis.denominator === undefined) {
    throw new AlturasError('usage', 'NO_DENOMINATOR', `${question.kpi} is a sum: it has no denominator.`, {
      value: question.kpi,
      expected: 'numerator',
      hint: 'Leave --part out, or ask for the receipts of a ratio.',
    });
  }
  if (catalogue.marts[kpi.from]?.form !== 'long') return receiptsIn(desk, question, part);
  const { behind, instead } = basis;
  if (part === 'denominator' || behind === undefined) throw notAdditive(question, instead ?? behind?.kpi);
  const { rows: _rows, ...told } = await answer(desk, question);
  // What says nothing of a day has no build.
  const found = told.build === '' ? null : await receiptsBehind(desk, question, behind);
  if (found !== null) return { ...found, answer: told };
  const unit = partUnit(desk, { kpi, basis }, part) ?? 'number';
  return { answer: told, part, unit, currency: told.currency, sum: sumOfDecimals([]), receipts: [] };
}

/** Those of a figure; less what its member took over from another, or that alone. */
async function receiptsBehind(
  desk: Desk,
  question: Question,
  { kpi, taken_over: takenOver }: NonNullable<Basis['behind']>,
): Promise<ReceiptsBehind | null> {
  const of = (name: string, basis?: string): Promise<ReceiptsBehind> => {
    const { basis: _basis, period, ...asked } = question;
    const isStock = findKpi(desk.catalogue, name).kpi.periods.length === 0;
    return receiptsIn(
      desk,
      {
        ...asked,
        kpi: name,
        ...(basis !== undefined && { basis }),
        ...(!isStock && period !== undefined && { period }),
      },
      'numerator',
    );
  };
  const heir = takenOver === undefined ? null : heirOf(question);
  const taken = takenOver === undefined || heir === null ? null : await of(takenOver, heir);
  if (kpi === undefined) return taken;
  const all = await of(kpi);
  if (taken === null) return all;
  const key = ({ company, receipt }: ReceiptAmount): string => JSON.stringify([company, receipt]);
  const less = new Map(taken.receipts.map((one) => [key(one), one.amount]));
  const receipts = all.receipts.flatMap((one) => {
    const amount = sumOfDecimals([one.amount, `-${less.get(key(one)) ?? '0'}`]);
    return /^-?[0.]+$/.test(amount) ? [] : [{ ...one, amount }];
  });
  return { ...all, receipts, sum: sumOfDecimals(receipts.map(({ amount }) => amount)) };
}

async function receiptsIn(
  desk: Desk,
  question: Question,
  part: 'numerator' | 'denominator',
): Promise<ReceiptsBehind> {
  const { kpi } = findKpi(desk.catalogue, question.kpi);
  const { basis } = findBasis(kpi, question.basis);
  // A bucket's share is of all buckets: its denominator's receipts are, too.
  const over = part === 'denominator' ? kpi.denominator_over : [];
  const filters = question.filters.filter(({ column }) => !over.includes(column));
  // The dimensions that a KPI always has (its bucket) come from the filters here: a receipt stands in one of them.
  const whole = await answer(desk, { ...question, filters, by: ['company', 'receipt'] });
  refuseUnrated(question, whole);
  const seen = new Set<string>();
  const rows = whole.rows.flatMap((row) => {
    // Each row of a receipt tells the whole that it is a part of.
    const place = JSON.stringify(Object.entries(row.dimensions).filter(([one]) => !over.includes(one)));
    if (over.length > 0 && seen.has(place)) return [];
    seen.add(place);
    const amount = row[part];
    // Doubles do not add up to the cent: only decimals are sums over receipts.
    if (typeof amount === 'number') throw notAdditive(question);
    if (amount === null || /^-?[0.]+$/.test(amount)) return [];
    return [{ company: row.dimensions.company ?? null, receipt: row.dimensions.receipt ?? null, amount }];
  });
  await refuseSeveralCurrencies(desk, question, whole);
  const { rows: _rows, ...rest } = whole;
  const currency = whole.rows.find((row) => row.currency !== null)?.currency ?? null;
  return {
    answer: rest,
    part,
    unit: partUnit(desk, { kpi, basis }, part) ?? 'number',
    currency,
    sum: sumOfDecimals(rows.map(({ amount }) => amount)),
    receipts: rows,
  };
}

/** @param instead the figure whose receipts say what is asked for */
function notAdditive({ kpi }: Question, instead?: string): AlturasError {
  return new AlturasError('usage', 'NOT_ADDITIVE', `${kpi} is not a sum over receipts.`, {
    value: kpi,
    ...(instead === undefined
      ? { hint: 'Ask for the receipts of a figure it is made of: gross, overdue or sales.' }
      : {
          variant: 'instead',
          expected: instead,
          hint: `Ask for the receipts of what it is measured by: \`alturas receipts ${instead}\`.`,
        }),
  });
}

/** @throws AlturasError `RATE_MISSING`: receipts whose amounts nobody can tell have no sum */
function refuseUnrated(question: Question, whole: Answer): void {
  const unrated = whole.rows.filter(({ reason }) => reason === RATE_MISSING);
  const [one] = unrated;
  if (!one) return;
  throw new AlturasError(
    'missing',
    RATE_MISSING,
    `${unrated.length} receipts behind ${question.kpi} have no exchange rate on or before ${whole.as_of}.`,
    {
      value: one.dimensions.receipt ?? '',
      expected: 'a rate of their currency in the feed fx_rates',
      facts: { count: String(unrated.length), day: whole.as_of },
      hint: 'Deliver the rate, narrow the question to a currency that has one (--where currency=…), or ask in document currency (--basis document).',
    },
  );
}

/**
 * @throws AlturasError `SEVERAL_CURRENCIES`: amounts of companies whose functional currencies differ, or of documents
 *   in several, do not add up
 */
async function refuseSeveralCurrencies(desk: Desk, question: Question, whole: Answer): Promise<void> {
  if (!whole.rows.some(({ numerator }) => String(numerator).includes('.'))) return;
  const members = (dimension: string): string[] =>
    [...new Set(whole.rows.flatMap(({ dimensions }) => dimensions[dimension] ?? []))].sort();
  const companies = members('company');
  const documents = question.by.includes('currency') ? [] : members('currency');
  const { currencies } =
    documents.length > 1 ? { currencies: documents } : await companiesAt(desk, whole.known_at, companies);
  if (currencies.length < 2) return;
  const one = documents.length > 1 ? `currency=${documents[0]}` : `company=${companies[0]}`;
  throw new AlturasError(
    'usage',
    'SEVERAL_CURRENCIES',
    `The receipts behind ${question.kpi} are in ${currencies.join(' and ')}, which do not add up.`,
    {
      value: currencies.join(', '),
      expected: 'amounts of one currency',
      hint: `Ask for one of them: --where ${one}`,
    },
  );
}
