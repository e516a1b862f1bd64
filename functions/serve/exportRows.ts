import type { RefusedRow } from '../query/refused.ts';
import type { AskAnswer, Cell, ChangeResponse, ReceiptsResponse } from './api.ts';
import type { ReceiptRow } from './receipts.ts';
import type { Table, TableCell, TableColumn } from './table.ts';

type Rows = Pick<Table, 'columns' | 'rows'>;

/** A column with what it holds of a row. */
interface Filled<Row> extends TableColumn {
  readonly of: (row: Row) => TableCell;
}

function filled<Row>(rows: readonly Row[], columns: readonly Filled<Row>[]): Rows {
  return {
    columns: columns.map(({ name, kind }) => ({ name, kind })),
    rows: rows.map((row) => columns.map(({ of }) => of(row))),
  };
}

type AskRow = AskAnswer['rows'][number];

/**
 * Members with their names, then the parts of the figure with the currency of its money, then its value on the compare
 * days. Notes and the reasons of a compare day have a column where there are any.
 */
export function askRows(answer: AskAnswer): Rows {
  const units = {
    value: answer.unit,
    numerator: answer.numerator_unit,
    denominator: answer.denominator_unit,
  };
  const kindOf = (of: keyof typeof units, cells: readonly Cell[]): TableColumn['kind'] => {
    const told = cells.map((cell) => cell[of]).filter((cell) => cell !== null);
    if (told.length > 0 && told.every((cell) => /^-?\d+\.\d{2}$/.test(String(cell)))) return 'money';
    const isCount = answer.unit === 'count' || units[of] === 'count';
    return told.length > 0 && told.every((cell) => /^-?\d+$/.test(String(cell))) && isCount
      ? 'whole'
      : 'number';
  };
  const { rows } = answer;
  const part = (name: keyof typeof units): Filled<AskRow> => ({
    name,
    kind: kindOf(name, rows),
    of: (row) => row[name],
  });
  const text = (name: string, of: Filled<AskRow>['of'], isShown = true): Filled<AskRow>[] =>
    isShown ? [{ name, kind: 'text', of }] : [];
  return filled(rows, [
    ...answer.by.flatMap((dimension) => {
      const names = answer.labels[dimension];
      const member = (row: AskRow) => row.dimensions[dimension] ?? null;
      return [
        ...text(dimension, member),
        ...text(`${dimension}_name`, (row) => names?.[member(row) ?? ''] ?? null, names !== undefined),
      ];
    }),
    part('value'),
    part('numerator'),
    part('denominator'),
    ...text('reason', ({ reason }) => reason),
    ...text(
      'currency',
      ({ currency }) => currency,
      !answer.by.includes('currency') && rows.some(({ currency }) => currency !== null),
    ),
    ...text(
      'notes',
      ({ notes }) => notesText(notes),
      rows.some(({ notes }) => notesText(notes) !== null),
    ),
    ...answer.compare.flatMap(({ as_of: day }, at): Filled<AskRow>[] => {
      const cells = rows.flatMap(({ compare }) => compare[at] ?? []);
      return [
        {
          name: `value_${day}`,
          kind: kindOf('value', cells),
          of: ({ compare }) => compare[at]?.value ?? null,
        },
        ...text(
          `reason_${day}`,
          ({ compare }) => compare[at]?.reason ?? null,
          cells.some(({ reason }) => reason !== null),
        ),
      ];
    }),
  ]);
}

function notesText(notes: AskRow['notes']): string | null {
  const told = Object.entries(notes ?? {}).map(([name, value]) => `${name}=${value}`);
  return told.length === 0 ? null : told.join('; ');
}

const RECEIPT_COLUMNS = [
  ['company', 'text'],
  ['receipt', 'text'],
  ['amount', 'money'],
  ['client', 'text'],
  ['client_name', 'text'],
  ['policy', 'text'],
  ['line', 'text'],
  ['office', 'text'],
  ['advisor', 'text'],
  ['clerk', 'text'],
  ['intermediary', 'text'],
  ['currency', 'text'],
  ['due_date', 'day'],
  ['dpd', 'whole'],
  ['altura', 'text'],
  ['open_total', 'money'],
] as const satisfies readonly (readonly [keyof ReceiptRow, TableColumn['kind']])[];

/** Receipts; the currency of a receipt is that of its document, that of the amount stands last. */
export function receiptRows(
  rows: readonly ReceiptRow[],
  told: ReceiptsResponse['amount_unit'],
  currency: string | null,
): Rows {
  const areAll = (shape: RegExp) => rows.every(({ amount }) => shape.test(String(amount)));
  const isWhole = told === 'count' && areAll(/^-?\d+$/);
  const amountKind = isWhole ? 'whole' : areAll(/^-?\d+\.\d{2}$/) ? 'money' : 'number';
  return filled(rows, [
    ...RECEIPT_COLUMNS.map(
      ([name, kind]): Filled<ReceiptRow> => ({
        name,
        kind: name === 'amount' ? amountKind : kind,
        of: (row) => row[name] ?? null,
      }),
    ),
    ...(currency === null ? [] : [{ name: 'amount_currency', kind: 'text', of: () => currency } as const]),
  ]);
}

/** Members of a change, by currency, with its causes. */
export function changeRows(view: ChangeResponse): Rows {
  const { by } = view;
  type One = ChangeResponse['blocks'][number]['members'][number] & { readonly currency: string };
  const rows = view.blocks.flatMap(({ currency, total, members }): One[] =>
    (by === null ? [{ member: null, ...total }] : members).map((one) => ({ ...one, currency })),
  );
  const money = (name: string, of: Filled<One>['of']): Filled<One> => ({ name, kind: 'money', of });
  const columns: Filled<One>[] = [
    // By the currency of the documents, the amounts are in that of the company all the same.
    {
      name: by === 'currency' ? 'functional_currency' : 'currency',
      kind: 'text',
      of: ({ currency }) => currency,
    },
    { name: by ?? 'total', kind: 'text', of: ({ member }) => member },
    { name: 'name', kind: 'text', of: ({ member }) => view.labels[by ?? '']?.[member ?? ''] ?? null },
    money('opening', ({ opening }) => opening),
    money('closing', ({ closing }) => closing),
    money('change', ({ change }) => change),
    ...view.causes.map(({ cause }) => money(cause, ({ causes }) => causes[cause] ?? '0.00')),
  ];
  return filled(rows, columns);
}

const REFUSED_COLUMNS = [
  'feed',
  'day',
  'company',
  'file',
  'line',
  'column',
  'value',
  'code',
  'reason_es',
  'reason',
  'raw',
] as const satisfies readonly (keyof RefusedRow)[];

export function refusedTable(rows: readonly RefusedRow[]): Rows {
  return filled(
    rows,
    REFUSED_COLUMNS.map((name) => ({ name, kind: name === 'day' ? 'day' : 'text', of: (row) => row[name] })),
  );
}
