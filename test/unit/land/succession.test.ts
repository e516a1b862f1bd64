import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  codes,
  DIMENSIONS,
  entryOf,
  errorOf,
  LandingFixture,
  LENIENT,
  movement,
  receipt,
  receipts,
} from './deliveryFixture.ts';

let fixture: LandingFixture;
beforeEach(() => {
  fixture = new LandingFixture();
});
afterEach(() => fixture.close());

describe('the order of deliveries', () => {
  const day = (asOf: string, cutoff = `${asOf} 22:00:00`, ...numbers: string[]) =>
    fixture.day({ day: asOf, cutoff, feeds: { receipts: receipts(...(numbers.length ? numbers : ['R1'])) } });

  it('the same bytes again change nothing', async () => {
    const folder = fixture.deliver({ day: '2026-06-01', feeds: { ...DIMENSIONS, receipts: receipts('R1') } });
    await fixture.land(folder);
    const before = fixture.lakeFiles();
    const report = await fixture.land([folder, folder]);
    expect(report).toMatchObject({ accepted: 0, unchanged: 1, rejected: 0 });
    expect(fixture.lakeFiles()).toEqual(before);
  });

  it('other bytes for the same day are a new version, and the old one stays', async () => {
    const first = entryOf(await day('2026-06-01'));
    const second = entryOf(await day('2026-06-01', '2026-06-02 08:00:00', 'R1', 'R2'));
    expect(codes(second.findings)).toContain('REDELIVERY');
    expect(second.seq).toBe(2);
    expect(fixture.lakeFiles()).toEqual(
      expect.arrayContaining([first.feeds.receipts?.ledger, second.feeds.receipts?.ledger]),
    );
  });

  it('a cut-off that is not later than all before is refused', async () => {
    await day('2026-06-02');
    for (const cutoff of ['2026-06-02 22:00:00', '2026-06-01 22:00:00']) {
      expect(errorOf(await day('2026-06-01', cutoff)).code).toBe('DELIVERY_BACKWARDS');
    }
  });

  it('two deliveries with one cut-off: the second is refused', async () => {
    const report = await fixture.land([
      fixture.deliver({ day: '2026-06-01', feeds: { receipts: receipts('R1') } }),
      fixture.deliver({ day: '2026-06-01', feeds: { receipts: receipts('R2') } }),
    ]);
    expect(report.outcomes.map(({ outcome }) => outcome)).toEqual(['accepted', 'rejected']);
    expect(errorOf(report.outcomes[1]).code).toBe('DELIVERY_BACKWARDS');
  });

  it('missing days are reported, and a late day fills its gap', async () => {
    await day('2026-06-01');
    const jump = entryOf(await day('2026-06-04'));
    expect(jump.findings.filter(({ code }) => code === 'MISSING_DAYS')).toMatchObject([
      { count: 2, message: expect.stringContaining('2026-06-02 to 2026-06-03') },
    ]);
    const late = entryOf(await day('2026-06-03', '2026-06-05 07:00:00'));
    expect(codes(late.findings)).toContain('LATE_DAY');
  });

  it('deliveries of one landing are taken in the order of their cut-offs', async () => {
    const folders = ['2026-06-03', '2026-06-01', '2026-06-02'].map((asOf) =>
      fixture.deliver({ day: asOf, feeds: { receipts: receipts('R1') } }),
    );
    const report = await fixture.land(folders);
    expect(report.outcomes.map((outcome) => entryOf(outcome).as_of)).toEqual([
      '2026-06-01',
      '2026-06-02',
      '2026-06-03',
    ]);
  });

  it('a refused delivery stands in nobody else’s way', async () => {
    const report = await fixture.land([
      fixture.deliver({ day: '2026-06-01', feeds: { receipts: receipts('R1') } }),
      fixture.deliver({ day: '2026-06-02', feeds: { receipts: [receipt('R1', { open_net: 'x' })] } }),
      fixture.deliver({ day: '2026-06-03', feeds: { receipts: receipts('R1') } }),
    ]);
    expect(report.outcomes.map(({ outcome }) => outcome)).toEqual(['accepted', 'rejected', 'accepted']);
    expect(entryOf(report.outcomes[2]).seq).toBe(2);
    expect(codes(entryOf(report.outcomes[2]).findings)).toContain('MISSING_DAYS');
  });
});

