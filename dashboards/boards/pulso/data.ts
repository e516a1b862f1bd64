import type { AskAnswer, ChangeResponse } from '../../../functions/serve/api.ts';
import { answersOf, Refusal } from '../../app/api.ts';
import type { Setting } from '../../app/setting.ts';
import { type Day, isMonthEnd, monthEndBefore, monthsUpTo } from '../../format/days.ts';

export const TILES = [
  { id: 'gross', kpi: 'gross' },
  { id: 'overdue_share', kpi: 'overdue_share' },
  { id: 'par90', kpi: 'par90' },
  { id: 'turnover_days', kpi: 'turnover_days' },
  { id: 'dso', kpi: 'dso' },
  { id: 'collected', kpi: 'collected' },
  { id: 'cei', kpi: 'cei' },
  { id: 'cancelled', kpi: 'cancelled', basis: 'non_payment' },
] as const;

export const WHERE = ['office', 'line', 'advisor', 'intermediary'] as const;
export const MONTHS = 13;
const CLIENTS = 10;
const BLAMED = ['office', 'line'] as const;

export interface PulsoData {
  readonly setting: Setting;
  /** Month ends of the trend, oldest first; the day asked for is the last. */
  readonly days: readonly Day[];
  readonly answers: ReadonlyMap<string, AskAnswer | Refusal>;
  readonly where: (typeof WHERE)[number];
  readonly change: ChangeResponse | null;
  /** Change of overdue by the dimensions that may explain it. */
  readonly blamed: ReadonlyMap<string, ChangeResponse>;
}

export function whereOf(setting: Setting): PulsoData['where'] {
  return WHERE.find((dimension) => dimension === setting.place.own.by) ?? 'office';
}

export function whereQuestion(setting: Setting) {
  const days = monthsUpTo(setting.asOf, MONTHS);
  return setting.question('where', 'overdue_share', {
    by: [whereOf(setting)],
    compare: days.slice(0, -1).reverse(),
    sort: '-numerator',
  });
}

/** Compares of a trend, newest first: the twelve months before, then the twelve before those. */
function trendDays(setting: Setting): Day[] {
  return monthsUpTo(setting.asOf, 2 * MONTHS - 1)
    .slice(0, -1)
    .reverse();
}

export async function loadPulso(setting: Setting, signal: AbortSignal): Promise<PulsoData> {
  const { api } = setting;
  const from = monthEndBefore(setting.asOf, 1);
  const trend = trendDays(setting);
  const tiles = TILES.map((tile) =>
    setting.question(tile.id, tile.kpi, {
      compare: trend,
      ...('basis' in tile ? { basis: tile.basis } : {}),
    }),
  );
  const rest = [
    setting.question('attainment', 'attainment', {}),
    setting.question('aging', 'aging', { compare: trend.slice(0, MONTHS - 1) }),
    whereQuestion(setting),
    setting.question('who', 'wadpd', {
      by: ['client'],
      sort: '-denominator',
      limit: CLIENTS,
      compare: [from],
    }),
  ];
  const change = (measure: 'gross' | 'overdue', by?: 'office' | 'line' | 'client') =>
    api
      .change(
        {
          measure,
          from,
          to: setting.asOf,
          filters: setting.filters,
          ...(by === undefined ? {} : { by }),
          ...(by === 'client' ? { limit: 200 } : {}),
        },
        signal,
      )
      .catch((error: unknown) => {
        if (error instanceof Refusal && error.status !== 401) return null;
        throw error;
      });
  const known = from >= setting.ground.days.first;
  const [asked, moved, ...blamed] = await Promise.all([
    api.ask([...tiles, ...rest], signal),
    known ? change('gross') : null,
    ...(known ? [...BLAMED, 'client' as const].map((by) => change('overdue', by)) : []),
  ]);
  return {
    setting,
    days: monthsUpTo(setting.asOf, MONTHS),
    answers: answersOf(asked),
    where: whereOf(setting),
    change: moved,
    blamed: new Map(blamed.flatMap((response) => (response === null ? [] : [[response.by ?? '', response]]))),
  };
}

/** Whether a figure counts from the start of its month and the month is not over. */
export function isPartial(setting: Setting, kpi: string): boolean {
  const [period] = setting.kpi(kpi)?.periods ?? [];
  return period === 'month' && !isMonthEnd(setting.asOf);
}
