import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeedName } from '../../../functions/contracts/feeds.ts';
import type { Row } from '../../../functions/engine/engine.ts';
import {
  csv,
  DIMENSIONS,
  entryOf,
  LandingFixture,
  LENIENT,
  movement,
  receipt,
  receiptOf,
  sumsOf,
  type Values,
} from './deliveryFixture.ts';

/** Lands rows of which some are bad; answers the refused rows and the keys that were accepted. */
async function landRows(
  feed: FeedName,
  rows: readonly Values[],
  more: Partial<Record<FeedName, readonly Values[]>> = {},
): Promise<{ refused: Row[]; accepted: Row[]; counts: [number, number, number] }> {
  const fixture = new LandingFixture();
  try {
    const outcome = await fixture.day(
      { day: '2026-06-01', feeds: { ...DIMENSIONS, ...more, [feed]: rows } },
      { config: LENIENT },
    );
    const landed = entryOf(outcome).feeds[feed];
    if (!landed) throw new Error(`${feed} was not landed`);
    const refused = landed.quarantine
      ? await fixture.rows((file) => `SELECT * FROM ${file(landed.quarantine ?? '')}`)
      : [];
    const accepted = await fixture.rows((file) => `SELECT * FROM ${file(landed.ledger)}`);
    return { refused, accepted, counts: [landed.physical_rows, landed.accepted, landed.refused] };
  } finally {
    fixture.close();
  }
}

describe('a receipt is refused, with line, column, value and reason, when', () => {
  const cases: [why: string, changes: Values, column: string, value: string | null, code: string][] = [
    ['an amount has three decimals', { open_net: '100.001' }, 'open_net', '100.001', 'BAD_MONEY'],
    ['an amount has an exponent', { issued_net: '1e2' }, 'issued_net', '1e2', 'BAD_MONEY'],
    ['an amount has a space', { issued_net: ' 100.00' }, 'issued_net', ' 100.00', 'BAD_MONEY'],
    ['an amount has a plus', { issued_net: '+100.00' }, 'issued_net', '+100.00', 'BAD_MONEY'],
    ['an amount ends in a point', { issued_net: '100.' }, 'issued_net', '100.', 'BAD_MONEY'],
    ['an amount has an underscore', { issued_net: '1_00.00' }, 'issued_net', '1_00.00', 'BAD_MONEY'],
    ['an amount is written 1.234,56', { issued_net: '1.234,56' }, 'issued_net', '1.234,56', 'BAD_MONEY'],
    [
      'an amount has 16 digits',
      { open_net: '1234567890123456.00' },
      'open_net',
      '1234567890123456.00',
      'BAD_MONEY',
    ],
    ['an amount is missing', { issued_other: '' }, 'issued_other', null, 'MISSING_VALUE'],
    ['a day does not exist', { due_date: '2026-02-30' }, 'due_date', '2026-02-30', 'BAD_DATE'],
    ['a day is written with slashes', { due_date: '2026/06/01' }, 'due_date', '2026/06/01', 'BAD_DATE'],
    ['a day has five digits of year', { due_date: '12026-06-01' }, 'due_date', '12026-06-01', 'BAD_DATE'],
    ['a day is infinite', { due_date: 'infinity' }, 'due_date', 'infinity', 'BAD_DATE'],
    ['a day is short', { issue_date: '2026-6-1' }, 'issue_date', '2026-6-1', 'BAD_DATE'],
    ['a number is not whole', { instalment_no: '1.0' }, 'instalment_no', '1.0', 'BAD_NUMBER'],
    ['a flag is neither true nor false', { disputed: 'yes' }, 'disputed', 'yes', 'BAD_BOOLEAN'],
    ['a value is not in its list', { held_by: 'BROKER' }, 'held_by', 'BROKER', 'BAD_VALUE'],
    ['a currency is no code', { currency: 'pesos' }, 'currency', 'pesos', 'BAD_VALUE'],
    ['its key is empty', { receipt_no: '' }, 'receipt_no', null, 'MISSING_VALUE'],
    ['its company is empty', { company: '' }, 'company', null, 'MISSING_VALUE'],
    ['nobody knows the sign of its type', { receipt_type: '9' }, 'receipt_type', '9', 'UNKNOWN_RECEIPT_TYPE'],
    ['its parts do not add up', { open_vat: '18.99' }, 'open_total', '119.00', 'TOTAL_MISMATCH'],
    [
      'what was issued does not add up',
      { issued_total: '118.00' },
      'issued_total',
      '118.00',
      'TOTAL_MISMATCH',
    ],
    ['its share has seven decimals', { our_share: '33.3333333' }, 'our_share', '33.3333333', 'BAD_NUMBER'],
  ];
  let landed: Awaited<ReturnType<typeof landRows>>;
  beforeAll(async () => {
    const rows = cases.flatMap(([, changes], at) => [receipt(`GOOD-${at}`), receipt(`BAD-${at}`, changes)]);
    landed = await landRows('receipts', rows);
  });

  for (const [at, [why, , column, value, code]] of cases.entries()) {
    it(why, () => {
      const line = String(2 * at + 3);
      const refusal = landed.refused.find((row) => row.line === line);
      expect(refusal).toMatchObject({ file: 'receipts.csv', line, column, value, code });
      expect(refusal?.reason).not.toBeNull();
      expect(String(refusal?.raw)).toContain(
        'PREMIUM,C1'.replace('PREMIUM', code === 'UNKNOWN_RECEIPT_TYPE' ? '9' : 'PREMIUM'),
      );
    });
  }

  it('with what was expected of it', () => {
    const reasonOf = (code: string) => landed.refused.find((row) => row.code === code)?.reason;
    expect(reasonOf('BAD_DATE')).toBe('not a calendar day written as expected: YYYY-MM-DD');
    expect(reasonOf('BAD_MONEY')).toBe(
      'not an amount written as expected, with two decimals at most: 1234.50',
    );
    expect(reasonOf('BAD_NUMBER')).toBe('not a number written as expected: 1234');
    expect(reasonOf('BAD_VALUE')).toBe('not one of the values expected: POLICYHOLDER | INTERMEDIARY');
    expect(reasonOf('UNKNOWN_RECEIPT_TYPE')).toBe(
      'no sign rule for this receipt type: PREMIUM | ENDORSEMENT | RETURN',
    );
    expect(reasonOf('TOTAL_MISMATCH')).toBe(
      'the components do not add up to the total: open_net + open_expenses + open_vat + open_other = 118.99, open_total = 119.00',
    );
    expect(reasonOf('MISSING_VALUE')).toBe('a mandatory value is empty');
  });

  it('and no other row is', () => {
    expect(landed.counts).toEqual([2 * cases.length, cases.length, cases.length]);
    expect(landed.accepted.every((row) => String(row.receipt_no).startsWith('GOOD-'))).toBe(true);
  });
});

