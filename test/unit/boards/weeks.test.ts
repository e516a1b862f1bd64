import { describe, expect, it } from 'vitest';
import {
  comingWeeks,
  mondayOf,
  pastMondays,
  soonMondays,
} from '../../../dashboards/boards/rotacion/weeks.ts';

describe('weeks from Monday to Sunday', () => {
  it.each([
    ['2026-06-29', '2026-06-29'],
    ['2026-06-30', '2026-06-29'],
    ['2026-07-05', '2026-06-29'],
    ['2026-07-06', '2026-07-06'],
  ])('%s is in the week of %s', (day, monday) => {
    expect(mondayOf(day)).toBe(monday);
  });

  it('a week in which nothing falls due keeps its place among those that come', () => {
    const due = new Map([
      ['2026-06-29', '300.00'],
      ['2026-07-13', '50.00'],
    ]);
    expect(comingWeeks('2026-06-30', due, 4).map(({ monday, due: falls }) => [monday, falls])).toEqual([
      ['2026-06-29', '300.00'],
      ['2026-07-06', '0.00'],
      ['2026-07-13', '50.00'],
      ['2026-07-20', '0.00'],
    ]);
  });

  it.each(['2026-06-30', '2026-07-04', '2026-07-05', '2026-07-06'])(
    'on %s the coming weeks follow those that are over, without a gap or a week told twice',
    (asOf) => {
      const all = [
        ...pastMondays(asOf, 3, '2020-01-01'),
        ...comingWeeks(asOf, new Map(), 2).map(({ monday }) => monday),
      ];
      const next = all
        .slice(1)
        .map((monday, at) => mondayOf(monday) === monday && Date.parse(monday) - Date.parse(all[at] ?? ''));
      expect(next).toEqual([1, 1, 1, 1].map(() => 7 * 86_400_000));
      // On its Sunday a week is over.
      expect(all[2]).toBe(asOf < '2026-07-05' ? '2026-06-22' : '2026-06-29');
    },
  );

  it('no past week begins before the data do', () => {
    expect(pastMondays('2026-06-30', 3, '2026-06-10')).toEqual(['2026-06-15', '2026-06-22']);
  });

  it.each([
    ['2026-06-29', '2026-06-29', '2026-07-06'],
    ['2026-06-30', '2026-06-29', '2026-07-06'],
    ['2026-07-05', '2026-06-29', '2026-07-06'],
  ])('on %s this week is that of %s and the next that of %s', (asOf, now, next) => {
    expect(soonMondays(asOf)).toEqual([now, next]);
  });
});
