import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {} from 'vitest';
import type { TestProject } from 'vitest/node';
import { build } from '../../functions/build/build.ts';
import { defaultConfig } from '../../functions/core/config.ts';
import { writeDemo } from '../../functions/demo/demo.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { landDeliveries } from '../../functions/land/land.ts';
import { startServer } from '../../functions/serve/server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of a server for this machine's own user. */
    boards: string;
    /** The lake behind it. */
    lake: string;
  }
}

/** A small insurer over three month ends, built once, and the boards as they are now. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync('npm', ['run', '--silent', 'boards'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    // As it is built for use: a test runner's own environment would take development parts.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const directory = await mkdtemp(join(tmpdir(), 'alturas-browser-'));
  const made = await writeDemo(join(directory, 'demo'), { seed: 3, receipts: 400, days: 75 });
  const lake = await openLake(join(directory, 'lake'));
  const config = defaultConfig();
  await landDeliveries(lake, [made.deliveries], { config });
  const report = await build(lake, { config });
  if (report.status === 'refused') throw new Error(`laws broken: ${JSON.stringify(report.broken)}`);
  const server = await startServer({ lake, config, port: 0, cache: join(directory, 'house') });
  project.provide('boards', server.address);
  project.provide('lake', join(directory, 'lake'));
  return async () => {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  };
}