describe('what a strict pattern must not refuse', () => {
  const rows: Values[] = [
    receiptOf('R1', '5'),
    receiptOf('R2', '5.5'),
    receiptOf('R3', '-0.00'),
    receiptOf('R4', '0005.00'),
    receiptOf('R5', '123456789012345.99'),
    receipt('R6', { disputed: '1', due_date: '', closed_reason: '', instalment_no: '012' }),
    receipt('R7', { client_id: 'C "1"', policy_no: 'a,b', due_date: '2024-02-29' }),
  ];

  it('lands whole amounts, one decimal, a negative zero, leading zeros and 15 digits, exactly', async () => {
    const { accepted, counts } = await landRows('receipts', rows);
    expect(counts).toEqual([7, 7, 0]);
    expect(accepted.map((row) => row.open_total)).toEqual([
      '5.00',
      '5.50',
      '0.00',
      '5.00',
      '123456789012345.99',
      '119.00',
      '119.00',
    ]);
    expect(accepted[5]).toMatchObject({
      disputed: true,
      due_date: null,
      closed_reason: null,
      instalment_no: '12',
    });
    expect(accepted[6]).toMatchObject({ client_id: 'C "1"', policy_no: 'a,b', due_date: '2024-02-29' });
  });

  it('gives the same rows on the careful way as in one pass', async () => {
    const clean = await landRows('receipts', rows);
    const careful = await landRows('receipts', [...rows, receipt('BAD', { due_date: 'x' })]);
    expect(careful.accepted).toEqual(clean.accepted);
    expect(careful.counts).toEqual([8, 7, 1]);
  });
});

