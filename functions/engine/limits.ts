/** Memory, in MB, that comes with each processor of a Lambda function. */
const MB_PER_CPU = 1769;
const MOST_CPUS = 6;
/**
 * DuckDB's share of a function's memory. Its limit bounds buffers, not the process: at four fifths, its own default, a
 * function is killed where it should get an error.
 */
const SHARE = 0.55;

/** What DuckDB may take of the machine unless told otherwise. */
export interface Limits {
  /** Buffers of one database, in MB of 1,000,000 bytes. */
  readonly memoryMb: number;
  readonly threads: number;
}

/** Limits that fit the Lambda function this process runs in; anywhere else those of a small machine. */
export function limits(env: NodeJS.ProcessEnv = process.env): Limits {
  const size = Number(env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  if (!Number.isInteger(size) || size <= 0) return { memoryMb: 2000, threads: 2 };
  return {
    memoryMb: Math.floor(size * SHARE),
    threads: Math.min(MOST_CPUS, Math.max(1, Math.round(size / MB_PER_CPU))),
  };
}
