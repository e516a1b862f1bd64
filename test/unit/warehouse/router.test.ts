import { describe, expect, it } from 'vitest';
import { budgetOf, routeOf, type Work } from '../../../functions/warehouse/router.ts';

const DAY: Work = { days: 1, rows: 1_000_000, largestPass: 1_000_000, bytes: 300e6 };
const budget = budgetOf('2GB');
const auto = { asked: 'auto', athena: null, budget } as const;

describe('who builds a range', () => {
  it('a day that fits one function is for DuckDB, and the reason says by how much', () => {
    expect(routeOf(DAY, auto)).toEqual({
      engine: 'duckdb',
      reason: '1 days with 1,000,000 receipt days need about 1.2 GB of 2.0 GB and 9 s of 600 s',
    });
  });

  it("a pass is Athena's from the first row on that memory does not hold", () => {
    const fits = Math.floor(budget.memoryBytes / 1_200);
    expect(routeOf({ ...DAY, rows: fits, largestPass: fits }, auto).engine).toBe('duckdb');
    expect(routeOf({ ...DAY, rows: fits + 1, largestPass: fits + 1 }, auto)).toMatchObject({
      engine: 'athena',
      reason: expect.stringContaining('Athena reads 300.0 MB'),
    });
  });

  it("many days of small passes are Athena's when they take longer than a function may run", () => {
    const fits = Math.floor(budget.seconds / 8.6e-6);
    expect(routeOf({ ...DAY, days: 69, rows: fits }, auto).engine).toBe('duckdb');
    expect(routeOf({ ...DAY, days: 70, rows: fits + 1 }, auto).engine).toBe('athena');
  });

  it('without Athena, or beyond what may be read there, DuckDB tries, and the reason says so', () => {
    const large = { ...DAY, rows: 9e6, largestPass: 9e6 };
    expect(routeOf(large, { ...auto, athena: 'the lake is not in S3' })).toMatchObject({
      engine: 'duckdb',
      reason: expect.stringContaining('but the lake is not in S3'),
    });
    const dear = { ...auto, budget: { ...budget, scanBytes: DAY.bytes - 1 } };
    expect(routeOf(large, dear)).toMatchObject({
      engine: 'duckdb',
      reason: expect.stringContaining('but Athena would read 300.0 MB of 300.0 MB'),
    });
  });

  it('who is asked for by name is taken, or refused when it is not there', () => {
    expect(routeOf(DAY, { ...auto, asked: 'athena' })).toEqual({
      engine: 'athena',
      reason: 'it was asked for',
    });
    expect(routeOf({ ...DAY, largestPass: 1e9 }, { ...auto, asked: 'duckdb' }).engine).toBe('duckdb');
    expect(() => routeOf(DAY, { ...auto, asked: 'athena', athena: 'the lake is not in S3' })).toThrow(
      'Athena cannot build this range: the lake is not in S3.',
    );
  });

  it('reads the memory limit as DuckDB writes it', () => {
    expect([budgetOf('1536MB'), budgetOf('2GiB'), budgetOf()].map(({ memoryBytes }) => memoryBytes)).toEqual([
      1.536e9,
      2 ** 31,
      2e9,
    ]);
    expect(() => budgetOf('much')).toThrow('"much" is no amount of memory.');
  });
});
