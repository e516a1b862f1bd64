import { FEED_NAMES, FEEDS, isFeedName } from '../contracts/feeds.ts';
import type { Column } from '../engine/engine.ts';

/** The relations that the warehouse itself supplies to every model, beside the feeds. */
export const SUPPLIED = {
  days: [
    { name: 'as_of', type: 'DATE' },
    { name: 'known_at', type: 'TIMESTAMP' },
    { name: 'snapshot_as_of', type: 'DATE' },
    { name: 'snapshot_delivery', type: 'VARCHAR' },
    { name: 'snapshot_cutoff', type: 'TIMESTAMP' },
    { name: 'carried', type: 'BOOLEAN' },
    { name: 'previous', type: 'DATE' },
    { name: 'previous_known_at', type: 'TIMESTAMP' },
    { name: 'month_start', type: 'DATE' },
    { name: 'month_end', type: 'BOOLEAN' },
  ],
  periods: [
    { name: 'as_of', type: 'DATE' },
    { name: 'period', type: 'VARCHAR' },
    { name: 'opened', type: 'DATE' },
    { name: 'days', type: 'BIGINT' },
    { name: 'months', type: 'BIGINT' },
    { name: 'first_day', type: 'DATE' },
  ],
  deliveries: [
    { name: 'as_of', type: 'DATE' },
    { name: 'delivery', type: 'VARCHAR' },
    { name: 'cutoff_at', type: 'TIMESTAMP' },
    { name: 'superseded_at', type: 'TIMESTAMP' },
    { name: 'seq', type: 'BIGINT' },
    { name: 'has_receipts', type: 'BOOLEAN' },
    { name: 'has_movements', type: 'BOOLEAN' },
    { name: 'has_payments', type: 'BOOLEAN' },
  ],
  first_receipts: [
    { name: 'company', type: 'VARCHAR' },
    { name: 'first_known_at', type: 'TIMESTAMP' },
  ],
  alturas: [
    { name: 'ord', type: 'BIGINT' },
    { name: 'altura', type: 'VARCHAR' },
    { name: 'lo', type: 'BIGINT' },
    { name: 'hi', type: 'BIGINT' },
  ],
  settings: [
    { name: 'key', type: 'VARCHAR' },
    { name: 'value', type: 'VARCHAR' },
  ],
  feeds: [
    { name: 'feed', type: 'VARCHAR' },
    { name: 'first_known_at', type: 'TIMESTAMP' },
  ],
} as const satisfies Record<string, readonly Column[]>;

export type SuppliedName = keyof typeof SUPPLIED;

export function isSupplied(name: string): name is SuppliedName {
  return Object.hasOwn(SUPPLIED, name);
}

/** The columns of a feed as models see it: snapshots and events carry their delivery beside the contract's own. */
export function feedColumns(name: string): readonly Column[] | null {
  if (!isFeedName(name)) return null;
  const columns = FEEDS[name].ledgerColumns.map((column) => ({ name: column.name, type: column.sqlType }));
  return FEEDS[name].kind === 'reference'
    ? columns
    : [...columns, { name: 'as_of', type: 'DATE' }, { name: 'delivery', type: 'VARCHAR' }];
}

/** Names that no model may take. */
export function isReserved(name: string): boolean {
  return isSupplied(name) || FEED_NAMES.some((feed) => feed === name) || name.startsWith('__');
}
