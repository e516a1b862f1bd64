import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Reads the demo's deliveries a row at a time and checks every balance; knows nothing of how they were made. */

export type Row = Readonly<Record<string, string>>;

export interface Delivery {
  readonly name: string;
  readonly asOf: string;
  readonly cutoff: string;
  readonly feeds: ReadonlyMap<string, readonly Row[]>;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly control: readonly { feed: string; rows: number; sums?: Record<string, string> }[];
}

/** The demo quotes nothing but fields with a comma; none of its fields holds a line break. */
function fields(line: string): string[] {
  return line.includes('"')
    ? [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
        (quoted ?? plain ?? '').replaceAll('""', '"'),
      )
    : line.split(',');
}

export function readDeliveries(directory: string): Delivery[] {
  return readdirSync(directory)
    .map((name) => {
      const control = JSON.parse(readFileSync(join(directory, name, 'control.json'), 'utf8'));
      const headers = new Map<string, string[]>();
      const feeds = new Map<string, Row[]>();
      for (const file of control.files) {
        const [header = '', ...lines] = readFileSync(join(directory, name, file.name), 'utf8')
          .trimEnd()
          .split('\n');
        const columns = fields(header);
        headers.set(file.feed, columns);
        feeds.set(
          file.feed,
          lines.map((line) => {
            const values = fields(line);
            return Object.fromEntries(columns.map((column, i) => [column, values[i] ?? '']));
          }),
        );
      }
      return {
        name,
        asOf: control.business_date,
        cutoff: control.cutoff_at,
        feeds,
        headers,
        control: control.files,
      };
    })
    .sort((a, b) => (a.cutoff < b.cutoff ? -1 : 1));
}

export function cents(text: string | undefined): bigint {
  const [whole = '0', fraction = ''] = (text ?? '').replace('-', '').split('.');
  const value = BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0'));
  return text?.startsWith('-') ? -value : value;
}

const PARTS = ['net', 'expenses', 'vat', 'other'] as const;
type Amounts = readonly bigint[];
const add = (a: Amounts, b: Amounts): bigint[] => a.map((value, i) => value + (b[i] ?? 0n));
const isZero = (amounts: Amounts) => amounts.every((value) => value === 0n);
const NONE: Amounts = [0n, 0n, 0n, 0n];

interface State {
  readonly open: Map<string, Amounts>;
  readonly unapplied: Map<string, bigint>;
  readonly later: { readonly day: string; readonly key: string; readonly parts: Amounts }[];
}

const copy = ({ open, unapplied, later }: State): State => ({
  open: new Map(open),
  unapplied: new Map(unapplied),
  later: [...later],
});

export interface Replay {
  /** What does not add up, in words; empty when all is right. */
  readonly faults: string[];
  /** Open amounts by receipt after each day's last version. */
  readonly open: Map<string, ReadonlyMap<string, Amounts>>;
  readonly lateMovements: number;
  readonly futureMovements: number;
}

