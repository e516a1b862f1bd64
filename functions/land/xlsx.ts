import { writeFile } from 'node:fs/promises';
import type { Feed } from '../contracts/feed.ts';
import { AlturasError } from '../core/errors.ts';

/** Dimension and target feeds only: numbers in a workbook are floats, so nothing with money or rates. */
export function allowsXlsx(feed: Feed): boolean {
  return feed.kind === 'reference' && !feed.columns.some(({ type }) => type === 'money' || type === 'rate');
}

/**
 * Writes the first sheet of a workbook as CSV; line n is row n of the sheet.
 * @throws AlturasError `FILE_DAMAGED` when it is no workbook.
 */
export async function xlsxAsCsv(path: string, target: string): Promise<void> {
  let rows: readonly (readonly unknown[])[];
  try {
    rows = await sheetRows(path);
  } catch (cause) {
    throw new AlturasError(
      'input',
      'FILE_DAMAGED',
      `${path} cannot be read as a workbook.`,
      { file: path, safe: 'nothing of this delivery was landed' },
      cause,
    );
  }
  const lines = rows.map((row) => row.map((cell) => quoted(cellText(cell))).join(','));
  await writeFile(target, `${lines.join('\n')}\n`);
}

async function sheetRows(path: string): Promise<readonly (readonly unknown[])[]> {
  const { default: readSheet } = await import('read-excel-file/node');
  const read: unknown = await readSheet(path);
  if (!Array.isArray(read)) throw new TypeError('no sheet');
  const [first] = read;
  // Version 9 answers with all sheets, earlier ones with the rows of the first.
  const data: unknown = first !== null && typeof first === 'object' && 'data' in first ? first.data : read;
  return data as readonly (readonly unknown[])[];
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) {
    const text = cell.toISOString();
    return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 23).replace('T', ' ');
  }
  // A line break inside a cell becomes a lone CR, which no contract allows: the row is refused with its place.
  return String(cell).replaceAll(/\r?\n/g, '\r');
}

function quoted(text: string): string {
  return text === '' ? '' : `"${text.replaceAll('"', '""')}"`;
}
