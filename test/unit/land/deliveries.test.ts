import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultConfig, readConfig } from '../../../functions/core/config.ts';
import { DeliveryIndex } from '../../../functions/lake/deliveries.ts';
import {
  csv,
  DIMENSIONS,
  entryOf,
  errorOf,
  LandingFixture,
  LENIENT,
  movement,
  receipt,
  receiptOf,
  type Values,
} from './deliveryFixture.ts';

let fixture: LandingFixture;
beforeEach(() => {
  fixture = new LandingFixture();
});
afterEach(() => fixture.close());

const receipts = (...numbers: string[]): Values[] => numbers.map((no) => receipt(no));
const codes = (findings: readonly { code: string }[]): string[] => findings.map(({ code }) => code);

function lakeFiles(): string[] {
  return readdirSync(fixture.lakeFolder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && !file.parentPath.includes('.lake'))
    .map((file) => join(file.parentPath, file.name).slice(fixture.lakeFolder.length + 1))
    .sort();
}

describe('an accepted delivery', () => {
  it('keeps its files byte for byte, and says in its entry what it brought', async () => {
    const folder = fixture.deliver({
      day: '2026-06-01',
      feeds: { ...DIMENSIONS, receipts: receipts('R1', 'R2'), movements: [movement('M1', 'R1')] },
    });
    const entry = entryOf((await fixture.land(folder)).outcomes[0]);
    expect(entry).toMatchObject({ seq: 1, as_of: '2026-06-01', cutoff_at: '2026-06-01 22:00:00.000' });
    for (const name of ['receipts.csv', 'control.json']) {
      const landed = readFileSync(join(fixture.lakeFolder, 'landing', '2026-06-01', entry.delivery, name));
      expect(landed.equals(readFileSync(join(folder, name)))).toBe(true);
    }
    expect(entry.feeds.receipts).toMatchObject({
      physical_rows: 2,
      accepted: 2,
      refused: 0,
      control: [{ currency: 'COP', sum: '238.00', rows: 2 }],
      quarantine: null,
    });
    expect(entry.feeds.movements?.control).toEqual([{ currency: 'COP', sum: '-19.00', rows: 1 }]);
    expect(entry.feeds.movements?.latest).toBe('2026-06-01');
    expect(entry.findings).toEqual([]);
    expect(await new DeliveryIndex(fixture.lake).entries()).toEqual([entry]);
  });

  it('gives the same bytes in another lake', async () => {
    const folder = fixture.deliver({
      day: '2026-06-01',
      feeds: { ...DIMENSIONS, receipts: receipts('R1', 'R2'), movements: [movement('M1', 'R1')] },
    });
    const other = new LandingFixture();
    try {
      const here = entryOf((await fixture.land(folder)).outcomes[0]);
      const there = entryOf((await other.land(folder)).outcomes[0]);
      expect({ ...there, landed_at: '' }).toEqual({ ...here, landed_at: '' });
      for (const key of Object.values(here.states)) {
        expect(
          readFileSync(join(other.lakeFolder, key)).equals(readFileSync(join(fixture.lakeFolder, key))),
        ).toBe(true);
      }
    } finally {
      other.close();
    }
  });

  it('reports names that no dimension knows, and loses no balance for want of one', async () => {
    const entry = entryOf(
      await fixture.day({
        day: '2026-06-01',
        feeds: {
          ...DIMENSIONS,
          receipts: [receipt('R1', { office: '999' }), receipt('R2', { line: 'MARS' })],
        },
      }),
    );
    expect(entry.feeds.receipts?.accepted).toBe(2);
    expect(entry.findings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'UNKNOWN_MEMBER: 1 rows name 1 line that lines does not know, for example MARS',
      'UNKNOWN_MEMBER: 1 rows name 1 office that offices does not know, for example 999',
    ]);
  });

  it('reports a member that its dimension learns only later, until it does', async () => {
    const late = { company: 'ACME', office: '999', name: 'Nueva' };
    const report = await fixture.land([
      fixture.deliver({
        day: '2026-06-01',
        feeds: { ...DIMENSIONS, receipts: [receipt('R1', { office: '999' })] },
      }),
      fixture.deliver({
        day: '2026-06-02',
        feeds: {
          offices: [late],
          clients: [{ ...DIMENSIONS.clients[0], client_id: 'C2' }],
          receipts: [receipt('R1', { office: '999', client_id: 'C2' })],
        },
      }),
    ]);
    expect(report.outcomes.map((outcome) => codes(entryOf(outcome).findings))).toEqual([
      ['UNKNOWN_MEMBER'],
      [],
    ]);
  });

  it('reports mandatory feeds that never came', async () => {
    const entry = entryOf(await fixture.day({ day: '2026-06-01', feeds: { receipts: receipts('R1') } }));
    expect(entry.findings.map(({ code, feed }) => `${code} ${feed}`)).toEqual([
      'MANDATORY_FEED_MISSING companies',
      'MANDATORY_FEED_MISSING offices',
      'MANDATORY_FEED_MISSING lines',
      'MANDATORY_FEED_MISSING clients',
    ]);
  });

  it('reports that receipts never came, until they do', async () => {
    const missing = (entry: ReturnType<typeof entryOf>) =>
      entry.findings.filter(({ code }) => code === 'MANDATORY_FEED_MISSING').map(({ feed }) => feed);
    expect(missing(entryOf(await fixture.day({ day: '2026-06-01', feeds: DIMENSIONS })))).toEqual([
      'receipts',
    ]);
    const [first, second] = [{ ...DIMENSIONS, receipts: receipts('R1') }, { offices: DIMENSIONS.offices }];
    expect(missing(entryOf(await fixture.day({ day: '2026-06-02', feeds: first })))).toEqual([]);
    expect(missing(entryOf(await fixture.day({ day: '2026-06-03', feeds: second })))).toEqual([]);
  });

  it('may bring a feed in several files, whose keys are judged together', async () => {
    const part = (name: string, rows: Values[]) => ({
      feed: 'receipts' as const,
      name,
      content: csv('receipts', rows),
      rows: rows.length,
      sums: { COP: (119 * rows.length).toFixed(2) },
    });
    const entry = entryOf(
      await fixture.day(
        {
          day: '2026-06-01',
          files: [part('north.csv', receipts('R1', 'R2')), part('south.csv', receipts('R2', 'R3'))],
        },
        { config: LENIENT },
      ),
    );
    expect(entry.feeds.receipts).toMatchObject({ physical_rows: 4, accepted: 3, refused: 1 });
    const refused = await fixture.rows(
      (file) => `SELECT file, line FROM ${file(entry.feeds.receipts?.quarantine ?? '')}`,
    );
    expect(refused).toEqual([{ file: 'south.csv', line: '2' }]);
  });
});

