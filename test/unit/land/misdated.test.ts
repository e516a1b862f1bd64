import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rejection } from '../../../functions/contracts/delivery.ts';
import { defaultConfig } from '../../../functions/core/config.ts';
import type { BusinessDate } from '../../../functions/core/dates.ts';
import type { LandOptions } from '../../../functions/land/land.ts';
import { entryOf, errorOf, LandingFixture, receipt } from './deliveryFixture.ts';

let fixture: LandingFixture;
beforeEach(() => {
  fixture = new LandingFixture();
});
afterEach(() => fixture.close());

const feeds = { receipts: [receipt('R1')] };
const on = (today: string, config: object = {}): LandOptions => ({
  today: today as BusinessDate,
  config: { ...defaultConfig(), ...config },
});
const deliver = (day: string, cutoff?: string, rows = feeds) =>
  fixture.deliver({ day, ...(cutoff === undefined ? {} : { cutoff }), feeds: rows });
const land = async (folder: string, options: LandOptions) =>
  (await fixture.land(folder, options)).outcomes[0];
const kept = (day: string) => {
  const folder = join(fixture.lakeFolder, 'rejected', day);
  return readdirSync(folder).map((name) => join(folder, name));
};

/** The delivery of 06-29 with its cut-off a week late, refused on its day. */
async function mistyped(): Promise<string> {
  entryOf(await land(deliver('2026-06-28'), on('2026-06-28')));
  const folder = deliver('2026-06-29', '2026-07-05 22:00:00');
  expect(errorOf(await land(folder, on('2026-06-29'))).code).toBe('DELIVERY_AHEAD');
  return folder;
}

describe('a delivery that was refused for a date ahead of the clock', () => {
  it('stays refused when the clock comes near, and closes the lake to nobody', async () => {
    const folder = await mistyped();
    entryOf(await land(deliver('2026-06-29'), on('2026-06-29')));
    const [path = ''] = kept('2026-06-29');
    const first = readFileSync(path, 'utf8');
    const again = await land(folder, on('2026-07-03'));
    expect(errorOf(again)).toMatchObject({
      kind: 'rejected',
      code: 'DELIVERY_AHEAD',
      message: expect.stringContaining('6 days after today, 2026-06-29.'),
      details: {
        file: folder,
        value: 'business_date 2026-06-29, cutoff_at 2026-07-05 22:00:00.000',
        hint: expect.stringMatching(/correct the dates .* configuration that says delivery_ahead_days: 3$/),
      },
    });
    expect(again).toMatchObject({ rejection: JSON.parse(first) });
    // Nothing is written anew: whether it was made good is told by the time of the rejection.
    expect(readFileSync(path, 'utf8')).toBe(first);
    for (const day of ['2026-07-04', '2026-07-05']) entryOf(await land(deliver(day), on(day)));
  });

  it('lands where the configuration reaches further than the one that refused it, and not where it does less', async () => {
    const folder = await mistyped();
    const narrow = await land(folder, on('2026-07-04', { delivery_ahead_days: 1, delivery_gap_days: 300 }));
    expect(errorOf(narrow).code).toBe('DELIVERY_AHEAD');
    const entry = entryOf(await land(folder, on('2026-07-03', { delivery_ahead_days: 3 })));
    expect(entry.as_of).toBe('2026-06-29');
    expect(await land(folder, on('2026-07-03'))).toMatchObject({ outcome: 'unchanged' });
  });

  it('is refused for its date, whatever else is wrong with it, so that it stays refused', async () => {
    const content = 'company,receipt\nACME,R1\n';
    const files = [{ feed: 'receipts', content, rows: 1 }] as const;
    const folder = fixture.deliver({ day: '2026-06-29', cutoff: '2026-07-05 22:00:00', files });
    expect(errorOf(await land(folder, on('2026-06-29'))).code).toBe('DELIVERY_AHEAD');
    expect(errorOf(await land(folder, on('2026-07-03'))).code).toBe('DELIVERY_AHEAD');
    expect(errorOf(await land(folder, on('2026-07-03', { delivery_ahead_days: 3 }))).code).toBe(
      'HEADER_MISMATCH',
    );
  });

  it('is told by its bytes: another with the same dates is judged by itself', async () => {
    await mistyped();
    const other = deliver('2026-06-29', '2026-07-05 22:00:00', { receipts: [receipt('R2')] });
    entryOf(await land(other, on('2026-07-03')));
  });

  it('stays refused, too, where the rejection is of before and tells no limit', async () => {
    const folder = await mistyped();
    const [path = ''] = kept('2026-06-29');
    const { limit, ...before } = rejection.parse(JSON.parse(readFileSync(path, 'utf8')));
    expect(limit).toBe(2);
    writeFileSync(path, JSON.stringify(before));
    expect(errorOf(await land(folder, on('2026-07-03'))).code).toBe('DELIVERY_AHEAD');
    entryOf(await land(folder, on('2026-07-03', { delivery_ahead_days: 3 })));
  });
});

describe('a delivery that was refused for its distance from the others', () => {
  it('stays refused when others come near, unless the configuration reaches further', async () => {
    entryOf(await land(deliver('2026-01-01'), on('2026-07-01')));
    const folder = deliver('2026-04-20');
    const first = errorOf(await land(folder, on('2026-07-01')));
    expect(first).toMatchObject({
      code: 'DELIVERY_GAP',
      details: { hint: expect.stringMatching(/stays refused; .* delivery_gap_days: 109$/) },
    });
    entryOf(await land(deliver('2026-02-01'), on('2026-07-01')));
    const again = errorOf(await land(folder, on('2026-07-01')));
    expect(again).toMatchObject({ code: 'DELIVERY_GAP', message: expect.stringContaining(first.message) });
    expect(again.details.hint).toMatch(/delivery_gap_days: 93$/);
    entryOf(await land(folder, on('2026-07-01', { delivery_gap_days: 93 })));
  });

  it('lands with them where it lay far away only because those before it were refused', async () => {
    const today = on('2026-12-31');
    entryOf(await land(deliver('2026-01-01'), today));
    const days = ['2026-03-01', '2026-05-01', '2026-07-01'];
    const swapped = (day: string) => {
      const content = 'company,receipt\nACME,R1\n';
      return fixture.deliver({ day, files: [{ feed: 'receipts', content, rows: 1 }] });
    };
    const last = deliver('2026-08-01');
    const refused = await fixture.land([...days.map(swapped), last], today);
    expect(refused.outcomes.map((outcome) => errorOf(outcome).code)).toEqual([
      ...days.map(() => 'HEADER_MISMATCH'),
      'DELIVERY_GAP',
    ]);
    expect(errorOf(refused.outcomes[3]).details.hint).toMatch(/^correct what the deliveries before it/);
    const landed = await fixture.land([...days.map((day) => deliver(day)), last], today);
    expect(landed).toMatchObject({ accepted: 4, rejected: 0 });
  });
});
