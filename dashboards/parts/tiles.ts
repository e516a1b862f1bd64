import { css } from 'lit';
import type { AskAnswer, Filter, QuestionInput } from '../../functions/serve/api.ts';
import { Refusal } from '../app/api.ts';
import type { Setting } from '../app/setting.ts';
import { monthsUpTo } from '../format/days.ts';
import type { TileFigure } from './tile.ts';

export const MONTHS = 13;

/** A figure of the strip on top of a board. */
export interface TileSpec {
  readonly id: string;
  readonly kpi: string;
  readonly basis?: string;
  /** Narrower than the place: the member whose figure it is. */
  readonly at?: Readonly<Record<string, string>>;
}

/** The question of how much of its target a figure of collections is: of the same member as the figure. */
const attainedOf = (id: string): string => `attainment ${id}`;

function narrowed({ at = {} }: TileSpec): Filter[] {
  return Object.entries(at).map(([column, member]) => ({ column, members: [member] }));
}

/** The day, twelve month ends before it, and the twelve before those; and the target where there is one. */
export function tileQuestions(setting: Setting, tiles: readonly TileSpec[]): QuestionInput[] {
  const compare = monthsUpTo(setting.asOf, 2 * MONTHS - 1)
    .slice(0, -1)
    .reverse();
  return [
    ...tiles.map((tile) =>
      setting.question(tile.id, tile.kpi, {
        compare,
        filters: narrowed(tile),
        ...(tile.basis === undefined ? {} : { basis: tile.basis }),
      }),
    ),
    ...tiles
      .filter(({ kpi }) => kpi === 'collected')
      .map((tile) => setting.question(attainedOf(tile.id), 'attainment', { filters: narrowed(tile) })),
  ];
}

/** A tile from the answers to `tileQuestions`. A part of a month is compared with no whole one, and says so. */
export function tileFigure(
  setting: Setting,
  tile: TileSpec & { readonly label: string },
  answers: ReadonlyMap<string, AskAnswer | Refusal>,
): TileFigure {
  const { words, figures } = setting;
  const answer = answers.get(tile.id);
  const kpi = setting.kpi(tile.kpi);
  const common = {
    kpi: tile.kpi,
    label: tile.label,
    opened: { kpi: tile.kpi, at: tile.at ?? {}, ...(tile.basis === undefined ? {} : { basis: tile.basis }) },
  };
  if (!answer || answer instanceof Refusal || answer.total === null)
    return {
      ...common,
      unit: kpi?.unit ?? 'money',
      direction: kpi?.direction ?? 'neutral',
      value: null,
      reason: 'NO_DATA',
      ...(answer instanceof Refusal ? { refusal: answer } : {}),
      monthBefore: null,
      yearBefore: null,
      remarks: [],
      line: { points: [] },
    };
  const { total } = answer;
  const partial = setting.partial(tile.kpi);
  const line = [total.value, ...total.compare.map(({ value }) => value)].map((value) =>
    value === null ? null : Number(value),
  );
  const before = (back: number) => {
    const { [back - 1]: day } = answer.compare;
    return day === undefined ? null : { day: day.as_of, value: total.compare[back - 1]?.value ?? null };
  };
  const attained = tile.kpi === 'collected' ? answers.get(attainedOf(tile.id)) : undefined;
  const share = attained && !(attained instanceof Refusal) ? (attained.total?.value ?? null) : null;
  const remarks = [
    ...(share === null ? [] : [words.tile.target(figures.attained(share))]),
    ...(partial === null ? [] : [partial]),
  ];
  return {
    ...common,
    unit: answer.unit,
    direction: answer.direction,
    value: total.value,
    reason: total.reason,
    monthBefore: partial !== null ? null : before(1),
    yearBefore: partial !== null ? null : before(MONTHS - 1),
    line: {
      points: partial !== null ? [...line.slice(1, MONTHS).reverse(), null] : line.slice(0, MONTHS).reverse(),
      before: line.slice(MONTHS - 1, 2 * MONTHS - 1).reverse(),
    },
    remarks,
  };
}

export const tilesStyle = css`
  .tiles {
    display: grid;
    grid-template-columns: repeat(8, minmax(0, 1fr));
    border-block-start: 1px solid var(--hairline);
  }
  .tiles alturas-tile {
    padding: 0.75rem 1rem 0.875rem;
    border-inline-start: 1px solid var(--hairline);
  }
  .tiles alturas-tile:first-child {
    padding-inline-start: 0;
    border: 0;
  }
  .tiles alturas-tile:last-child {
    padding-inline-end: 0;
  }
  @media (max-width: 84rem) {
    .tiles {
      grid-template-columns: repeat(4, minmax(0, 1fr));
    }
    .tiles alturas-tile:nth-child(4n + 1) {
      padding-inline-start: 0;
      border: 0;
    }
    .tiles alturas-tile:nth-child(n + 5) {
      border-block-start: 1px solid var(--hairline);
    }
  }
  @media print {
    .tiles {
      grid-template-columns: repeat(4, minmax(0, 1fr)) !important;
      break-inside: avoid;
    }
  }
  @media (max-width: 40rem) {
    .tiles {
      grid-template-columns: minmax(0, 1fr);
    }
    .tiles alturas-tile {
      padding: 0.5rem 0 0.625rem !important;
      border: 0 !important;
      border-block-end: 1px solid var(--hairline) !important;
    }
    .tiles alturas-tile:last-child {
      border: 0 !important;
    }
  }
`;