/** @param isBad whether a receipts row is one that the contract refuses */
export function replay(deliveries: readonly Delivery[], isBad: (row: Row) => boolean): Replay {
  const faults: string[] = [];
  const open = new Map<string, ReadonlyMap<string, Amounts>>();
  const ids = new Set<string>();
  let state: State = { open: new Map(), unapplied: new Map(), later: [] };
  let before = copy(state);
  let lastAsOf = '';
  let lateMovements = 0;
  let futureMovements = 0;
  let excluded = new Set<string>();
  const functional = new Map<string, string>();
  for (const delivery of deliveries) {
    const fault = (text: string) => faults.push(`${delivery.name}: ${text}`);
    const first = lastAsOf === '';
    for (const row of delivery.feeds.get('companies') ?? []) {
      if (row.future_dated === 'EXCLUDED') excluded = new Set([...excluded, row.company ?? '']);
      functional.set(row.company ?? '', row.functional_currency ?? '');
    }
    if (delivery.asOf === lastAsOf) state = copy(before);
    else before = copy(state);
    if (delivery.asOf < lastAsOf) fault('goes back');
    for (const { feed, rows } of delivery.control) {
      if (delivery.feeds.get(feed)?.length !== rows) fault(`${feed} has not ${rows} rows`);
    }
    const rows = (delivery.feeds.get('receipts') ?? []).filter((row) => !isBad(row));
    const touched = new Set<string>();
    const unseen = new Set<string>();
    for (const item of state.later.filter(({ day }) => day <= delivery.asOf)) {
      state.open.set(item.key, add(state.open.get(item.key) ?? NONE, item.parts));
      touched.add(item.key);
    }
    state = { ...state, later: state.later.filter(({ day }) => day > delivery.asOf) };
    const shown = new Map(rows.map((row) => [`${row.company} ${row.receipt_no}`, row]));
    if (shown.size !== rows.length) fault('a receipt stands there twice');
    const cash = new Map<string, bigint>();
    const reversed = new Set<string>();
    const currencies = new Map(
      (delivery.feeds.get('payments') ?? []).map((row) => [`${row.company} ${row.payment_no}`, row.currency]),
    );
    const returned = (key: string) => shown.get(key)?.receipt_type === 'RETURN';
    for (const movement of delivery.feeds.get('movements') ?? []) {
      const key = `${movement.company} ${movement.receipt_no}`;
      const parts = PARTS.map((part) => cents(movement[part]));
      const total = cents(movement.total);
      if (parts.reduce((sum, part) => sum + part, 0n) !== total)
        fault(`${movement.movement_id} does not add up`);
      if (total === 0n) fault(`${movement.movement_id} moves nothing`);
      if (delivery.asOf !== lastAsOf && ids.has(movement.movement_id ?? ''))
        fault(`${movement.movement_id} comes twice`);
      ids.add(movement.movement_id ?? '');
      if (!shown.has(key)) fault(`${movement.movement_id} has no receipt row`);
      if ((movement.recorded_at ?? '') > delivery.cutoff)
        fault(`${movement.movement_id} is recorded after the cut-off`);
      if ((movement.business_date ?? '') < delivery.asOf) lateMovements++;
      if (!state.open.has(key)) {
        unseen.add(key);
        // A cheque of before the first delivery may come back after it.
        if (!['ISSUE', 'TRANSFER', 'REVERSAL'].includes(movement.type ?? ''))
          fault(`${key} starts with ${movement.type}`);
      }
      const future = (movement.business_date ?? '') > delivery.asOf;
      if (future) futureMovements++;
      if (future && excluded.has(movement.company ?? '')) {
        state.later.push({ day: movement.business_date ?? '', key, parts });
      } else {
        state.open.set(key, add(state.open.get(key) ?? NONE, parts));
      }
      touched.add(key);
      if (movement.payment_no !== '') {
        const payment = `${movement.company} ${movement.payment_no}`;
        const foreign = shown.get(key)?.currency !== currencies.get(payment);
        const rate = cents(movement.rate);
        const paid = foreign
          ? total < 0n
            ? -((-total * rate + 50n) / 100n)
            : (total * rate + 50n) / 100n
          : total;
        if (returned(key)) fault(`${movement.movement_id} pays a return premium`);
        if (movement.type === 'REVERSAL') reversed.add(payment);
        else cash.set(payment, (cash.get(payment) ?? 0n) + paid);
      }
      const foreign = shown.get(key)?.currency !== functional.get(movement.company ?? '');
      if (movement.type === 'APPLICATION' && foreign === (movement.rate === ''))
        fault(`${movement.movement_id} has a wrong rate`);
    }
    const sums = new Map<string, bigint>();
    for (const row of delivery.feeds.get('receipts') ?? []) {
      sums.set(row.currency ?? '', (sums.get(row.currency ?? '') ?? 0n) + cents(row.open_total));
    }
    const stated = delivery.control.find(({ feed }) => feed === 'receipts')?.sums ?? {};
    for (const [currency, sum] of sums)
      if (cents(stated[currency]) !== sum) fault(`the control sum of ${currency} is not ${sum}`);
    for (const [key, row] of shown) {
      const amounts = PARTS.map((part) => cents(row[`open_${part}`]));
      const total = cents(row.open_total);
      if (amounts.reduce((sum, part) => sum + part, 0n) !== total) fault(`${key} does not add up`);
      if (PARTS.reduce((sum, part) => sum + cents(row[`issued_${part}`]), 0n) !== cents(row.issued_total))
        fault(`${key} was issued wrongly`);
      if (first) state.open.set(key, amounts);
      else if (amounts.join() !== (state.open.get(key) ?? NONE).join())
        fault(`${key} shows ${amounts}, moved to ${state.open.get(key)}`);
      if (total < 0n) fault(`${key} is negative`);
      if (total === 0n && !touched.has(key)) fault(`${key} is closed and untouched`);
      if ((total === 0n) !== (row.closed_reason !== ''))
        fault(`${key} is closed as "${row.closed_reason}" at ${total}`);
    }
    for (const [key, amounts] of state.open)
      if (!isZero(amounts) && !shown.has(key)) fault(`${key} is open and not shown`);
    for (const key of touched) if (!shown.has(key)) fault(`${key} is touched and not shown`);
    checkPayments(delivery, state.unapplied, cash, reversed, first, fault);
    open.set(delivery.asOf, new Map(state.open));
    lastAsOf = delivery.asOf;
  }
  return { faults, open, lateMovements, futureMovements };
}

function checkPayments(
  delivery: Delivery,
  unapplied: Map<string, bigint>,
  cash: ReadonlyMap<string, bigint>,
  reversed: ReadonlySet<string>,
  first: boolean,
  fault: (text: string) => void,
): void {
  const rows = new Map(
    (delivery.feeds.get('payments') ?? []).map((row) => [`${row.company} ${row.payment_no}`, row]),
  );
  for (const key of [...cash.keys(), ...reversed])
    if (!rows.has(key)) fault(`payment ${key} was applied and not shown`);
  for (const [key, balance] of unapplied)
    if (balance !== 0n && !rows.has(key)) fault(`payment ${key} is unapplied and not shown`);
  for (const [key, row] of rows) {
    const shown = cents(row.unapplied_amount);
    const expected =
      row.status === 'REVERSED' ? 0n : (unapplied.get(key) ?? cents(row.amount)) + (cash.get(key) ?? 0n);
    if (!first && shown !== expected) fault(`payment ${key} shows ${shown}, not ${expected}`);
    if (shown < 0n || shown > cents(row.amount)) fault(`payment ${key} has ${shown} unapplied`);
    if (reversed.has(key) && row.status !== 'REVERSED') fault(`payment ${key} is not reversed`);
    unapplied.set(key, shown);
  }
}
