import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { csv, entryOf, errorOf, LandingFixture, receiptOf, receipts } from './deliveryFixture.ts';

let fixture: LandingFixture;
beforeEach(() => {
  fixture = new LandingFixture();
});
afterEach(() => fixture.close());

describe('files that cannot be read as their feed', () => {
  const landed = async (content: string, name = 'receipts.csv') =>
    errorOf(
      await fixture.day({
        day: '2026-06-01',
        files: [{ feed: 'receipts', name, content, rows: 1, sums: { COP: '119.00' } }],
      }),
    );

  it('a header with missing, unknown and repeated columns names them all', async () => {
    const text = csv('receipts', receipts('R1')).replace('line,office', 'ramo,office,office');
    const error = await landed(text);
    expect(error.code).toBe('HEADER_MISMATCH');
    expect(error.details.causes?.slice(0, 3)).toEqual(['missing: line', 'unknown: ramo', 'repeated: office']);
    expect(error.details.expected).toContain('receipt_no');
  });

  it('a header separated otherwise says by what, and where to write it', async () => {
    const { details } = await landed(csv('receipts', receipts('R1')).replaceAll(',', ';'));
    expect(details.hint).toBe(
      'its columns are separated by ";": write `delimiter: ";"` under feeds.receipts of a mapping file (`--mapping`)',
    );
  });

  it('an empty file has no header', async () => {
    expect((await landed('')).code).toBe('HEADER_MISMATCH');
  });

  it('a damaged .gz is refused', async () => {
    expect((await landed('no gzip at all', 'receipts.csv.gz')).code).toBe('FILE_DAMAGED');
  });

  it('an unknown kind of file is refused', async () => {
    expect((await landed('x', 'receipts.doc')).code).toBe('FILE_FORMAT');
  });

  it('money does not come in a workbook', async () => {
    expect((await landed('x', 'receipts.xlsx')).code).toBe('XLSX_NOT_ALLOWED');
  });

  it('a file that the control file announces must be there', async () => {
    const outcome = await fixture.day({
      day: '2026-06-01',
      feeds: { receipts: receipts('R1') },
      control: (files) => ({
        version: 1,
        business_date: '2026-06-01',
        cutoff_at: '2026-06-01 22:00:00',
        delivery_number: 1,
        files: [...files, { feed: 'movements', name: 'movements.csv', rows: 1, sums: { COP: '1.00' } }],
      }),
    });
    expect(errorOf(outcome).code).toBe('FILE_MISSING');
  });

  it('a control file with an unknown key says where', async () => {
    const outcome = await fixture.day({
      day: '2026-06-01',
      control: () => ({
        version: 1,
        business_date: '2026-06-01',
        cutoff_at: '2026-06-01 22:00:00',
        delivery_number: 1,
        files: [],
        hash: 'x',
      }),
    });
    expect(errorOf(outcome)).toMatchObject({ code: 'CONTROL_INVALID', details: { line: 7 } });
  });

  it('a control file says what stands where, and what should', async () => {
    const control = {
      version: 1,
      business_date: '30/06/2026',
      cutoff_at: '2026-06-30',
      delivery_number: '1',
      files: [],
    };
    const error = errorOf(await fixture.day({ day: '2026-06-01', control: () => control }));
    expect(error.details).toMatchObject({
      line: 3,
      column: 'business_date',
      value: '30/06/2026',
      expected: 'a day written YYYY-MM-DD',
      safe: 'nothing of this delivery was landed',
      causes: [
        'line 3, column 2: business_date: "30/06/2026" instead of a day written YYYY-MM-DD',
        'line 4, column 2: cutoff_at: "2026-06-30" instead of a local timestamp: "2026-06-30 22:00:00"',
        'line 5, column 2: delivery_number: "1" instead of a whole number',
      ],
    });
  });

  it('a control file that is not JSON says in which line it stops to be', async () => {
    const folder = fixture.deliver({ day: '2026-06-01', feeds: { receipts: receipts('R1') } });
    const path = join(folder, 'control.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"2026-06-01",', '2026-06-01,'));
    const error = errorOf((await fixture.land(folder)).outcomes[0]);
    expect(error).toMatchObject({
      code: 'CONTROL_INVALID',
      details: { line: 3, value: '"business_date": 2026-06-01,', expected: expect.stringContaining('JSON') },
    });
    expect(error.message).toBe(`${path} is not JSON.`);
  });

  it('a whole-number cell never hides a float: amounts are read as text', async () => {
    const outcome = await fixture.day({
      day: '2026-06-01',
      feeds: { receipts: [receiptOf('R1', '0.10'), receiptOf('R2', '0.20')] },
    });
    expect(entryOf(outcome).feeds.receipts?.control).toEqual([{ currency: 'COP', sum: '0.30', rows: 2 }]);
  });
});
