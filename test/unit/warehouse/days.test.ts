import { describe, expect, it } from 'vitest';
import {
  type BusinessDate,
  businessDate,
  FOREVER,
  type LocalTimestamp,
  localTimestamp,
} from '../../../functions/core/dates.ts';
import {
  Calendar,
  deliveryMoments,
  periodOf,
  planDays,
  versionBatches,
} from '../../../functions/warehouse/days.ts';

const day = (n: number): BusinessDate => businessDate(`2026-06-${String(n).padStart(2, '0')}`);
const at = (n: number, time = '22:00'): LocalTimestamp => localTimestamp(`${day(n)} ${time}`);

/** Deliveries as [business day, cut-off, feeds]. */
function calendar(...deliveries: (readonly [number, LocalTimestamp, ...string[]])[]): Calendar {
  return new Calendar(
    deliveryMoments(
      deliveries.map(([n, cutoff, ...feeds], index) => ({
        seq: index + 1,
        delivery: `d${index + 1}`,
        as_of: day(n),
        cutoff_at: cutoff,
        feeds: Object.fromEntries(
          (feeds.length > 0 ? feeds : ['receipts']).map((feed) => [feed, {}]),
        ) as never,
      })),
    ),
  );
}

const asDelivered = { asDelivered: FOREVER };

describe('the newest day at a moment', () => {
  it('is the latest one that had a version by then, whatever was told again or came late', () => {
    const lake = calendar([3, at(3)], [6, at(6)], [4, at(7)], [6, at(8)], [7, at(9)], [1, at(10)]);
    const days = Array.from({ length: 12 }, (_, n) => day(n + 1));
    const told = new Set<string | null>();
    for (const moment of days.flatMap((_, n) => [at(n + 1, '21:59'), at(n + 1), at(n + 1, '23:59')])) {
      const newest = days.findLast((one) => lake.versionAt(one, moment) !== null) ?? null;
      told.add(newest);
      expect(lake.newestAt(moment), moment).toBe(newest);
    }
    expect([...told]).toEqual([null, day(3), day(4), day(5), day(6), day(7)]);
    expect(lake.newestAt(FOREVER)).toBe(day(7));
    expect(new Calendar([]).newestAt(FOREVER)).toBeNull();
  });
});

describe('a day as delivered', () => {
  it('is known at its own cut-off and stands on its own snapshot', () => {
    const lake = calendar([1, at(1)], [2, at(2)]);
    expect(planDays(lake, [day(1), day(2)], asDelivered)).toEqual([
      {
        asOf: day(1),
        knownAt: at(1),
        snapshotAsOf: day(1),
        snapshotDelivery: 'd1',
        snapshotCutoff: at(1),
        carried: false,
        previous: null,
        previousKnownAt: null,
      },
      {
        asOf: day(2),
        knownAt: at(2),
        snapshotAsOf: day(2),
        snapshotDelivery: 'd2',
        snapshotCutoff: at(2),
        carried: false,
        previous: day(1),
        previousKnownAt: at(1),
      },
    ]);
  });

  it('without a delivery is carried, known at its own end, once a later day has arrived', () => {
    const before = calendar([1, at(1)]);
    expect(() => planDays(before, [day(2)], asDelivered)).toThrow(/Nothing was known of 2026-06-02/);
    const lake = calendar([1, at(1)], [4, at(4)]);
    const [second, third] = planDays(lake, [day(2), day(3)], asDelivered);
    expect(second).toMatchObject({
      carried: true,
      snapshotDelivery: 'd1',
      knownAt: at(2, '23:59:59.999'),
      previousKnownAt: at(1),
    });
    expect(third).toMatchObject({
      carried: true,
      knownAt: at(3, '23:59:59.999'),
      previousKnownAt: at(2, '23:59:59.999'),
    });
  });

  it('carried before a later day that spoke early is known a millisecond before it spoke', () => {
    const lake = calendar([1, at(1)], [3, at(2, '20:00')]);
    expect(planDays(lake, [day(2)], asDelivered)[0]?.knownAt).toBe(at(2, '19:59:59.999'));
  });

  it('carried after a day that was cut off late is never known before that day', () => {
    const lake = calendar([1, at(3, '09:00')], [4, at(4)]);
    const [second, third] = planDays(lake, [day(2), day(3)], asDelivered);
    expect(second).toMatchObject({
      knownAt: at(3, '09:00'),
      snapshotDelivery: 'd1',
      previousKnownAt: at(3, '09:00'),
    });
    expect(third).toMatchObject({ knownAt: at(3, '23:59:59.999') });
  });

  it('with a delivery that brought no receipts stands on the snapshot before it', () => {
    const lake = calendar([1, at(1)], [2, at(2), 'movements']);
    expect(planDays(lake, [day(2)], asDelivered)[0]).toMatchObject({
      carried: true,
      knownAt: at(2),
      snapshotDelivery: 'd1',
      snapshotCutoff: at(1),
    });
  });

  it('is not known before the first snapshot', () => {
    const lake = calendar([1, at(1), 'companies'], [2, at(2)]);
    expect(lake.first).toBe(day(2));
    expect(lake.versions.map(({ asOf }) => asOf)).toEqual([day(2)]);
  });
});

