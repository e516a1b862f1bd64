import { AlturasError } from '../core/errors.ts';
import type { Answer, AnswerRow } from './answer.ts';
import { findKpi } from './catalogue.ts';
import type { Desk } from './desk.ts';
import { answer, type Question } from './kpi.ts';
import { type ReceiptsBehind, receiptsOf } from './receipts.ts';

/** One figure of an answer: a question, and the members of its row; no members are the total. */
export interface CellQuestion {
  readonly question: Question;
  readonly at: Readonly<Record<string, string | null>>;
}

export interface CellAnswer {
  readonly answer: Answer;
  readonly row: AnswerRow;
}

/**
 * The cell itself, asked as the board asked it.
 * @throws AlturasError `CELL_AMBIGUOUS` where companies of several currencies have no total, `CELL_MISSING`
 */
export async function cellAnswer(desk: Desk, { question, at }: CellQuestion): Promise<CellAnswer> {
  const asked = Object.keys(at);
  const { kpi } = findKpi(desk.catalogue, question.kpi);
  const whole = await answer(desk, {
    ...question,
    by: asked.filter((dimension) => !kpi.always_by.includes(dimension)),
  });
  if (asked.length === 0) {
    const total = whole.total ?? (whole.rows.length === 1 ? whole.rows[0] : undefined);
    if (total) return { answer: whole, row: total };
    throw new AlturasError('usage', 'CELL_AMBIGUOUS', 'These companies have no common total.', {
      expected: 'a company',
      hint: 'name the company of the figure',
    });
  }
  const matches = whole.rows.filter((row) =>
    asked.every((dimension) => (row.dimensions[dimension] ?? null) === (at[dimension] ?? null)),
  );
  const [row] = matches;
  if (row && matches.length === 1) return { answer: whole, row };
  throw new AlturasError(
    row ? 'usage' : 'missing',
    row ? 'CELL_AMBIGUOUS' : 'CELL_MISSING',
    row ? 'These members name several figures.' : 'There is no such figure.',
    {
      value: JSON.stringify(at),
      expected: Object.keys(whole.rows[0]?.dimensions ?? {}).join(', '),
    },
  );
}

/** The receipts behind a cell, and whether they add up to its part. */
export async function cellReceipts(
  desk: Desk,
  cell: CellQuestion,
  part: 'numerator' | 'denominator',
): Promise<CellAnswer & { readonly behind: ReceiptsBehind; readonly equal: boolean }> {
  const told = await cellAnswer(desk, cell);
  const { kpi } = findKpi(desk.catalogue, cell.question.kpi);
  const behind = await receiptsOf(
    desk,
    {
      ...cell.question,
      by: Object.keys(cell.at).filter((dimension) => !kpi.always_by.includes(dimension)),
      filters: [
        ...cell.question.filters,
        ...Object.entries(cell.at).map(([column, member]) => ({ column, members: [member] })),
      ],
    },
    part,
  );
  return { ...told, behind, equal: sameAmount(behind.sum, String(told.row[part] ?? 0)) };
}

/** Equal to the last place, however many each is written with. */
function sameAmount(a: string, b: string): boolean {
  const plain = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  return plain(a) === plain(b);
}