describe('the error budget', () => {
  const rows = [...receipts('R1', 'R2', 'R3'), receipt('R4', { due_date: 'soon' })];

  it('is a tenth of a percent of the rows of a feed: above it the whole delivery is refused, with the rows', async () => {
    const error = errorOf(await fixture.day({ day: '2026-06-01', feeds: { receipts: rows } }));
    expect(error.code).toBe('ERROR_BUDGET');
    expect(error.details.causes).toEqual(['receipts: 1 of 4 rows refused (25.000 %), the budget is 0.1 %']);
    expect(await new DeliveryIndex(fixture.lake).entries()).toEqual([]);
    const kept = lakeFiles();
    expect(kept.filter((key) => key.startsWith('ledger/'))).toEqual([]);
    expect(kept.filter((key) => key.startsWith('quarantine/receipts/'))).toHaveLength(1);
    expect(kept.filter((key) => key.startsWith('rejected/2026-06-01/'))).toHaveLength(1);
  });

  it('is inclusive, and can be set for a feed', async () => {
    const config = { ...defaultConfig(), error_budget: { default: 0, feeds: { receipts: 0.25 } } };
    const entry = entryOf(await fixture.day({ day: '2026-06-01', feeds: { receipts: rows } }, { config }));
    expect(codes(entry.findings)).toContain('ROWS_REFUSED');
    expect(entry.feeds.receipts?.refused).toBe(1);
  });
});

