import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Lake } from '../../functions/lake/lake.ts';
import { objectsOf } from './lakeContract.ts';
import { unseal } from './sealed.ts';

/** A writer is killed after at most so many answers, and a moment. */
const MAX_ANSWERS = 14;
const RUN = fileURLToPath(new URL('./run.mjs', import.meta.url));

/** What the killed writers were told, and what was found afterwards. */
export interface Killed {
  readonly kills: number;
  readonly answered: number;
  readonly objects: number;
  /** Pointer versions that exist though their writer was killed before it heard so. */
  readonly unheard: number;
}

interface Writer {
  readonly name: string;
  readonly answers: () => number;
  readonly process: ChildProcess;
  readonly gone: Promise<unknown>;
}

/**
 * Lets pairs of processes write to one lake at once, kills them (kill -9) at random moments, and checks after each
 * pair that everything visible is whole, everything answered is there, and no conditional write had two winners.
 */
export async function killWriters(lake: Lake, rounds: number): Promise<Killed> {
  const puts = new Map<string, { number: number; author: string }>();
  const claims = new Map<string, string>();
  const points = new Set<number>();
  const whole = new Set<string>();
  const faults: string[] = [];
  let kills = 0;

  for (let round = 0; round < rounds; round += 1) {
    let started = 0;
    const hear = (name: string, line: string): void => {
      const [kind = '', key = '', number = ''] = line.split(' ');
      if (kind === 'put') puts.set(key, { number: Number(number), author: name });
      if (kind === 'claim') {
        if (claims.has(key)) faults.push(`${key} was won by ${claims.get(key)} and ${name}`);
        claims.set(key, name);
      }
      if (kind === 'point') {
        if (points.has(Number(number))) faults.push(`two writers wrote version ${number} of ${key}`);
        points.add(Number(number));
      }
    };
    const writers = ['a', 'b'].map((side) => {
      const name = `${round}${side}`;
      return startWriter(lake.location, name, (line) => {
        if (line.startsWith('ready')) started += 1;
        else hear(name, line);
      });
    });
    while (started < 2) {
      for (const writer of writers) expect(writer.process.exitCode, `writer ${writer.name} ended`).toBeNull();
      await sleep(5);
    }
    const running = () => writers.some(({ process: { exitCode, signalCode } }) => !exitCode && !signalCode);
    const watched = watch(lake, running).catch((error: unknown) => faults.push(String(error)));
    for (const writer of Math.random() < 0.5 ? writers : [...writers].reverse()) {
      // Counted in answers, not in time alone: a busy machine must not turn every kill into an early one.
      const answers = Math.floor(Math.random() * MAX_ANSWERS);
      for (let wait = 0; wait < 1_000 && writer.answers() < answers; wait += 1) await sleep(10);
      await sleep(Math.random() * 40);
      writer.process.kill('SIGKILL');
      kills += 1;
    }
    await Promise.all(writers.map(({ gone }) => gone));
    await watched;
    expect(faults).toEqual([]);
    await checkLake(lake, { puts, claims, points, whole });
  }
  await lake.sweep(0);
  whole.clear();
  const objects = await checkLake(lake, { puts, claims, points, whole });
  const pointer = unseal((await lake.get('pointer/current'))?.body).number;
  const unheard = pointer - points.size;
  expect(unheard).toBeGreaterThanOrEqual(0);
  expect(unheard).toBeLessThanOrEqual(kills);
  return { kills, answered: puts.size + claims.size + points.size, objects, unheard };
}

function startWriter(location: string, name: string, hear: (line: string) => void): Writer {
  const child = spawn(process.execPath, [RUN, 'test/support/lakeWriter.ts', location, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  let heard = 0;
  lines.on('line', (line) => {
    heard += 1;
    hear(line);
  });
  return {
    name,
    answers: () => heard,
    process: child,
    gone: Promise.all([once(child, 'exit'), once(lines, 'close')]),
  };
}

/** Reads what becomes visible while others write it: it must be whole from the first moment on. */
async function watch(lake: Lake, running: () => boolean): Promise<void> {
  const known = new Set<string>();
  while (running()) {
    for (const { key } of await objectsOf(lake, 'data/')) {
      if (known.has(key)) continue;
      known.add(key);
      unseal((await lake.get(key))?.body);
    }
    await sleep(5);
  }
}

interface Answered {
  readonly puts: ReadonlyMap<string, { number: number; author: string }>;
  readonly claims: ReadonlyMap<string, string>;
  readonly points: ReadonlySet<number>;
  /** Objects written once that were found whole before: they need not be read again. */
  readonly whole: Set<string>;
}

/** @returns how many objects there are */
async function checkLake(lake: Lake, { puts, claims, points, whole }: Answered): Promise<number> {
  const found = new Set<string>();
  for (const { key, size } of await objectsOf(lake, '')) {
    found.add(key);
    if (key === 'pointer/current' || whole.has(key)) continue;
    expect(key).toMatch(/^(data|files)\/\d+[ab]\/\d+$|^claims\/\d+$/);
    const body = (await lake.get(key))?.body;
    const seal = unseal(body);
    expect(body?.byteLength).toBe(size);
    const put = puts.get(key);
    if (put) expect(seal).toEqual(put);
    const winner = claims.get(key);
    if (winner) expect(seal.author, `${key} is not its winner's`).toBe(winner);
    whole.add(key);
  }
  for (const key of [...puts.keys(), ...claims.keys()]) expect(found.has(key), `${key} is lost`).toBe(true);
  const pointer = await lake.get('pointer/current');
  if (points.size > 0) expect(unseal(pointer?.body).number).toBeGreaterThanOrEqual(Math.max(...points));
  return found.size;
}
