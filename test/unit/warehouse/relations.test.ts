import { describe, expect, it } from 'vitest';
import { type DeliveryEntry, lakeKeys } from '../../../functions/contracts/delivery.ts';
import { defaultConfig } from '../../../functions/core/config.ts';
import { type BusinessDate, businessDate, localTimestamp } from '../../../functions/core/dates.ts';
import { planDays } from '../../../functions/warehouse/days.ts';
import { passOver } from '../../../functions/warehouse/plan.ts';
import { parseSpan, type ReadSpan } from '../../../functions/warehouse/reads.ts';
import {
  feedRelation,
  Ledger,
  type Pass,
  settingsOf,
  suppliedRelations,
} from '../../../functions/warehouse/relations.ts';

const day = (n: number): BusinessDate => businessDate(`2026-06-${String(n).padStart(2, '0')}`);

/** Deliveries as [business day, cut-off day and hour, feeds]; companies are known from the first one on. */
function ledger(...deliveries: (readonly [number, string, ...string[]])[]): Ledger {
  return new Ledger(
    deliveries.map(([n, cutoff, ...feeds], index) => {
      const delivery = `d${index + 1}`;
      return {
        seq: index + 1,
        delivery,
        as_of: day(n),
        cutoff_at: localTimestamp(`2026-06-${cutoff}`),
        feeds: Object.fromEntries(
          feeds.map((feed) => [
            feed,
            { ledger: lakeKeys.ledger(feed, day(n), delivery), ledger_sha256: delivery },
          ]),
        ),
        states: { companies: lakeKeys.state('companies', delivery) },
      } as unknown as DeliveryEntry;
    }),
  );
}

/** Notes of deliveries, each by its name, the day of June of their latest movement. */
function latest(some: Ledger, days: Readonly<Record<string, number>>): void {
  for (const { seq, delivery } of some.calendar.deliveries) {
    const movements = some.entry(seq)?.feeds.movements;
    const of = days[delivery];
    if (movements && of !== undefined) movements.latest = day(of);
  }
}

const WITH = ['receipts', 'movements'] as const;
const LEDGER = ledger(
  [1, '01 22:00', ...WITH, 'payments'],
  [2, '02 22:00', ...WITH],
  [3, '03 22:00', ...WITH],
  [2, '03 23:00', ...WITH],
  [5, '05 22:00', ...WITH, 'payments'],
);

function pass(from: Ledger, days: readonly number[], knownAt = '2026-06-30 00:00'): Pass {
  const planned = planDays(from.calendar, days.map(day), { asDelivered: localTimestamp(knownAt) });
  return passOver({ ledger: from, config: defaultConfig() }, planned);
}

function files(some: Pass, feed: string, span: string): string[] {
  const relation = feedRelation(some, feed, [parseSpan(span) as ReadSpan]);
  if (relation.kind !== 'files') return [];
  return relation.files.map(({ key }) => /d[0-9]+/.exec(key.replace('delivery', ''))?.[0] ?? key);
}

describe('the files of a snapshot feed', () => {
  it('are those that the days stand on', () => {
    expect(files(pass(LEDGER, [3]), 'receipts', 'day')).toEqual(['d3']);
    expect(files(pass(LEDGER, [3]), 'receipts', 'previous')).toEqual(['d2', 'd3']);
  });

  it('of a carried day are those of the day before', () => {
    expect(files(pass(LEDGER, [4]), 'receipts', 'day')).toEqual(['d3']);
  });

  it('of a day before are those known then, not its later version', () => {
    expect(files(pass(LEDGER, [2]), 'receipts', 'day')).toEqual(['d4']);
    expect(files(pass(LEDGER, [3]), 'receipts', '2 days')).toEqual(['d1', 'd2', 'd3']);
  });

  it('that came less often are the newest ones', () => {
    expect(files(pass(LEDGER, [3]), 'payments', 'day')).toEqual(['d1']);
    expect(files(pass(LEDGER, [5]), 'payments', 'day')).toEqual(['d5']);
  });

  it('carry day and delivery in their path', () => {
    const relation = feedRelation(pass(LEDGER, [3]), 'receipts', [{ kind: 'day' }]);
    expect(relation).toMatchObject({
      files: [
        {
          key: 'ledger/receipts/as_of=2026-06-03/delivery=d3/part-0.parquet',
          partition: { as_of: '2026-06-03', delivery: 'd3' },
        },
      ],
    });
  });
});

