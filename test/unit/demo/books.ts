import { cents, type Delivery, type Row } from './replay.ts';

/** The receivables of the subledger by general-ledger key, worked out from deliveries alone. */

export type Balances = Map<string, bigint>;

export const glKey = (row: Row) => [row.company, row.account, row.office, row.line, row.currency].join();

export function addTo(balances: Balances, key: string, amount: bigint): void {
  balances.set(key, (balances.get(key) ?? 0n) + amount);
}

/** Accounts by component; a led coinsurance keeps the others' part of the net premium apart. */
function spread(receipt: Row, policy: Row, amounts: readonly bigint[], balances: Balances): void {
  const sign = receipt.receipt_type === 'RETURN' ? -1n : 1n;
  const [net = 0n, expenses = 0n, vat = 0n, other = 0n] = amounts;
  const led = policy.coins_role === 'CEDED';
  const ours = led ? (net * BigInt(receipt.our_share ?? '')) / 100n : net;
  const parts: readonly (readonly [string, bigint])[] = [
    [policy.coins_role === 'ACCEPTED' ? '1684100100' : '1684050100', ours],
    ['1684150100', net - ours],
    ['1684050200', vat],
    ['1684050300', expenses],
    ['1684050400', other],
  ];
  for (const [account, amount] of parts) {
    addTo(
      balances,
      [receipt.company, account, receipt.office, receipt.line, receipt.currency].join(),
      amount * sign,
    );
  }
}

const COMPONENTS = ['net', 'expenses', 'vat', 'other'] as const;

/** What was owed on the day of a delivery, by business date, and what was held in suspense. */
export function subledger(delivery: Delivery, policies: ReadonlyMap<string, Row>): Balances {
  const balances: Balances = new Map();
  const receipts = new Map<string, Row>();
  const policyOf = (row: Row) => policies.get(`${row.company} ${row.policy_no}`) ?? {};
  for (const row of delivery.feeds.get('receipts') ?? []) {
    if (row.receipt_no?.startsWith('T')) continue;
    receipts.set(`${row.company} ${row.receipt_no}`, row);
    spread(
      row,
      policyOf(row),
      COMPONENTS.map((part) => cents(row[`open_${part}`])),
      balances,
    );
  }
  for (const row of delivery.feeds.get('payments') ?? []) {
    addTo(
      balances,
      [row.company, '2590950100', '00', '00', row.currency].join(),
      -cents(row.unapplied_amount),
    );
  }
  return balances;
}

/** Takes what is dated after `day` out of balances that already show it. */
export function withoutFuture(
  balances: Balances,
  deliveries: readonly Delivery[],
  day: string,
  policies: ReadonlyMap<string, Row>,
): void {
  for (const { asOf, feeds } of deliveries) {
    if (asOf > day) continue;
    const receipts = new Map(
      (feeds.get('receipts') ?? []).map((row) => [`${row.company} ${row.receipt_no}`, row]),
    );
    for (const movement of feeds.get('movements') ?? []) {
      if (movement.company !== 'CO' || (movement.business_date ?? '') <= day) continue;
      const receipt = receipts.get(`${movement.company} ${movement.receipt_no}`) ?? {};
      const policy = policies.get(`${receipt.company} ${receipt.policy_no}`) ?? {};
      spread(
        receipt,
        policy,
        COMPONENTS.map((part) => -cents(movement[part])),
        balances,
      );
    }
  }
}
