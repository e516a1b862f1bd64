import type { AskAnswer, ReceiptsResponse } from '../../functions/serve/api.ts';
import { dayText } from '../format/days.ts';
import { capital } from '../format/text.ts';
import { change } from '../parts/change.ts';
import { type TableModel, wordCell } from '../parts/table.ts';
import { PartFigures, partNames } from './drillParts.ts';
import type { Setting } from './setting.ts';

/** A figure by one dimension: value, what it is made of, its share of the whole, and its change where it is compared. */
export function breakdownTable(
  setting: Setting,
  answer: AskAnswer,
  by: string,
  open: (member: string | null) => void,
): TableModel {
  const { words, figures } = setting;
  const money = answer.unit === 'money';
  const parts = !money && answer.rows.some(({ denominator }) => denominator !== null);
  const name = words.dimensions[by as keyof typeof words.dimensions] ?? by;
  const weight = (row: AskAnswer['rows'][number]): number => Number((parts ? row.numerator : row.value) ?? 0);
  /** The currency of a row where those of the answer differ: no amount ranks against one of another. */
  const among = ({ dimensions: { currency, company } }: AskAnswer['rows'][number]): string | null =>
    answer.currency !== null
      ? null
      : (currency ?? setting.ground.currencies.get(company ?? '') ?? company ?? null);
  const lines = [...answer.rows].sort(
    (a, b) => (among(a) ?? '').localeCompare(among(b) ?? '') || Math.abs(weight(b)) - Math.abs(weight(a)),
  );
  const longest = new Map<string | null, number>();
  for (const row of lines)
    longest.set(among(row), Math.max(longest.get(among(row)) ?? 1e-9, Math.abs(weight(row))));
  const bar = (row: AskAnswer['rows'][number]) => weight(row) / (longest.get(among(row)) ?? 1e-9);
  const whole = answer.total === null ? null : weight(answer.total);
  const over = new PartFigures(setting, answer.numerator_unit);
  const under = new PartFigures(setting, answer.denominator_unit);
  const named = partNames(setting, answer.kpi, answer.basis);
  const called = setting.names(by, lines, answer.labels);
  const cells = (row: AskAnswer['rows'][number], total: boolean) => {
    const label = total ? words.table.total : called(row.dimensions[by] ?? null);
    const before = row.compare[0]?.value ?? null;
    const share = whole === null || whole === 0 ? null : weight(row) / whole;
    return [
      wordCell(label),
      {
        show: money
          ? figures.millions(row.value)
          : row.value === null
            ? setting.reason(row.reason)
            : figures.short(row.value, answer.unit),
        text: figures.paste(row.value),
        sort: row.value === null ? null : Number(row.value),
        among: among(row),
        ...(money ? { bar: bar(row) } : {}),
      },
      ...(parts
        ? [
            {
              show: over.millions(row.numerator),
              text: figures.paste(row.numerator),
              sort: Number(row.numerator ?? 0),
              bar: bar(row),
            },
            {
              show: under.millions(row.denominator),
              text: figures.paste(row.denominator),
              sort: Number(row.denominator ?? 0),
            },
          ]
        : []),
      ...(share === null ? [] : [{ show: figures.percent(share), text: figures.paste(share), sort: share }]),
      ...(answer.compare.length === 0
        ? []
        : [
            {
              show: change(setting, row.value, before, answer.unit, answer.direction),
              text: figures.paste(
                row.value === null || before === null ? null : Number(row.value) - Number(before),
              ),
              sort: row.value === null || before === null ? null : Number(row.value) - Number(before),
              among: among(row),
            },
          ]),
    ];
  };
  return {
    caption: `${setting.kpiName(answer.kpi)}: ${name}`,
    columns: [
      { head: capital(name) },
      {
        head: money ? words.drill.amount : setting.kpiName(answer.kpi),
        end: true,
        ...(money ? { unit: figures.millionsUnit, bar: 'share' as const } : {}),
      },
      ...(parts
        ? [
            {
              head: named.numerator,
              ...over.millionsUnit,
              end: true,
              bar: 'share' as const,
              wide: true,
            },
            { head: named.denominator, ...under.millionsUnit, end: true, wide: true },
          ]
        : []),
      ...(whole === null || whole === 0 ? [] : [{ head: words.drill.share, end: true }]),
      ...(answer.compare.length === 0 ? [] : [{ head: `Δ ${words.change.month}`, end: true }]),
    ],
    ...(answer.total === null ? {} : { total: { key: 'total', cells: cells(answer.total, true) } }),
    lines: lines.map((row) => ({
      key: row.dimensions[by] ?? '',
      cells: cells(row, false),
      open: () => open(row.dimensions[by] ?? null),
    })),
  };
}

/** The receipts behind a figure, their sum on top. A dimension that the cell fixes is not told again. */
export function receiptsTable(
  setting: Setting,
  found: ReceiptsResponse,
  fixed: readonly string[],
  client: (id: string) => void,
): TableModel {
  const { words, figures } = setting;
  const part = new PartFigures(setting, found.amount_unit);
  const amount = (value: string | number) => ({
    show: part.cents(value),
    text: figures.paste(value),
    sort: Number(value),
  });
  const told = (['line', 'office'] as const).filter((dimension) => !fixed.includes(dimension));
  return {
    caption: words.drill.receipts,
    columns: [
      { head: words.drill.receipt },
      { head: part.head ?? words.drill.amount, ...part.centsUnit, end: true },
      { head: words.drill.client },
      { head: words.drill.due },
      { head: words.drill.dpd, unit: 'd', end: true },
      ...told.map((dimension) => ({ head: capital(words.dimensions[dimension]), wide: true })),
    ],
    total: {
      key: 'total',
      cells: [
        wordCell(words.table.total),
        amount(found.sum),
        ...Array.from({ length: 3 + told.length }, () => wordCell('')),
      ],
    },
    lines: found.receipts.map((row) => ({
      key: `${row.company}${row.receipt}`,
      cells: [
        wordCell(row.receipt ?? '–'),
        amount(row.amount),
        wordCell(row.client_name ?? row.client ?? '–'),
        {
          show: row.due_date === null ? '–' : dayText(row.due_date, setting.language),
          text: row.due_date ?? '',
          sort: row.due_date,
        },
        {
          show: row.dpd === null || row.dpd <= 0 ? '–' : figures.number(row.dpd, 0),
          text: String(row.dpd ?? ''),
          sort: row.dpd,
        },
        ...told.map((dimension) => wordCell(setting.label(dimension, row[dimension], found.labels))),
      ],
      ...(row.client === null || !setting.mayTake('client') ? {} : { open: () => client(row.client ?? '') }),
    })),
  };
}
