import { describe, expect, test } from 'vitest';
import { type DeliveryEntry, lakeKeys } from '../../functions/contracts/delivery.ts';
import { type BusinessDate, businessDate, localTimestamp, monthEnd } from '../../functions/core/dates.ts';
import { AlturasError } from '../../functions/core/errors.ts';
import { DeliveryIndex, PAGE } from '../../functions/lake/deliveries.ts';
import type { Lake } from '../../functions/lake/lake.ts';
import {
  type NewPublishedRow,
  PUBLISHED_KEY,
  type PublishedCodec,
  type PublishedRow,
  publish,
  readPublished,
} from '../../functions/lake/published.ts';
import { expectError, type OpenTestLake, objectsOf } from './lakeContract.ts';

const RACERS = 20;

/** The rows as JSON: what the pointer does with them must not depend on how they are stored. */
export const jsonCodec: PublishedCodec = {
  encode: async (rows) => Buffer.from(JSON.stringify(rows)),
  decode: async (bytes) => JSON.parse(Buffer.from(bytes).toString('utf8')) as PublishedRow[],
};

/** A row for a day `2026-06-30` or a month `2026-06`. */
export function published(table: string, period: string, build: string, knownFrom?: string): NewPublishedRow {
  const month = period.length === 7;
  const first: BusinessDate = businessDate(month ? `${period}-01` : period);
  const last = month ? monthEnd(first) : first;
  return {
    table_name: table,
    period,
    first_day: first,
    last_day: last,
    build,
    known_from: localTimestamp(knownFrom ?? `${last} 22:00:00`),
    path: `marts/${table}/period=${period}/build=${build}/part-0.parquet`,
  };
}

export function deliveryOf(seq: number, delivery: string): DeliveryEntry {
  return {
    seq,
    delivery,
    as_of: '2026-06-30',
    cutoff_at: '2026-06-30 22:00:00.000',
    delivery_number: seq,
    landed_at: '2026-06-30 22:10:00.000',
    control_hash: delivery.repeat(4),
    feeds: {},
    states: {},
    findings: [],
  };
}

