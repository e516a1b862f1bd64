import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import writeXlsx from 'write-excel-file/node';
import { readMapping } from '../../../functions/contracts/mapping.ts';
import { Session } from '../../../functions/engine/duckdb.ts';
import { csv, entryOf, errorOf, LandingFixture, LENIENT, receipt, type Values } from './deliveryFixture.ts';

let fixture: LandingFixture;
beforeEach(() => {
  fixture = new LandingFixture();
});
afterEach(() => fixture.close());

const rows = [receipt('R1', { client_id: 'Peña, Ñandú' }), receipt('R2')];
const sums = { COP: '238.00' };

async function duck<T>(use: (session: Session, folder: string) => Promise<T>): Promise<T> {
  const folder = join(fixture.folder, 'made');
  mkdirSync(folder, { recursive: true });
  const session = await Session.open({ scratch: join(folder, 'spill'), threads: 1, trino: false });
  try {
    return await use(session, folder);
  } finally {
    session.close();
  }
}

async function landFile(name: string, content: Uint8Array, count = 2, stated: Values = sums) {
  const outcome = await fixture.day(
    { day: '2026-06-01', files: [{ feed: 'receipts', name, content, rows: count, sums: stated }] },
    { config: LENIENT },
  );
  return outcome;
}

async function accepted(outcome: Awaited<ReturnType<typeof landFile>>) {
  const landed = entryOf(outcome).feeds.receipts;
  const found = await fixture.rows((file) => `SELECT * FROM ${file(landed?.ledger ?? '')}`);
  return found.map((row) => [row.receipt_no, row.client_id, row.open_total, row.due_date]);
}

const EXPECTED = [
  ['R1', 'Peña, Ñandú', '119.00', '2026-06-01'],
  ['R2', 'C1', '119.00', '2026-06-01'],
];

describe('compressed CSV', () => {
  it('.gz lands like the file inside', async () => {
    expect(await accepted(await landFile('receipts.csv.gz', gzipSync(csv('receipts', rows))))).toEqual(
      EXPECTED,
    );
  });

  it('.gz of several members is read to its end', async () => {
    const text = Buffer.from(csv('receipts', rows));
    const half = Math.floor(text.length / 2);
    const members = Buffer.concat([gzipSync(text.subarray(0, half)), gzipSync(text.subarray(half))]);
    expect(await accepted(await landFile('receipts.csv.gz', members))).toEqual(EXPECTED);
  });

  it('a truncated .gz is refused', async () => {
    const whole = gzipSync(csv('receipts', rows));
    expect(errorOf(await landFile('receipts.csv.gz', whole.subarray(0, whole.length - 20))).code).toBe(
      'FILE_DAMAGED',
    );
  });

  const zstd = (text: string): Promise<Buffer> =>
    duck(async (session, folder) => {
      const lines = text
        .trimEnd()
        .split('\n')
        .map((line) => `('${line.replaceAll("'", "''")}')`);
      await session.run(`COPY (SELECT * FROM (VALUES ${lines.join(', ')}))
        TO '${folder}/out.csv.zst' (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\u0001', COMPRESSION zstd)`);
      return readFileSync(join(folder, 'out.csv.zst'));
    });

  it('.zst lands like the file inside, and its bad rows are told by line', async () => {
    expect(await accepted(await landFile('receipts.csv.zst', await zstd(csv('receipts', rows))))).toEqual(
      EXPECTED,
    );
    const bad = [receipt('R1'), receipt('R2', { due_date: 'x' })];
    const outcome = await fixture.day(
      {
        day: '2026-06-02',
        files: [
          { feed: 'receipts', name: 'r.csv.zst', content: await zstd(csv('receipts', bad)), rows: 2, sums },
        ],
      },
      { config: LENIENT },
    );
    const quarantine = entryOf(outcome).feeds.receipts?.quarantine ?? '';
    expect(await fixture.rows((file) => `SELECT line, code FROM ${file(quarantine)}`)).toEqual([
      { line: '3', code: 'BAD_DATE' },
    ]);
  });

  it('a truncated .zst is refused', async () => {
    const whole = await zstd(csv('receipts', rows));
    expect(errorOf(await landFile('receipts.csv.zst', whole.subarray(0, whole.length - 5))).code).toBe(
      'FILE_DAMAGED',
    );
  });
});