describe('control totals', () => {
  const file = (rows: readonly Values[], control: { rows?: number; sums?: Values }) => ({
    feed: 'receipts' as const,
    content: csv('receipts', rows),
    rows: control.rows ?? rows.length,
    ...(control.sums ? { sums: control.sums } : {}),
  });
  let day = 0;
  const landed = (rows: readonly Values[], control: { rows?: number; sums?: Values }) => {
    day += 1;
    return fixture.day({ day: `2026-06-0${day}`, files: [file(rows, control)] }, { config: LENIENT });
  };

  it('are compared with the rows of the file', async () => {
    const error = errorOf(await landed(receipts('R1', 'R2'), { rows: 3, sums: { COP: '238.00' } }));
    expect(error.code).toBe('CONTROL_ROWS_DIFFER');
  });

  it('are compared by currency', async () => {
    const rows = [receipt('R1'), receipt('R2', { currency: 'USD' })];
    expect(errorOf(await landed(rows, { sums: { COP: '238.00' } })).details.causes).toEqual([
      'receipts: the sum of open_total in COP is 119.00, the control file states 238.00 (difference -119.00)',
      'receipts: the sum of open_total in USD is 119.00, the control file states 0.00 (difference 119.00)',
    ]);
  });

  it('must be stated where the feed has them', async () => {
    expect(errorOf(await landed(receipts('R1'), {})).code).toBe('CONTROL_SUMS');
  });

  it('hold over refused rows, too', async () => {
    const rows = [receipt('R1'), receipt('R2', { due_date: 'soon' })];
    expect(codes(entryOf(await landed(rows, { sums: { COP: '238.00' } })).findings)).not.toContain(
      'CONTROL_UNPROVEN',
    );
    expect(errorOf(await landed(rows, { sums: { COP: '119.00' } })).code).toBe('CONTROL_SUM_DIFFERS');
  });

  it('may differ by an amount that cannot be read, within the budget', async () => {
    const rows = [receipt('R1'), receipt('R2', { open_total: '119.0O' })];
    expect(codes(entryOf(await landed(rows, { sums: { COP: '238.00' } })).findings)).toContain(
      'CONTROL_UNPROVEN',
    );
    const strict = await fixture.day({ day: '2026-06-30', files: [file(rows, { sums: { COP: '238.00' } })] });
    expect(errorOf(strict).code).toBe('ERROR_BUDGET');
  });

  it('may not differ by a greater share of the sum than the budget allows, whatever the rows', async () => {
    const rows = [receipt('R1'), receipt('R2', { open_total: '119.0O' })];
    const half = (day: string, COP: string) =>
      fixture.day(
        { day, files: [file(rows, { sums: { COP } })] },
        { config: { ...defaultConfig(), error_budget: { default: 0.5, feeds: {} } } },
      );
    expect(codes(entryOf(await half('2026-06-11', '238.00')).findings)).toContain('CONTROL_UNPROVEN');
    const error = errorOf(await half('2026-06-12', '238.02'));
    expect(error.code).toBe('CONTROL_SUM_DIFFERS');
    expect(error.details.causes).toEqual([
      'receipts: the sum of open_total in COP is 119.00, the control file states 238.02 (difference -119.02); 1 rows without a readable amount may explain no more than 50 % of the stated sum, the budget',
    ]);
  });

  it('are as delivered, before our sign rule', async () => {
    const rows = [receipt('R1'), receipt('R2', { receipt_type: 'RETURN' })];
    const entry = entryOf(await landed(rows, { sums: { COP: '238.00' } }));
    expect(entry.feeds.receipts?.control).toEqual([{ currency: 'COP', sum: '238.00', rows: 2 }]);
  });
});

