import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { businessDate } from '../../../functions/core/dates.ts';
import { AlturasError } from '../../../functions/core/errors.ts';
import { Session } from '../../../functions/engine/duckdb.ts';
import { FolderLake } from '../../../functions/lake/folderLake.ts';
import { landDeliveries } from '../../../functions/land/land.ts';
import { readReplayMapping } from '../../../functions/land/replay/mapping.ts';
import { writeReplay } from '../../../functions/land/replay/replay.ts';

const MAPPING = `
company: {company: ACME, name: Acme, country: CO, currency: COP}
register:
  dates: ['%d/%m/%Y']
  decimal: ','
  thousands: '.'
  delimiter: ';'
  columns: {receipt_no: Factura, client_id: Cliente, issue_date: Emisión, due_date: Vence, amount: Valor, currency: Moneda, disputed: Disputa}
payments:
  dates: ['%Y-%m-%d']
  columns: {receipt_no: factura, paid_on: fecha, amount: valor}
`;

const REGISTER = [
  'Factura;Cliente;Emisión;Vence;Valor;Moneda;Disputa',
  '001;C1;01/06/2026;15/06/2026;1.234,50;COP;No',
  '002;C1;02/06/2026;;800,00;USD;Sí',
  '003;C2;03/06/2026;03/07/2026;-100,00;COP;No',
].join('\n');

const PAYMENTS = ['factura,fecha,valor', '001,2026-06-03,234.50', '001,2026-06-04,1000.00'].join('\n');

let folder: string;
let session: Session;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alturas-replay-'));
  session = await Session.open({ scratch: join(folder, 'scratch') });
});

afterAll(async () => {
  session.close();
  await rm(folder, { recursive: true });
});

async function replay(
  name: string,
  register: string | Buffer,
  payments?: string,
  mapping = MAPPING,
  from = '2026-06-01',
) {
  const directory = join(folder, name);
  const registerFile = join(folder, `${name}.csv`);
  const paymentsFile = join(folder, `${name}-pagos.csv`);
  await writeFile(registerFile, register);
  if (payments !== undefined) await writeFile(paymentsFile, payments);
  const summary = await writeReplay(session, {
    register: registerFile,
    ...(payments === undefined ? {} : { payments: paymentsFile }),
    mapping: readReplayMapping(mapping, 'mapping.yml'),
    from: businessDate(from),
    to: businessDate('2026-06-05'),
    directory,
  });
  return { summary, directory };
}

async function rowsOf(directory: string, day: string, feed: string): Promise<string[]> {
  const text = await readFile(join(directory, day, `${feed}.csv`), 'utf8');
  return text.trimEnd().split('\n').slice(1);
}

async function refusal(work: Promise<unknown>): Promise<AlturasError> {
  const error = await work.then(
    () => null,
    (caught: unknown) => caught,
  );
  if (!(error instanceof AlturasError)) throw new Error(`expected a refusal, got ${String(error)}`);
  return error;
}

describe('a register with partial payments in a second file', () => {
  it('becomes one delivery a day, each with what was open or touched', async () => {
    const { summary, directory } = await replay('plain', REGISTER, PAYMENTS);
    expect(summary).toMatchObject({ deliveries: 5, items: 3, movements: 5, openAtEnd: 2 });
    expect(await readdir(directory)).toHaveLength(5);
    const open = async (day: string) =>
      (await rowsOf(directory, day, 'receipts')).map((row) => {
        const cells = row.split(',');
        return `${cells[1]} ${cells[15]} ${cells[25]} ${cells[30]}`;
      });
    expect(await open('2026-06-01')).toEqual(['001 COP 1234.50 ']);
    expect(await open('2026-06-03')).toEqual(['001 COP 1000.00 ', '002 USD 800.00 ', '003 COP -100.00 ']);
    // Paid in full on the 4th: there that day, closed, and gone the day after.
    expect(await open('2026-06-04')).toEqual(['001 COP 0.00 PAID', '002 USD 800.00 ', '003 COP -100.00 ']);
    expect(await open('2026-06-05')).toEqual(['002 USD 800.00 ', '003 COP -100.00 ']);
  });

  it('states control totals per currency, in the currency of the receipt', async () => {
    const { directory } = await replay('control', REGISTER, PAYMENTS);
    const control = JSON.parse(await readFile(join(directory, '2026-06-03', 'control.json'), 'utf8'));
    expect(control.files).toEqual([
      { feed: 'receipts', name: 'receipts.csv', rows: 3, sums: { COP: '900.00', USD: '800.00' } },
      { feed: 'movements', name: 'movements.csv', rows: 2, sums: { COP: '-334.50' } },
    ]);
  });
});

