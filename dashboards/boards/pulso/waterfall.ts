import type { ChangeResponse } from '../../../functions/serve/api.ts';
import type { Setting } from '../../app/setting.ts';
import { dayShort } from '../../format/days.ts';
import { sumOf } from '../../format/figures.ts';
import { axisStyle, tip } from '../../parts/axes.ts';
import type { ChartModel } from '../../parts/chart.ts';
import { wordCell } from '../../parts/table.ts';
import { pulsoWords } from './words.ts';

const HEIGHT = 300;

interface Step {
  readonly name: string;
  readonly amount: string;
  /** Levels between which the bar stands, in functional currency. */
  readonly from: number;
  readonly to: number;
  readonly stands: boolean;
}

/** Causes under this part of all movement stand together; the table tells them apart. */
const MINOR = 0.004;

function stepsOf(setting: Setting, response: ChangeResponse, whole: boolean): Step[] {
  const { language } = setting;
  const words = pulsoWords(language);
  const total = response.blocks[0]?.total;
  if (!total) return [];
  const opening = Number(total.opening);
  const steps: Step[] = [
    {
      name: words.opening(dayShort(response.from, language)),
      amount: total.opening,
      from: 0,
      to: opening,
      stands: true,
    },
  ];
  let level = opening;
  const push = (name: string, amount: string): void => {
    steps.push({ name, amount, from: level, to: level + Number(amount), stands: false });
    level += Number(amount);
  };
  const named = response.causes.flatMap(({ cause, es, en }) => {
    const amount = total.causes[cause];
    return amount === undefined ? [] : [{ name: language === 'en' ? en : es, amount }];
  });
  const weight = named.reduce((sum, { amount }) => sum + Math.abs(Number(amount)), 0);
  const minor = whole ? [] : named.filter(({ amount }) => Math.abs(Number(amount)) < MINOR * weight);
  for (const { name, amount } of named.filter((entry) => minor.length < 2 || !minor.includes(entry)))
    push(name, amount);
  if (minor.length > 1) push(words.minor(minor.length), sumOf(minor.map(({ amount }) => amount)));
  steps.push({
    name: words.opening(dayShort(response.to, language)),
    amount: total.closing,
    from: 0,
    to: Number(total.closing),
    stands: true,
  });
  return steps;
}

/** About the width of a letter, in pixels: the bars take what the names leave. */
const LETTER = 6.5;

/** Opening balance, what each cause did to it, closing balance: horizontal, so that the names read. */
export function waterfall(setting: Setting, response: ChangeResponse): ChartModel {
  const { figures, language } = setting;
  const words = pulsoWords(language);
  const steps = stepsOf(setting, response, false);
  const all = stepsOf(setting, response, true);
  const signed = (step: Step): string =>
    step.stands
      ? figures.money(step.amount)
      : `${Number(step.amount) > 0 ? '+' : ''}${figures.money(step.amount)}`;
  const moves = steps.filter(({ stands }) => !stands);
  const longest = Math.max(...steps.map(({ name }) => name.length));
  const [first, last] = [steps[0], steps.at(-1)];
  return {
    title: words.changed,
    height: HEIGHT,
    description: words.waterfall(
      dayShort(response.from, language),
      figures.money(first?.amount ?? '0'),
      dayShort(response.to, language),
      figures.money(last?.amount ?? '0'),
      moves.map((step) => `${step.name} ${signed(step)}`).join(', '),
    ),
    table: {
      caption: words.changed,
      columns: [{ head: words.cause }, { head: words.amount, unit: figures.symbol, end: true }],
      lines: all.map((step) => ({
        key: step.name,
        cells: [
          wordCell(step.name),
          { show: figures.cents(step.amount), text: figures.paste(step.amount), sort: Number(step.amount) },
        ],
      })),
    },
    option: (inks, width) => {
      const axes = axisStyle(inks);
      return {
        grid: { left: Math.min(longest * LETTER + 16, 170, width * 0.42), right: 92, top: 0, bottom: 8 },
        tooltip: tip((at) => {
          const step = steps[at];
          return step ? `${step.name}\n${figures.exact(step.amount)}` : '';
        }),
        xAxis: { type: 'value', show: false, min: 0, max: 'dataMax' },
        yAxis: {
          type: 'category',
          inverse: true,
          data: steps.map(({ name }) => name),
          ...axes,
          axisLabel: {
            ...axes.axisLabel,
            color: inks.ink,
            width: Math.min(160, width * 0.4),
            overflow: 'truncate',
          },
        },
        series: [
          {
            type: 'bar',
            stack: 'level',
            silent: true,
            itemStyle: { color: 'transparent' },
            data: steps.map(({ from, to }) => Math.min(from, to)),
          },
          {
            type: 'bar',
            stack: 'level',
            barWidth: 15,
            data: steps.map(({ from, to, stands, amount }) => ({
              value: Math.abs(to - from),
              itemStyle: stands
                ? { color: inks.rule }
                : Number(amount) > 0
                  ? { color: inks.accent }
                  : { color: inks.paper, borderColor: inks.accent, borderWidth: 1.25 },
            })),
            label: {
              show: true,
              position: 'right',
              color: inks.ink,
              fontSize: 12,
              formatter: ({ dataIndex }: { readonly dataIndex: number }) => {
                const step = steps[dataIndex];
                return step ? signed(step) : '';
              },
            },
          },
        ],
      };
    },
  };
}