describe('a receipt without a due date', () => {
  const undated = async (...rows: Values[]) => {
    const fixture = new LandingFixture();
    try {
      const { findings } = entryOf(
        await fixture.day(
          { day: '2026-06-01', feeds: { ...DIMENSIONS, receipts: rows } },
          { config: LENIENT },
        ),
      );
      return findings.filter(({ code }) => code === 'NO_DUE_DATE');
    } finally {
      fixture.close();
    }
  };
  const rows = [
    receipt('R1', { due_date: '' }),
    receipt('R2'),
    receipt('R3', { due_date: '', receipt_type: 'RETURN' }),
    receiptOf('R4', '0.00', { due_date: '' }),
  ];

  it('and with a balance is told of; a credit and what is closed have no altura to be in', async () => {
    expect(await undated(...rows)).toMatchObject([
      {
        severity: 'warning',
        feed: 'receipts',
        count: 1,
        message: '1 receipt with a balance has no due date: counted under SIN_VENCIMIENTO, never as overdue',
      },
    ]);
    expect(await undated(receipt('R2'))).toEqual([]);
  });

  it('is told of on the careful way, too', async () => {
    const broken = receipt('R5', { due_date: 'x' });
    expect(await undated(...rows, receipt('R6', { due_date: '' }), broken)).toMatchObject([{ count: 2 }]);
  });
});

describe('signs', () => {
  it('turns a return premium, delivered positive, and its movements', async () => {
    const receipts = [receipt('R1'), receipt('R2', { receipt_type: 'RETURN' })];
    const movements = [movement('M1', 'R1'), movement('M2', 'R2')];
    const { accepted } = await landRows('movements', movements, { receipts });
    expect(accepted.map((row) => [row.movement_id, row.total, row.receipt_type])).toEqual([
      ['M1', '-19.00', 'PREMIUM'],
      ['M2', '19.00', 'RETURN'],
    ]);
    const landed = await landRows('receipts', receipts);
    expect(landed.accepted.map((row) => [row.open_total, row.issued_net])).toEqual([
      ['119.00', '100.00'],
      ['-119.00', '-100.00'],
    ]);
  });
});

describe('movements', () => {
  it('carry what their receipt says', async () => {
    const receipts = [receipt('R1', { office: '012', channel: 'PSE' })];
    const { accepted } = await landRows('movements', [movement('M1', 'R1')], { receipts });
    expect(accepted[0]).toMatchObject({
      client_id: 'C1',
      policy_no: 'P1',
      line: 'AUTO',
      office: '012',
      currency: 'COP',
      issue_date: '2026-05-01',
      due_date: '2026-06-01',
      held_by: 'POLICYHOLDER',
      channel: 'PSE',
    });
  });

  it('without a receipt in the same delivery are refused', async () => {
    const { refused, counts } = await landRows('movements', [movement('M1', 'R1'), movement('M2', 'R9')], {
      receipts: [receipt('R1')],
    });
    expect(counts).toEqual([2, 1, 1]);
    expect(refused[0]).toMatchObject({
      line: '3',
      column: 'receipt_no',
      value: 'R9',
      code: 'MOVEMENT_WITHOUT_RECEIPT',
    });
  });

  it('of a refused receipt are refused with it', async () => {
    const { refused, accepted } = await landRows('movements', [movement('M1', 'R1'), movement('M2', 'R2')], {
      receipts: [receipt('R1'), receipt('R2', { open_net: 'x' })],
    });
    expect(refused.map((row) => row.value)).toEqual(['R2']);
    expect(accepted.map((row) => row.movement_id)).toEqual(['M1']);
  });

  it('are cut to milliseconds, never rounded', async () => {
    const { accepted } = await landRows(
      'movements',
      [
        movement('M1', 'R1', { recorded_at: '2026-06-01 10:00:00.1239' }),
        movement('M2', 'R1', { recorded_at: '2026-06-01T10:00' }),
        movement('M3', 'R1', { recorded_at: '2026-06-01 23:59:59.999999999' }),
      ],
      { receipts: [receipt('R1')] },
    );
    expect(accepted.map((row) => row.recorded_at)).toEqual([
      '2026-06-01 10:00:00.123',
      '2026-06-01 10:00:00',
      '2026-06-01 23:59:59.999',
    ]);
  });

  it('recorded at a time that does not exist are refused', async () => {
    const { refused } = await landRows(
      'movements',
      ['2026-06-31 10:00:00', '2026-06-01 24:00:00', '2026-06-01', '2026-06-01 10:00:00 +00'].map((at, n) =>
        movement(`M${n}`, 'R1', { recorded_at: at }),
      ),
      { receipts: [receipt('R1')] },
    );
    expect(refused.map((row) => row.code)).toEqual(Array(4).fill('BAD_TIMESTAMP'));
  });
});

