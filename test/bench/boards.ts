import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { tableFromIPC } from '@uwdata/flechette';
import { addDays } from '../../functions/core/dates.ts';
import { Session } from '../../functions/engine/duckdb.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { type BoardRequest, cookieOf, Places, recordedViews } from './boardRequests.ts';
import { type Crowd, quantile, type Sent, ServedLake } from './crowd.ts';
import { machine, median } from './measure.ts';

/**
 * How fast the boards are answered: 20 users at once send over HTTP what a browser sends when it opens each board
 * (`boardRequests.json`), one request after another, without a pause. First the same page, then each turn a day of
 * its own among the last 25, then a filter of its own: nothing of that one can be remembered. Then such filters once
 * more, each page looked at for a while, as people do. The server has a process of its own;
 * its processor time for each request can be compared on a busy machine, the times cannot. Beside them, the
 * statements of first pages on bare DuckDB, over the same file, by as many users at as many connections. At the end, rows per second to
 * Arrow.
 *
 *     node --import tsx test/bench/boards.ts LAKE [--seconds 10] [--view pulso] [--cache FOLDER] [--reading 10]
 */
const USERS = 20;
/** Statements that bare DuckDB runs at once: as many connections as the server has. */
const CONNECTIONS = 4;
/** More turns than a crowd takes: filters that differ from those before. */
const TURNS = 2_048;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '10' },
    view: { type: 'string' },
    cache: { type: 'string' },
    reading: { type: 'string', default: '10' },
  },
});
const place = positionals[0];
if (place === undefined) throw new Error('name a lake: node --import tsx test/bench/boards.ts LAKE');
const length = Number(values.seconds) * 1000;
const reading = Number(values.reading) * 1000;
const scratch = await (await openLake(place)).scratch();
const cache = values.cache ?? scratch;

console.log(`${place}, ${USERS} users, ${machine()}`);
const began = performance.now();
const served = await ServedLake.of(place, cache);
console.log(`address after ${seconds(performance.now() - began)} s`);
served.cookie = await cookieOf(served.address);
const places = await Places.of(served.address);
const views = Object.entries(recordedViews()).filter(([view]) => (values.view ?? view) === view);
/** A page that nobody asked before: the statements that it took, and the server's processor time, ms. */
interface FirstPage {
  readonly name: string;
  readonly statements: readonly string[];
  readonly paid: number;
}
const firstPages: FirstPage[] = [];

type Change = (body: unknown, turn: number) => unknown;

try {
  const first = performance.now();
  for (const one of sentOf(views[0]?.[1] ?? [], same, 0)) await served.send(one);
  console.log(`first page after ${seconds(performance.now() - first)} s`);
  const warming = performance.now();
  await served.warm();
  console.log(`all made beforehand after ${seconds(performance.now() - warming)} s more`);

  for (const [view, requests] of views) {
    const page = (change: Change) => (turn: number) => sentOf(requests, change, turn);
    console.log(`\n${view}: ${requests.length} requests`);
    for (const one of page(same)(0)) await served.send(one);
    const others = page((body, turn) => anotherFilter(body, turn + TURNS));
    await askFirst(`${view}, a new day`, page(anotherDay)(27));
    await askFirst(`${view}, a new filter`, others(0));
    show('the same page', await served.crowd(USERS, length, page(same)));
    if (requests.some(({ body }) => body !== undefined)) {
      show('a day of its own', await served.crowd(USERS, length, page(anotherDay)));
      show('a filter of its own', await served.crowd(USERS, length, page(anotherFilter)));
      show('the same, pages being read', await served.crowd(USERS, 2 * reading, others, reading));
    }
  }
  await arrow();
} finally {
  await served.close();
}
console.log(`\nbare DuckDB, the statements of such first pages, ${USERS} users, ${CONNECTIONS} connections`);
await bare();

/** One page alone that nobody asked before. */
async function askFirst(name: string, requests: readonly Sent[]): Promise<void> {
  await served.statements();
  const { times, cpuEach } = await served.crowd(1, 0, () => requests);
  const statements = await served.statements();
  firstPages.push({ name, statements, paid: cpuEach * requests.length });
  const took = times.reduce((sum, one) => sum + one, 0);
  console.log(`  ${name}, alone: ${took.toFixed(0)} ms, ${statements.length} statements`);
}

