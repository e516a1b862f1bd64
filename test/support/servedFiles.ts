import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from '@uwdata/flechette';
import { readSheet } from 'read-excel-file/node';
import { expect } from 'vitest';
import { Session } from '../../functions/engine/duckdb.ts';
import {
  type Asking,
  COMPANIES,
  cents,
  type Exit,
  gross,
  isGross,
  mayUse,
  ofCompany,
} from './servedAsking.ts';
import { seesRefused, visibleAmounts } from './servedCallers.ts';

/** The rows of a file of the receipts behind the gross of each company. */
function file(
  format: string,
  read: (bytes: Uint8Array) => Promise<{ key: string; amount: bigint; name: unknown }[]>,
): Exit {
  return {
    route: 'export',
    ...(format === 'parquet' || format === 'arrow' ? { unmasked: 'analyst of one company' } : {}),
    check: async (asking) => {
      const expected = visibleAmounts(asking.person, asking.raw, isGross);
      for (const company of COMPANIES) {
        const response = await asking.post('/api/export', {
          format,
          source: { of: 'receipts', ...gross(company) },
        });
        if (!(await mayUse(asking, response, format, 'drill'))) continue;
        expect(response.status).toBe(200);
        const rows = await read(new Uint8Array(await response.arrayBuffer()));
        expect(new Map(rows.map(({ key, amount }) => [key, amount]))).toEqual(ofCompany(expected, company));
        expect(rows.every(({ name }) => (name === '•••') === !asking.person.personal)).toBe(true);
        if (asking.person.exits.includes('refused')) await refusedFile(asking, format, company);
      }
    },
  };
}

async function refusedFile(asking: Asking, format: string, company: string): Promise<void> {
  const response = await asking.post('/api/export', { format, source: { of: 'refused' } });
  if (asking.person.claims.boards?.includes('salud') === false) {
    expect(await response.json()).toMatchObject({ status: 403, code: 'BOARD_DENIED', value: 'salud' });
    return;
  }
  expect(Number(response.headers.get('x-alturas-rows')), company).toBe(
    asking.raw.refused.filter((row) => seesRefused(asking.person, row)).length,
  );
}

const bare = (text: string): string[][] =>
  text
    .replace('\ufeff', '')
    .trim()
    .split('\r\n')
    .map((line) => line.match(/("([^"]|"")*"|[^,]*)(,|$)/g)?.map((cell) => cell.replace(/,$/, '')) ?? []);

/** By format, the file that leaves. */
export const FILE_EXITS: Readonly<Record<string, Exit>> = {
  '/api/export csv': file('csv', async (bytes) => {
    const [header = [], ...lines] = bare(new TextDecoder().decode(bytes));
    const at = (line: string[], name: string) => line[header.indexOf(name)] ?? '';
    return lines.map((line) => ({
      key: `${at(line, 'company')}|${at(line, 'receipt')}`,
      amount: cents(at(line, 'amount')),
      name: at(line, 'client_name'),
    }));
  }),
  '/api/export xlsx': file('xlsx', async (bytes) => {
    const rows = await readSheet(Buffer.from(bytes), 'Datos');
    const [header = [], ...lines] = rows as unknown as unknown[][];
    const at = (line: unknown[], name: string) => line[header.indexOf(name)];
    return lines.map((line) => ({
      key: `${at(line, 'Compañía')}|${at(line, 'Recibo')}`,
      amount: BigInt(Math.round(Number(at(line, 'Importe')) * 100)),
      name: at(line, 'Nombre del cliente'),
    }));
  }),
  '/api/export parquet': file('parquet', async (bytes) => {
    const folder = await mkdtemp(join(tmpdir(), 'alturas-matrix-'));
    const session = await Session.open({ scratch: folder, trino: false });
    try {
      await writeFile(join(folder, 'rows.parquet'), bytes);
      const rows = await session.rows(`select * from read_parquet('${folder}/rows.parquet')`);
      return rows.map((row) => ({
        key: `${row.company}|${row.receipt}`,
        amount: cents(row.amount),
        name: row.client_name,
      }));
    } finally {
      session.close();
      await rm(folder, { recursive: true });
    }
  }),
  '/api/export arrow': file('arrow', async (bytes) => {
    const table = tableFromIPC(bytes, { useDecimalInt: true });
    return table.toArray().map((row) => ({
      key: `${row.company}|${row.receipt}`,
      amount: BigInt(row.amount),
      name: row.client_name,
    }));
  }),
};
