import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { defaultConfig } from '../../../functions/core/config.ts';
import { addDays } from '../../../functions/core/dates.ts';
import { Session } from '../../../functions/engine/duckdb.ts';
import { DuckEngine } from '../../../functions/engine/duckEngine.ts';
import { openLake } from '../../../functions/lake/openLake.ts';
import { type Running, startServer } from '../../../functions/serve/server.ts';
import { cookieOf, Places, recordedViews } from '../../bench/boardRequests.ts';
import { ServedDemo } from '../../support/servedDemo.ts';

let demo: ServedDemo;
let running: Running;

beforeAll(async () => {
  demo = await ServedDemo.of({ receipts: 60, days: 70 });
  running = await startServer({
    lake: await openLake(demo.lakeFolder),
    config: defaultConfig(),
    port: 0,
    cache: `${demo.directory}/warm`,
    log: () => undefined,
  });
}, 300_000);

afterAll(async () => {
  await running.close();
  await demo.close();
});

it.each([
  ['the newest day', 0],
  ['an earlier day of the last weeks', 12],
])(
  'what the boards ask of %s without a filter is made beforehand',
  async (_, back) => {
    await running.house.makeReady();
    const cookie = await cookieOf(running.address);
    const places = await Places.of(running.address);
    const day = addDays(places.newest, -back);
    const made = vi.spyOn(DuckEngine.prototype, 'write');
    const looked = vi.spyOn(Session.prototype, 'rows');
    try {
      for (const view of ['pulso', 'rotacion', 'cliente (largest)'])
        for (const { method, path, body } of recordedViews()[view] ?? []) {
          const asked = JSON.stringify(body)?.replaceAll('{newest}', day);
          const answered = await fetch(new URL(places.concrete(path), running.address), {
            method,
            headers: { cookie, 'content-type': 'application/json' },
            ...(asked === undefined ? {} : { body: places.concrete(asked) }),
          });
          expect(answered.status).toBe(200);
          expect(await answered.text()).not.toBe('');
        }
      expect(made.mock.calls.map(([select]) => select)).toEqual([]);
      // The largest among all clients are known: looking for them takes longest of all.
      const texts = looked.mock.calls.map(([sql]) => sql);
      expect(texts.filter((sql) => sql.startsWith('with every as materialized'))).toEqual([]);
    } finally {
      made.mockRestore();
      looked.mockRestore();
    }
  },
  60_000,
);
