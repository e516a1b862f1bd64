import type { AskAnswer } from '../../../functions/serve/api.ts';
import { tell } from '../../app/events.ts';
import type { Setting } from '../../app/setting.ts';
import { addDays, dayShort, isMonthEnd } from '../../format/days.ts';
import { capital } from '../../format/text.ts';
import { change } from '../../parts/change.ts';
import { type TableModel, wordCell } from '../../parts/table.ts';
import { mondayOf } from './weeks.ts';
import { turnoverWords } from './words.ts';

type Row = AskAnswer['rows'][number];
const WEEKS = 5;

/** What was due and collected, the rate and its change, DSO and how late payments come. */
export function turnoverTable(
  from: EventTarget,
  setting: Setting,
  by: string,
  rate: AskAnswer,
  dso: AskAnswer | null,
  toPay: AskAnswer | null,
): TableModel {
  const { figures, words } = setting;
  const own = turnoverWords(setting.language);
  const slowest = Math.max(...(dso?.rows ?? []).map(({ value }) => Number(value ?? 0)), 1);
  const other = (answer: AskAnswer | null, member: string | null, total: boolean): Row['value'] =>
    (total
      ? answer?.total?.value
      : answer?.rows.find(({ dimensions }) => (dimensions[by] ?? null) === member)?.value) ?? null;
  const days = (value: Row['value']) => ({
    show: value === null ? '–' : figures.number(value, 1),
    text: figures.paste(value),
    sort: value === null ? null : Number(value),
  });
  const cells = (row: Row, total: boolean) => {
    const member = row.dimensions[by] ?? null;
    const slow = other(dso, member, total);
    // A part of a month is compared with no whole one.
    const before = isMonthEnd(setting.asOf) ? (row.compare[0]?.value ?? null) : null;
    return [
      wordCell(total ? words.table.total : setting.label(by, member, rate.labels)),
      {
        show: figures.millions(row.denominator),
        text: figures.paste(row.denominator),
        sort: Number(row.denominator ?? 0),
      },
      {
        show: figures.millions(row.numerator),
        text: figures.paste(row.numerator),
        sort: Number(row.numerator ?? 0),
      },
      {
        show: row.value === null ? setting.reason(row.reason) : figures.percent(row.value),
        text: figures.paste(row.value),
        sort: row.value === null ? null : Number(row.value),
      },
      {
        show: change(setting, row.value, before, 'ratio', 'up_is_good'),
        text: figures.paste(
          row.value === null || before === null ? null : Number(row.value) - Number(before),
        ),
        sort: row.value === null || before === null ? null : Number(row.value) - Number(before),
      },
      { ...days(slow), bar: Math.max(0, Number(slow ?? 0)) / slowest },
      days(other(toPay, member, total)),
    ];
  };
  const name = words.dimensions[by as keyof typeof words.dimensions];
  return {
    caption: own.byCaption(name),
    columns: [
      { head: capital(name) },
      { head: own.exigible, unit: figures.millionsUnit, end: true },
      { head: own.collectedExigible, unit: figures.millionsUnit, end: true },
      { head: own.rate, unit: '%', end: true },
      { head: own.change, unit: 'pp', end: true },
      { head: 'DSO', unit: 'd', end: true, bar: 'share' },
      { head: own.toPay, unit: 'd', end: true },
    ],
    ...(rate.total === null ? {} : { total: { key: 'total', cells: cells(rate.total, true) } }),
    lines: [...rate.rows]
      .sort((a, b) => Number(b.denominator ?? 0) - Number(a.denominator ?? 0))
      .map((row) => ({
        key: row.dimensions[by] ?? '',
        cells: cells(row, false),
        open: () =>
          tell(from, 'alturas-open', {
            kpi: 'collection_rate_gross',
            at: { [by]: row.dimensions[by] ?? null },
          }),
      })),
  };
}

/** What falls due of all that is owed, by the Monday of its week. */
export function dueByWeek(answer: AskAnswer): Map<string, string> {
  return new Map(
    answer.rows.flatMap(({ dimensions, value }) =>
      dimensions.week ? [[dimensions.week, String(value ?? '0')] as const] : [],
    ),
  );
}

/** What falls due by channel or line: overdue, the coming weeks, and all after them. */
export function calendarTable(
  from: EventTarget,
  setting: Setting,
  by: string,
  answer: AskAnswer,
): TableModel {
  const { figures, words, language } = setting;
  const own = turnoverWords(language);
  // On a Sunday what is due that day is of the week that ends.
  const first = mondayOf(setting.asOf);
  const isOver = first < mondayOf(addDays(setting.asOf, 1)) && !dueByWeek(answer).has(first);
  const near = Array.from({ length: WEEKS }, (_, at) => addDays(first, 7 * (at + (isOver ? 1 : 0))));
  const place = (row: Row): string => {
    if (row.dimensions.falls === 'BACKLOG') return 'BACKLOG';
    return row.dimensions.week && near.includes(row.dimensions.week) ? row.dimensions.week : 'LATER';
  };
  const places = ['BACKLOG', ...near, 'LATER'];
  const members = new Map<string | null, Map<string, number>>();
  const whole = new Map<string, number>();
  for (const row of answer.rows) {
    const member = row.dimensions[by] ?? null;
    const found = members.get(member) ?? new Map<string, number>();
    for (const sums of [found, whole])
      sums.set(place(row), (sums.get(place(row)) ?? 0) + Number(row.value ?? 0));
    members.set(member, found);
  }
  const sum = (sums: ReadonlyMap<string, number>): number =>
    [...sums.values()].reduce((total, part) => total + part, 0);
  const cells = (label: string, sums: ReadonlyMap<string, number>) => [
    wordCell(label),
    ...places.map((name) => {
      const amount = sums.get(name) ?? 0;
      return {
        show: amount === 0 ? '' : figures.millions(amount.toFixed(2)),
        text: figures.paste(amount.toFixed(2)),
        sort: amount,
      };
    }),
  ];
  const name = words.dimensions[by as keyof typeof words.dimensions];
  return {
    caption: own.calendarCaption(name),
    columns: [
      { head: capital(name) },
      ...places.map((place) => ({
        head: place === 'BACKLOG' ? own.backlog : place === 'LATER' ? own.later : dayShort(place, language),
        unit: figures.millionsUnit,
        end: true,
      })),
    ],
    total: { key: 'total', cells: cells(words.table.total, whole) },
    lines: [...members]
      .sort((a, b) => sum(b[1]) - sum(a[1]))
      .map(([member, sums]) => ({
        key: member ?? '',
        cells: cells(setting.label(by, member, answer.labels), sums),
        open: () => tell(from, 'alturas-open', { kpi: 'gross', at: { [by]: member } }),
      })),
  };
}