describe('keys that change their shape', () => {
  for (const [what, before, now] of [
    ['lost their zeros', ['00123', '500'], ['123', '500']],
    ['gained zeros', ['123', '500'], ['123', '0500']],
    ['lost their spaces', ['A 7', '500'], ['A7', '500']],
    ['gained spaces', ['A7', '500'], ['A7', '5 00']],
    ['gained spaces before zeros', ['7', '500'], [' 07', '500']],
  ] as const) {
    it(`${what}: the delivery is refused`, async () => {
      const first = fixture.deliver({ day: '2026-06-01', feeds: { receipts: receipts(...before) } });
      const second = fixture.deliver({ day: '2026-06-02', feeds: { receipts: receipts(...now) } });
      const report = await fixture.land([first, second]);
      expect(errorOf(report.outcomes[1])).toMatchObject({ code: 'KEY_SHAPE_CHANGED' });
      // And against a snapshot that lies in the lake already.
      const other = fixture.deliver({ day: '2026-06-03', feeds: { receipts: receipts(...now) } });
      expect(errorOf((await fixture.land(other)).outcomes[0]).code).toBe('KEY_SHAPE_CHANGED');
    });
  }

  it('two receipts that differ in zeros alone may live side by side', async () => {
    const report = await fixture.land([
      fixture.deliver({ day: '2026-06-01', feeds: { receipts: receipts('0012') } }),
      fixture.deliver({ day: '2026-06-02', feeds: { receipts: receipts('0012', '12') } }),
    ]);
    expect(report.accepted).toBe(2);
  });
});

describe('events', () => {
  const deliver = (asOf: string, cutoff: string, ...ids: string[]) =>
    fixture.deliver({
      day: asOf,
      cutoff,
      feeds: { receipts: receipts('R1'), movements: ids.map((id) => movement(id, 'R1')) },
    });

  it('brought again for another day are refused, and counted once', async () => {
    const report = await fixture.land(
      [
        deliver('2026-06-01', '2026-06-01 22:00:00', 'M1', 'M2'),
        deliver('2026-06-02', '2026-06-02 22:00:00', 'M2', 'M3'),
      ],
      { config: LENIENT },
    );
    const second = entryOf(report.outcomes[1]).feeds.movements;
    expect(second).toMatchObject({ accepted: 1, refused: 1 });
    const refused = await fixture.rows(
      (file) => `SELECT line, code, value FROM ${file(second?.quarantine ?? '')}`,
    );
    expect(refused).toEqual([{ line: '2', code: 'DUPLICATE_EVENT', value: 'ACME|M2' }]);
    // The same, when the first day lies in the lake.
    const third = await fixture.land(deliver('2026-06-03', '2026-06-03 22:00:00', 'M1', 'M4'), {
      config: LENIENT,
    });
    expect(entryOf(third.outcomes[0]).feeds.movements).toMatchObject({ accepted: 1, refused: 1 });
  });

  it('brought again by a new version of their own day stand', async () => {
    const report = await fixture.land([
      deliver('2026-06-01', '2026-06-01 22:00:00', 'M1'),
      deliver('2026-06-01', '2026-06-02 08:00:00', 'M1', 'M2'),
    ]);
    expect(report.accepted).toBe(2);
    expect(entryOf(report.outcomes[1]).feeds.movements?.accepted).toBe(2);
  });

  it('that a new version of their day leaves out may come with a later one', async () => {
    const report = await fixture.land([
      deliver('2026-06-01', '2026-06-01 22:00:00', 'M1'),
      deliver('2026-06-01', '2026-06-02 08:00:00'),
      deliver('2026-06-02', '2026-06-02 22:00:00', 'M1'),
    ]);
    expect(report.outcomes.map((outcome) => entryOf(outcome).feeds.movements?.refused)).toEqual([0, 0, 0]);
  });
});
