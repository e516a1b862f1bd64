import { isUtf8 } from 'node:buffer';
import { basename } from 'node:path';
import { REFUSALS } from '../../contracts/refusals.ts';
import { AlturasError } from '../../core/errors.ts';
import { parseLine } from '../csvLine.ts';
import { headerNames, otherDelimiter, type ReadHeader } from '../header.ts';
import { type BrokenLine, sanitise } from '../sanitise.ts';
import { scanCsv } from '../scan.ts';
import { CLEAN, csvColumns, csvRelation, type SourceFile } from '../source.ts';
import type { FileFormat } from './mapping.ts';

/** A CSV file whose every line is a row: its columns by their names, and SQL that reads it with its line numbers. */
export interface CleanCsv {
  readonly names: readonly string[];
  readonly relation: string;
}

/**
 * Copies a CSV file line by line as landing does, so that every row that is read stands on its own line.
 * @param wanted columns that it must have
 * @throws AlturasError `BAD_REGISTER` naming the columns that it lacks, or every line that is no row (20 at most),
 *   `FILE_DAMAGED`
 */
export async function cleanCsv(
  path: string,
  format: FileFormat,
  wanted: readonly string[],
  target: string,
): Promise<CleanCsv> {
  const { delimiter, encoding } = format;
  const compression = path.endsWith('.gz') ? 'gzip' : path.endsWith('.zst') ? 'zstd' : 'none';
  const scan = await scanCsv({ path, compression });
  const broken: BrokenLine[] = [];
  const line = scan.header;
  const headerText = line.toString(encoding === 'latin-1' ? 'latin1' : 'utf8').replace(/^\uFEFF/, '');
  if (encoding === 'utf-8' && !isUtf8(line)) broken.push({ line: 1, code: 'BAD_ENCODING', value: null });
  else if (parseLine(headerText, delimiter) === null)
    broken.push({ line: 1, code: 'BROKEN_QUOTES', value: null });
  const names = headerNames(line, encoding, delimiter).map((name) => name.trim());
  const { newline } = scan;
  const source: SourceFile = {
    ...{ path, format: 'csv', encoding, delimiter, newline, compression, names, origins: new Map() },
  };
  if (broken.length === 0) refuseMissing(basename(path), { line, encoding, delimiter }, names, wanted);
  if (broken.length === 0) await sanitise(source, scan.rows, target, (found) => broken.push(found));
  const [first] = broken;
  if (first) throw notRows(basename(path), broken, first, source);
  const clean = { ...CLEAN, delimiter };
  return { names, relation: csvRelation([target], `{'line': 'BIGINT', ${csvColumns(source)}}`, clean) };
}

function refuseMissing(
  file: string,
  header: ReadHeader,
  names: readonly string[],
  wanted: readonly string[],
): void {
  const missing = wanted.filter((column) => !names.includes(column));
  if (missing.length === 0) return;
  const delimiter = otherDelimiter(header, wanted);
  const by = JSON.stringify(delimiter);
  throw new AlturasError(
    'input',
    'BAD_REGISTER',
    `${file} lacks ${missing.map((column) => `"${column}"`).join(', ')}.`,
    {
      file,
      line: 1,
      expected: `the columns named in the mapping; the file has: ${names.join(', ')}`,
      safe: 'Nothing was written.',
      hint:
        delimiter === null
          ? 'Correct the column names in the mapping file.'
          : `Its columns are separated by ${by}: write \`delimiter: ${by}\` in its section of the mapping.`,
    },
  );
}

function notRows(
  file: string,
  broken: readonly BrokenLine[],
  first: BrokenLine,
  { names, delimiter, encoding }: SourceFile,
): AlturasError {
  const say = ({ line, code, value }: BrokenLine): string =>
    `line ${line}: ${REFUSALS[code].en}${value === null ? '' : ` (${value})`}`;
  return new AlturasError('input', 'BAD_REGISTER', `${file} has ${broken.length} lines that are no rows.`, {
    file,
    line: first.line,
    ...(first.value === null ? {} : { value: first.value }),
    expected: `on every line ${names.length} fields in ${encoding}, separated by ${JSON.stringify(delimiter)}, quotes closed on it`,
    causes: broken.slice(0, 20).map(say),
    safe: 'Nothing was written.',
    hint:
      encoding === 'utf-8' && broken.some(({ code }) => code === 'BAD_ENCODING')
        ? 'Correct these lines; a file in Latin-1 needs `encoding: latin-1` in its section of the mapping.'
        : 'Correct these lines, or the delimiter and the encoding of the mapping.',
  });
}
