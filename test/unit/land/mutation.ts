import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { FeedName } from '../../../functions/contracts/feeds.ts';
import {
  csv,
  type FileSpec,
  type LandingFixture,
  LENIENT,
  movement,
  receipt,
  type Values,
} from './deliveryFixture.ts';

/** Bytes that break files: separators, quotes, line ends, signs, blanks, invalid UTF-8. */
const NASTY = [...Buffer.from('",\n\r;\t-+.0e 9"\n,\\\'\u0000'), 0xff, 0xc3, 0xe2, 0x80, 0xef, 0xbb, 0xbf];

interface Dice {
  below(n: number): number;
}

function dice(seed: number): Dice {
  const generator = xoroshiro128plus(seed);
  return { below: (n) => uniformInt(generator, 0, n - 1) };
}

/** A row that breaks no rule, by feed. */
export const ROWS: Readonly<Record<string, (no: string) => Values>> = {
  receipts: (no) => receipt(no, { client_id: no.endsWith('3') ? 'Peña, "Ana"' : 'C1' }),
  movements: (no) => movement(no, 'R1'),
  payments: (no) => ({
    company: 'ACME',
    payment_no: no,
    received_date: '2026-06-01',
    recorded_at: '2026-06-01 10:00:00.5',
    amount: '10.00',
    currency: 'COP',
    status: 'OK',
    unapplied_amount: '0.00',
  }),
  clients: (no) => ({
    company: 'ACME',
    client_id: no,
    name: `Ñandú "${no}"`,
    payer_type: 'PRIVATE',
    consent_sms: 'true',
  }),
  targets: (no) => ({
    company: 'ACME',
    month: '2026-06-01',
    dimension: 'office',
    member: no,
    kpi: 'k',
    target_version: '1',
    value: '0.5',
  }),
};
const FEEDS_HIT = [
  'receipts',
  'receipts',
  'receipts',
  'movements',
  'payments',
  'clients',
  'targets',
] as const;

/** A mutated file, and what is certain about it. */
export interface Mutant {
  readonly feed: FeedName;
  readonly bytes: Buffer;
  readonly rows: number;
  /** Lines that are as they were: their rows must be accepted. */
  readonly untouched: readonly string[];
  readonly keyAt: number;
}

/** Physical rows as the contract counts them, written a second time: lines after the header, blank ones at the end are none. */
export function physicalRows(bytes: Buffer): number {
  const lines = bytes.toString('latin1').split('\n');
  if (lines[lines.length - 1] === '') lines.pop();
  while (lines.length > 0 && /^\r?$/.test(lines[lines.length - 1] ?? 'x')) lines.pop();
  return Math.max(0, lines.length - 1);
}

function mutate(original: Buffer, roll: Dice, from: number): Buffer {
  let bytes = original;
  for (let left = 1 + roll.below(4); left > 0; left -= 1) {
    const at = Math.min(bytes.length, from + roll.below(Math.max(1, bytes.length - from)));
    const nasty = Buffer.from([NASTY[roll.below(NASTY.length)] ?? 0]);
    const span = 1 + roll.below(roll.below(4) === 0 ? 200 : 4);
    const pieces: Buffer[][] = [
      [bytes.subarray(0, at), nasty, bytes.subarray(at)],
      [bytes.subarray(0, at), nasty, bytes.subarray(Math.min(bytes.length, at + 1))],
      [bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + span))],
      [bytes.subarray(0, at), bytes.subarray(at, at + span), bytes.subarray(at)],
      [bytes.subarray(0, at)],
      [bytes, Buffer.from('\n\n\r\n')],
    ];
    // Truncation and blank ends are rarer than the rest.
    bytes = Buffer.concat(pieces[roll.below(3) === 0 ? roll.below(6) : roll.below(4)] ?? []);
  }
  return bytes;
}

