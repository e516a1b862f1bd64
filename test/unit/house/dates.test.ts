import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, it } from 'vitest';
import { addDays, businessDate, daysBetween, isMonthEnd, monthEnd } from '../../../functions/core/dates.ts';

/** Days of four thousand years, month ends and leap days among them. */
const day = fc
  .integer({ min: Date.UTC(300, 0, 1) / 86_400_000, max: Date.UTC(4100, 0, 1) / 86_400_000 })
  .map((number) => businessDate(new Date(number * 86_400_000).toISOString().slice(0, 10)));

it('days are counted as the calendar library counts them', () => {
  fc.assert(
    fc.property(day, fc.integer({ min: -40_000, max: 40_000 }), (one, days) => {
      const date = Temporal.PlainDate.from(one);
      const other = date.add({ days }).toString();
      expect(addDays(one, days)).toBe(other);
      expect(daysBetween(one, businessDate(other))).toBe(days);
      const last = date.with({ day: date.daysInMonth }).toString();
      expect(monthEnd(one)).toBe(last);
      expect(isMonthEnd(one)).toBe(one === last);
    }),
    { numRuns: 2_000, seed: 29 },
  );
  expect(
    ['1900-02-03', '2000-02-03', '0004-02-03', '9999-12-01'].map((one) => monthEnd(businessDate(one))),
  ).toEqual(['1900-02-28', '2000-02-29', '0004-02-29', '9999-12-31']);
});