describe('a payment number that pays several items', () => {
  const NUMBERED = MAPPING.replace('{receipt_no: factura', '{payment_no: pago, receipt_no: factura');
  const paid = (...lines: string[]): string => ['pago,factura,fecha,valor', ...lines].join('\n');
  const movements = async (directory: string, ...days: string[]) =>
    (await Promise.all(days.map((day) => rowsOf(directory, day, 'movements'))))
      .flat()
      .map((row) => row.split(','))
      .filter((cells) => cells[3] === 'APPLICATION')
      .map((cells) => ({ id: cells[1], of: cells[2], total: cells[10], payment: cells[12] }));

  it('is one payment with an application for each, and lands', async () => {
    const lines = paid(
      'P1,001,2026-06-04,234.50',
      'P1,002,2026-06-04,300.00',
      'P1,001,2026-06-05,100.00',
      'P2,001,2026-06-05,50.00',
      'P1,002,2026-06-05,500.00',
    );
    const { directory } = await replay('several', REGISTER, lines, NUMBERED);
    expect(await movements(directory, '2026-06-04', '2026-06-05')).toEqual([
      { id: 'PAY:P1/001/1', of: '001', total: '-234.50', payment: 'P1' },
      { id: 'PAY:P1/002/1', of: '002', total: '-300.00', payment: 'P1' },
      { id: 'PAY:P1/001/2', of: '001', total: '-100.00', payment: 'P1' },
      { id: 'PAY:P2/001/1', of: '001', total: '-50.00', payment: 'P2' },
      { id: 'PAY:P1/002/2', of: '002', total: '-500.00', payment: 'P1' },
    ]);
    const days = (await readdir(directory)).sort().map((day) => join(directory, day));
    const report = await landDeliveries(new FolderLake(join(folder, 'several-lake')), days);
    expect(report).toMatchObject({ accepted: 5, rejected: 0, refused: 0 });
  });

  it('has movements of its own even where numbers hold what stands between them', async () => {
    const register = REGISTER.replace('001;', 'B/1;').replace('002;', '1;');
    const lines = paid('A,B/1,2026-06-04,10.00', 'A/B,1,2026-06-04,20.00');
    const { directory } = await replay('slashes', register, lines, NUMBERED);
    const ids = (await movements(directory, '2026-06-04')).map(({ id }) => id);
    expect(ids).toEqual(['PAY:A/B/1/1', 'PAY:A/B/1/2']);
  });
});