describe('Parquet', () => {
  const parquet = (select: (table: string) => string, values = rows): Promise<Buffer> =>
    duck(async (session, folder) => {
      const names = Object.keys(values[0] ?? {});
      const all = csv('receipts', values).split('\n')[0]?.split(',') ?? [];
      const list = values.map((row) => `(${names.map((name) => `'${row[name]}'`).join(', ')})`);
      await session.run(`CREATE TABLE r AS SELECT ${all.map((name) => (names.includes(name) ? name : `NULL::VARCHAR AS ${name}`)).join(', ')}
        FROM (VALUES ${list.join(', ')}) v (${names.join(', ')})`);
      await session.run(`COPY (${select('r')}) TO '${folder}/r.parquet' (FORMAT parquet)`);
      return readFileSync(join(folder, 'r.parquet'));
    });

  it('lands typed and text columns', async () => {
    const content = await parquet(
      (r) =>
        `SELECT * REPLACE (open_total::DECIMAL(18,2) AS open_total, due_date::DATE AS due_date, disputed::BOOLEAN AS disputed) FROM ${r}`,
    );
    expect(await accepted(await landFile('receipts.parquet', content))).toEqual(EXPECTED);
  });

  it('refuses bad rows by their place', async () => {
    const content = await parquet(
      (r) => `SELECT * FROM ${r}`,
      [receipt('R1'), receipt('R2', { open_net: '1e2' })],
    );
    const landed = entryOf(await landFile('receipts.parquet', content)).feeds.receipts;
    expect(landed).toMatchObject({ physical_rows: 2, accepted: 1, refused: 1 });
    const refused = await fixture.rows(
      (file) => `SELECT line, "column", value FROM ${file(landed?.quarantine ?? '')}`,
    );
    expect(refused).toEqual([{ line: '3', column: 'open_net', value: '1e2' }]);
  });

  it('refuses money in floats, whole', async () => {
    const content = await parquet((r) => `SELECT * REPLACE (open_total::DOUBLE AS open_total) FROM ${r}`);
    expect(errorOf(await landFile('receipts.parquet', content))).toMatchObject({
      code: 'FLOAT_COLUMN',
      details: { column: 'open_total' },
    });
  });

  it('is refused when it is none', async () => {
    expect(errorOf(await landFile('receipts.parquet', Buffer.from('PAR1')))).toMatchObject({
      code: 'FILE_DAMAGED',
    });
  });
});

describe('a workbook', () => {
  it('lands a dimension and targets, with dates and whole and decimal numbers', async () => {
    const book = async (table: readonly (readonly (string | number | Date)[])[]): Promise<Buffer> => {
      const data = table.map((row) =>
        row.map((value) => (value instanceof Date ? { value, type: Date, format: 'yyyy-mm-dd' } : { value })),
      );
      return (await writeXlsx(data)).toBuffer();
    };
    const outcome = await fixture.day(
      {
        day: '2026-06-01',
        files: [
          {
            feed: 'targets',
            name: 'metas.xlsx',
            rows: 2,
            content: await book([
              ['company', 'month', 'dimension', 'member', 'kpi', 'target_version', 'value'],
              ['ACME', new Date('2026-06-01T00:00:00Z'), 'office', '007', 'recovery_rate', 1, 0.65],
              ['ACME', '2026-06-01', 'office', '008', 'recovery_rate', 1, 1 / 3],
            ]),
          },
        ],
      },
      { config: LENIENT },
    );
    const landed = entryOf(outcome).feeds.targets;
    expect(await fixture.rows((file) => `SELECT * FROM ${file(landed?.ledger ?? '')}`)).toMatchObject([
      { month: '2026-06-01', member: '007', target_version: '1', value: '0.650000' },
    ]);
    const refused = await fixture.rows(
      (file) => `SELECT file, line, "column" FROM ${file(landed?.quarantine ?? '')}`,
    );
    expect(refused).toEqual([{ file: 'metas.xlsx', line: '3', column: 'value' }]);
  });
});