describe('the files of an event feed', () => {
  it('reach back by delivery day, and never beyond what was known', () => {
    expect(files(pass(LEDGER, [3]), 'movements', '1 days')).toEqual(['d2', 'd3']);
    expect(files(pass(LEDGER, [5]), 'movements', '3 days')).toEqual(['d2', 'd3', 'd4', 'd5']);
    expect(files(pass(LEDGER, [5]), 'movements', 'day')).toEqual(['d5']);
    expect(files(pass(LEDGER, [5]), 'movements', 'all')).toEqual(['d1', 'd2', 'd3', 'd4', 'd5']);
  });

  it('reach back to what a version told that a later one told again, though one between told nothing', () => {
    const again = ledger(
      [1, '01 22:00', ...WITH],
      [1, '02 12:00', 'receipts'],
      [20, '20 22:00', ...WITH],
      [1, '20 23:00', ...WITH],
      [21, '21 22:00', ...WITH],
    );
    expect(files(pass(again, [21]), 'movements', '1 days')).toEqual(['d1', 'd3', 'd4', 'd5']);
  });

  it('leave out what was told long ago, held since and took effect before the snapshots that the days stand on', () => {
    const told = ledger(
      [1, '01 22:00', ...WITH],
      [2, '02 22:00', ...WITH],
      [3, '03 22:00', ...WITH],
      [4, '04 22:00', ...WITH],
      [5, '05 22:00', ...WITH],
      [8, '08 22:00', ...WITH],
      [9, '09 22:00', ...WITH],
      [4, '09 23:00', ...WITH],
      [10, '10 22:00', ...WITH],
    );
    latest(told, { d1: 1, d2: 8, d3: 9, d4: 4, d6: 8, d7: 9, d8: 4, d9: 10 });
    // d2 took effect on the 8th, a day before the 10th and the snapshot of the 9th; d4 was told again as d8; of d5
    // nobody knows.
    expect(files(pass(told, [10]), 'movements', '20 days')).toEqual(['d3', 'd4', 'd5', 'd7', 'd8', 'd9']);
    // The 9th stands on the 8th; that d4 is told again later makes no difference, and is not looked at more closely.
    const ninth = files(pass(told, [9], '2026-06-09 22:30'), 'movements', '20 days');
    expect(ninth).toEqual(['d2', 'd3', 'd4', 'd5', 'd6', 'd7']);
    // The carried 7th stands on the 5th as the 6th does; later spans want their own days.
    expect(files(pass(told, [7]), 'movements', '20 days')).toEqual(['d2', 'd3', 'd4', 'd5']);
    expect(files(pass(told, [10]), 'movements', 'all')).toHaveLength(9);
  });

  it('of a carried day reach back from the snapshot it stands on', () => {
    expect(files(pass(LEDGER, [4]), 'movements', '1 days')).toEqual(['d2', 'd3', 'd4']);
  });

  it('restated include what came later', () => {
    const planned = planDays(LEDGER.calendar, [day(2)], { restatedAt: localTimestamp('2026-06-05 22:00') });
    const restated: Pass = {
      ...pass(LEDGER, [2]),
      days: planned,
      knownAt: localTimestamp('2026-06-05 22:00'),
      mode: 'restated',
    };
    expect(files(restated, 'movements', 'day')).toEqual(['d2', 'd3', 'd4', 'd5']);
    expect(files(restated, 'receipts', 'previous')).toEqual(['d1', 'd4']);
  });
});