/** A small file of some feed, broken in one to four places; in a tenth of all, the header may be hit, too. */
export function mutant(seed: number, prefix: string, only?: FeedName): Mutant {
  const roll = dice(seed);
  const feed = only ?? FEEDS_HIT[roll.below(FEEDS_HIT.length)] ?? 'receipts';
  const count = 2 + roll.below(9);
  const rows = Array.from({ length: count }, (_, at) => ROWS[feed]?.(`${prefix}-${at}`) ?? {});
  const text = csv(feed, rows, roll.below(4) === 0 ? '\r\n' : '\n');
  const original = Buffer.from(text);
  const header = text.indexOf('\n') + 1;
  const bytes = mutate(original, roll, roll.below(10) === 0 && only === undefined ? 0 : header);
  const lines = (all: Buffer): string[] => all.toString('latin1').split(/\r?\n/).slice(1);
  const now = lines(bytes);
  const untouched = lines(original).filter(
    (line) =>
      line !== '' &&
      now.filter((other) => other.includes(line.split(',')[1] ?? '')).length === 1 &&
      now.includes(line),
  );
  return { feed, bytes, rows: physicalRows(bytes), untouched, keyAt: 1 };
}

/** What must hold of a landed mutant; an empty list when it does. */
export async function landMutants(
  fixture: LandingFixture,
  groups: readonly (readonly Mutant[])[],
  firstDay: number,
): Promise<{ faults: string[]; accepted: number; refused: number; rejected: number }> {
  const day = (n: number): string => new Date(Date.UTC(2000, 0, 1 + n)).toISOString().slice(0, 10);
  const folders = groups.map((mutants, at) => {
    const feed = mutants[0]?.feed ?? 'receipts';
    const files = mutants.map(
      (one, place): FileSpec => ({
        feed: one.feed,
        name: `${place}.csv`,
        content: one.bytes,
        rows: one.rows,
        sums: {},
      }),
    );
    return fixture.deliver({
      day: day(firstDay + at),
      ...(feed === 'movements' ? { feeds: { receipts: [receipt('R1')] } } : {}),
      files: files.map(({ sums, ...file }) =>
        ['receipts', 'movements', 'payments'].includes(file.feed) ? { ...file, sums: sums ?? {} } : file,
      ),
    });
  });
  const report = await fixture.land(folders, { config: LENIENT });
  const faults: string[] = [];
  let accepted = 0;
  let refused = 0;
  let rejected = 0;
  for (const [at, outcome] of report.outcomes.entries()) {
    const mutants = groups[at] ?? [];
    const feed = mutants[0]?.feed ?? 'receipts';
    if (outcome.outcome === 'unchanged') continue;
    const counts =
      outcome.outcome === 'accepted' ? outcome.entry.feeds[feed] : outcome.rejection?.feeds[feed];
    if (!counts) {
      if (outcome.outcome === 'rejected' && outcome.error.code === 'HEADER_MISMATCH') rejected += 1;
      else
        faults.push(
          `${outcome.folder}: ${outcome.outcome === 'rejected' ? String(outcome.error) : 'no rows'}`,
        );
      continue;
    }
    accepted += counts.accepted;
    refused += counts.refused;
    if (counts.accepted + counts.refused !== counts.physical_rows)
      faults.push(`${outcome.folder}: rows lost`);
    const physical = mutants.reduce((sum, one) => sum + one.rows, 0);
    if (counts.physical_rows !== physical)
      faults.push(`${outcome.folder}: ${counts.physical_rows} rows counted, ${physical} expected`);
    if (outcome.outcome === 'rejected') {
      rejected += 1;
      if (!['CONTROL_SUM_DIFFERS', 'KEY_SHAPE_CHANGED', 'COMPANY_MISSING'].includes(outcome.error.code))
        faults.push(`${outcome.folder}: ${outcome.error}`);
    }
    if (counts.quarantine === null) continue;
    const spared = mutants.flatMap((one) => one.untouched);
    const listed = await fixture.rows(
      (file) => `SELECT line, code, raw FROM ${file(counts.quarantine ?? '')}`,
    );
    if (listed.length !== counts.refused)
      faults.push(`${outcome.folder}: ${listed.length} rows in quarantine`);
    for (const row of listed) {
      if (row.code === null || row.line === null)
        faults.push(`${outcome.folder}: a refusal without line or reason`);
      const raw = Buffer.from(String(row.raw)).toString('latin1');
      // In a delivery of many files a mutated key may be that of another file.
      if (row.code === 'DUPLICATE_KEY' && mutants.length > 1) continue;
      if (spared.includes(raw))
        faults.push(`${outcome.folder}: a sound line was refused: ${row.code} ${raw}`);
    }
  }
  return { faults, accepted, refused, rejected };
}
