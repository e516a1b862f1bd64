import { describe, expect, it } from 'vitest';
import { limits } from '../../../functions/engine/limits.ts';

const inLambda = (memory: string) => limits({ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memory });

describe('what DuckDB may take', () => {
  it('is a small machine outside Lambda', () => {
    expect(limits({})).toEqual({ memoryMb: 2000, threads: 2 });
  });

  it('is half to three fifths of the memory of a function, and its processors', () => {
    expect(inLambda('1769')).toEqual({ memoryMb: 972, threads: 1 });
    expect(inLambda('3538')).toEqual({ memoryMb: 1945, threads: 2 });
    expect(inLambda('10240')).toEqual({ memoryMb: 5632, threads: 6 });
    expect(inLambda('512')).toEqual({ memoryMb: 281, threads: 1 });
  });

  it('ignores what is no size', () => {
    expect(inLambda('a lot')).toEqual(limits({}));
    expect(inLambda('0')).toEqual(limits({}));
  });
});
