import type { AskAnswer } from '../../../functions/serve/api.ts';
import type { Setting } from '../../app/setting.ts';
import { dayShort, dayText, isMonthEnd, monthsUpTo, monthText } from '../../format/days.ts';
import { axisStyle, tip, valueAxis } from '../../parts/axes.ts';
import type { ChartModel, Inks } from '../../parts/chart.ts';
import { endLabel } from '../../parts/endLabel.ts';
import { wordCell } from '../../parts/table.ts';
import { MONTHS } from '../../parts/tiles.ts';
import type { Week } from './weeks.ts';
import { turnoverWords } from './words.ts';

export const HEIGHT = 280;

const number = (value: string | number | null | undefined): number | null =>
  value === null || value === undefined ? null : Number(value);

/** DSO of thirteen closings as two stacked parts that add up to it. */
export function dsoSplit(setting: Setting, best: AskAnswer, late: AskAnswer): ChartModel {
  const { figures, language } = setting;
  const own = turnoverWords(language);
  const days = monthsUpTo(setting.asOf, MONTHS);
  const valuesOf = (answer: AskAnswer): (number | null)[] =>
    [answer.total?.value, ...(answer.total?.compare ?? []).map(({ value }) => value)]
      .slice(0, MONTHS)
      .map(number)
      .reverse();
  const parts = [valuesOf(best), valuesOf(late)] as const;
  const whole = (at: number): number | null => {
    const [one, two] = [parts[0][at], parts[1][at]];
    return one === null || two === null || one === undefined || two === undefined ? null : one + two;
  };
  const last = days.length - 1;
  const partial = !isMonthEnd(setting.asOf);
  const named = (name: string, value: number | null | undefined): string =>
    value === null || value === undefined ? '' : `${name} ${figures.number(value, 1)}`;
  return {
    title: own.split,
    height: HEIGHT,
    description: own.splitSaid(dayText(setting.asOf, language)),
    table: {
      caption: own.split,
      columns: [
        { head: own.month },
        ...[own.best, own.late, 'DSO'].map((head) => ({ head, unit: own.days, end: true })),
      ],
      lines: days.map((day, at) => ({
        key: day,
        cells: [
          {
            ...wordCell(
              partial && at === last
                ? `${monthText(day, language)} (${setting.words.status.partialShort})`
                : monthText(day, language),
            ),
            sort: day,
          },
          ...[parts[0][at] ?? null, parts[1][at] ?? null, whole(at)].map((value) => ({
            show: value === null ? '–' : figures.number(value, 1),
            text: figures.paste(value),
            sort: value,
          })),
        ],
      })),
    },
    option: (inks, width) => ({
      grid: { left: 36, right: 100, top: 18, bottom: partial ? 40 : 22 },
      tooltip: tip((at, series) => {
        const value = parts[series === own.best ? 0 : 1][at];
        return `${series}, ${monthText(days[at] ?? '', language)}\n${value === null || value === undefined ? '–' : `${figures.number(value, 1)} d`}`;
      }),
      xAxis: {
        type: 'category',
        data: days.map((day, at) =>
          partial && at === last
            ? `${monthText(day, language)}\n${setting.words.status.partialShort}`
            : monthText(day, language),
        ),
        ...axisStyle(inks),
        axisLabel: {
          ...axisStyle(inks).axisLabel,
          lineHeight: 15,
          interval: (at: number) => (last - at) % (width < 480 ? 4 : 2) === 0,
        },
      },
      yAxis: valueAxis(inks, (value) => figures.number(value, 0)),
      series: [
        ...[own.best, own.late].map((name, series) => ({
          type: 'bar',
          name,
          stack: 'dso',
          barCategoryGap: '28%',
          itemStyle: { color: series === 0 ? inks.alturas[0] : inks.alturas[3] },
          data: parts[series as 0 | 1].map((value, at) =>
            partial && at === last ? { value, itemStyle: { decal: hatch(inks) } } : value,
          ),
          label: endLabel(inks.ink, last, named(name, parts[series as 0 | 1][last])),
        })),
        // The whole, over each bar, where there is room; else over the last.
        {
          type: 'bar',
          name: 'DSO',
          stack: 'dso',
          silent: true,
          data: days.map((_, at) => (whole(at) === null ? null : 0)),
          label: {
            show: true,
            position: 'top',
            distance: 3,
            color: inks.ink,
            fontSize: 12,
            formatter: ({ dataIndex }: { readonly dataIndex: number }) => {
              const value = whole(dataIndex);
              return value === null || (width < 480 && dataIndex !== last) ? '' : figures.number(value, 1);
            },
          },
        },
      ],
    }),
  };
}

/** Stripes over a bar whose month is not over. */
function hatch(inks: Inks) {
  return {
    color: inks.paper,
    dashArrayX: [1, 0],
    dashArrayY: [2, 4],
    rotation: Math.PI / 4,
    symbolSize: 1,
  };
}

/** Past weeks: fell due beside collected; coming ones: what falls due of today's balance, as an outline. */
export function weekChart(setting: Setting, weeks: readonly Week[]): ChartModel {
  const { figures, language } = setting;
  const own = turnoverWords(language);
  const label = (monday: string): string => dayShort(monday, language);
  const series = [
    { name: own.fell, pick: (week: Week) => week.fell },
    { name: own.arrived, pick: (week: Week) => week.arrived },
    { name: own.due, pick: (week: Week) => week.due },
  ];
  return {
    title: own.weeks,
    height: HEIGHT,
    description: own.weeksSaid,
    table: {
      caption: own.weeks,
      columns: [
        { head: own.week },
        ...series.map(({ name }) => ({ head: name, unit: figures.millionsUnit, end: true })),
      ],
      lines: weeks.map((week) => ({
        key: week.monday,
        cells: [
          { ...wordCell(label(week.monday)), sort: week.monday },
          ...series.map(({ pick }) => ({
            show: figures.millions(pick(week)),
            text: figures.paste(pick(week)),
            sort: number(pick(week)),
          })),
        ],
      })),
    },
    option: (inks, width) => ({
      grid: { left: 48, right: 8, top: 26, bottom: 22 },
      tooltip: tip((at, name) => {
        const week = weeks[at];
        const found = series.find((entry) => entry.name === name);
        const value = week && found ? found.pick(week) : null;
        return `${name}, ${own.week.toLocaleLowerCase()} ${label(week?.monday ?? '')}\n${value === null ? '–' : figures.money(value)}`;
      }),
      xAxis: {
        type: 'category',
        data: weeks.map(({ monday }) => label(monday)),
        ...axisStyle(inks),
        axisLabel: { ...axisStyle(inks).axisLabel, interval: width < 480 ? 3 : 1 },
      },
      yAxis: valueAxis(inks, (value) => figures.millions(value.toFixed(2), 0)),
      series: series.map(({ name, pick }, at) => ({
        type: 'bar',
        name,
        barGap: '8%',
        barCategoryGap: '24%',
        ...(at === 2 ? { stack: 'left' } : at === 0 ? { stack: 'left' } : {}),
        itemStyle:
          at === 0
            ? { color: inks.ghost }
            : at === 1
              ? { color: inks.accent }
              : { color: inks.paper, borderColor: inks.rule, borderWidth: 1.25, borderType: 'dashed' },
        data: weeks.map((week) => number(pick(week))),
      })),
    }),
  };
}
