import { describe, expect, it } from 'vitest';
import { FEED_NAMES } from '../../../functions/contracts/feeds.ts';
import {
  alturasOf,
  configHash,
  defaultConfig,
  type KnownNames,
  readConfig,
  retiredKeys,
  withBuckets,
} from '../../../functions/core/config.ts';
import { seededHolidays } from '../../../functions/core/holidays.ts';
import { lawNames } from '../../../functions/warehouse/lawNames.ts';

const faults = (text: string, known: KnownNames = {}): string => {
  try {
    readConfig('alturas.yml', text, known);
    return 'none';
  } catch (error) {
    return String(error);
  }
};

describe('the configuration', () => {
  it('has every default written out, and reads back as itself', () => {
    const written = JSON.stringify(defaultConfig(), null, 1);
    expect(readConfig('alturas.yml', written)).toEqual(defaultConfig());
    expect(readConfig('alturas.yml', '')).toEqual(defaultConfig());
  });

  it('has one hash, whatever the order and however it is written', () => {
    const one = readConfig('a.yml', 'day_year: 360\nfloor_early: true\n');
    const other = readConfig('b.yml', '{"floor_early": true, "day_year": 360}');
    expect(configHash(one)).toBe(configHash(other));
    expect(configHash(one)).not.toBe(configHash(defaultConfig()));
  });

  it('tells all faults at once, each with its place', () => {
    const said = faults('version: 1\nbukets: [0]\nerror_budget:\n  defalt: 0.1\nday_year: 364\n');
    expect(said).toContain('line 2, column 1: bukets: this key is not known');
    expect(said).toContain('line 4, column 3: error_budget.defalt: this key is not known');
    expect(said).toContain('line 5, column 1: day_year');
  });

  it('names no feed and no law that does not exist, and says which there are', () => {
    const known = { feeds: FEED_NAMES, laws: lawNames };
    const said = faults(
      'error_budget:\n  feeds: {recepits: 0.1, payments: 0.2}\nbukets: [0]\nlaws:\n  parts_add_up: warning\n  grain_of_position: warning\n  roll_forward: warning\n  shares_sums_to_100: error\n',
      known,
    );
    expect(said).toContain(
      'line 2, column 11: error_budget.feeds.recepits: there is no feed "recepits"; did you mean "receipts"? (expected one of: companies, ',
    );
    expect(said).toContain('line 3, column 1: bukets: this key is not known');
    expect(said).toContain('line 7, column 3: laws.roll_forward: there is no law "roll_forward" (expected');
    expect(said).toContain('there is no law "shares_sums_to_100"; did you mean "shares_sum_to_100"?');
    expect(said).not.toMatch(/no (feed|law) "(payments|parts_add_up|grain_of_position)"/);
    expect(readConfig('a.yml', 'laws: {parts_add_up: warning}\n', known).laws).toEqual({
      parts_add_up: 'warning',
    });
  });

  it('refuses a key written twice, broken YAML, and buckets out of order', () => {
    expect(faults('day_year: 360\nday_year: 365\n')).toContain('line 2');
    expect(faults('buckets: [0, 30\n')).toContain('CONFIG_INVALID');
    expect(faults('buckets: [0, 30, 30]\n')).toContain('bounds strictly increase');
    expect(faults('buckets: [1, 30]\n')).toContain('the first bound is 0');
  });

  it('reads a file of before as if without the keys that nothing reads any more, and says so', () => {
    const text = 'buckets: [0, 30]\npar_thresholds: [30, 60]\n';
    expect(readConfig('alturas.yml', text)).toEqual(readConfig('alturas.yml', 'buckets: [0, 30]\n'));
    expect(retiredKeys('alturas.yml', text)).toEqual([
      'alturas.yml: par_thresholds is read by nothing any more (PAR may be asked for at any bound of buckets); take it out.',
    ]);
    expect(retiredKeys('alturas.yml', 'buckets: [0, 30]\n')).toEqual([]);
    expect(retiredKeys('alturas.yml', '')).toEqual([]);
    expect(faults('par_threshold: [30]\n')).toContain('par_threshold: this key is not known');
  });
});

describe('alturas', () => {
  it('cover every day past due once, and have a place for no due date', () => {
    const alturas = alturasOf(defaultConfig());
    expect(alturas.map(({ altura }) => altura)).toEqual([
      'AL_DIA',
      '001-030',
      '031-060',
      '061-075',
      '076-090',
      '091-180',
      '181-360',
      '>360',
      'SIN_VENCIMIENTO',
    ]);
    for (const dpd of [-400, -1, 0, 1, 30, 31, 60, 75, 76, 90, 91, 360, 361, 9999]) {
      expect(
        alturas.filter(({ lo, hi }) => lo !== null && hi !== null && lo <= dpd && dpd <= hi),
      ).toHaveLength(1);
    }
  });

  it('follow other buckets', () => {
    const config = withBuckets(defaultConfig(), [0, 30, 60, 90]);
    expect(alturasOf(config).map(({ altura }) => altura)).toEqual([
      'AL_DIA',
      '001-030',
      '031-060',
      '061-090',
      '>90',
      'SIN_VENCIMIENTO',
    ]);
    expect(() => withBuckets(defaultConfig(), [30, 0])).toThrow('cannot be used');
  });
});

describe('seeded holidays', () => {
  it('are one row a day, with those of Colombia that the law knows', () => {
    const rows = seededHolidays(2025, 2026, ['CO']);
    const days = rows.map(({ holiday }) => holiday);
    expect(new Set(days).size).toBe(days.length);
    // Two holidays of 2025 fall on one day; 2026 has the new one of 13 July.
    expect(rows.find(({ holiday }) => holiday === '2025-06-30')?.name).toContain(' / ');
    expect(days).toEqual(expect.arrayContaining(['2026-06-29', '2026-07-13', '2026-07-20']));
  });
});
