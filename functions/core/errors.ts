/** Who must act on an error. It decides the exit code of the terminal and, in the server, the HTTP status. */
export type ErrorKind =
  | 'usage'
  | 'input'
  | 'rejected'
  | 'conflict'
  | 'law'
  | 'missing'
  | 'denied'
  | 'internal';

/** Exit codes of the `alturas` command, by kind of error (documented in `alturas --help`). */
export const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  usage: 2,
  input: 3,
  rejected: 4,
  law: 5,
  conflict: 6,
  missing: 7,
  denied: 8,
  internal: 1,
};

/** What an error says beside its sentence: where it stands, what was expected and what to do next. */
export interface ErrorDetails {
  readonly file?: string;
  readonly line?: number;
  readonly column?: string;
  readonly value?: string;
  readonly expected?: string;
  /** Which case of its code it is, where people are told the cases in other words. */
  readonly variant?: string;
  /** Further values of the sentence, by the name that a translation of it gives them. */
  readonly facts?: Readonly<Record<string, string>>;
  /** What was done with the data, so that nobody fears a loss. */
  readonly safe?: string;
  /** The next step, as an imperative. */
  readonly hint?: string;
  /** Further findings of the same kind: all of them are gathered before failing. */
  readonly causes?: readonly string[];
}

/**
 * An error that a user can act on. Anything else that is thrown is a defect of ours.
 * @param code stable and upper case, e.g. `DELIVERY_BACKWARDS`: what support asks for.
 */
export class AlturasError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly details: ErrorDetails;

  constructor(kind: ErrorKind, code: string, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'AlturasError';
    this.kind = kind;
    this.code = code;
    this.details = details;
  }

  get exitCode(): number {
    return EXIT_CODES[this.kind];
  }

  /** The whole error as JSON, its message included: an Error's own is left out by JSON.stringify. */
  toJSON(): object {
    return { code: this.code, kind: this.kind, message: this.message, ...this.details };
  }

  /** The whole error as plain text, one fact a line, for a terminal or a log. */
  override toString(): string {
    const d = this.details;
    const where = [
      d.file,
      d.line === undefined ? undefined : `line ${d.line}`,
      d.column && `column ${d.column}`,
    ]
      .filter(Boolean)
      .join(', ');
    return [
      `${this.message} [${this.code}]`,
      where && `  where:    ${where}`,
      d.value !== undefined && `  value:    ${JSON.stringify(d.value)}`,
      d.expected && `  expected: ${d.expected}`,
      ...(d.causes ?? []).map((cause) => `  - ${cause}`),
      d.safe && `  safe:     ${d.safe}`,
      d.hint && `  do:       ${d.hint}`,
    ]
      .filter((line): line is string => typeof line === 'string' && line !== '')
      .join('\n');
  }
}
