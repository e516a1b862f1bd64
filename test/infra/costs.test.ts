import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  athenaDayUsd,
  lambdaDayUsd,
  monthlyCost,
  RETENTIONS,
  seconds,
  storedGb,
  totalOf,
  VOLUMES,
} from '../../infra/costs.ts';
import { costTable, limitTable, retentionTable } from '../../infra/costTables.ts';
import { MEASURED } from '../../infra/measured.ts';
import { PRICES } from '../../infra/prices.ts';
import { ROOT } from './deployed.ts';

const line = (receipts: number, name: string) => {
  const found = monthlyCost({ receipts, people: 100, questionsADay: 300 }).find((one) => one.name === name);
  if (!found) throw new Error(`no line ${name}`);
  return found.usd;
};

describe('the cost sheet', () => {
  it('is the one in the README', () => {
    const text = readFileSync(path.join(ROOT, 'infra/README.md'), 'utf8');
    for (const table of [costTable(), retentionTable(), limitTable()]) expect(text).toContain(table);
  });

  it('reckons as one would by hand', () => {
    // 8.6 s x 2 + 10 s = 27.2 s, x 8 GB x 30 days = 6,528 GB-seconds; and 9.5 GB of disk for 816 s.
    expect(line(1_000_000, 'Lambda build')).toBeCloseTo(
      6_528 * 0.000_016_666_7 + 816 * 9.5 * 0.000_000_030_9,
      9,
    );
    // 500 scans of 53.28 bytes x a million = 0.0266 TB at 5 USD.
    expect(line(1_000_000, 'Athena, ad hoc')).toBeCloseTo(0.1332, 3);
    // 100 people x 300 questions x 22 days = 0.66 million; 1 + 0.60 USD a million, one ACL of four rules.
    expect(line(1_000_000, 'HTTP API, CloudFront, WAF')).toBeCloseTo(0.66 * 1.6 + 9, 9);
    // 360 days of CSV at 256.85 bytes: 90 of them warm.
    const stored = storedGb(1_000_000, 12);
    expect(stored.landingHot).toBeCloseTo(23.12, 1);
    expect(stored.landingCold).toBeCloseTo(69.35, 1);
  });

  it('adds up, and grows with the receipts', () => {
    const totals = VOLUMES.map((volume) => totalOf(monthlyCost(volume)));
    expect(totals).toEqual([...totals].sort((a, b) => a - b));
    for (const [at, volume] of VOLUMES.entries())
      expect(monthlyCost(volume).reduce((sum, { usd }) => sum + usd, 0)).toBe(totals[at]);
    expect(
      monthlyCost(VOLUMES[0] ?? { receipts: 0, people: 0, questionsADay: 0 }).every(({ usd }) => usd > 0),
    ).toBe(true);
  });

  it('saves by compaction what was measured, and more by keeping month ends alone', () => {
    const [asItIs = 0, compacted = 0, monthEnds = 0] = RETENTIONS.map(
      (retention) => storedGb(1_000_000, 36, retention).marts,
    );
    expect(compacted).toBeLessThan(asItIs / 3);
    expect(monthEnds).toBeLessThan(compacted / 2);
    expect(MEASURED.compactedShare).toBeCloseTo(0.365, 3);
  });

  it('finds the limits of one function where its parts say', () => {
    expect(seconds('build', 20_000_000)).toBeLessThan(900);
    expect(seconds('build', 100_000_000)).toBeGreaterThan(900);
    expect(athenaDayUsd(20_000_000) / lambdaDayUsd(20_000_000)).toBeGreaterThan(1);
  });

  it('hides no price that nobody verified', () => {
    const text = readFileSync(path.join(ROOT, 'infra/README.md'), 'utf8');
    if (Object.values(PRICES).some(({ verify }) => verify)) expect(text).toContain('verify');
    for (const { source } of Object.values(PRICES)) expect(source).toMatch(/^https:\/\/aws\.amazon\.com\//);
  });
});
