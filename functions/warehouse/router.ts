import { AlturasError } from '../core/errors.ts';
import { limits } from '../engine/limits.ts';
import { type PlannedPass, snapshotRows } from './plan.ts';
import type { Ledger } from './relations.ts';

export type EngineName = 'duckdb' | 'athena';
export type EngineRequest = EngineName | 'auto';

/** What a range of days needs, from what the delivery index says of it. */
export interface Work {
  readonly days: number;
  /** Receipts x days, over all passes. */
  readonly rows: number;
  /** Receipts x days of the largest pass. */
  readonly largestPass: number;
  /** Bytes of the deliveries that the days stand on, as delivered. */
  readonly bytes: number;
}

/** What one run of one function may take. */
export interface Budget {
  /** DuckDB's buffer limit. */
  readonly memoryBytes: number;
  readonly seconds: number;
  /** What Athena may read for the range; its price is by the byte. */
  readonly scanBytes: number;
}

/** Who builds a range, and why, in words. */
export interface Route {
  readonly engine: EngineName;
  readonly reason: string;
}

/** Measured on one day of 1,000,000 receipts, on 2 cores: 1.2 GB and 8.6 s (`npm run bench -- million`). */
const BYTES_PER_ROW = 1_200;
const SECONDS_PER_ROW = 8.6e-6;

/** A Lambda function ends after 15 minutes; a third is left for a slow day. */
const SECONDS = 600;
const SCAN_BYTES = 1e12;

/** The work of a plan. */
export function workOf(plan: readonly PlannedPass[], ledger: Ledger): Work {
  const passes = plan.map(({ days }) => days.reduce((sum, day) => sum + snapshotRows(day, ledger), 0));
  const seqs = new Set(
    plan.flatMap(({ days }) =>
      days.flatMap(({ asOf, knownAt }) => ledger.calendar.snapshotAt('receipts', asOf, knownAt)?.seq ?? []),
    ),
  );
  const bytes = [...seqs].flatMap((seq) =>
    Object.values(ledger.entry(seq)?.feeds ?? {}).flatMap(({ files }) => files.map((file) => file.bytes)),
  );
  return {
    days: plan.reduce((sum, { days }) => sum + days.length, 0),
    rows: passes.reduce((sum, rows) => sum + rows, 0),
    largestPass: Math.max(0, ...passes),
    bytes: bytes.reduce((sum, size) => sum + size, 0),
  };
}

/** The ordinary budget of a function whose DuckDB has a buffer limit, such as `2GB`. */
export function budgetOf(memoryLimit: string = `${limits().memoryMb}MB`): Budget {
  const units: Readonly<Record<string, number>> = {
    KB: 1e3,
    MB: 1e6,
    GB: 1e9,
    KIB: 2 ** 10,
    MIB: 2 ** 20,
    GIB: 2 ** 30,
  };
  const match = /^(?<amount>\d+(?:\.\d+)?)\s*(?<unit>[KMG]i?B)$/i.exec(memoryLimit.trim());
  const unit = units[match?.groups?.unit?.toUpperCase() ?? ''];
  if (unit === undefined)
    throw new AlturasError('usage', 'BAD_MEMORY_LIMIT', `"${memoryLimit}" is no amount of memory.`, {
      value: memoryLimit,
      expected: 'a number and a unit: 2GB, 1536MB, 2GiB',
    });
  return { memoryBytes: Number(match?.groups?.amount) * unit, seconds: SECONDS, scanBytes: SCAN_BYTES };
}

/**
 * Who builds a range: DuckDB while one function can hold it in memory and time, Athena beyond, within what may be
 * read there.
 * @param facts.athena why Athena cannot be asked; null when it can
 * @throws AlturasError `ENGINE_ABSENT` when Athena is asked for by name and is not there
 */
export function routeOf(
  work: Work,
  facts: { readonly asked: EngineRequest; readonly athena: string | null; readonly budget: Budget },
): Route {
  const { asked, athena, budget } = facts;
  if (asked === 'athena' && athena !== null)
    throw new AlturasError('usage', 'ENGINE_ABSENT', `Athena cannot build this range: ${athena}.`, {
      safe: 'nothing was built',
      hint: 'set both and keep the lake in S3, or build with --engine duckdb',
    });
  if (asked !== 'auto') return { engine: asked, reason: 'it was asked for' };
  const memory = work.largestPass * BYTES_PER_ROW;
  const seconds = work.rows * SECONDS_PER_ROW;
  const needs =
    `${count(work.days)} days with ${count(work.rows)} receipt days need about ${size(memory)} of ` +
    `${size(budget.memoryBytes)} and ${count(Math.ceil(seconds))} s of ${count(budget.seconds)} s`;
  if (memory <= budget.memoryBytes && seconds <= budget.seconds) return { engine: 'duckdb', reason: needs };
  if (athena !== null) return { engine: 'duckdb', reason: `${needs}, but ${athena}` };
  if (work.bytes > budget.scanBytes)
    return {
      engine: 'duckdb',
      reason: `${needs}, but Athena would read ${size(work.bytes)} of ${size(budget.scanBytes)}`,
    };
  return { engine: 'athena', reason: `${needs}; Athena reads ${size(work.bytes)}` };
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function size(bytes: number): string {
  const [unit, name] = bytes >= 1e12 ? [1e12, 'TB'] : bytes >= 1e9 ? [1e9, 'GB'] : [1e6, 'MB'];
  return `${(bytes / unit).toFixed(1)} ${name}`;
}
