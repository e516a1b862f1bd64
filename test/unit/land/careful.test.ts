import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FeedName, feedOf } from '../../../functions/contracts/feeds.ts';
import { Session } from '../../../functions/engine/duckdb.ts';
import {
  csv,
  entryOf,
  type FileSpec,
  LandingFixture,
  LENIENT,
  movement,
  receipt,
  sumsOf,
  type Values,
} from './deliveryFixture.ts';
import { ROWS } from './mutation.ts';

let fixture: LandingFixture;
beforeEach(() => {
  fixture = new LandingFixture();
});
afterEach(() => {
  vi.restoreAllMocks();
  fixture.close();
});

const MANY = 500;
const client = (no: number, type = 'PRIVATE') => ({
  company: 'ACME',
  client_id: `C${no}`,
  name: `Client ${no}`,
  payer_type: type,
});

it.each([
  ['clients', [...Array.from({ length: MANY }, (_, no) => client(no)), client(MANY, 'NOBODY')]],
  [
    'receipts',
    [...Array.from({ length: MANY }, (_, no) => receipt(`R${no}`)), receipt('BAD', { currency: 'pesos' })],
  ],
] as const)('one bad row of %s does not bring the good ones into memory', async (feed, rows) => {
  const answers: { readonly sql: string; readonly rows: number }[] = [];
  const ask = Session.prototype.rows;
  vi.spyOn(Session.prototype, 'rows').mockImplementation(async function (this: Session, sql, parameters) {
    const answer = await ask.call(this, sql, parameters);
    answers.push({ sql, rows: answer.length });
    return answer;
  });
  const entry = entryOf(
    await fixture.day({ day: '2026-06-01', feeds: { [feed]: rows } }, { config: LENIENT }),
  );
  expect(entry.feeds[feed]).toMatchObject({ accepted: MANY, refused: 1 });
  expect(answers.filter((answer) => answer.rows >= MANY)).toEqual([]);
});

function fileOf(feed: FeedName, name: string, rows: readonly Values[]): FileSpec {
  const sums = sumsOf(feed, rows);
  return { feed, name, content: csv(feed, rows), rows: rows.length, ...(sums === undefined ? {} : { sums }) };
}

/** Sound rows, and between them for every column one without a value, one with a wrong one and one with odd digits. */
function spoilt(feed: FeedName): FileSpec {
  const sound = ROWS[feed]?.('S') ?? {};
  const { columns, key } = feedOf(feed);
  const own = key.find((column) => /_no$|_id$|member/.test(column)) ?? '';
  const rows = columns.flatMap(({ name: column }) =>
    ['', 'x "y"', '1e3', '7.505'].flatMap((value, at) => [
      { ...sound, [own]: `${column} ${at}`, ...(column === own ? {} : { [column]: value }) },
      {
        ...sound,
        [own]: `${column} ${at} sound`,
        ...(feed === 'receipts' ? { receipt_type: 'RETURN' } : {}),
      },
    ]),
  );
  return fileOf(feed, 'rows.csv', rows);
}

/** What landing says of a feed delivered in these files. */
async function told(feed: FeedName, files: readonly FileSpec[]) {
  const own = new LandingFixture();
  try {
    const outcome = await own.day({ day: '2026-06-01', files }, { config: LENIENT });
    const { feeds, findings } = entryOf(outcome);
    const { quarantine = null, ...counts } = feeds[feed] ?? {};
    return {
      ...{ ...counts, files: null, ledger: null },
      findings: findings.filter((finding) => finding.feed === feed),
      why: quarantine === null ? [] : await own.rows((file) => `SELECT * FROM ${file(quarantine)}`),
    };
  } finally {
    own.close();
  }
}

it.each(['receipts', 'payments', 'clients', 'targets'] as const)(
  'a draft of %s without its bad rows is what reading it carefully gives, to the byte',
  async (feed) => {
    const mended: string[] = [];
    const run = Session.prototype.run;
    vi.spyOn(Session.prototype, 'run').mockImplementation(function (this: Session, sql, parameters) {
      if (/IS NOT NULL\) TO '.*accepted[.]parquet'/.test(sql)) mended.push(sql);
      return run.call(this, sql, parameters);
    });
    const file = spoilt(feed);
    const once = await told(feed, [file]);
    expect(mended).toHaveLength(1);
    expect(once.refused).toBeGreaterThan(8);
    expect(once.accepted).toBeGreaterThan(20);
    expect(new Set(once.why.map(({ code }) => code)).size).toBeGreaterThan(1);
    // Of a feed in two files no draft is mended.
    expect(once).toEqual(await told(feed, [file, fileOf(feed, 'nothing.csv', [])]));
    expect(mended).toHaveLength(1);
  },
);

describe('movements of a delivery with refused receipts', () => {
  const day = '2026-06-01';
  const refusedOf = async (quarantine: string | null | undefined): Promise<unknown[]> =>
    (await fixture.rows((file) => `SELECT line, code FROM ${file(quarantine ?? '')} ORDER BY line`)).map(
      ({ line, code }) => [Number(line), code],
    );

  it('keep their places and currencies, whether the receipt is known or refused', async () => {
    const { movements } = entryOf(
      await fixture.day(
        {
          day,
          feeds: {
            receipts: [receipt('BAD', { held_by: 'X' }), receipt('R1'), receipt('R2', { currency: 'USD' })],
            movements: [
              movement('M3', 'R1'),
              movement('M2', 'R2', { business_date: 'x' }),
              movement('M4', 'BAD'),
              movement('M1', 'R1'),
            ],
          },
          control: (files) => {
            for (const file of files)
              if (file.feed === 'movements') file.sums = { COP: '-57.00', USD: '-19.00' };
          },
        },
        { config: LENIENT },
      ),
    ).feeds;
    expect(await refusedOf(movements?.quarantine)).toEqual([
      [3, 'BAD_DATE'],
      [4, 'MOVEMENT_WITHOUT_RECEIPT'],
    ]);
    expect(movements?.refused_amounts).toEqual([
      { currency: 'COP', sum: '-19.00', rows: 1 },
      { currency: 'USD', sum: '-19.00', rows: 1 },
    ]);
  });

  it('are refused with a receipt that only a careful reader refuses', async () => {
    const { receipts, movements } = entryOf(
      await fixture.day(
        {
          day,
          feeds: {
            receipts: [receipt('R1'), receipt('R2', { channel: 'BRO\rKER' })],
            movements: [movement('M1', 'R1'), movement('M2', 'R2')],
          },
        },
        { config: LENIENT },
      ),
    ).feeds;
    expect(await refusedOf(receipts?.quarantine)).toEqual([[3, 'LINE_BREAK']]);
    expect(await refusedOf(movements?.quarantine)).toEqual([[3, 'MOVEMENT_WITHOUT_RECEIPT']]);
  });
});
