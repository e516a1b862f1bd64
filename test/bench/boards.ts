import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { tableFromIPC } from '@uwdata/flechette';
import { defaultConfig } from '../../functions/core/config.ts';
import { addDays, businessDate } from '../../functions/core/dates.ts';
import { Session } from '../../functions/engine/duckdb.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { startServer } from '../../functions/serve/server.ts';
import { type BoardRequest, cookieOf, Places, recordedViews } from './boardRequests.ts';

/**
 * How fast the boards are answered: 20 users at once send over HTTP what a browser sends when it opens each board
 * (`boardRequests.json`), one request after another, without a pause. First the same page, then each user a day of
 * its own, then a filter of its own: nothing of these can be remembered. Beside them, the same statements on bare
 * DuckDB, over the same file, by as many at once. At the end, rows per second to Arrow.
 *
 *     node --import tsx test/bench/boards.ts LAKE [--seconds 10] [--view pulso]
 */
const USERS = 20;
/** Statements that bare DuckDB runs at once: as many connections as the server has. */
const CONNECTIONS = 4;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '10' }, view: { type: 'string' } },
});
const place = positionals[0];
if (place === undefined) throw new Error('name a lake: node --import tsx test/bench/boards.ts LAKE');
const length = Number(values.seconds) * 1000;

const lake = await openLake(place);
const scratch = await lake.scratch();
const began = performance.now();
const running = await startServer({
  lake,
  config: defaultConfig(),
  port: 0,
  cache: scratch,
  log: console.error,
});
console.log(`${place}: address after ${seconds(performance.now() - began)} s, without a serving file before`);

/** Every statement of the process, for bare DuckDB to run again. */
let statements: string[] | null = null;
const asked = new Map<string, readonly string[]>();
const ask = Session.prototype.rows;
Session.prototype.rows = function (sql, parameters) {
  statements?.push(sql);
  return ask.call(this, sql, parameters);
};

try {
  const cookie = await cookieOf(running.address);
  const places = await Places.of(running.address);
  const views = Object.entries(recordedViews()).filter(([view]) => (values.view ?? view) === view);

  /** Sends one request; the members and days of the lake are in it already. */
  const send = async (method: string, path: string, body: string | undefined): Promise<number> => {
    const start = performance.now();
    const response = await fetch(new URL(path, running.address), {
      method,
      headers: { cookie, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`${method} ${path}: status ${response.status}`);
    return performance.now() - start;
  };
  const sendAll = async (requests: readonly BoardRequest[], change: Change, turn: number) => {
    const times: number[] = [];
    for (const { method, path, body } of requests) {
      const text = body === undefined ? undefined : places.concrete(JSON.stringify(change(body, turn)));
      times.push(await send(method, encodeURI(places.concrete(path)), text));
    }
    return times;
  };
  const crowd = async (requests: readonly BoardRequest[], change: Change): Promise<number[]> => {
    const times: number[] = [];
    const end = performance.now() + length;
    let turn = 0;
    await Promise.all(
      Array.from({ length: USERS }, async () => {
        do {
          turn += 1;
          times.push(...(await sendAll(requests, change, turn)));
        } while (performance.now() < end);
      }),
    );
    return times;
  };

  const first = performance.now();
  for (const [, requests] of views.slice(0, 1)) await sendAll(requests, same, 0);
  console.log(`first page after ${seconds(performance.now() - first)} s`);

  for (const [view, requests] of views) {
    statements = [];
    const alone = performance.now();
    await sendAll(requests, anotherDay(places), 27);
    const told = statements;
    statements = null;
    console.log(
      `\n${view}: ${requests.length} requests, ${told.length} statements, alone ${(performance.now() - alone).toFixed(0)} ms`,
    );
    await sendAll(requests, same, 0);
    show('the same page', await crowd(requests, same));
    if (requests.some(({ body }) => body !== undefined)) {
      show('a day of its own', await crowd(requests, anotherDay(places)));
      show('a filter of its own', await crowd(requests, anotherFilter(places)));
    }
    asked.set(view, told);
  }
  await arrow(cookie, places);
} finally {
  await running.close();
}
console.log(`\nbare DuckDB, a statement, ${CONNECTIONS} at once`);
await bare(asked);

type Change = (body: unknown, turn: number) => unknown;

function same(body: unknown): unknown {
  return body;
}

interface Asked {
  readonly questions?: readonly { readonly as_of?: string; readonly filters?: readonly unknown[] }[];
  readonly filters?: readonly unknown[];
}

/** The page as of another day: month ends stay where they are. */
function anotherDay(places: Places): Change {
  return (body, turn) =>
    JSON.parse(
      JSON.stringify(body).replaceAll('{newest}', addDays(places.newest, -1 - (turn % 25))),
    ) as unknown;
}

/** The page with one more filter: some advisors, others for every turn. */
function anotherFilter(places: Places): Change {
  return (body, turn) => {
    const members = places.advisors.filter((_, at) => ((turn + 1) >> (at % 12)) % 2 === 1);
    const more = { column: 'advisor', members };
    const asked = body as Asked;
    return asked.questions === undefined
      ? { ...asked, ...(asked.filters === undefined ? {} : { filters: [...asked.filters, more] }) }
      : {
          ...asked,
          questions: asked.questions.map((one) => ({ ...one, filters: [...(one.filters ?? []), more] })),
        };
  };
}

/** The statements of each page on bare DuckDB over the file that the server had, at as many connections. */
async function bare(of: ReadonlyMap<string, readonly string[]>): Promise<void> {
  const session = await Session.open({
    scratch,
    trino: false,
    threads: 1,
    memoryLimit: '1GB',
    database: `${scratch}/serving.duckdb`,
    readOnly: true,
  });
  const sessions = await Promise.all(Array.from({ length: CONNECTIONS }, () => session.beside()));
  try {
    for (const [view, all] of of) {
      // What the server made on demand lay in files of its own, which went with it.
      const told = all.filter((sql) => !sql.includes('read_parquet'));
      const times: number[] = [];
      const end = performance.now() + length;
      await Promise.all(
        sessions.map(async (one) => {
          do {
            for (const sql of told) {
              const start = performance.now();
              await one.rows(sql);
              times.push(performance.now() - start);
            }
          } while (performance.now() < end);
        }),
      );
      show(`${view} (${told.length} of ${all.length})`, times);
    }
  } finally {
    for (const one of sessions) one.close();
    session.close();
  }
}

/** Every open receipt with its amount, as Arrow: three times, the last two remembered. */
async function arrow(cookie: string, places: Places): Promise<void> {
  console.log('');
  for (let turn = 0; turn < 3; turn += 1) {
    const start = performance.now();
    const response = await fetch(`${running.address}api/export`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({
        format: 'arrow',
        source: {
          of: 'ask',
          question: {
            kpi: 'gross',
            by: ['company', 'receipt'],
            as_of: addDays(businessDate(places.newest), -turn),
          },
        },
      }),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const took = performance.now() - start;
    const { numRows } = tableFromIPC(bytes);
    console.log(
      `Arrow: ${numRows} receipts, ${(bytes.length / 1e6).toFixed(1)} MB in ${took.toFixed(0)} ms: ${Math.round(numRows / (took / 1000))} rows a second`,
    );
  }
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}

function show(what: string, times: readonly number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  console.log(
    `  ${what.padEnd(30)} p50 ${at(0.5).padStart(8)} ms   p95 ${at(0.95).padStart(8)} ms   n ${sorted.length}`,
  );
}