it('a reference feed is the state through the newest delivery known', () => {
  expect(files(pass(LEDGER, [1]), 'companies', 'all')).toEqual(['d1']);
  expect(files(pass(LEDGER, [5]), 'companies', 'all')).toEqual(['d5']);
});

it('a feed never delivered is an empty relation with the right columns', () => {
  const relation = feedRelation(pass(LEDGER, [1]), 'promises', [{ kind: 'all' }]);
  expect(relation).toMatchObject({ kind: 'files', files: [] });
  expect(relation.kind === 'files' && relation.columns.map(({ name }) => name)).toContain('grace_days');
});

describe('the relations of the warehouse', () => {
  const rows = (name: string, some: Pass) => {
    const relation = suppliedRelations(some).find((candidate) => candidate.name === name);
    return relation?.kind === 'rows' ? relation.rows : [];
  };

  it('days', () => {
    expect(rows('days', pass(LEDGER, [4]))).toEqual([
      {
        as_of: '2026-06-04',
        known_at: '2026-06-04 23:59:59.999',
        snapshot_as_of: '2026-06-03',
        snapshot_delivery: 'd3',
        snapshot_cutoff: '2026-06-03 22:00:00.000',
        carried: true,
        previous: '2026-06-03',
        previous_known_at: '2026-06-03 22:00:00.000',
        month_start: '2026-06-01',
        month_end: false,
      },
    ]);
  });

  it('deliveries know nothing that came later', () => {
    expect(
      rows('deliveries', pass(LEDGER, [3])).map((row) => [row.delivery, row.superseded_at, row.has_payments]),
    ).toEqual([
      ['d1', '9999-12-31 00:00:00.000', true],
      ['d2', '2026-06-03 23:00:00.000', false],
      ['d3', '9999-12-31 00:00:00.000', false],
    ]);
  });

  it('feeds say since when each is known', () => {
    const known = new Map(rows('feeds', pass(LEDGER, [5])).map((row) => [row.feed, row.first_known_at]));
    expect(known.get('payments')).toBe('2026-06-01 22:00:00.000');
    expect(known.get('promises')).toBeNull();
  });

  it('first receipts say since when each company brings them, where every delivery before tells its companies', () => {
    const told = (...companies: (readonly string[] | null)[]) =>
      new Ledger(
        companies.map((own, index) => {
          const { delivery, as_of, cutoff_at, feeds } = LEDGER.entry(index + 1) as DeliveryEntry;
          return {
            ...{ seq: index + 1, delivery, as_of, cutoff_at, states: {} },
            feeds: { ...feeds, receipts: { ...feeds.receipts, ...(own === null ? {} : { companies: own }) } },
          } as unknown as DeliveryEntry;
        }),
      );
    const first = (own: Ledger, on = 3) =>
      Object.fromEntries(
        rows('first_receipts', pass(own, [on])).map((row) => [row.company, row.first_known_at]),
      );
    const [one, two, three] = ['01', '02', '03'].map((n) => `2026-06-${n} 22:00:00.000`);
    const joined = told(['A'], ['A', 'B'], ['A', 'B', 'C']);
    expect(first(joined)).toEqual({ A: one, B: two, C: three });
    expect(first(joined, 2)).toEqual({ A: one, B: two });
    expect(first(told(['A'], null, ['A', 'C']))).toEqual({ A: one });
    expect(first(told(null, ['A'], ['A', 'C']))).toEqual({});
  });

  it('alturas and settings come from the configuration', () => {
    expect(rows('alturas', pass(LEDGER, [1])).map((row) => row.altura)).toEqual([
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
    expect(settingsOf(defaultConfig())).toContainEqual({ key: 'promises.grace_days', value: '3' });
    expect(settingsOf(defaultConfig())).toContainEqual({ key: 'buckets', value: '0,30,60,75,90,180,360' });
  });
});
