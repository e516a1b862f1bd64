import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { defaultConfig } from '../../functions/core/config.ts';
import { Session } from '../../functions/engine/duckdb.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import type { QuestionInput } from '../../functions/serve/api.ts';
import { type Running, startServer } from '../../functions/serve/server.ts';

/**
 * How fast boards are answered: 20 users at once ask the questions of the executive page over HTTP, first each with
 * filters of their own (nothing can be remembered), then all the same page. Beside them, the same sums on bare DuckDB
 * over the same files, one after another.
 *
 *     npx tsx test/bench/boards.ts LAKE
 */
const USERS = 20;
const ROUNDS = 5;
const KPIS = [
  'gross',
  'overdue_share',
  'par90',
  'dso',
  'cei',
  'recovery_rate',
  'collected',
  'cancelled_np_rate',
];

const { positionals } = parseArgs({ allowPositionals: true });
const place = positionals[0];
if (place === undefined) throw new Error('name a lake: npx tsx test/bench/boards.ts LAKE');

const lake = await openLake(place);
const scratch = await lake.scratch();
const running = await startServer({ lake, config: defaultConfig(), port: 0, cache: scratch });
try {
  const cookie =
    (await fetch(`${running.address}api/session`)).headers.get('set-cookie')?.split(';')[0] ?? '';
  const { month_ends: monthEnds, newest } = await read<{ month_ends: string[]; newest: string }>('days');
  const members = await read<{ dimensions: Record<string, { member: string }[]> }>('members');
  const advisors = members.dimensions.advisor?.map(({ member }) => member) ?? [];
  const compare = monthEnds.filter((day) => day < newest).slice(-13);

  const questions = (filters: QuestionInput['filters']): QuestionInput[] =>
    KPIS.map((kpi) => ({ kpi, by: ['company'], filters, compare }));

  async function read<T>(route: string): Promise<T> {
    return (await fetch(`${running.address}api/${route}`, { headers: { cookie } })).json() as Promise<T>;
  }

  async function ask(some: readonly QuestionInput[]): Promise<number> {
    const began = performance.now();
    const response = await fetch(`${running.address}api/ask`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ questions: some }),
    });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    return performance.now() - began;
  }

  async function crowd(questionsOf: (user: number, round: number) => QuestionInput[][]): Promise<number[]> {
    const times: number[] = [];
    await Promise.all(
      Array.from({ length: USERS }, async (_, user) => {
        for (let round = 0; round < ROUNDS; round += 1)
          for (const batch of questionsOf(user, round)) times.push(await ask(batch));
      }),
    );
    return times;
  }

  const own = (user: number, round: number): QuestionInput['filters'] => [
    { column: 'advisor', members: advisors.filter((_, at) => (at + round) % USERS === user || at === user) },
  ];
  // What the server makes ready on its own is made by then.
  await ask([
    ...questions([]),
    ...['turnover_times', 'turnover_days'].map((kpi) => ({ kpi, by: ['company'], compare })),
  ]);
  console.log(`${place}: ${compare.length + 1} days a question, ${USERS} users, ${ROUNDS} rounds`);
  show(
    'a question, never asked before',
    await crowd((user, round) => questions(own(user, round)).map((one) => [one])),
  );
  show(
    'the page in one batch, never asked before',
    await crowd((user, round) => [questions(own(user, round + ROUNDS))]),
  );
  show('the page in one batch, asked before', await crowd(() => [questions([])]));
  await bare(running, [newest, ...compare]);
} finally {
  await running.close();
}

/** The sums of one question on bare DuckDB over the serving tables, by nobody else at work. */
async function bare({ house }: Running, days: readonly string[]): Promise<void> {
  const times = await house.read(async ({ desk }) => {
    const rows = await desk.stored(
      'aging',
      days.map((asOf) => ({ asOf, knownAt: desk.knowledge(asOf as never, undefined).knownAt })) as never,
    );
    const session = await Session.open({ scratch, trino: false });
    try {
      const files = [
        ...new Set(days.flatMap((day) => desk.publishedIndex.at('aging', day as never)?.path ?? [])),
      ];
      const paths = await desk.lake.localPaths(files);
      await session.run(
        `create table aging as select * from read_parquet([${paths.map((path) => `'${path}'`).join(', ')}], hive_partitioning = false)`,
      );
      const list = days.map((day) => `date '${day}'`).join(', ');
      const measured: number[] = [];
      for (let at = 0; at < 100; at += 1) {
        const began = performance.now();
        await session.rows(
          `select as_of, company, sum(closing_total) filter (where overdue), sum(closing_total) from aging where class = 'GROSS' and as_of in (${list}) group by all`,
        );
        measured.push(performance.now() - began);
      }
      return { measured, rows };
    } finally {
      session.close();
    }
  });
  show('bare DuckDB, the sums of overdue_share, alone', times.measured);
}

function show(what: string, times: readonly number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  console.log(
    `${what.padEnd(50)} p50 ${at(0.5).padStart(8)} ms   p95 ${at(0.95).padStart(8)} ms   n ${sorted.length}`,
  );
}
