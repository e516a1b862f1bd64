import type { Inks } from './chart.ts';

/** Axes as hairlines with quiet words. */
export function axisStyle(inks: Inks) {
  return {
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: { color: inks.soft, fontSize: 12, fontFamily: inks.sans },
  };
}

/** Hairlines across, for reading a level; the axis starts at zero unless told. */
export function valueAxis(inks: Inks, format: (value: number) => string) {
  return {
    type: 'value' as const,
    ...axisStyle(inks),
    splitNumber: 4,
    splitLine: { show: true, lineStyle: { color: inks.hairline, width: 1 } },
    axisLabel: { color: inks.soft, fontSize: 12, fontFamily: inks.sans, formatter: format },
  };
}

/** A tip of plain lines. It is built as an element: markup with style attributes would break the strict policy. */
export function tip(text: (at: number, series: string) => string, trigger: 'item' | 'axis' = 'item') {
  return {
    trigger,
    transitionDuration: 0,
    padding: 0,
    borderWidth: 0,
    backgroundColor: 'transparent',
    extraCssText: 'box-shadow:none',
    axisPointer: { type: 'none' },
    formatter: (given: TipTarget | readonly TipTarget[]) => {
      const target = Array.isArray(given) ? (given[0] as TipTarget) : (given as TipTarget);
      const box = document.createElement('div');
      box.className = 'tip';
      box.textContent = text(target.dataIndex, target.seriesName ?? '');
      return box;
    },
  };
}

interface TipTarget {
  readonly dataIndex: number;
  readonly seriesName?: string;
}