describe('a mapping file', () => {
  const MAPPING = `
version: 1
feeds:
  receipts:
    encoding: latin-1
    delimiter: ';'
    decimal: ','
    thousands: '.'
    date_format: [DD/MM/YYYY, D-M-YYYY]
    rename: {receipt_no: NRECIBO, receipt_type: CTIPREC, client_id: CLIENTE, due_date: FVENCIM, open_total: SALDO, held_by: POSEEDOR}
    constant: {company: ACME, currency: COP, line: AUTO, policy_no: P1, endorsement_no: null, disputed: 'false'}
    ignore: [BASURA]
    lookup: {held_by: {C: POLICYHOLDER, I: INTERMEDIARY}}
    sign: {'0': 1, '9': -1}
`;
  const HEADER = ['NRECIBO', 'CTIPREC', 'CLIENTE', 'FVENCIM', 'SALDO', 'POSEEDOR', 'BASURA'];
  const REST = csv('receipts', [])
    .trim()
    .split(',')
    .filter(
      (name) =>
        ![
          'receipt_no',
          'receipt_type',
          'client_id',
          'due_date',
          'open_total',
          'held_by',
          'company',
          'currency',
          'line',
          'policy_no',
          'endorsement_no',
          'disputed',
        ].includes(name),
    );
  const value = (name: string, amount: string): string =>
    name === 'issue_date'
      ? '1-5-2026'
      : ['open_net', 'issued_net', 'issued_total'].includes(name)
        ? amount
        : /^(open|issued)_/.test(name)
          ? '0'
          : '';
  const line = (no: string, type: string, due: string, amount: string, holder: string): string =>
    [no, type, 'Peña', due, amount, holder, 'x', ...REST.map((name) => value(name, amount))].join(';');

  async function landMapped(lines: readonly string[], total: string) {
    const text = `${[[...HEADER, ...REST].join(';'), ...lines].join('\r\n')}\r\n`;
    const outcome = await fixture.day(
      {
        day: '2026-06-01',
        files: [
          {
            feed: 'receipts',
            name: 'cartera.csv',
            content: Buffer.from(text, 'latin1'),
            rows: lines.length,
            sums: { COP: total },
          },
        ],
      },
      { config: LENIENT, mapping: readMapping('mapping.yml', MAPPING) },
    );
    const entry = entryOf(outcome);
    const landed = entry.feeds.receipts;
    return {
      entry,
      accepted: await fixture.rows((file) => `SELECT * FROM ${file(landed?.ledger ?? '')}`),
      refused: landed?.quarantine
        ? await fixture.rows((file) => `SELECT * FROM ${file(landed.quarantine ?? '')}`)
        : [],
    };
  }

  it('renames, fills, looks up, reads 1.234,56 and DD/MM/YYYY, and turns signs', async () => {
    const { accepted: found, entry } = await landMapped(
      [
        line('R1', '0', '30/06/2026', '1.234.567,89', 'C'),
        line('R2', '9', '', '234,5', 'I'),
        line('R3', '0', '1-7-2026', '7', 'C'),
      ],
      '1234809.39',
    );
    expect(found).toMatchObject([
      {
        receipt_no: 'R1',
        client_id: 'Peña',
        due_date: '2026-06-30',
        open_total: '1234567.89',
        held_by: 'POLICYHOLDER',
        company: 'ACME',
        issue_date: '2026-05-01',
      },
      { receipt_no: 'R2', due_date: null, open_total: '-234.50', held_by: 'INTERMEDIARY' },
      { receipt_no: 'R3', due_date: '2026-07-01', open_total: '7.00' },
    ]);
    expect(entry.mapping).toMatch(/^[0-9a-f]{64}$/);
  });

  it('refuses what does not fit it, showing the value as delivered', async () => {
    const bad = [
      line('R1', '0', '2026-06-30', '1,00', 'C'),
      line('R2', '0', '31/02/2026', '1,00', 'C'),
      line('R3', '0', '30/06/2026', '1.00', 'C'),
      line('R4', '0', '30/06/2026', '12.34,00', 'C'),
      line('R5', '0', '30/06/2026', '1,005', 'C'),
      line('R6', '0', '30/06/2026', '1,00', 'X'),
      line('R7', '7', '30/06/2026', '1,00', 'C'),
    ];
    const { refused } = await landMapped(bad, '5.00');
    expect(refused.map((row) => [row.line, row.column, row.value, row.code])).toEqual([
      ['2', 'due_date', '2026-06-30', 'BAD_DATE'],
      ['3', 'due_date', '31/02/2026', 'BAD_DATE'],
      ['4', 'issued_net', '1.00', 'BAD_MONEY'],
      ['5', 'issued_net', '12.34,00', 'BAD_MONEY'],
      ['6', 'issued_net', '1,005', 'BAD_MONEY'],
      ['7', 'held_by', 'X', 'BAD_VALUE'],
      ['8', 'receipt_type', '7', 'UNKNOWN_RECEIPT_TYPE'],
    ]);
    expect(refused.slice(1).map((row) => row.reason)).toEqual([
      'not a calendar day written as expected: DD/MM/YYYY | D-M-YYYY (FVENCIM)',
      'not an amount written as expected, with two decimals at most: 1.234,50 | 1234,50',
      'not an amount written as expected, with two decimals at most: 1.234,50 | 1234,50',
      'not an amount written as expected, with two decimals at most: 1.234,50 | 1234,50',
      'not one of the values expected: C | I (POSEEDOR)',
      'no sign rule for this receipt type: 0 | 9 (CTIPREC)',
    ]);
  });

  it('whose columns are in a header of another encoding or delimiter is told which', async () => {
    const landed = async (encoding: string, delimiter: string, said: 'utf8' | 'latin1') => {
      const mapping = readMapping(
        'mapping.yml',
        `version: 1\nfeeds:\n  offices: {encoding: ${encoding}, delimiter: '${delimiter}', rename: {company: Compañía}}\n`,
      );
      const content = Buffer.from(csv('offices', []).replace('company', 'Compañía'), said);
      const file = { feed: 'offices', content, rows: 0 } as const;
      const outcome = await fixture.day({ day: '2026-06-01', files: [file] }, { mapping });
      return errorOf(outcome).details.hint;
    };
    const latin =
      'it is not UTF-8: write `"encoding": "latin-1"` in control.json, or `encoding: latin-1` under feeds.offices of a mapping file (`--mapping`)';
    const comma =
      'its columns are separated by ",": write `delimiter: ","` under feeds.offices of a mapping file (`--mapping`)';
    expect(await landed('utf-8', ',', 'latin1')).toBe(latin);
    expect(await landed('utf-8', ';', 'latin1')).toBe(`${comma}; ${latin}`);
    expect(await landed('latin-1', ',', 'utf8')).toContain('it is UTF-8: write `"encoding": "utf-8"`');
  });

  const faults = (text: string): string => {
    try {
      readMapping('mapping.yml', text);
      return 'none';
    } catch (error) {
      return String(error);
    }
  };

  it('must give every receipt type its sign', () => {
    expect(faults('version: 1\nfeeds:\n  receipts:\n    delimiter: ";"\n')).toContain(
      'line 3, column 3: feeds.receipts: receipts need a `sign`',
    );
  });

  it('says where an unknown key or column stands', () => {
    const said = faults('version: 1\nfeeds:\n  offices:\n    renam: {}\n');
    expect(said).toContain('line 4, column 5: feeds.offices.renam: this key is not known');
    expect(faults('version: 1\nfeeds:\n  offices:\n    rename: {ofice: X}\n')).toContain(
      'offices has no column ofice',
    );
  });
});