describe('the order of deliveries', () => {
  const day = (asOf: string, cutoff = `${asOf} 22:00:00`, ...numbers: string[]) =>
    fixture.day({ day: asOf, cutoff, feeds: { receipts: receipts(...(numbers.length ? numbers : ['R1'])) } });

  it('the same bytes again change nothing', async () => {
    const folder = fixture.deliver({ day: '2026-06-01', feeds: { ...DIMENSIONS, receipts: receipts('R1') } });
    await fixture.land(folder);
    const before = lakeFiles();
    const report = await fixture.land([folder, folder]);
    expect(report).toMatchObject({ accepted: 0, unchanged: 1, rejected: 0 });
    expect(lakeFiles()).toEqual(before);
  });

  it('other bytes for the same day are a new version, and the old one stays', async () => {
    const first = entryOf(await day('2026-06-01'));
    const second = entryOf(await day('2026-06-01', '2026-06-02 08:00:00', 'R1', 'R2'));
    expect(codes(second.findings)).toContain('REDELIVERY');
    expect(second.seq).toBe(2);
    expect(lakeFiles()).toEqual(
      expect.arrayContaining([first.feeds.receipts?.ledger, second.feeds.receipts?.ledger]),
    );
  });

  it('a cut-off that is not later than all before is refused', async () => {
    await day('2026-06-02');
    for (const cutoff of ['2026-06-02 22:00:00', '2026-06-01 22:00:00']) {
      expect(errorOf(await day('2026-06-01', cutoff)).code).toBe('DELIVERY_BACKWARDS');
    }
  });

  it('two deliveries with one cut-off: the second is refused', async () => {
    const report = await fixture.land([
      fixture.deliver({ day: '2026-06-01', feeds: { receipts: receipts('R1') } }),
      fixture.deliver({ day: '2026-06-01', feeds: { receipts: receipts('R2') } }),
    ]);
    expect(report.outcomes.map(({ outcome }) => outcome)).toEqual(['accepted', 'rejected']);
    expect(errorOf(report.outcomes[1]).code).toBe('DELIVERY_BACKWARDS');
  });

  it('missing days are reported, and a late day fills its gap', async () => {
    await day('2026-06-01');
    const jump = entryOf(await day('2026-06-04'));
    expect(jump.findings.filter(({ code }) => code === 'MISSING_DAYS')).toMatchObject([
      { count: 2, message: expect.stringContaining('2026-06-02 to 2026-06-03') },
    ]);
    const late = entryOf(await day('2026-06-03', '2026-06-05 07:00:00'));
    expect(codes(late.findings)).toContain('LATE_DAY');
  });

  it('deliveries of one landing are taken in the order of their cut-offs', async () => {
    const folders = ['2026-06-03', '2026-06-01', '2026-06-02'].map((asOf) =>
      fixture.deliver({ day: asOf, feeds: { receipts: receipts('R1') } }),
    );
    const report = await fixture.land(folders);
    expect(report.outcomes.map((outcome) => entryOf(outcome).as_of)).toEqual([
      '2026-06-01',
      '2026-06-02',
      '2026-06-03',
    ]);
  });

  it('a refused delivery stands in nobody else’s way', async () => {
    const report = await fixture.land([
      fixture.deliver({ day: '2026-06-01', feeds: { receipts: receipts('R1') } }),
      fixture.deliver({ day: '2026-06-02', feeds: { receipts: [receipt('R1', { open_net: 'x' })] } }),
      fixture.deliver({ day: '2026-06-03', feeds: { receipts: receipts('R1') } }),
    ]);
    expect(report.outcomes.map(({ outcome }) => outcome)).toEqual(['accepted', 'rejected', 'accepted']);
    expect(entryOf(report.outcomes[2]).seq).toBe(2);
    expect(codes(entryOf(report.outcomes[2]).findings)).toContain('MISSING_DAYS');
  });
});

