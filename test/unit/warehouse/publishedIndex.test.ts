import { describe, expect, test } from 'vitest';
import { businessDate, eachDay, type LocalTimestamp, localTimestamp } from '../../../functions/core/dates.ts';
import type { NewPublishedRow, PublishedRow } from '../../../functions/lake/published.ts';
import { PublishedIndex } from '../../../functions/warehouse/publishedIndex.ts';
import { published } from '../../support/publishContract.ts';

/** Each publish is a list of rows; its number is its place. */
function history(...publishes: NewPublishedRow[][]): PublishedRow[] {
  return publishes.flatMap((rows, index) => rows.map((row) => ({ seq: index + 1, ...row })));
}

/** The files of a table over two years, each with the days it is read for. */
function shown(
  rows: readonly PublishedRow[],
  question: { readonly knownAt?: LocalTimestamp; readonly from?: string; readonly to?: string } = {},
): string[] {
  const days = [
    ...eachDay(businessDate(question.from ?? '2026-01-01'), businessDate(question.to ?? '2026-12-31')),
  ];
  const builds = new Map(rows.map((row) => [row.path, row]));
  return new PublishedIndex(rows).files('aging', days, question.knownAt).map(({ key, only }) => {
    const row = builds.get(key);
    return `${row?.build} ${(only?.from ?? row?.first_day)?.slice(5)}..${(only?.to ?? row?.last_day)?.slice(5)}`;
  });
}

const at = (text: string) => localTimestamp(text);
const day = (text: string) => businessDate(text);

describe('what is current', () => {
  test('is nothing where nothing was published', () => {
    expect(shown([])).toEqual([]);
    expect(shown(history([published('position', '2026-06-30', 'a')]))).toEqual([]);
    expect(new PublishedIndex([]).at('aging', day('2026-06-30'))).toBeUndefined();
  });

  test('is the later publish of a day', () => {
    const rows = history(
      [published('aging', '2026-06-29', 'a'), published('aging', '2026-06-30', 'a')],
      [published('aging', '2026-06-30', 'b')],
    );
    expect(shown(rows)).toEqual(['a 06-29..06-29', 'b 06-30..06-30']);
    expect(shown([...rows].reverse())).toEqual(['a 06-29..06-29', 'b 06-30..06-30']);
  });

  test('is the month file once it is published, instead of the days before it', () => {
    const rows = history(
      [published('aging', '2026-05-31', 'day'), published('aging', '2026-06-15', 'day')],
      [published('aging', '2026-06', 'month')],
    );
    expect(shown(rows)).toEqual(['day 05-31..05-31', 'month 06-01..06-30']);
  });

  test('is the day published after its month file, which then comes in two parts', () => {
    const rows = history(
      [published('aging', '2026-06-15', 'day')],
      [published('aging', '2026-06', 'month')],
      [published('aging', '2026-06-15', 'redelivered', '2026-07-02 22:00:00')],
    );
    expect(shown(rows)).toEqual(['month 06-01..06-14', 'redelivered 06-15..06-15', 'month 06-16..06-30']);
  });

  test('does not hold what was known later than asked', () => {
    const rows = history(
      [published('aging', '2026-06-15', 'day'), published('aging', '2026-06-16', 'day')],
      [published('aging', '2026-06', 'month', '2026-06-30 22:00:00')],
      [published('aging', '2026-06-15', 'redelivered', '2026-07-02 22:00:00')],
    );
    expect(shown(rows, { knownAt: at('2026-06-15 21:59:59.999') })).toEqual([]);
    expect(shown(rows, { knownAt: at('2026-06-15 22:00:00') })).toEqual(['day 06-15..06-15']);
    expect(shown(rows, { knownAt: at('2026-06-30 21:59:59.999') })).toEqual([
      'day 06-15..06-15',
      'day 06-16..06-16',
    ]);
    expect(shown(rows, { knownAt: at('2026-07-02 21:59:59.999') })).toEqual(['month 06-01..06-30']);
    expect(new PublishedIndex(rows).at('aging', day('2026-06-15'), at('2026-07-02 21:00:00'))?.build).toBe(
      'month',
    );
    expect(new PublishedIndex(rows).at('aging', day('2026-06-15'))?.build).toBe('redelivered');
  });

  test('within one publish is the version known later, and the day before the month', () => {
    const versions = [
      published('aging', '2026-06-15', 'late', '2026-06-20 22:00:00'),
      published('aging', '2026-06-15', 'early', '2026-06-15 22:00:00'),
    ];
    expect(shown(history(versions))).toEqual(['late 06-15..06-15']);
    expect(shown(history(versions), { knownAt: at('2026-06-19 22:00:00') })).toEqual(['early 06-15..06-15']);
    for (const [date, parts] of [
      ['2026-06-01', ['day 06-01..06-01', 'month 06-02..06-30']],
      ['2026-06-30', ['month 06-01..06-29', 'day 06-30..06-30']],
    ] as const) {
      const mixed = [
        published('aging', date, 'day', '2026-06-30 22:00:00'),
        published('aging', '2026-06', 'month', '2026-06-30 22:00:00'),
      ];
      expect(shown(history(mixed))).toEqual(parts);
      expect(shown(history([...mixed].reverse()))).toEqual(parts);
    }
  });

  test('is cut to the days asked for', () => {
    const rows = history([published('aging', '2026-05', 'may'), published('aging', '2026-06', 'june')]);
    expect(shown(rows, { from: '2026-05-31', to: '2026-06-02' })).toEqual([
      'may 05-31..05-31',
      'june 06-01..06-02',
    ]);
    expect(shown(rows, { from: '2026-07-01' })).toEqual([]);
    expect(shown(rows, { to: '2026-04-30' })).toEqual([]);
  });
});
