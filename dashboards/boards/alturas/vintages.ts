import type { AskAnswer } from '../../../functions/serve/api.ts';
import type { Setting } from '../../app/setting.ts';
import { monthText } from '../../format/days.ts';
import { axisStyle, tip, valueAxis } from '../../parts/axes.ts';
import type { ChartModel } from '../../parts/chart.ts';
import { wordCell } from '../../parts/table.ts';
import { bucketWords } from './words.ts';

const AGES = 12;
const COHORTS = 12;
/** A cohort that began before the first delivery: what was paid of it before is not known. */
const MOST_UNKNOWN = 0.05;
const HEIGHT = 320;
/** Named beside their lines: the newest three and the oldest; the table names all. */
const NAMED = 3;

interface Cohort {
  readonly cohort: string;
  readonly base: string;
  readonly points: readonly (number | null)[];
}

function cohortsOf(answer: AskAnswer): Cohort[] {
  const found = new Map<string, { base: string; points: (number | null)[]; unknown: number }>();
  for (const { dimensions, value, denominator, notes } of answer.rows) {
    const cohort = dimensions.cohort ?? '';
    const age = Number(dimensions.age);
    if (age > AGES) continue;
    const known = found.get(cohort) ?? {
      base: '0',
      points: Array.from({ length: AGES + 1 }, () => null),
      unknown: 0,
    };
    known.points[age] = value === null ? null : Number(value);
    known.base = String(denominator ?? known.base);
    known.unknown = Math.max(
      known.unknown,
      Number(notes?.from_opening ?? 0) / Math.max(Number(denominator ?? 0), 1),
    );
    found.set(cohort, known);
  }
  return [...found]
    .filter(([, { unknown, points }]) => unknown <= MOST_UNKNOWN && points.some((point) => point !== null))
    .map(([cohort, { base, points }]) => ({ cohort, base, points }))
    .sort((a, b) => (a.cohort < b.cohort ? -1 : 1))
    .slice(-COHORTS);
}

/** Collected part by months elapsed, a line per cohort, the newest bold; what has not happened yet is not drawn. */
export function vintages(setting: Setting, answer: AskAnswer): ChartModel | null {
  const { figures, language } = setting;
  const own = bucketWords(language);
  const cohorts = cohortsOf(answer);
  if (cohorts.length === 0) return null;
  const newest = cohorts.at(-1);
  const lowest = Math.min(1, ...cohorts.flatMap(({ points }) => points.filter((point) => point !== null)));
  const floor = Math.floor(lowest * 10) / 10;
  const named = (at: number): boolean => at === 0 || at >= cohorts.length - NAMED;
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
            show: point === null ? '' : figures.percent(point, 0),
            text: figures.paste(point),
            sort: point,
          })),
        ],
      })),
    },
    option: (inks) => ({
      grid: { left: 44, right: 52, top: 12, bottom: 40 },
      tooltip: tip((at, series) => {
        const cohort = cohorts.find((entry) => monthText(entry.cohort, language) === series);
        const point = cohort?.points[at] ?? null;
        return point === null ? series : `${series}, ${at}\n${figures.percent(point)}`;
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
      series: cohorts.map(({ cohort, points }, at) => {
        const bold = at === cohorts.length - 1;
        const end = points.findLastIndex((point) => point !== null);
        return {
          type: 'line',
          name: monthText(cohort, language),
          data: points.map((value, age) => ({
            value,
            symbolSize: age === end ? (bold ? 8 : 5) : 0.1,
            label: { show: age === end && named(at) },
          })),
          symbol: 'circle',
          z: bold ? 3 : 2,
          lineStyle: { width: bold ? 3 : 1.25, color: bold ? inks.accent : inks.ghost },
          itemStyle: { color: bold ? inks.accent : inks.ghost },
          label: {
            position: 'right',
            color: bold ? inks.ink : inks.soft,
            fontSize: 12,
            fontWeight: bold ? 700 : 400,
            textBorderColor: inks.paper,
            textBorderWidth: 3,
            formatter: () => monthText(cohort, language),
          },
          labelLayout: { hideOverlap: true },
        };
      }),
    }),
  };
}
