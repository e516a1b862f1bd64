import { AlturasError } from '../core/errors.ts';

/** Something wrong with a model file. Findings of all files are gathered before anything fails. */
export interface ModelFinding {
  /** Relative to the folder of the models, e.g. `marts/aging.sql`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Stable and upper case, e.g. `SQL_DOUBLE_TO_MONEY`. */
  readonly code: string;
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
}

/** `marts/aging.sql:12: message [CODE]. Do: hint` */
export function findingText(finding: ModelFinding): string {
  const hint = finding.hint === undefined ? '' : ` Do: ${finding.hint}`;
  return `${finding.file}:${finding.line}: ${finding.message} [${finding.code}]${hint}`;
}

/** Findings by file and line, each once. */
export function sortFindings(findings: readonly ModelFinding[]): ModelFinding[] {
  const byText = new Map(findings.map((finding) => [findingText(finding), finding]));
  return [...byText.values()].sort(
    (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line,
  );
}

/** @throws AlturasError `MODELS_INVALID` with all findings as causes, when there are any. */
export function refuseFindings(findings: readonly ModelFinding[]): void {
  if (findings.length === 0) return;
  throw new AlturasError(
    'input',
    'MODELS_INVALID',
    `${findings.length} ${findings.length === 1 ? 'error' : 'errors'} in the models; nothing was built.`,
    {
      causes: sortFindings(findings).map(findingText),
      safe: 'what is published stays as it is',
      hint: 'correct them and look again with `alturas check`',
    },
  );
}
