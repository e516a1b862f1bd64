import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { businessDate, localTimestamp } from '../../../functions/core/dates.ts';
import { Session } from '../../../functions/engine/duckdb.ts';
import { publishedCodec } from '../../../functions/engine/publishedCodec.ts';
import { FolderLake } from '../../../functions/lake/folderLake.ts';
import { publish, readPublished } from '../../../functions/lake/published.ts';

it('published rows come back as they were, and the same rows are the same bytes', async () => {
  const scratch = await mkdtemp(path.join(tmpdir(), 'alturas-codec-'));
  const session = await Session.open({ scratch });
  const codec = publishedCodec(session, scratch);
  const row = {
    table_name: 'position',
    period: '2026-06',
    first_day: businessDate('2026-06-01'),
    last_day: businessDate('2026-06-30'),
    build: 'b1',
    known_from: localTimestamp('2026-06-01 22:00:00.120'),
    path: 'marts/position/period=2026-06/build=b1/part-0.parquet',
  };
  const lake = new FolderLake(path.join(scratch, 'lake'));
  expect(await codec.decode(await codec.encode([]))).toEqual([]);
  await publish(lake, codec, [row]);
  const published = await readPublished(lake, codec);
  expect(published.rows).toEqual([{ seq: 1, ...row }]);
  const again = await codec.encode(published.rows);
  expect(Buffer.from(again).equals(Buffer.from(await codec.encode(published.rows)))).toBe(true);
  // Rows that are added to a file give what all of them together give, and nobody reads the file again for it.
  const next = { ...row, period: '2026-07', first_day: businessDate('2026-07-01'), build: 'b2' };
  const { body, rows } = await publish(lake, codec, [next], { since: 1, known: published });
  expect(rows.map(({ seq, build }) => [seq, build])).toEqual([
    [1, 'b1'],
    [2, 'b2'],
  ]);
  expect(Buffer.from(await codec.encode(rows)).equals(Buffer.from(body ?? []))).toBe(true);
  expect((await readPublished(lake, codec)).rows).toEqual(rows);
  expect(await readPublished(lake, codec, published)).not.toBe(published);
  session.close();
  await rm(scratch, { recursive: true });
});
