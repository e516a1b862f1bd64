import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEEDS, isFeedName } from '../../../functions/contracts/feeds.ts';
import { type DemoSummary, writeDemo } from '../../../functions/demo/demo.ts';
import { addTo, type Balances, glKey, subledger, withoutFuture } from './books.ts';
import { cents, type Delivery, type Replay, type Row, readDeliveries, replay } from './replay.ts';

const OPTIONS = { seed: 7, receipts: 550, days: 285, to: '2026-06-30' };
const isBad = ({ receipt_no }: Row) => receipt_no?.startsWith('T') === true;

function fingerprint(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (/\.(csv|json)$/.test(name)) hash.update(name).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}

describe('the demo insurer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'alturas-demo-'));
  let summary: DemoSummary;
  let deliveries: Delivery[];
  let result: Replay;
  let policies: Map<string, Row>;

  beforeAll(async () => {
    summary = await writeDemo(folder, OPTIONS);
    deliveries = readDeliveries(summary.deliveries);
    result = replay(deliveries, isBad);
    policies = new Map(all('policies').map((row) => [`${row.company} ${row.policy_no}`, row]));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const all = (feed: string) => deliveries.flatMap(({ feeds }) => feeds.get(feed) ?? []);
  const count = (feed: string, holds: (row: Row) => boolean) => all(feed).filter(holds).length;
  const truth = (name: string): Row[] => {
    const [header = '', ...lines] = readFileSync(join(summary.truth, name), 'utf8').trimEnd().split('\n');
    return lines.map((line) => {
      const values = line.split(',');
      return Object.fromEntries(header.split(',').map((column, i) => [column, values[i] ?? '']));
    });
  };

  it('delivers balances that its movements explain to the cent, every day and in every component', () => {
    expect(result.faults.slice(0, 20)).toEqual([]);
  });

  it('writes the columns of the contracts, and values that the contracts accept', () => {
    const wrong = new Set<string>();
    for (const { headers, feeds } of deliveries) {
      for (const [feed, header] of headers) {
        if (!isFeedName(feed)) throw new Error(feed);
        const { columns } = FEEDS[feed];
        expect(header).toEqual(columns.map(({ name }) => name));
        for (const row of feeds.get(feed) ?? []) {
          if (isBad(row)) continue;
          for (const { name, mandatory, values, pattern } of columns) {
            const value = row[name] ?? '';
            if (value === '' ? mandatory : values && !values.includes(value))
              wrong.add(`${feed}.${name}: "${value}"`);
            if (value !== '' && pattern && !new RegExp(`^(?:${pattern})$`).test(value))
              wrong.add(`${feed}.${name}: ${value}`);
          }
        }
      }
    }
    expect([...wrong]).toEqual([]);
  });

  it('gives natural keys once', () => {
    for (const feed of ['movements', 'contacts', 'gl_entries'] as const) {
      const keys = deliveries
        .filter(({ name }) => !name.endsWith('-again'))
        .flatMap(({ feeds }) => feeds.get(feed) ?? [])
        .map((row) => FEEDS[feed].key.map((column) => row[column]).join());
      expect(new Set(keys).size).toBe(keys.length);
    }
    for (const { feeds } of deliveries) {
      for (const [feed, rows] of feeds) {
        if (!isFeedName(feed)) throw new Error(feed);
        const keys = rows.map((row) => FEEDS[feed].key.map((column) => row[column]).join());
        expect(new Set(keys).size, feed).toBe(rows.length);
      }
    }
  });

  it('names no member that it does not deliver', () => {
    const members = (feed: string, column: string) =>
      new Set(all(feed).map((row) => `${row.company} ${row[column]}`));
    const unknown = (feed: string, column: string, known: Set<string>) =>
      all(feed).filter(
        (row) => row[column] !== '' && !isBad(row) && !known.has(`${row.company} ${row[column]}`),
      ).length;
    const dimensions = { client_id: 'clients', policy_no: 'policies', line: 'lines', office: 'offices' };
    for (const [column, feed] of Object.entries(dimensions)) {
      expect(unknown('receipts', column, members(feed, column)), column).toBe(0);
    }
    expect(unknown('intermediary_shares', 'intermediary', members('intermediaries', 'intermediary'))).toBe(0);
    expect(unknown('contacts', 'person', members('people', 'person'))).toBe(0);
    const people = members('people', 'person');
    expect(
      count('assignments', (row) => row.role !== 'OFFICE' && !people.has(`${row.company} ${row.person}`)),
    ).toBe(0);
  });

  it('gives every policy shares that add up to 100', () => {
    const shares = new Map<string, bigint>();
    for (const row of all('intermediary_shares'))
      addTo(shares, `${row.company} ${row.policy_no}`, cents(row.share));
    const seen = new Set(
      all('intermediary_shares').map((row) => [row.company, row.policy_no, row.intermediary].join()),
    );
    expect(seen.size).toBe(new Set(all('intermediary_shares').map((row) => JSON.stringify(row))).size);
    expect([...shares].filter(([, sum]) => sum % 10_000n !== 0n)).toEqual([]);
    expect(count('intermediary_shares', ({ share }) => share === '33.34')).toBeGreaterThan(0);
  });

  it('has a market of the order of Panama 2009 to 2013', () => {
    const days = deliveries.filter(({ asOf }) => asOf.endsWith('-15'));
    const part = (past: number) => {
      let late = 0;
      let gross = 0;
      for (const { asOf, feeds } of days) {
        for (const row of feeds.get('receipts') ?? []) {
          if (isBad(row) || row.receipt_type === 'RETURN') continue;
          const amount = Number(row.open_total) * (row.currency === 'COP' ? 1 : 4050);
          gross += amount;
          if (row.due_date !== '' && (Date.parse(asOf) - Date.parse(row.due_date ?? '')) / 86_400_000 > past)
            late += amount;
        }
      }
      return late / gross;
    };
    expect(part(0)).toBeGreaterThan(0.25);
    expect(part(0)).toBeLessThan(0.37);
    expect(part(30)).toBeGreaterThan(0.09);
    expect(part(30)).toBeLessThan(0.22);
    expect(part(90)).toBeGreaterThan(0.025);
    expect(part(90)).toBeLessThan(0.1);
    const open = days.map(
      ({ feeds }) => (feeds.get('receipts') ?? []).filter((row) => row.closed_reason === '').length,
    );
    const mean = open.reduce((sum, n) => sum + n, 0) / open.length;
    expect(mean / OPTIONS.receipts).toBeGreaterThan(0.85);
    expect(mean / OPTIONS.receipts).toBeLessThan(1.15);
  });

  it('has everything that a real ledger has', () => {
    for (const type of [
      'ISSUE',
      'ENDORSEMENT',
      'APPLICATION',
      'REVERSAL',
      'CANCELLATION',
      'WRITE_OFF',
      'FX',
      'TRANSFER',
    ]) {
      expect(
        count('movements', (row) => row.type === type),
        type,
      ).toBeGreaterThan(0);
    }
    for (const type of ['PREMIUM', 'ENDORSEMENT', 'RETURN']) {
      expect(
        count('receipts', (row) => row.receipt_type === type),
        type,
      ).toBeGreaterThan(0);
    }
    expect(count('movements', (row) => row.reason === 'NON_PAYMENT')).toBeGreaterThan(0);
    expect(count('receipts', (row) => row.held_by === 'INTERMEDIARY')).toBeGreaterThan(0);
    expect(count('receipts', (row) => row.disputed === 'true')).toBeGreaterThan(0);
    expect(count('receipts', (row) => row.due_date !== row.original_due_date)).toBeGreaterThan(0);
    expect(count('receipts', (row) => row.due_date === '')).toBeGreaterThan(0);
    expect(count('policies', (row) => row.coins_role === 'CEDED')).toBeGreaterThan(0);
    expect(count('assignments', (row) => row.valid_to !== '')).toBeGreaterThan(0);
    for (const scope of ['POLICY', 'CLIENT', 'INTERMEDIARY', 'OFFICE', 'RECEIPT']) {
      expect(
        count('assignments', (row) => row.scope === scope),
        scope,
      ).toBeGreaterThan(0);
    }
    for (const feed of ['contacts', 'promises', 'plans', 'targets', 'fx_rates']) {
      expect(all(feed).length, feed).toBeGreaterThan(0);
    }
    expect(new Set(all('receipts').map(({ currency }) => currency))).toEqual(new Set(['COP', 'USD', 'PAB']));
    expect(result.lateMovements).toBeGreaterThan(0);
    expect(result.futureMovements).toBeGreaterThan(0);
  });

  it('misses two days and sends one again, with other bytes and a later cut-off', () => {
    const incidents = truth('incidents.csv');
    const missing = incidents.filter(({ incident }) => incident === 'MISSING_DAY').map(({ day }) => day);
    expect(missing.length).toBe(2);
    const days = new Set(deliveries.map(({ asOf }) => asOf));
    expect(missing.filter((day) => days.has(day ?? ''))).toEqual([]);
    const again = incidents.find(({ incident }) => incident === 'SENT_AGAIN');
    const [first, second] = deliveries.filter(({ asOf }) => asOf === again?.day);
    expect([first?.cutoff.slice(11), second?.cutoff.slice(11)]).toEqual(['22:00:00', '09:30:00']);
    const movements = (delivery: Delivery | undefined) => delivery?.feeds.get('movements')?.length ?? 0;
    expect(movements(second) - movements(first)).toBe(Number(again?.movements_left_out));
    expect(movements(second)).toBeGreaterThan(movements(first));
  });

  it('knows why its general ledger differs from its receipts: nothing is left unexplained', () => {
    const breaks = truth('gl_breaks.csv');
    const balances = new Map<string, Row>();
    for (const row of all('gl_balances')) balances.set(`${row.period} ${glKey(row)}`, row);
    const ends = [...new Set([...balances.values()].map(({ period }) => period?.slice(0, 7) ?? ''))];
    expect(ends.length).toBeGreaterThan(8);
    for (const month of ends) {
      const delivery = deliveries.findLast(({ asOf }) => asOf.startsWith(month));
      if (!delivery) throw new Error(month);
      const expected: Balances = subledger(delivery, policies);
      withoutFuture(expected, deliveries, delivery.asOf, policies);
      for (const row of breaks) {
        const isOpen =
          (row.opened_on ?? '') <= delivery.asOf &&
          (row.closed_on === '' || (row.closed_on ?? '') > delivery.asOf);
        if (isOpen) addTo(expected, glKey(row), cents(row.amount));
      }
      for (const row of balances.values()) {
        if (row.period?.slice(0, 7) !== month) continue;
        expect(cents(row.opening) + cents(row.debit) - cents(row.credit)).toBe(cents(row.closing));
        addTo(expected, glKey(row), -cents(row.closing));
      }
      expect([...expected].filter(([, rest]) => rest !== 0n).slice(0, 5), month).toEqual([]);
    }
    const kinds = new Set(breaks.map((row) => row.class));
    expect(kinds).toEqual(
      new Set([
        'TIMING',
        'UNAPPLIED_CASH',
        'MISPOSTED',
        'MISSING_IN_SUBLEDGER',
        'MISSING_IN_GL',
        'FX',
        'AMOUNT_DIFF',
        'ROUNDING',
      ]),
    );
  });

  it('posts what its balances say', () => {
    const posted: Balances = new Map();
    for (const { name, feeds } of deliveries) {
      if (name.endsWith('-again')) continue;
      for (const row of feeds.get('gl_entries') ?? [])
        addTo(posted, `${row.posting_date?.slice(0, 7)} ${glKey(row)}`, cents(row.amount));
    }
    const turned: Balances = new Map();
    const last = new Map<string, Row>();
    for (const row of all('gl_balances')) last.set(`${row.period?.slice(0, 7)} ${glKey(row)}`, row);
    for (const [key, row] of last) turned.set(key, cents(row.debit) - cents(row.credit));
    expect([...posted].filter(([key, sum]) => (turned.get(key) ?? 0n) !== sum)).toEqual([]);
  });

  it('labels payers with every regime, and changes none of them outside the delivered days', () => {
    const regimes = truth('payer_regimes.csv');
    expect(new Set(regimes.map(({ regime }) => regime))).toEqual(
      new Set(['STABLE', 'STEP', 'DRIFT', 'STOP', 'DISPUTE', 'SEASONAL', 'INTERMEDIARY_DELAY', 'RECOVERY']),
    );
    const outside = regimes.filter(
      ({ regime, changes_on }) =>
        ['STEP', 'DRIFT', 'STOP', 'RECOVERY'].includes(regime ?? '') &&
        ((changes_on ?? '') < summary.from || (changes_on ?? '') > summary.to),
    );
    expect(outside).toEqual([]);
  });

  it('has a few bad rows, within the error budget of each delivery', async () => {
    const twin = mkdtempSync(join(tmpdir(), 'alturas-demo-bad-'));
    const large = await writeDemo(twin, { seed: 2, receipts: 1600, days: 60, to: '2026-05-31' });
    let bad = 0;
    for (const name of readdirSync(large.deliveries)) {
      const lines = readFileSync(join(large.deliveries, name, 'receipts.csv'), 'utf8')
        .trimEnd()
        .split('\n');
      const here = lines.filter((line) => line.split(',')[1]?.startsWith('T')).length;
      expect(here, name).toBeLessThanOrEqual((lines.length - 1) * 0.001);
      bad += here;
    }
    const told = readFileSync(join(large.truth, 'bad_rows.csv'), 'utf8').trimEnd().split('\n').length - 1;
    expect(bad).toBe(told);
    expect(bad).toBeGreaterThan(0);
    rmSync(twin, { recursive: true });
  });

  it('is the same to the byte for the same seed, and another for another', async () => {
    const small = { seed: 3, receipts: 150, days: 45, to: '2026-03-31' };
    const prints: string[] = [];
    for (const options of [small, small, { ...small, seed: 4 }]) {
      const twin = mkdtempSync(join(tmpdir(), 'alturas-demo-twin-'));
      await writeDemo(twin, options);
      prints.push(fingerprint(twin));
      rmSync(twin, { recursive: true });
    }
    expect(prints[0]).toBe(prints[1]);
    expect(prints[2]).not.toBe(prints[0]);
  });
});