describe('natural keys', () => {
  it('repeat: the first row stands, every later one is refused', async () => {
    const { refused, accepted, counts } = await landRows('receipts', [
      receipt('R1'),
      receipt('R2'),
      receiptOf('R1', '5.00'),
      receipt('R1'),
    ]);
    expect(counts).toEqual([4, 2, 2]);
    expect(accepted.map((row) => [row.receipt_no, row.open_total])).toEqual([
      ['R1', '119.00'],
      ['R2', '119.00'],
    ]);
    expect(refused.map((row) => [row.line, row.code, row.value])).toEqual([
      ['4', 'DUPLICATE_KEY', 'ACME|R1'],
      ['5', 'DUPLICATE_KEY', 'ACME|R1'],
    ]);
  });

  it('are compared as values where they are no text', async () => {
    const target = {
      company: 'ACME',
      month: '2026-06-01',
      dimension: 'office',
      member: '007',
      kpi: 'recovery',
      value: '1',
    };
    const { refused } = await landRows('targets', [
      { ...target, target_version: '1' },
      { ...target, target_version: '01' },
    ]);
    expect(refused.map((row) => row.code)).toEqual(['DUPLICATE_KEY']);
  });
});

describe('payments', () => {
  it('are never negative', async () => {
    const payment = {
      company: 'ACME',
      payment_no: 'P1',
      received_date: '2026-06-01',
      recorded_at: '2026-06-01 10:00:00',
      amount: '10.00',
      currency: 'COP',
      status: 'OK',
      unapplied_amount: '0.00',
    };
    const { refused, counts } = await landRows('payments', [
      payment,
      { ...payment, payment_no: 'P2', amount: '-10.00' },
      { ...payment, payment_no: 'P3', unapplied_amount: '-1' },
    ]);
    expect(counts).toEqual([3, 1, 2]);
    expect(refused.map((row) => row.column)).toEqual(['amount', 'unapplied_amount']);
  });
});

