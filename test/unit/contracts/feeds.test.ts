import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { PATTERNS } from '../../../functions/contracts/column.ts';
import { control } from '../../../functions/contracts/delivery.ts';
import { glueColumns } from '../../../functions/contracts/feed.ts';
import { FEED_NAMES, FEEDS, feedOf } from '../../../functions/contracts/feeds.ts';

describe('every feed', () => {
  for (const name of FEED_NAMES) {
    const feed = feedOf(name);
    const names = feed.columns.map((column) => column.name);

    it(`${name}: its rules name its own columns, and its key is mandatory`, () => {
      expect(feed.name).toBe(name);
      const named = [
        ...feed.key,
        ...feed.signed,
        ...feed.totals.flatMap(({ parts, total }) => [...parts, total]),
        ...feed.refers.flatMap(({ columns, when }) => [...columns, ...(when ? [when.column] : [])]),
        ...(feed.controlColumn === null ? [] : [feed.controlColumn]),
      ];
      expect(named.filter((column) => !names.includes(column))).toEqual([]);
      for (const column of feed.columns) if (column.key) expect(column.mandatory).toBe(true);
      expect(feed.columns.slice(0, feed.key.length).map((column) => column.name)).toEqual(feed.key);
    });

    it(`${name}: money is never a float, and every column is described in both languages`, () => {
      for (const column of feed.ledgerColumns) {
        expect(column.sqlType).not.toMatch(/DOUBLE|FLOAT|REAL/);
        expect(column.en.length * column.es.length).toBeGreaterThan(0);
      }
      expect(new Set(feed.ledgerColumns.map((column) => column.name)).size).toBe(feed.ledgerColumns.length);
      expect(glueColumns(feed).map((column) => column.name)).toEqual(
        feed.ledgerColumns.map((column) => column.name),
      );
    });

    it(`${name}: the JSON Schema has the same columns and takes no other`, () => {
      const schema = z.toJSONSchema(feed.schema);
      expect(Object.keys(schema.properties ?? {})).toEqual(names);
      expect(schema.additionalProperties).toBe(false);
    });

    it(`${name}: what it refers to is there, with a key of the same width`, () => {
      for (const { feed: target, columns } of feed.refers) {
        expect(feedOf(target as keyof typeof FEEDS).key).toHaveLength(columns.length);
      }
    });
  }
});

describe('a row schema', () => {
  const row = {
    from_currency: 'USD',
    to_currency: 'COP',
    rate_date: '2026-06-30',
    rate: '4000.12345678',
  };

  it('takes decimals as text alone', () => {
    expect(FEEDS.fx_rates.schema.safeParse(row).success).toBe(true);
    for (const rate of [4000.12, '4000.123456789', '4e3', '-1', ''])
      expect(FEEDS.fx_rates.schema.safeParse({ ...row, rate }).success).toBe(false);
  });

  it('refuses unknown keys, days that do not exist, and currencies that are no code', () => {
    for (const change of [{ extra: 1 }, { rate_date: '2026-02-30' }, { from_currency: 'usd' }])
      expect(FEEDS.fx_rates.schema.safeParse({ ...row, ...change }).success).toBe(false);
  });
});

describe('patterns', () => {
  const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);

  it('of money take at most two decimals and 15 digits, and nothing else', () => {
    const money = whole(PATTERNS.money);
    for (const good of ['0', '-1', '12.3', '12.34', '-0.00', '123456789012345.99'])
      expect(good).toMatch(money);
    for (const bad of [
      '',
      '.5',
      '5.',
      '+5',
      '1e3',
      ' 5',
      '5 ',
      '1,5',
      '1_0',
      '12.345',
      '1234567890123456',
      '--1',
      'NaN',
    ])
      expect(bad).not.toMatch(money);
  });

  it('of timestamps want hours and minutes and no zone', () => {
    const timestamp = whole(PATTERNS.timestamp);
    for (const good of ['2026-06-30 22:00', '2026-06-30T22:00:00', '2026-06-30 22:00:00.123456789'])
      expect(good).toMatch(timestamp);
    for (const bad of [
      '2026-06-30',
      '2026-06-30 24:00',
      '2026-06-30 22:60',
      '2026-06-30 22:00Z',
      '2026-13-01 00:00',
    ])
      expect(bad).not.toMatch(timestamp);
  });
});

describe('the control file', () => {
  const valid = {
    version: 1,
    business_date: '2026-06-30',
    cutoff_at: '2026-06-30 22:00:00',
    delivery_number: 412,
    files: [{ feed: 'receipts', name: 'receipts.csv', rows: 1, sums: { COP: '1.00' } }],
  };

  it('is strict', () => {
    expect(control.safeParse(valid).success).toBe(true);
    const [file] = valid.files;
    for (const broken of [
      { ...valid, version: 2 },
      { ...valid, business_date: '30/06/2026' },
      { ...valid, cutoff_at: '2026-06-30' },
      { ...valid, extra: true },
      { ...valid, files: [{ ...file, feed: 'unknown' }] },
      { ...valid, files: [{ ...file, name: '../receipts.csv' }] },
      { ...valid, files: [{ ...file, name: 'control.json' }] },
      { ...valid, files: [{ ...file, sums: { COP: 1 } }] },
      { ...valid, files: [{ ...file, sums: { COP: '1.005' } }] },
      { ...valid, files: [{ ...file, rows: -1 }] },
    ])
      expect(control.safeParse(broken).success).toBe(false);
  });
});
