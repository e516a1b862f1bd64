import Table from 'cli-table3';
import pc from 'picocolors';

/** Colours for a stream that is a terminal, plain text everywhere else. */
function coloursOf({ isTTY }: { readonly isTTY?: boolean }): ReturnType<typeof pc.createColors> {
  return pc.createColors((process.env.NO_COLOR ?? '') === '' && isTTY === true);
}

/** For standard output; what goes to standard error is painted for that stream alone. */
export const paint = coloursOf(process.stdout);

export type Align = 'left' | 'right';

/** What a command said so far with `--json`: standard output takes one document, and how it ends is part of it. */
let document: object | undefined;

/** A list has no fields of its own: beside others it stands under `rows`. */
function fieldsOf(value: object): object {
  return Array.isArray(value) ? { rows: value } : value;
}

/** Where commands write: results to standard output, progress and errors to standard error. */
export const terminal = {
  line(text = ''): void {
    process.stdout.write(`${text}\n`);
  },
  /**
   * Part of the one document that a command prints with `--json`, for `flush` to print: several objects become one
   * with the fields of all.
   */
  json(value: object): void {
    document = document === undefined ? value : { ...fieldsOf(document), ...value };
  },
  /** Prints what `json` was given, and the error that ended the command; without either, nothing. */
  flush(error?: object): void {
    const whole = error === undefined ? document : { ...fieldsOf(document ?? {}), error };
    document = undefined;
    if (whole !== undefined) process.stdout.write(`${JSON.stringify(whole, null, 2)}\n`);
  },
  note(text: string): void {
    process.stderr.write(`${text}\n`);
  },
  error(text: string): void {
    process.stderr.write(`${coloursOf(process.stderr).red(text)}\n`);
  },
  /** Rows under a header, one unit a column, figures to the right. */
  table(header: readonly string[], rows: readonly (readonly string[])[], align: readonly Align[] = []): void {
    const table = new Table({
      head: header.map((cell) => paint.bold(cell)),
      colAligns: header.map((_, index) => align[index] ?? 'left'),
      style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
      chars: {
        top: '',
        'top-mid': '',
        'top-left': '',
        'top-right': '',
        bottom: '',
        'bottom-mid': '',
        'bottom-left': '',
        'bottom-right': '',
        left: '',
        'left-mid': '',
        mid: '',
        'mid-mid': '',
        right: '',
        'right-mid': '',
        middle: '',
      },
    });
    table.push(...rows.map((row) => [...row]));
    terminal.line(table.toString().replace(/[ \t]+$/gm, ''));
  },
};

/** A line that holds what came from outside: nothing in it can steer a terminal. */
export function steerless(line: string): string {
  return line.replace(/\p{Cc}/gu, '\u{fffd}');
}

const BARS = '▁▂▃▄▅▆▇█';

/** A line of bars from the least to the greatest value; a gap stays a gap. */
export function sparkline(values: readonly (number | null)[]): string {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  return values
    .map((value) => {
      if (value === null || !Number.isFinite(value)) return ' ';
      return BARS[span === 0 ? 3 : Math.round(((value - low) / span) * (BARS.length - 1))] ?? ' ';
    })
    .join('');
}
