import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEEDS, isFeedName } from '../../../functions/contracts/feeds.ts';
import { type DemoSummary, writeDemo } from '../../../functions/demo/demo.ts';
import { type Delivery, type Replay, readDeliveries, replay } from './replay.ts';

const OPTIONS = { seed: 7, receipts: 600, days: 260, to: '2026-06-30' };

describe('the demo insurer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'alturas-demo-'));
  let summary: DemoSummary;
  let deliveries: Delivery[];
  let result: Replay;

  beforeAll(async () => {
    summary = await writeDemo(folder, OPTIONS);
    deliveries = readDeliveries(summary.deliveries);
    result = replay(deliveries, ({ receipt_no }) => receipt_no?.startsWith('T') === true);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('delivers balances that its movements explain to the cent, every day and in every component', () => {
    expect(result.faults.slice(0, 20)).toEqual([]);
  });

  it('writes the columns of the contracts', () => {
    for (const { headers } of deliveries) {
      for (const [feed, header] of headers) {
        if (!isFeedName(feed)) throw new Error(feed);
        expect(header).toEqual(FEEDS[feed].columns.map(({ name }) => name));
      }
    }
  });
});