function sentOf(requests: readonly BoardRequest[], change: Change, turn: number): Sent[] {
  return requests.map(({ method, path, body }) => ({
    method,
    path: encodeURI(places.concrete(path)),
    ...(body === undefined ? {} : { body: places.concrete(JSON.stringify(change(body, turn))) }),
  }));
}

function same(body: unknown): unknown {
  return body;
}

interface Asked {
  readonly questions?: readonly { readonly as_of?: string; readonly filters?: readonly unknown[] }[];
  readonly filters?: readonly unknown[];
}

/** The page as of another day: month ends stay where they are. */
function anotherDay(body: unknown, turn: number): unknown {
  const day = addDays(places.newest, -1 - (turn % 25));
  return JSON.parse(JSON.stringify(body).replaceAll('{newest}', day)) as unknown;
}

/** The page with one more filter: some advisors, others for every turn. */
function anotherFilter(body: unknown, turn: number): unknown {
  const members = places.advisors.filter((_, at) => ((turn + 1) >> (at % 12)) % 2 === 1);
  const more = { column: 'advisor', members };
  const given = body as Asked;
  return given.questions === undefined
    ? { ...given, ...(given.filters === undefined ? {} : { filters: [...given.filters, more] }) }
    : {
        ...given,
        questions: given.questions.map((one) => ({ ...one, filters: [...(one.filters ?? []), more] })),
      };
}

/** What each page asks of DuckDB, without all that is ours. */
async function bare(): Promise<void> {
  const session = await Session.open({
    scratch,
    trino: false,
    threads: 1,
    memoryLimit: '4GB',
    database: join(cache, 'serving.duckdb'),
    readOnly: true,
  });
  const idle = await Promise.all(Array.from({ length: CONNECTIONS }, () => session.beside()));
  const waiting: ((given: Session) => void)[] = [];
  const run = async (sql: string): Promise<number> => {
    const start = performance.now();
    const one = idle.pop() ?? (await new Promise<Session>((given) => waiting.push(given)));
    await one.rows(sql);
    const next = waiting.shift();
    if (next) next(one);
    else idle.push(one);
    return performance.now() - start;
  };
  for (const { name, statements, paid } of firstPages) {
    // What the server makes on demand lies in files of its own, which went with it.
    const told = statements.filter((sql) => !sql.includes('read_parquet'));
    if (told.length === 0) continue;
    const alone: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      const before = process.cpuUsage();
      for (const sql of told) await run(sql);
      const { user, system } = process.cpuUsage(before);
      alone.push((user + system) / 1000);
    }
    const times: number[] = [];
    const end = performance.now() + length;
    await Promise.all(
      Array.from({ length: USERS }, async () => {
        do for (const sql of told) times.push(await run(sql));
        while (performance.now() < end);
      }),
    );
    const ratio = paid / median(alone);
    show(`${name} (${told.length} of ${statements.length})`, { times, cpuEach: median(alone) / told.length });
    console.log(
      `    a page: ours ${paid.toFixed(0)} ms of processor, bare ${median(alone).toFixed(0)}: ratio ${ratio.toFixed(2)}`,
    );
  }
  for (const one of idle) one.close();
  session.close();
}

/** Every open receipt with its amount, as Arrow, of five days; the first is made, not counted. */
async function arrow(): Promise<void> {
  const speeds: number[] = [];
  for (let turn = 0; turn < 6; turn += 1) {
    const question = { kpi: 'gross', by: ['company', 'receipt'], as_of: addDays(places.newest, -turn) };
    const { took, bytes } = await served.send({
      method: 'POST',
      path: '/api/export',
      body: JSON.stringify({ format: 'arrow', source: { of: 'ask', question } }),
    });
    const { numRows } = tableFromIPC(new Uint8Array(bytes));
    if (turn > 0) speeds.push(numRows / (took / 1000));
    console.log(`Arrow: ${numRows} receipts, ${(bytes.length / 1e6).toFixed(1)} MB in ${took.toFixed(0)} ms`);
  }
  console.log(`Arrow: median ${Math.round(median(speeds))} rows a second`);
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}

function show(what: string, { times, cpuEach }: Crowd): void {
  const at = (share: number) => quantile(times, share).toFixed(1).padStart(8);
  console.log(
    `  ${what.padEnd(46)} p50 ${at(0.5)} ms   p95 ${at(0.95)} ms   processor ${cpuEach.toFixed(1).padStart(6)} ms each   n ${times.length}`,
  );
}
