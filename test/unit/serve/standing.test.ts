import { describe, expect, it } from 'vitest';
import type { BusinessDate, LocalTimestamp } from '../../../functions/core/dates.ts';
import type { PublishedRow } from '../../../functions/lake/published.ts';
import { type Grounds, Standing } from '../../../functions/query/standing.ts';

const DAY = '2026-06-29' as BusinessDate;
const KNOWN = '2026-06-29 22:00:00.000' as LocalTimestamp;

const row = (day: string, path: string): PublishedRow => ({
  seq: 1,
  table_name: 'flow',
  period: day,
  first_day: day as BusinessDate,
  last_day: day as BusinessDate,
  build: path,
  known_from: `${day} 22:00:00.000` as LocalTimestamp,
  path,
});
const grounds: Grounds = { published: [row(DAY, 'a')], deliveries: [], config: 'c', models: ['m'] };
const key = `${new Standing(grounds).prefix(DAY, KNOWN)}order`;

describe('what was made on demand of a day', () => {
  it('holds while a newer day is published', () => {
    const later = { ...grounds, published: [...grounds.published, row('2026-06-30', 'b')] };
    expect(new Standing(later).holds(key)).toBe(true);
  });

  it.each([
    ['a new version of the day', { published: [...grounds.published, row(DAY, 'b')] }],
    ['a new version of a day before', { published: [...grounds.published, row('2026-06-01', 'b')] }],
    ['another configuration', { config: 'd' }],
    ['another model', { models: ['n'] }],
  ])('does not hold after %s', (_, changed) => {
    expect(new Standing({ ...grounds, ...changed }).holds(key)).toBe(false);
  });

  it('is not what something else was published under', () => {
    expect(new Standing(grounds).holds('marts/flow/period=2026-06-29/part-0.parquet')).toBe(false);
  });
});