describe('keys that change their shape', () => {
  for (const [what, before, now] of [
    ['lost their zeros', ['00123', '500'], ['123', '500']],
    ['gained zeros', ['123', '500'], ['123', '0500']],
    ['lost their spaces', ['A 7', '500'], ['A7', '500']],
    ['gained spaces', ['A7', '500'], ['A7', '5 00']],
    ['gained spaces before zeros', ['7', '500'], [' 07', '500']],
  ] as const) {
    it(`${what}: the delivery is refused`, async () => {
      const second = fixture.deliver({ day: '2026-06-02', feeds: { receipts: receipts(...now) } });
      const first = fixture.deliver({ day: '2026-06-01', feeds: { receipts: receipts(...before) } });
      const report = await fixture.land([first, second]);
      expect(errorOf(report.outcomes[1])).toMatchObject({ code: 'KEY_SHAPE_CHANGED' });
      // And against a snapshot that lies in the lake already.
      const other = fixture.deliver({ day: '2026-06-03', feeds: { receipts: receipts(...now) } });
      expect(errorOf((await fixture.land(other)).outcomes[0]).code).toBe('KEY_SHAPE_CHANGED');
    });
  }

  it('two receipts that differ in zeros alone may live side by side', async () => {
    const report = await fixture.land([
      fixture.deliver({ day: '2026-06-01', feeds: { receipts: receipts('0012') } }),
      fixture.deliver({ day: '2026-06-02', feeds: { receipts: receipts('0012', '12') } }),
    ]);
    expect(report.accepted).toBe(2);
  });
});

describe('events', () => {
  const deliver = (asOf: string, cutoff: string, ...ids: string[]) =>
    fixture.deliver({
      day: asOf,
      cutoff,
      feeds: { receipts: receipts('R1'), movements: ids.map((id) => movement(id, 'R1')) },
    });

  it('brought again for another day are refused, and counted once', async () => {
    const report = await fixture.land(
      [
        deliver('2026-06-01', '2026-06-01 22:00:00', 'M1', 'M2'),
        deliver('2026-06-02', '2026-06-02 22:00:00', 'M2', 'M3'),
      ],
      { config: LENIENT },
    );
    const second = entryOf(report.outcomes[1]).feeds.movements;
    expect(second).toMatchObject({ accepted: 1, refused: 1 });
    const refused = await fixture.rows(
      (file) => `SELECT line, code, value FROM ${file(second?.quarantine ?? '')}`,
    );
    expect(refused).toEqual([{ line: '2', code: 'DUPLICATE_EVENT', value: 'ACME|M2' }]);
    // The same, when the first day lies in the lake.
    const third = await fixture.land(deliver('2026-06-03', '2026-06-03 22:00:00', 'M1', 'M4'), {
      config: LENIENT,
    });
    expect(entryOf(third.outcomes[0]).feeds.movements).toMatchObject({ accepted: 1, refused: 1 });
  });

  it('brought again by a new version of their own day stand', async () => {
    const report = await fixture.land([
      deliver('2026-06-01', '2026-06-01 22:00:00', 'M1'),
      deliver('2026-06-01', '2026-06-02 08:00:00', 'M1', 'M2'),
    ]);
    expect(report.accepted).toBe(2);
    expect(entryOf(report.outcomes[1]).feeds.movements?.accepted).toBe(2);
  });

  it('that a new version of their day leaves out may come with a later one', async () => {
    const report = await fixture.land([
      deliver('2026-06-01', '2026-06-01 22:00:00', 'M1'),
      deliver('2026-06-01', '2026-06-02 08:00:00'),
      deliver('2026-06-02', '2026-06-02 22:00:00', 'M1'),
    ]);
    expect(report.outcomes.map((outcome) => entryOf(outcome).feeds.movements?.refused)).toEqual([0, 0, 0]);
  });
});

