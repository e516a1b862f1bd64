import { describe, expect, it } from 'vitest';
import { businessDate } from '../../../functions/core/dates.ts';
import { cadenceDays, parseSpan, type ReadSpan, spanDays } from '../../../functions/warehouse/reads.ts';

const day = businessDate;
const first = day('2026-01-10');

function days(
  text: string,
  built: readonly string[],
  opened: readonly (readonly [string, string])[] = [],
): string[] {
  const span = parseSpan(text) as ReadSpan;
  return spanDays(span, {
    days: built.map(day),
    opened: opened.map(([asOf, open]) => ({ asOf: day(asOf), opened: day(open) })),
    first,
    compared: () => built.slice(1).map(day),
  });
}

describe('what a model reads of a relation', () => {
  it('day: the days built', () => {
    expect(days('day', ['2026-06-02', '2026-06-05'])).toEqual(['2026-06-02', '2026-06-05']);
  });

  it('previous: also the day before each', () => {
    expect(days('previous', ['2026-06-02', '2026-06-05'])).toEqual([
      '2026-06-01',
      '2026-06-02',
      '2026-06-04',
      '2026-06-05',
    ]);
  });

  it('compared: those days on which a company is compared with the day before, and that one', () => {
    expect(days('compared', ['2026-06-02', '2026-06-05'])).toEqual(['2026-06-04', '2026-06-05']);
  });

  it('N days: also N days back, each day once', () => {
    expect(days('2 days', ['2026-06-05', '2026-06-06'])).toEqual([
      '2026-06-03',
      '2026-06-04',
      '2026-06-05',
      '2026-06-06',
    ]);
  });

  it('opening: also the days on which the periods opened', () => {
    expect(
      days(
        'opening',
        ['2026-06-05'],
        [
          ['2026-06-05', '2026-05-31'],
          ['2026-06-05', '2025-12-31'],
        ],
      ),
    ).toEqual(['2026-05-31', '2026-06-05']);
  });

  it('period: every day from the opening', () => {
    expect(days('period', ['2026-06-02'], [['2026-06-02', '2026-05-31']])).toEqual([
      '2026-05-31',
      '2026-06-01',
      '2026-06-02',
    ]);
  });

  it('N days before period: every day from the opening, and as many before it', () => {
    expect(days('2 days before period', ['2026-06-02'], [['2026-06-02', '2026-05-31']])).toEqual([
      '2026-05-29',
      '2026-05-30',
      '2026-05-31',
      '2026-06-01',
      '2026-06-02',
    ]);
    expect(days('9 days before period', ['2026-01-11'], [['2026-01-11', '2026-01-10']])).toEqual([
      '2026-01-10',
      '2026-01-11',
    ]);
  });

  it('N month ends: also the last N calendar month ends before each', () => {
    expect(days('2 month ends', ['2026-03-31', '2026-04-15'])).toEqual([
      '2026-01-31',
      '2026-02-28',
      '2026-03-31',
      '2026-04-15',
    ]);
  });

  it('all: everything since the first day of the lake', () => {
    expect(days('all', ['2026-01-12'])).toEqual(['2026-01-10', '2026-01-11', '2026-01-12']);
  });

  it('never a day before the lake begins', () => {
    expect(days('5 days', ['2026-01-11'])).toEqual(['2026-01-10', '2026-01-11']);
    expect(days('previous', ['2026-01-10'])).toEqual(['2026-01-10']);
    expect(days('3 month ends', ['2026-02-10'])).toEqual(['2026-01-31', '2026-02-10']);
    expect(days('period', ['2026-01-11'], [['2026-01-11', '2025-12-31']])).toEqual([
      '2026-01-10',
      '2026-01-11',
    ]);
  });

  it('nothing when nothing is built', () => {
    expect(days('all', [])).toEqual([]);
  });

  it('is one of these words', () => {
    expect(['day', '1 days', '45 days', '13 month ends'].map((text) => parseSpan(text) !== null)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(
      ['yesterday', '-1 days', '1.5 days', 'days', '1 weeks', '2 month ends before period'].map(parseSpan),
    ).toEqual([null, null, null, null, null, null]);
  });
});

it('a monthly model is built at calendar month ends only', () => {
  const built = ['2026-02-27', '2026-02-28', '2026-03-31', '2026-04-01'].map(day);
  expect(cadenceDays('month', built)).toEqual(['2026-02-28', '2026-03-31']);
  expect(cadenceDays('day', built)).toEqual(built);
});