describe('settled dates beside a payments file', () => {
  const SETTLED = MAPPING.replace('disputed: Disputa', 'disputed: Disputa, settled_date: Pagada');
  const register = (...dates: string[]): string =>
    REGISTER.split('\n')
      .map((line, at) => `${line};${at === 0 ? 'Pagada' : (dates[at - 1] ?? '')}`)
      .join('\n');
  const paidOn = async (directory: string, day: string) =>
    (await rowsOf(directory, day, 'movements')).map((row) => {
      const cells = row.split(',');
      return `${cells[1]} ${cells[10]}`;
    });

  it('pay an item without payments in full, whatever its sign', async () => {
    const settled = register('', '05/06/2026', '04/06/2026');
    const { summary, directory } = await replay('settled', settled, PAYMENTS, SETTLED);
    expect(summary).toMatchObject({ movements: 7, openAtEnd: 0, findings: [] });
    expect(await paidOn(directory, '2026-06-04')).toEqual(['PAY:001/2 -1000.00', 'PAY:003/settled 100.00']);
    expect(await paidOn(directory, '2026-06-05')).toEqual(['PAY:002/settled -800.00']);
  });

  it('pay nothing more where the payments add up by then', async () => {
    const { summary } = await replay('added', register('05/06/2026'), PAYMENTS, SETTLED);
    expect(summary).toMatchObject({ movements: 5, openAtEnd: 2, findings: [] });
  });

  it('pay the rest that the payments left open, and say so', async () => {
    const some = PAYMENTS.replace('1000.00', '900.00');
    const { summary, directory } = await replay('rest', register('05/06/2026'), some, SETTLED);
    expect(summary.openAtEnd).toBe(2);
    expect(await paidOn(directory, '2026-06-05')).toEqual(['PAY:001/settled -100.00']);
    expect(summary.findings.join()).toContain('PAYMENTS_INCOMPLETE: the payments of 1 items');
  });

  it('are refused where a payment comes after them', async () => {
    const error = await refusal(replay('late', register('03/06/2026'), PAYMENTS, SETTLED));
    expect(error).toMatchObject({ kind: 'input', code: 'SETTLED_CONTRADICTED' });
    expect(error.details).toMatchObject({ file: 'late.csv', line: 2, column: 'Pagada', value: '2026-06-03' });
    expect(error.details.causes).toEqual([
      'line 2, column Pagada: 001 was paid in full on 2026-06-03, but late-pagos.csv line 3 pays 1000.00 on 2026-06-04',
    ]);
  });

  it('are refused where more than the amount was paid by then', async () => {
    const much = PAYMENTS.replace('1000.00', '1000.01');
    const error = await refusal(replay('much', register('04/06/2026'), much, SETTLED));
    expect(error.details.causes).toEqual([
      'line 2, column Pagada: 001 was paid in full on 2026-06-04, but much-pagos.csv line 2, 3 pay 1234.51 of 1234.50',
    ]);
  });
});

describe('what a replay refuses, by file, line, column and value', () => {
  it('dates and amounts that the mapping does not read', async () => {
    const error = await refusal(
      replay('cells', REGISTER.replace('01/06/2026', '06/31/2026').replace('800,00', '800,001')),
    );
    expect(error.code).toBe('BAD_REGISTER');
    expect(error.details.causes).toEqual([
      'line 2, column Emisión: "06/31/2026" is not a day in one of the formats of the mapping',
      'line 3, column Valor: "800,001" is not an amount with at most two decimals',
    ]);
  });

  it.each([
    ['12.34', '.'],
    ['1.2.3,00', '.'],
    ['1.23,00', '.'],
    ['.123,00', '.'],
    ['1234.567,00', '.'],
    ['12.34', ''],
    ['1.234,00', ''],
    ['1,234.00', '.'],
  ])('the amount %s where thousands are separated by "%s"', async (value, thousands) => {
    const mapping = MAPPING.replace("thousands: '.'", `thousands: '${thousands}'`);
    const register = REGISTER.replace('1.234,50', '1234,50').replace('800,00', value);
    const error = await refusal(replay('loose', register, undefined, mapping));
    expect(error).toMatchObject({ kind: 'input', code: 'BAD_REGISTER' });
    expect(error.details).toMatchObject({ file: 'loose.csv', line: 3, column: 'Valor', value });
    expect(error.details.expected).toBe(
      `an amount with at most two decimals, written ${thousands ? '1.234,50 or ' : ''}1234,50`,
    );
  });

  it('amounts of the payments file alike', async () => {
    const mapping = MAPPING.replace("dates: ['%Y-%m-%d']", "dates: ['%Y-%m-%d']\n  thousands: ','");
    const error = await refusal(replay('paid', REGISTER, PAYMENTS.replace('234.50', '"2,34.50"'), mapping));
    expect(error.details).toMatchObject({
      file: 'paid-pagos.csv',
      line: 2,
      column: 'valor',
      value: '2,34.50',
    });
  });

  it.each(['05/02/26', '05/02/1899', '05/02/2201'])(
    'the day %s in a format with four digits',
    async (value) => {
      const error = await refusal(replay('year', REGISTER.replace('15/06/2026', value)));
      expect(error).toMatchObject({ kind: 'input', code: 'BAD_REGISTER' });
      expect(error.details).toMatchObject({ file: 'year.csv', line: 2, column: 'Vence', value });
      expect(error.details.expected).toContain('(%d/%m/%Y), from the year 1900 to 2200');
    },
  );

  it('a mapping that writes thousands and decimals alike', async () => {
    const error = await refusal(
      replay('alike', REGISTER, undefined, MAPPING.replace("thousands: '.'", "thousands: ','")),
    );
    expect(error).toMatchObject({ code: 'BAD_MAPPING' });
    expect(error.details.causes).toEqual([
      'line 6, column 3: register.thousands: thousands and decimals cannot be written alike',
    ]);
  });

  it('an item that stands twice', async () => {
    const error = await refusal(replay('twice', REGISTER.replace('003;', '001;')));
    expect(error.details.causes).toEqual(['line 4: 001 stands in line 2 already']);
  });

  it('payments whose numbers have lost their zeros: noticed, never joined', async () => {
    const error = await refusal(replay('zeros', REGISTER, PAYMENTS.replaceAll('001', '1')));
    expect(error.code).toBe('KEY_SHAPE_CHANGED');
    expect(error.message).toContain('2 receipt numbers');
  });

  it('payments of items that are not there', async () => {
    const error = await refusal(replay('strangers', REGISTER, PAYMENTS.replaceAll('001', '9-9')));
    expect(error).toMatchObject({ code: 'BAD_REGISTER' });
  });

  it('a column that the file lacks', async () => {
    const error = await refusal(replay('column', REGISTER.replace('Vence', 'Plazo')));
    expect(error.message).toContain('lacks "Vence"');
    expect(error.details.hint).toBe('Correct the column names in the mapping file.');
  });

  it('a file separated otherwise, and one in another encoding: what to write where', async () => {
    const comma = MAPPING.replace("  delimiter: ';'\n", '');
    const apart = await refusal(replay('apart', REGISTER, undefined, comma));
    expect(apart.details.hint).toBe(
      'Its columns are separated by ";": write `delimiter: ";"` in its section of the mapping.',
    );
    const latin = await refusal(replay('latin', Buffer.from(REGISTER, 'latin1')));
    expect(latin.details.hint).toContain('`encoding: latin-1` in its section of the mapping');
  });

  it('a mapping with an unknown key', async () => {
    const error = await refusal(replay('key', REGISTER, undefined, MAPPING.replace('thousands', 'thousand')));
    expect(error).toMatchObject({ kind: 'input', code: 'BAD_MAPPING', details: { line: 6 } });
    expect(error.details.causes).toEqual([
      expect.stringContaining('register.thousand: this key is not known; did you mean "thousands"?'),
    ]);
  });
});

