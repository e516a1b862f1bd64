import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dateDay, decimal, float64, int64, tableFromArrays, tableToIPC, utf8 } from '@uwdata/flechette';
import type { SheetData } from 'write-excel-file/node';
import { cents } from '../core/money.ts';
import { identifier, literal, Session } from '../engine/duckdb.ts';
import type { Table, TableCell, TableColumn } from './table.ts';

/** The formats in which a table may leave. */
export const FORMATS = {
  csv: { type: 'text/csv; charset=utf-8', write: csv },
  xlsx: { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', write: xlsx },
  parquet: { type: 'application/vnd.apache.parquet', write: parquet },
  arrow: { type: 'application/vnd.apache.arrow.stream', write: arrow },
} as const;

/** Above this a spreadsheet's own number would round cents. */
const LARGEST_EXACT = 10n ** 15n;

/** A text that a spreadsheet would take for a formula is marked as text. */
function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

async function csv(table: Table): Promise<Uint8Array> {
  const cell = (value: TableCell, { kind }: TableColumn): string => {
    if (value === null) return '';
    const text = kind === 'text' ? harmless(String(value)) : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [
    table.columns.map(({ name }) => name).join(','),
    ...table.rows.map((row) => table.columns.map((column, at) => cell(row[at] ?? null, column)).join(',')),
  ];
  // The mark tells Excel that the accents are UTF-8.
  return new TextEncoder().encode(`\ufeff${lines.join('\r\n')}\r\n`);
}

async function xlsx(table: Table): Promise<Uint8Array> {
  const cover: SheetData = [
    [{ value: table.title, fontWeight: 'bold' }],
    ...table.cover.map(([key, value]) => [
      { value: key, fontWeight: 'bold' as const },
      { value, type: String },
    ]),
  ];
  const rows: SheetData = [
    table.heads.map((head) => ({ value: head, fontWeight: 'bold' as const })),
    ...table.rows.map((row) => table.columns.map((column, at) => excelCell(row[at] ?? null, column))),
  ];
  const { default: writeXlsx } = await import('write-excel-file/node');
  const book = await writeXlsx([
    { data: cover, sheet: table.sheets.cover, columns: [{ width: 24 }, { width: 70 }] },
    {
      data: rows,
      sheet: table.sheets.rows,
      columns: table.columns.map(() => ({ width: 20 })),
      stickyRowsCount: 1,
    },
  ]);
  return book.toBuffer();
}

function excelCell(value: TableCell, { kind }: TableColumn): SheetData[number][number] {
  if (value === null) return null;
  switch (kind) {
    case 'money': {
      const amount = cents(String(value));
      const exact = amount < LARGEST_EXACT && amount > -LARGEST_EXACT;
      return exact
        ? { value: Number(value), type: Number, format: '#,##0.00' }
        : { value: String(value), type: String };
    }
    case 'number':
    case 'whole':
      return { value: Number(value), type: Number };
    case 'day':
      return { value: new Date(`${value}T00:00:00Z`), type: Date, format: 'yyyy-mm-dd' };
    default:
      return { value: String(value), type: String };
  }
}

const SQL_TYPES = {
  text: 'VARCHAR',
  money: 'DECIMAL(38,2)',
  number: 'DOUBLE',
  whole: 'BIGINT',
  day: 'DATE',
} as const;

async function parquet(table: Table): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), 'alturas-export-'));
  const session = await Session.open({ scratch: folder, trino: false, threads: 1, memoryLimit: '512MB' });
  try {
    const json = path.join(folder, 'rows.json');
    const file = path.join(folder, 'rows.parquet');
    const lines = table.rows.map((row) =>
      JSON.stringify(Object.fromEntries(table.columns.map((_, at) => [`c${at}`, text(row[at] ?? null)]))),
    );
    await writeFile(json, lines.join('\n'));
    const read = table.columns.map((_, at) => `c${at}: 'VARCHAR'`).join(', ');
    const typed = table.columns
      .map(({ name, kind }, at) => `cast(c${at} as ${SQL_TYPES[kind]}) as ${identifier(name)}`)
      .join(', ');
    await session.copyToParquet(
      `select ${typed} from read_json(${literal(json)}, format = 'newline_delimited', columns = {${read}})`,
      file,
      { metadata: { alturas: JSON.stringify(table.provenance) } },
    );
    return await readFile(file);
  } finally {
    session.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function text(value: TableCell): string | null {
  return value === null ? null : String(value);
}

async function arrow(table: Table): Promise<Uint8Array> {
  const types = { text: utf8(), money: decimal(38, 2), number: float64(), whole: int64(), day: dateDay() };
  const convert = {
    text: (value: TableCell) => text(value),
    money: (value: TableCell) => (value === null ? null : cents(String(value))),
    number: (value: TableCell) => (value === null ? null : Number(value)),
    whole: (value: TableCell) => (value === null ? null : BigInt(String(value))),
    day: (value: TableCell) => (value === null ? null : new Date(`${value}T00:00:00Z`)),
  };
  const made = tableFromArrays(
    table.columns.map(({ name, kind }, at): [string, unknown[]] => [
      name,
      table.rows.map((row) => convert[kind](row[at] ?? null)),
    ]),
    { types: Object.fromEntries(table.columns.map(({ name, kind }) => [name, types[kind]])) },
  );
  made.schema.metadata = new Map([['alturas', JSON.stringify(table.provenance)]]);
  return tableToIPC(made, { format: 'stream' }) ?? new Uint8Array();
}
