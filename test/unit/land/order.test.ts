import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson, sha256 } from '../../../functions/core/canonical.ts';
import { defaultConfig } from '../../../functions/core/config.ts';
import type { BusinessDate } from '../../../functions/core/dates.ts';
import { DeliveryIndex } from '../../../functions/lake/deliveries.ts';
import { FolderLake } from '../../../functions/lake/folderLake.ts';
import { Inbox } from '../../../functions/land/inbox.ts';
import { entryOf, errorOf, LandingFixture, receipt } from './deliveryFixture.ts';

let fixture: LandingFixture;
beforeEach(() => {
  fixture = new LandingFixture();
});
afterEach(() => fixture.close());

const TODAY = { today: '2026-07-01' as BusinessDate };
const feeds = { receipts: [receipt('R1')] };
const day = (asOf: string, more: { cutoff?: string; number?: number } = {}, options: object = TODAY) =>
  fixture.day({ day: asOf, ...more, feeds }, options);

describe('a date that lies too far away', () => {
  it('in the future of the clock is refused, also of the very first delivery', async () => {
    const error = errorOf(await day('2026-06-30', { cutoff: '2062-06-30 22:00:00' }));
    expect(error).toMatchObject({
      code: 'DELIVERY_AHEAD',
      details: {
        column: 'cutoff_at',
        value: '2062-06-30 22:00:00.000',
        expected: 'a cut-off by 2026-07-03',
        hint: expect.stringContaining('delivery_ahead_days'),
      },
    });
    entryOf(await day('2026-06-30', { cutoff: '2026-07-03 22:00:00' }));
  });

  it('closes the lake to nobody: the days beside it land', async () => {
    const folders = ['2026-06-28', '2026-06-29', '2026-06-30'].map((asOf) =>
      fixture.deliver({
        day: asOf,
        ...(asOf.endsWith('29') ? { cutoff: '2029-06-29 22:00:00' } : {}),
        feeds,
      }),
    );
    const report = await fixture.land(folders, { today: '2062-01-01' as BusinessDate });
    expect(report.outcomes.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'rejected']);
    expect(errorOf(report.outcomes[2])).toMatchObject({
      code: 'DELIVERY_GAP',
      details: { column: 'cutoff_at', expected: 'a cut-off by 2026-09-30' },
    });
    expect(report.outcomes[2]).toMatchObject({ rejection: { code: 'DELIVERY_GAP' } });
    expect(await new DeliveryIndex(fixture.lake).entries()).toHaveLength(2);
  });

  it.each([
    ['2026-06-30', '2006-06-29', 'a day from 2026-03-30 on'],
    ['2026-03-30', '2026-07-01', 'a day by 2026-06-30'],
  ])('as the business day after %s: %s', async (first, second, expected) => {
    entryOf(await day(first, { cutoff: '2026-06-30 22:00:00' }));
    const error = errorOf(await day(second, { cutoff: '2026-07-01 22:00:00' }));
    expect(error).toMatchObject({
      code: 'DELIVERY_GAP',
      details: { column: 'business_date', value: second, expected },
    });
  });

  it('is taken where the configuration reaches as far, and 92 days are no distance', async () => {
    entryOf(await day('2026-01-01'));
    entryOf(await day('2026-04-03'));
    const config = { ...defaultConfig(), delivery_gap_days: 200, delivery_ahead_days: 60 };
    const far = entryOf(await day('2026-08-30', {}, { ...TODAY, config }));
    expect(far.findings.map(({ code }) => code)).toContain('MISSING_DAYS');
  });

  it.each([
    ['0026-06-30', '2026-06-30 22:00:00', 'business_date', 'from the year 1900'],
    ['2026-06-30', '0026-06-30 22:00:00', 'cutoff_at', 'from the year 1900'],
    ['2026-06-30', '2026-06-31 22:00:00', 'cutoff_at', 'a day of the calendar'],
    ['2026-06-30', '2026-06-29 22:00:00', 'cutoff_at', 'not before its business day'],
  ])('in no calendar, or before its own day: %s, cut-off %s', async (asOf, cutoff, key, expected) => {
    const error = errorOf(await day(asOf, { cutoff }));
    expect(error.code).toBe('CONTROL_INVALID');
    expect(error.toString()).toContain(key);
    expect(error.toString()).toContain(expected);
    expect(error.details).toMatchObject({
      file: expect.stringContaining('control.json'),
      value: key === 'cutoff_at' ? cutoff : asOf,
      expected: expect.stringContaining(expected),
      hint: expect.stringContaining('run the command again'),
    });
  });
});

describe('a delivery that an older version accepted', () => {
  it('is unchanged, though its days would be refused now', async () => {
    const folder = fixture.deliver({ day: '2026-06-29', cutoff: '2026-06-28 23:50:00', feeds });
    const text = canonicalJson(JSON.parse(readFileSync(join(folder, 'control.json'), 'utf8')));
    const receipts = sha256(readFileSync(join(folder, 'receipts.csv'), 'utf8'));
    const index = new DeliveryIndex(fixture.lake);
    await index.append({
      seq: 1,
      delivery: sha256(`${text}\n${receipts}`).slice(0, 16),
      as_of: '2026-06-29',
      cutoff_at: '2026-06-28 23:50:00.000',
      delivery_number: 1,
      landed_at: '2026-06-29T05:00:00.000Z',
      control_hash: sha256(text),
      feeds: {},
      states: {},
      findings: [],
    });
    expect(await fixture.land(folder, TODAY)).toMatchObject({ unchanged: 1, rejected: 0 });
    const inbox = new Inbox(new FolderLake(join(fixture.folder, 'in')));
    const options = { named: [], batchBytes: 1, batchSize: 1, most: 10 };
    expect(await inbox.find(await index.entries(), options)).toMatchObject({ waiting: 0, late: 0 });
  });
});

describe('the delivery number', () => {
  const numbers = async (...given: number[]): Promise<string[][]> => {
    const told: string[][] = [];
    for (const [at, number] of given.entries()) {
      const { findings } = entryOf(await day(`2026-06-1${at}`, { number }));
      told.push(findings.filter(({ code }) => code.startsWith('NUMBER_')).map(({ code }) => code));
    }
    return told;
  };

  it('that counts up is nothing to tell of; one that repeats or goes back is', async () => {
    expect(await numbers(4, 7, 7, 5, 8)).toEqual([[], [], ['NUMBER_REPEATED'], ['NUMBER_BACK'], []]);
  });
});
