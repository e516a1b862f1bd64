import type { AskAnswer } from '../../functions/serve/api.ts';
import type { Setting } from '../app/setting.ts';
import { closingText, type Day } from '../format/days.ts';
import { axisStyle, tip, valueAxis } from './axes.ts';
import { bucketInk, bucketsOf, bucketValue } from './buckets.ts';
import type { ChartModel } from './chart.ts';
import { endLabel } from './endLabel.ts';
import { wordCell } from './table.ts';

const AXIS_WIDTH = 44;
const TOP = 8;
const BOTTOM = 22;
const LABEL_HEIGHT = 14;
const LABEL_WIDTH = 136;
/** Below half a percent a name would say 0 %. */
const LEAST_NAMED = 0.005;

export interface StackWords {
  readonly title: string;
  readonly month: string;
  readonly description: string;
}

/**
 * Gross receivables by bucket, one bar a month, in money or as parts of the whole; named beside the last bar.
 * `days` are oldest first and the last is the answer's own day; its compares are newest first.
 */
export function stackedBuckets(
  setting: Setting,
  answer: AskAnswer,
  days: readonly Day[],
  words: StackWords,
  options: {
    readonly share?: boolean;
    readonly height: number;
    readonly open?: (bucket: string, day: Day) => void;
  },
): ChartModel {
  const { figures, language } = setting;
  const at = (index: number): number => days.length - 2 - index;
  const buckets = bucketsOf(setting).filter((altura) =>
    days.some((_, index) => Number(bucketValue(answer, altura, at(index)) ?? 0) !== 0),
  );
  const amount = (altura: string, index: number): number =>
    Number(bucketValue(answer, altura, at(index)) ?? 0);
  const wholes = days.map((_, index) => buckets.reduce((sum, altura) => sum + amount(altura, index), 0));
  const known = days.map((_, index) => at(index) < 0 || answer.compare[at(index)]?.reason === null);
  const last = days.length - 1;
  const parts = (altura: string, index: number): number => {
    const whole = wholes[index] ?? 0;
    return whole === 0 ? 0 : amount(altura, index) / whole;
  };
  const named = (altura: string): string =>
    parts(altura, last) < LEAST_NAMED
      ? ''
      : `{mark|} ${setting.bucketName(altura)} ${figures.percent(parts(altura, last), 0)}`;
  return {
    title: words.title,
    height: options.height,
    description: words.description,
    table: {
      caption: words.title,
      columns: [
        { head: words.month },
        ...buckets.map((altura) => ({
          head: setting.bucketName(altura),
          unit: figures.millionsUnit,
          end: true,
        })),
      ],
      lines: days.map((day, index) => ({
        key: day,
        cells: [
          { ...wordCell(closingText(day, language)), sort: day },
          ...buckets.map((altura) => {
            const value = bucketValue(answer, altura, at(index));
            return { show: figures.millions(value), text: figures.paste(value), sort: Number(value) };
          }),
        ],
      })),
    },
    ...(options.open
      ? {
          open: (index: number, series: string) => {
            const altura = buckets.find((name) => setting.bucketName(name) === series);
            const { [index]: day } = days;
            if (altura !== undefined && day !== undefined) options.open?.(altura, day);
          },
        }
      : {}),
    option: (inks, width) => {
      const narrow = width < 480;
      const highest = options.share ? 1 : roundUp(Math.max(...wholes, 1));
      const plot = options.height - TOP - BOTTOM;
      let below = 0;
      const middles = buckets.map((altura): [string, number] => {
        const size = options.share ? parts(altura, last) : amount(altura, last);
        below += size;
        return [altura, TOP + plot * (1 - (below - size / 2) / highest)];
      });
      const places = apart(
        middles.filter(([altura]) => parts(altura, last) >= LEAST_NAMED),
        options.height - BOTTOM,
      );
      return {
        grid: { left: AXIS_WIDTH, right: LABEL_WIDTH, top: TOP, bottom: BOTTOM },
        tooltip: tip((index, series) => {
          const altura = buckets.find((name) => setting.bucketName(name) === series) ?? '';
          return `${series}, ${closingText(days[index] ?? '', language)}\n${figures.money(amount(altura, index))} · ${figures.percent(parts(altura, index))}`;
        }),
        xAxis: {
          type: 'category',
          data: days.map((day) => closingText(day, language)),
          ...axisStyle(inks),
          axisLabel: {
            ...axisStyle(inks).axisLabel,
            interval: (index: number) => (narrow ? (last - index) % 4 === 0 : (last - index) % 2 === 0),
            hideOverlap: true,
          },
        },
        yAxis: {
          ...valueAxis(inks, (value) =>
            options.share ? figures.percent(value, 0) : figures.millions(value.toFixed(2), 0),
          ),
          max: highest,
          ...(options.share ? { interval: 0.25 } : {}),
        },
        series: buckets.map((altura) => ({
          type: 'bar',
          name: setting.bucketName(altura),
          stack: 'buckets',
          barCategoryGap: '22%',
          cursor: options.open ? 'pointer' : 'default',
          itemStyle: {
            color: bucketInk(setting, altura, inks),
            borderColor: inks.paper,
            borderWidth: 0.75,
          },
          labelLayout: () => ({ y: places.get(altura) ?? 0, verticalAlign: 'middle' }),
          data: days.map((_, index) =>
            known[index] ? (options.share ? parts(altura, index) : amount(altura, index)) : null,
          ),
          label: {
            ...endLabel(inks.ink, last, named(altura)),
            // A swatch: where names are pushed apart they no longer stand beside their part.
            rich: {
              mark: {
                width: 8,
                height: 8,
                borderRadius: 1,
                backgroundColor: bucketInk(setting, altura, inks),
              },
            },
          },
        })),
      };
    },
  };
}

/** The next round number above: 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((each) => each * power >= value) ?? 10;
  return step * power;
}

/** Names from the bottom up, each pushed above the one below as far as it must be; kept inside the drawing. */
function apart(middles: readonly (readonly [string, number])[], floor: number): Map<string, number> {
  let limit = floor + LABEL_HEIGHT / 2;
  const placed = middles.map(([name, y]): [string, number] => {
    const at = Math.min(y, limit - LABEL_HEIGHT);
    limit = at;
    return [name, at];
  });
  const over = Math.max(0, LABEL_HEIGHT / 2 - (placed.at(-1)?.[1] ?? LABEL_HEIGHT));
  let ceiling = Number.NEGATIVE_INFINITY;
  const kept = [...placed].reverse().map(([name, y]): [string, number] => {
    const at = over > 0 ? Math.max(y, ceiling + LABEL_HEIGHT, LABEL_HEIGHT / 2) : y;
    ceiling = at;
    return [name, at];
  });
  return new Map(kept);
}