describe('lines of a CSV file', () => {
  const fixture = new LandingFixture();
  afterAll(() => fixture.close());
  let at = 0;

  async function landText(
    content: string | Uint8Array,
    rows: number,
    sums: Values,
    more: { name?: string; encoding?: 'utf-8' | 'latin-1' } = {},
  ) {
    at += 1;
    const day = `2026-06-${String(at).padStart(2, '0')}`;
    const outcome = await fixture.day(
      {
        day,
        ...(more.encoding ? { encoding: more.encoding } : {}),
        files: [{ feed: 'receipts', content, rows, sums, ...(more.name ? { name: more.name } : {}) }],
      },
      { config: LENIENT },
    );
    const landed = entryOf(outcome).feeds.receipts;
    if (!landed) throw new Error('receipts were not landed');
    const refused = landed.quarantine
      ? await fixture.rows((file) => `SELECT * FROM ${file(landed.quarantine ?? '')}`)
      : [];
    const accepted = await fixture.rows((file) => `SELECT * FROM ${file(landed.ledger)}`);
    expect(landed.accepted + landed.refused).toBe(landed.physical_rows);
    return { accepted: accepted.map((row) => row.receipt_no), refused, landed, rows: accepted };
  }
  const good = (...numbers: string[]): Values[] => numbers.map((no) => receipt(no));
  const lines = (...numbers: string[]): string[] =>
    csv('receipts', good(...numbers))
      .split('\n')
      .slice(0, -1);
  const sum = (count: number): Values => ({ COP: (119 * count).toFixed(2) });

  it('an unterminated quote costs its own line and no other', async () => {
    const [header, ...rows] = lines('R1', 'R2', 'R3', 'R4');
    rows[1] = rows[1]?.replace('PREMIUM', '"PREMIUM') ?? '';
    const { accepted, refused } = await landText([header, ...rows, ''].join('\n'), 4, sum(3));
    expect(accepted).toEqual(['R1', 'R3', 'R4']);
    expect(refused).toMatchObject([{ line: '3', code: 'BROKEN_QUOTES', raw: rows[1] }]);
  });

  it('a quote opened on one line and one met on another do not hide the lines between them', async () => {
    const [header, ...rows] = lines('R1', 'R2', 'R3', 'R4');
    rows[0] = rows[0]?.replace('C1', '"C1') ?? '';
    rows[2] = rows[2]?.replace('C1', 'C1"') ?? '';
    const { rows: found, refused } = await landText([header, ...rows, ''].join('\n'), 4, sum(3));
    // Inside an unquoted field a quote is a character like any other, here as in one pass.
    expect(found.map((row) => [row.receipt_no, row.client_id])).toEqual([
      ['R2', 'C1'],
      ['R3', 'C1"'],
      ['R4', 'C1'],
    ]);
    expect(refused.map((row) => row.line)).toEqual(['2']);
  });

  it('too few and too many fields, an empty line, a lone CR and a NUL are refused where they stand', async () => {
    const [header, ...rows] = lines('R1', 'R2', 'R3', 'R4', 'R5', 'R6');
    rows[1] = 'ACME,R2';
    rows[2] = `${rows[2]},x`;
    rows[3] = '';
    rows[4] = rows[4]?.replace('C1', 'C\r1') ?? '';
    rows[5] = rows[5]?.replace('C1', 'C\u00001') ?? '';
    const { accepted, refused } = await landText([header, ...rows, ''].join('\n'), 6, sum(1));
    expect(accepted).toEqual(['R1']);
    expect(refused.map((row) => [row.line, row.code])).toEqual([
      ['3', 'FIELD_COUNT'],
      ['4', 'FIELD_COUNT'],
      ['5', 'EMPTY_LINE'],
      ['6', 'LINE_BREAK'],
      ['7', 'LINE_BREAK'],
    ]);
  });

  it('blank lines at the very end are none', async () => {
    const { accepted } = await landText(`${lines('R1', 'R2').join('\n')}\n\n\n`, 2, sum(2));
    expect(accepted).toEqual(['R1', 'R2']);
  });

  it('a missing last line break, CRLF and a byte order mark make no difference', async () => {
    const plain = await landText(lines('R1', 'R2').join('\n'), 2, sum(2));
    const windows = await landText(`\uFEFF${csv('receipts', good('R1', 'R2'), '\r\n')}`, 2, sum(2));
    expect(windows.rows).toEqual(plain.rows);
    expect(windows.accepted).toEqual(['R1', 'R2']);
  });

  it('mixed line ends are read line by line', async () => {
    const [header, one, two] = lines('R1', 'R2');
    const { accepted } = await landText(`${header}\r\n${one}\n${two}\r\n`, 2, sum(2));
    expect(accepted).toEqual(['R1', 'R2']);
  });

  it('Latin-1 is read when the control file says so, and is refused as UTF-8', async () => {
    const text = csv('receipts', [receipt('R1', { client_id: 'Peña' }), receipt('R2')]);
    const bytes = Buffer.from(text, 'latin1');
    const latin = await landText(bytes, 2, sum(2), { encoding: 'latin-1' });
    expect(latin.rows[0]?.client_id).toBe('Peña');
    const utf8 = await landText(bytes, 2, sum(1));
    expect(utf8.accepted).toEqual(['R2']);
    expect(utf8.refused).toMatchObject([{ line: '2', code: 'BAD_ENCODING' }]);
  });

  it('columns are found by name, in any order', async () => {
    const [header = '', row = ''] = lines('R1');
    const turned = (line: string): string => line.split(',').reverse().join(',');
    const { rows } = await landText(`${turned(header)}\n${turned(row)}\n`, 1, sum(1));
    expect(rows[0]).toMatchObject({ receipt_no: 'R1', open_total: '119.00' });
  });

  it('sums count every physical row: a refused amount is in the control total, and told apart', async () => {
    const rows = [
      receipt('R1'),
      receipt('R2', { due_date: 'x' }),
      receipt('R3', { open_net: '1', open_total: '2' }),
    ];
    const { landed } = await landText(csv('receipts', rows), 3, sumsOf('receipts', rows) ?? {});
    expect(landed.control).toEqual([{ currency: 'COP', sum: '240.00', rows: 3 }]);
    expect(landed.refused_amounts).toEqual([{ currency: 'COP', sum: '121.00', rows: 2 }]);
  });
});
