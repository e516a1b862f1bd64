import type { AskAnswer } from '../../../functions/serve/api.ts';
import { tell } from '../../app/events.ts';
import type { Setting } from '../../app/setting.ts';
import { capital } from '../../format/text.ts';
import { change } from '../../parts/change.ts';
import { spark } from '../../parts/spark.ts';
import { type TableModel, wordCell } from '../../parts/table.ts';
import type { PulsoData } from './data.ts';
import { pulsoWords } from './words.ts';

type Row = AskAnswer['rows'][number];

const number = (value: Row['value'] | undefined): number | null =>
  value === null || value === undefined ? null : Number(value);

/** Balance, overdue, its share, the change, what each adds to the change, and the shape. */
export function whereTable(from: EventTarget, data: PulsoData, answer: AskAnswer): TableModel {
  const { setting, where } = data;
  const { figures, words } = setting;
  const own = pulsoWords(setting.language);
  const name = words.dimensions[where];
  const moved = (row: Row): number | null => {
    const [before] = row.compare;
    if (!before || before.reason === 'DAY_UNKNOWN') return null;
    return Number(row.numerator ?? 0) - Number(before.numerator ?? 0);
  };
  const whole = answer.total === null ? null : moved(answer.total);
  const most = Math.max(...answer.rows.map((row) => Number(row.numerator ?? 0)), 1);
  const widest = Math.max(...answer.rows.map((row) => Math.abs(moved(row) ?? 0)), 1);
  const cells = (row: Row, total: boolean) => {
    const before = row.compare[0]?.value ?? null;
    const adds = moved(row);
    return [
      wordCell(
        total ? words.table.total : setting.label(where, row.dimensions[where] ?? null, answer.labels),
      ),
      {
        show: figures.millions(row.denominator),
        text: figures.paste(row.denominator),
        sort: number(row.denominator),
      },
      {
        show: figures.millions(row.numerator),
        text: figures.paste(row.numerator),
        sort: number(row.numerator),
        bar: Number(row.numerator ?? 0) / most,
      },
      { show: figures.short(row.value, 'ratio'), text: figures.paste(row.value), sort: number(row.value) },
      {
        show: change(setting, row.value, before, 'ratio', 'down_is_good'),
        text: figures.paste(
          row.value === null || before === null ? null : Number(row.value) - Number(before),
        ),
        sort: row.value === null || before === null ? null : Number(row.value) - Number(before),
      },
      {
        show: adds === null ? '–' : figures.millions(adds.toFixed(2)),
        text: figures.paste(adds === null ? null : adds.toFixed(2)),
        sort: adds,
        ...(whole === null || adds === null ? {} : { bar: adds / widest }),
      },
      {
        show: spark({ points: [row.value, ...row.compare.map(({ value }) => value)].map(number).reverse() }),
        text: '',
        sort: null,
      },
    ];
  };
  return {
    caption: own.whereCaption(name),
    columns: [
      { head: capital(name) },
      { head: own.balance, unit: figures.millionsUnit, end: true },
      { head: own.overdue, unit: figures.millionsUnit, end: true, bar: 'share' },
      { head: own.share, unit: '%', end: true },
      { head: own.shareChange, unit: 'pp', end: true },
      { head: own.contribution, unit: figures.millionsUnit, end: true, bar: 'signed', wide: true },
      { head: own.trend, wide: true },
    ],
    ...(answer.total === null ? {} : { total: { key: 'total', cells: cells(answer.total, true) } }),
    lines: answer.rows.map((row) => ({
      key: row.dimensions[where] ?? '',
      cells: cells(row, false),
      open: () =>
        tell(from, 'alturas-open', { kpi: 'overdue_share', at: { [where]: row.dimensions[where] ?? null } }),
    })),
  };
}

/** The clients that hold most overdue: amount, share of all overdue, change, and how late on average. */
export function whoTable(from: EventTarget, setting: Setting, answer: AskAnswer): TableModel {
  const { figures } = setting;
  const own = pulsoWords(setting.language);
  const whole = Number(answer.total?.denominator ?? 0);
  const most = Math.max(...answer.rows.map((row) => Number(row.denominator ?? 0)), 1);
  const name = setting.names('client', answer.rows, answer.labels);
  const cells = (label: string, row: Row | NonNullable<AskAnswer['total']>) => {
    const amount = Number(row.denominator ?? 0);
    const before = row.compare[0]?.denominator ?? null;
    return [
      wordCell(label),
      {
        show: figures.millions(row.denominator),
        text: figures.paste(row.denominator),
        sort: amount,
        bar: amount / most,
      },
      {
        show: whole === 0 ? '–' : figures.percent(amount / whole),
        text: figures.paste(whole === 0 ? null : amount / whole),
        sort: amount,
      },
      {
        show: change(setting, row.denominator, before, 'money', 'down_is_good'),
        text: figures.paste(before === null ? null : amount - Number(before)),
        sort: before === null ? null : amount - Number(before),
      },
      {
        show: row.value === null ? '–' : figures.number(row.value, 0),
        text: figures.paste(row.value),
        sort: number(row.value),
      },
    ];
  };
  return {
    caption: own.who,
    columns: [
      { head: own.client },
      { head: own.overdue, unit: figures.millionsUnit, end: true, bar: 'share' },
      { head: own.ofTotal, unit: '%', end: true },
      { head: own.shareChange, unit: '%', end: true },
      { head: own.days, unit: 'd', end: true },
    ],
    ...(answer.total === null ? {} : { total: { key: 'total', cells: cells(own.allClients, answer.total) } }),
    lines: answer.rows.map((row) => ({
      key: row.dimensions.client ?? '',
      cells: cells(name(row.dimensions.client ?? null), row),
      ...(setting.mayTake('client')
        ? {
            open: () =>
              tell(from, 'alturas-go', {
                to: {
                  board: 'cliente',
                  own: { client: `${setting.company}~${row.dimensions.client}` },
                  opened: null,
                },
              }),
          }
        : {}),
    })),
  };
}
