import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findingLines, findingsText } from '../../../functions/cli/findings.ts';
import { DIMENSIONS, entryOf, LandingFixture, receipt } from '../land/deliveryFixture.ts';

let fixture: LandingFixture;
beforeEach(() => {
  fixture = new LandingFixture();
});
afterEach(() => fixture.close());

const STRANGER = receipt('R1', { client_id: 'C9', line: 'ZZ', office: '99' });
const DAYS = ['2026-06-01', '2026-06-02', '2026-06-03', '2026-06-04'];

const strangers = (...days: string[]): string[] =>
  days.map((day, at) =>
    fixture.deliver({ day, feeds: { ...(at === 0 ? DIMENSIONS : {}), receipts: [STRANGER] } }),
  );

describe('what several deliveries were found to have', () => {
  it('is told of each column and each delivery where they are few', async () => {
    const report = await fixture.land(strangers(...DAYS.slice(0, 2)));
    expect(findingLines(report).map((line) => line.replace(/ that .*/, ''))).toEqual([
      '  2026-06-01 UNKNOWN_MEMBER: receipts: 1 rows name 1 line',
      '  2026-06-02 UNKNOWN_MEMBER: receipts: 1 rows name 1 line',
      '  2026-06-01 UNKNOWN_MEMBER: receipts: 1 rows name 1 office',
      '  2026-06-02 UNKNOWN_MEMBER: receipts: 1 rows name 1 office',
      '  2026-06-01 UNKNOWN_MEMBER: receipts: 1 rows name 1 client_id',
      '  2026-06-02 UNKNOWN_MEMBER: receipts: 1 rows name 1 client_id',
    ]);
  });

  it('is told once a column where they are many, and counts deliveries', async () => {
    const lines = findingLines(await fixture.land(strangers(...DAYS)));
    const before = '(3 deliveries before had the like, from 2026-06-01 on)';
    expect(lines).toEqual([
      `  2026-06-04 UNKNOWN_MEMBER: receipts: 1 rows name 1 line that lines does not know, for example ZZ ${before}`,
      `  2026-06-04 UNKNOWN_MEMBER: receipts: 1 rows name 1 office that offices does not know, for example 99 ${before}`,
      `  2026-06-04 UNKNOWN_MEMBER: receipts: 1 rows name 1 client_id that clients does not know, for example C9 ${before}`,
    ]);
  });

  it('is said in full of each delivery that is listed, and steers no terminal', async () => {
    const [folder = ''] = strangers('2026-06-01');
    const entry = entryOf((await fixture.land(folder)).outcomes[0]);
    expect(findingsText(entry).split('\n')).toHaveLength(3);
    const [finding] = entry.findings;
    const told = { ...entry, findings: finding ? [{ ...finding, message: 'for example \u001b[2J' }] : [] };
    expect(findingsText(told)).toBe('UNKNOWN_MEMBER: receipts: for example \u{fffd}[2J');
  });
});