describe('a day delivered again', () => {
  const lake = calendar([1, at(1)], [2, at(2)], [3, at(3)], [2, at(3, '23:00')], [4, at(4)]);

  it('has two versions, and only the later knowledge sees the second', () => {
    expect(lake.versionsOf(day(2))).toEqual([
      { asOf: day(2), knownAt: at(2), first: true },
      { asOf: day(2), knownAt: at(3, '23:00'), first: false },
    ]);
    expect(planDays(lake, [day(2)], { asDelivered: at(3) })[0]?.snapshotDelivery).toBe('d2');
    expect(planDays(lake, [day(2)], asDelivered)[0]?.snapshotDelivery).toBe('d4');
  });

  it('leaves the day after it with the opening that it knew', () => {
    expect(planDays(lake, [day(3)], asDelivered)[0]).toMatchObject({
      previous: day(2),
      previousKnownAt: at(2),
    });
  });

  it('begins a new batch, so that no pass sees both versions', () => {
    const batches = versionBatches(lake).map((batch) => batch.map(({ asOf }) => asOf));
    expect(batches).toEqual([[day(1), day(2), day(3)], [day(2)], [day(4)]]);
  });

  it('later days stand on the version that the days between knew, so that no movement counts twice', () => {
    const [version] = lake.versionsOf(day(4));
    expect(version && [...lake.stands(version, day(1))]).toEqual([
      [day(4), at(4)],
      [day(3), at(3)],
      [day(2), at(2)],
      [day(1), at(1)],
    ]);
  });

  it('marks the first delivery as superseded', () => {
    expect(lake.deliveries.map(({ superseded }) => superseded)).toEqual([
      FOREVER,
      at(3, '23:00'),
      FOREVER,
      FOREVER,
      FOREVER,
    ]);
  });

  it('the same evening is what the next day knows', () => {
    const evening = calendar([1, at(1)], [1, at(1, '23:00')], [2, at(2)]);
    expect(planDays(evening, [day(2)], asDelivered)[0]?.previousKnownAt).toBe(at(1, '23:00'));
  });
});

describe('a late day fills a gap', () => {
  const lake = calendar([1, at(1)], [3, at(3)], [2, at(3, '23:00')], [4, at(4)]);

  it('as a second version of a carried day', () => {
    expect(lake.versionsOf(day(2)).map(({ knownAt }) => knownAt)).toEqual([
      at(2, '23:59:59.999'),
      at(3, '23:00'),
    ]);
    expect(planDays(lake, [day(2)], asDelivered)[0]).toMatchObject({
      carried: false,
      snapshotDelivery: 'd3',
    });
    expect(planDays(lake, [day(2)], { asDelivered: at(3) })[0]).toMatchObject({ carried: true });
  });

  it('does not change the day after it', () => {
    expect(planDays(lake, [day(3)], asDelivered)[0]).toMatchObject({
      previousKnownAt: at(2, '23:59:59.999'),
    });
  });
});

describe('a day restated', () => {
  const lake = calendar([1, at(1)], [2, at(2)], [1, at(2, '23:00')], [3, at(3)]);

  it('sees itself and the day before with one knowledge', () => {
    expect(planDays(lake, [day(2)], { restatedAt: at(3) })[0]).toMatchObject({
      knownAt: at(3),
      snapshotDelivery: 'd2',
      previous: day(1),
      previousKnownAt: at(3),
    });
    expect(planDays(lake, [day(1)], { restatedAt: at(3) })[0]).toMatchObject({
      snapshotDelivery: 'd3',
      previous: null,
    });
  });

  it('before its delivery stands on the last earlier day known by then', () => {
    expect(planDays(lake, [day(3)], { restatedAt: at(2, '22:30') })[0]).toMatchObject({
      snapshotDelivery: 'd2',
      carried: true,
    });
  });

  it('is unknown before anything was', () => {
    expect(() => planDays(lake, [day(1)], { restatedAt: at(1, '12:00') })).toThrow(/Nothing was known/);
  });
});

it('the day before the first one does not exist, even when it is delivered late', () => {
  const lake = calendar([3, at(3)], [2, at(3, '23:00')], [4, at(4)]);
  expect(lake.first).toBe(day(2));
  expect(planDays(lake, [day(3)], asDelivered)[0]).toMatchObject({ previous: null, previousKnownAt: null });
  expect(planDays(lake, [day(4)], asDelivered)[0]).toMatchObject({
    previous: day(3),
    previousKnownAt: at(3),
  });
});

it('payments have a snapshot of their own', () => {
  const lake = calendar([1, at(1), 'receipts', 'payments'], [2, at(2), 'receipts']);
  expect(lake.snapshotAt('payments', day(2), at(2))?.delivery).toBe('d1');
  expect(lake.snapshotAt('receipts', day(2), at(2))?.delivery).toBe('d2');
});

describe('a period', () => {
  it('opens at the close of the day before its first', () => {
    expect(periodOf('month', day(1))).toEqual({
      asOf: day(1),
      period: 'month',
      opened: '2026-05-31',
      days: 1,
      months: 1,
      firstDay: '2026-06-01',
    });
    expect(periodOf('quarter', day(15))).toMatchObject({ opened: '2026-03-31', months: 3 });
    expect(periodOf('ytd', day(15))).toMatchObject({ opened: '2025-12-31', months: 6 });
    expect(periodOf('12m', day(30))).toMatchObject({ opened: '2025-06-30', months: 12 });
    expect(periodOf('12m', day(15))).toMatchObject({ opened: '2025-06-15', months: 12 });
    expect(periodOf('12m', businessDate('2026-02-28'))).toMatchObject({ opened: '2025-02-28', months: 12 });
    expect(periodOf('12m', businessDate('2025-02-28'))).toMatchObject({ opened: '2024-02-29', months: 12 });
  });
});
