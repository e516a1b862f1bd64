import type { AskAnswer, ChangeResponse } from '../../../functions/serve/api.ts';
import { boardAnswers, Refusal } from '../../app/api.ts';
import type { Setting } from '../../app/setting.ts';
import { type Day, monthEndBefore, monthsUpTo } from '../../format/days.ts';
import { MONTHS, type TileSpec, tileQuestions } from '../../parts/tiles.ts';

export const TILES = [
  { id: 'gross', kpi: 'gross' },
  { id: 'overdue_share', kpi: 'overdue_share' },
  { id: 'par90', kpi: 'par90' },
  { id: 'turnover_days', kpi: 'turnover_days' },
  { id: 'dso', kpi: 'dso' },
  { id: 'collected', kpi: 'collected' },
  { id: 'cei', kpi: 'cei' },
  { id: 'cancelled', kpi: 'cancelled', basis: 'non_payment' },
] as const satisfies readonly TileSpec[];

export const WHERE = ['office', 'line', 'advisor', 'intermediary'] as const;
const CLIENTS = 10;
const BLAMED = ['office', 'line'] as const;

export interface PulsoData {
  readonly setting: Setting;
  /** Month ends of the trend, oldest first; the day asked for is the last. */
  readonly days: readonly Day[];
  readonly answers: ReadonlyMap<string, AskAnswer | Refusal>;
  readonly where: (typeof WHERE)[number];
  /** Null where no change is told. */
  readonly change: ChangeResponse | Refusal | null;
  readonly charts: typeof import('./charts.ts');
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

export async function loadPulso(setting: Setting, signal: AbortSignal): Promise<PulsoData> {
  const { api } = setting;
  const from = monthEndBefore(setting.asOf, 1);
  const tiles = tileQuestions(setting, TILES);
  const rest = [
    setting.question('aging', 'aging', { compare: monthsUpTo(setting.asOf, MONTHS).slice(0, -1).reverse() }),
    whereQuestion(setting),
    setting.question('who', 'wadpd', {
      by: ['client'],
      sort: '-denominator',
      limit: CLIENTS,
      compare: [from],
    }),
  ];
  const change = (measure: 'gross' | 'overdue', by?: (typeof BLAMED)[number]) =>
    api
      .change(
        {
          measure,
          from,
          to: setting.asOf,
          filters: setting.filters,
          ...(setting.place.knownAt === null ? {} : { known_at: setting.place.knownAt }),
          ...(by === undefined ? {} : { by }),
        },
        signal,
      )
      .catch((error: unknown) => {
        if (error instanceof Refusal && error.status !== 401) return error;
        throw error;
      });
  const known = from >= setting.ground.days.first;
  const [asked, charts, moved, ...blamed] = await Promise.all([
    api.ask([...tiles, ...rest], signal),
    import('./charts.ts'),
    known ? change('gross') : null,
    ...(known ? BLAMED.map((by) => change('overdue', by)) : []),
  ]);
  return {
    setting,
    days: monthsUpTo(setting.asOf, MONTHS),
    answers: boardAnswers(asked),
    where: whereOf(setting),
    charts,
    change: moved,
    blamed: new Map(
      blamed.flatMap((response) => (response instanceof Refusal ? [] : [[response.by ?? '', response]])),
    ),
  };
}

/** The clients of an answer who owe something overdue: a list of the first ten is filled up with those who do not. */
export function overdueOnly(answer: AskAnswer): AskAnswer {
  return { ...answer, rows: answer.rows.filter(({ denominator }) => Number(denominator ?? 0) > 0) };
}