describe('reference feeds', () => {
  const office = (no: string, name: string): Values => ({ company: 'ACME', office: no, name });
  const states = async (key: string | undefined) =>
    fixture.rows(
      (file) =>
        `SELECT office, name, known_from, known_to FROM ${file(key ?? '')} ORDER BY office, known_from`,
    );

  it('are known from the cut-off that told them until that of the next different row', async () => {
    const report = await fixture.land([
      fixture.deliver({ day: '2026-06-01', feeds: { offices: [office('1', 'Norte'), office('2', 'Sur')] } }),
      fixture.deliver({
        day: '2026-06-02',
        feeds: { offices: [office('1', 'Norte'), office('3', 'Centro')] },
      }),
      fixture.deliver({ day: '2026-06-03', feeds: { offices: [office('1', 'Norte 2')] } }),
    ]);
    const last = entryOf(report.outcomes[2]);
    const expected = [
      { office: '1', name: 'Norte', known_from: '2026-06-01 22:00:00', known_to: '2026-06-03 22:00:00' },
      { office: '1', name: 'Norte 2', known_from: '2026-06-03 22:00:00', known_to: '9999-12-31 00:00:00' },
      { office: '2', name: 'Sur', known_from: '2026-06-01 22:00:00', known_to: '9999-12-31 00:00:00' },
      { office: '3', name: 'Centro', known_from: '2026-06-02 22:00:00', known_to: '9999-12-31 00:00:00' },
    ];
    expect(await states(last.states.offices)).toEqual(expected);

    // Day by day gives the same state.
    const other = new LandingFixture();
    try {
      for (const day of ['2026-06-01', '2026-06-02', '2026-06-03']) {
        const folder = report.outcomes.find((outcome) => entryOf(outcome).as_of === day)?.folder ?? '';
        await other.land(folder);
      }
      expect(existsSync(join(other.lakeFolder, last.states.offices ?? ''))).toBe(true);
      expect(
        readFileSync(join(other.lakeFolder, last.states.offices ?? '')).equals(
          readFileSync(join(fixture.lakeFolder, last.states.offices ?? '')),
        ),
      ).toBe(true);
    } finally {
      other.close();
    }
  });

  it('that were not delivered keep their state, and holidays come seeded', async () => {
    const first = entryOf(
      await fixture.day({ day: '2026-06-01', feeds: { offices: [office('1', 'Norte')] } }),
    );
    const second = entryOf(await fixture.day({ day: '2026-06-02', feeds: { receipts: receipts('R1') } }));
    expect(second.states.offices).toBe(first.states.offices);
    const holidays = await fixture.rows(
      (file) =>
        `SELECT holiday, name FROM ${file(second.states.holidays ?? '')} WHERE country = 'CO' AND holiday BETWEEN DATE '2026-06-29' AND DATE '2026-07-13'`,
    );
    expect(holidays.map((row) => row.holiday)).toEqual(['2026-06-29', '2026-07-13']);
  });

  it('begin with the holidays that the calendars keep, and with none where they keep none', async () => {
    const landed = async (calendars: string, day: string) => {
      const config = readConfig('alturas.yml', `calendars: ${calendars}\n`);
      return entryOf(await fixture.day({ day, feeds: { offices: [office('1', 'Norte')] } }, { config }));
    };
    expect((await landed('{}', '2026-06-01')).states.holidays).toBeUndefined();
    const { holidays = '' } = (await landed('{CO: {holidays: MX}, CL: {}}', '2026-06-02')).states;
    expect(
      await fixture.rows((file) => `SELECT DISTINCT country FROM ${file(holidays)} ORDER BY ALL`),
    ).toEqual([{ country: 'CL' }, { country: 'MX' }]);
  });
});

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
