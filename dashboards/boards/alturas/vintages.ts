import type { AskAnswer } from '../../../functions/serve/api.ts';
import type { Setting } from '../../app/setting.ts';
import { monthText } from '../../format/days.ts';
import { axisStyle, tip, valueAxis } from '../../parts/axes.ts';
import type { ChartModel, Inks } from '../../parts/chart.ts';
import { wordCell } from '../../parts/table.ts';
import { AGES, cohortsOf, comparisonOf } from './cohorts.ts';
import { bucketWords } from './words.ts';

const HEIGHT = 320;

/** The newest cohort beside those before it, in words; without any to stand beside, nothing. */
export function vintagesSaid(setting: Setting, answer: AskAnswer): string {
  const { figures, language } = setting;
  const found = comparisonOf(cohortsOf(answer));
  const usual = found?.before[found.age] ?? null;
  if (found === null || usual === null) return '';
  return bucketWords(language).vintagesCompared(
    monthText(found.told.cohort, language),
    figures.percent(found.value),
    found.age,
    figures.percent(usual),
  );
}

/**
 * Collected part by months elapsed. Cohorts are faint lines, which show how far apart they lie; the mean of them and the
 * newest ones are told beside their lines. What has not happened yet is not drawn.
 */
export function vintages(setting: Setting, answer: AskAnswer): ChartModel | null {
  const { figures, language } = setting;
  const own = bucketWords(language);
  const cohorts = cohortsOf(answer);
  if (cohorts.length === 0) return null;
  const newest = cohorts.at(-1);
  const compared = comparisonOf(cohorts);
  const values = cohorts.flatMap(({ points }) => points.flatMap((point) => point?.value ?? []));
  const floor = Math.floor(Math.min(1, ...values) * 10) / 10;
  return {
    title: own.vintages,
    height: HEIGHT,
    description: own.vintagesSaid(newest === undefined ? '–' : monthText(newest.cohort, language)),
    table: {
      caption: own.vintages,
      columns: [
        { head: own.cohort },
        { head: own.cohortAmount, unit: figures.millionsUnit, end: true },
        ...Array.from({ length: AGES + 1 }, (_, age) => ({ head: String(age), end: true })),
      ],
      lines: cohorts.map(({ cohort, base, points }) => ({
        key: cohort,
        cells: [
          { ...wordCell(monthText(cohort, language)), sort: cohort },
          { show: figures.millions(base), text: figures.paste(base), sort: Number(base) },
          ...points.map((point) => ({
            show: point === null ? '' : figures.percent(point.value, 0),
            text: figures.paste(point?.value ?? null),
            sort: point?.value ?? null,
          })),
        ],
      })),
    },
    option: (inks) => ({
      grid: { left: 44, right: 52, top: 12, bottom: 40 },
      tooltip: tip((at, series) => {
        const cohort = cohorts.find((entry) => monthText(entry.cohort, language) === series);
        const point = series === own.usual ? compared?.before[at] : cohort?.points[at]?.value;
        return point === null || point === undefined ? series : `${series}, ${at}\n${figures.percent(point)}`;
      }),
      xAxis: {
        type: 'category',
        boundaryGap: false,
        data: Array.from({ length: AGES + 1 }, (_, age) => String(age)),
        name: own.elapsed,
        nameLocation: 'middle',
        nameGap: 26,
        nameTextStyle: { color: inks.soft, fontSize: 12 },
        ...axisStyle(inks),
      },
      yAxis: { ...valueAxis(inks, (value) => figures.percent(value, 0)), min: floor, max: 1, interval: 0.1 },
      series: [
        ...cohorts.map((entry) => {
          const isTold = entry === compared?.told;
          return line(inks, {
            name: monthText(entry.cohort, language),
            values: entry.points.map((point) => point?.value ?? null),
            width: isTold ? 3 : 1,
            color: isTold || entry === newest ? inks.accent : inks.ghost,
            ink: inks.ink,
            named: isTold || entry === newest,
          });
        }),
        ...(compared === null
          ? []
          : [
              line(inks, {
                name: own.usual,
                values: compared.before,
                width: 2,
                color: inks.ink,
                ink: inks.soft,
                named: true,
                dashed: true,
              }),
            ]),
      ],
    }),
  };
}

interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly width: number;
  readonly color: string;
  readonly ink: string;
  /** Told beside its end. */
  readonly named: boolean;
  readonly dashed?: boolean;
}

function line(inks: Inks, { name, values, width, color, ink, named, dashed = false }: Line) {
  const end = values.findLastIndex((value) => value !== null);
  // Lines rise steeply at first: the room is below them.
  const isEarly = end < AGES / 2;
  return {
    type: 'line',
    name,
    data: values.map((value, age) => ({
      value,
      symbolSize: age === end && !dashed ? (named ? 8 : 4) : 0.1,
      label: { show: age === end && named },
    })),
    symbol: 'circle',
    z: named ? 3 : 2,
    lineStyle: { width, color, type: dashed ? [4, 3] : 'solid' },
    itemStyle: { color },
    label: {
      position: 'right',
      offset: isEarly ? [2, 10] : [0, 0],
      color: ink,
      fontSize: 12,
      fontWeight: dashed ? 400 : 700,
      textBorderColor: inks.paper,
      textBorderWidth: 3,
      formatter: () => name,
    },
  };
}