it('says when item numbers look as if a spreadsheet had dropped their zeros', async () => {
  const { summary } = await replay(
    'lost',
    REGISTER.replace('001;', '1;').replace('002;', '22;').replace('003;', '333;'),
  );
  expect(summary.findings.join()).toContain('LEADING_ZEROS_LOST');
});

it('reads a year of two digits by a later format that has one', async () => {
  const mapping = MAPPING.replace("['%d/%m/%Y']", "['%d/%m/%Y', '%d/%m/%y']");
  const { directory } = await replay('short', REGISTER.replace('15/06/2026', '15/06/26'), undefined, mapping);
  expect((await rowsOf(directory, '2026-06-01', 'receipts'))[0]).toContain('2026-06-15');
});

it('names both days where the first is after the last', async () => {
  const error = await refusal(replay('backwards', REGISTER, undefined, MAPPING, '2026-06-06'));
  expect(error).toMatchObject({ kind: 'usage', code: 'BAD_RANGE' });
  expect(error.message).toContain('2026-06-06');
  expect(error.message).toContain('2026-06-05');
});

it.each([
  ['too few fields', REGISTER.replace(';USD;Sí', ''), 3],
  ['too many fields', REGISTER.replace('USD;', 'USD;;'), 3],
  ['an unclosed quote', REGISTER.replace('002;', '002;"'), 3],
  [
    'a byte of Latin-1',
    Buffer.from(REGISTER.replace('002;C1', '002;Ñ').replace('Emisión', 'Emision'), 'latin1'),
    3,
  ],
  ['a header in Latin-1', Buffer.from(REGISTER, 'latin1'), 1],
])('refuses a line with %s as input, by its number', async (_, register, line) => {
  const mapping = Buffer.isBuffer(register) && line > 1 ? MAPPING.replace('Emisión', 'Emision') : MAPPING;
  const error = await refusal(replay('malformed', register, undefined, mapping));
  expect(error).toMatchObject({ kind: 'input', code: 'BAD_REGISTER' });
  expect(error.details).toMatchObject({ file: 'malformed.csv', line });
});
