import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PATTERNS } from '../../contracts/column.ts';
import { FIRST_YEAR, LAST_YEAR } from '../../core/dates.ts';
import { AlturasError } from '../../core/errors.ts';
import { identifier, literal, type Session } from '../../engine/duckdb.ts';
import { numberPattern, plainlyWritten } from '../canonicalText.ts';
import { csvColumn } from '../source.ts';
import { cleanCsv } from './cleanCsv.ts';
import type { FileFormat } from './mapping.ts';

export type Kind = 'text' | 'optional text' | 'date' | 'optional date' | 'amount' | 'rate';
/** A column of a file, and the name it goes by here. */
export interface Wanted {
  readonly as: string;
  readonly column: string;
  readonly kind: Kind;
}

const EXPECTED: Readonly<Record<Kind, string>> = {
  text: 'a value',
  'optional text': 'anything',
  date: 'a day in one of the formats of the mapping',
  'optional date': 'empty, or a day in one of the formats of the mapping',
  amount: 'an amount with at most two decimals',
  rate: 'a rate with at most eight decimals',
};

/** What a cell should have held, in the words of its mapping. */
function expectedOf(kind: Kind, { dates, decimal, thousands }: FileFormat): string {
  switch (kind) {
    case 'date':
    case 'optional date':
      return `${EXPECTED[kind]} (${dates.join(', ')}), from the year ${FIRST_YEAR} to ${LAST_YEAR}`;
    case 'amount':
    case 'rate':
      return `${EXPECTED[kind]}, written 1${thousands}234${decimal}50${thousands === '' ? '' : ` or 1234${decimal}50`}`;
    default:
      return EXPECTED[kind];
  }
}

/** Reads the wanted columns of a CSV file as canonical text; refuses the whole file when any cell cannot be read. */
export async function readColumns(
  session: Session,
  path: string,
  format: FileFormat,
  wanted: readonly Wanted[],
): Promise<Record<string, string | null>[]> {
  const folder = await mkdtemp(join(tmpdir(), 'alturas-register-'));
  try {
    return await readClean(session, path, format, wanted, join(folder, 'clean.csv'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readClean(
  session: Session,
  path: string,
  format: FileFormat,
  wanted: readonly Wanted[],
  target: string,
): Promise<Record<string, string | null>[]> {
  const file = basename(path);
  const columns = wanted.map(({ column }) => column);
  const { names: header, relation } = await cleanCsv(path, format, columns, target);
  const placed = (column: string): string => csvColumn(header.indexOf(column));
  const parsed = wanted.map(
    ({ as, column, kind }) => `${canonical(kind, placed(column), format)} as ${identifier(as)}`,
  );
  const raw = wanted.map(({ as, column }) => `${placed(column)} as ${identifier(`raw ${as}`)}`);
  const rows = (await session.rows(
    `select ${[...parsed, ...raw].join(', ')} from ${relation} order by line`,
  )) as Record<string, string | null>[];
  const bad = rows.flatMap((row, index) =>
    wanted.flatMap(({ as, column, kind }) => {
      const value = row[`raw ${as}`] ?? '';
      const empty = value.trim() === '';
      const fine = row[as] !== null || (empty && kind.startsWith('optional'));
      return fine ? [] : [{ line: index + 2, column, value, kind }];
    }),
  );
  const [first] = bad;
  if (first) {
    throw new AlturasError('input', 'BAD_REGISTER', `${file} has ${bad.length} cells that cannot be read.`, {
      file,
      line: first.line,
      column: first.column,
      value: first.value,
      expected: expectedOf(first.kind, format),
      causes: bad
        .slice(0, 20)
        .map(
          ({ line, column, value, kind }) =>
            `line ${line}, column ${column}: ${JSON.stringify(value)} is not ${EXPECTED[kind]}`,
        ),
      safe: 'Nothing was written.',
      hint: 'Correct the file, or the date formats and separators of the mapping.',
    });
  }
  return rows;
}

/** An SQL expression that gives the canonical text of a cell, or null when it cannot be read. */
function canonical(kind: Kind, column: string, format: FileFormat): string {
  switch (kind) {
    case 'text':
    case 'optional text':
      return `nullif(${column}, '')`;
    case 'date':
    case 'optional date':
      return `coalesce(${format.dates.map((pattern) => dayIn(pattern, column)).join(', ')})`;
    case 'amount':
    case 'rate': {
      const plain = plainlyWritten(column, format);
      const pattern = kind === 'amount' ? PATTERNS.money : PATTERNS.rate;
      const fits = `regexp_full_match(${column}, ${literal(numberPattern(format))})`;
      return `case when ${fits} and regexp_full_match(${plain}, ${literal(pattern)}) then ${plain} end`;
    }
  }
}

/** An SQL expression that reads a day. `%Y` takes two digits for a year of the first century: the years rule it out. */
function dayIn(format: string, column: string): string {
  const day = `try_strptime(trim(${column}), ${literal(format)})`;
  return `case when year(${day}) between ${FIRST_YEAR} and ${LAST_YEAR} then strftime(${day}, '%Y-%m-%d') end`;
}
