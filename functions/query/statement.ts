import { AlturasError } from '../core/errors.ts';
import { literal, type Parameter } from '../engine/duckdb.ts';

/**
 * A piece of SQL: text whose user-given parts are all bound parameters or quoted names. There is no way to make one
 * from a plain string that came from outside.
 */
export class Statement {
  readonly #parts: readonly Part[];
  #text: string | undefined;

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  /** The SQL as text: every bound value is a literal of its type, quoted by the engine's own rule. */
  render(): string {
    this.#text ??= this.#parts.map(rendered).join('');
    return this.#text;
  }
}

type Part = string | Bound | Statement;

function rendered(part: Part): string {
  if (typeof part === 'string') return part;
  if (part instanceof Statement) return part.render();
  const { value: bound } = part;
  if (bound === null) return 'null';
  return typeof bound === 'string' ? literal(bound) : String(bound);
}

class Bound {
  readonly value: Parameter;
  constructor(value: Parameter) {
    this.value = value;
  }
}

/** A value that the engine binds. */
export function value(bound: Parameter): Statement {
  return new Statement([new Bound(bound)]);
}

/** A column or relation name; anything but a plain lower-case name is refused. */
export function name(text: string): Statement {
  if (!/^[a-z_][a-z0-9_]*$/.test(text)) {
    throw new AlturasError('usage', 'BAD_NAME', `"${text}" is not the name of a column.`, {
      value: text,
      expected: 'lower-case letters, digits and underscores',
    });
  }
  return new Statement([`"${text}"`]);
}

/** SQL that our own files hold (kpis.yml, model texts). Never pass what a caller sent. */
export function trusted(text: string): Statement {
  return new Statement([text]);
}

/** Joins pieces: sql\`select ${name('office')} from t where x = ${value('07')}\`. */
export function sql(texts: TemplateStringsArray, ...pieces: readonly Statement[]): Statement {
  return new Statement(
    texts.flatMap((text, index) => {
      const piece = pieces[index];
      return piece === undefined ? [text] : [text, piece];
    }),
  );
}

export function join(pieces: readonly Statement[], separator: string): Statement {
  return new Statement(pieces.flatMap((piece, index) => (index === 0 ? [piece] : [separator, piece])));
}
