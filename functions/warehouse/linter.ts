import type { SyntaxNode } from './syntax.ts';

/** A place in a SELECT that the shared subset of DuckDB and Trino does not allow. */
export interface SqlFault {
  /** Byte offset in the SELECT's text; null when unknown. */
  readonly offset: number | null;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export function lintSql(_sql: string, _statement: SyntaxNode): SqlFault[] {
  return [];
}
