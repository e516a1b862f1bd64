import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultConfig } from '../../../functions/core/config.ts';
import { openLake } from '../../../functions/lake/openLake.ts';
import { trusted } from '../../../functions/query/statement.ts';
import { type Running, startServer } from '../../../functions/serve/server.ts';
import { leastLake } from '../../support/kpiLake.ts';

/** Longer than any test waits. */
const FOR_EVER = 'range(1000000000000)';

describe('a server that is told to stop', () => {
  let directory: string;

  beforeAll(async () => {
    directory = await leastLake('2026-06-26', '2026-06-28');
  }, 300_000);
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const start = async (log: (error: unknown) => void): Promise<Running> =>
    startServer({
      lake: await openLake(join(directory, 'lake')),
      config: defaultConfig(),
      port: 0,
      cache: join(directory, 'house'),
      log,
    });

  /** Stops while something is at work, and how long that took, ms. */
  async function stopDuring(work: (running: Running) => Promise<unknown>) {
    const logged: unknown[] = [];
    const running = await start((error) => logged.push(error));
    const ended = work(running).then(
      () => 'answered',
      (error: { code?: string }) => error.code,
    );
    await new Promise((later) => setTimeout(later, 500));
    const began = performance.now();
    await running.close();
    return { took: performance.now() - began, end: await ended, logged };
  }

  it('leaves a question that still runs', async () => {
    const { took, end, logged } = await stopDuring(({ house }) =>
      house.read(({ desk }) => desk.rows(trusted(`select sum(hash(range)) as n from ${FOR_EVER}`))),
    );
    expect(end).toBe('SQL_INTERRUPTED');
    expect(took).toBeLessThan(2_000);
    expect(logged).toEqual([]);
  }, 60_000);

  it('leaves a pass over days that still runs, and those that wait behind it', async () => {
    const { took, end, logged } = await stopDuring(({ house }) =>
      house.read(async ({ desk }) => {
        const asOf = desk.newestDay();
        const wanted = (line: string) => ({
          mart: 'aging',
          asOf,
          ...desk.knowledge(asOf, undefined),
          period: null,
          views: new Map([
            [
              'position',
              `select p.* replace ('${line}' as line) from __position p cross join ${FOR_EVER} t(i)`,
            ],
          ]),
        });
        await Promise.all([desk.made([wanted('A')]), desk.made([wanted('B')]).catch(() => undefined)]);
      }),
    );
    expect(['SQL_INTERRUPTED', 'STOPPED']).toContain(end);
    expect(took).toBeLessThan(2_000);
    expect(logged).toEqual([]);
  }, 60_000);

  it('ends its process though somebody holds on to a connection', async () => {
    const flags = ['--lake', join(directory, 'lake'), '--json', 'serve', '--port', '0'];
    const process = spawn(execPath, ['functions/cli/alturas.mjs', ...flags], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const gone = once(process, 'exit');
    const [said] = (await once(process.stdout, 'data')) as [Buffer];
    const { port } = new URL((JSON.parse(said.toString()) as { address: string }).address);
    const held = connect(Number(port), '127.0.0.1');
    held.on('error', () => undefined);
    await once(held, 'connect');
    held.write('POST /api/ask HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1000\r\n\r\n{');
    await new Promise((later) => setTimeout(later, 300));
    const began = performance.now();
    process.kill('SIGTERM');
    expect(await gone).toEqual([0, null]);
    expect(performance.now() - began).toBeLessThan(4_000);
    held.destroy();
  }, 60_000);
});
