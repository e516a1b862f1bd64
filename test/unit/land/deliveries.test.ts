import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultConfig, readConfig } from '../../../functions/core/config.ts';
import { DeliveryIndex } from '../../../functions/lake/deliveries.ts';
import {
  codes,
  csv,
  DIMENSIONS,
  entryOf,
  errorOf,
  LandingFixture,
  LENIENT,
  movement,
  receipt,
  receipts,
  type Values,
} from './deliveryFixture.ts';

let fixture: LandingFixture;
beforeEach(() => {
  fixture = new LandingFixture();
});
afterEach(() => fixture.close());

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
    const kept = fixture.lakeFiles();
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