/** What publishing and accepting must do on every lake. */
export function publishContract(open: OpenTestLake): void {
  describe('the published pointer', () => {
    test('starts empty, and grows by one number per publish', async () => {
      const lake = await open('published-grows');
      expect(await readPublished(lake, jsonCodec)).toEqual({ rows: [], seq: 0, etag: null });
      const june = [published('position', '2026-06-29', 'a'), published('aging', '2026-06-29', 'a')];
      await publish(lake, jsonCodec, june);
      await publish(lake, jsonCodec, [published('position', '2026-06-30', 'b')]);
      const { rows, seq } = await readPublished(lake, jsonCodec);
      expect(seq).toBe(2);
      expect(rows.map((row) => [row.seq, row.table_name, row.period, row.build])).toEqual([
        [1, 'position', '2026-06-29', 'a'],
        [1, 'aging', '2026-06-29', 'a'],
        [2, 'position', '2026-06-30', 'b'],
      ]);
    });

    test('publishing the same build again writes nothing', async () => {
      const lake = await open('published-again');
      const rows = [published('position', '2026-06-30', 'a')];
      const first = await publish(lake, jsonCodec, rows);
      await publish(lake, jsonCodec, [published('position', '2026-07-01', 'b')]);
      const before = await lake.head(PUBLISHED_KEY);
      const again = await publish(lake, jsonCodec, rows, { since: 0 });
      expect(await lake.head(PUBLISHED_KEY)).toEqual(before);
      expect([first.rows.length, again.rows.length]).toEqual([1, 2]);
    });

    test('nothing to publish changes nothing', async () => {
      const lake = await open('published-nothing');
      await publish(lake, jsonCodec, []);
      expect(await lake.head(PUBLISHED_KEY)).toBeNull();
    });

    test(`of ${RACERS} builds of different days at once, all are published, each with its own number`, async () => {
      const days = Array.from(
        { length: RACERS },
        (_, index) => `2026-06-${String(index + 1).padStart(2, '0')}`,
      );
      await Promise.all(
        days.map(async (day) => {
          const rows = [published('position', day, `of-${day}`), published('aging', day, `of-${day}`)];
          return publish(await open('published-race'), jsonCodec, rows, { since: 0 });
        }),
      );
      const { rows, seq } = await readPublished(await open('published-race'), jsonCodec);
      expect(seq).toBe(RACERS);
      expect(new Set(rows.map((row) => row.seq)).size).toBe(RACERS);
      expect(rows.map((row) => `${row.table_name} ${row.period}`).sort()).toEqual(
        days.flatMap((day) => [`aging ${day}`, `position ${day}`]).sort(),
      );
    });

    test(`of ${RACERS} builds of the same day at once, one wins, and the others name it`, async () => {
      const results = await Promise.allSettled(
        Array.from({ length: RACERS }, async (_, index) =>
          publish(
            await open('published-clash'),
            jsonCodec,
            [published('aging', '2026-06-30', `build-${index}`)],
            {
              since: 0,
            },
          ),
        ),
      );
      const { rows } = await readPublished(await open('published-clash'), jsonCodec);
      expect(rows).toHaveLength(1);
      const winner = rows[0]?.build ?? '';
      for (const [index, result] of results.entries()) {
        if (result.status === 'fulfilled') expect(`build-${index}`).toBe(winner);
        else {
          expect(result.reason).toBeInstanceOf(AlturasError);
          expect(result.reason).toMatchObject({ code: 'PUBLISH_CONFLICT', kind: 'conflict' });
          expect(String(result.reason)).toContain(`Build ${winner} published aging of 2026-06-30`);
        }
      }
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    test('a day published since a build began refuses that build, also inside its month', async () => {
      const lake = await open('published-since');
      const began = (await publish(lake, jsonCodec, [published('aging', '2026-06-30', 'first')])).seq;
      await publish(lake, jsonCodec, [
        published('aging', '2026-06-15', 'redelivered', '2026-07-02 22:00:00'),
      ]);
      const month = [published('aging', '2026-06', 'compacted')];
      await expectError(publish(lake, jsonCodec, month, { since: began }), 'PUBLISH_CONFLICT', 'conflict');
      const other = [published('position', '2026-06', 'other')];
      await publish(lake, jsonCodec, other, { since: began });
      const { rows, seq } = await publish(lake, jsonCodec, month, { since: began + 1 });
      expect(seq).toBe(4);
      expect(rows.map((row) => row.build)).toEqual(['first', 'redelivered', 'other', 'compacted']);
    });

    test('a path that could leave the lake is refused', async () => {
      const lake = await open('published-unsafe');
      const row = { ...published('aging', '2026-06-30', 'a'), path: '../elsewhere.parquet' };
      await expectError(publish(lake, jsonCodec, [row]), 'LAKE_KEY');
      expect(await lake.head(PUBLISHED_KEY)).toBeNull();
    });
  });

  describe('the delivery index', () => {
    test('keeps deliveries in the order of acceptance, seen by others at once', async () => {
      const index = new DeliveryIndex(await open('index-order'));
      const other = new DeliveryIndex(await open('index-order'));
      expect(await index.entries()).toEqual([]);
      for (let seq = 1; seq <= 12; seq += 1) {
        await index.append(deliveryOf(seq, id(seq)));
        expect((await other.entries()).map((entry) => entry.delivery)).toEqual(
          Array.from({ length: seq }, (_, at) => id(at + 1)),
        );
      }
      const late = new DeliveryIndex(await open('index-order'));
      expect(await late.entries()).toEqual(await index.entries());
    });

    test(`of ${RACERS} landings that would be the next at once, one is, and the others are told`, async () => {
      const first = new DeliveryIndex(await open('index-race'));
      await first.append(deliveryOf(1, id(1)));
      const results = await Promise.allSettled(
        Array.from({ length: RACERS }, async (_, at) =>
          new DeliveryIndex(await open('index-race')).append(deliveryOf(2, id(100 + at))),
        ),
      );
      const winners = results.flatMap(({ status }, at) => (status === 'fulfilled' ? [id(100 + at)] : []));
      expect(winners).toHaveLength(1);
      expect((await first.entries()).map((entry) => entry.delivery)).toEqual([id(1), ...winners]);
      for (const result of results) {
        if (result.status === 'rejected') {
          expect(result.reason).toMatchObject({ code: 'DELIVERY_RACE', kind: 'conflict' });
        }
      }
    });

    test('appending the same entry again is no error, appending out of turn is', async () => {
      const index = new DeliveryIndex(await open('index-again'));
      await index.append(deliveryOf(1, id(1)));
      await index.append(deliveryOf(1, id(1)));
      await expectError(index.append(deliveryOf(1, id(9))), 'DELIVERY_RACE');
      await expectError(index.append(deliveryOf(3, id(3))), 'DELIVERY_GAP');
      expect(await index.entries()).toEqual([deliveryOf(1, id(1))]);
    });

    test('puts a hundred entries together; without that page, or with a wrong one, the entries tell', async () => {
      const lake = await open('index-pages');
      const index = new DeliveryIndex(lake);
      const pages = async (): Promise<string[]> =>
        (await objectsOf(lake, 'deliveries/pages/')).map(({ key }) => key);
      for (let seq = 1; seq < PAGE; seq += 1) await index.append(deliveryOf(seq, id(seq)));
      expect(await pages()).toEqual([]);
      for (let seq = PAGE; seq <= PAGE + 2; seq += 1) await index.append(deliveryOf(seq, id(seq)));
      const [page = '', ...others] = await pages();
      expect(others).toEqual([]);
      const all = await index.entries();
      expect(all).toHaveLength(PAGE + 2);
      const read: string[] = [];
      const watched: Lake = Object.create(lake, {
        get: {
          value: (key: string) => {
            read.push(key);
            return lake.get(key);
          },
        },
        list: { value: (prefix: string) => lake.list(prefix) },
      });
      const reread = async (): Promise<readonly DeliveryEntry[]> => {
        read.length = 0;
        return new DeliveryIndex(watched).entries();
      };
      expect(await reread()).toEqual(all);
      // The page, two entries behind it, and a look for the next.
      expect(read).toHaveLength(4);
      const { body = new Uint8Array() } = (await lake.get(page)) ?? {};
      const forged = Buffer.from(body).toString('utf8').replace(id(7), id(999));
      expect(forged).not.toBe(Buffer.from(body).toString('utf8'));
      await lake.put(page, forged);
      expect(await reread()).toEqual(all);
      expect(read).toHaveLength(1 + PAGE + 3);
      // It is not put right under a name that is taken; one that is missing is, by the next delivery.
      await lake.remove([page]);
      expect(await reread()).toEqual(all);
      await new DeliveryIndex(lake).append(deliveryOf(PAGE + 3, id(PAGE + 3)));
      expect(await pages()).toEqual([page]);
      // Set back by hand to before its end, the lake has what its entries say.
      await lake.remove([PAGE, PAGE + 1, PAGE + 2, PAGE + 3].map((seq) => lakeKeys.delivery(seq)));
      expect(await new DeliveryIndex(lake).entries()).toEqual(all.slice(0, PAGE - 1));
    });

    test('a lost or unreadable entry is noticed, not skipped', async () => {
      const lake = await open('index-damaged');
      const index = new DeliveryIndex(lake);
      for (let seq = 1; seq <= 3; seq += 1) await index.append(deliveryOf(seq, id(seq)));
      await lake.put('deliveries/000002.json', '{"seq": 2');
      await expectError(new DeliveryIndex(lake).entries(), 'LAKE_DAMAGED');
      await lake.put('deliveries/000002.json', JSON.stringify(deliveryOf(7, id(2))));
      await expectError(new DeliveryIndex(lake).entries(), 'LAKE_DAMAGED');
      await lake.remove(['deliveries/000002.json']);
      await expectError(new DeliveryIndex(lake).entries(), 'LAKE_DAMAGED');
    });
  });
}

function id(number: number): string {
  return String(number).padStart(16, '0');
}
